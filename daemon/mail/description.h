#pragma once
/* What was understood of one incoming mail: what `inspect --json` prints and what the rules in programme/ act on. Plain
 * data in an arena; it crosses from the sandboxed parser as JSON. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/memory.h"

enum mail_kind { MAIL_HUMAN, MAIL_AUTO_REPLY, MAIL_BOUNCE, MAIL_COMPLAINT, MAIL_UNREADABLE };

struct description_address {
    const char *name, *address; /* address: domain in lower case; "" where none */
};

struct description_bounce {
    const char *recipient;  /* the failed address; "" where unknown */
    const char *action;     /* RFC 3464: failed, delayed, delivered, relayed, expanded; of a complaint "", or "not-spam"
                             * or "auth-failure" where the report complains of nothing */
    const char *status;     /* RFC 3463 "5.1.1"; "" where none */
    bool permanent;         /* 5.x.x */
    bool address_dead;      /* unknown user or host, moved, not accepting: says something about the address */
    const char *diagnostic; /* the remote server's words, printable; "" where none */
    const char *message_id; /* the original's, with angle brackets; "" where not found */
};

struct description_part {
    const char *type;               /* "text/plain" */
    const char *charset, *filename; /* NULL where none */
    size_t bytes;                   /* after transfer decoding */
};

/* What a calendar program answers to an invitation (RFC 5546 METHOD:REPLY). */
struct description_calendar {
    const char *uid; /* NULL: it does not */
    size_t sequence; /* of what it answers */
    size_t answer;   /* 1 accepted, 2 declined, 3 tentatively accepted */
};

struct description {
    enum mail_kind kind;
    const char *why; /* the evidence, for a person */
    struct description_address from;
    struct description_address *to, *cc;
    size_t to_count, cc_count;
    const char **delivered_to; /* addresses in Delivered-To, X-Original-To, Envelope-To, in order */
    size_t delivered_to_count;
    bool has_tag;
    char tag_purpose; /* 'r', 'b', 'p', 'u' */
    const char *tag_secret;
    const char *plain_tag;  /* a plain word sub-address: "join", "help", "report"; NULL where none */
    const char *message_id; /* with angle brackets; "" where none */
    const char **in_reply_to, **references;
    size_t in_reply_to_count, references_count;
    const char *subject;
    int64_t date;           /* UTC seconds; 0 where none */
    bool null_sender;       /* Return-Path: <> */
    bool through_list;      /* a mailing list passed it on: whoever wrote it, no program answers */
    const char *text;       /* what the person wrote: no quotes, no signature */
    const char *whole_text; /* the body as text */
    const char **answers;   /* digits or words standing where an answer stands, lower case, digits ASCII */
    size_t answer_count;
    struct description_bounce *bounces;
    size_t bounce_count;
    struct description_calendar calendar;
    const char *away_until;  /* "2013-08-01"; NULL where none */
    const char *authserv_id; /* of the Authentication-Results that counts; NULL where none */
    const char *dmarc;       /* "pass", "fail", "none"; NULL where none */
    struct description_part *parts;
    size_t part_count;
    const char **warnings;
    size_t warning_count;
    const char *body_hash; /* SHA-256 hex of the body's bytes, for recognising duplicates */
    bool own_message;      /* carries our loop mark: a message of ours came back */
};

/* What the parser must know of the programme to describe a mail: no secrets. */
struct description_settings {
    const char *address;     /* "iln@example.org"; NULL: any sub-address that looks like ours counts */
    char separator;          /* '+'; 0: a catch-all domain, TAG@ (then ADDRESS is "@iln.example.org") */
    const char *authserv_id; /* whose Authentication-Results count; NULL: nobody's */
    const char *loop_mark;   /* what our own messages carry in X-Tandempost; NULL: any such mark counts as ours */
};

/* Bytes in, description out: never fails; what can't be understood is MAIL_UNREADABLE with the reason in WHY. To be
 * called in the sandbox for anything that came from outside. Everything lives in ARENA. */
void description_make(const char *bytes, size_t length, const struct description_settings *settings,
                      struct arena *arena, struct description *ret);

/* As one line of JSON without a final newline; malloc'd, the caller frees. FILE may be NULL. */
char *description_to_json(const struct description *description, const char *file);

/* Back from JSON (the sandbox's answer is not trusted: every field is checked and bounded). */
bool description_from_json(const char *json, size_t length, struct arena *arena, struct description *ret,
                           struct error *error);

const char *mail_kind_name(enum mail_kind kind);
