/* The sequence over thousands of random programmes: against an oracle, and its properties. */
#include "unit/programme/sequence_fixture.h"

static const char *const zones[] = {
    "Australia/Sydney", "Australia/Lord_Howe", "America/New_York", "America/Nuuk", "Pacific/Apia", "Africa/Casablanca",
    "Europe/Dublin",    "Asia/Kolkata",        "Pacific/Chatham",  "Africa/Cairo", "Europe/Paris", "America/Havana",
};

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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_agrees_with_the_oracle),
        cmocka_unit_test(test_properties),
        cmocka_unit_test(test_history_only_takes_away),
        cmocka_unit_test(test_members_get_the_same_months),
    };
    return cmocka_run_group_tests_name("sequence_random", tests, NULL, NULL);
}
