#pragma once
/* One connection to a submission server, up to where MAIL can be said: libcurl resolves, connects, does TLS and checks
 * the certificate, greets and logs in; from then on bytes pass through here without ever blocking. (libcurl's own
 * sending of a mail waits for the reply to the final dot in a way that stops all other connections meanwhile.) */
#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/post_office.h"
#include "net/smtp.h"
#include "net/smtp_reply.h"

struct smtp_capabilities {
    bool pipelining, eight_bit, utf8, size; /* RFC 2920, 6152, 6531, 1870 */
    uint64_t size_limit;                    /* 0: none said */
};

enum smtp_transfer { TRANSFER_DONE, TRANSFER_LATER, TRANSFER_LOST };

/* For its carrier to read, changed by the functions below alone. */
struct smtp_link {
    CURLM *multi;
    CURL *easy;
    const struct smtp_settings *settings;
    curl_socket_t socket; /* CURL_SOCKET_BAD before it is ready */
    bool encrypted, logged_in;
    struct smtp_capabilities capabilities;
    struct smtp_reply_reader reader;
    struct smtp_reply last; /* the newest whole reply while connecting */
    char failure[CURL_ERROR_SIZE];
};

/* Begins to connect. URL and SETTINGS must outlive the link; OWNER is CURLINFO_PRIVATE of its handle in MULTI. On
 * failure fills RET_FAILURE (all but the id) and returns NULL. */
struct smtp_link *smtp_link_open(CURLM *multi, const char *url, const struct smtp_settings *settings, void *owner,
                                 struct send_result *ret_failure);

/* To be called with what the multi handle says of the connection's end: true if it can be used now; else RET_FAILURE
 * (all but the id) says why, and the link is only good to be closed. */
bool smtp_link_ready(struct smtp_link *link, CURLcode code, struct send_result *ret_failure);

/* Sends what can be sent now (*RET_SENT > 0 with TRANSFER_DONE). */
enum smtp_transfer smtp_link_send(struct smtp_link *link, const char *bytes, size_t length, size_t *ret_sent);

/* Receives what is there now (*RET_RECEIVED > 0 with TRANSFER_DONE). */
enum smtp_transfer smtp_link_receive(struct smtp_link *link, char *buffer, size_t size, size_t *ret_received);

/* Drops the connection at once; nothing that was not yet sent will be. NULL allowed. */
void smtp_link_close(struct smtp_link *link);
