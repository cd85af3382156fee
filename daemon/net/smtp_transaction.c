#include "net/smtp_transaction.h"

#include <stdlib.h>

#include "base/memory.h"
#include "net/envelope.h"

void smtp_transaction_take(struct smtp_transaction *transaction, const struct send_request *request) {
    *transaction = (struct smtp_transaction){.id = request->id};
    struct smtp_message *message = &transaction->message;
    message->envelope_from = memory_copy_string(request->envelope_from);
    message->recipient = memory_copy_string(request->recipient);
    message->size = request->length;
    message->eight_bit = envelope_append_wire(&message->content, request->bytes, request->length);
}

void smtp_transaction_drop(struct smtp_transaction *transaction) {
    struct smtp_message *message = &transaction->message;
    free(steal(message->envelope_from));
    free(steal(message->recipient));
    text_free(&message->content);
    text_free(&transaction->commands);
    transaction->sent = 0;
}

static enum send_stage stage_of(enum smtp_phase phase) {
    switch (phase) {
    case SMTP_RESET:
    case SMTP_MAIL:
        return STAGE_MAIL;
    case SMTP_RECIPIENT:
        return STAGE_RECIPIENT;
    case SMTP_DATA:
    case SMTP_BODY:
    case SMTP_END:
        return STAGE_DATA;
    }
    return STAGE_DATA;
}

/* ---- What is said ---- */

/* Appends MAIL with what SERVER understands of it. False where an address needs SMTPUTF8 and the server lacks it, or
 * one of the domains has no form on the wire. */
static bool append_mail(const struct smtp_message *message, const struct smtp_capabilities *server,
                        struct text *commands) {
    auto_text tried = TEXT_EMPTY;
    bool international =
        envelope_local_is_international(message->recipient) || envelope_local_is_international(message->envelope_from);
    if ((international && !server->utf8) || !envelope_append_address(&tried, message->recipient))
        return false;
    text_append(commands, "MAIL FROM:<");
    if (!envelope_append_address(commands, message->envelope_from))
        return false;
    text_append(commands, ">");
    if (server->size)
        text_append_format(commands, " SIZE=%zu", message->size);
    if (server->eight_bit && message->eight_bit)
        text_append(commands, " BODY=8BITMIME");
    if (international)
        text_append(commands, " SMTPUTF8");
    text_append(commands, "\r\n");
    return true;
}

/* append_mail has tried the address before. */
static void append_recipient(const struct smtp_message *message, struct text *commands) {
    text_append(commands, "RCPT TO:<");
    envelope_append_address(commands, message->recipient);
    text_append(commands, ">\r\n");
}

static const struct text *outgoing(const struct smtp_transaction *transaction) {
    return transaction->phase == SMTP_BODY ? &transaction->message.content : &transaction->commands;
}

size_t smtp_transaction_outgoing(const struct smtp_transaction *transaction, const char **ret_bytes) {
    if (transaction->phase == SMTP_END)
        return 0;
    const struct text *text = outgoing(transaction);
    *ret_bytes = text_string(text) + transaction->sent;
    return text->length - transaction->sent;
}

bool smtp_transaction_begin(struct smtp_transaction *transaction, const struct smtp_capabilities *server, bool reset) {
    struct text *commands = &transaction->commands;
    transaction->server = *server;
    transaction->answered = transaction->end_may_be_out = transaction->decided = false;
    transaction->phase = reset ? SMTP_RESET : SMTP_MAIL;
    transaction->sent = 0;
    text_clear(commands);
    if (reset)
        text_append(commands, "RSET\r\n");
    size_t before = commands->length;
    if (!append_mail(&transaction->message, server, commands)) {
        envelope_result(&transaction->result, transaction->id, SEND_REFUSED, STAGE_RECIPIENT, 0, "5.6.7",
                        "not sent: the address needs SMTPUTF8, which the server does not offer");
        transaction->decided = true;
        text_clear(commands);
        return false;
    }
    if (server->pipelining) {
        append_recipient(&transaction->message, commands);
        text_append(commands, "DATA\r\n");
    } else if (reset) {
        text_truncate(commands, before);
    }
    return true;
}

/* Where commands go one at a time: the one whose reply comes NEXT. */
static void go_on(struct smtp_transaction *transaction, enum smtp_phase next) {
    struct text *commands = &transaction->commands;
    transaction->phase = next;
    if (transaction->server.pipelining)
        return;
    transaction->sent = 0;
    text_clear(commands);
    if (next == SMTP_MAIL)
        append_mail(&transaction->message, &transaction->server, commands);
    else if (next == SMTP_RECIPIENT)
        append_recipient(&transaction->message, commands);
    else
        text_append(commands, "DATA\r\n");
}

void smtp_transaction_note_sent(struct smtp_transaction *transaction, size_t count) {
    transaction->sent += count;
    if (transaction->phase == SMTP_BODY && transaction->sent == transaction->message.content.length) {
        transaction->end_may_be_out = true;
        transaction->phase = SMTP_END;
    }
}

void smtp_transaction_note_perhaps_sent(struct smtp_transaction *transaction) {
    if (transaction->phase == SMTP_BODY)
        transaction->end_may_be_out = true;
}

/* ---- What is answered ---- */

static enum send_outcome refusal_outcome(enum smtp_phase phase, int code) {
    if (code == 421)
        return SEND_UNAVAILABLE;
    bool login = code == 530 || code == 534 || code == 535 || code == 538;
    if (login && (phase == SMTP_MAIL || phase == SMTP_RECIPIENT))
        return SEND_LOGIN_REFUSED;
    return code >= 500 ? SEND_REFUSED : SEND_REFUSED_NOW;
}

static void decide(struct smtp_transaction *transaction, enum send_outcome outcome, const struct smtp_reply *reply) {
    envelope_result(&transaction->result, transaction->id, outcome, stage_of(transaction->phase), reply->code,
                    reply->status, reply->text);
    transaction->decided = true;
}

void smtp_transaction_refuse(struct smtp_transaction *transaction, const struct smtp_reply *reply) {
    if (!transaction->decided)
        decide(transaction, refusal_outcome(transaction->phase, reply->code), reply);
}

static enum smtp_progress out_of_step(const char **ret_why, const char *why) {
    *ret_why = why;
    return TRANSACTION_OUT_OF_STEP;
}

static enum smtp_progress senseless(const char **ret_why) {
    return out_of_step(ret_why, "the server's reply makes no sense here");
}

/* RSET, MAIL and RCPT: on with YES, or the end of the transaction with anything else. */
static enum smtp_progress take_command_reply(struct smtp_transaction *transaction, const struct smtp_reply *reply,
                                             enum smtp_phase next, const char **ret_why) {
    bool yes = reply->code / 100 == 2;
    if (!yes && transaction->phase == SMTP_RESET)
        return out_of_step(ret_why, "the server refused RSET");
    if (reply->code / 100 == 3)
        return senseless(ret_why);
    if (!yes)
        smtp_transaction_refuse(transaction, reply);
    if (!yes && !transaction->server.pipelining)
        return TRANSACTION_DONE;
    go_on(transaction, next);
    return TRANSACTION_GOES_ON;
}

static enum smtp_progress take_data_reply(struct smtp_transaction *transaction, const struct smtp_reply *reply,
                                          const char **ret_why) {
    bool ready = reply->code == 354;
    if (ready && !transaction->decided) {
        transaction->phase = SMTP_BODY;
        transaction->sent = 0;
        return TRANSACTION_GOES_ON;
    }
    if (ready || reply->code < 400) /* it waits for a message that it won't get, or is out of step */
        return senseless(ret_why);
    smtp_transaction_refuse(transaction, reply);
    return TRANSACTION_DONE;
}

static enum smtp_progress take_final_reply(struct smtp_transaction *transaction, const struct smtp_reply *reply,
                                           const char **ret_why) {
    if (reply->code / 100 == 3)
        return senseless(ret_why);
    if (reply->code / 100 == 2)
        decide(transaction, SEND_ACCEPTED, reply);
    else
        smtp_transaction_refuse(transaction, reply);
    return TRANSACTION_DONE;
}

/* A reply in the middle of the message. A refusal counts, and so does whatever comes when the end may be out; but the
 * connection is out of step. */
static enum smtp_progress take_early_reply(struct smtp_transaction *transaction, const struct smtp_reply *reply,
                                           const char **ret_why) {
    if (transaction->end_may_be_out && take_final_reply(transaction, reply, ret_why) == TRANSACTION_OUT_OF_STEP)
        return TRANSACTION_OUT_OF_STEP;
    if (reply->code >= 400)
        smtp_transaction_refuse(transaction, reply);
    return out_of_step(ret_why, "the server replied before the message was complete");
}

enum smtp_progress smtp_transaction_take_reply(struct smtp_transaction *transaction, const struct smtp_reply *reply,
                                               const char **ret_why) {
    transaction->answered = true;
    switch (transaction->phase) {
    case SMTP_RESET:
        return take_command_reply(transaction, reply, SMTP_MAIL, ret_why);
    case SMTP_MAIL:
        return take_command_reply(transaction, reply, SMTP_RECIPIENT, ret_why);
    case SMTP_RECIPIENT:
        return take_command_reply(transaction, reply, SMTP_DATA, ret_why);
    case SMTP_DATA:
        return take_data_reply(transaction, reply, ret_why);
    case SMTP_BODY:
        return take_early_reply(transaction, reply, ret_why);
    case SMTP_END:
        return take_final_reply(transaction, reply, ret_why);
    }
    return senseless(ret_why);
}

bool smtp_transaction_is_unheard(const struct smtp_transaction *transaction) {
    return !transaction->answered && (transaction->phase == SMTP_RESET || transaction->phase == SMTP_MAIL);
}

void smtp_transaction_abandon(struct smtp_transaction *transaction, const char *words) {
    if (transaction->decided)
        return;
    envelope_result(&transaction->result, transaction->id,
                    transaction->end_may_be_out ? SEND_UNCERTAIN : SEND_UNAVAILABLE, stage_of(transaction->phase), 0,
                    "", words);
    transaction->decided = true;
}
