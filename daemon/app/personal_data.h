#pragma once
/* What is held about a person: telling it to them, erasing it, and what the configuration says of how long it is kept.
 * Erasing empties the database at once (store/erasing.h); the mailbox and the write-ahead log follow, by the receiver
 * and the sender in their turns, as long as it takes: the row of table erasure says how far it has come. */
#include "app/service.h"
#include "base/memory.h"
#include "mail/template/template_value.h"
#include "net/post_office.h"

/* The message that tells somebody what is held about them, with the same as JSON attached; the one that tells them that
 * all is erased. */
#define PERSONAL_DATA_TEMPLATE "my-data"
#define PERSONAL_DATA_FAREWELL "forgotten"

/* All that is held about the participant as JSON, and as the names of the template, in LANGUAGE. Nothing that a partner
 * said, nobody who reported anything, no letter. */
bool personal_data_read(struct service *service, const struct participant *participant, const char *language,
                        struct arena *arena, struct template_value *values, const char **ret_json, struct error *error);

/* The participant leaves where they have not (action_participant_leave), and all that is held about them is erased but
 * for what counts: ids, dates, digits. With FAREWELL they are told so by mail, for which their address is kept until it
 * is sent. PERMANENT where they were erased already. */
bool personal_data_erase(struct service *service, int64_t participant, bool farewell, const char *why,
                         struct error *error);

/* The receiver's part, with an open RECEIVER and no transaction: of whoever was erased, what the mailbox holds in the
 * folders that are read and in that of handled messages. */
bool personal_data_search_mailbox(struct service *service, struct mail_receiver *receiver, bool *ret_any,
                                  struct error *error);

/* How many participants the configuration has erased by MOMENT, if they neither take part nor write until then. */
bool personal_data_count_due(struct service *service, int64_t moment, size_t *ret, struct error *error);

/* The sender's part, with no transaction: what is not needed any more of erased people, and what has been kept for long
 * enough. */
bool personal_data_turn(struct service *service, struct error *error);
