#pragma once
/* Sends mail to a submission server (RFC 5321, 6409, 3207, 4954): a few connections, kept open and used again, each
 * with one message of one recipient at a time. */
#include "base/error.h"
#include "net/post_office.h"

enum smtp_tls {
    SMTP_TLS_REQUIRED, /* smtps://, or STARTTLS on smtp://; else nothing is sent and no password shown */
    SMTP_TLS_NONE,     /* in the clear; only to this machine itself (localhost, 127.0.0.0/8, ::1) */
};

/* Copied; secrets are wiped when the sender is freed. Every timeout is in milliseconds, 0 for its default. */
struct smtp_settings {
    const char *url; /* smtp://host[:port] or smtps://host[:port], without user, password, path or options. No port:
                        465 for smtps, 587 for smtp (RFC 6409, 8314), 25 without TLS */
    enum smtp_tls tls;
    const char *user;     /* NULL: no login */
    const char *password; /* NULL where oauth2_token gives the secret */
    /* The current OAuth 2 access token (RFC 7628), asked for at each new connection; must not block; the string is
     * copied at once. NULL: none just now, which makes the server unavailable. */
    const char *(*oauth2_token)(void *context);
    void *oauth2_context;
    const char *ca_file;    /* PEM; NULL: the system's */
    const char *local_name; /* said in EHLO; NULL: this machine's name */
    size_t connections;     /* 1..64; 0: 4 */
    int connect_timeout_ms; /* until logged in; 1 minute */
    int command_timeout_ms; /* for the reply to MAIL, RCPT and DATA; 5 minutes (RFC 5321 section 4.5.3.2) */
    int data_timeout_ms;    /* while the server takes no byte of the message; 3 minutes */
    int final_timeout_ms;   /* for the reply to the final dot; 10 minutes */
    int idle_timeout_ms;    /* after which a kept connection is closed; 1 minute */
};

/* Connects only when there is something to send. NULL where the settings can't work (ERROR_CONFIGURATION). Freed by its
 * operation `free`. A reply of the server after the final dot decides a message; SEND_UNCERTAIN is left where there was
 * none. A refusal that a server gives for its own state (421, or anything before MAIL but a login refused for good) is
 * SEND_UNAVAILABLE; a login refused for good, no way to log in that we know, and 530, 534, 535 and 538 to MAIL or RCPT
 * are SEND_LOGIN_REFUSED; no STARTTLS where TLS is required is SEND_UNTRUSTED. */
struct mail_sender *smtp_new(const struct smtp_settings *settings, struct error *error);
