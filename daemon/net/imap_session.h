#pragma once
/* One logged-in IMAP session: libetpan over an imap_stream, with what the server can do and which folder is selected.
 * For the imap_* modules only. Folder names here are as on the wire (modified UTF-7, RFC 3501 section 5.1.3). */
#include <libetpan/libetpan.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "net/imap_stream.h"

/* Bytes that any command without message bodies may be answered with. */
#define IMAP_SESSION_ORDINARY_ANSWER (4u << 20)

#define IMAP_SESSION_GOODBYE_MS 2000

/* Of net/imap_idle.h alone. */
struct imap_idle {
    int64_t renew_at; /* monotonic milliseconds; 0: none is up */
    bool entered;     /* the server does IDLE; else it is only listened to */
    bool news;        /* told of before anybody waited */
    size_t length, taken;
    char bytes[8192]; /* lines as they come in, of which TAKEN bytes were handed out */
};

struct imap_session {
    struct imap_stream *stream;
    mailimap *etpan;
    char *host; /* for error messages */
    int command_timeout_ms;
    bool can_idle, can_move, can_uidplus, can_id;
    char *selected; /* folder; NULL: none */
    uint32_t uidvalidity, exists, recent;
    bool keywords_allowed;
    struct imap_idle idle;
};

/* Connects, logs in, and asks what the server can do. */
bool imap_session_open(const struct imap_login *login, int command_timeout_ms, struct imap_session **ret,
                       struct error *error);

/* Says goodbye if the connection is good, and frees. NULL allowed. */
void imap_session_free(struct imap_session *session);

/* Before each libetpan call: at most BYTES may come back. */
void imap_session_begin(struct imap_session *session, uint64_t bytes);

/* After each libetpan call: true where CODE is success. Else an error about DOING ("list the folders"): TEMPORARY. A
 * session that can't go on is marked broken. */
bool imap_session_check(struct imap_session *session, int code, const char *doing, struct error *error);

/* Whether the server merely said NO or BAD, so that the session can go on. */
bool imap_session_is_good(const struct imap_session *session);

/* Selects FOLDER anew: uidvalidity, exists and recent are then current. UIDNEXT, which a server may leave out or get
 * wrong, is believed of none. */
bool imap_session_select(struct imap_session *session, const char *folder, struct error *error);

/* Selects FOLDER unless it is selected already. */
bool imap_session_ensure(struct imap_session *session, const char *folder, struct error *error);
