#pragma once
/* Civil dates of the Gregorian calendar, also before its invention; no time zones here (base/zone.h has those). */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct civil_date {
    int64_t year;
    int month; /* 1..12 */
    int day;   /* 1..31 */
};

/* Whole days since 1970-01-01, and back. */
int64_t civil_to_days(struct civil_date date);
struct civil_date civil_from_days(int64_t days);

int civil_days_in_month(int64_t year, int month);
int civil_weekday(struct civil_date date); /* 0 Sunday .. 6 Saturday */

/* MONTHS later (or earlier) on the same day of the month, or on that month's last day where it has no such day. */
struct civil_date civil_add_months(struct civil_date date, int64_t months);
struct civil_date civil_add_days(struct civil_date date, int64_t days);

/* Below, at or above 0 as A is before, the same as or after B. */
int civil_compare(struct civil_date a, struct civil_date b);

/* "2027-01-31" exactly; years 0001 to 9999. */
bool civil_parse_date(const char *text, struct civil_date *ret, struct error *error);

#define CIVIL_DATE_SIZE 32
/* "2027-01-31" into BUFFER; returns BUFFER. */
char *civil_format_date(struct civil_date date, char buffer[CIVIL_DATE_SIZE]);

/* A time of day, "9:00", "09:00" or "09:00:30", as seconds after midnight (0..86399). */
bool civil_parse_time_of_day(const char *text, int32_t *ret, struct error *error);

#define CIVIL_TIME_SIZE 16
/* "09:00", or "09:00:30" where there are seconds, into BUFFER; returns BUFFER. */
char *civil_format_time_of_day(int32_t seconds, char buffer[CIVIL_TIME_SIZE]);
