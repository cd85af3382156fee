#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/random.h"
#include "base/text.h"
#include "programme/sequence.h"

enum { MORNING = 9 * SECONDS_PER_HOUR };

static const char *const zones[] = {
    "Australia/Sydney", "Australia/Lord_Howe", "America/New_York", "America/Nuuk", "Pacific/Apia", "Africa/Casablanca",
    "Europe/Dublin",    "Asia/Kolkata",        "Pacific/Chatham",  "Africa/Cairo", "Europe/Paris", "America/Havana",
};

static const char *const moments[] = {
    "accepted",
    "accepted + 3 days",
    "accepted + 2 hours",
    "round",
    "round - 1 week",
    "round + 1 day",
    "start",
    "start + 7 days",
    "start + 1 month",
    "start + 9 months",
    "monthly",
    "monthly + 14 days",
    "monthly - 3 days",
    "monthly + 5 hours",
    "end",
    "end - 1 week",
    "end + 3 days",
    "end - 2 months",
};

static const struct zone *zone_of(const char *name) {
    const struct zone *zone = NULL;
    struct error error = ERROR_INIT;
    if (!zone_load(name, &zone, &error))
        fail_msg("%s", error.message);
    return zone;
}

static struct step step_of(const char *name, const char *when) {
    struct step step = {.name = name, .template_name = name, .at = MORNING};
    struct error error = ERROR_INIT;
    if (!moment_parse(when, &step.when, &error))
        fail_msg("%s", error.message);
    bool personal = step.when.anchor == MOMENT_ACCEPTED || step.when.anchor == MOMENT_ROUND;
    step.to = personal ? STEP_TO_PARTICIPANT : STEP_TO_PARTNERSHIP;
    return step;
}

static int64_t at(const char *zone, const char *date, int hour, int minute) {
    struct civil_date day;
    struct error error;
    assert_true(civil_parse_date(date, &day, &error));
    return zone_to_utc(zone_of(zone), day, hour * SECONDS_PER_HOUR + minute * SECONDS_PER_MINUTE);
}

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

/* ---- Against the oracle ---- */

static char *field_of(char **rest) {
    char *field = strsep(rest, "|");
    assert_non_null(field);
    return field;
}

/* One line of sequence_oracle.py. */
static void compare_with_oracle(const char *line) {
    auto_arena arena = arena_new();
    char *rest = arena_copy_string(arena, line);
    rest[strcspn(rest, "\n")] = '\0';
    struct sequence_member member = {
        .partnership = 12, .round = 2, .participant = 34, .zone = zone_of(field_of(&rest))};
    struct sequence sequence = {.count = 1, .zone = zone_of(field_of(&rest))};
    member.started_at = strtoll(field_of(&rest), NULL, 10);
    struct duration length = {.months = strtoll(field_of(&rest), NULL, 10)};
    length.days = strtoll(field_of(&rest), NULL, 10);
    member.ends_at = sequence_ends_at(member.started_at, &length, sequence.zone);
    if (member.ends_at != strtoll(field_of(&rest), NULL, 10))
        fail_msg("another end: %s", line);
    const char *time_of_day = field_of(&rest), *first_seen = field_of(&rest), *expires = field_of(&rest);
    struct step step = step_of("step", field_of(&rest));
    step.at_once = string_equal(time_of_day, "once");
    step.at = step.at_once ? 0 : (int32_t)strtol(time_of_day, NULL, 10);
    step.first_seen_at = strtoll(first_seen, NULL, 10);
    step.has_expires = !string_equal(expires, "-");
    step.expires.days = step.has_expires ? strtoll(expires, NULL, 10) : 0;
    sequence.steps = &step;
    struct sequence_entries entries;
    sequence_for_member(&sequence, &member, arena, &entries);
    for (size_t i = 0; i < entries.count; i++) {
        long long occurrence = 0, due = 0, last = 0;
        if (!rest || sscanf(field_of(&rest), "%lld:%lld:%lld", &occurrence, &due, &last) != 3 ||
            entries.entries[i].occurrence != occurrence || entries.entries[i].due_at != due ||
            entries.entries[i].expires_at != last)
            fail_msg("entry %zu is %lld:%lld:%lld for %s", i, (long long)entries.entries[i].occurrence,
                     (long long)entries.entries[i].due_at, (long long)entries.entries[i].expires_at, line);
    }
    if (rest)
        fail_msg("the oracle knows more: %s", line);
}

/* Goal: thousands of random partnerships come out as a slow, separate reading of the rules gives them. */
static void test_agrees_with_the_oracle(void **state) {
    (void)state;
    if (access("/usr/bin/python3", X_OK) != 0)
        skip();
    FILE *pipe = popen("/usr/bin/python3 tests/unit/programme/sequence_oracle.py", "re");
    assert_non_null(pipe);
    auto_string line = NULL;
    size_t capacity = 0, compared = 0;
    for (; getline(&line, &capacity, pipe) > 0; compared++)
        compare_with_oracle(line);
    assert_int_equal(pclose(pipe), 0);
    assert_int_equal(compared, 3000);
}

/* ---- Properties ---- */

struct sample {
    struct step steps[8];
    struct sequence sequence;
    struct sequence_member member;
    struct sequence_application application;
    char names[8][32];
};

static void make_sample(struct sample *sample) {
    *sample = (struct sample){0};
    sample->sequence = (struct sequence){.steps = sample->steps, .count = 1 + random_below(COUNT_OF(sample->steps))};
    sample->sequence.zone = zone_of(zones[random_below(COUNT_OF(zones))]);
    const struct zone *zone = zone_of(zones[random_below(COUNT_OF(zones))]);
    int64_t start = 1100000000 + (int64_t)random_below(1500000000);
    struct duration length = {.months = (int64_t)random_below(9), .days = 1 + (int64_t)random_below(20)};
    for (size_t i = 0; i < sample->sequence.count; i++) {
        snprintf(sample->names[i], sizeof sample->names[i], "step-%zu", i);
        sample->steps[i] = step_of(sample->names[i], moments[random_below(COUNT_OF(moments))]);
        sample->steps[i].at_once = random_below(4) == 0;
        sample->steps[i].at = (int32_t)random_below(SECONDS_PER_DAY);
        sample->steps[i].first_seen_at = random_below(3) ? 0 : start + (int64_t)random_below(100 * SECONDS_PER_DAY);
    }
    sample->member = (struct sequence_member){
        .partnership = 12,
        .round = 2,
        .participant = 34,
        .started_at = start,
        .ends_at = sequence_ends_at(start, &length, sample->sequence.zone),
        .known_at = random_below(4) ? 0 : start + (int64_t)random_below(100 * SECONDS_PER_DAY),
        .zone = zone,
    };
    sample->application = (struct sequence_application){
        .participant = 34,
        .round = 2,
        .accepted_at = start - (int64_t)random_below(100 * SECONDS_PER_DAY),
        .round_started_at = random_below(3) ? start : 0,
        .zone = zone,
    };
}

static const struct step *step_by_name(const struct sample *sample, const char *name) {
    for (size_t i = 0; i < sample->sequence.count; i++)
        if (string_equal(sample->steps[i].name, name))
            return &sample->steps[i];
    fail_msg("no step %s", name);
    return NULL;
}

static bool same_entry(const struct schedule_entry *a, const struct schedule_entry *b) {
    return string_equal(a->key, b->key) && a->due_at == b->due_at && a->expires_at == b->expires_at &&
           a->occurrence == b->occurrence;
}

static void check_entries(const struct sample *sample, const struct sequence_entries *entries, int64_t from) {
    for (size_t i = 0; i < entries->count; i++) {
        const struct schedule_entry *entry = &entries->entries[i];
        const struct step *step = step_by_name(sample, entry->step);
        assert_true(entry->due_at >= from && entry->due_at >= step->first_seen_at);
        assert_true(entry->expires_at > entry->due_at);
        assert_true(i == 0 || entry[-1].due_at <= entry->due_at);
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(entries->entries[j].key, entry->key);
        bool late = step->when.anchor == MOMENT_END && step->when.offset.days >= 0 && step->when.offset.months >= 0;
        if (step->to == STEP_TO_PARTNERSHIP && !late)
            assert_true(entry->due_at < sample->member.ends_at && entry->expires_at <= sample->member.ends_at);
        if (step->to == STEP_TO_PARTNERSHIP && late)
            assert_true(entry->due_at >= sample->member.ends_at);
        struct zone_local local;
        zone_to_local(sample->member.zone, entry->due_at, &local);
        if (!step->at_once && step->when.offset.seconds == 0 && local.time_of_day != step->at) {
            /* Only the clocks being put forward may move it: then the time of day exists on no such date. */
            struct zone_local before;
            zone_to_local(sample->member.zone, entry->due_at - 26 * SECONDS_PER_HOUR, &before);
            assert_true(local.offset > before.offset);
        }
    }
}

/* Goal: over thousands of random programmes, bounds hold, keys are unique, order is by time, every local time is the
 * one configured, and the schedule is the same when built again. */
static void test_properties(void **state) {
    (void)state;
    random_seed(2027);
    size_t entries_seen = 0;
    for (int i = 0; i < 5000; i++) {
        struct sample sample;
        make_sample(&sample);
        auto_arena arena = arena_new();
        struct sequence_entries member, application, again;
        sequence_for_member(&sample.sequence, &sample.member, arena, &member);
        int64_t from =
            sample.member.started_at > sample.member.known_at ? sample.member.started_at : sample.member.known_at;
        check_entries(&sample, &member, from);
        sequence_for_application(&sample.sequence, &sample.application, arena, &application);
        check_entries(&sample, &application, sample.application.accepted_at);
        sequence_for_member(&sample.sequence, &sample.member, arena, &again);
        assert_int_equal(again.count, member.count);
        for (size_t j = 0; j < member.count; j++)
            assert_true(same_entry(&member.entries[j], &again.entries[j]));
        entries_seen += member.count + application.count;
    }
    assert_true(entries_seen > 5000);
}

static const struct schedule_entry *find_key(const struct sequence_entries *entries, const char *key) {
    for (size_t i = 0; i < entries->count; i++)
        if (string_equal(entries->entries[i].key, key))
            return &entries->entries[i];
    return NULL;
}

/* Goal: a later first_seen_at only takes away what was due before it, and changes nothing else: a step that joins in
 * mid-round sends nothing retroactively. */
static void test_history_only_takes_away(void **state) {
    (void)state;
    random_seed(7);
    for (int i = 0; i < 3000; i++) {
        struct sample sample;
        make_sample(&sample);
        for (size_t j = 0; j < sample.sequence.count; j++)
            sample.steps[j].first_seen_at = 0;
        auto_arena arena = arena_new();
        struct sequence_entries all, later;
        sequence_for_member(&sample.sequence, &sample.member, arena, &all);
        int64_t joined = sample.member.started_at + (int64_t)random_below(150 * SECONDS_PER_DAY);
        if (all.count && random_below(2))
            joined = all.entries[random_below(all.count)].due_at; /* the very second counts as not before */
        struct step *joiner = &sample.steps[random_below(sample.sequence.count)];
        joiner->first_seen_at = joined;
        sequence_for_member(&sample.sequence, &sample.member, arena, &later);
        size_t expected = 0;
        for (size_t j = 0; j < all.count; j++) {
            bool gone = string_equal(all.entries[j].step, joiner->name) && all.entries[j].due_at < joined;
            const struct schedule_entry *entry = find_key(&later, all.entries[j].key);
            assert_true(gone ? entry == NULL : entry && same_entry(entry, &all.entries[j]));
            expected += !gone;
        }
        assert_int_equal(later.count, expected);
    }
}

/* Goal: all members of a partnership get the same monthly occurrences, whatever their zones and sending times. */
static void test_members_get_the_same_months(void **state) {
    (void)state;
    random_seed(8);
    struct step step = step_of("discussion", "monthly");
    struct sequence sequence = {.steps = &step, .count = 1};
    for (int i = 0; i < 3000; i++) {
        sequence.zone = zone_of(zones[random_below(COUNT_OF(zones))]);
        step.at = (int32_t)random_below(SECONDS_PER_DAY);
        struct sequence_member member = {.started_at = 1300000000 + (int64_t)random_below(900000000)};
        member.ends_at = sequence_ends_at(member.started_at, &(struct duration){.months = 6}, sequence.zone);
        for (size_t j = 0; j < COUNT_OF(zones); j++) {
            auto_arena arena = arena_new();
            struct sequence_entries entries;
            member.zone = zone_of(zones[j]);
            sequence_for_member(&sequence, &member, arena, &entries);
            assert_int_equal(entries.count, 5);
            for (size_t n = 0; n < entries.count; n++)
                assert_int_equal(entries.entries[n].occurrence, n + 1);
        }
    }
}

/* ---- By hand ---- */

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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_agrees_with_the_oracle),
        cmocka_unit_test(test_properties),
        cmocka_unit_test(test_history_only_takes_away),
        cmocka_unit_test(test_members_get_the_same_months),
        cmocka_unit_test(test_a_whole_round),
        cmocka_unit_test(test_edges),
        cmocka_unit_test(test_nothing_to_schedule),
        cmocka_unit_test(test_timing),
        cmocka_unit_test(test_default_expiry),
        cmocka_unit_test(test_check_step),
        cmocka_unit_test(test_words),
    };
    return cmocka_run_group_tests_name("sequence", tests, NULL, NULL);
}
