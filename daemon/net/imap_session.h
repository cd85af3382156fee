#pragma once
/* The inside of net/imap: one logged-in session, libetpan over an imap_stream, with what the server can do and which
 * folder is selected; waiting, fetching and marking in it. Nobody else includes this. Folder names here are as on the
 * wire (modified UTF-7, RFC 3501 section 5.1.3). */
#include <libetpan/libetpan.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "net/imap_stream.h"
#include "net/post_office.h"

/* Bytes that any command without message bodies may be answered with. */
#define IMAP_SESSION_ORDINARY_ANSWER (4u << 20)

#define IMAP_SESSION_GOODBYE_MS 2000

/* Of the imap_idle_ functions alone. */
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

/* Both around CALL, whose answer holds no bodies: true where it succeeds. */
#define imap_session_ask(session, call, doing, error)                                                                  \
    (imap_session_begin(session, IMAP_SESSION_ORDINARY_ANSWER), imap_session_check(session, call, doing, error))

/* Whether the server merely said NO or BAD, so that the session can go on. */
bool imap_session_is_good(const struct imap_session *session);

/* Selects FOLDER anew: uidvalidity, exists and recent are then current. UIDNEXT, which a server may leave out or get
 * wrong, is believed of none. */
bool imap_session_select(struct imap_session *session, const char *folder, struct error *error);

/* Selects FOLDER unless it is selected already. */
bool imap_session_ensure(struct imap_session *session, const char *folder, struct error *error);

/* ---- Waiting for new mail in the selected folder ----
 *
 * One IDLE (RFC 2177) stays up from call to call, as some servers look for new mail only once a minute of it; quiet
 * waiting where the server has none or refuses it. The conversation is led here and not by libetpan, whose IDLE trips
 * over a server's BYE. While one is up no other command may be given: imap_idle_end comes first. */

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

/* ---- Fetching in batches (imap_fetch.c) ----
 *
 * Sizes are looked at before bodies, so that nobody can fill our memory with one message. */

struct imap_limits {
    size_t batch_bytes, batch_count, message_limit;
};

/* What is known of a stretch of a folder before its bodies are fetched. Kept between batches. */
struct imap_listing {
    char *folder;
    uint32_t uidvalidity;
    struct imap_listed {
        uint32_t uid, size;
        int64_t date; /* UTC seconds; 0 unknown */
    } * items;        /* ascending */
    size_t count, capacity;
};

/* Leaves it empty and usable: nothing is known. */
void imap_listing_clear(struct imap_listing *listing);

/* The lowest UID from FIRST on in the selected folder; 0: none. */
bool imap_fetch_find_first(struct imap_session *session, uint32_t first, uint32_t *ret, struct error *error);

/* As the fetch operation of net/post_office.h. */
bool imap_fetch_batch(struct imap_session *session, const char *folder, bool junk, uint32_t uidvalidity,
                      uint32_t next_uid, const struct imap_limits *limits, struct imap_listing *listing,
                      struct received_batch **ret, struct error *error);

/* ---- Marking handled messages: flag, move or delete (imap_mark.c) ---- */

/* As the mark operation of net/post_office.h. DONE_FOLDER for MARK_MOVE, as on the wire, made if missing; where a
 * server wants all folders below the inbox, SECOND_NAME is tried for it (NULL: none). */
bool imap_mark_messages(struct imap_session *session, const char *folder, uint32_t uidvalidity, const uint32_t *uids,
                        size_t count, enum mark_action action, const char *done_folder, const char *second_name,
                        struct error *error);

/* As the erase operation of net/post_office.h; DONE_FOLDER and SECOND_NAME as above, searched where FOLDER is NULL.
 * Without UIDPLUS all that is marked \Deleted goes, unless somebody else has marked more: that is told as an error. */
bool imap_mark_erase(struct imap_session *session, const char *folder, uint32_t uidvalidity, uint32_t below,
                     const char *done_folder, const char *second_name, const struct mail_traces *traces,
                     size_t *ret_count, struct error *error);
