#pragma once
/* One message's mail transaction with a server (RFC 5321 section 3.3): what is to be said when, what each reply means,
 * and what is known of the message at each moment. Pure: it knows no connection and no clock. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "net/post_office.h"
#include "net/smtp_link.h"
#include "net/smtp_reply.h"

/* As SMTP carries it (RFC 1870, 6152, 6531). */
struct smtp_message {
    char *envelope_from, *recipient;
    struct text content; /* as on the wire, with the final dot */
    size_t size;         /* of the message as given (RFC 1870 counts neither doubled dots nor the final one) */
    bool eight_bit;
};

/* Whose reply is awaited. */
enum smtp_phase {
    SMTP_RESET, /* RSET's: an earlier transaction on the connection never came to its final dot */
    SMTP_MAIL,
    SMTP_RECIPIENT,
    SMTP_DATA,
    SMTP_BODY, /* nobody's: the message is being sent */
    SMTP_END,  /* the final dot's */
};

enum smtp_progress {
    TRANSACTION_GOES_ON,
    TRANSACTION_DONE,        /* decided; the connection is good for the next transaction */
    TRANSACTION_OUT_OF_STEP, /* the connection is no good any more: abandon the transaction */
};

/* Zero-initialised before its first use; for its carrier to read, changed by the functions below alone. */
struct smtp_transaction {
    int64_t id;
    struct smtp_message message;
    enum smtp_phase phase;
    size_t sent;         /* bytes of what is outgoing in this phase */
    bool answered;       /* the server has replied to a command of it */
    bool end_may_be_out; /* the server may have the final dot */
    bool decided;        /* what becomes of the message is known: */
    struct send_result result;

    struct smtp_capabilities server;
    struct text commands;
};

/* Takes a copy of REQUEST, which envelope_check has let pass. */
void smtp_transaction_take(struct smtp_transaction *transaction, const struct send_request *request);

/* Forgets the message and what was to be said; RESULT can still be read. */
void smtp_transaction_drop(struct smtp_transaction *transaction);

/* Begins, perhaps anew, on a connection to SERVER: says as much as may be said at once (RFC 2920), RSET first with
 * RESET. False where SERVER can't take such a message: then it is decided, and nothing is to be said. */
bool smtp_transaction_begin(struct smtp_transaction *transaction, const struct smtp_capabilities *server, bool reset);

/* What is to be sent now: so many bytes at *RET_BYTES, valid until the next change; 0: nothing. */
size_t smtp_transaction_outgoing(const struct smtp_transaction *transaction, const char **ret_bytes);

/* COUNT further bytes of what is outgoing are on their way. */
void smtp_transaction_note_sent(struct smtp_transaction *transaction, size_t count);

/* All that is outgoing may be on its way, or not: there is no telling. */
void smtp_transaction_note_perhaps_sent(struct smtp_transaction *transaction);

/* What REPLY means; *RET_WHY, only set where the connection is out of step, is a static string for people. */
enum smtp_progress smtp_transaction_take_reply(struct smtp_transaction *transaction, const struct smtp_reply *reply,
                                               const char **ret_why);

/* REPLY refuses the message, whatever it is a reply to. An earlier refusal stands. */
void smtp_transaction_refuse(struct smtp_transaction *transaction, const struct smtp_reply *reply);

/* True while the server need not have heard of it: it can begin anew on another connection. */
bool smtp_transaction_is_unheard(const struct smtp_transaction *transaction);

/* The connection is gone, for the reason in WORDS: what isn't decided is decided thereby, as not taken, or as uncertain
 * where the final dot may be out. */
void smtp_transaction_abandon(struct smtp_transaction *transaction, const char *words);
