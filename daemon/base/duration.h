#pragma once
/* Durations as people write them: "5 minutes", "10 days", "1 week", "6 months", "1 hour and 30 minutes". Months and
 * days are kept apart from seconds, because how long they last depends on the calendar and on daylight saving time;
 * adding one to a moment needs a time zone (zone_add). */
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/text.h"

struct duration {
    int64_t months;  /* a year is 12 */
    int64_t days;    /* a week is 7 */
    int64_t seconds; /* a minute is 60, an hour 3600 */
};

/* Reads one or more of NUMBER UNIT, with blanks, commas or "and" between. NUMBER is decimal or "a", "an", "one" ..
 * "twelve"; UNIT is second, minute, hour, day, week, fortnight, month or year, singular or plural, or s, sec, min, h,
 * d. Never negative; nothing is longer than a hundred years. An unknown unit is answered with the nearest known one. */
bool duration_parse(const char *text, struct duration *ret, struct error *error);

/* As duration_parse, for what runs by the clock rather than by the calendar (timeouts, polling): months and years are
 * refused, a day is 24 hours. */
bool duration_parse_seconds(const char *text, int64_t *ret_seconds, struct error *error);

/* The plainest words that duration_parse reads back as the same: "6 months", "7 days", "1 hour 30 minutes"; "0 seconds"
 * for none. The sign of negative fields is left out. */
void duration_format(const struct duration *duration, struct text *text);

bool duration_is_zero(const struct duration *duration);

/* The same duration backwards. */
struct duration duration_negate(const struct duration *duration);
