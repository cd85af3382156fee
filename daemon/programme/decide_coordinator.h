#pragma once
/* What a coordinator replies to a mail about cases: one table of verbs, from which understanding, what mails say may be
 * replied, and the confirmations are made. A new verb is a row here, its words in words.txt, which kinds of case offer
 * it (case_kind.c), and its act in app/subject_coordinator.c. Pure. */
#include <stdbool.h>

#include "base/memory.h"
#include "base/model.h"
#include "base/reason.h"
#include "programme/phrase.h"
#include "programme/subject.h"

struct deciding;

/* In the order in which mails offer them. */
enum case_verb {
    CASE_VERB_NONE,
    CASE_VERB_NUDGE,
    CASE_VERB_MATCH,
    CASE_VERB_NO_ACTION,
    CASE_VERB_WARNING,
    CASE_VERB_TERMINATE,
    CASE_VERB_BAN,
    CASE_VERB_DONE,
    CASE_VERB_ANSWER,
    CASE_VERB_LETTER,
    CASE_VERB_CONTACT,
    CASE_VERB_STOP,
    CASE_VERB_HOLD,
    CASE_VERB_RESUME,
    CASE_VERB_REMATCH,
    CASE_VERB_DISSOLVE,
    CASE_VERB_SNOOZE,
    CASE_VERB_NOTE,
    CASE_VERB_YES, /* to what we ask back */
    CASE_VERB_NO,
    CASE_VERB_COUNT,
};

/* As a bit in a set of them. */
#define CASE_VERB_BIT(verb) (1u << (verb))

enum case_verb_needs { CASE_VERB_NEEDS_NOTHING, CASE_VERB_NEEDS_WORDS, CASE_VERB_NEEDS_DAYS };

/* Whom or what a case must be about, so that the verb can be offered. */
enum case_verb_about {
    CASE_VERB_OF_ANY,
    CASE_VERB_OF_WRITER, /* somebody who can be written to: a participant, or whoever wrote the mail */
    CASE_VERB_OF_PARTICIPANT,
    CASE_VERB_OF_PARTNERSHIP,
    CASE_VERB_OF_MAIL,
};

struct case_verb_rule {
    enum case_verb verb;
    const char *word; /* its name in words.txt */
    enum case_verb_needs needs;
    enum case_verb_about about;
    bool asks_first;     /* it can't be undone: done only when it is confirmed */
    bool closes;         /* the case is over with it */
    bool sends;          /* the words behind it go out to a participant, and are no note */
    const char *says;    /* a reason: what may be replied, and what happens then; NULL: no mail says so */
    const char *outcome; /* a reason: what was done; of what asks first, what would be */
};

/* By enum case_verb; [CASE_VERB_NONE] is empty. */
extern const struct case_verb_rule case_verb_rules[CASE_VERB_COUNT];

/* By its word; CASE_VERB_NONE where none has it. */
enum case_verb case_verb_find(const char *word);

/* The verbs, as bits, that may be replied to an open case. */
unsigned case_verb_offers(const struct case_row *row);

/* ---- Reading ---- */

enum { CASE_ORDERS_MAX = 40, CASE_SNOOZE_DAYS = 14, CASE_SNOOZE_DAYS_MAX = 366 };

/* One thing that a reply says. */
struct case_order {
    int64_t number; /* the case's; 0: none is named, and the mail is about several */
    enum case_verb verb;
    const char *words; /* what else was written with it; "" for nothing */
    int64_t days;      /* of SNOOZE */
    bool free;         /* a note because it begins with no verb */
    bool sure;         /* it was asked back, and this is the confirmation */
};

/* Reads TEXT, what somebody wrote, into RET; how many orders it holds. A line begins an order with a verb, in any
 * language, that stands alone, in capitals, or before a colon, dash or full stop; numbers before it name cases, and in
 * a reply to a mail about several (OWN 0) also begin a note. Words behind a verb, and the lines below, are its own; of
 * a verb that sends them, all the rest but for a line that begins with a number and a verb, or is a verb in capitals.
 * What begins with no verb is a note to OWN. NAME: the writer's, which says nothing. */
size_t case_verb_read(const char *text, int64_t own, const char *name, const struct words *words, struct arena *arena,
                      struct case_order ret[CASE_ORDERS_MAX]);

/* ---- Deciding ---- */

enum { CASE_REPLY_DAYS = 60, CASE_SURE_DAYS = 7 };

/* An order, the case that it is about, and what is to be said instead of doing it. */
struct case_ruling {
    struct case_order order;
    struct case_row row; /* id 0: there is none, or none that this coordinator looks after */
    const char *refused; /* a reason; NULL: it is done, or asked back */
};

struct coordinator_facts {
    const char *name;                  /* whose reply this is, to a mail of ours to them; NULL: no coordinator's */
    int64_t told_at;                   /* when that mail was sent */
    bool told;                         /* it told what was made of an earlier reply */
    int64_t case_id;                   /* the one that it is about; 0: several, or none */
    const struct case_ruling *rulings; /* what the reply says, each with its case */
    size_t count;
    int64_t answers; /* the case that the coordinator's answer belongs to which a participant's mail replies to */
};

enum coordinator_effect {
    EFFECT_RULINGS = SUBJECT_EFFECTS(SUBJECT_COORDINATOR), /* do each, and tell the coordinator what was done */
    EFFECT_COORDINATOR_AWAY, /* DETAIL is away until the day that is ARGUMENT, "2026-08-01", or "": none was named */
    EFFECT_RULINGS_QUIETLY,  /* the same, and tell nothing: two programs would write to each other without end */
};

/* Decides a coordinator's reply; false where it is none. */
bool decide_coordinator(struct deciding *deciding);

/* What a coordinator's mail program answered by itself says that they are away; false where it is not theirs. */
bool decide_coordinator_away(struct deciding *deciding);
