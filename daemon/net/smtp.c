#include "net/smtp.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "net/smtp_session.h"
#include "net/url.h"

#define SUBMISSION_PORT "587"
enum { CONNECTIONS_MOST = 64, CONNECTIONS_DEFAULT = 4, GOODBYE_MS = 300 };

struct smtp {
    struct mail_sender sender; /* first: the two are the same pointer */
    CURLM *multi;
    struct smtp_settings settings; /* own copies */
    char *url;
    struct smtp_session *sessions[CONNECTIONS_MOST];
    size_t next_result; /* sessions take turns, so that none waits for the others' results */
    uint64_t size_limit;
};

static void wipe_and_free(const char *secret) {
    if (!secret)
        return;
    char *bytes;
    memcpy(&bytes, &secret, sizeof bytes);
    explicit_bzero(bytes, strlen(bytes));
    free(bytes);
}

static struct smtp *as_smtp(struct mail_sender *sender) {
    return (struct smtp *)sender;
}

static size_t smtp_room(struct mail_sender *sender) {
    struct smtp *smtp = as_smtp(sender);
    size_t room = 0;
    for (size_t i = 0; i < smtp->settings.connections; i++)
        room += smtp_session_is_free(smtp->sessions[i]);
    return room;
}

static size_t smtp_busy(struct mail_sender *sender) {
    return as_smtp(sender)->settings.connections - smtp_room(sender);
}

/* A kept connection before a new one. */
static struct smtp_session *choose_session(struct smtp *smtp) {
    struct smtp_session *chosen = NULL;
    for (size_t i = 0; i < smtp->settings.connections; i++) {
        struct smtp_session *session = smtp->sessions[i];
        if (!smtp_session_is_free(session))
            continue;
        if (smtp_session_is_warm(session))
            return session;
        if (!chosen)
            chosen = session;
    }
    return chosen;
}

static void smtp_start(struct mail_sender *sender, const struct send_request *request) {
    struct smtp_session *session = choose_session(as_smtp(sender));
    require(session);
    smtp_session_start(session, request);
}

/* Lets libcurl go on with the connections being made. */
static void drive_connecting(struct smtp *smtp) {
    int running, left;
    curl_multi_perform(smtp->multi, &running);
    for (CURLMsg *message; (message = curl_multi_info_read(smtp->multi, &left));) {
        if (message->msg != CURLMSG_DONE)
            continue;
        char *owner = NULL;
        CURLcode code = message->data.result;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &owner);
        struct smtp_session *session = (void *)owner;
        if (session && session->state == SESSION_CONNECTING)
            smtp_session_connected(session, code);
    }
}

static size_t take_results(struct smtp *smtp, struct send_result *results, size_t most) {
    size_t count = 0, connections = smtp->settings.connections;
    require(connections > 0);
    for (size_t i = 0; i < connections && count < most; i++) {
        struct smtp_session *session = smtp->sessions[(smtp->next_result + i) % connections];
        if (session->has_result)
            results[count++] = smtp_session_take_result(session);
    }
    smtp->next_result = (smtp->next_result + 1) % connections;
    return count;
}

struct round_of_waiting {
    struct curl_waitfd waits[CONNECTIONS_MOST + 1];
    struct smtp_session *waiting[CONNECTIONS_MOST];
    unsigned count;
};

/* Waits until a socket, the wake descriptor, libcurl or a deadline calls. True if the wake descriptor did. */
static bool wait_once(struct smtp *smtp, int64_t until, int wake_fd, struct round_of_waiting *round) {
    round->count = 0;
    for (size_t i = 0; i < smtp->settings.connections; i++) {
        struct smtp_session *session = smtp->sessions[i];
        if (smtp_session_wants(session, &round->waits[round->count]))
            round->waiting[round->count++] = session;
        until = session->deadline < until ? session->deadline : until;
    }
    unsigned all = round->count;
    if (wake_fd >= 0)
        round->waits[all++] = (struct curl_waitfd){.fd = wake_fd, .events = CURL_WAIT_POLLIN};
    int64_t left = until - clock_monotonic_ms();
    int timeout = left <= 0 ? 0 : left > INT_MAX ? INT_MAX : (int)left;
    curl_multi_poll(smtp->multi, round->waits, all, timeout, NULL);
    return wake_fd >= 0 && round->waits[round->count].revents;
}

static void advance_sessions(struct smtp *smtp, const struct round_of_waiting *round) {
    bool connecting = false;
    for (unsigned i = 0; i < round->count; i++)
        if (round->waits[i].revents)
            smtp_session_advance(round->waiting[i], true);
    for (size_t i = 0; i < smtp->settings.connections; i++)
        connecting |= smtp->sessions[i]->state == SESSION_CONNECTING;
    if (connecting)
        drive_connecting(smtp);
    int64_t now = clock_monotonic_ms();
    for (size_t i = 0; i < smtp->settings.connections; i++) {
        struct smtp_session *session = smtp->sessions[i];
        if (session->deadline <= now)
            smtp_session_advance(session, false);
        if (session->link && session->link->capabilities.size_limit)
            smtp->size_limit = session->link->capabilities.size_limit;
    }
}

static size_t smtp_wait(struct mail_sender *sender, int timeout_ms, int wake_fd, struct send_result *results,
                        size_t most) {
    struct smtp *smtp = as_smtp(sender);
    int64_t until = clock_monotonic_ms() + (timeout_ms > 0 ? timeout_ms : 0);
    struct round_of_waiting round = {0};
    advance_sessions(smtp, &round);
    size_t count = take_results(smtp, results, most);
    bool woken = false;
    while (!count && !woken) {
        woken = wait_once(smtp, until, wake_fd, &round);
        advance_sessions(smtp, &round);
        count = take_results(smtp, results, most);
        if (clock_monotonic_ms() >= until)
            break;
    }
    return count;
}

static uint64_t smtp_size_limit(struct mail_sender *sender) {
    return as_smtp(sender)->size_limit;
}

/* Says QUIT on the idle connections and gives the server a moment to say goodbye. */
static void part(struct smtp *smtp) {
    struct curl_waitfd waits[CONNECTIONS_MOST];
    unsigned count = 0;
    for (size_t i = 0; i < smtp->settings.connections; i++)
        if (smtp_session_quit(smtp->sessions[i]) && smtp_session_wants(smtp->sessions[i], &waits[count]))
            count++;
    int64_t until = clock_monotonic_ms() + GOODBYE_MS;
    while (count > 0 && clock_monotonic_ms() < until) {
        curl_multi_poll(smtp->multi, waits, count, (int)(until - clock_monotonic_ms()), NULL);
        unsigned left = 0;
        for (unsigned i = 0; i < count; i++)
            if (!waits[i].revents)
                waits[left++] = waits[i];
        count = left;
    }
}

static void smtp_free(struct mail_sender *sender) {
    if (!sender)
        return;
    struct smtp *smtp = as_smtp(sender);
    if (smtp->multi)
        part(smtp);
    for (size_t i = 0; i < smtp->settings.connections; i++)
        smtp_session_free(smtp->sessions[i]);
    curl_multi_cleanup(smtp->multi);
    wipe_and_free(smtp->settings.password);
    memory_free_pointer(&smtp->settings.user);
    memory_free_pointer(&smtp->settings.ca_file);
    free(smtp->url);
    free(smtp);
    curl_global_cleanup();
}

static const struct mail_sender_operations smtp_operations = {
    .room = smtp_room,
    .start = smtp_start,
    .wait = smtp_wait,
    .busy = smtp_busy,
    .size_limit = smtp_size_limit,
    .free = smtp_free,
};

static bool is_this_machine(const char *host) {
    struct in_addr address;
    if (inet_pton(AF_INET, host, &address) == 1)
        return (ntohl(address.s_addr) >> 24) == 127;
    return string_equal_ignore_case(host, "localhost") || string_equal(host, "[::1]");
}

static bool check_url(CURLU *url, const struct smtp_settings *settings, struct error *error) {
    auto_string scheme = url_part(url, CURLUPART_SCHEME, 0);
    auto_string host = url_part(url, CURLUPART_HOST, 0);
    auto_string path = url_part(url, CURLUPART_PATH, 0);
    auto_string user = url_part(url, CURLUPART_USER, 0);
    auto_string password = url_part(url, CURLUPART_PASSWORD, 0);
    auto_string query = url_part(url, CURLUPART_QUERY, 0);
    if (user || password)
        return error_set(error, ERROR_CONFIGURATION,
                         "the outgoing URL holds a user or password: give them by their own settings");
    if (!host || (path && *path && !string_equal(path, "/")) || query)
        return error_set(error, ERROR_CONFIGURATION,
                         "the outgoing URL should be smtps://HOST or smtp://HOST, with :PORT where needed");
    bool smtps = string_equal(scheme, "smtps");
    if (!smtps && !string_equal(scheme, "smtp"))
        return error_set(error, ERROR_CONFIGURATION,
                         "the outgoing URL should begin with smtps:// or smtp://, not %s://", scheme ? scheme : "");
    if (settings->tls == SMTP_TLS_NONE && (smtps || !is_this_machine(host)))
        return error_set(error, ERROR_CONFIGURATION,
                         "sending without TLS is only for smtp:// to this machine itself, not for %s://%s", scheme,
                         host);
    return true;
}

/* The URL for libcurl, which takes the name for EHLO from its path. */
static char *make_url(const struct smtp_settings *settings, struct error *error) {
    CURLU *url = curl_url();
    require(url);
    char *whole = NULL;
    if (curl_url_set(url, CURLUPART_URL, settings->url ? settings->url : "", 0) != CURLUE_OK) {
        error_set(error, ERROR_CONFIGURATION,
                  "the outgoing URL should be smtps://HOST or smtp://HOST, with :PORT where needed");
    } else if (check_url(url, settings, error)) {
        auto_text path = TEXT_EMPTY;
        text_append_format(&path, "/%s", settings->local_name ? settings->local_name : "");
        auto_string port = url_part(url, CURLUPART_PORT, 0);
        auto_string scheme = url_part(url, CURLUPART_SCHEME, 0);
        if (!port && string_equal(scheme, "smtp") && settings->tls == SMTP_TLS_REQUIRED)
            curl_url_set(url, CURLUPART_PORT, SUBMISSION_PORT, 0);
        if (curl_url_set(url, CURLUPART_PATH, text_string(&path), CURLU_URLENCODE) == CURLUE_OK)
            whole = url_part(url, CURLUPART_URL, 0);
        if (!whole)
            error_set(error, ERROR_CONFIGURATION, "the name for EHLO can't be used: %s", settings->local_name);
    }
    curl_url_cleanup(url);
    return whole;
}

static struct smtp_settings copy_settings(const struct smtp_settings *given) {
    struct smtp_settings copy = *given;
    copy.url = copy.local_name = NULL; /* both in the URL that libcurl gets */
    copy.user = memory_copy_string(given->user);
    copy.password = memory_copy_string(given->password);
    copy.ca_file = memory_copy_string(given->ca_file);
    copy.connections = given->connections ?: CONNECTIONS_DEFAULT;
    copy.connect_timeout_ms = given->connect_timeout_ms ?: 60 * 1000;
    copy.command_timeout_ms = given->command_timeout_ms ?: 5 * 60 * 1000;
    copy.data_timeout_ms = given->data_timeout_ms ?: 3 * 60 * 1000;
    copy.final_timeout_ms = given->final_timeout_ms ?: 10 * 60 * 1000;
    copy.idle_timeout_ms = given->idle_timeout_ms ?: 60 * 1000;
    return copy;
}

struct mail_sender *smtp_new(const struct smtp_settings *settings, struct error *error) {
    if (settings->connections > CONNECTIONS_MOST) {
        error_set(error, ERROR_CONFIGURATION, "outgoing connections should be 1 to %d, not %zu", CONNECTIONS_MOST,
                  settings->connections);
        return NULL;
    }
    if (settings->user && !settings->password && !settings->oauth2_token) {
        error_set(error, ERROR_CONFIGURATION, "outgoing mail has a user but no password and no OAuth 2 token");
        return NULL;
    }
    require(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
    char *url = make_url(settings, error);
    if (!url) {
        curl_global_cleanup();
        return NULL;
    }
    struct smtp *smtp = memory_new(sizeof *smtp);
    *smtp = (struct smtp){.sender.operations = &smtp_operations, .url = url, .settings = copy_settings(settings)};
    smtp->multi = curl_multi_init();
    require(smtp->multi);
    for (size_t i = 0; i < smtp->settings.connections; i++)
        smtp->sessions[i] = smtp_session_new(smtp->multi, smtp->url, &smtp->settings);
    return &smtp->sender;
}
