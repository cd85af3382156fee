#pragma once
/* Waiting for new mail in the selected folder: one IDLE (RFC 2177) that stays up from call to call, as some servers
 * look for new mail only once a minute of it; quiet waiting where the server has none or refuses it. The conversation
 * is led here and not by libetpan, whose IDLE trips over a server's BYE. For the imap_* modules only.
 *
 * While one is up no other command may be given: imap_idle_end comes first. */
#include <stdbool.h>
#include <stdint.h>

#include "net/imap_session.h"

enum imap_idle_event {
    IMAP_IDLE_NEWS,   /* the server tells of another number of messages than before */
    IMAP_IDLE_OVER,   /* UNTIL has come, or WAKE_FD is readable */
    IMAP_IDLE_RENEW,  /* it has been up for as long as it may: end it, and see whether there is mail */
    IMAP_IDLE_BROKEN, /* the connection is in doubt: imap_stream_problem says why */
};

/* Begins where none is up; that lasts for RENEW_MS. False: broken. Where the server refuses IDLE, session->can_idle is
 * false from now on. */
bool imap_idle_begin(struct imap_session *session, int renew_ms);
bool imap_idle_is_up(const struct imap_session *session);

/* Waits until UNTIL (monotonic milliseconds). WAKE_FD -1: none. */
enum imap_idle_event imap_idle_wait(struct imap_session *session, int64_t until, int wake_fd);

/* Ends it within TIMEOUT_MS, if one is up. False: broken. */
bool imap_idle_end(struct imap_session *session, int timeout_ms);
