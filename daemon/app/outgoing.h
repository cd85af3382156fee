#pragma once
/* The sending half: moves what is due into the outbox, claims, renders, hands to the post office and records the
 * results. A claim is committed before a connection is used; results and the next claims share one transaction. */
#include "app/control.h"
#include "app/service.h"
#include "net/post_office.h"

struct outgoing;

/* SERVICE and SENDER must outlive it; neither is freed by it. */
struct outgoing *outgoing_new(struct service *service, struct mail_sender *sender);
void outgoing_free(struct outgoing *outgoing); /* NULL allowed */

/* Keeps the wire log PATH (app/wire_log.h), without which no more is claimed than connections take at once. Before
 * outgoing_recover. */
bool outgoing_keep_wire_log(struct outgoing *outgoing, const char *path, struct error *error);

/* After a start: of what was claimed when the last process died the wire log says what became of it. What a connection
 * had, or all of it where there is no such log, is uncertain, and goes the way that the configuration says. */
bool outgoing_recover(struct outgoing *outgoing, struct error *error);

/* One turn: release what is due, claim and start what may be sent, wait at most MOST_WAIT_MS (less where something is
 * due sooner) or until WAKE_FD is readable, record what finished. With MAY_START false nothing new is started. An error
 * is the database's: nothing is lost, the turn can be repeated. */
bool outgoing_turn(struct outgoing *outgoing, int most_wait_ms, int wake_fd, bool may_start, struct error *error);

/* Nothing is on the wire and nothing waits to be recorded. */
bool outgoing_is_idle(const struct outgoing *outgoing);

/* When a limit or the server's trouble lets the next message go; 0: nothing holds any up. */
int64_t outgoing_look_again_at(const struct outgoing *outgoing);

/* How many results were recorded so far. */
size_t outgoing_count(const struct outgoing *outgoing);

/* Turns until CONTROL says stop; then finishes what is on the wire, within some seconds. */
void outgoing_loop(struct outgoing *outgoing, struct control *control);
