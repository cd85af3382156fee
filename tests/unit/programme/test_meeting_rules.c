/* Times that partners are proposed lie in everybody's day, whatever clocks do meanwhile, and reminders come in time. */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "programme/meeting_rules.h"

static const char *const names[] = {
    "Australia/Sydney", "America/New_York", "Europe/London",      "Asia/Kathmandu",      "Australia/Lord_Howe",
    "Africa/Cairo",     "America/Nuuk",     "Pacific/Kiritimati", "America/Los_Angeles", "Africa/Casablanca",
};
static const struct waking_hours usual = {7 * SECONDS_PER_HOUR, 22 * SECONDS_PER_HOUR},
                                 office = {9 * SECONDS_PER_HOUR, 18 * SECONDS_PER_HOUR};

static const struct zone *zone_of(const char *name) {
    const struct zone *zone = NULL;
    struct error error = ERROR_INIT;
    if (!zone_load(name, &zone, &error))
        fail_msg("%s", error.message);
    return zone;
}

static int64_t day_of(int64_t year, int month, int day) {
    return civil_to_days((struct civil_date){year, month, day}) * SECONDS_PER_DAY;
}

/* "Sat 13 9:00 = 14:00", by both clocks. */
static void check(const char *first, const char *second, int64_t now, int64_t until, const char *expected) {
    static const char *const weekdays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    const struct zone *zones[] = {zone_of(first), zone_of(second)};
    int64_t moments[MEETING_PROPOSALS];
    size_t count = meeting_propose(zones, 2, &usual, now, until, moments);
    auto_text text = TEXT_EMPTY;
    for (size_t i = 0; i < count; i++)
        for (size_t z = 0; z < 2; z++) {
            struct zone_local local;
            char time[CIVIL_TIME_SIZE];
            zone_to_local(zones[z], moments[i], &local);
            text_append_format(&text, "%s%s %d %s",
                               z   ? " = "
                               : i ? "; "
                                   : "",
                               weekdays[civil_weekday(local.date)], local.date.day,
                               civil_format_time_of_day(local.time_of_day, time));
        }
    assert_string_equal(text_string(&text), expected);
}

static void test_by_hand(void **state) {
    /* Goal: a weekend, an evening and a noon where there are such, the same moment on both clocks: on 14 March 2027 New
     * York's go forward, on 28 March Berlin's; India's half hour; who is awake together only early and late; who never
     * is; and nothing after the partnership's end. */
    (void)state;
    int64_t march = day_of(2027, 3, 8) + 8 * SECONDS_PER_HOUR, later = day_of(2028, 1, 1);
    check("Europe/Berlin", "America/New_York", march, later,
          "Sun 14 15:00 = Sun 14 10:00; Mon 15 19:00 = Mon 15 14:00; Tue 16 12:30 = Tue 16 07:30");
    check("Europe/Berlin", "America/New_York", day_of(2027, 3, 22), later,
          "Fri 26 19:00 = Fri 26 14:00; Sat 27 15:00 = Sat 27 10:00; Mon 29 13:00 = Mon 29 07:00");
    check("Asia/Kolkata", "Europe/London", march, later,
          "Fri 12 19:00 = Fri 12 13:30; Sat 13 15:00 = Sat 13 09:30; Mon 15 12:30 = Mon 15 07:00");
    check("Pacific/Auckland", "Europe/Paris", march, later,
          "Fri 12 21:00 = Fri 12 09:00; Sat 13 19:00 = Sat 13 07:00; Mon 15 19:00 = Mon 15 07:00");
    check("Europe/Berlin", "America/New_York", march, march + 6 * SECONDS_PER_DAY,
          "Fri 12 19:00 = Fri 12 13:00; Sat 13 15:00 = Sat 13 09:00");
    check("Europe/Berlin", "America/New_York", march, march + 3 * SECONDS_PER_DAY, "");
}

static bool is_awake(const struct zone *zone, const struct waking_hours *hours, int64_t at) {
    struct zone_local local;
    zone_to_local(zone, at, &local);
    return local.time_of_day >= hours->from && local.time_of_day < hours->until;
}

static bool all_awake(const struct zone *const *zones, size_t count, const struct waking_hours *hours, int64_t at) {
    for (size_t i = 0; i < count; i++)
        if (!is_awake(zones[i], hours, at) || !is_awake(zones[i], hours, at + MEETING_TALK_LENGTH - 1))
            return false;
    return true;
}

static void test_everywhere(void **state) {
    /* Goal: for any two or three people and any day of a year, all are awake from the first second to the last by the
     * system's clock rules, on three different days of the days to come; and there are fewer only where there is
     * nothing else. */
    (void)state;
    enum { ZONES = COUNT_OF(names), OUT_OF_THREE = 13 };
    size_t some = 0, none = 0;
    for (int64_t now = day_of(2027, 1, 1); now < day_of(2028, 1, 1); now += 5 * SECONDS_PER_DAY + 7777)
        for (size_t pair = 0; pair < ZONES * ZONES; pair++) {
            const struct zone *zones[] = {zone_of(names[pair / ZONES]), zone_of(names[pair % ZONES]),
                                          zone_of(names[pair % 7])};
            const struct waking_hours *hours = pair % 2 ? &usual : &office;
            size_t count = pair % OUT_OF_THREE ? 2 : 3;
            int64_t moments[MEETING_PROPOSALS], from = now + MEETING_PROPOSED_AFTER * SECONDS_PER_DAY,
                                                until = now + MEETING_PROPOSED_UNTIL * SECONDS_PER_DAY;
            size_t found = meeting_propose(zones, count, hours, now, until + SECONDS_PER_DAY, moments);
            for (size_t i = 0; i < found; i++) {
                assert_true(all_awake(zones, count, hours, moments[i]));
                assert_true(moments[i] >= from && moments[i] + MEETING_TALK_LENGTH <= until);
                assert_true(i == 0 || moments[i] >= moments[i - 1] + MEETING_TALK_LENGTH);
                struct zone_local day, before;
                for (size_t z = 0; i && z < count; z++) {
                    zone_to_local(zones[z], moments[i], &day);
                    zone_to_local(zones[z], moments[i - 1], &before);
                    assert_true(civil_compare(before.date, day.date) < 0);
                }
            }
            size_t possible = 0;
            for (int64_t at = from - from % 1800 + 1800; at + MEETING_TALK_LENGTH <= until; at += 1800)
                possible += all_awake(zones, count, hours, at);
            assert_true(found == MEETING_PROPOSALS || possible < 8); /* clocks that change take at most a day's */
            some += found > 0;
            none += found == 0;
        }
    assert_true(some > 1000 && none > 100);
}

static void test_reminders(void **state) {
    /* Goal: one a day before, one an hour before, each while it is of use, and none once it has begun. */
    (void)state;
    const int64_t hour = SECONDS_PER_HOUR, starts_at = 1000 * SECONDS_PER_DAY;
    const struct {
        int64_t before;
        const char *next;
    } cases[] = {{30 * hour, "day"}, {24 * hour, "day"}, {13 * hour, "day"}, {12 * hour, "hour"},
                 {hour, "hour"},     {1, "hour"},        {0, NULL},          {-hour, NULL}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct meeting_reminder *next = meeting_next_reminder(starts_at, starts_at - cases[i].before);
        assert_string_equal(next ? next->name : "none", cases[i].next ? cases[i].next : "none");
    }
    assert_int_equal(meeting_reminders[0].before, 24 * hour);
    assert_int_equal(meeting_reminders[1].before, hour);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_hand),
        cmocka_unit_test(test_everywhere),
        cmocka_unit_test(test_reminders),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
