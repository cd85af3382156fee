/* When people of several time zones are awake together is what their clocks show, every quarter of an hour of a year.
 */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"
#include "programme/waking.h"

static const char *const names[] = {
    "Australia/Sydney", "America/New_York", "Europe/London",      "Asia/Kathmandu",      "Australia/Lord_Howe",
    "Africa/Cairo",     "America/Nuuk",     "Pacific/Kiritimati", "America/Los_Angeles", "Africa/Casablanca",
};
static const struct waking_hours usual = {7 * SECONDS_PER_HOUR, 22 * SECONDS_PER_HOUR};
enum { ZONES = COUNT_OF(names), QUARTER = 900, QUARTERS = 370 * 96 };

static const struct zone *zone_of(const char *name) {
    static const struct zone *known[32];
    const struct zone *zone = NULL;
    struct error error = ERROR_INIT;
    for (size_t i = 0; i < COUNT_OF(known); i++) {
        if (known[i] && strcmp(zone_name(known[i]), name) == 0)
            return known[i];
        if (!known[i] && !zone_load(name, &zone, &error))
            fail_msg("%s", error.message);
        if (!known[i])
            return known[i] = zone;
    }
    fail_msg("more zones than expected");
    return NULL;
}

static int64_t day_of(int64_t year, int month, int day) {
    return civil_to_days((struct civil_date){year, month, day}) * SECONDS_PER_DAY;
}

/* ---- By hand ---- */

static void append_time(struct text *text, int32_t time) {
    text_append_format(text, "%d:%02d", (int)time / 3600, (int)time / 60 % 60);
}

/* "2027-01-01 9:00-12:00=20:00-23:00+1", as a person would check it: phases' UTC dates, spans of each. */
static void check(const char *first, const char *second, int64_t from, int64_t until, const char *expected) {
    const struct zone *zones[] = {zone_of(first), zone_of(second)};
    struct waking_phase phases[WAKING_PHASES_MAX];
    size_t count = waking_together(zones, 2, &usual, from, until, phases);
    auto_text text = TEXT_EMPTY;
    for (size_t i = 0; i < count; i++) {
        struct zone_local local;
        char date[CIVIL_DATE_SIZE];
        zone_to_local(zone_utc(), phases[i].from, &local);
        text_append_format(&text, "%s%s", i ? "; " : "", civil_format_date(local.date, date));
        for (size_t s = 0; s < phases[i].span_count; s++)
            for (size_t z = 0; z < 2; z++) {
                const struct waking_span *span = &phases[i].spans[s];
                text_append(&text, z ? "=" : " ");
                append_time(&text, span->from[z]);
                text_append(&text, "-");
                append_time(&text, span->until[z]);
                if (span->day[z])
                    text_append_format(&text, "%+d", span->day[z]);
            }
    }
    assert_string_equal(text_string(&text), expected);
}

/* Goal: what partners are told is right where zones are hard: clocks that change on other days, halves of an hour, the
 * date line, no hour together, two stretches, clocks that change together, none that change. */
static void test_by_hand(void **state) {
    (void)state;
    int64_t january = day_of(2027, 1, 10), july = day_of(2027, 7, 10);
    check("Europe/London", "America/New_York", january, july,
          "2027-01-10 12:00-22:00=7:00-17:00; 2027-03-14 11:00-22:00=7:00-18:00; 2027-03-28 12:00-22:00=7:00-17:00");
    check("America/New_York", "Australia/Sydney", january, july,
          "2027-01-10 15:00-22:00=7:00-14:00+1; 2027-03-14 16:00-22:00=7:00-13:00+1; "
          "2027-04-03 7:00-8:00=21:00-22:00 17:00-22:00=7:00-12:00+1");
    check("Pacific/Honolulu", "Pacific/Kiritimati", january, july, "2027-01-10 7:00-22:00=7:00-22:00+1");
    check("Australia/Sydney", "Australia/Lord_Howe", january, july,
          "2027-01-10 7:00-22:00=7:00-22:00; 2027-04-03 7:00-21:30=7:30-22:00");
    check("Asia/Kathmandu", "Europe/Paris", january, july,
          "2027-01-10 11:45-22:00=7:00-17:15; 2027-03-28 10:45-22:00=7:00-18:15");
    check("Asia/Tokyo", "America/Sao_Paulo", january, july,
          "2027-01-10 7:00-10:00=19:00-22:00-1 19:00-22:00=7:00-10:00");
    check("Europe/Paris", "Europe/Berlin", january, july, "2027-01-10 7:00-22:00=7:00-22:00");
}

/* Goal: three may have no hour, two with short days neither; those who wake through midnight have theirs. */
static void test_other_hours(void **state) {
    (void)state;
    const struct zone *zones[] = {zone_of("Asia/Tokyo"), zone_of("Africa/Lagos"), zone_of("America/Los_Angeles")};
    int64_t january = day_of(2027, 1, 10), february = day_of(2027, 2, 10);
    struct waking_phase phases[WAKING_PHASES_MAX];
    assert_int_equal(waking_together(zones, 3, &usual, january, february, phases), 1);
    assert_int_equal(phases[0].span_count, 0);
    struct waking_hours offices = {9 * SECONDS_PER_HOUR, 17 * SECONDS_PER_HOUR};
    assert_int_equal(waking_together(zones, 2, &offices, january, february, phases), 1);
    assert_int_equal(phases[0].span_count, 0);
    struct waking_hours late = {20 * SECONDS_PER_HOUR, 4 * SECONDS_PER_HOUR};
    const struct zone *near[] = {zone_of("Asia/Tokyo"), zone_of("Asia/Kathmandu")};
    assert_int_equal(waking_together(near, 2, &late, january, february, phases), 1);
    assert_int_equal(phases[0].span_count, 1);
    assert_int_equal(phases[0].spans[0].from[0], 23 * SECONDS_PER_HOUR + 15 * SECONDS_PER_MINUTE);
    assert_int_equal(phases[0].spans[0].until[0], 4 * SECONDS_PER_HOUR);
    assert_int_equal(phases[0].spans[0].from[1], 20 * SECONDS_PER_HOUR);
    assert_int_equal(phases[0].spans[0].until[1], 45 * SECONDS_PER_MINUTE);
}

/* ---- By the clocks ---- */

static int32_t times[ZONES][QUARTERS]; /* what each clock shows */

static void read_clocks(int64_t from) {
    for (size_t z = 0; z < ZONES; z++)
        for (size_t q = 0; q < QUARTERS; q++) {
            struct zone_local local;
            zone_to_local(zone_of(names[z]), from + (int64_t)q * QUARTER, &local);
            times[z][q] = local.time_of_day;
        }
}

static bool is_awake(size_t zone, size_t quarter) {
    return times[zone][quarter] >= 7 * SECONDS_PER_HOUR && times[zone][quarter] < 22 * SECONDS_PER_HOUR;
}

static bool is_in(const struct waking_phase *phase, size_t zone, int32_t time) {
    for (size_t i = 0; i < phase->span_count; i++) {
        int32_t from = phase->spans[i].from[zone], until = phase->spans[i].until[zone];
        if (from < until ? from <= time && time < until : from <= time || time < until)
            return true;
    }
    return false;
}

static void compare(const size_t *members, size_t count, int64_t from, int64_t until) {
    const struct zone *zones[WAKING_TOGETHER_MAX];
    struct waking_phase phases[WAKING_PHASES_MAX];
    for (size_t z = 0; z < count; z++)
        zones[z] = zone_of(names[members[z]]);
    size_t phase_count = waking_together(zones, count, &usual, from, until, phases);
    assert_true(phase_count > 0 && phases[0].from == from && phases[phase_count - 1].until == until);
    for (size_t i = 0; i < phase_count; i++) {
        assert_true(i == 0 || phases[i].from == phases[i - 1].until);
        /* A day later all clocks have changed that do so in that night; a day before the end none has. */
        for (int64_t at = phases[i].from + SECONDS_PER_DAY; at + SECONDS_PER_DAY < phases[i].until; at += QUARTER) {
            size_t quarter = (size_t)((at - from) / QUARTER);
            bool together = true;
            for (size_t z = 0; z < count; z++)
                together = together && is_awake(members[z], quarter);
            for (size_t z = 0; z < count; z++)
                if (is_in(&phases[i], z, times[members[z]][quarter]) != together)
                    fail_msg("%s at %lld", names[members[z]], (long long)at);
        }
    }
}

/* Goal: over a year every quarter of an hour is told right on every one's clock, for all pairs and many trios. */
static void test_agrees_with_the_clocks(void **state) {
    (void)state;
    int64_t from = day_of(2027, 1, 10), until = day_of(2028, 1, 10);
    read_clocks(from);
    for (size_t a = 0; a < ZONES; a++)
        for (size_t b = 0; b < ZONES; b++)
            if (a != b) {
                compare((size_t[]){a, b}, 2, from, until);
                compare((size_t[]){a, b, (a + b) % ZONES}, 3, from, until);
            }
}

/* ---- For matching ---- */

/* Goal: everybody's half hours hold on every day of a phase, also where there are more changes than phases; those that
 * concern most people part them. */
static void test_phases_of_many(void **state) {
    (void)state;
    enum { MOST = 8, PEOPLE = 200 };
    int64_t from = day_of(2027, 1, 10), begins[MOST];
    const struct zone *zones[PEOPLE];
    random_seed(12);
    read_clocks(from);
    for (int run = 0; run < 40; run++) {
        int64_t until = from + (int64_t)(3 + random_below(run < 20 ? 180 : 360)) * SECONDS_PER_DAY;
        size_t which[PEOPLE], count = 1 + random_below(PEOPLE), most = 1 + random_below(MOST);
        for (size_t i = 0; i < count; i++)
            zones[i] = zone_of(names[which[i] = random_below(ZONES)]);
        size_t phases = waking_phases(zones, count, from, until, most, begins);
        assert_true(phases >= 1 && phases <= most && begins[0] == from);
        for (size_t p = 0; p < phases; p++) {
            int64_t end = p + 1 < phases ? begins[p + 1] : until;
            uint64_t bits = waking_half_hours(zones[0], &usual, begins[p], end);
            assert_true(bits >> 48 == 0);
            for (int64_t at = begins[p] + SECONDS_PER_DAY; at + SECONDS_PER_DAY < end; at += QUARTER)
                if (bits >> (at % SECONDS_PER_DAY / (2 * QUARTER)) & 1)
                    assert_true(is_awake(which[0], (size_t)((at - from) / QUARTER)));
        }
    }
    /* Three from New York, two from Paris, one from Cairo: there is room for two changes. */
    const struct zone *few[] = {zone_of("America/New_York"), zone_of("America/New_York"), zone_of("America/New_York"),
                                zone_of("Europe/Paris"),     zone_of("Europe/Paris"),     zone_of("Africa/Cairo")};
    assert_int_equal(waking_phases(few, 6, from, day_of(2027, 7, 10), 3, begins), 3);
    assert_int_equal(begins[1] / SECONDS_PER_DAY, day_of(2027, 3, 14) / SECONDS_PER_DAY);
    assert_int_equal(begins[2] / SECONDS_PER_DAY, day_of(2027, 3, 28) / SECONDS_PER_DAY);
    /* Cairo's change lies inside the last: 15 hours in winter and in summer, 14 in both. */
    uint64_t both = waking_half_hours(few[5], &usual, begins[2], day_of(2027, 7, 10));
    assert_int_equal(__builtin_popcountll(both), 28);
    /* Kathmandu's quarter hours: 7:00 is 1:15 of the UTC day, so 1:30 is the first half hour wholly awake. */
    uint64_t quarters = waking_half_hours(zone_of("Asia/Kathmandu"), &usual, from, from + SECONDS_PER_DAY);
    assert_int_equal(__builtin_popcountll(quarters), 29);
    assert_int_equal(__builtin_ctzll(quarters), 3);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_hand),
        cmocka_unit_test(test_other_hours),
        cmocka_unit_test(test_agrees_with_the_clocks),
        cmocka_unit_test(test_phases_of_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
