#include "base/zone_rule.h"

#include <string.h>

#include "base/ascii.h"
#include "base/civil.h"
#include "base/clock.h"

/* A decimal number in LEAST..MOST at *CURSOR, which moves past it. */
static bool take_number(const char **cursor, int least, int most, int *ret) {
    if (!ascii_is_digit(**cursor))
        return false;
    int number = 0;
    for (; ascii_is_digit(**cursor); (*cursor)++) {
        number = number * 10 + (**cursor - '0');
        if (number > most)
            return false;
    }
    *ret = number;
    return number >= least;
}

static bool take_char(const char **cursor, char character) {
    if (**cursor != character)
        return false;
    (*cursor)++;
    return true;
}

/* [+-]hh[:mm[:ss]] in seconds. */
static bool take_time(const char **cursor, int hours_most, int32_t *ret) {
    int sign = 1, hours = 0, minutes = 0, seconds = 0;
    if (take_char(cursor, '-'))
        sign = -1;
    else
        take_char(cursor, '+');
    if (!take_number(cursor, 0, hours_most, &hours))
        return false;
    if (take_char(cursor, ':')) {
        if (!take_number(cursor, 0, 59, &minutes))
            return false;
        if (take_char(cursor, ':') && !take_number(cursor, 0, 59, &seconds))
            return false;
    }
    *ret = sign * (hours * SECONDS_PER_HOUR + minutes * SECONDS_PER_MINUTE + seconds);
    return true;
}

/* Three letters or more, or <letters, digits, signs>. */
static bool take_abbreviation(const char **cursor, char buffer[ZONE_ABBREVIATION_SIZE]) {
    bool quoted = take_char(cursor, '<');
    size_t length = 0;
    while (ascii_is_letter((*cursor)[length]) ||
           (quoted && (ascii_is_digit((*cursor)[length]) || (*cursor)[length] == '+' || (*cursor)[length] == '-')))
        length++;
    if (length < 3 || length >= ZONE_ABBREVIATION_SIZE)
        return false;
    memcpy(buffer, *cursor, length);
    buffer[length] = '\0';
    *cursor += length;
    return !quoted || take_char(cursor, '>');
}

static bool take_date(const char **cursor, struct zone_rule_date *ret) {
    *ret = (struct zone_rule_date){.time = 2 * SECONDS_PER_HOUR};
    bool good;
    if (take_char(cursor, 'M')) {
        ret->kind = DAY_OF_MONTH_WEEK;
        good = take_number(cursor, 1, 12, &ret->month) && take_char(cursor, '.') &&
               take_number(cursor, 1, 5, &ret->week) && take_char(cursor, '.') &&
               take_number(cursor, 0, 6, &ret->weekday);
    } else if (take_char(cursor, 'J')) {
        ret->kind = DAY_WITHOUT_LEAP;
        good = take_number(cursor, 1, 365, &ret->day);
    } else {
        ret->kind = DAY_WITH_LEAP;
        good = take_number(cursor, 0, 365, &ret->day);
    }
    return good && (!take_char(cursor, '/') || take_time(cursor, 167, &ret->time));
}

bool zone_rule_parse(const char *text, struct zone_rule *ret) {
    struct zone_rule rule = {.is_set = true};
    int32_t west; /* POSIX counts offsets westwards */
    if (!take_abbreviation(&text, rule.standard.abbreviation) || !take_time(&text, 24, &west))
        return false;
    rule.standard.offset = -west;
    if (*text) {
        rule.has_daylight_saving = true;
        rule.daylight.daylight_saving = true;
        rule.daylight.offset = rule.standard.offset + SECONDS_PER_HOUR;
        if (!take_abbreviation(&text, rule.daylight.abbreviation))
            return false;
        if (*text != ',') {
            if (!take_time(&text, 24, &west))
                return false;
            rule.daylight.offset = -west;
        }
        if (!take_char(&text, ',') || !take_date(&text, &rule.start) || !take_char(&text, ',') ||
            !take_date(&text, &rule.end) || *text)
            return false;
    }
    *ret = rule;
    return true;
}

/* Local midnight of the rule's day in YEAR plus its time, as if local time were UTC. */
static int64_t local_change(const struct zone_rule_date *date, int64_t year) {
    int64_t days = 0;
    switch (date->kind) {
    case DAY_OF_MONTH_WEEK: {
        struct civil_date first = {.year = year, .month = date->month, .day = 1};
        int day = 1 + (date->weekday - civil_weekday(first) + 7) % 7 + (date->week - 1) * 7;
        if (day > civil_days_in_month(year, date->month))
            day -= 7;
        days = civil_to_days(first) + day - 1;
        break;
    }
    case DAY_WITHOUT_LEAP:
        days = civil_to_days((struct civil_date){.year = year, .month = 1, .day = 1}) + date->day - 1;
        if (date->day >= 60 && civil_days_in_month(year, 2) == 29)
            days++;
        break;
    case DAY_WITH_LEAP:
        days = civil_to_days((struct civil_date){.year = year, .month = 1, .day = 1}) + date->day;
        break;
    }
    return days * SECONDS_PER_DAY + date->time;
}

const struct zone_type *zone_rule_type_at(const struct zone_rule *rule, int64_t moment, int64_t *ret_next) {
    *ret_next = INT64_MAX;
    if (!rule->has_daylight_saving)
        return &rule->standard;
    int64_t days = moment / SECONDS_PER_DAY - (moment % SECONDS_PER_DAY < 0);
    int64_t year = civil_from_days(days).year;
    /* A change can lie a week beside its year (167 hours), so the neighbouring years are looked at too. Where one
     * year's end meets the next one's start (daylight saving all year), the start wins. */
    const struct zone_type *type = NULL;
    int64_t latest = INT64_MIN;
    for (int64_t y = year - 2; y <= year + 2; y++) {
        int64_t start = local_change(&rule->start, y) - rule->standard.offset;
        int64_t end = local_change(&rule->end, y) - rule->daylight.offset;
        if (start <= moment && start >= latest) {
            latest = start;
            type = &rule->daylight;
        }
        if (end <= moment && end > latest) {
            latest = end;
            type = &rule->standard;
        }
        if (start > moment && start < *ret_next)
            *ret_next = start;
        if (end > moment && end < *ret_next)
            *ret_next = end;
    }
    return type ? type : &rule->standard;
}
