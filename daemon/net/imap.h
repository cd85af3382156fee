#pragma once
/* Incoming mail from an IMAP server (RFC 3501, RFC 9051): the `mail_receiver` of net/post_office.h.
 *
 * Uses where offered: STARTTLS and TLS (RFC 8314), IDLE (RFC 2177), UIDPLUS (RFC 4315), MOVE (RFC 6851), SPECIAL-USE
 * (RFC 6154), ID (RFC 2971). Beyond the contract there:
 * - fetch gives messages as they are, whether somebody flagged them or not; one that disappears meanwhile is left out.
 * A message whose body the server cannot give, although it gives its header, comes as too_large.
 * - mark flags moved messages too; it never expunges what it wasn't told to: without UIDPLUS messages are only marked
 *   \Deleted. Where UIDVALIDITY is no longer the folder's, nothing is done, which is no error: those messages are gone.
 * - wait may return true without new mail; the next fetch is then empty.
 * - A failure drops the connection, except where the server merely refused a command; close() and open() are legal at
 * any time. */
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/text.h"
#include "net/post_office.h"

#define IMAP_KEYWORD_DONE "$TandempostDone"

enum imap_security {
    IMAP_SECURITY_REQUIRED,   /* imaps://, or imap:// with STARTTLS; never a password in the clear */
    IMAP_SECURITY_PLAIN_TEXT, /* imap:// without TLS, because somebody said so in words */
};

/* Appends a fresh OAuth 2 access token; false with the reason. */
typedef bool imap_token_function(void *context, struct text *ret, struct error *error);

/* What is 0 or NULL takes the default named. All strings UTF-8; copied. */
struct imap_settings {
    const char *url; /* "imaps://host[:port]/FOLDER" or "imap://..."; no folder: INBOX; percent-encoded (RFC 3986) */
    enum imap_security security;
    const char *user;
    const char *password; /* or NULL, then: */
    imap_token_function *token;
    void *token_context;
    const char *ca_file;     /* PEM; NULL: the system's */
    const char *done_folder; /* for MARK_MOVE; made if missing */
    const char *junk_folder; /* NULL: found by \Junk or a usual name; "": none */
    size_t batch_bytes;      /* 4 MiB: of message sizes in one batch; a larger message comes alone */
    size_t batch_count;      /* 200 */
    size_t message_limit;    /* 25 MiB: of a larger message only the header is fetched */
    int connect_timeout_ms;  /* 30 s: until logged in */
    int read_timeout_ms;     /* 60 s: of silence within an answer */
    int command_timeout_ms;  /* 10 min: for one command as a whole */
    int idle_renew_ms;       /* 9 min, as routers forget connections; at most 28 min */
};

/* A receiver that is not yet open. ERROR_CONFIGURATION where the settings cannot work. Freed with its free operation.
 */
bool imap_new(const struct imap_settings *settings, struct mail_receiver **ret, struct error *error);
