#pragma once
/* The receiving half: fetches without marking, lets the sandbox describe, identifies, decides, applies everything in
 * one transaction with the inbox row, and only then marks, moves or deletes on the server. */
#include "app/control.h"
#include "app/service.h"
#include "net/post_office.h"

struct incoming;
struct parser;

/* SERVICE, RECEIVER and PARSER must outlive it; none is freed by it. */
struct incoming *incoming_new(struct service *service, struct mail_receiver *receiver, struct parser *parser);
void incoming_free(struct incoming *incoming); /* NULL allowed */

/* Fetches and handles all that is new, marks what was handled. *ret_count: how many messages were recorded. Never
 * hangs: every step is bounded. False where the post office or the database failed; nothing is lost, the turn can be
 * repeated. CONTROL (NULL allowed) is given a sign of life between batches and ends the turn early when it says stop.
 */
bool incoming_turn(struct incoming *incoming, struct control *control, size_t *ret_count, struct error *error);

/* Turns and waits until CONTROL says stop: reconnects with growing waits, tells coordinators when the mailbox stays out
 * of reach and when it is back. */
void incoming_loop(struct incoming *incoming, struct control *control);
