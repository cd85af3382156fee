#pragma once
/* Tables of words and phrases: strings in which "|" parts one from the next. Texts are in lower case. */
#include <stdbool.h>
#include <stddef.h>

#include "base/memory.h"

/* One of WORDS stands in TEXT, not inside of a longer word (scripts without blanks between words have no such bounds).
 */
bool terms_stand_in(const char *text, const char *words);

/* One of WORDS stands anywhere in TEXT, as part of a longer word as well. A '*' in it stands for any words that end no
 * sentence. */
bool terms_contain(const char *text, const char *words);

/* TEXT begins with one of WORDS, whatever follows: the length of that word, the first of several; else 0. */
size_t terms_begin(const char *text, const char *words);

/* The same, whatever the case of TEXT's ASCII letters. */
size_t terms_begin_ignore_case(const char *text, const char *words);

/* TEXT of LENGTH bytes ends with one of WORDS, whatever is before: likewise. */
size_t terms_end(const char *text, size_t length, const char *words);

/* TEXT of LENGTH bytes is one of WORDS. */
bool terms_equal(const char *text, size_t length, const char *words);

/* TEXT is one of WORDS. */
bool terms_are(const char *text, const char *words);

/* One word after another: `for (struct term term = {.rest = words}; terms_next(&term);)`. */
struct term {
    const char *rest, *word;
    size_t length;
};
bool terms_next(struct term *term);

/* How many words TEXT itself has, parted by blanks. */
size_t terms_count(const char *text);

/* TEXT in lower case with single spaces and plain apostrophes, as one line. In ARENA. */
char *terms_fold(const char *text, struct arena *arena);
