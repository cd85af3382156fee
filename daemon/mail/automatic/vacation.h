#pragma once
/* When the writer of an away notice says to be back: dates in many styles and languages (base/day_words.h). */
#include <stdint.h>

#include "base/memory.h"

/* The day until which SUBJECT and TEXT (UTF-8) say that the writer is away, or on which they are back, as "2013-08-01"
 * in ARENA; NULL where none is told. MAIL_DATE (UTC seconds, 0 where unknown) is the day that "Monday" and dates
 * without a year are counted from. Of several the last counts. */
const char *vacation_find_return(const char *subject, const char *text, int64_t mail_date, struct arena *arena);

/* The day of an instant like 2020-01-10T14:59:59Z at START, in ARENA; NULL where it is none. */
const char *vacation_day_of(const char *start, struct arena *arena);
