#pragma once
/* Marking handled messages: flag, move or delete. For the imap_* modules only. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "net/imap_session.h"
#include "net/post_office.h"

/* As the mark operation of net/post_office.h. DONE_FOLDER for MARK_MOVE, as on the wire, made if missing; where a
 * server wants all folders below the inbox, SECOND_NAME is tried for it (NULL: none). */
bool imap_mark_messages(struct imap_session *session, const char *folder, uint32_t uidvalidity, const uint32_t *uids,
                        size_t count, enum mark_action action, const char *done_folder, const char *second_name,
                        struct error *error);
