#pragma once
/* What became of a message on the wire, recorded: the outbox row's next state, what a refusal says about the address,
 * and whom to tell. Called inside the sender's transaction. */
#include "app/service.h"
#include "net/post_office.h"

/* Takes one result into the database. ROW is in state sending. */
bool delivery_record(struct service *service, const struct outbox_row *row, const struct send_result *result,
                     struct error *error);

/* Nobody knows whether the server took it: sent once more, or held for a person, as configured. ROW is in state
 * sending. */
bool delivery_uncertain(struct service *service, const struct outbox_row *row, const char *why, struct error *error);

/* A bounce, at once from our own server or later by mail: recorded, and the address judged anew. */
bool delivery_bounced(struct service *service, const struct bounce_row *bounce, struct error *error);

/* A queued row that is not to be sent now enters STATE; of an expired or cancelled one those are told whom it concerns.
 */
bool delivery_set_aside(struct service *service, const struct outbox_row *row, enum outbox_state state,
                        const char *reason, struct error *error);

/* Tells coordinators that messages of ROW's step came too late. */
bool delivery_tell_expired(struct service *service, const struct outbox_row *row, struct error *error);
