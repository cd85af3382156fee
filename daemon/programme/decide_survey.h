#pragma once
/* Inside the rules for incoming mail only: what people reply to a survey. What is clear is kept; what is not is asked
 * once more, and is then not answered. A later reply corrects. */
#include <stdbool.h>

#include "base/model.h"
#include "programme/questionnaire.h"
#include "programme/subject.h"

struct deciding;

struct survey_facts {
    struct survey survey;              /* whose message the sender answers; id 0: none */
    const struct form_set *forms;      /* that of the sender's language first */
    const struct form_answer *answers; /* so far */
    const bool *asked;                 /* what the mail that is answered asked; NULL: everything */
    const char *sent;                  /* its text; NULL: not at hand */
};

enum survey_effect {
    EFFECT_SURVEY = SUBJECT_EFFECTS(SUBJECT_SURVEY), /* keep the answers, and write to the participant */
};

enum { SURVEY_ASKED_MOST = 1 /* times that a question is asked again */ };

/* What an effect does it to. */
struct survey_change {
    struct survey survey;
    const struct form *form;
    const struct form_answer *answers; /* of each question of FORM */
    const char *template_name;         /* what is sent; NULL: nothing */
};

/* False where the mail is no reply to a survey. */
bool decide_survey(struct deciding *deciding);
