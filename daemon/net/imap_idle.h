#pragma once
/* Waiting for new mail in the selected folder: IDLE (RFC 2177), or polling where the server has none. The conversation
 * is led here and not by libetpan, whose IDLE trips over a server's BYE. For the imap_* modules only. */
#include <stdbool.h>

#include "base/error.h"
#include "net/imap_session.h"

/* True when mail came, TIMEOUT_MS passed or WAKE_FD (-1: none) is readable; false when the connection is in any doubt.
 * IDLE is renewed every RENEW_MS. */
bool imap_idle_wait(struct imap_session *session, int timeout_ms, int wake_fd, int renew_ms, struct error *error);
