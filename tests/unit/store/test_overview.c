#include "store/overview.h"

#include "store/inbox.h"
#include "unit/store/fixture.h"

static struct overview read_overview(struct fixture *fixture, int64_t since) {
    struct error error = ERROR_INIT;
    struct overview overview;
    assert_done(overview_read(fixture->database, since, fixture->arena, &overview, &error));
    return overview;
}

static void test_counts(void **state) {
    /* Goal: rounds, partnerships, people and mail are counted by their states, and old failures no longer. */
    struct fixture *fixture = *state;
    struct error error = ERROR_INIT;
    struct outbox_row row = {.key = "k",
                             .step = "s",
                             .template_name = "t",
                             .participant = fixture->anna,
                             .due_at = FIXTURE_NOW,
                             .expires_at = FIXTURE_NOW + 100};
    struct inbox_row waiting = {.folder = "f",
                                .uidvalidity = 1,
                                .uid = 1,
                                .body_hash = "",
                                .kind = "human",
                                .reason = "r",
                                .state = INBOX_WAITING,
                                .received_at = FIXTURE_NOW - 50};
    int64_t id;
    bool is_new;
    assert_done(outbox_insert(fixture->database, &row, &fixture_cause, &id, &is_new, &error));
    assert_done(outbox_enter_state(fixture->database, id, OUTBOX_QUEUED, OUTBOX_SENDING, NULL, &fixture_cause, &error));
    assert_done(outbox_enter_state(fixture->database, id, OUTBOX_SENDING, OUTBOX_FAILED, NULL, &fixture_cause, &error));
    assert_done(inbox_insert(fixture->database, &waiting, NULL, 0, &fixture_cause, &id, &error));
    assert_done(participants_set_state(fixture->database, fixture->ben, PARTICIPANT_PAUSED, &fixture_cause, &error));
    struct overview overview = read_overview(fixture, FIXTURE_NOW);
    assert_int_equal(overview.round_count, 1);
    assert_int_equal(overview.rounds[0].partnerships[PARTNERSHIP_PLANNED], 1);
    assert_int_equal(overview.rounds[0].partnerships[PARTNERSHIP_ACTIVE], 0);
    assert_int_equal(overview.participants[PARTICIPANT_ACTIVE], 1);
    assert_int_equal(overview.participants[PARTICIPANT_PAUSED], 1);
    assert_int_equal(overview.failed, 1);
    assert_int_equal(overview.last_sent_at, 0);
    assert_int_equal(overview.waiting, 1);
    assert_int_equal(overview.waiting_since, FIXTURE_NOW - 50);
    assert_int_equal(read_overview(fixture, FIXTURE_NOW + 1).failed, 0);
}

static void test_bad_addresses(void **state) {
    /* Goal: those to whom mail comes back are named, unless they have left. */
    struct fixture *fixture = *state;
    struct error error = ERROR_INIT;
    struct overview_people people;
    size_t count;
    assert_done(
        participants_set_address_state(fixture->database, fixture->anna, ADDRESS_SUSPECT, &fixture_cause, &error));
    assert_done(participants_set_address_state(fixture->database, fixture->ben, ADDRESS_DEAD, &fixture_cause, &error));
    assert_done(participants_set_state(fixture->database, fixture->ben, PARTICIPANT_LEFT, &fixture_cause, &error));
    assert_done(overview_bad_addresses(fixture->database, ADDRESS_SUSPECT, 5, fixture->arena, &people, &count, &error));
    assert_int_equal(count, 1);
    assert_int_equal(people.count, 1);
    assert_string_equal(people.items[0].name, "Anna Berg");
    assert_done(overview_bad_addresses(fixture->database, ADDRESS_DEAD, 5, fixture->arena, &people, &count, &error));
    assert_int_equal(count, 0);
    assert_int_equal(people.count, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_counts, fixture_open, fixture_close),
        cmocka_unit_test_setup_teardown(test_bad_addresses, fixture_open, fixture_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
