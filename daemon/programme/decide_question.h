#pragma once
/* Inside the rules for incoming mail only: replies to what we asked (question.h). */
#include <stdbool.h>

#include "base/model.h"
#include "programme/question.h"
#include "programme/subject.h"
#include "programme/verb.h"

struct question_facts {
    struct outbox_row
        corrects;           /* the mail answers what told how we understood the answer to this: a digit corrects it */
    struct outbox_row open; /* of a partnership address's owner: the only open question; id 0: none or several */
    bool asked_again;       /* the question that the mail is about was put again already */
    bool proves_address;    /* somebody answers from the new address that the mail about asks about */
    int64_t meeting;        /* the mail answers an invitation to it; 0: it does not */
    int64_t sequence;       /* ... as it was then */
    size_t proposals;       /* so many times to talk are proposed by what the mail is about */
    const char *sure_verb, *sure_argument; /* what the question "sure" asks about: verb.h; NULL: nothing */
};

enum question_effect {
    EFFECT_ANSWER = SUBJECT_EFFECTS(SUBJECT_QUESTION), /* keep participant's answer to the question in outbox */
    EFFECT_ANSWERED,                                   /* the question in outbox is open no longer */
    EFFECT_NEXT,                                       /* what outbox asked comes next for participant: see to it */
    EFFECT_COMES,                                      /* participant's ANSWER to the invitation to the meeting ABOUT */
    EFFECT_TALK,      /* participant can talk at the times that outbox proposed: a bit of ANSWER for each */
    EFFECT_ASK_AGAIN, /* put the question in outbox once more, plainly */
};

/* What a participant's reply says: a word to us that came to PLACE, an answer to a question of ours, or a correction of
 * one. False where it is none of these. */
bool decide_question(struct deciding *deciding, enum verb_place place);

/* What a calendar program answered to an invitation. False where the mail is none, or the sender was not invited. */
bool decide_question_calendar(struct deciding *deciding);

/* The mail is the answer to the question that ABOUT put: it is acted upon, or, where it can't be understood, asked for
 * once more at the most. */
void decide_question_answer(struct deciding *deciding, const struct outbox_row *about);
