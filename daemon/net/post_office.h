#pragma once
/* Where mail goes and comes from: SMTP and IMAP, or a folder of Maildirs. The loops in app/ see only this. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* ---- Outgoing ---- */

enum send_outcome {
    SEND_ACCEPTED,      /* the server took responsibility (RFC 5321 section 4.2.5) */
    SEND_REFUSED_NOW,   /* 4yz about this message or recipient: try again later */
    SEND_REFUSED,       /* 5yz about this message or recipient: permanent */
    SEND_UNAVAILABLE,   /* never began or certainly not taken: no connection, lost before the final dot, 421 */
    SEND_LOGIN_REFUSED, /* authentication refused: pause all sending */
    SEND_UNTRUSTED,     /* certificate untrusted or for another name: pause all sending */
    SEND_UNCERTAIN,     /* connection lost or timed out after the final dot was handed over, before its reply */
};

/* Which command was refused: only a refusal of the recipient says something about the address. */
enum send_stage { STAGE_CONNECT, STAGE_MAIL, STAGE_RECIPIENT, STAGE_DATA };

struct send_request {
    int64_t id;                /* the caller's, handed back in the result */
    const char *envelope_from; /* address without brackets; "" for the null reverse-path */
    const char *recipient;     /* address without brackets */
    const char *bytes;         /* RFC 5322, CRLF line ends only */
    size_t length;
};

struct send_result {
    int64_t id;
    enum send_outcome outcome;
    enum send_stage stage;
    int code;        /* SMTP reply code; 0 where none */
    char status[16]; /* RFC 3463 "5.1.1"; "" where none */
    char reply[512]; /* the server's reply or what went wrong, made printable, one line */
};

struct mail_sender;

struct mail_sender_operations {
    /* How many further messages can be started now. */
    size_t (*room)(struct mail_sender *);
    /* Begins a message. The request is copied. Never blocks on the network. Call only while room() > 0. */
    void (*start)(struct mail_sender *, const struct send_request *);
    /* Waits at most TIMEOUT_MS until something finished or WAKE_FD (-1: none) is readable; writes up to MOST results
     * and returns how many. Every started message comes back exactly once. */
    size_t (*wait)(struct mail_sender *, int timeout_ms, int wake_fd, struct send_result *results, size_t most);
    /* How many are on the wire. */
    size_t (*busy)(struct mail_sender *);
    /* The largest message the server said it takes (SIZE, RFC 1870); 0 unknown. */
    uint64_t (*size_limit)(struct mail_sender *);
    void (*free)(struct mail_sender *); /* closes politely where idle; abandons what is on the wire */
};

struct mail_sender {
    const struct mail_sender_operations *operations;
};

/* ---- Incoming ---- */

struct received_message {
    const char *folder; /* the batch's own */
    uint32_t uidvalidity, uid;
    size_t size;    /* as the server says */
    bool too_large; /* over the limit: BYTES holds the header only */
    bool junk_folder;
    int64_t internal_date; /* UTC seconds when the server received it; 0 unknown */
    const char *bytes;     /* one malloc'd block, freed with the batch; as the server gave them */
    size_t length;
};

struct received_batch {
    struct received_message *messages; /* ascending uid, all of one folder */
    size_t count;
    const char *folder;
    uint32_t uidvalidity, next_uid; /* where the next fetch of this folder goes on, once this batch is recorded */
};
/* Frees the batch, its array, its folder name and each message's bytes: each of them a block from malloc. NULL allowed.
 */
void received_batch_free(struct received_batch *batch);

/* What a mailbox's server can beyond IMAP4rev1. */
struct receiver_abilities {
    bool idle;    /* tells of new mail by itself (RFC 2177) */
    bool move;    /* RFC 6851 */
    bool uidplus; /* erases just the messages named (RFC 4315) */
};

enum mark_action { MARK_FLAG, MARK_MOVE, MARK_DELETE };

/* By what somebody's mails are known who is to be erased; compared as the server does, without regard to case. */
struct mail_traces {
    const char *const *addresses; /* anywhere in a message */
    size_t address_count;
    const char *name; /* NULL: none; in what any of these wrote, for a name may be anything: */
    const char *const *writers;
    size_t writer_count;
};

struct mail_receiver;

struct mail_receiver_operations {
    /* Connects, checks the certificate, logs in. Bounded in time. Called again after any failure: starts afresh. */
    bool (*open)(struct mail_receiver *, struct error *);
    /* The folders polled, NULL-terminated; the inbox first, then Junk if it exists. Valid after open. */
    const char *const *(*folders)(struct mail_receiver *);
    /* What the server can do, while it is open; NULL where there is no server. */
    struct receiver_abilities (*abilities)(const struct mail_receiver *);
    /* The next messages of FOLDER from NEXT_UID on (if UIDVALIDITY is still the folder's; else from 1), bounded by
     * bytes and count; nothing is marked. An empty batch: there is nothing more (then still gives uidvalidity and
     * next_uid). The caller frees *ret. */
    bool (*fetch)(struct mail_receiver *, const char *folder, uint32_t uidvalidity, uint32_t next_uid,
                  struct received_batch **ret, struct error *);
    /* Flags (\Seen and our keyword), moves to the done folder, or deletes and expunges just those UIDs. Ones that are
     * gone already are no error. */
    bool (*mark)(struct mail_receiver *, const char *folder, uint32_t uidvalidity, const uint32_t *uids, size_t count,
                 enum mark_action, struct error *);
    /* Deletes for good the messages of FOLDER below the UID BELOW that hold any of TRACES; *ret_count: how many. FOLDER
     * NULL: that of handled messages, all of it; nothing where there is none. Where UIDVALIDITY is no longer the
     * folder's, it fails as TEMPORARY. */
    bool (*erase)(struct mail_receiver *, const char *folder, uint32_t uidvalidity, uint32_t below,
                  const struct mail_traces *traces, size_t *ret_count, struct error *);
    /* Waits for new mail: IDLE where the server can, otherwise just waits. Returns true after TIMEOUT_MS, when new mail
     * came (*ret_news) or WAKE_FD is readable; false when the connection is no longer good. IDLE goes on between two
     * calls, and is renewed, and mail looked for, by itself. */
    bool (*wait)(struct mail_receiver *, int timeout_ms, int wake_fd, bool *ret_news, struct error *);
    void (*close)(struct mail_receiver *); /* drops the connection; open() may follow */
    void (*free)(struct mail_receiver *);
};

struct mail_receiver {
    const struct mail_receiver_operations *operations;
};
