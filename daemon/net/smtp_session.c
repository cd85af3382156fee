#include "net/smtp_session.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "net/envelope.h"
#include "net/smtp_link.h"
#include "net/smtp_message.h"
#include "net/smtp_reply.h"

enum phase {
    PHASE_CLOSED,
    PHASE_CONNECTING,
    PHASE_IDLE,
    PHASE_RESET, /* RSET, MAIL .. DATA: said, the reply is awaited */
    PHASE_MAIL,
    PHASE_RECIPIENT,
    PHASE_DATA,
    PHASE_BODY, /* the message is being sent */
    PHASE_END,  /* the final dot has been handed over, its reply is awaited */
};

enum {
    RECEIVE_SIZE = 4096,
    TLS_RECORD_MOST = 16384,
    REFUSALS_MOST = 8, /* servers slow down whoever errs often on one connection */
};

struct smtp_session {
    CURLM *multi;
    const char *url;
    const struct smtp_settings *settings;
    struct smtp_link *link;
    unsigned generation; /* of the link: counts those that were dropped */
    enum phase phase;
    int64_t deadline;
    struct smtp_reply_reader reader;
    bool used_before;      /* this connection carried a message already: the server may close it any time */
    bool transaction_open; /* RSET comes first */
    unsigned refusals;

    bool has_message, has_result, retried, answered, refused, pipelined;
    bool end_handed_over; /* the server may have the final dot */
    int64_t id;
    struct smtp_message message;
    struct text commands;
    const struct text *outgoing; /* being sent, from SENT on; NULL: nothing */
    size_t sent;
    struct send_result result;
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
    session->phase = PHASE_CLOSED;
    session->deadline = INT64_MAX;
    session->reader = (struct smtp_reply_reader){0};
    session->used_before = session->transaction_open = false;
    session->refusals = 0;
    session->outgoing = NULL;
}

static void drop_message(struct smtp_session *session) {
    smtp_message_drop(&session->message);
    text_clear(&session->commands);
    session->outgoing = NULL;
    session->has_message = false;
}

void smtp_session_free(struct smtp_session *session) {
    if (!session)
        return;
    drop_connection(session);
    drop_message(session);
    text_free(&session->commands);
    free(session);
}

static void finish(struct smtp_session *session, const struct send_result *result) {
    session->result = *result;
    session->result.id = session->id;
    session->has_result = true;
    drop_message(session);
}

static enum send_stage stage_of(enum phase phase) {
    switch (phase) {
    case PHASE_CLOSED:
    case PHASE_CONNECTING:
    case PHASE_IDLE:
        return STAGE_CONNECT;
    case PHASE_RESET:
    case PHASE_MAIL:
        return STAGE_MAIL;
    case PHASE_RECIPIENT:
        return STAGE_RECIPIENT;
    case PHASE_DATA:
    case PHASE_BODY:
    case PHASE_END:
        return STAGE_DATA;
    }
    return STAGE_CONNECT;
}

static void await(struct smtp_session *session, enum phase phase, int timeout_ms) {
    session->phase = phase;
    session->deadline = clock_monotonic_ms() + timeout_ms;
}

static void connect_link(struct smtp_session *session) {
    struct send_result failure;
    session->link = smtp_link_open(session->multi, session->url, session->settings, session, &failure);
    if (!session->link) {
        finish(session, &failure);
        return;
    }
    /* libcurl keeps the time; this is for the case that it doesn't. */
    await(session, PHASE_CONNECTING, session->settings->connect_timeout_ms + 2000);
}

/* The connection is gone, or no good any more, for the reason in WORDS. */
static void lose(struct smtp_session *session, const char *words) {
    bool uncertain = session->has_message && session->end_handed_over;
    bool again = session->used_before && !session->answered && !session->retried && !uncertain &&
                 (session->phase == PHASE_RESET || session->phase == PHASE_MAIL);
    enum send_stage stage = stage_of(session->phase);
    bool refused = session->refused;
    drop_connection(session);
    if (!session->has_message)
        return;
    if (refused) { /* the server had said no before */
        finish(session, &session->result);
    } else if (again) {
        session->retried = true;
        connect_link(session);
    } else {
        struct send_result result;
        envelope_result(&result, session->id, uncertain ? SEND_UNCERTAIN : SEND_UNAVAILABLE, stage, 0, "", words);
        finish(session, &result);
    }
}

/* The message is done with and the connection good for the next one. */
static void rest(struct smtp_session *session) {
    session->used_before = true;
    if (session->refusals >= REFUSALS_MOST) {
        session->phase = PHASE_IDLE;
        smtp_session_quit(session);
        drop_connection(session);
    } else {
        await(session, PHASE_IDLE, session->settings->idle_timeout_ms);
    }
}

static void say(struct smtp_session *session, const struct text *what) {
    session->outgoing = what;
    session->sent = 0;
}

/* Says as much of the envelope as the server lets us say at once. */
static void begin_transaction(struct smtp_session *session) {
    text_clear(&session->commands);
    session->answered = session->refused = session->end_handed_over = false;
    const struct smtp_capabilities *server = smtp_link_capabilities(session->link);
    session->pipelined = server->pipelining;
    bool reset = session->transaction_open;
    if (reset)
        text_append(&session->commands, "RSET\r\n");
    size_t before = session->commands.length;
    if (!smtp_message_append_mail(&session->message, server, &session->commands)) {
        struct send_result result;
        envelope_result(&result, session->id, SEND_REFUSED, STAGE_RECIPIENT, 0, "5.6.7",
                        "not sent: the address needs SMTPUTF8, which the server does not offer");
        finish(session, &result);
        rest(session);
        return;
    }
    if (session->pipelined) {
        smtp_message_append_recipient(&session->message, &session->commands);
        text_append(&session->commands, "DATA\r\n");
    } else if (reset) {
        text_truncate(&session->commands, before);
    }
    session->transaction_open = true;
    say(session, &session->commands);
    await(session, reset ? PHASE_RESET : PHASE_MAIL, session->settings->command_timeout_ms);
}

/* Where commands go one at a time: the next one. */
static void go_on(struct smtp_session *session, enum phase next) {
    await(session, next, session->settings->command_timeout_ms);
    if (session->pipelined)
        return;
    text_clear(&session->commands);
    if (next == PHASE_MAIL)
        smtp_message_append_mail(&session->message, smtp_link_capabilities(session->link), &session->commands);
    else if (next == PHASE_RECIPIENT)
        smtp_message_append_recipient(&session->message, &session->commands);
    else
        text_append(&session->commands, "DATA\r\n");
    say(session, &session->commands);
}

static enum send_outcome refusal_outcome(const struct smtp_session *session, int code) {
    if (code == 421)
        return SEND_UNAVAILABLE;
    bool login = code == 530 || code == 534 || code == 535 || code == 538;
    if (login && (session->phase == PHASE_MAIL || session->phase == PHASE_RECIPIENT))
        return SEND_LOGIN_REFUSED;
    return code >= 500 ? SEND_REFUSED : SEND_REFUSED_NOW;
}

static void note_refusal(struct smtp_session *session, const struct smtp_reply *reply) {
    if (session->refused)
        return;
    session->refused = true;
    session->refusals++;
    envelope_result(&session->result, session->id, refusal_outcome(session, reply->code), stage_of(session->phase),
                    reply->code, reply->status, reply->text);
}

/* RSET, MAIL and RCPT: on with YES, or the end of the transaction with anything else. */
static void take_command_reply(struct smtp_session *session, const struct smtp_reply *reply, enum phase next) {
    bool yes = reply->code / 100 == 2;
    if (!yes && session->phase == PHASE_RESET) {
        lose(session, "the server refused RSET");
    } else if (!yes && reply->code / 100 == 3) {
        lose(session, "the server's reply makes no sense here");
    } else {
        if (!yes)
            note_refusal(session, reply);
        if (yes || session->pipelined) {
            go_on(session, next);
        } else {
            finish(session, &session->result);
            rest(session);
        }
    }
}

static void take_data_reply(struct smtp_session *session, const struct smtp_reply *reply) {
    bool ready = reply->code == 354;
    if (ready && !session->refused) {
        say(session, &session->message.content);
        await(session, PHASE_BODY, session->settings->data_timeout_ms);
    } else if (ready || reply->code < 400) {
        /* It waits for a message that it won't get, or is out of step. */
        lose(session, "the server's reply makes no sense here");
    } else {
        note_refusal(session, reply);
        finish(session, &session->result);
        rest(session);
    }
}

static void take_final_reply(struct smtp_session *session, const struct smtp_reply *reply) {
    if (reply->code / 100 == 3) {
        lose(session, "the server's reply makes no sense here");
        return;
    }
    session->transaction_open = false; /* ended by the final dot, whatever the reply (RFC 5321 section 4.1.1.4) */
    if (reply->code / 100 == 2) {
        struct send_result result;
        envelope_result(&result, session->id, SEND_ACCEPTED, STAGE_DATA, reply->code, reply->status, reply->text);
        finish(session, &result);
    } else {
        note_refusal(session, reply);
        finish(session, &session->result);
    }
    rest(session);
}

/* A refusal in the middle of the message counts, but the connection is out of step then. */
static void take_early_reply(struct smtp_session *session, const struct smtp_reply *reply) {
    if (session->end_handed_over) { /* over TLS its last record may be on its way */
        take_final_reply(session, reply);
        drop_connection(session);
        return;
    }
    if (reply->code >= 400)
        note_refusal(session, reply);
    lose(session, "the server replied before the message was complete");
}

static void take_reply(struct smtp_session *session, const struct smtp_reply *reply) {
    if (reply->code == 421 && session->has_message) {
        bool first = !session->answered && session->used_before && !session->retried;
        if (!(first && (session->phase == PHASE_RESET || session->phase == PHASE_MAIL))) {
            note_refusal(session, reply);
            session->end_handed_over = false; /* the server has said that it didn't take the message */
        }
        lose(session, reply->text);
        return;
    }
    session->answered = true;
    switch (session->phase) {
    case PHASE_RESET:
        take_command_reply(session, reply, PHASE_MAIL);
        break;
    case PHASE_MAIL:
        take_command_reply(session, reply, PHASE_RECIPIENT);
        break;
    case PHASE_RECIPIENT:
        take_command_reply(session, reply, PHASE_DATA);
        break;
    case PHASE_DATA:
        take_data_reply(session, reply);
        break;
    case PHASE_BODY:
        take_early_reply(session, reply);
        break;
    case PHASE_END:
        take_final_reply(session, reply);
        break;
    case PHASE_IDLE: /* nobody asked: it says goodbye, or is out of step */
    case PHASE_CLOSED:
    case PHASE_CONNECTING:
        drop_connection(session);
        break;
    }
}

/* Takes all that the server has said. */
static void receive(struct smtp_session *session) {
    char buffer[RECEIVE_SIZE];
    size_t received;
    unsigned generation = session->generation;
    while (session->link && session->phase != PHASE_CONNECTING) {
        enum smtp_transfer transfer = smtp_link_receive(session->link, buffer, sizeof buffer, &received);
        if (transfer == TRANSFER_LATER)
            return;
        if (transfer == TRANSFER_LOST) {
            lose(session, session->end_handed_over ? "the connection was lost before the reply to the final dot"
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
        if (session->generation != generation || (received < sizeof buffer && !smtp_link_encrypted(session->link)))
            return;
    }
}

/* Sends what there is to send. */
static void transmit(struct smtp_session *session) {
    if (session->phase == PHASE_BODY && session->sent == 0 && session->reader.bytes) {
        /* What comes before the message must not pass for the reply to it. */
        lose(session, "the server said more than it was asked");
        return;
    }
    while (session->outgoing) {
        const struct text *outgoing = session->outgoing;
        size_t left = outgoing->length - session->sent, sent = 0;
        enum smtp_transfer transfer = smtp_link_send(session->link, outgoing->bytes + session->sent, left, &sent);
        bool body = session->phase == PHASE_BODY;
        if (transfer == TRANSFER_DONE) {
            session->sent += sent;
            if (body)
                session->deadline = clock_monotonic_ms() + session->settings->data_timeout_ms;
            if (session->sent < outgoing->length)
                continue;
            session->outgoing = NULL;
            if (body) {
                session->end_handed_over = true;
                await(session, PHASE_END, session->settings->final_timeout_ms);
            }
            return;
        }
        /* GnuTLS may have made a record of the rest and sent any part of it. */
        if (body && smtp_link_encrypted(session->link) && left <= TLS_RECORD_MOST)
            session->end_handed_over = true;
        if (transfer == TRANSFER_LATER)
            return;
        /* A server that closes early often said why: that counts for more. */
        unsigned generation = session->generation;
        session->outgoing = NULL;
        receive(session);
        if (session->generation == generation)
            lose(session, "the connection was lost");
        return;
    }
}

void smtp_session_start(struct smtp_session *session, const struct send_request *request) {
    require(smtp_session_is_free(session));
    session->id = request->id;
    session->has_message = true;
    session->retried = session->answered = session->refused = session->end_handed_over = false;
    struct send_result refusal;
    if (!envelope_check(request, &refusal)) {
        finish(session, &refusal);
        return;
    }
    smtp_message_take(&session->message, request);
    if (session->phase == PHASE_IDLE) {
        begin_transaction(session);
        transmit(session);
    } else {
        connect_link(session);
    }
}

void smtp_session_connected(struct smtp_session *session, CURLcode code) {
    require(session->phase == PHASE_CONNECTING);
    struct send_result failure;
    if (smtp_link_ready(session->link, code, &failure)) {
        begin_transaction(session);
        transmit(session);
    } else {
        drop_connection(session);
        finish(session, &failure);
    }
}

static const char *timeout_words(const struct smtp_session *session) {
    if (session->phase == PHASE_CONNECTING)
        return "connecting took too long";
    if (session->phase == PHASE_BODY)
        return "the server stopped taking the message";
    return session->phase == PHASE_END ? "no reply to the final dot in time" : "no reply in time";
}

void smtp_session_advance(struct smtp_session *session, bool ready) {
    if (ready) {
        receive(session);
        if (session->link && session->phase != PHASE_CONNECTING)
            transmit(session);
    }
    if (session->phase == PHASE_CLOSED || clock_monotonic_ms() < session->deadline)
        return;
    if (session->phase == PHASE_IDLE) {
        smtp_session_quit(session);
        drop_connection(session);
        return;
    }
    session->retried = true; /* whoever is silent once gets no second message to be silent about */
    lose(session, timeout_words(session));
}

bool smtp_session_is_warm(struct smtp_session *session) {
    if (session->phase == PHASE_IDLE)
        receive(session);
    if (session->phase == PHASE_IDLE && session->reader.bytes)
        drop_connection(session); /* half a goodbye, or out of step */
    return session->phase == PHASE_IDLE;
}

bool smtp_session_wants(const struct smtp_session *session, struct curl_waitfd *ret) {
    if (!session->link || session->phase == PHASE_CONNECTING)
        return false;
    *ret = (struct curl_waitfd){.fd = smtp_link_socket(session->link), .events = CURL_WAIT_POLLIN};
    if (session->outgoing)
        ret->events |= CURL_WAIT_POLLOUT;
    return true;
}

int64_t smtp_session_deadline(const struct smtp_session *session) {
    return session->deadline;
}

bool smtp_session_is_free(const struct smtp_session *session) {
    return !session->has_message && !session->has_result;
}

bool smtp_session_is_connecting(const struct smtp_session *session) {
    return session->phase == PHASE_CONNECTING;
}

bool smtp_session_has_result(const struct smtp_session *session) {
    return session->has_result;
}

struct send_result smtp_session_take_result(struct smtp_session *session) {
    require(session->has_result);
    session->has_result = false;
    return session->result;
}

uint64_t smtp_session_size_limit(const struct smtp_session *session) {
    return session->link ? smtp_link_capabilities(session->link)->size_limit : 0;
}

bool smtp_session_quit(struct smtp_session *session) {
    size_t sent;
    return session->phase == PHASE_IDLE && smtp_link_send(session->link, "QUIT\r\n", 6, &sent) == TRANSFER_DONE;
}
