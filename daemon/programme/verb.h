#pragma once
/* What may be written to us, as words that begin a mail: one table of them, from which understanding, acting, the
 * answers and the documentation are made. A new verb is a row in verb.c, its words in words.txt, and the template of
 * its answer. Pure. */
#include <stdbool.h>

#include "base/memory.h"
#include "programme/phrase.h"
#include "programme/subject.h"

struct deciding;
struct outbox_row;

enum verb {
    VERB_NONE,
    VERB_STATUS,   /* how do I stand, and what comes next? */
    VERB_STOP,     /* no more mail, please */
    VERB_PAUSE,    /* not for the time being */
    VERB_START,    /* mail again, please */
    VERB_TOPIC,    /* this month's discussion once more */
    VERB_LANGUAGE, /* write to me in another */
    VERB_ADDRESS,  /* write to another */
    VERB_UNDO,     /* that was not what I meant */
    VERB_HELP,     /* a person, please */
    VERB_REMATCH,  /* another partner, or none: asked how */
    VERB_REPORT,   /* something is not right */
    VERB_MYDATA,   /* what do you hold about me? */
    VERB_FORGET,   /* erase it all, please */
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
    const char *word;      /* its name in words.txt; in English and in capitals people may always write it */
    unsigned places;       /* enum verb_place: where it counts */
    unsigned default_at;   /* where anything else means it as well */
    bool asked_of_letters; /* what may be a letter that begins with it is held; else it is a letter */
    enum verb_writer from;
    enum verb_need needs;
    bool always_told; /* whoever had all automatic answers gets this one all the same, once a day */
    enum verb_beginning begins;
    void (*act)(struct deciding *deciding, const struct verb_reading *reading); /* adds the effects */
    /* The template that asks the writer, at the address on file, whether it is meant: only a reply to that with 1 or
     * yes (the question "sure"), within a week, acts. NULL: it acts at once. */
    const char *asks_first;
    const char *answer; /* the template that tells the writer what happened, and how to undo it */
    bool answers;       /* its effect sends that answer, or what was asked for */
    const char *about;  /* what happens, for the documentation */
    const char *says;   /* a line that tells participants of it (base/reason.h); NULL: none does */
};

/* What a verb's effects are; the argument is their detail. */
enum verb_effect {
    EFFECT_ASK_FIRST = SUBJECT_EFFECTS(SUBJECT_VERB), /* ask participant whether verb is meant */
    EFFECT_TOPIC,                                     /* send participant this month's discussion once more */
    EFFECT_LANGUAGE,                                  /* write to participant in another language */
    EFFECT_PROVE_ADDRESS,                             /* ask at another address whether participant reads there */
    EFFECT_CHANGE_ADDRESS,                            /* write to participant there */
    EFFECT_UNDO,                                      /* take back what participant did last, and tell it */
};

/* By enum verb; [VERB_NONE] is empty. */
extern const struct verb_rule verb_rules[VERB_COUNT];

/* What is known where a mail is read. */
struct verb_context {
    const struct words *words;
    const char *name; /* the writer's; NULL: unknown */
    int64_t today;    /* days since 1970, where the writer lives */
    struct arena *arena;
};

/* The verb that a mail says, behind greetings and politeness: its words alone in TEXT (what the person wrote) or
 * SUBJECT, on the first line, or at the beginning of a sentence (verb_beginning). Case, accents, punctuation and
 * politeness beside it don't count ("STOP!", "stop please"); two verbs that differ are none, but REPORT comes before
 * all. A report is plain where the word stands alone, in capitals, or before a colon, dash or full stop, and where it
 * is a phrase of several words ("I want to report"). A subject that a reply inherits ("Re: ...") begins with none.
 *
 * What a verb needs stands behind it on its line: "Pause until 3 May, please", "LANGUAGE: French", "My new address is
 * anna@example.net". A verb that can't do without is read all the same where it stands alone, or a colon or capitals
 * show that it is meant. */
struct verb_reading verb_read(const char *subject, const char *text, const struct verb_context *context);

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

/* The question whether somebody reads at a new address, which stands in outbox.address: who answers it has shown so. */
#define QUESTION_ADDRESS "address"
void verb_address_proven(struct deciding *deciding, const struct outbox_row *about);
void verb_address_unknown(struct deciding *deciding, const struct outbox_row *about);

/* The writer says that the letter of which the question ABOUT asked is a report. */
void verb_report_kept_letter(struct deciding *deciding);

/* TEMPLATE_NAME asks before some verb acts; or it is its answer. */
bool verb_asks(const char *template_name);
bool verb_is_answer(const char *template_name);
