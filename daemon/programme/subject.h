#pragma once
/* What incoming mail may be about. Each subject has its facts, effects and rules in one file here (the first is what
 * all share: decide.h), and in one file of app/ what finds the facts and applies the effects. A new one is those two
 * files, a line here with its facts in decide.h, and a line in app/subject.c. */

enum subject {
    SUBJECT_PERSON,      /* who wrote, and what may be done for anybody: decide.h */
    SUBJECT_QUESTION,    /* what we asked: decide_question.h */
    SUBJECT_LETTER,      /* what partners write to each other: decide_letter.h */
    SUBJECT_AUTOMATIC,   /* what programs write: decide_automatic.h */
    SUBJECT_ENROLMENT,   /* who wants to take part: decide_enrolment.h */
    SUBJECT_SURVEY,      /* what people reply to surveys: decide_survey.h */
    SUBJECT_PARTING,     /* who leaves a partnership, and whose partner left: decide_parting.h */
    SUBJECT_VERB,        /* what words to us do: verb.h */
    SUBJECT_COORDINATOR, /* what coordinators reply about cases: decide_coordinator.h */
    SUBJECT_COUNT,
};

/* Where a subject's enum of effects begins, and whose an effect is. */
#define SUBJECT_EFFECTS(subject) ((subject) << 8)
#define SUBJECT_OF(effect_kind) ((enum subject)((effect_kind) >> 8))
