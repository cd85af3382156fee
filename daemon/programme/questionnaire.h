#pragma once
/* A form as it is sent, and what people reply to it. The lines of a reply are held against the lines of the form: one
 * of ours tells which question is spoken of, one that isn't ours is the person's. So it does not matter whether
 * somebody answers inline, above, below, by number or by word, nor what their mail program does to the quotation. What
 * is not certain is unclear, and asked again. Pure. */
#include "programme/form_value.h"
#include "programme/phrase.h"

/* What is known of one question. */
struct form_answer {
    struct form_finding finding; /* UNCLEAR: its VALUE is the one that counted before, or NULL */
    bool derived;                /* a time zone that follows from the country */
    int asked;                   /* again, so far */
};

/* ---- What is sent ---- */

enum form_line_role {
    FORM_LINE_PART,
    FORM_LINE_QUESTION,
    FORM_LINE_REASON,  /* why it is asked again */
    FORM_LINE_OPTION,  /* "(2) school library" */
    FORM_LINE_OPTIONS, /* several short ones */
    FORM_LINE_SO_FAR,  /* the answer that is there already */
    FORM_LINE_ANSWER,  /* of a summary */
    FORM_LINE_END,
};

struct form_line {
    enum form_line_role role;
    size_t question, option;
    const char *text;
    size_t strong; /* so many bytes of it name the question: "2. Country:" */
};

struct form_lines {
    const struct form_line *items;
    size_t count;
};

/* The form as a mail has it: the questions for which ASKED is true (NULL: all), numbered by their place in the form,
 * each with the reason why it is asked again and the answer that there is already, as ANSWERS (NULL: none) has them. */
struct form_lines questionnaire_ask(const struct form *form, const bool *asked, const struct form_answer *answers,
                                    struct arena *arena);

/* What was understood, question by question. */
struct form_lines questionnaire_summarise(const struct form *form, const struct form_answer *answers,
                                          struct arena *arena);

/* ---- What comes back ---- */

struct questionnaire_reply {
    const char *whole_text, *text;     /* as struct description (mail/description.h) has them */
    const char *sent;                  /* the plain text of the mail that it answers; NULL where it is not at hand */
    const bool *asked;                 /* what that mail asked; NULL: everything */
    const struct form_answer *answers; /* what was known when it was sent; NULL: nothing */
    int64_t now;
};

struct questionnaire_reading {
    struct form_finding *findings; /* of each question; EMPTY where nothing was written for it */
    size_t count;
    const char *rest; /* what was written and belongs to no question, for a person; "" where nothing */
};

/* FORMS are the form in all its languages, the writer's first; WORDS (may be NULL) know politeness. In ARENA. */
void questionnaire_read(const struct form_set *forms, const struct questionnaire_reply *reply,
                        const struct words *words, struct arena *arena, struct questionnaire_reading *ret);

/* Enters FINDINGS into ANSWERS, one for each question of FORM: only what a reply names changes. Time zones follow from
 * the country at NOW where it has but one and no other was named. Strings are not copied. */
void questionnaire_merge(const struct form *form, const struct form_finding *findings, int64_t now,
                         struct form_answer *answers, struct arena *arena);

/* Which questions are to be asked again: what is unclear, and what is required and not answered. Returns how many. */
size_t questionnaire_open(const struct form *form, const struct form_answer *answers, bool *ret_asked);
