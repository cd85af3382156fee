#include "app/post.h"

#include <string.h>

#include "app/configuration/secret.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "mail/message/address.h"
#include "net/imap.h"
#include "net/maildir.h"
#include "net/smtp.h"

enum { TOKEN_AGE_MS = 45 * 60 * 1000 }; /* OAuth 2 access tokens commonly live an hour */

/* The embedded post office knows our own addresses. On the virtual clock nothing needs to survive a power cut. */
static struct maildir_settings maildir_settings(const struct configuration *configuration, const char *path) {
    const struct programme_settings *programme = &configuration->programme;
    return (struct maildir_settings){
        .path = path,
        .address = programme->separator ? programme->address : strrchr(programme->address, '@'),
        .separator = programme->separator,
        .quick = clock_is_virtual(),
        .done_folder = configuration->incoming.done_folder,
        .message_bytes_most = (size_t)configuration->incoming.message_limit,
    };
}

/* ---- Outgoing ---- */

/* Where the tokens come from: one sender and one receiver a process, and a configuration that outlives both. */
static const struct secret_source *smtp_token_source, *imap_token_source;

/* Kept until it is old: fetching may take its time. */
static const char *smtp_token(void *context) {
    static char *token;
    static int64_t fetched_at;
    (void)context;
    if (token && clock_monotonic_ms() - fetched_at < TOKEN_AGE_MS)
        return token;
    struct error error = ERROR_INIT;
    char *fresh;
    if (!secret_fetch(smtp_token_source, &fresh, &error)) {
        log_error("outgoing: %s", error.message);
        return token;
    }
    secret_free(token);
    token = fresh;
    fetched_at = clock_monotonic_ms();
    return token;
}

static int to_milliseconds(int64_t seconds) {
    return seconds > 86400 ? 86400 * 1000 : (int)(1000 * seconds);
}

static bool open_smtp(const struct outgoing_settings *settings, struct mail_sender **ret, struct error *error) {
    auto_secret password = NULL;
    bool token = settings->secret.kind == SECRET_OAUTH2_TOKEN;
    if (!token && !secret_fetch(&settings->secret, &password, error))
        return false;
    smtp_token_source = &settings->secret;
    struct smtp_settings smtp = {
        .url = settings->url,
        .tls = settings->tls == TLS_NONE ? SMTP_TLS_NONE : SMTP_TLS_REQUIRED,
        .user = settings->user,
        .password = password,
        .oauth2_token = token ? smtp_token : NULL,
        .ca_file = settings->ca_file,
        .connections = (size_t)settings->connections,
        .connect_timeout_ms = to_milliseconds(settings->timeout),
        .command_timeout_ms = to_milliseconds(settings->timeout),
        .data_timeout_ms = to_milliseconds(settings->timeout),
    };
    struct mail_sender *sender = smtp_new(&smtp, error);
    if (!sender)
        return false;
    *ret = sender;
    return true;
}

bool post_open_sender(const struct configuration *configuration, struct mail_sender **ret, struct error *error) {
    const struct outgoing_settings *settings = &configuration->outgoing;
    if (!settings->maildir)
        return open_smtp(settings, ret, error);
    struct maildir_settings maildir = maildir_settings(configuration, settings->maildir);
    *ret = maildir_sender_new(&maildir);
    return true;
}

/* ---- Incoming ---- */

static bool imap_token(void *context, struct text *ret, struct error *error) {
    auto_secret token = NULL;
    (void)context;
    if (!secret_fetch(imap_token_source, &token, error))
        return false;
    text_append(ret, token);
    return true;
}

static bool open_imap(const struct incoming_settings *settings, struct mail_receiver **ret, struct error *error) {
    auto_secret password = NULL;
    bool token = settings->secret.kind == SECRET_OAUTH2_TOKEN;
    if (!token && !secret_fetch(&settings->secret, &password, error))
        return false;
    imap_token_source = &settings->secret;
    struct imap_settings imap = {
        .url = settings->url,
        .security = settings->tls == TLS_NONE ? IMAP_SECURITY_PLAIN_TEXT : IMAP_SECURITY_REQUIRED,
        .user = settings->user,
        .password = password,
        .token = token ? imap_token : NULL,
        .ca_file = settings->ca_file,
        .done_folder = settings->done_folder,
        .message_limit = (size_t)settings->message_limit,
        .connect_timeout_ms = to_milliseconds(settings->timeout),
        .read_timeout_ms = to_milliseconds(settings->timeout),
    };
    return imap_new(&imap, ret, error);
}

bool post_open_receiver(const struct configuration *configuration, struct mail_receiver **ret, struct error *error) {
    const struct incoming_settings *settings = &configuration->incoming;
    if (!settings->maildir)
        return open_imap(settings, ret, error);
    struct maildir_settings maildir = maildir_settings(configuration, settings->maildir);
    *ret = maildir_receiver_new(&maildir);
    return true;
}
