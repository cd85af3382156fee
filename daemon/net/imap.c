#include "net/imap.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/ucnv.h>

#include "base/clock.h"
#include "base/memory.h"
#include "net/imap_session.h"
#include "net/url.h"

#define MOST_RENEW_MS (28 * 60 * 1000)
#define IDLE_END_MS (30 * 1000)
#define MOST_IDLES_LOST 3
#define WITHOUT_IDLE_MS (24 * 60 * 60 * 1000)

struct imap_receiver {
    struct mail_receiver base;
    /* Settings; the strings are owned. */
    char *url; /* scheme, host, port */
    char *user, *password, *ca_file;
    imap_token_function *token;
    void *token_context;
    char *inbox, *done_folder, *junk_folder; /* as on the wire; junk_folder NULL: to be found, "": none */
    bool plain_text;
    struct imap_limits limits;
    int connect_timeout_ms, read_timeout_ms, command_timeout_ms, idle_renew_ms;
    /* A server that refuses IDLE, or keeps dropping the connection in it, is polled for a day. */
    unsigned idles_lost;   /* in a row */
    int64_t no_idle_until; /* monotonic milliseconds */
    /* While open. */
    struct imap_session *session;
    char *junk;        /* the one found */
    char *second_done; /* the done folder's name below the inbox */
    const char *folders[3];
    struct imap_listing listing;
    uint32_t inbox_uidvalidity, inbox_next; /* where the inbox was fetched up to; 0: never */
};

static struct imap_receiver *receiver_of(struct mail_receiver *receiver) {
    return (struct imap_receiver *)receiver;
}

/* ---- Opening ---- */

/* The usual names of junk folders, where the server doesn't tell. */
static bool is_junk_name(const char *name) {
    static const char *const names[] = {"Junk", "Spam", "Junk E-mail", "Junk Email", "Junk Mail", "Bulk Mail", "Bulk"};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (string_equal_ignore_case(name, names[i]))
            return true;
    return false;
}

/* libetpan gives names of flags without their backslash. */
static bool has_flag(const struct mailimap_mailbox_list *folder, const char *name) {
    if (!folder->mb_flag || !folder->mb_flag->mbf_oflags)
        return false;
    for (clistiter *item = clist_begin(folder->mb_flag->mbf_oflags); item; item = clist_next(item)) {
        const struct mailimap_mbx_list_oflag *flag = clist_content(item);
        const char *word = flag->of_type == MAILIMAP_MBX_LIST_OFLAG_FLAG_EXT ? flag->of_flag_ext : NULL;
        if (word && string_equal_ignore_case(*word == '\\' ? word + 1 : word, name))
            return true;
    }
    return false;
}

static bool can_be_selected(const struct mailimap_mailbox_list *folder) {
    return !folder->mb_flag || folder->mb_flag->mbf_type != MAILIMAP_MBX_LIST_FLAGS_SFLAG ||
           folder->mb_flag->mbf_sflag != MAILIMAP_MBX_LIST_SFLAG_NOSELECT;
}

/* Looks for the junk folder, and learns how folders below the inbox are written. */
static void study_folders(struct imap_receiver *receiver, clist *folders) {
    const char *by_name = NULL, *by_flag = NULL;
    char delimiter = 0;
    for (clistiter *item = clist_begin(folders); item; item = clist_next(item)) {
        const struct mailimap_mailbox_list *folder = clist_content(item);
        if (folder->mb_delimiter)
            delimiter = folder->mb_delimiter;
        const char *last = folder->mb_delimiter ? strrchr(folder->mb_name, folder->mb_delimiter) : NULL;
        if (!can_be_selected(folder) || string_equal(folder->mb_name, receiver->inbox))
            continue;
        if (!by_flag && has_flag(folder, "Junk"))
            by_flag = folder->mb_name;
        if (!by_name && is_junk_name(last ? last + 1 : folder->mb_name))
            by_name = folder->mb_name;
    }
    if (!receiver->junk_folder)
        receiver->junk = memory_copy_string(by_flag ? by_flag : by_name);
    if (delimiter && receiver->done_folder) {
        auto_text name = TEXT_EMPTY;
        text_append_format(&name, "INBOX%c%s", delimiter, receiver->done_folder);
        receiver->second_done = text_steal(&name);
    }
}

static bool find_folders(struct imap_receiver *receiver, struct error *error) {
    struct imap_session *session = receiver->session;
    clist *folders = NULL;
    if (!imap_session_ask(session, mailimap_list(session->etpan, "", "*", &folders), "list the folders", error))
        return false;
    study_folders(receiver, folders);
    mailimap_list_result_free(folders);
    if (!string_is_empty(receiver->junk_folder))
        receiver->junk = memory_copy_string(receiver->junk_folder);
    receiver->folders[0] = receiver->inbox;
    receiver->folders[1] = receiver->junk;
    if (imap_session_select(session, receiver->inbox, error))
        return true;
    if (imap_session_is_good(session)) /* it answered: such a folder isn't there for us */
        error->class = ERROR_CONFIGURATION;
    return false;
}

static void receiver_close(struct mail_receiver *base) {
    struct imap_receiver *receiver = receiver_of(base);
    if (receiver->session)
        imap_idle_end(receiver->session, IMAP_SESSION_GOODBYE_MS);
    imap_session_free(steal(receiver->session));
    imap_listing_clear(&receiver->listing);
    free(steal(receiver->junk));
    free(steal(receiver->second_done));
    receiver->folders[0] = receiver->folders[1] = NULL;
    receiver->inbox_next = 0;
}

static bool receiver_open(struct mail_receiver *base, struct error *error) {
    struct imap_receiver *receiver = receiver_of(base);
    receiver_close(base);
    auto_text token = TEXT_EMPTY;
    if (!receiver->password && !receiver->token(receiver->token_context, &token, error))
        return error_prefix(error, "%s: no OAuth 2 token for user %s", receiver->url, receiver->user);
    struct imap_login login = {
        .url = receiver->url,
        .user = receiver->user,
        .password = receiver->password,
        .token = text_string(&token),
        .ca_file = receiver->ca_file,
        .plain_text = receiver->plain_text,
        .connect_timeout_ms = receiver->connect_timeout_ms,
        .read_timeout_ms = receiver->read_timeout_ms,
    };
    bool opened = imap_session_open(&login, receiver->command_timeout_ms, &receiver->session, error);
    if (token.bytes)
        explicit_bzero(token.bytes, token.capacity);
    if (opened && find_folders(receiver, error)) {
        receiver->session->can_idle &= clock_monotonic_ms() >= receiver->no_idle_until;
        return true;
    }
    receiver_close(base);
    return false;
}

static const char *const *receiver_folders(struct mail_receiver *base) {
    return receiver_of(base)->folders;
}

/* ---- Idling, which stays up between the calls ---- */

static bool lose_idle(struct imap_receiver *receiver, struct error *error) {
    if (receiver->session->can_idle && ++receiver->idles_lost == MOST_IDLES_LOST) {
        receiver->idles_lost = 0;
        receiver->no_idle_until = clock_monotonic_ms() + WITHOUT_IDLE_MS;
    }
    return imap_session_check(receiver->session, MAILIMAP_ERROR_STREAM, "wait for new mail", error);
}

static bool begin_idle(struct imap_receiver *receiver, struct error *error) {
    bool could = receiver->session->can_idle;
    if (!imap_idle_begin(receiver->session, receiver->idle_renew_ms))
        return lose_idle(receiver, error);
    if (could && !receiver->session->can_idle)
        receiver->no_idle_until = clock_monotonic_ms() + WITHOUT_IDLE_MS;
    return true;
}

static bool end_idle(struct imap_receiver *receiver, struct error *error) {
    if (!imap_idle_is_up(receiver->session))
        return true;
    if (!imap_idle_end(receiver->session, IDLE_END_MS))
        return lose_idle(receiver, error);
    receiver->idles_lost = 0;
    return true;
}

/* ---- Operations on an open receiver ---- */

static bool is_open(const struct imap_receiver *receiver, struct error *error) {
    return receiver->session || error_set(error, ERROR_TEMPORARY, "%s: not connected", receiver->url);
}

/* Drops the connection after a failure that it did not survive. */
static bool settle(struct imap_receiver *receiver, bool good) {
    if (!good && !imap_session_is_good(receiver->session))
        receiver_close(&receiver->base);
    return good;
}

static bool receiver_fetch(struct mail_receiver *base, const char *folder, uint32_t uidvalidity, uint32_t next_uid,
                           struct received_batch **ret, struct error *error) {
    struct imap_receiver *receiver = receiver_of(base);
    if (!is_open(receiver, error))
        return false;
    bool inbox = string_equal(folder, receiver->inbox);
    bool junk = !inbox && string_equal(folder, receiver->junk);
    struct received_batch *batch = NULL;
    if (!settle(receiver,
                end_idle(receiver, error) && imap_fetch_batch(receiver->session, folder, junk, uidvalidity, next_uid,
                                                              &receiver->limits, &receiver->listing, &batch, error)))
        return false;
    if (inbox) {
        receiver->inbox_uidvalidity = batch->uidvalidity;
        receiver->inbox_next = batch->next_uid;
    }
    *ret = batch;
    return true;
}

static bool receiver_mark(struct mail_receiver *base, const char *folder, uint32_t uidvalidity, const uint32_t *uids,
                          size_t count, enum mark_action action, struct error *error) {
    struct imap_receiver *receiver = receiver_of(base);
    if (!is_open(receiver, error))
        return false;
    return settle(receiver, end_idle(receiver, error) &&
                                imap_mark_messages(receiver->session, folder, uidvalidity, uids, count, action,
                                                   receiver->done_folder, receiver->second_done, error));
}

/* Mail may have come since the inbox was last fetched, or while another folder was selected: IDLE wouldn't tell of it.
 */
static bool look_for_news(struct imap_receiver *receiver, bool *ret, struct error *error) {
    struct imap_session *session = receiver->session;
    uint32_t first = 0;
    if (!imap_session_select(session, receiver->inbox, error))
        return false;
    bool same = session->uidvalidity == receiver->inbox_uidvalidity;
    if (receiver->inbox_next && same && session->exists &&
        !imap_fetch_find_first(session, receiver->inbox_next, &first, error))
        return false;
    bool more = session->etpan->imap_selection_info->sel_exists != session->exists; /* told of since */
    *ret = receiver->inbox_next && (!same || first || more);
    return true;
}

static bool watch(struct imap_receiver *receiver, int64_t until, int wake_fd, bool *ret_news, struct error *error) {
    for (;;) {
        if (!imap_idle_is_up(receiver->session)) {
            bool news;
            if (!look_for_news(receiver, &news, error) || (!news && !begin_idle(receiver, error)))
                return false;
            if (news)
                return *ret_news = true;
        }
        switch (imap_idle_wait(receiver->session, until, wake_fd)) {
        case IMAP_IDLE_NEWS:
            return end_idle(receiver, error) && (*ret_news = true);
        case IMAP_IDLE_OVER:
            return true;
        case IMAP_IDLE_RENEW:
            if (!end_idle(receiver, error))
                return false;
            break;
        case IMAP_IDLE_BROKEN:
            return lose_idle(receiver, error);
        }
    }
}

static bool receiver_erase(struct mail_receiver *base, const char *folder, uint32_t uidvalidity, uint32_t below,
                           const struct mail_traces *traces, size_t *ret_count, struct error *error) {
    struct imap_receiver *receiver = receiver_of(base);
    *ret_count = 0;
    if (!is_open(receiver, error))
        return false;
    if (!folder && !receiver->done_folder)
        return true;
    return settle(receiver, end_idle(receiver, error) &&
                                imap_mark_erase(receiver->session, folder, uidvalidity, below, receiver->done_folder,
                                                receiver->second_done, traces, ret_count, error));
}

static bool receiver_wait(struct mail_receiver *base, int timeout_ms, int wake_fd, bool *ret_news,
                          struct error *error) {
    struct imap_receiver *receiver = receiver_of(base);
    bool news = false;
    if (!is_open(receiver, error) ||
        !settle(receiver, watch(receiver, clock_monotonic_ms() + timeout_ms, wake_fd, &news, error)))
        return false;
    *ret_news = news;
    return true;
}

static struct receiver_abilities receiver_abilities(const struct mail_receiver *base) {
    const struct imap_session *session = ((const struct imap_receiver *)base)->session;
    if (!session)
        return (struct receiver_abilities){0};
    return (struct receiver_abilities){session->can_idle, session->can_move, session->can_uidplus};
}

static void receiver_free(struct mail_receiver *base) {
    if (!base)
        return;
    struct imap_receiver *receiver = receiver_of(base);
    receiver_close(base);
    if (receiver->password)
        explicit_bzero(receiver->password, strlen(receiver->password));
    free(receiver->url);
    free(receiver->user);
    free(receiver->password);
    free(receiver->ca_file);
    free(receiver->inbox);
    free(receiver->done_folder);
    free(receiver->junk_folder);
    free(receiver);
}

static const struct mail_receiver_operations operations = {
    .open = receiver_open,
    .folders = receiver_folders,
    .abilities = receiver_abilities,
    .fetch = receiver_fetch,
    .mark = receiver_mark,
    .erase = receiver_erase,
    .wait = receiver_wait,
    .close = receiver_close,
    .free = receiver_free,
};

/* ---- Settings ---- */

/* A folder's name as it goes over the wire: modified UTF-7 (RFC 3501 section 5.1.3). */
static bool to_wire(const char *name, char **ret, struct error *error) {
    size_t length = strlen(name), capacity = length * 6 + 16;
    if (length > 1000 || !utf8_is_valid(name, length))
        return error_set(error, ERROR_CONFIGURATION, "a folder's name is too long or not UTF-8");
    auto_string wire = memory_new(capacity);
    UErrorCode code = U_ZERO_ERROR;
    int32_t written = ucnv_convert("IMAP-mailbox-name", "UTF-8", wire, (int32_t)capacity, name, (int32_t)length, &code);
    if (U_FAILURE(code) || written < 0 || (size_t)written >= capacity)
        return error_set(error, ERROR_CONFIGURATION, "the folder name %.100s cannot be written in IMAP", name);
    for (const char *c = wire; *c; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7f)
            return error_set(error, ERROR_CONFIGURATION, "a folder's name contains control characters");
    *ret = steal(wire);
    return true;
}

static bool take_url(CURLU *parsed, const char *url, struct imap_receiver *receiver, struct error *error) {
    if (string_is_empty(url) || curl_url_set(parsed, CURLUPART_URL, url, 0) != CURLUE_OK)
        return error_set(error, ERROR_CONFIGURATION,
                         "incoming mail needs a url such as imaps://mail.example.org/INBOX");
    auto_string scheme = url_part(parsed, CURLUPART_SCHEME, 0);
    auto_string login = url_part(parsed, CURLUPART_USER, 0);
    auto_string path = url_part(parsed, CURLUPART_PATH, CURLU_URLDECODE);
    if (!string_equal(scheme, "imaps") && !string_equal(scheme, "imap"))
        return error_set(error, ERROR_CONFIGURATION, "the url of incoming mail must begin with imaps:// or imap://");
    if (login)
        return error_set(error, ERROR_CONFIGURATION,
                         "the url of incoming mail must not hold a user or password; name them apart");
    const char *folder = path && *path == '/' ? path + 1 : "";
    if (string_equal_ignore_case(folder, "INBOX") || !*folder)
        folder = "INBOX";
    if (!to_wire(folder, &receiver->inbox, error))
        return false;
    if (curl_url_set(parsed, CURLUPART_PATH, "/", 0) != CURLUE_OK ||
        curl_url_set(parsed, CURLUPART_QUERY, NULL, 0) != CURLUE_OK ||
        curl_url_set(parsed, CURLUPART_FRAGMENT, NULL, 0) != CURLUE_OK)
        return error_set(error, ERROR_CONFIGURATION, "the url of incoming mail cannot be used");
    receiver->url = url_part(parsed, CURLUPART_URL, 0);
    size_t length = strlen(receiver->url);
    if (length > 0 && receiver->url[length - 1] == '/')
        receiver->url[length - 1] = '\0';
    return true;
}

static bool take_settings(const struct imap_settings *settings, struct imap_receiver *receiver, struct error *error) {
    if (string_is_empty(settings->user) || (!settings->password && !settings->token))
        return error_set(error, ERROR_CONFIGURATION, "incoming mail needs a user, and a password or an OAuth 2 token");
    if (!string_is_empty(settings->done_folder) && !to_wire(settings->done_folder, &receiver->done_folder, error))
        return false;
    if (settings->junk_folder && !to_wire(settings->junk_folder, &receiver->junk_folder, error))
        return false;
    CURLU *parsed = curl_url();
    require(parsed);
    bool good = take_url(parsed, settings->url, receiver, error);
    curl_url_cleanup(parsed);
    return good;
}

bool imap_new(const struct imap_settings *settings, struct mail_receiver **ret, struct error *error) {
    struct imap_receiver *receiver = memory_new(sizeof *receiver);
    receiver->base.operations = &operations;
    if (!take_settings(settings, receiver, error)) {
        receiver_free(&receiver->base);
        return false;
    }
    receiver->user = memory_copy_string(settings->user);
    receiver->password = memory_copy_string(settings->password);
    receiver->ca_file = memory_copy_string(settings->ca_file);
    receiver->token = settings->token;
    receiver->token_context = settings->token_context;
    receiver->plain_text = settings->security == IMAP_SECURITY_PLAIN_TEXT;
    receiver->limits.batch_bytes = settings->batch_bytes ?: 4u << 20;
    receiver->limits.batch_count = settings->batch_count ?: 200;
    receiver->limits.message_limit = settings->message_limit ?: 25u << 20;
    receiver->connect_timeout_ms = settings->connect_timeout_ms ?: 30 * 1000;
    receiver->read_timeout_ms = settings->read_timeout_ms ?: 60 * 1000;
    receiver->command_timeout_ms = settings->command_timeout_ms ?: 10 * 60 * 1000;
    receiver->idle_renew_ms = settings->idle_renew_ms ?: 9 * 60 * 1000;
    if (receiver->idle_renew_ms > MOST_RENEW_MS)
        receiver->idle_renew_ms = MOST_RENEW_MS;
    *ret = &receiver->base;
    return true;
}
