#pragma once
/* What made-up people write, in three languages. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"

enum simulated_language { SIMULATED_ENGLISH, SIMULATED_FRENCH, SIMULATED_SPANISH, SIMULATED_LANGUAGES };

/* The one of a language tag such as "fr-CA"; English for all that have no words here. */
enum simulated_language simulated_words_language(const char *tag);

/* "English" */
const char *simulated_words_language_name(enum simulated_language language);

/* One letter's parts. ANSWERED: the question in the letter that this one answers, or -1. */
struct simulated_letter_words {
    const char *writer, *reader; /* full names */
    size_t number;               /* how many letters the writer has written before */
    size_t offset;               /* where in its stock of topics a pair begins */
    size_t side;                 /* 0 or 1: partners tell and ask different things */
    bool answers;                /* it answers a letter */
    int answered;
    const char *address; /* what the writer gives away in it; NULL: nothing */
};
const char *simulated_words_letter(enum simulated_language language, const struct simulated_letter_words *words,
                                   struct arena *arena);
const char *simulated_words_letter_subject(enum simulated_language language);

/* The question that stands first in a letter's TEXT, -1: none of ours. */
int simulated_words_find_question(enum simulated_language language, const char *text);

/* Calls FOUND with each sentence that letters are made of, all languages. */
void simulated_words_each_sentence(void (*found)(void *context, const char *sentence), void *context);

/* An answer to a check-in: a word that means DIGIT (1 to 4), a sentence to go with one, what no program understands. */
const char *simulated_words_answer(enum simulated_language language, int digit);
const char *simulated_words_remark(enum simulated_language language);
const char *simulated_words_unclear(enum simulated_language language);

/* "On Mon, 10 Mar 2025 at 09:12, Anna Berg <anna@example.org> wrote:", as mail clients say it. */
const char *simulated_words_attribution(enum simulated_language language, int64_t date, int zone_minutes,
                                        const char *name, const char *address, struct arena *arena);

/* The notice of somebody who is away until DATE (UTC seconds, a day), and its subject's beginning. */
const char *simulated_words_away(enum simulated_language language, int64_t date, struct arena *arena);
const char *simulated_words_away_subject(enum simulated_language language);

/* The wish to leave, with its subject; a report of misconduct, which begins with the word for it. */
const char *simulated_words_farewell(enum simulated_language language);
const char *simulated_words_farewell_subject(enum simulated_language language);
const char *simulated_words_report(enum simulated_language language);
