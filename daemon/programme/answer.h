#pragma once
/* What an answer to the check-in ("how is it going?") means: a digit as offered, or a word or short phrase in
 * the person's language, with or without its accents. */
#include <stdbool.h>
#include <stddef.h>

#include "programme/phrase.h"

enum answer_meaning {
    ANSWER_NONE = 0,       /* nothing that could be an answer */
    ANSWER_WELL = 1,       /* in touch, and it goes well */
    ANSWER_SLOW = 2,       /* in touch, but slow or little */
    ANSWER_NO_CONTACT = 3, /* no contact yet, or no longer */
    ANSWER_HELP = 4,       /* wants a coordinator's help */
    ANSWER_AMBIGUOUS = 5,  /* several that differ: never guessed */
};

/* The meaning of COUNT answers (description.answers: lower case, digits ASCII). Words are looked up in WORDS;
 * what is no answer is passed over; the same twice is once. A number that was not offered means nothing alone and makes
 * the rest ambiguous. */
enum answer_meaning answer_find(const char *const *answers, size_t count, const struct words *words);

/* The same of a whole mail: TEXT is what the person wrote, ANSWERS what stands in it where an answer stands. Its first
 * line (behind a greeting) may be a short phrase too: "Tout va bien, merci !". Where that and ANSWERS differ ("No, todo
 * bien"), nothing is guessed. */
enum answer_meaning answer_read(const char *text, const char *const *answers, size_t count, const struct words *words);

/* "well", "slow", "no contact", "help", "none", "ambiguous". */
const char *answer_name(enum answer_meaning meaning);
