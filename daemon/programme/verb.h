#pragma once
/* What may be written to us, as words that begin a mail: one table of them, from which understanding, acting, the
 * answers and the documentation are made. A new verb is a row in verb.c, its words in words.txt, and the template of
 * its answer. Pure. */
#include <stdbool.h>

#include "programme/phrase.h"

struct deciding;
struct outbox_row;

enum verb {
    VERB_NONE,
    VERB_STOP,    /* no more mail, please */
    VERB_PAUSE,   /* not for the time being */
    VERB_START,   /* mail again, please */
    VERB_HELP,    /* a person, please */
    VERB_REMATCH, /* another partner, or none: asked how */
    VERB_REPORT,  /* something is not right */
    VERB_MYDATA,  /* what do you hold about me? */
    VERB_FORGET,  /* erase it all, please */
    VERB_COUNT,
};

/* Where a mail came to. */
enum verb_place {
    VERB_AT_PROGRAMME = 1,   /* the plain address, or a message's own: a reply */
    VERB_AT_PARTNERSHIP = 2, /* what it says may be meant for the partner */
    VERB_AT_COPY = 4,        /* the partner has it already */
    VERB_AT_PAUSE = 8,
    VERB_AT_HELP = 16,
    VERB_AT_REPORT = 32,
};

/* Whose mail it is that may say it. */
enum verb_writer {
    VERB_OF_PARTICIPANTS,
    VERB_OF_FORMER,  /* of those who left the programme, too */
    VERB_OF_ANYBODY, /* of whom we don't know, or who is not proven, a person hears, and nothing else happens */
};

/* What it is said with, and how that is written down (verb_reading.argument). */
enum verb_need {
    VERB_NEEDS_NOTHING,
    VERB_NEEDS_DATE,     /* "2027-05-03" */
    VERB_NEEDS_LANGUAGE, /* BCP 47 */
    VERB_NEEDS_ADDRESS,
};

/* How a mail says a verb. */
struct verb_reading {
    enum verb verb;
    const char *argument; /* what the verb needs; NULL: it is not there */
    bool alone;           /* and nothing else, but for politeness and the writer's name */
    bool plain;           /* it can't be a letter to a partner */
    bool inside;          /* a sentence further down says it */
};

/* With what a mail may begin so that it may mean the verb. Its words alone on the first line, or as the whole subject,
 * always do. */
enum verb_beginning {
    VERB_BY_LINE,
    VERB_BY_SENTENCE, /* one of its phrases of several words, too: "Remove me from your list, I have no time" */
    VERB_BY_WORD,     /* any of its words in any language, too */
};

struct verb_rule {
    enum verb verb;
    const char *word;    /* its name in words.txt; in English and in capitals people may always write it */
    unsigned places;     /* enum verb_place: where it counts */
    unsigned default_at; /* where anything else means it as well */
    enum verb_writer from;
    enum verb_need needs;
    bool always_told; /* whoever had all automatic answers gets this one all the same, once a day */
    enum verb_beginning begins;
    void (*act)(struct deciding *deciding, const struct verb_reading *reading); /* adds the effects */
    /* The template that asks the writer, at the address on file, whether it is meant: only a reply to that with 1 or
     * yes (the question "sure"), within a week, acts. NULL: it acts at once. */
    const char *asks_first;
    const char *answer; /* the template that tells the writer what happened, and how to undo it */
    const char *about;  /* what happens, for the documentation */
};

/* By enum verb; [VERB_NONE] is empty. */
extern const struct verb_rule verb_rules[VERB_COUNT];

/* The verb that a mail says, behind greetings and politeness: its words alone in TEXT (what the person wrote) or
 * SUBJECT, on the first line, or at the beginning of a sentence (verb_beginning). Case, accents, punctuation and
 * politeness beside it don't count ("STOP!", "stop please"); two verbs that differ are none, but REPORT comes before
 * all. A report is plain where the word stands alone, in capitals, or before a colon, dash or full stop, and where it
 * is a phrase of several words ("I want to report"). A subject that a reply inherits ("Re: ...") begins with none.
 * NAME: the writer's. */
struct verb_reading verb_read(const char *subject, const char *text, const char *name, const struct words *words);

/* The rule for what was read of the mail (deciding.h), where it counts at PLACE; else PLACE's default; else NULL. */
const struct verb_rule *verb_rule_at(const struct deciding *deciding, enum verb_place place);

/* NULL: there is no verb of that name. */
const struct verb_rule *verb_find(const char *word);

/* Does what the mail means at PLACE, or asks first, and tells its writer. False where it means nothing there. */
bool verb_decide(struct deciding *deciding, enum verb_place place);

/* The same for what was read already, at none of the places where anything else means it as well. */
void verb_follow(struct deciding *deciding, const struct verb_rule *rule, const struct verb_reading *reading);

enum { VERB_ASKED_DAYS = 7 }; /* so long an answer to what asks first counts */

/* The answers to the question "sure" that ABOUT put. */
void verb_sure(struct deciding *deciding, const struct outbox_row *about);
void verb_not_sure(struct deciding *deciding, const struct outbox_row *about);

/* The writer says that the letter of which the question ABOUT asked is a report. */
void verb_report_kept_letter(struct deciding *deciding);

/* TEMPLATE_NAME asks before some verb acts; or it is its answer. */
bool verb_asks(const char *template_name);
bool verb_is_answer(const char *template_name);
