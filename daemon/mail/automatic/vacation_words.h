#pragma once
/* The words by which notices tell days: names of months and weekdays, and what stands beside the day of return, in many
 * languages. All words in lower case. Pure. */
#include <stdbool.h>

/* 1 to 12; 0 where WORD is no month's name or abbreviation. */
int vacation_words_month(const char *word);

/* 0, Sunday, to 6; -1 where WORD is no weekday. */
int vacation_words_weekday(const char *word);

/* WORD stands before the day of return, or before the last day away, perhaps with others between. */
bool vacation_words_leads_to_end(const char *word);

/* WORD stands just before such a day. */
bool vacation_words_joins_end(const char *word);

/* WORD stands after such a day. */
bool vacation_words_follows_end(const char *word);

/* WORD stands between the two ends of a range of days. */
bool vacation_words_is_range(const char *word);
