#pragma once
/* Days as people write them in some twenty languages: "1 September", "le 3 mai 2027", "8/1/13", "Monday", "tomorrow",
 * "in 2 weeks". Pure. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"

enum { DAY_WORDS_READ_MAX = 8192, DAY_WORDS_MAX = 2000, DAY_WORD_SIZE = 40 };

/* A text in words, numbers and marks. */
struct day_word {
    char word[DAY_WORD_SIZE]; /* in lower case; a number's digits; one mark of punctuation; one ideograph */
    int number;               /* -1: none */
    int digits;
    size_t end; /* the first byte behind it, in its text */
};

struct day_words {
    struct day_word *items;
    size_t count;
    int64_t today; /* days since 1970; -1: unknown */
};

/* Adds TEXT's words to WORDS, which begins as {.today = ...} and lives in ARENA: at most DAY_WORDS_MAX of its first
 * DAY_WORDS_READ_MAX bytes. Lines that begin with '>' are left out. */
void day_words_split(struct day_words *words, const char *text, struct arena *arena);

/* An empty word behind the last. */
const struct day_word *day_words_at(const struct day_words *words, size_t at);

/* The word at AT is MARK. */
bool day_words_is(const struct day_words *words, size_t at, const char *mark);

/* 1 to 12; 0 where WORD is no month. */
int day_words_month(const char *word);

/* The date at AT, in days since 1970, and what follows it; -1: none. Without a year it is the next one to come, but for
 * the last two months; of a slashed date that may be two the nearer. */
int64_t day_words_date(const struct day_words *words, size_t at, size_t *ret_next);

/* The day that "tomorrow" or "Monday" at AT is; -1 where there is none, today is unknown, or the weekday only
 * introduces a date. */
int64_t day_words_relative(const struct day_words *words, size_t at);

/* The day with which LENGTH bytes of TEXT begin, behind "until", "for" and the like: a date, "Monday", "2 weeks"; and
 * where it ends. -1 where there is none, or none after TODAY within some two years. */
int64_t day_words_read(const char *text, size_t length, int64_t today, size_t *ret_end);
