#pragma once
/* What made-up people write, in three languages: demo/words.json. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"

enum simulated_language { SIMULATED_ENGLISH, SIMULATED_FRENCH, SIMULATED_SPANISH, SIMULATED_LANGUAGES };

/* The one of a language tag such as "fr-CA"; English for all that have no words here. */
enum simulated_language simulated_words_language(const char *tag);

/* What stands in the file under NAME: "language" (its English name), "letter_subject"; "remark" and "unclear", a
 * sentence to go with the answer to a check-in and one that no program understands; "away_subject"; "farewell" and
 * "farewell_subject", the wish to leave; "mourning" and "ready", that both need a rest, and no more; "rematch" and
 * "resume", verbs (programme/verb.h); "report", of misconduct; "join" and
 * "join_subject", which ask for the application form; "my_answers", above them. */
const char *simulated_words_say(enum simulated_language language, const char *name);

/* A word that means DIGIT (1 to 4) as the answer to a check-in ("answers") or to what comes after the round ("next").
 */
const char *simulated_words_answer(enum simulated_language language, const char *name, int digit);

/* What somebody may write, by NUMBER, to the form's question with that name. */
const char *simulated_words_text(enum simulated_language language, const char *question, size_t number);

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
const char *simulated_words_letter(enum simulated_language language, const struct simulated_letter_words *parts,
                                   struct arena *arena);

/* The question that stands first in a letter's TEXT, -1: none of ours. */
int simulated_words_find_question(enum simulated_language language, const char *text);

/* Calls FOUND with each sentence that letters are made of, all languages. */
void simulated_words_each_sentence(void (*found)(void *context, const char *sentence), void *context);

/* "On Mon, 10 Mar 2025 at 09:12, Anna Berg <anna@example.org> wrote:", as mail clients say it. */
const char *simulated_words_attribution(enum simulated_language language, int64_t date, int zone_minutes,
                                        const char *name, const char *address, struct arena *arena);

/* The notice of somebody who is away until DATE (UTC seconds, a day). */
const char *simulated_words_away(enum simulated_language language, int64_t date, struct arena *arena);
