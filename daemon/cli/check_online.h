#pragma once
/* The part of `check` that talks to the mail servers. */
#include "app/service.h"
#include "cli/findings.h"
#include "net/post_office.h"

/* Logs in to both servers, sends the programme two messages and waits WAIT_MS for them, and tells what came of it.
 * LISTENER, a second receiver of the same mailbox, hears whether the server tells of them by itself. Whether
 * sub-addresses work is noted in the database, for relay = "auto". */
void check_online_tell(struct service *service, struct mail_sender *sender, struct mail_receiver *receiver,
                       struct mail_receiver *listener, int64_t wait_ms, struct findings *findings);
