#include "base/civil.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"

enum { DAYS_PER_ERA = 146097 }; /* 400 years, after which the Gregorian calendar repeats */

static int64_t divide_down(int64_t number, int64_t by) {
    int64_t quotient = number / by;
    return number % by < 0 ? quotient - 1 : quotient;
}

static bool is_leap(int64_t year) {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* Days between 1 March and the first of the month that comes MONTHS (0..11) after March. */
static int64_t days_before_month(int64_t months) {
    return (153 * months + 2) / 5;
}

/* Years are counted from 1 March, so that the leap day is a year's last. */
int64_t civil_to_days(struct civil_date date) {
    int64_t year = date.month <= 2 ? date.year - 1 : date.year;
    int64_t era = divide_down(year, 400);
    int64_t year_of_era = year - era * 400;
    int64_t months = (date.month + 9) % 12;
    int64_t day_of_era =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + days_before_month(months) + date.day - 1;
    return era * DAYS_PER_ERA + day_of_era - 719468; /* from 0000-03-01 to 1970-01-01 */
}

struct civil_date civil_from_days(int64_t days) {
    days += 719468;
    int64_t era = divide_down(days, DAYS_PER_ERA);
    int64_t day_of_era = days - era * DAYS_PER_ERA;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / (DAYS_PER_ERA - 1)) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t months = (5 * day_of_year + 2) / 153;
    int month = (int)(months < 10 ? months + 3 : months - 9);
    return (struct civil_date){
        .year = era * 400 + year_of_era + (month <= 2),
        .month = month,
        .day = (int)(day_of_year - days_before_month(months) + 1),
    };
}

int civil_days_in_month(int64_t year, int month) {
    if (month == 2)
        return is_leap(year) ? 29 : 28;
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

int civil_weekday(struct civil_date date) {
    int64_t days = civil_to_days(date) + 4; /* 1970-01-01 was a Thursday */
    return (int)(days - divide_down(days, 7) * 7);
}

struct civil_date civil_add_months(struct civil_date date, int64_t months) {
    int64_t all = date.year * 12 + (date.month - 1) + months;
    int64_t year = divide_down(all, 12);
    int month = (int)(all - year * 12) + 1;
    int last = civil_days_in_month(year, month);
    return (struct civil_date){.year = year, .month = month, .day = date.day < last ? date.day : last};
}

struct civil_date civil_add_days(struct civil_date date, int64_t days) {
    return civil_from_days(civil_to_days(date) + days);
}

int civil_compare(struct civil_date a, struct civil_date b) {
    if (a.year != b.year)
        return a.year < b.year ? -1 : 1;
    return a.month != b.month ? a.month - b.month : a.day - b.day;
}

/* A digit wherever FORM has '0', and otherwise the same. */
static bool has_form(const char *text, const char *form) {
    while (*form && (*form == '0' ? ascii_is_digit(*text) : *text == *form))
        text++, form++;
    return !*form && !*text;
}

bool civil_parse_date(const char *text, struct civil_date *ret, struct error *error) {
    auto_text shown = TEXT_EMPTY;
    text_append_printable(&shown, text);
    int year = 0, month = 0, day = 0;
    if (has_form(text, "0000-00-00"))
        sscanf(text, "%d-%d-%d", &year, &month, &day);
    if (year < 1)
        return error_set(error, ERROR_PERMANENT, "\"%.60s\" is not a date: write it as year-month-day, \"2027-01-31\"",
                         text_string(&shown));
    if (month < 1 || month > 12)
        return error_set(error, ERROR_PERMANENT, "\"%s\" is not a date: there is no month %d", text, month);
    if (day < 1 || day > civil_days_in_month(year, month))
        return error_set(error, ERROR_PERMANENT, "\"%s\" is not a date: that month has %d days", text,
                         civil_days_in_month(year, month));
    *ret = (struct civil_date){.year = year, .month = month, .day = day};
    return true;
}

char *civil_format_date(struct civil_date date, char buffer[CIVIL_DATE_SIZE]) {
    snprintf(buffer, CIVIL_DATE_SIZE, "%04" PRId64 "-%02d-%02d", date.year, date.month, date.day);
    return buffer;
}

bool civil_parse_time_of_day(const char *text, int32_t *ret, struct error *error) {
    static const char *const forms[] = {"0:00", "00:00", "0:00:00", "00:00:00"};
    int hour = -1, minute = 0, second = 0;
    for (size_t i = 0; i < COUNT_OF(forms); i++)
        if (has_form(text, forms[i]))
            sscanf(text, "%d:%d:%d", &hour, &minute, &second);
    if (hour < 0 || hour > 23 || minute > 59 || second > 59) {
        auto_text shown = TEXT_EMPTY;
        text_append_printable(&shown, text);
        return error_set(error, ERROR_PERMANENT,
                         "\"%.60s\" is not a time of day: write hours and minutes from \"00:00\" to \"23:59\"",
                         text_string(&shown));
    }
    *ret = hour * SECONDS_PER_HOUR + minute * SECONDS_PER_MINUTE + second;
    return true;
}

char *civil_format_time_of_day(int32_t seconds, char buffer[CIVIL_TIME_SIZE]) {
    int hour = seconds / SECONDS_PER_HOUR % 24, minute = seconds / SECONDS_PER_MINUTE % 60, second = seconds % 60;
    if (second)
        snprintf(buffer, CIVIL_TIME_SIZE, "%02d:%02d:%02d", hour, minute, second);
    else
        snprintf(buffer, CIVIL_TIME_SIZE, "%02d:%02d", hour, minute);
    return buffer;
}
