/* Goal: what is done to everybody costs the same for each, however many they are, and what is interrupted goes on. It
 * counts what SQLite does, not time. */
#include "fixture.h"

#include "app/catch_up.h"
#include "app/meeting.h"
#include "app/report/report.h"
#include "app/scheduling.h"
#include "store/applications.h"
#include "store/connection.h"
#include "store/schedule.h"
#include "store/settings.h"

enum {
    FEW = 100,
    MANY = 16 * FEW, /* several portions */
};

/* What grew with the square of the people costs sixteen times as much a person among sixteen times as many. */
#define GROWTH_MOST 1.3

/* ---- Counting ---- */

struct counting {
    sqlite3 *handle;
    int64_t at_last;
    size_t savepoints; /* each walks what was changed before it */
};

static int count_savepoints(unsigned kind, void *context, void *statement, void *sql) {
    (void)kind, (void)statement;
    ((struct counting *)context)->savepoints += string_starts_with(sql, "SAVEPOINT");
    return 0;
}

static int64_t sum_of(sqlite3 *handle, int counter) {
    int64_t sum = 0;
    for (sqlite3_stmt *each = NULL; (each = sqlite3_next_stmt(handle, each));)
        sum += sqlite3_stmt_status(each, counter, false);
    return sum;
}

static double steps_a_person(struct counting *counting, size_t people) {
    int64_t steps = sum_of(counting->handle, SQLITE_STMTSTATUS_VM_STEP), since = steps - counting->at_last;
    counting->at_last = steps;
    return (double)since / (double)people;
}

/* ---- A round of many ---- */

static void add_people(struct fixture *fixture, size_t count, int64_t *ids) {
    for (size_t i = 0; i < count; i++) {
        char address[40];
        snprintf(address, sizeof address, "p%zu@example.net", i);
        ids[i] = fixture_add(fixture, "Person", address, "SE", "Europe/Stockholm");
    }
}

static void pair_people(struct fixture *fixture, size_t count, const int64_t *ids) {
    int64_t id;
    for (size_t i = 0; i + 1 < count; i += 2)
        assert_done(action_partnership_create(&fixture->service, fixture->round, &ids[i], 2, &id, &error));
}

static size_t planned(struct fixture *fixture) {
    struct partnership_list list;
    assert_done(partnerships_list_planned(fixture->database, fixture->round, 0, fixture->arena, &list, &error));
    return list.count;
}

enum { IMPORT, PAIRS, START, REBUILD, INVITE, REMIND, SKIP, END, REPORT, CHANGES };
static const char *const change_names[CHANGES] = {"import", "pairs", "start", "rebuild", "invite",
                                                  "remind", "skip",  "end",   "report"};

/* All are invited to an event, and say yes; a minute later they are reminded. */
static void meet(struct fixture *fixture, struct counting *counting, size_t people, const int64_t *ids,
                 double ret_costs[CHANGES]) {
    struct service *service = &fixture->service;
    int64_t starts_at = clock_now() + SECONDS_PER_DAY + SECONDS_PER_MINUTE;
    struct meeting meeting = {.title = "Webinar",
                              .url = "https://example.org/",
                              .starts_at = starts_at,
                              .ends_at = starts_at + SECONDS_PER_HOUR,
                              .round = fixture->round};
    steps_a_person(counting, people);
    assert_done(meeting_plan(service, &meeting, &meeting.id, &error));
    assert_done(meeting_turn(service, &error));
    ret_costs[INVITE] = steps_a_person(counting, people);
    for (size_t i = 0; i < people; i++)
        assert_done(
            meeting_answered(service, &(struct attendee){meeting.id, ids[i], .outbox = 0, .answer = 1}, &error));
    clock_advance_to(clock_now() + SECONDS_PER_MINUTE);
    steps_a_person(counting, people);
    assert_done(meeting_turn(service, &error));
    ret_costs[REMIND] = steps_a_person(counting, people);
    struct meeting_counts counts;
    assert_done(meetings_count(fixture->database, &meeting, &counts, &error));
    assert_int_equal(counts.invited, people + 2); /* with the fixture's own */
    assert_int_equal(counts.yes, people);
}

static void measure(size_t people, double ret_costs[CHANGES]) {
    void *state;
    assert_int_equal(fixture_open(&state), 0);
    struct fixture *fixture = state;
    struct service *service = &fixture->service;
    struct counting counting = {.handle = fixture->database->handle};
    int64_t *ids = arena_take_array(fixture->arena, people, sizeof *ids);
    size_t count;
    sqlite3_trace_v2(counting.handle, SQLITE_TRACE_STMT, count_savepoints, &counting);
    struct transaction transaction = TRANSACTION_NONE; /* an import is one */
    assert_done(transaction_begin(fixture->database, &transaction, &error));
    steps_a_person(&counting, people);
    add_people(fixture, people, ids);
    ret_costs[IMPORT] = steps_a_person(&counting, people);
    pair_people(fixture, people, ids);
    ret_costs[PAIRS] = steps_a_person(&counting, people);
    assert_done(transaction_commit(&transaction, &error));
    struct round dated = {.id = fixture->round, .length = "6 months", .starts_at = clock_now() + 1};
    assert_done(action_round_set_dates(service, &dated, &error));
    clock_advance_to(dated.starts_at);
    assert_done(action_round_turn_by_date(service, &count, &error));
    assert_int_equal(count, 1);
    assert_int_equal(planned(fixture), 0);
    ret_costs[START] = steps_a_person(&counting, people);
    assert_done(scheduling_rebuild_all(service, &error));
    ret_costs[REBUILD] = steps_a_person(&counting, people);
    meet(fixture, &counting, people, ids, ret_costs);
    clock_advance_to(clock_now() + 2 * SECONDS_PER_DAY);
    assert_done(settings_set(fixture->database, "gate", "a test", &error));
    assert_done(catch_up_decide(service, false, &count, &error));
    assert_true(count >= people);
    ret_costs[SKIP] = steps_a_person(&counting, people);
    clock_advance_to(clock_now() + 200 * SECONDS_PER_DAY);
    assert_done(action_round_end_what_is_over(service, &count, &error));
    assert_int_equal(count, people / 2 + 1);
    ret_costs[END] = steps_a_person(&counting, people);
    struct round round;
    struct report report;
    assert_done(rounds_find(fixture->database, fixture->round, fixture->arena, &round, &error));
    assert_done(report_read(service, &round, false, fixture->arena, &report, &error));
    assert_int_equal(report.partnerships, people / 2 + 1);
    ret_costs[REPORT] = steps_a_person(&counting, people);
    assert_int_equal(counting.savepoints, 0);
    /* Only small tables are read whole: rounds, alerts, steps. */
    assert_true(sum_of(counting.handle, SQLITE_STMTSTATUS_FULLSCAN_STEP) < (int64_t)people);
    sqlite3_trace_v2(counting.handle, 0, NULL, NULL);
    fixture_close(&state);
}

/* Goal: import, pairs, start, rebuilt schedule, catch-up and end are linear. */
static void test_costs_are_flat(void **state) {
    (void)state;
    double few[CHANGES], many[CHANGES];
    measure(FEW, few);
    measure(MANY, many);
    for (size_t i = 0; i < CHANGES; i++) {
        print_message("# %s: %.0f steps a person among %d, %.0f among %d\n", change_names[i], few[i], FEW, many[i],
                      MANY);
        if (many[i] > few[i] * GROWTH_MOST)
            fail_msg("%s costs %.0f steps a person among %d, and %.0f among %d", change_names[i], few[i], FEW, many[i],
                     MANY);
    }
}

/* ---- Interrupted ---- */

static void fail_from_now_on(void *context, size_t done) {
    struct fixture *fixture = context;
    (void)done;
    sqlite3_exec(fixture->database->handle, "PRAGMA query_only = ON", NULL, NULL, NULL);
}

static void interrupt(struct fixture *fixture, bool (*change)(struct fixture *, struct error *)) {
    struct error error = ERROR_INIT;
    fixture->service.advanced = fail_from_now_on;
    fixture->service.advanced_context = fixture;
    assert_false(change(fixture, &error));
    fixture->service.advanced = NULL;
    sqlite3_exec(fixture->database->handle, "PRAGMA query_only = OFF", NULL, NULL, NULL);
}

static size_t scheduled(struct fixture *fixture) {
    size_t span;
    assert_done(schedule_count_until(fixture->database, INT64_MAX, &span, &error));
    return span;
}

static bool start(struct fixture *fixture, struct error *error) {
    size_t count;
    return action_round_start(&fixture->service, fixture->round, &count, error);
}

static bool end(struct fixture *fixture, struct error *error) {
    size_t count;
    return action_round_end_what_is_over(&fixture->service, &count, error);
}

static bool skip_due(struct fixture *fixture, struct error *error) {
    size_t count;
    return catch_up_decide(&fixture->service, false, &count, error);
}

static bool rebuild(struct fixture *fixture, struct error *error) {
    return scheduling_refresh(&fixture->service, error);
}

/* Goal: whatever interrupts a change of everybody between two portions, the same again brings the rest, nobody is left
 * out and nobody gets anything twice; a start that nobody repeats is finished by the daemon. */
static void test_interrupted_changes_go_on(void **state) {
    struct fixture *fixture = *state;
    enum { PEOPLE = 1200 };
    int64_t *ids = arena_take_array(fixture->arena, PEOPLE, sizeof *ids);
    add_people(fixture, PEOPLE, ids);
    pair_people(fixture, PEOPLE, ids);
    interrupt(fixture, start);
    assert_int_equal(planned(fixture), PEOPLE / 2 + 1 - SERVICE_PORTION);
    fixture->configuration.outgoing.per_hour = 1;
    fixture_turns(fixture);
    assert_int_equal(planned(fixture), 0);
    size_t all = scheduled(fixture);
    assert_done(scheduling_rebuild_all(&fixture->service, &error));
    assert_int_equal(scheduled(fixture), all);
    struct error refused = ERROR_INIT;
    assert_false(start(fixture, &refused));
    assert_non_null(strstr(refused.message, "already running"));

    assert_done(settings_set(fixture->database, "schedule_fingerprint", "of other steps", &error));
    assert_done(schedule_remove_of_participant(fixture->database, ids[PEOPLE - 1], &error));
    interrupt(fixture, rebuild);
    assert_true(scheduled(fixture) < all);
    assert_done(rebuild(fixture, &error));
    assert_int_equal(scheduled(fixture), all);

    clock_advance_to(clock_now() + 2 * SECONDS_PER_DAY);
    assert_done(settings_set(fixture->database, "gate", "a test", &error));
    interrupt(fixture, skip_due);
    assert_int_equal(fixture_count_state(fixture, OUTBOX_EXPIRED), SERVICE_PORTION);
    assert_done(skip_due(fixture, &error));
    assert_int_equal(fixture_count_state(fixture, OUTBOX_QUEUED), 0);

    clock_advance_to(clock_now() + 200 * SECONDS_PER_DAY);
    struct round round;
    interrupt(fixture, end);
    assert_done(rounds_find(fixture->database, fixture->round, fixture->arena, &round, &error));
    assert_int_equal(round.state, ROUND_RUNNING);
    assert_done(end(fixture, &error));
    assert_done(rounds_find(fixture->database, fixture->round, fixture->arena, &round, &error));
    assert_int_equal(round.state, ROUND_ENDING);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_costs_are_flat),
        fixture_test(test_interrupted_changes_go_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
