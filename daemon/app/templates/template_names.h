#pragma once
/* Which names the templates of each kind of message may use. The application sets every name that is not marked
 * optional (template_value_set_*) before it renders; docs, `template check` and help are made from the same tables. */
#include <stdbool.h>

#include "mail/template/template_check.h"
#include "programme/question.h"
#include "programme/sequence.h"

enum message_kind {
    MESSAGE_TO_PARTICIPANT,    /* a step to one participant, outside any partnership */
    MESSAGE_TO_MEMBER,         /* a step to one member of a partnership */
    MESSAGE_SURVEY,            /* a step with a form, and "survey-...": asks, asks again, thanks */
    MESSAGE_ABOUT_NEXT,        /* "next-...": what a member said about what comes after the round */
    MESSAGE_ABOUT_LETTER,      /* "letter-...", "partner-away": about a letter that went through us */
    MESSAGE_ABOUT_PARTING,     /* "leaving", "partner-left", ...: a partnership that ends before its time */
    MESSAGE_ABOUT_EVENT,       /* "event-...": what a round is invited to, or when partners talk */
    MESSAGE_UNCLEAR,           /* "check-in-unclear": an answer was not understood (programme/question.h) */
    MESSAGE_CONFIRMS,          /* "confirm-...": what a word to us did, or whether it is meant (programme/verb.h) */
    MESSAGE_STATUS,            /* "confirm-status": what we know of somebody */
    MESSAGE_TO_APPLICANT,      /* "application", "invitation": to somebody whose application is not confirmed */
    MESSAGE_APPLICANT_GONE,    /* "application-gone", "forgotten": all that is known of them is deleted */
    MESSAGE_PERSONAL_DATA,     /* "my-data": all that is held about the recipient */
    MESSAGE_ABOUT_APPLICATION, /* "application-accepted", "-waiting": what became of it, to a participant */
    MESSAGE_TO_COORDINATOR_WAITING, /* "coordinator-waiting" */
    MESSAGE_TO_COORDINATOR_ALERT,   /* "coordinator-alert": something is wrong */
    MESSAGE_TO_COORDINATOR_CLEAR,   /* "coordinator-clear": it is well again */
    MESSAGE_TO_COORDINATOR_DONE,    /* "coordinator-done": what became of a reply about cases */
    MESSAGE_FROM_COORDINATOR,       /* "coordinator-answer": what a coordinator answers to whoever wrote */
    MESSAGE_TEST,                   /* "test" */
};

/* What letters a partnership's messages know of (letters.both, lately.yours, ...): exactly one is true. Ends with NULL.
 */
extern const char *const template_names_letter_cases[];

/* How a partnership ended (parting.rematch, ...): exactly one is true in a mail that confirms it. Ends with NULL. */
extern const char *const template_names_partings[];

/* The names for KIND; with TOPICS also topic.*, which must then be shown; QUESTION: the one that it
 * puts, or NULL. */
const struct template_schema *template_names_schema(enum message_kind kind, bool topics,
                                                    const struct question *question);

/* The kind of a step's messages, and the names for it. */
enum message_kind template_names_step_kind(const struct step *step);
const struct template_schema *template_names_step_schema(const struct step *step);

/* The names that a topic's own text may use: a member's, without topic.*. */
const struct template_schema *template_names_topic(void);

/* Every name of every kind: what a piece on its own may use. */
const struct template_schema *template_names_any(void);

/* The kind that a fixed template name ("check-in-unclear", "coordinator-...", "test") has; false for steps' templates,
 * whose kind their step tells. */
bool template_names_fixed_kind(const char *template_name, enum message_kind *ret);

/* The names for it; NULL for steps' templates. */
const struct template_schema *template_names_fixed_schema(const char *template_name);

/* The fixed names one after the other, from 0; NULL behind the last. */
const char *template_names_fixed(size_t position);
