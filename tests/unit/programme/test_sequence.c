/* The sequence as a person would work it out by hand. */
#include "unit/programme/sequence_fixture.h"

/* All of a member's entries as "key date time abbreviation" lines. */
static void show(const struct sequence_entries *entries, const struct zone *zone, struct text *text) {
    for (size_t i = 0; i < entries->count; i++) {
        struct zone_local local;
        char date[CIVIL_DATE_SIZE], time_of_day[CIVIL_TIME_SIZE];
        zone_to_local(zone, entries->entries[i].due_at, &local);
        text_append_format(text, "%s %s %s %s\n", entries->entries[i].key, civil_format_date(local.date, date),
                           civil_format_time_of_day(local.time_of_day, time_of_day), local.abbreviation);
    }
}

/* Goal: the starter configuration's round reads as a person would write it down, across the end of daylight saving. */
static void test_a_whole_round(void **state) {
    (void)state;
    struct step steps[] = {
        step_of("introduction", "start"),      step_of("first-contact", "start + 7 days"),
        step_of("discussion", "monthly"),      step_of("check-in", "monthly + 14 days"),
        step_of("last-words", "end - 1 week"), step_of("farewell", "end"),
        step_of("welcome", "accepted"),
    };
    struct sequence sequence = {.steps = steps, .count = COUNT_OF(steps), .zone = zone_of("Australia/Sydney")};
    struct sequence_member member = {.partnership = 12,
                                     .round = 2,
                                     .participant = 34,
                                     .started_at = at("Australia/Sydney", "2025-01-30", 17, 0),
                                     .zone = sequence.zone};
    member.ends_at = sequence_ends_at(member.started_at, &(struct duration){.months = 6}, sequence.zone);
    auto_arena arena = arena_new();
    auto_text shown = TEXT_EMPTY;
    struct sequence_entries entries;
    sequence_for_member(&sequence, &member, arena, &entries);
    show(&entries, member.zone, &shown);
    assert_string_equal(text_string(&shown), "partnership/12/introduction/0/34 2025-01-31 09:00 AEDT\n"
                                             "partnership/12/first-contact/0/34 2025-02-07 09:00 AEDT\n"
                                             "partnership/12/discussion/1/34 2025-02-28 09:00 AEDT\n"
                                             "partnership/12/check-in/1/34 2025-03-14 09:00 AEDT\n"
                                             "partnership/12/discussion/2/34 2025-03-31 09:00 AEDT\n"
                                             "partnership/12/check-in/2/34 2025-04-14 09:00 AEST\n"
                                             "partnership/12/discussion/3/34 2025-04-30 09:00 AEST\n"
                                             "partnership/12/check-in/3/34 2025-05-14 09:00 AEST\n"
                                             "partnership/12/discussion/4/34 2025-05-31 09:00 AEST\n"
                                             "partnership/12/check-in/4/34 2025-06-14 09:00 AEST\n"
                                             "partnership/12/discussion/5/34 2025-06-30 09:00 AEST\n"
                                             "partnership/12/check-in/5/34 2025-07-14 09:00 AEST\n"
                                             "partnership/12/last-words/0/34 2025-07-24 09:00 AEST\n"
                                             "partnership/12/farewell/0/34 2025-07-31 09:00 AEST\n");
    struct sequence_application application = {.participant = 34,
                                               .round = 2,
                                               .accepted_at = at("Australia/Sydney", "2025-01-10", 9, 0),
                                               .zone = sequence.zone};
    text_clear(&shown);
    sequence_for_application(&sequence, &application, arena, &entries);
    show(&entries, member.zone, &shown);
    assert_string_equal(text_string(&shown), "participant/34/round/2/welcome/0 2025-01-10 09:00 AEDT\n");
}

struct edge {
    const char *zone, *when, *date; /* when and where the partnership starts */
    int hour, minute;
    int32_t at;        /* -1 at once */
    const char *first; /* its first entry */
};

/* Goal: each kind of clock change and calendar edge gives the local time that the header promises. */
static void test_edges(void **state) {
    (void)state;
    static const struct edge edges[] = {
        {"America/New_York", "start + 1 day", "2025-03-08", 12, 0, 9000, "2025-03-10 02:30 EDT"},
        {"America/New_York", "start", "2025-03-08", 12, 0, 9000, "2025-03-09 03:30 EDT"},
        {"America/New_York", "start + 1 day", "2025-11-01", 9, 0, MORNING, "2025-11-02 09:00 EST"},
        {"Australia/Lord_Howe", "start", "2025-10-04", 12, 0, 8100, "2025-10-05 02:45 +11"},
        {"Pacific/Apia", "start", "2011-12-29", 12, 0, MORNING, "2011-12-31 09:00 +14"},
        {"Pacific/Apia", "start + 1 day", "2011-12-29", 12, 0, MORNING, "2012-01-01 09:00 +14"},
        {"Pacific/Apia", "start + 1 day", "2011-12-29", 8, 0, MORNING, "2011-12-31 09:00 +14"},
        {"America/Nuuk", "start", "2025-03-29", 23, 59, 83700, "2025-03-30 23:15 -01"},
        {"America/Nuuk", "start", "2025-03-30", 0, 5, 83700, "2025-03-30 00:15 -01"}, /* yesterday's, put forward */
        {"Africa/Casablanca", "start + 1 week", "2025-02-20", 8, 0, MORNING, "2025-02-27 09:00 +00"},
        {"Europe/Dublin", "start + 2 days", "2025-10-25", 8, 0, MORNING, "2025-10-27 09:00 GMT"},
        {"Europe/Paris", "monthly", "2024-01-31", 8, 0, MORNING, "2024-02-29 09:00 CET"},
        {"Europe/Paris", "monthly", "2025-01-31", 8, 0, MORNING, "2025-02-28 09:00 CET"},
        {"Europe/Paris", "start + 2 hours", "2025-03-30", 1, 30, -1, "2025-03-30 04:30 CEST"},
        {"Europe/Paris", "start + 1 month", "2025-02-28", 2, 30, -1, "2025-03-28 02:30 CET"},
        {"Europe/Paris", "start", "2025-03-05", 9, 0, MORNING, "2025-03-05 09:00 CET"}, /* at the anchor itself */
        {"Europe/Paris", "end", "2025-03-05", 9, 0, MORNING, "2025-09-05 09:00 CEST"},
        {"Europe/Paris", "end", "2025-03-05", 9, 1, MORNING, "2025-09-06 09:00 CEST"},
        {"Europe/Paris", "end - 1 week", "2025-03-05", 9, 1, MORNING, "2025-08-30 09:00 CEST"},
    };
    for (size_t i = 0; i < COUNT_OF(edges); i++) {
        struct step step = step_of("step", edges[i].when);
        step.at_once = edges[i].at < 0;
        step.at = edges[i].at;
        struct sequence sequence = {.steps = &step, .count = 1, .zone = zone_of(edges[i].zone)};
        struct sequence_member member = {.started_at = at(edges[i].zone, edges[i].date, edges[i].hour, edges[i].minute),
                                         .zone = sequence.zone};
        member.ends_at = sequence_ends_at(member.started_at, &(struct duration){.months = 6}, sequence.zone);
        auto_arena arena = arena_new();
        auto_text shown = TEXT_EMPTY;
        struct sequence_entries entries;
        sequence_for_member(&sequence, &member, arena, &entries);
        show(&entries, member.zone, &shown);
        if (!strstr(text_string(&shown), edges[i].first) || !strchr(text_string(&shown), '\n') ||
            strchr(text_string(&shown), '\n') < strstr(text_string(&shown), edges[i].first))
            fail_msg("%s in %s from %s: %s", edges[i].when, edges[i].zone, edges[i].date, text_string(&shown));
    }
}

/* Goal: what can't be is not scheduled: no start, no end, no acceptance, a round without a start, a short partnership.
 */
static void test_nothing_to_schedule(void **state) {
    (void)state;
    struct step steps[COUNT_OF(moments)];
    for (size_t i = 0; i < COUNT_OF(moments); i++)
        steps[i] = step_of(moments[i], moments[i]);
    const struct zone *zone = zone_of("Europe/Paris");
    struct sequence sequence = {.steps = steps, .count = COUNT_OF(steps), .zone = zone};
    auto_arena arena = arena_new();
    struct sequence_entries entries;
    sequence_for_member(&sequence, &(struct sequence_member){.zone = zone}, arena, &entries);
    assert_int_equal(entries.count, 0);
    sequence_for_application(&sequence, &(struct sequence_application){.zone = zone, .round_started_at = 1700000000},
                             arena, &entries);
    assert_int_equal(entries.count, 0);
    sequence_for_application(&sequence, &(struct sequence_application){.zone = zone, .accepted_at = 1700000000}, arena,
                             &entries);
    assert_int_equal(entries.count, 3); /* the three from "accepted" */
    sequence_for_member(&sequence, &(struct sequence_member){.zone = zone, .started_at = 1700000000}, arena, &entries);
    assert_int_equal(entries.count, 4); /* open: the four from "start" */
    struct sequence_member brief = {
        .zone = zone, .started_at = 1700000000, .ends_at = 1700000000 + 5 * SECONDS_PER_DAY};
    sequence_for_member(&sequence, &brief, arena, &entries);
    assert_int_equal(entries.count, 3); /* start, end, end + 3 days */
    sequence.count = 0;
    sequence_for_member(&sequence, &brief, arena, &entries);
    assert_int_equal(entries.count, 0);
}

/* Goal: due and expired begin in their own second. */
static void test_one_greeting(void **state) {
    /* Goal: whoever is introduced by then, or within the hour, gets no welcome besides; what else they get as a person
     * comes all the same. */
    (void)state;
    const struct step steps[] = {step_of("welcome", "accepted"), step_of("tips", "accepted + 3 days"),
                                 step_of("introduction", "start")};
    const struct sequence sequence = {steps, COUNT_OF(steps), zone_of("UTC")};
    int64_t due = at("Europe/Stockholm", "2027-01-15", 9, 0);
    const struct {
        int64_t introduced_at;
        size_t count;
    } cases[] = {{0, 2}, {due, 1}, {due + SECONDS_PER_HOUR, 1}, {due + SECONDS_PER_HOUR + 1, 2}, {due - 7, 1}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        auto_arena arena = arena_new();
        struct sequence_entries entries;
        struct sequence_application application = {
            .accepted_at = due - 60, .introduced_at = cases[i].introduced_at, .zone = zone_of("Europe/Stockholm")};
        sequence_for_application(&sequence, &application, arena, &entries);
        assert_int_equal(entries.count, cases[i].count);
        assert_string_equal(entries.entries[entries.count - 1].step, "tips");
    }
    struct sequence_member member = {.started_at = due - 60, .zone = zone_of("Europe/Stockholm")};
    assert_int_equal(sequence_introduced_at(&sequence, &member), due);
    member.started_at = 0;
    assert_int_equal(sequence_introduced_at(&sequence, &member), 0);
}

static void test_order(void **state) {
    /* Goal: what is due earlier goes before; of what is due together, what stands first in the configuration. */
    (void)state;
    const struct step steps[] = {step_of("welcome", "accepted"), step_of("introduction", "start")};
    const struct sequence sequence = {steps, COUNT_OF(steps), zone_of("UTC")};
    assert_true(sequence_goes_before(&sequence, "welcome", 5, "introduction", 5));
    assert_false(sequence_goes_before(&sequence, "introduction", 5, "welcome", 5));
    assert_true(sequence_goes_before(&sequence, "introduction", 4, "welcome", 5));
    assert_true(sequence_goes_before(&sequence, "introduction", 5, "gone", 5));
    assert_false(sequence_goes_before(&sequence, "welcome", 5, "welcome", 5));
}

static void test_timing(void **state) {
    (void)state;
    assert_int_equal(sequence_timing(100, 200, 99), SEQUENCE_NOT_YET);
    assert_int_equal(sequence_timing(100, 200, 100), SEQUENCE_DUE);
    assert_int_equal(sequence_timing(100, 200, 199), SEQUENCE_DUE);
    assert_int_equal(sequence_timing(100, 200, 200), SEQUENCE_EXPIRED);
}

/* Goal: the default expiry is half the interval, within its bounds. */
static void test_default_expiry(void **state) {
    (void)state;
    static const struct {
        const char *when;
        int64_t seconds;
    } cases[] = {
        {"start", 15 * SECONDS_PER_DAY},
        {"accepted", 15 * SECONDS_PER_DAY},
        {"monthly", 15 * SECONDS_PER_DAY},
        {"monthly + 14 days", 15 * SECONDS_PER_DAY},
        {"start + 7 days", 7 * SECONDS_PER_DAY / 2},
        {"start + 1 day", SECONDS_PER_DAY},
        {"accepted + 2 hours", SECONDS_PER_DAY},
        {"start + 3 months", 15 * SECONDS_PER_DAY},
        {"end - 1 week", 7 * SECONDS_PER_DAY / 2},
        {"end - 1 hour", SECONDS_PER_HOUR},
        {"end - 2 months", 15 * SECONDS_PER_DAY},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct step step = step_of("step", cases[i].when);
        if (sequence_default_expiry(&step.when) != cases[i].seconds)
            fail_msg("%s gives %lld", cases[i].when, (long long)sequence_default_expiry(&step.when));
    }
}

/* Goal: a configuration's contradictions are refused with what would be right. */
static void test_check_step(void **state) {
    (void)state;
    struct error error = ERROR_INIT;
    for (size_t i = 0; i < COUNT_OF(moments); i++) {
        struct step step = step_of("first-contact_2.b", moments[i]);
        assert_true(sequence_check_step(&step, &error));
        step.to = step.to == STEP_TO_PARTICIPANT ? STEP_TO_PARTNERSHIP : STEP_TO_PARTICIPANT;
        assert_false(sequence_check_step(&step, &error));
        assert_non_null(strstr(error.message, "is counted from"));
    }
    static const char *const bad_names[] = {"", "Welcome", "a/b", "a b", "..", ".a", "\x1b[31m", "ü"};
    for (size_t i = 0; i < COUNT_OF(bad_names); i++) {
        struct step step = step_of(bad_names[i], "start");
        assert_false(sequence_check_step(&step, &error));
        assert_null(strchr(error.message, '\x1b'));
    }
    struct step step = step_of("step", "start");
    step.topics = true;
    assert_false(sequence_check_step(&step, &error));
    assert_non_null(strstr(error.message, "\"monthly\""));
    step = step_of("step", "start");
    step.has_expires = true;
    assert_false(sequence_check_step(&step, &error));
    assert_non_null(strstr(error.message, "would never be sent"));
    step = step_of("step", "end - 2 hours");
    assert_false(sequence_check_step(&step, &error));
    step.at_once = true;
    assert_true(sequence_check_step(&step, &error));
}

/* Goal: recipients, times and lengths are read as written, slips answered with the nearest. */
static void test_words(void **state) {
    (void)state;
    struct error error = ERROR_INIT;
    enum step_recipient to = STEP_TO_PARTICIPANT;
    assert_true(sequence_find_recipient("partnership", &to, &error));
    assert_int_equal(to, STEP_TO_PARTNERSHIP);
    assert_false(sequence_find_recipient("partnreship", &to, &error));
    assert_non_null(strstr(error.message, "did you mean \"partnership\"?"));
    bool at_once = false;
    int32_t time_of_day = -1;
    assert_true(sequence_parse_at("at once", &at_once, &time_of_day, &error));
    assert_true(at_once && time_of_day == 0);
    assert_true(sequence_parse_at("17:30", &at_once, &time_of_day, &error));
    assert_true(!at_once && time_of_day == 63000);
    assert_false(sequence_parse_at("soon", &at_once, &time_of_day, &error));
    assert_non_null(strstr(error.message, "or \"at once\""));
    assert_true(sequence_check_length(&(struct duration){.months = 6}, &error));
    assert_true(sequence_check_length(&(struct duration){.months = SEQUENCE_MONTHS_MAX}, &error));
    assert_true(sequence_check_length(&(struct duration){.days = 1}, &error));
    assert_false(sequence_check_length(&(struct duration){.seconds = 3600}, &error));
    assert_false(sequence_check_length(&(struct duration){.months = SEQUENCE_MONTHS_MAX, .days = 1}, &error));
}

/* Goal: what is late goes by day where its recipient lives, across a change of clocks too; what is in time, or would
 * be of no use in the morning, goes at once. A programme that sends late in the evening may. */
static void test_considerate(void **state) {
    (void)state;
    const char *place = "Europe/Berlin";
    const struct zone *zone = zone_of(place);
    const int64_t due = at(place, "2025-10-20", 9, 0), never = at(place, "2025-12-01", 9, 0);
    const struct {
        int opens, hour, minute;
        const char *date, *until;
        int until_hour;
    } cases[] = {
        {9, 8, 59, "2025-10-25", "2025-10-25", 9}, {9, 9, 0, "2025-10-25", "2025-10-25", 9},
        {9, 20, 59, "2025-10-25", NULL, 0},        {9, 21, 0, "2025-10-25", "2025-10-26", 9}, /* the clocks change */
        {22, 22, 30, "2025-10-25", NULL, 0},       {22, 23, 59, "2025-10-25", NULL, 0},
        {23, 0, 30, "2025-10-25", NULL, 0},        {23, 1, 0, "2025-10-25", "2025-10-25", 23},
        {20, 21, 59, "2025-10-25", NULL, 0},       {20, 22, 0, "2025-10-25", "2025-10-26", 20},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        int32_t opens = cases[i].opens * SECONDS_PER_HOUR;
        int64_t now = at(place, cases[i].date, cases[i].hour, cases[i].minute);
        int64_t until = cases[i].until ? at(place, cases[i].until, cases[i].until_hour, 0) : now;
        assert_int_equal(sequence_considerate(zone, opens, due, never, now), until);
    }
    int64_t night = at(place, "2025-10-25", 3, 0);
    assert_int_equal(sequence_considerate(zone, MORNING, night - 7199, never, night), night);
    assert_int_not_equal(sequence_considerate(zone, MORNING, night - 7200, never, night), night);
    assert_int_equal(sequence_considerate(zone, MORNING, due, at(place, "2025-10-25", 9, 0), night), night);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_whole_round),
        cmocka_unit_test(test_edges),
        cmocka_unit_test(test_nothing_to_schedule),
        cmocka_unit_test(test_one_greeting),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_timing),
        cmocka_unit_test(test_considerate),
        cmocka_unit_test(test_default_expiry),
        cmocka_unit_test(test_check_step),
        cmocka_unit_test(test_words),
    };
    return cmocka_run_group_tests_name("sequence", tests, NULL, NULL);
}
