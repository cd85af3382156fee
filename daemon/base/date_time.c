#include "base/date_time.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"

#define SEPARATORS " \t,"

enum { NO_TIME = -1, NO_DAY = -1, TODAY = 7, TOMORROW, DATED, WORD_SIZE = 32 };

static const struct {
    const char *word;
    int day; /* below 7: the weekday */
    int32_t time;
} words[] = {
    {"sunday", 0, NO_TIME},
    {"monday", 1, NO_TIME},
    {"tuesday", 2, NO_TIME},
    {"wednesday", 3, NO_TIME},
    {"thursday", 4, NO_TIME},
    {"friday", 5, NO_TIME},
    {"saturday", 6, NO_TIME},
    {"today", TODAY, NO_TIME},
    {"tomorrow", TOMORROW, NO_TIME},
    {"midnight", NO_DAY, SECONDS_PER_DAY},
    {"24:00", NO_DAY, SECONDS_PER_DAY},
    {"noon", NO_DAY, SECONDS_PER_DAY / 2},
};

struct said {
    int day; /* as in `words` */
    int32_t time;
    struct civil_date date;
};

static bool refuse(const char *text, struct error *error) {
    return error_set(error, ERROR_PERMANENT,
                     "\"%.80s\" is not a moment; write for example \"2027-02-25 18:00\", \"midnight 2027-02-25\" or "
                     "\"Thursday midnight\"",
                     text);
}

/* Takes what WORD of TEXT adds. */
static bool take(const char *word, const char *text, struct said *said, struct error *error) {
    struct said more = {NO_DAY, NO_TIME, said->date};
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (string_equal_ignore_case(word, words[i].word)) {
            more.day = words[i].day;
            more.time = words[i].time;
        }
    if (more.day != NO_DAY || more.time != NO_TIME)
        ; /* a word */
    else if (strchr(word, ':')) {
        if (!civil_parse_time_of_day(word, &more.time, error))
            return false;
    } else if (strchr(word, '-')) {
        more.day = DATED;
        if (!civil_parse_date(word, &more.date, error))
            return false;
    } else if (!string_equal_ignore_case(word, "at") && !string_equal_ignore_case(word, "on")) {
        return refuse(text, error);
    }
    if ((more.day != NO_DAY && said->day != NO_DAY) || (more.time != NO_TIME && said->time != NO_TIME))
        return refuse(text, error);
    *said = (struct said){more.day != NO_DAY ? more.day : said->day, more.time != NO_TIME ? more.time : said->time,
                          more.date};
    return true;
}

static int64_t moment_of(struct civil_date date, int32_t time, const struct zone *zone) {
    return time == SECONDS_PER_DAY ? zone_to_utc(zone, civil_add_days(date, 1), 0) : zone_to_utc(zone, date, time);
}

bool date_time_parse(const char *text, enum date_time_bound bound, int64_t now, const struct zone *zone, int64_t *ret,
                     struct error *error) {
    auto_text shown = TEXT_EMPTY;
    struct said said = {NO_DAY, NO_TIME, {0}};
    struct zone_local today;
    text_append_printable(&shown, text);
    for (const char *cursor = text + strspn(text, SEPARATORS); *cursor; cursor += strspn(cursor, SEPARATORS)) {
        char word[WORD_SIZE];
        size_t length = strcspn(cursor, SEPARATORS), date = strspn(cursor, "0123456789-");
        bool iso = date && cursor[date] == 'T'; /* "2027-02-25T18:00" */
        snprintf(word, sizeof word, "%.*s", (int)(iso ? date : length), cursor);
        if (!take(word, text_string(&shown), &said, error))
            return false;
        cursor += iso ? date + 1 : length;
    }
    if (said.day == NO_DAY)
        return refuse(text_string(&shown), error);
    bool alone = said.time == NO_TIME;
    if (alone)
        said.time = bound == DATE_TIME_ENDS ? SECONDS_PER_DAY : 0;
    zone_to_local(zone, now, &today);
    if (said.day != DATED) {
        bool weekday = said.day < TODAY;
        int ahead = weekday ? (said.day - civil_weekday(today.date) + 7) % 7 : said.day - TODAY;
        said.date = civil_add_days(today.date, ahead);
        if (weekday && moment_of(said.date, said.time, zone) <= now)
            said.date = civil_add_days(said.date, 7);
    }
    int64_t moment = moment_of(said.date, said.time, zone);
    bool has_begun = alone && bound == DATE_TIME_BEGINS && moment <= now && civil_compare(said.date, today.date) == 0;
    *ret = has_begun ? now + SECONDS_PER_MINUTE : moment;
    return true;
}
