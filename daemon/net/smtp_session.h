#pragma once
/* One place for a connection and the message on it: carries the bytes of the message's transaction, keeps the times of
 * RFC 5321 section 4.5.3.2, and keeps the connection for the next message where it can. */
#include <curl/curl.h>
#include <stdbool.h>
#include <stdint.h>

#include "net/post_office.h"
#include "net/smtp.h"
#include "net/smtp_transaction.h"

enum smtp_session_state {
    SESSION_CLOSED,
    SESSION_CONNECTING, /* libcurl must be driven */
    SESSION_IDLE,       /* the connection waits for a message */
    SESSION_BUSY,       /* it carries the transaction */
};

/* For the sender to read, changed by the functions below alone. */
struct smtp_session {
    CURLM *multi;
    const char *url;
    const struct smtp_settings *settings;
    struct smtp_link *link;
    unsigned generation; /* of the link: counts those that were dropped */
    enum smtp_session_state state;
    int64_t deadline; /* the moment (clock_monotonic_ms) by which advance must be called; INT64_MAX: none */
    struct smtp_reply_reader reader;
    bool used_before;      /* this connection carried a message already: the server may close it any time */
    bool transaction_open; /* RSET comes first */
    unsigned refusals;

    bool has_message, has_result;
    bool retried; /* the message, on a second connection */
    struct smtp_transaction transaction;
    struct send_result result;
};

/* URL and SETTINGS (every timeout set) must outlive the session. */
struct smtp_session *smtp_session_new(CURLM *multi, const char *url, const struct smtp_settings *settings);
void smtp_session_free(struct smtp_session *session); /* NULL allowed; abandons what is under way */

bool smtp_session_is_free(const struct smtp_session *session); /* has no message and no result to take */

/* True where a kept connection stands ready; looks whether the server has closed it meanwhile. */
bool smtp_session_is_warm(struct smtp_session *session);

/* Takes a message; the session must be free. Connects where necessary. */
void smtp_session_start(struct smtp_session *session, const struct send_request *request);

/* What libcurl says of the connection being made. */
void smtp_session_connected(struct smtp_session *session, CURLcode code);

/* What to wait for; false: nothing on a socket. */
bool smtp_session_wants(const struct smtp_session *session, struct curl_waitfd *ret);

/* Does all that can be done now: READY when the socket has something for it. */
void smtp_session_advance(struct smtp_session *session, bool ready);

/* The result, once; the session is free then. */
struct send_result smtp_session_take_result(struct smtp_session *session);

/* Says QUIT on an idle connection, without waiting for the answer; true if it was said. */
bool smtp_session_quit(struct smtp_session *session);
