#pragma once
/* Tables of words and phrases: strings in which "|" parts one from the next. Texts are folded (reply_line.h). */
#include <stdbool.h>
#include <stddef.h>

/* What the mail programs of some languages say. */
struct reply_words {
    const char *languages; /* for who maintains the table */
    const char *words;
};

/* One of WORDS stands in TEXT, not inside of a longer word (scripts without blanks between words have no such bounds).
 */
bool reply_words_stand_in(const char *text, const char *words);

/* TEXT begins with one of WORDS, whatever follows. */
bool reply_words_begin(const char *text, const char *words);

/* TEXT of LENGTH bytes ends with one of WORDS, whatever is before. */
bool reply_words_end(const char *text, size_t length, const char *words);

/* TEXT of LENGTH bytes is one of WORDS. */
bool reply_words_equal(const char *text, size_t length, const char *words);

/* The next of the words from *AT on; false at the end. */
bool reply_words_next(const char **at, const char **ret_word, size_t *ret_length);

/* How many words TEXT itself has, parted by blanks. */
size_t reply_words_count(const char *text);
