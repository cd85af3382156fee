#pragma once
/* Inside the rules for incoming mail only: who asks for the application form, and what applicants reply to it. */
#include <stdbool.h>

#include "base/model.h"
#include "programme/questionnaire.h"
#include "programme/subject.h"

struct deciding;

struct enrolment_facts {
    bool asks;                    /* the mail asks for the form: it came to the address for joining, or is the word */
    bool banned;                  /* the address may take part no more */
    int64_t received_at;          /* UTC: by when it had reached us */
    struct round round;           /* that is applied to; id 0: there is none */
    bool in_time;                 /* for that round */
    bool place_is_free;           /* there, for somebody of the applicant's country; nobody of it waits */
    const char *language;         /* of what is sent */
    bool had_form_today;          /* this address */
    bool forms_used_up;           /* nobody gets one any more today */
    bool mails_used_up;           /* this address had all automatic answers of a day or a week */
    struct applicant applicant;   /* who wrote, as far as we can tell about their application; id 0: none */
    bool confirmed_before;        /* the mail answers one about an application that the sender has confirmed */
    bool only_by_address;         /* nothing else tells that it is about that */
    const struct form_set *forms; /* of the application, that of LANGUAGE first; NULL: there is none */
    const struct form_answer *answers; /* so far: the applicant's, else what is known of a participant; none: NULL */
    const struct form_answer *shown;   /* the same as they were sent to the applicant */
    const bool *asked;                 /* what the mail that is answered asked; NULL: everything */
    const char *sent;                  /* its text; NULL: not at hand */
    bool other_name; /* the address is a participant's, and the applicant has a name that is quite another */
};

enum enrolment_effect {
    EFFECT_APPLICANT = SUBJECT_EFFECTS(SUBJECT_ENROLMENT), /* keep the applicant and answers, and write to them */
    EFFECT_APPLICANT_CONFIRMED,                            /* the applicant takes part, or waits, and is told so */
    EFFECT_APPLICANT_GONE, /* all of it is deleted, and the applicant told so, if at all */
};

enum { ENROLMENT_ASKED_MOST = 2 /* times that a question is asked again */ };

/* What an effect does it to. */
struct enrolment_change {
    struct applicant applicant; /* id 0: a new one. Its state, address, language, round and participant count */
    const struct form *form;
    const struct form_answer *answers; /* of each question of FORM */
    const char *template_name;         /* what is sent; NULL: nothing */
    const char *waits_for;             /* confirmed: NULL, or why there is no place yet (struct application) */
    int64_t confirmed_at;
};

/* Whoever asks for the form gets it, unless that could do harm; what an applicant replies is read. False where the mail
 * is about neither. */
bool decide_enrolment(struct deciding *deciding);

/* Mail to the applicant of whom ABOUT is comes back, or is complained of: the application ends quietly. False where it
 * is no applicant's. */
bool decide_enrolment_undelivered(struct deciding *deciding, const struct outbox_row *about);
