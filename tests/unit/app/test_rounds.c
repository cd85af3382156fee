/* Goal: rounds open, close, start and are put aside by their dates, each once, whatever happened meanwhile. */
#include "fixture.h"

#include "app/catch_up.h"
#include "programme/round_rules.h"
#include "store/applications.h"
#include "store/settings.h"

static enum round_state state_of(struct fixture *fixture, int64_t id) {
    struct round round;
    assert_done(rounds_find(fixture->database, id, fixture->arena, &round, &error));
    return round.state;
}

static enum round_state state_at(struct fixture *fixture, int64_t id, int64_t moment) {
    clock_advance_to(moment);
    fixture_turns(fixture);
    return state_of(fixture, id);
}

static void set_dates(struct fixture *fixture, int64_t id, int64_t opens, int64_t closes, int64_t starts) {
    const struct round round = {
        .id = id, .length = "6 months", .opens_at = opens, .closes_at = closes, .starts_at = starts};
    assert_done(action_round_set_dates(&fixture->service, &round, &error));
}

static int64_t create(struct fixture *fixture, const char *name) {
    struct event_cause cause = service_cause(&fixture->service, NULL);
    int64_t id = 0;
    assert_done(rounds_create(fixture->database, name, "6 months", &cause, &id, &error));
    return id;
}

static int64_t pair(struct fixture *fixture, int64_t round) {
    int64_t members[] = {fixture->anna, fixture->ben}, id = 0;
    for (size_t i = 0; i < 2; i++)
        assert_done(action_participant_accept(&fixture->service, members[i], round, &error));
    assert_done(action_partnership_create(&fixture->service, round, members, 2, &id, &error));
    return id;
}

/* Goal: to the second, by the clock alone, and the sender sleeps no longer than until the next date. */
static void test_by_date(void **state) {
    struct fixture *fixture = *state;
    const int64_t now = clock_now(), opens = now + 1000, closes = now + 20 * SECONDS_PER_DAY,
                  starts = closes + SECONDS_PER_DAY;
    set_dates(fixture, fixture->round, opens, closes, starts);
    assert_int_equal(state_at(fixture, fixture->round, opens - 1), ROUND_DRAFT);
    assert_done(outgoing_turn(fixture->outgoing, 20000, -1, true, &error));
    assert_int_equal(fixture->fake.slept_ms, 1000);
    assert_int_equal(state_at(fixture, fixture->round, opens), ROUND_OPEN);
    assert_int_equal(state_at(fixture, fixture->round, closes - 1), ROUND_OPEN);
    assert_int_equal(state_at(fixture, fixture->round, closes), ROUND_CLOSED);
    assert_int_equal(state_at(fixture, fixture->round, starts - 1), ROUND_CLOSED);
    assert_int_equal(fixture_count(fixture, "anna@example.net", "Subject: Meet "), 0);
    assert_int_equal(state_at(fixture, fixture->round, starts), ROUND_RUNNING);
    fixture_pass(fixture, 2 * SECONDS_PER_DAY);
    assert_int_equal(fixture_count(fixture, "anna@example.net", "Subject: Meet "), 1);
    fixture_pass(fixture, 190 * SECONDS_PER_DAY);
    assert_int_equal(state_of(fixture, fixture->round), ROUND_ENDING);
    struct round round;
    assert_done(rounds_find(fixture->database, fixture->round, fixture->arena, &round, &error));
    int64_t rests = round.ended_at + ROUND_ENDING_DAYS * SECONDS_PER_DAY;
    assert_int_equal(state_at(fixture, fixture->round, rests - 1), ROUND_ENDING);
    assert_int_equal(state_at(fixture, fixture->round, rests), ROUND_ARCHIVED);
    struct event_list events;
    size_t turns = 0;
    assert_done(events_list(fixture->database, &(struct event_filter){0}, fixture->arena, &events, &error));
    for (size_t i = 0; i < events.count; i++)
        turns += events.items[i].round && string_starts_with(events.items[i].what, "round ") &&
                 string_equal(events.items[i].why, "its date has come");
    assert_int_equal(turns, 3); /* opened, closed, archived; the start says that of itself */
}

/* Goal: after an outage over all of its dates a round stands where it should, having gone the whole way. */
static void test_outage(void **state) {
    struct fixture *fixture = *state;
    const int64_t now = clock_now(), day = SECONDS_PER_DAY;
    int64_t other = create(fixture, "2027b");
    set_dates(fixture, fixture->round, now + day, now + 2 * day, now + 3 * day);
    set_dates(fixture, other, now + day, now + 2 * day, now + 40 * day);
    struct round round;
    clock_advance_to(now + 10 * day);
    assert_done(rounds_find(fixture->database, fixture->round, fixture->arena, &round, &error));
    assert_int_equal(round.state, ROUND_DRAFT);
    assert_false(round_is_open_at(&round, clock_now()));
    assert_true(round_is_open_at(&round, now + 2 * day - 1)); /* a mail that is read only now */
    fixture_restart(fixture);
    fixture_turns(fixture);
    assert_int_equal(state_of(fixture, fixture->round), ROUND_RUNNING);
    assert_int_equal(state_of(fixture, other), ROUND_CLOSED);
    fixture_pass(fixture, day);
    assert_int_equal(fixture_count(fixture, "anna@example.net", "Subject: Meet "), 1);
}

/* Goal: the date begins what was planned by then, or nothing; a person who plans afterwards decides when it begins. */
static void test_planned_too_late(void **state) {
    struct fixture *fixture = *state;
    const int64_t starts = clock_now() + SECONDS_PER_DAY;
    int64_t late = create(fixture, "late");
    set_dates(fixture, late, 0, 0, starts);
    assert_int_equal(state_at(fixture, late, starts + 1), ROUND_DRAFT);
    pair(fixture, late);
    fixture_pass(fixture, SECONDS_PER_DAY);
    assert_int_equal(state_of(fixture, late), ROUND_DRAFT);
    size_t count;
    assert_done(action_round_start(&fixture->service, late, &count, &error));
    assert_int_equal(count, 1);
}

/* Goal: by hand everything goes as well, before its date and again, and a closing by hand counts to the second. */
static void test_by_hand(void **state) {
    struct fixture *fixture = *state;
    struct service *service = &fixture->service;
    const int64_t now = clock_now(), day = SECONDS_PER_DAY;
    struct round round;
    struct error refused = ERROR_INIT;
    set_dates(fixture, fixture->round, now + day, now + 9 * day, 0);
    assert_done(action_round_open(service, fixture->round, 0, &error));
    assert_false(action_round_start(service, fixture->round, &(size_t){0}, &refused));
    assert_non_null(strstr(refused.message, "close it first: tandempost round close 2027a"));
    clock_advance_to(now + 100);
    assert_done(action_round_close(service, fixture->round, &error));
    assert_done(rounds_find(fixture->database, fixture->round, fixture->arena, &round, &error));
    assert_int_equal(round.closes_at, now + 100);
    assert_true(round_is_open_at(&round, now + 99));
    clock_advance_to(now + 200);
    assert_done(action_round_open(service, fixture->round, 0, &error));
    assert_int_equal(state_at(fixture, fixture->round, now + 10 * day), ROUND_OPEN);
    refused = ERROR_INIT;
    assert_false(action_round_set_dates(
        service, &(struct round){.id = fixture->round, .length = "6 months", .opens_at = now, .closes_at = now + day},
        &refused));
    assert_non_null(strstr(refused.message, "is past already"));
    assert_done(action_round_close(service, fixture->round, &error));
    refused = ERROR_INIT;
    assert_false(action_round_open(service, fixture->round, now, &refused));
    assert_non_null(strstr(refused.message, "is past already"));
}

/* Goal: a restored copy does not introduce anybody by a date that has passed until a person said so; skipped, the round
 * waits for that person. */
static void test_restored(void **state) {
    struct fixture *fixture = *state;
    fixture_pass(fixture, SECONDS_PER_DAY); /* the welcomes have gone */
    const int64_t starts = clock_now() + SECONDS_PER_DAY;
    set_dates(fixture, fixture->round, 0, 0, starts);
    assert_done(settings_set_integer(fixture->database, SETTING_RESTORED_FROM, clock_now(), &error));
    clock_advance_to(starts + SECONDS_PER_DAY);
    size_t scheduled, queued, skipped;
    assert_done(catch_up_count(&fixture->service, &scheduled, &queued, &error));
    assert_int_equal(scheduled, 2);
    assert_int_equal(queued, 0);
    fixture_restart(fixture);
    fixture_turns(fixture);
    assert_int_equal(state_of(fixture, fixture->round), ROUND_DRAFT);
    assert_done(catch_up_decide(&fixture->service, false, &skipped, &error));
    assert_int_equal(skipped, scheduled + queued);
    fixture_pass(fixture, SECONDS_PER_DAY);
    assert_int_equal(state_of(fixture, fixture->round), ROUND_DRAFT);
}

/* Goal: who waits and who stays over is counted, whatever became of others. */
static void test_counts(void **state) {
    struct fixture *fixture = *state;
    struct event_cause cause = service_cause(&fixture->service, NULL);
    struct round_counts counts;
    struct round_countries countries;
    int64_t round = create(fixture, "2027b"), people[7], original = fixture->round;
    static const char *const waits_for[] = {"country", "next", "partner"};
    fixture->round = round;
    for (size_t i = 0; i < COUNT_OF(people); i++)
        people[i] = fixture_add(fixture, "X", arena_format(fixture->arena, "x%zu@example.net", i), i < 5 ? "AU" : "SE",
                                "Australia/Sydney");
    fixture->round = original;
    struct application application;
    for (size_t i = 0; i < COUNT_OF(waits_for); i++) {
        assert_done(applications_find(fixture->database, people[i], round, fixture->arena, &application, &error));
        assert_done(applications_wait(fixture->database, application.id, waits_for[i], &cause, &error));
    }
    assert_done(rounds_count(fixture->database, round, &counts, &error));
    assert_int_equal(counts.accepted, 5);
    assert_int_equal(counts.waiting_country, 1);
    assert_int_equal(counts.waiting_next, 1);
    assert_int_equal(counts.waiting_partner, 1);
    assert_done(rounds_countries(fixture->database, round, fixture->arena, &countries, &error));
    assert_string_equal(countries.country, "AU");
    assert_int_equal(countries.most, 3);
    assert_int_equal(countries.people, 5);
    assert_done(rounds_countries(fixture->database, create(fixture, "empty"), fixture->arena, &countries, &error));
    assert_null(countries.country);
    assert_int_equal(countries.people, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        fixture_test(test_by_date), fixture_test(test_outage),   fixture_test(test_planned_too_late),
        fixture_test(test_by_hand), fixture_test(test_restored), fixture_test(test_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
