#include "net/imap_stream.h"

#include <curl/curl.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "net/imap_guard.h"

#define BUFFER_SIZE (64 * 1024)

struct imap_stream {
    CURL *curl;
    curl_socket_t socket;
    int read_timeout_ms;
    int64_t deadline; /* monotonic milliseconds */
    struct imap_guard guard;
    const char *greeting; /* what is left of the made-up first line */
    char problem[256];
};

/* ---- Opening ---- */

struct dialogue {
    char curl_error[CURL_ERROR_SIZE];
    char last_line[256]; /* of the server, for the reason of a refusal */
};

static size_t remember_line(char *bytes, size_t size, size_t count, void *context) {
    struct dialogue *dialogue = context;
    size_t length = size * count;
    size_t kept = length < sizeof dialogue->last_line ? length : sizeof dialogue->last_line - 1;
    memcpy(dialogue->last_line, bytes, kept);
    dialogue->last_line[kept] = '\0';
    string_trim(dialogue->last_line);
    return length;
}

static size_t ignore_body(char *bytes, size_t size, size_t count, void *context) {
    (void)bytes;
    (void)context;
    return size * count;
}

static bool explain_login(const struct imap_login *login, const struct dialogue *dialogue, struct error *error) {
    auto_text answer = TEXT_EMPTY;
    const char *space = strchr(dialogue->last_line, ' '); /* after the tag */
    text_append_printable(&answer, space ? space + 1 : dialogue->last_line);
    const char *reason = text_string(&answer);
    /* RFC 5530: the account may be fine, the server just can't tell now. */
    if (strcasestr(reason, "[UNAVAILABLE]") || strcasestr(reason, "[INUSE]") || strcasestr(reason, "[LIMIT]"))
        return error_set(error, ERROR_TEMPORARY, "%s cannot log in user %s now: %s", login->url, login->user, reason);
    return error_set(
        error, ERROR_CONFIGURATION,
        "%s: the server refused user %s (\"%s\"); check the user name and the %s, and whether the provider "
        "allows IMAP for this account",
        login->url, login->user, reason, login->password ? "password" : "OAuth 2 token");
}

static bool explain(CURLcode code, const struct imap_login *login, const struct dialogue *dialogue,
                    struct error *error) {
    auto_text detail = TEXT_EMPTY;
    text_append_printable(&detail, dialogue->curl_error[0] ? dialogue->curl_error : curl_easy_strerror(code));
    const char *reason = text_string(&detail);
    /* libcurl's codes are far too many for -Wswitch-enum; the named ones need a person, all others pass by themselves.
     */
    if (code == CURLE_LOGIN_DENIED || code == CURLE_AUTH_ERROR)
        return explain_login(login, dialogue, error);
    if (code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_ISSUER_ERROR)
        return error_set(
            error, ERROR_CONFIGURATION,
            "%s: the server's certificate is not trusted (%s); nothing was sent to it. Check the host name, or "
            "name the CA's file",
            login->url, reason);
    if (code == CURLE_SSL_CACERT_BADFILE)
        return error_set(error, ERROR_CONFIGURATION, "%s: cannot read the CA file %s: %s", login->url,
                         login->ca_file ? login->ca_file : "of the system", reason);
    if (code == CURLE_USE_SSL_FAILED)
        return error_set(error, ERROR_CONFIGURATION,
                         "%s: the server offers no STARTTLS, so the password was not sent; use imaps:// if it has that",
                         login->url);
    if (code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_NOT_BUILT_IN)
        return error_set(error, ERROR_CONFIGURATION, "%s: %s", login->url, reason);
    if (code == CURLE_OPERATION_TIMEDOUT)
        return error_set(error, ERROR_TEMPORARY, "%s: no connection or login within %d s (%s)", login->url,
                         login->connect_timeout_ms / 1000, reason);
    return error_set(error, ERROR_TEMPORARY, "%s: cannot connect: %s", login->url, reason);
}

static void set_options(CURL *curl, const struct imap_login *login, struct dialogue *dialogue) {
    curl_easy_setopt(curl, CURLOPT_URL, login->url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "imap,imaps");
    curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, 1L);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(curl, CURLOPT_USE_SSL, (long)(login->plain_text ? CURLUSESSL_NONE : CURLUSESSL_ALL));
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (login->ca_file) {
        curl_easy_setopt(curl, CURLOPT_CAINFO, login->ca_file);
        curl_easy_setopt(curl, CURLOPT_CAPATH, NULL); /* that file alone */
    }
    curl_easy_setopt(curl, CURLOPT_USERNAME, login->user);
    if (login->password)
        curl_easy_setopt(curl, CURLOPT_PASSWORD, login->password);
    else
        curl_easy_setopt(curl, CURLOPT_XOAUTH2_BEARER, login->token);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)login->connect_timeout_ms);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)login->connect_timeout_ms);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, dialogue->curl_error);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, remember_line);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, dialogue);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, ignore_body);
}

bool imap_stream_open(const struct imap_login *login, struct imap_stream **ret, struct error *error) {
    struct dialogue dialogue = {0};
    CURL *curl = curl_easy_init();
    require(curl);
    set_options(curl, login, &dialogue);
    CURLcode code = curl_easy_perform(curl);
    curl_socket_t socket = CURL_SOCKET_BAD;
    if (code == CURLE_OK)
        code = curl_easy_getinfo(curl, CURLINFO_ACTIVESOCKET, &socket);
    if (code == CURLE_OK && socket == CURL_SOCKET_BAD)
        code = CURLE_COULDNT_CONNECT;
    if (code != CURLE_OK) {
        curl_easy_cleanup(curl);
        return explain(code, login, &dialogue, error);
    }
    /* They point into this function's frame. */
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, NULL);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, NULL);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, NULL);
    struct imap_stream *stream = memory_new(sizeof *stream);
    stream->curl = curl;
    stream->socket = socket;
    stream->read_timeout_ms = login->read_timeout_ms;
    stream->greeting = "* PREAUTH ready\r\n";
    *ret = stream;
    return true;
}

void imap_stream_free(struct imap_stream *stream) {
    if (!stream)
        return;
    curl_easy_cleanup(stream->curl);
    free(stream);
}

/* ---- Reading and writing ---- */

void imap_stream_allow(struct imap_stream *stream, uint64_t bytes, int timeout_ms) {
    imap_guard_allow(&stream->guard, bytes);
    stream->deadline = clock_monotonic_ms() + timeout_ms;
}

const char *imap_stream_problem(const struct imap_stream *stream) {
    return stream->problem[0] ? stream->problem : NULL;
}

void imap_stream_fail(struct imap_stream *stream, const char *problem) {
    if (!stream->problem[0])
        snprintf(stream->problem, sizeof stream->problem, "%s", problem);
}

/* Waits for the socket or the wake-up; returns what poll(2) would, without its EINTR. */
static int await(const struct imap_stream *stream, short events, int wake_fd, int64_t until, bool *ret_woken) {
    struct pollfd polled[2] = {{.fd = stream->socket, .events = events}, {.fd = wake_fd, .events = POLLIN}};
    for (;;) {
        int64_t left = until - clock_monotonic_ms();
        int ready = poll(polled, 2, left <= 0 ? 0 : left > INT_MAX ? INT_MAX : (int)left);
        if (ready < 0 && errno == EINTR)
            continue;
        *ret_woken = ready > 0 && polled[1].revents != 0;
        return ready;
    }
}

enum imap_stream_event imap_stream_receive(struct imap_stream *stream, char *buffer, size_t size, int timeout_ms,
                                           int wake_fd, size_t *ret_length) {
    int64_t until = clock_monotonic_ms() + timeout_ms;
    while (!stream->problem[0]) {
        size_t length = 0;
        CURLcode code = curl_easy_recv(stream->curl, buffer, size, &length);
        if (code == CURLE_OK && length > 0) {
            const char *problem = imap_guard_look(&stream->guard, buffer, length);
            if (problem) {
                snprintf(stream->problem, sizeof stream->problem, "the server %s", problem);
                break;
            }
            *ret_length = length;
            return IMAP_STREAM_DATA;
        }
        if (code == CURLE_OK) {
            imap_stream_fail(stream, "the server closed the connection");
            break;
        }
        if (code != CURLE_AGAIN) {
            snprintf(stream->problem, sizeof stream->problem, "connection lost: %s", curl_easy_strerror(code));
            break;
        }
        bool woken = false;
        int ready = await(stream, POLLIN, wake_fd, until, &woken);
        if (woken)
            return IMAP_STREAM_WOKEN;
        if (ready == 0)
            return IMAP_STREAM_TIMEOUT;
        if (ready < 0)
            imap_stream_fail(stream, "cannot wait for the connection");
    }
    return IMAP_STREAM_BROKEN;
}

bool imap_stream_write(struct imap_stream *stream, const char *bytes, size_t length) {
    int64_t silence = clock_monotonic_ms() + stream->read_timeout_ms;
    int64_t until = silence < stream->deadline ? silence : stream->deadline;
    while (length > 0 && !stream->problem[0]) {
        size_t sent = 0;
        CURLcode code = curl_easy_send(stream->curl, bytes, length, &sent);
        bool woken;
        if (code == CURLE_OK) {
            bytes += sent;
            length -= sent;
        } else if (code != CURLE_AGAIN) {
            snprintf(stream->problem, sizeof stream->problem, "connection lost: %s", curl_easy_strerror(code));
        } else if (await(stream, POLLOUT, -1, until, &woken) == 0) {
            imap_stream_fail(stream, "the server takes no more commands");
        }
    }
    return length == 0;
}

/* ---- The mailstream driver ---- */

static ssize_t driver_read(mailstream_low *low, void *buffer, size_t size) {
    struct imap_stream *stream = low->data;
    if (*stream->greeting) {
        size_t length = strlen(stream->greeting);
        if (length > size)
            length = size;
        memcpy(buffer, stream->greeting, length);
        stream->greeting += length;
        return (ssize_t)length;
    }
    int64_t left = stream->deadline - clock_monotonic_ms();
    bool last_chance = left <= stream->read_timeout_ms;
    int timeout = left <= 0 ? 0 : last_chance ? (int)left : stream->read_timeout_ms;
    size_t length = 0;
    enum imap_stream_event event = imap_stream_receive(stream, buffer, size, timeout, -1, &length);
    if (event == IMAP_STREAM_DATA)
        return (ssize_t)length;
    if (event == IMAP_STREAM_TIMEOUT) {
        char problem[96];
        snprintf(problem, sizeof problem, "the server fell silent for %.1f s", timeout / 1000.0);
        imap_stream_fail(stream, last_chance ? "the server took too long to answer" : problem);
    }
    return -1;
}

static ssize_t driver_write(mailstream_low *low, const void *buffer, size_t size) {
    struct imap_stream *stream = low->data;
    return imap_stream_write(stream, buffer, size) ? (ssize_t)size : -1;
}

static int driver_close(mailstream_low *low) {
    (void)low; /* the connection belongs to the imap_stream */
    return 0;
}

static void driver_free(mailstream_low *low) {
    free(low);
}

/* Without what only libetpan's own IDLE and TLS would call: neither is ever used. */
static mailstream_low_driver driver = {
    .mailstream_read = driver_read,
    .mailstream_write = driver_write,
    .mailstream_close = driver_close,
    .mailstream_free = driver_free,
};

mailstream *imap_stream_new_mailstream(struct imap_stream *stream) {
    mailstream_low *low = mailstream_low_new(stream, &driver);
    require(low);
    mailstream *result = mailstream_new(low, BUFFER_SIZE);
    require(result);
    return result;
}
