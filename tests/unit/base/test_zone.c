#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/zone.h"

static const char *const zones[] = {
    "Africa/Cairo",        "Africa/Casablanca", "Africa/El_Aaiun",  "Africa/Johannesburg", "Africa/Lagos",
    "Africa/Monrovia",     "America/Asuncion",  "America/Caracas",  "America/Chicago",     "America/Havana",
    "America/Mexico_City", "America/New_York",  "America/Nuuk",     "America/Sao_Paulo",   "America/Scoresbysund",
    "America/St_Johns",    "America/Tijuana",   "Antarctica/Troll", "Asia/Almaty",         "Asia/Gaza",
    "Asia/Jerusalem",      "Asia/Kathmandu",    "Asia/Kolkata",     "Asia/Pyongyang",      "Asia/Tehran",
    "Asia/Tokyo",          "Atlantic/Azores",   "Australia/Eucla",  "Australia/Lord_Howe", "Australia/Sydney",
    "Etc/GMT+12",          "Europe/Dublin",     "Europe/Istanbul",  "Europe/London",       "Europe/Moscow",
    "Europe/Paris",        "Europe/Volgograd",  "EST5EDT",          "Pacific/Apia",        "Pacific/Auckland",
    "Pacific/Chatham",     "Pacific/Easter",    "Pacific/Fiji",     "Pacific/Kiritimati",  "Pacific/Kwajalein",
    "Pacific/Norfolk",     "Pacific/Pago_Pago",
};

static const struct zone *zone_of(const char *name) {
    const struct zone *zone = NULL;
    struct error error = ERROR_INIT;
    if (!zone_load(name, &zone, &error))
        fail_msg("%s", error.message);
    return zone;
}

static int64_t utc(int64_t year, int month, int day, int hour, int minute) {
    struct civil_date date = {.year = year, .month = month, .day = day};
    return civil_to_days(date) * SECONDS_PER_DAY + hour * SECONDS_PER_HOUR + minute * SECONDS_PER_MINUTE;
}

/* "2027-04-04 02:30 +1030", as a person would check it. */
static const char *show(const struct zone *zone, int64_t moment, char buffer[64]) {
    struct zone_local local;
    char date[CIVIL_DATE_SIZE], time_of_day[CIVIL_TIME_SIZE];
    zone_to_local(zone, moment, &local);
    snprintf(buffer, 64, "%s %s %s", civil_format_date(local.date, date),
             civil_format_time_of_day(local.time_of_day, time_of_day), local.abbreviation);
    return buffer;
}

/* One side of a line of `zdump -v`: its weekday, month, day, time and year. */
static int64_t read_zdump_time(const char *month, int day, const char *time_of_day, int64_t year) {
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    int number = 0, hour = 0, minute = 0, second = 0;
    while (number < 11 && strcmp(months[number], month) != 0)
        number++;
    assert_int_equal(sscanf(time_of_day, "%d:%d:%d", &hour, &minute, &second), 3);
    return utc(year, number + 1, day, hour, minute) + second;
}

static size_t compare_with_zdump(const char *name) {
    auto_text command = TEXT_EMPTY;
    text_append_format(&command, "zdump -v -c 1900,2150 %s", name);
    FILE *pipe = popen(text_string(&command), "re");
    assert_non_null(pipe);
    const struct zone *zone = zone_of(name);
    auto_string line = NULL;
    size_t capacity = 0, compared = 0;
    while (getline(&line, &capacity, pipe) > 0) {
        char utc_month[4], utc_time[16], local_month[4], local_time[16], abbreviation[32];
        int utc_day, local_day, daylight_saving;
        long long utc_year, local_year, offset;
        if (sscanf(line, "%*s %*3s %3s %d %15s %lld UT = %*3s %3s %d %15s %lld %31s isdst=%d gmtoff=%lld", utc_month,
                   &utc_day, utc_time, &utc_year, local_month, &local_day, local_time, &local_year, abbreviation,
                   &daylight_saving, &offset) != 11)
            continue; /* the ends of time, which zdump can't show */
        if (utc_year < 1900)
            continue;
        int64_t moment = read_zdump_time(utc_month, utc_day, utc_time, utc_year);
        struct zone_local local;
        zone_to_local(zone, moment, &local);
        int64_t shown = civil_to_days(local.date) * SECONDS_PER_DAY + local.time_of_day;
        if (shown != read_zdump_time(local_month, local_day, local_time, local_year) || local.offset != offset ||
            local.daylight_saving != (daylight_saving != 0) || strcmp(local.abbreviation, abbreviation) != 0)
            fail_msg("differs from zdump: %s", line);
        compared++;
    }
    assert_int_equal(pclose(pipe), 0);
    return compared;
}

/* Goal: both sides of every change from 1900 to 2150, where only the footer's rule reaches, are as zdump shows them. */
static void test_changes_agree_with_zdump(void **state) {
    (void)state;
    size_t compared = 0;
    for (size_t i = 0; i < COUNT_OF(zones); i++)
        compared += compare_with_zdump(zones[i]);
    assert_true(compared > 10000);
}

static void compare_with_oracle(const char *line) {
    char name[64], abbreviation[32], buffer[64];
    long long moment, year, offset, seconds;
    struct civil_date date = {0};
    struct zone_local local;
    if (sscanf(line, "utc %63s %lld %lld %d %d %lld %lld %31s", name, &moment, &year, &date.month, &date.day, &seconds,
               &offset, abbreviation) == 8) {
        date.year = year;
        zone_to_local(zone_of(name), moment, &local);
        if (civil_compare(local.date, date) != 0 || local.time_of_day != seconds || local.offset != offset ||
            strcmp(local.abbreviation, abbreviation) != 0)
            fail_msg("%s is not %s", line, show(zone_of(name), moment, buffer));
    } else if (sscanf(line, "local %63s %lld %d %d %lld %lld", name, &year, &date.month, &date.day, &seconds,
                      &moment) == 6) {
        date.year = year;
        int64_t found = zone_to_utc(zone_of(name), date, (int32_t)seconds);
        if (found != moment)
            fail_msg("%s is not %lld", line, (long long)found);
    } else {
        fail_msg("the oracle mumbles: %s", line);
    }
}

/* Goal: both directions agree with another implementation at thousands of moments, most of them close to a change. */
static void test_both_ways_agree_with_python(void **state) {
    (void)state;
    if (access("/usr/bin/python3", X_OK) != 0)
        skip();
    auto_text command = TEXT_EMPTY;
    text_append(&command, "/usr/bin/python3 tests/unit/base/zone_oracle.py");
    for (size_t i = 0; i < COUNT_OF(zones); i++)
        text_append_format(&command, " %s", zones[i]);
    FILE *pipe = popen(text_string(&command), "re");
    assert_non_null(pipe);
    auto_string line = NULL;
    size_t capacity = 0, compared = 0;
    for (; getline(&line, &capacity, pipe) > 0; compared++)
        compare_with_oracle(line);
    assert_int_equal(pclose(pipe), 0);
    assert_true(compared > 3000);
}

/* Goal: in gaps and overlaps of every kind, a local time means what the header promises. */
static void test_gaps_and_overlaps(void **state) {
    (void)state;
    static const struct {
        const char *zone;
        struct civil_date date;
        int hour, minute;
        const char *expected;
    } cases[] = {
        {"Australia/Sydney", {2025, 10, 5}, 2, 30, "2025-10-05 03:30 AEDT"},   /* gap of an hour */
        {"Australia/Sydney", {2025, 4, 6}, 2, 30, "2025-04-06 02:30 AEDT"},    /* twice: the first */
        {"Australia/Lord_Howe", {2025, 10, 5}, 2, 15, "2025-10-05 02:45 +11"}, /* gap of half an hour */
        {"Australia/Lord_Howe", {2025, 4, 6}, 1, 45, "2025-04-06 01:45 +11"},  /* half an hour twice */
        {"America/New_York", {2025, 3, 9}, 2, 0, "2025-03-09 03:00 EDT"},      /* the gap's first second */
        {"America/New_York", {2025, 3, 9}, 3, 0, "2025-03-09 03:00 EDT"},      /* the first after it */
        {"America/New_York", {2025, 11, 2}, 1, 0, "2025-11-02 01:00 EDT"},
        {"Europe/Dublin", {2025, 3, 30}, 1, 30, "2025-03-30 02:30 IST"}, /* negative daylight saving */
        {"Europe/Dublin", {2025, 10, 26}, 1, 30, "2025-10-26 01:30 IST"},
        {"Pacific/Apia", {2011, 12, 30}, 9, 0, "2011-12-31 09:00 +14"},     /* a day that never was */
        {"America/Nuuk", {2025, 3, 29}, 23, 15, "2025-03-30 00:15 -01"},    /* the gap ends a day */
        {"Africa/Casablanca", {2025, 4, 6}, 2, 30, "2025-04-06 03:30 +01"}, /* after Ramadan */
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char buffer[64];
        const struct zone *zone = zone_of(cases[i].zone);
        int64_t moment = zone_to_utc(zone, cases[i].date, cases[i].hour * SECONDS_PER_HOUR + cases[i].minute * 60);
        assert_string_equal(show(zone, moment, buffer), cases[i].expected);
    }
}

/* Goal: months and days are added at the same local time, seconds as they pass. */
static void test_add(void **state) {
    (void)state;
    const struct zone *sydney = zone_of("Australia/Sydney");
    int64_t before = zone_to_utc(sydney, (struct civil_date){2025, 10, 4}, 9 * SECONDS_PER_HOUR);
    assert_int_equal(zone_add(sydney, before, &(struct duration){.days = 1}) - before, 23 * SECONDS_PER_HOUR);
    assert_int_equal(zone_add(sydney, before, &(struct duration){.seconds = 86400}) - before, 24 * SECONDS_PER_HOUR);
    assert_int_equal(zone_add(sydney, before, &(struct duration){.days = -1}) - before, -24 * SECONDS_PER_HOUR);
    char buffer[64];
    int64_t january = zone_to_utc(sydney, (struct civil_date){2024, 1, 31}, 9 * SECONDS_PER_HOUR);
    assert_string_equal(show(sydney, zone_add(sydney, january, &(struct duration){.months = 1}), buffer),
                        "2024-02-29 09:00 AEDT");
    assert_string_equal(show(sydney, zone_add(sydney, january, &(struct duration){.months = 6, .days = 1}), buffer),
                        "2024-08-01 09:00 AEST");
    assert_int_equal(zone_add(zone_utc(), 86399, &(struct duration){.months = 1}), 31 * 86400 + 86399);
}

/* Goal: the next change is found, skipped where nothing changes, and absent where there is none any more. */
static void test_next_change(void **state) {
    (void)state;
    assert_int_equal(zone_next_change(zone_of("Australia/Sydney"), utc(2025, 1, 1, 0, 0)), utc(2025, 4, 5, 16, 0));
    assert_int_equal(zone_next_change(zone_of("Australia/Sydney"), utc(2025, 5, 1, 0, 0)), utc(2025, 10, 4, 16, 0));
    assert_true(zone_next_change(zone_of("Asia/Tokyo"), utc(2027, 1, 1, 0, 0)) == INT64_MAX);
    assert_true(zone_next_change(zone_utc(), 0) == INT64_MAX);
    assert_string_equal(zone_name(zone_utc()), "UTC");
}

/* Goal: hostile and mistyped names are refused before the disk is asked, with the nearest name. */
static void test_names(void **state) {
    (void)state;
    static const struct {
        const char *name, *says;
    } bad[] = {
        {"../../../etc/passwd", "IANA name"},
        {"/etc/localtime", "IANA name"},
        {"Europe/../Europe/Paris", NULL},
        {"Europe//Paris", "did you mean \"Europe/Paris\"?"},
        {"Europe/", NULL},
        {"", "IANA name"},
        {"localtime", NULL},
        {"posix/Europe/Paris", NULL},
        {"right/UTC", NULL},
        {"zone.tab", NULL},
        {"Europe", NULL},
        {"Australia/Sidney", "did you mean \"Australia/Sydney\"?"},
        {"australia/sydney", "did you mean \"Australia/Sydney\"?"},
        {"America/New York", "did you mean \"America/New_York\"?"},
        {"Sydney", "did you mean \"Australia/Sydney\"?"},
        {"Paris", "did you mean \"Europe/Paris\"?"},
        {"Europe/Sydney", "did you mean \"Australia/Sydney\"?"},
        {"Mars/Olympus_Mons", "IANA name"},
        {"Eur\x1b[2Jope", NULL},
    };
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        const struct zone *zone = NULL;
        struct error error = ERROR_INIT;
        assert_false(zone_load(bad[i].name, &zone, &error));
        assert_null(zone);
        assert_int_equal(error.class, ERROR_PERMANENT);
        if ((bad[i].says && !strstr(error.message, bad[i].says)) || strchr(error.message, '\x1b'))
            fail_msg("%s is refused with: %s", bad[i].name, error.message);
        assert_false(zone_exists(bad[i].name));
    }
    char endless[100000];
    memset(endless, 'A', sizeof endless - 1);
    endless[sizeof endless - 1] = '\0';
    assert_false(zone_exists(endless));
    assert_true(zone_exists("Europe/Paris"));
    assert_true(zone_exists("UTC"));
}

static void copy_file(const char *from, const char *to) {
    FILE *in = fopen(from, "re"), *out = fopen(to, "we");
    assert_true(in && out);
    char bytes[65536];
    size_t length = fread(bytes, 1, sizeof bytes, in);
    assert_int_equal(fwrite(bytes, 1, length, out), length);
    fclose(in);
    fclose(out);
}

/* Goal: a zone is loaded once; when its file changes the new one is taken, the old stays valid; a damaged or vanished
 * file leaves the old one in use; a missing directory names the package. */
static void test_cache(void **state) {
    (void)state;
    char directory[] = "/tmp/test_zone_XXXXXX";
    assert_non_null(mkdtemp(directory));
    auto_text path = TEXT_EMPTY, spare = TEXT_EMPTY;
    text_append_format(&path, "%s/Here", directory);
    text_append_format(&spare, "%s/spare", directory);
    copy_file("/usr/share/zoneinfo/Asia/Tokyo", text_string(&path));
    zone_set_directory(directory);
    const struct zone *tokyo = zone_of("Here");
    assert_ptr_equal(tokyo, zone_of("Here"));
    copy_file("/usr/share/zoneinfo/Asia/Kolkata", text_string(&spare));
    assert_int_equal(rename(text_string(&spare), text_string(&path)), 0);
    assert_ptr_equal(tokyo, zone_of("Here")); /* not yet looked at again */
    zone_set_directory(directory);
    const struct zone *kolkata = zone_of("Here");
    assert_ptr_not_equal(tokyo, kolkata);
    struct zone_local local;
    zone_to_local(tokyo, 0, &local);
    assert_int_equal(local.offset, 9 * SECONDS_PER_HOUR);
    zone_to_local(kolkata, 0, &local);
    assert_int_equal(local.offset, 5 * SECONDS_PER_HOUR + 1800);
    copy_file("tests/unit/base/zone_oracle.py", text_string(&path));
    zone_set_directory(directory);
    assert_ptr_equal(kolkata, zone_of("Here"));
    copy_file(text_string(&path), text_string(&spare));
    text_clear(&spare);
    text_append_format(&spare, "%s/There", directory);
    copy_file(text_string(&path), text_string(&spare));
    const struct zone *none = NULL;
    struct error error;
    assert_false(zone_load("There", &none, &error));
    assert_int_equal(error.class, ERROR_CONFIGURATION);
    assert_non_null(strstr(error.message, "not a zoneinfo file"));
    unlink(text_string(&path));
    zone_set_directory(directory);
    assert_ptr_equal(kolkata, zone_of("Here"));
    unlink(text_string(&spare));
    text_clear(&spare);
    text_append_format(&spare, "%s/spare", directory);
    unlink(text_string(&spare));
    assert_int_equal(rmdir(directory), 0);
    assert_false(zone_load("Europe/Paris", &none, &error));
    assert_int_equal(error.class, ERROR_CONFIGURATION);
    assert_non_null(strstr(error.message, "install the package tzdata"));
    zone_set_directory(NULL);
    assert_true(zone_exists("Europe/Paris"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_changes_agree_with_zdump),
        cmocka_unit_test(test_both_ways_agree_with_python),
        cmocka_unit_test(test_gaps_and_overlaps),
        cmocka_unit_test(test_add),
        cmocka_unit_test(test_next_change),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_cache),
    };
    return cmocka_run_group_tests_name("zone", tests, NULL, NULL);
}
