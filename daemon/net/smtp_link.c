#include "net/smtp_link.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/memory.h"
#include "base/text.h"
#include "net/envelope.h"

static bool has_keyword(const char *words, const char *keyword) {
    size_t length = strlen(keyword);
    return string_starts_with_ignore_case(words, keyword) && (!words[length] || isspace((unsigned char)words[length]));
}

static void read_capability(struct smtp_capabilities *capabilities, const char *words) {
    if (has_keyword(words, "PIPELINING"))
        capabilities->pipelining = true;
    else if (has_keyword(words, "8BITMIME"))
        capabilities->eight_bit = true;
    else if (has_keyword(words, "SMTPUTF8"))
        capabilities->utf8 = true;
    else if (has_keyword(words, "SIZE")) {
        capabilities->size = true;
        capabilities->size_limit = strtoull(words + strlen("SIZE"), NULL, 10);
    }
}

/* libcurl hands over each line of the server's while it greets and logs in. */
static size_t take_line(char *bytes, size_t size, size_t count, void *context) {
    struct smtp_link *link = context;
    size_t length = size * count, used;
    char line[128];
    size_t kept = length < sizeof line ? length : sizeof line - 1;
    memcpy(line, bytes, kept);
    line[kept] = '\0';
    /* What was said before STARTTLS counts for nothing after it (RFC 3207 section 4.2). */
    if (string_starts_with(line, "220"))
        link->capabilities = (struct smtp_capabilities){0};
    else if (string_starts_with(line, "250") && kept > 4)
        read_capability(&link->capabilities, line + 4);
    else if (string_starts_with(line, "235"))
        link->logged_in = true;
    for (size_t position = 0; position < length; position += used) {
        struct smtp_reply reply;
        enum smtp_reply_progress progress =
            smtp_reply_read(&link->reader, bytes + position, length - position, &used, &reply);
        if (progress == REPLY_WHOLE)
            link->last = reply;
        if (progress != REPLY_WHOLE || !used)
            break;
    }
    return length;
}

static size_t refuse_body(char *bytes, size_t size, size_t count, void *context) {
    (void)bytes, (void)context;
    return size * count;
}

static bool set_login(CURL *easy, const struct smtp_settings *settings) {
    if (!settings->user)
        return true;
    curl_easy_setopt(easy, CURLOPT_USERNAME, settings->user);
    if (!settings->oauth2_token) {
        curl_easy_setopt(easy, CURLOPT_PASSWORD, settings->password);
        /* Named, because libcurl would rather begin with NTLM or Kerberos, which a password alone often can't do. */
        curl_easy_setopt(easy, CURLOPT_LOGIN_OPTIONS, "AUTH=CRAM-MD5;AUTH=PLAIN;AUTH=LOGIN");
        return true;
    }
    const char *token = settings->oauth2_token(settings->oauth2_context);
    if (!token)
        return false;
    curl_easy_setopt(easy, CURLOPT_XOAUTH2_BEARER, token);
    curl_easy_setopt(easy, CURLOPT_LOGIN_OPTIONS, "AUTH=OAUTHBEARER;AUTH=XOAUTH2");
    return true;
}

struct smtp_link *smtp_link_open(CURLM *multi, const char *url, const struct smtp_settings *settings, void *owner,
                                 struct send_result *ret_failure) {
    CURL *easy = curl_easy_init();
    require(easy);
    if (!set_login(easy, settings)) {
        curl_easy_cleanup(easy);
        envelope_result(ret_failure, 0, SEND_UNAVAILABLE, STAGE_CONNECT, 0, "", "no OAuth 2 token at present");
        return NULL;
    }
    struct smtp_link *link = memory_new(sizeof *link);
    *link = (struct smtp_link){.multi = multi,
                               .easy = easy,
                               .settings = settings,
                               .socket = CURL_SOCKET_BAD,
                               .encrypted = settings->tls != SMTP_TLS_NONE};
    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(easy, CURLOPT_CONNECT_ONLY, 1L);
    curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_USE_SSL, (long)(settings->tls == SMTP_TLS_NONE ? CURLUSESSL_NONE : CURLUSESSL_ALL));
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (settings->ca_file) {
        curl_easy_setopt(easy, CURLOPT_CAINFO, settings->ca_file);
        curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
    }
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)settings->connect_timeout_ms);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_line);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, link);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, refuse_body);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, link->failure);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, owner);
    require(curl_multi_add_handle(multi, easy) == CURLM_OK);
    return link;
}

static enum send_outcome failure_outcome(const struct smtp_link *link, CURLcode code) {
    bool for_now = link->last.code >= 400 && link->last.code < 500;
    if (code == CURLE_LOGIN_DENIED)
        return for_now ? SEND_UNAVAILABLE : SEND_LOGIN_REFUSED;
    if (code == CURLE_USE_SSL_FAILED)
        return for_now ? SEND_UNAVAILABLE : SEND_UNTRUSTED;
    bool untrusted = code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE ||
                     code == CURLE_SSL_ISSUER_ERROR || code == CURLE_SSL_INVALIDCERTSTATUS;
    return untrusted ? SEND_UNTRUSTED : SEND_UNAVAILABLE;
}

/* The server's words if they explain the failure, else libcurl's. */
static void explain_failure(const struct smtp_link *link, enum send_outcome outcome, const char *words,
                            struct send_result *ret) {
    if (link->last.code >= 400 && outcome != SEND_UNTRUSTED)
        envelope_result(ret, 0, outcome, STAGE_CONNECT, link->last.code, link->last.status, link->last.text);
    else
        envelope_result(ret, 0, outcome, STAGE_CONNECT, 0, "", words);
}

bool smtp_link_ready(struct smtp_link *link, CURLcode code, struct send_result *ret_failure) {
    if (code != CURLE_OK) {
        const char *words = *link->failure ? link->failure : curl_easy_strerror(code);
        if (code == CURLE_LOGIN_DENIED)
            words = "the server offers no way to log in that we know";
        else if (code == CURLE_USE_SSL_FAILED)
            words = "the server offers no STARTTLS, and nothing is sent without";
        explain_failure(link, failure_outcome(link, code), words, ret_failure);
        return false;
    }
    /* Where the server offers no AUTH, libcurl goes on without. */
    if (link->settings->user && !link->logged_in) {
        explain_failure(link, link->last.code == 421 ? SEND_UNAVAILABLE : SEND_LOGIN_REFUSED,
                        "the server offers no way to log in that we know", ret_failure);
        return false;
    }
    curl_socket_t socket = CURL_SOCKET_BAD;
    if (curl_easy_getinfo(link->easy, CURLINFO_ACTIVESOCKET, &socket) != CURLE_OK || socket == CURL_SOCKET_BAD) {
        explain_failure(link, SEND_UNAVAILABLE, "the connection was lost at once", ret_failure);
        return false;
    }
    link->socket = socket;
    return true;
}

enum smtp_transfer smtp_link_send(struct smtp_link *link, const char *bytes, size_t length, size_t *ret_sent) {
    size_t sent = 0;
    CURLcode code = curl_easy_send(link->easy, bytes, length, &sent);
    if (code == CURLE_AGAIN || (code == CURLE_OK && sent == 0))
        return TRANSFER_LATER;
    if (code != CURLE_OK)
        return TRANSFER_LOST;
    *ret_sent = sent;
    return TRANSFER_DONE;
}

enum smtp_transfer smtp_link_receive(struct smtp_link *link, char *buffer, size_t size, size_t *ret_received) {
    size_t received = 0;
    CURLcode code = curl_easy_recv(link->easy, buffer, size, &received);
    if (code == CURLE_AGAIN)
        return TRANSFER_LATER;
    if (code != CURLE_OK || received == 0)
        return TRANSFER_LOST;
    *ret_received = received;
    return TRANSFER_DONE;
}

void smtp_link_close(struct smtp_link *link) {
    if (!link)
        return;
    /* libcurl would say QUIT and wait for the answer, and TLS would flush a record that it still holds: the end of a
     * message that was given up must not slip out like that. */
    if (link->socket != CURL_SOCKET_BAD)
        shutdown(link->socket, SHUT_RDWR);
    curl_multi_remove_handle(link->multi, link->easy);
    curl_easy_cleanup(link->easy);
    free(link);
}
