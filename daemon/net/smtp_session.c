#include "net/smtp_session.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "net/envelope.h"

enum {
    RECEIVE_SIZE = 4096,
    TLS_RECORD_MOST = 16384,
    REFUSALS_MOST = 8, /* servers slow down whoever errs often on one connection */
};

struct smtp_session *smtp_session_new(CURLM *multi, const char *url, const struct smtp_settings *settings) {
    struct smtp_session *session = memory_new(sizeof *session);
    *session = (struct smtp_session){.multi = multi, .url = url, .settings = settings, .deadline = INT64_MAX};
    return session;
}

static void drop_connection(struct smtp_session *session) {
    smtp_link_close(session->link);
    session->link = NULL;
    session->generation++;
    session->state = SESSION_CLOSED;
    session->deadline = INT64_MAX;
    session->reader = (struct smtp_reply_reader){0};
    session->used_before = session->transaction_open = false;
    session->refusals = 0;
}

void smtp_session_free(struct smtp_session *session) {
    if (!session)
        return;
    drop_connection(session);
    smtp_transaction_drop(&session->transaction);
    free(session);
}

static void finish(struct smtp_session *session, const struct send_result *result) {
    session->result = *result;
    session->has_result = true;
    session->has_message = false;
    smtp_transaction_drop(&session->transaction);
}

static void enter(struct smtp_session *session, enum smtp_session_state state, int timeout_ms) {
    session->state = state;
    session->deadline = clock_monotonic_ms() + timeout_ms;
}

/* Gives the server the time that RFC 5321 section 4.5.3.2 leaves it for what is due from it now. */
static void await(struct smtp_session *session) {
    const struct smtp_settings *settings = session->settings;
    enum smtp_phase phase = session->transaction.phase;
    enter(session, SESSION_BUSY,
          phase == SMTP_BODY  ? settings->data_timeout_ms
          : phase == SMTP_END ? settings->final_timeout_ms
                              : settings->command_timeout_ms);
}

static void fail_to_connect(struct smtp_session *session, struct send_result *failure) {
    failure->id = session->transaction.id;
    finish(session, failure);
}

static void connect_link(struct smtp_session *session) {
    struct send_result failure;
    session->link = smtp_link_open(session->multi, session->url, session->settings, session, &failure);
    if (!session->link) {
        fail_to_connect(session, &failure);
        return;
    }
    /* libcurl keeps the time; this is for the case that it doesn't. */
    enter(session, SESSION_CONNECTING, session->settings->connect_timeout_ms + 2000);
}

/* A kept connection may have been closed at any moment: what the server need not have heard of may go by another, once.
 */
static bool may_retry(const struct smtp_session *session) {
    return session->state == SESSION_BUSY && session->used_before && !session->retried &&
           smtp_transaction_is_unheard(&session->transaction);
}

/* The connection is gone, or no good any more, for the reason in WORDS. */
static void lose(struct smtp_session *session, const char *words) {
    struct smtp_transaction *transaction = &session->transaction;
    bool busy = session->state == SESSION_BUSY, again = may_retry(session);
    drop_connection(session);
    if (again) {
        session->retried = true;
        connect_link(session);
    } else if (busy) {
        smtp_transaction_abandon(transaction, words);
        finish(session, &transaction->result);
    } else if (session->has_message) {
        struct send_result result;
        envelope_result(&result, transaction->id, SEND_UNAVAILABLE, STAGE_CONNECT, 0, "", words);
        finish(session, &result);
    }
}

/* The message is done with and the connection good for the next one. */
static void rest(struct smtp_session *session) {
    session->used_before = true;
    enter(session, SESSION_IDLE, session->settings->idle_timeout_ms);
    if (session->refusals >= REFUSALS_MOST) {
        smtp_session_quit(session);
        drop_connection(session);
    }
}

static void begin_transaction(struct smtp_session *session) {
    struct smtp_transaction *transaction = &session->transaction;
    if (smtp_transaction_begin(transaction, &session->link->capabilities, session->transaction_open)) {
        session->transaction_open = true;
        await(session);
    } else {
        finish(session, &transaction->result);
        rest(session);
    }
}

static void end_transaction(struct smtp_session *session) {
    struct smtp_transaction *transaction = &session->transaction;
    if (transaction->phase == SMTP_END) /* ended by the final dot, whatever the reply (RFC 5321 section 4.1.1.4) */
        session->transaction_open = false;
    if (transaction->result.outcome != SEND_ACCEPTED)
        session->refusals++;
    finish(session, &transaction->result);
    rest(session);
}

static void take_reply(struct smtp_session *session, const struct smtp_reply *reply) {
    struct smtp_transaction *transaction = &session->transaction;
    if (session->state != SESSION_BUSY) { /* nobody asked: it says goodbye, or is out of step */
        drop_connection(session);
        return;
    }
    if (reply->code == 421) { /* the service closes the connection, and didn't take the message */
        if (!may_retry(session))
            smtp_transaction_refuse(transaction, reply);
        lose(session, reply->text);
        return;
    }
    const char *why = "";
    switch (smtp_transaction_take_reply(transaction, reply, &why)) {
    case TRANSACTION_GOES_ON:
        await(session);
        break;
    case TRANSACTION_DONE:
        end_transaction(session);
        break;
    case TRANSACTION_OUT_OF_STEP:
        lose(session, why);
        break;
    }
}

/* Takes all that the server has said. */
static void receive(struct smtp_session *session) {
    char buffer[RECEIVE_SIZE];
    size_t received;
    unsigned generation = session->generation;
    while (session->link && session->state != SESSION_CONNECTING) {
        bool encrypted = session->link->encrypted;
        enum smtp_transfer transfer = smtp_link_receive(session->link, buffer, sizeof buffer, &received);
        if (transfer == TRANSFER_LATER)
            return;
        if (transfer == TRANSFER_LOST) {
            lose(session, session->transaction.end_may_be_out
                              ? "the connection was lost before the reply to the final dot"
                              : "the connection was lost");
            return;
        }
        for (size_t position = 0, used; position < received; position += used) {
            struct smtp_reply reply;
            enum smtp_reply_progress progress =
                smtp_reply_read(&session->reader, buffer + position, received - position, &used, &reply);
            if (progress == REPLY_MALFORMED)
                lose(session, "the server sent something that is no reply");
            else if (progress == REPLY_WHOLE)
                take_reply(session, &reply);
            if (progress != REPLY_WHOLE || session->generation != generation)
                break;
        }
        if (session->generation != generation || (received < sizeof buffer && !encrypted))
            return;
    }
}

/* The connection broke while sending. A server that closes early often said why: that counts for more. */
static void lose_while_sending(struct smtp_session *session) {
    unsigned generation = session->generation;
    receive(session);
    if (session->generation == generation)
        lose(session, "the connection was lost");
}

/* Sends what there is to send. */
static void transmit(struct smtp_session *session) {
    struct smtp_transaction *transaction = &session->transaction;
    if (session->state != SESSION_BUSY)
        return;
    if (transaction->phase == SMTP_BODY && transaction->sent == 0 && session->reader.bytes) {
        /* What comes before the message must not pass for the reply to it. */
        lose(session, "the server said more than it was asked");
        return;
    }
    const char *bytes;
    for (size_t left, sent; (left = smtp_transaction_outgoing(transaction, &bytes)) > 0;) {
        enum smtp_transfer transfer = smtp_link_send(session->link, bytes, left, &sent);
        if (transfer == TRANSFER_DONE) {
            bool body = transaction->phase == SMTP_BODY;
            smtp_transaction_note_sent(transaction, sent);
            if (body)
                await(session);
            continue;
        }
        /* GnuTLS may have made a record of the rest and sent any part of it. */
        if (session->link->encrypted && left <= TLS_RECORD_MOST)
            smtp_transaction_note_perhaps_sent(transaction);
        if (transfer == TRANSFER_LOST)
            lose_while_sending(session);
        return;
    }
}

void smtp_session_start(struct smtp_session *session, const struct send_request *request) {
    require(smtp_session_is_free(session));
    session->has_message = true;
    session->retried = false;
    struct send_result refusal;
    if (!envelope_check(request, &refusal)) {
        finish(session, &refusal);
        return;
    }
    smtp_transaction_take(&session->transaction, request);
    if (session->state == SESSION_IDLE) {
        begin_transaction(session);
        transmit(session);
    } else {
        connect_link(session);
    }
}

void smtp_session_connected(struct smtp_session *session, CURLcode code) {
    require(session->state == SESSION_CONNECTING);
    struct send_result failure;
    if (smtp_link_ready(session->link, code, &failure)) {
        begin_transaction(session);
        transmit(session);
    } else {
        drop_connection(session);
        fail_to_connect(session, &failure);
    }
}

static const char *timeout_words(const struct smtp_session *session) {
    if (session->state == SESSION_CONNECTING)
        return "connecting took too long";
    if (session->transaction.phase == SMTP_BODY)
        return "the server stopped taking the message";
    return session->transaction.phase == SMTP_END ? "no reply to the final dot in time" : "no reply in time";
}

void smtp_session_advance(struct smtp_session *session, bool ready) {
    if (ready) {
        receive(session);
        transmit(session);
    }
    if (session->state == SESSION_CLOSED || clock_monotonic_ms() < session->deadline)
        return;
    if (session->state == SESSION_IDLE) {
        smtp_session_quit(session);
        drop_connection(session);
        return;
    }
    session->retried = true; /* whoever is silent once gets no second message to be silent about */
    lose(session, timeout_words(session));
}

bool smtp_session_is_warm(struct smtp_session *session) {
    if (session->state == SESSION_IDLE)
        receive(session);
    if (session->state == SESSION_IDLE && session->reader.bytes)
        drop_connection(session); /* half a goodbye, or out of step */
    return session->state == SESSION_IDLE;
}

bool smtp_session_wants(const struct smtp_session *session, struct curl_waitfd *ret) {
    if (!session->link || session->state == SESSION_CONNECTING)
        return false;
    *ret = (struct curl_waitfd){.fd = session->link->socket, .events = CURL_WAIT_POLLIN};
    const char *bytes;
    if (smtp_transaction_outgoing(&session->transaction, &bytes) > 0)
        ret->events |= CURL_WAIT_POLLOUT;
    return true;
}

bool smtp_session_is_free(const struct smtp_session *session) {
    return !session->has_message && !session->has_result;
}

struct send_result smtp_session_take_result(struct smtp_session *session) {
    require(session->has_result);
    session->has_result = false;
    return session->result;
}

bool smtp_session_quit(struct smtp_session *session) {
    size_t sent;
    return session->state == SESSION_IDLE && smtp_link_send(session->link, "QUIT\r\n", 6, &sent) == TRANSFER_DONE;
}
