#pragma once
/* The questions that we put and that one digit in a reply answers: one table of them, from which understanding, acting,
 * asking again, confirming and showing are made. A question is known by its name: outbox.asks has it of each message
 * that puts it, the table `answer` of each answer. Pure.
 *
 * Its life: open once the message that puts it was sent; asked again, once, where an answer can't be understood;
 * answered; corrected by a reply to the message that confirmed the answer; and gone with its message's expiry where
 * that never went out. A new question is a row in question.c, its template, and the step that puts it; words that
 * answer it, if any, are a use of their own in phrase.h, and stand in words.txt. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "programme/phrase.h"

struct deciding;
struct outbox_row;

/* Who answers, and for whom. */
enum question_owner {
    QUESTION_OF_PARTICIPANT,
    QUESTION_OF_PARTNERSHIP, /* each member for the partnership; an answer counts at its address, too */
    QUESTION_OF_COORDINATOR,
};

enum question_mood { QUESTION_GOOD, QUESTION_FAIR, QUESTION_BAD };

struct question_answer {
    const char *name;     /* as lists show it: "no contact" */
    const char *says;     /* as a partnership's story tells it: "has not heard from" */
    bool of_partners;     /* ... and then the partners' names */
    const char *flag;     /* what it is in the template's {{#confirmation}} */
    const char *in_words; /* its line in words.txt; NULL: the digit alone */
    enum question_mood mood;
    bool in_touch; /* it says that the partners are: a contact */
    /* What else is done: adds effects, and says what was understood. NULL: nothing. */
    void (*act)(struct deciding *deciding, const struct outbox_row *about);
};

enum { QUESTION_ANSWERS_MAX = 9 };

struct question {
    const char *name;
    const char *title; /* a reason's part: "a check-in" */
    enum question_owner owner;
    enum phrase_use phrases; /* of its answers in words */
    bool by_reply;           /* only a reply to what put it answers it; else the only open question, too */
    bool more_waits;       /* whoever writes more beside an answer has not answered: a person reads it, and only that */
    bool invites;          /* to a meeting, in whose table the answers are */
    bool kept;             /* answers are kept and confirmed, and what stands beside one is read by a person */
    const char *unclear;   /* the template that puts it again, once; NULL: none does */
    const char *noted;     /* the template that tells at once what was understood; NULL: the next message does */
    const char *put_by[2]; /* the templates that put it; none: those of steps that name it */
    bool by_steps;         /* those as well */
    struct question_answer answers[QUESTION_ANSWERS_MAX + 1]; /* by digit, from 1, without gaps */
};

/* After a round: to go on writing with the same partner, to join the next round, both or neither. */
#define QUESTION_NEXT "next"
bool question_goes_on(int64_t digit);
bool question_joins(int64_t digit);

/* Whether a word to us is meant (verb.h: asks_first). */
#define QUESTION_SURE "sure"

/* Who comes to a meeting. */
#define QUESTION_MEETING "meeting"

/* How it is going, month by month; where times to talk are proposed with it, the digits behind its own choose among
 * them, several at will. */
#define QUESTION_CHECK_IN "check-in"

/* The last has no name. */
extern const struct question question_table[];

/* NULL: there is none of that name. */
const struct question *question_find(const char *name);

/* What TEMPLATE_NAME puts, or puts again; NULL: nothing, or what its step says. */
const struct question *question_put_by(const char *template_name);

/* NULL: QUESTION is NULL, or has no such answer. */
const struct question_answer *question_answer(const struct question *question, int64_t digit);

/* Digits from 1 to this answer it. */
int question_answer_count(const struct question *question);

enum {
    QUESTION_NO_ANSWER = 0,  /* nothing that could be an answer */
    QUESTION_AMBIGUOUS = -1, /* several that differ: never guessed */
};

/* The digit that COUNT answers mean (description.answers: lower case, digits ASCII). Words are looked up in WORDS, with
 * or without their accents; what is no answer is passed over; the same twice is once. A number that was not offered
 * means nothing alone and makes the rest ambiguous. */
int question_find_answer(const struct question *question, const char *const *answers, size_t count,
                         const struct words *words);

/* The same of a whole mail: TEXT is what the person wrote, ANSWERS what stands in it where an answer stands. Its first
 * line (behind a greeting) may be a short phrase too: "Tout va bien, merci !". Where that and ANSWERS differ ("No, todo
 * bien"), nothing is guessed. */
int question_read_answer(const struct question *question, const char *text, const char *const *answers, size_t count,
                         const struct words *words);
