#pragma once
/* Inside the rules for incoming mail only: letters between partners. */
#include <stdbool.h>

#include "base/model.h"
#include "programme/subject.h"

struct deciding;

/* Of a letter to a partnership address ('p'): who it is from and for. */
struct letter_facts {
    bool relays;                    /* this programme passes letters on */
    struct partnership partnership; /* whose address it is; id 0: no letter */
    size_t missing_count;           /* the owner's partners who do not stand in To or Cc themselves */
    int64_t missing[MEMBERS_MAX];
    bool missing_unreachable[MEMBERS_MAX]; /* which of those are paused or left, or mail to them comes back */
    bool together_with_partner;            /* one of the owner's partners does stand there */
    bool writer_stopped;                   /* the owner, who writes, is paused or left */
    bool answers_none;       /* nobody wrote to the sender lately, and it names no message that it answers */
    bool replies_to_partner; /* it answers a message that isn't ours: the partner's last letter */
    size_t sent_today;       /* passed on for the owner in this partnership within a day */
    size_t held;             /* in the owner's name, kept back: perhaps not theirs */
    size_t same;             /* the owner's of the last week that are the same, byte for byte */
    bool kept_as_report;     /* ABOUT asks of a letter that is kept back, for it may be a report of misconduct */
};

enum letter_effect {
    EFFECT_RELAY = SUBJECT_EFFECTS(SUBJECT_LETTER), /* pass it on to participant's partners who have not got it */
    EFFECT_HOLD,       /* keep it back until its question is answered, or a person decides: detail is why */
    EFFECT_TELL_AWAY,  /* tell participant's partners that participant is away (until detail, where stated) */
    EFFECT_LETTER_GO,  /* the letter that the question in outbox is about is passed on after all */
    EFFECT_LETTER_END, /* ... is not; it is for coordinators, or nobody's */
};

/* Why letters beyond a day's number are held; a coordinator may let them go. */
#define DECIDE_TOO_MANY_LETTERS "too many letters in one day"

/* Why a letter is held that begins with a word for a report: its writer's "2" makes it one. */
#define DECIDE_MAY_REPORT "a letter that may be a report of misconduct: its writer is asked whom it is for"

/* A person's mail to a partnership address, from its owner or not: docs/architecture.md has the whole table. */
void decide_letter(struct deciding *deciding);

/* An automatic answer to a letter, that came to its partnership address or to its return path (RFC 3834). */
void decide_letter_auto_reply(struct deciding *deciding);

/* The answers to the question ABOUT a letter that is kept back: it is for the partner; it is not. */
void decide_letter_go(struct deciding *deciding, const struct outbox_row *about);
void decide_letter_end(struct deciding *deciding, const struct outbox_row *about);
