#pragma once
/* One place for a connection and the message on it: carries the bytes of the message's transaction, keeps the times of
 * RFC 5321 section 4.5.3.2, and keeps the connection for the next message where it can. */
#include <curl/curl.h>
#include <stdbool.h>
#include <stdint.h>

#include "net/post_office.h"
#include "net/smtp.h"

struct smtp_session;

/* URL and SETTINGS (every timeout set) must outlive the session. */
struct smtp_session *smtp_session_new(CURLM *multi, const char *url, const struct smtp_settings *settings);
void smtp_session_free(struct smtp_session *session); /* NULL allowed; abandons what is under way */

bool smtp_session_is_free(const struct smtp_session *session);       /* has no message and no result to take */
bool smtp_session_is_connecting(const struct smtp_session *session); /* libcurl must be driven */
bool smtp_session_has_result(const struct smtp_session *session);

/* True where a kept connection stands ready; looks whether the server has closed it meanwhile. */
bool smtp_session_is_warm(struct smtp_session *session);

/* Takes a message; the session must be free. Connects where necessary. */
void smtp_session_start(struct smtp_session *session, const struct send_request *request);

/* What libcurl says of the connection being made. */
void smtp_session_connected(struct smtp_session *session, CURLcode code);

/* What to wait for; false: nothing on a socket. */
bool smtp_session_wants(const struct smtp_session *session, struct curl_waitfd *ret);

/* The moment (milliseconds of clock_monotonic_ms) at which advance must be called at the latest; INT64_MAX: none. */
int64_t smtp_session_deadline(const struct smtp_session *session);

/* Does all that can be done now: READY when the socket has something for it. */
void smtp_session_advance(struct smtp_session *session, bool ready);

/* The result, once; the session is free then. */
struct send_result smtp_session_take_result(struct smtp_session *session);

/* The server's SIZE if this connection learnt it; 0 otherwise. */
uint64_t smtp_session_size_limit(const struct smtp_session *session);

/* Says QUIT on an idle connection, without waiting for the answer; true if it was said. */
bool smtp_session_quit(struct smtp_session *session);
