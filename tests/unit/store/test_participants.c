#include "store/applications.h"
#include "store/events.h"
#include "unit/store/fixture.h"

static size_t count_events(struct fixture *fixture, int64_t participant) {
    struct error error = ERROR_INIT;
    struct event_list list;
    assert_done(events_list(fixture->database, &(struct event_filter){.participant = participant}, fixture->arena,
                            &list, &error));
    return list.count;
}

static void an_address_belongs_to_one(void **state) {
    /* Goal: adding or changing to an address that another has is refused by name, and changes nothing. */
    struct fixture *fixture = *state;
    struct error error;
    struct participant again = {.name = "Anna Two",
                                .address = "Anna@example.org",
                                .language = "en",
                                .country = "NZ",
                                .time_zone = "UTC",
                                .state = PARTICIPANT_ACTIVE};
    int64_t id = 0;
    assert_refused(participants_add(fixture->database, &again, "anna@example.org", &fixture_cause, &id, &error),
                   ERROR_PERMANENT, "Anna@example.org belongs to participant 1");
    assert_int_equal(id, 0);
    again.id = fixture->ben;
    assert_refused(participants_update(fixture->database, &again, "anna@example.org", &fixture_cause, &error),
                   ERROR_PERMANENT, "belongs to participant 1");
    assert_int_equal(count_events(fixture, fixture->ben), 1);
}

static void a_person_is_found_by_id_or_address(void **state) {
    /* Goal: what a coordinator types means the right person or nobody. */
    struct fixture *fixture = *state;
    struct error error = ERROR_INIT;
    struct participant found;
    assert_done(participants_find_by_reference(fixture->database, "2", NULL, fixture->arena, &found, &error));
    assert_int_equal(found.id, fixture->ben);
    assert_string_equal(found.name, "Ben Okoro");
    assert_string_equal(found.address, "ben@example.org");
    assert_string_equal(found.language, "en");
    assert_string_equal(found.country, "NZ");
    assert_string_equal(found.time_zone, "Pacific/Auckland");
    assert_int_equal(found.state, PARTICIPANT_ACTIVE);
    assert_int_equal(found.address_state, ADDRESS_GOOD);
    assert_int_equal(found.created_at, FIXTURE_NOW);
    assert_done(participants_find_by_reference(fixture->database, "ANNA@example.org", "anna@example.org",
                                               fixture->arena, &found, &error));
    assert_int_equal(found.id, fixture->anna);
    assert_done(participants_find_by_reference(fixture->database, "Anna", NULL, fixture->arena, &found, &error));
    assert_int_equal(found.id, 0);
    assert_done(participants_find(fixture->database, 99, fixture->arena, &found, &error));
    assert_int_equal(found.id, 0);
}

static void changes_are_made_once_and_logged(void **state) {
    /* Goal: a changed state is one event; the same state again is none; an unknown person is refused. */
    struct fixture *fixture = *state;
    struct error error = ERROR_INIT;
    for (int i = 0; i < 2; i++) {
        assert_done(
            participants_set_state(fixture->database, fixture->anna, PARTICIPANT_PAUSED, &fixture_cause, &error));
        assert_done(
            participants_set_address_state(fixture->database, fixture->anna, ADDRESS_SUSPECT, &fixture_cause, &error));
    }
    struct event_list list;
    assert_done(events_list(fixture->database, &(struct event_filter){.participant = fixture->anna}, fixture->arena,
                            &list, &error));
    assert_int_equal(list.count, 3);
    assert_string_equal(list.items[0].what, "participant added");
    assert_string_equal(list.items[1].what, "participant active -> paused");
    assert_string_equal(list.items[2].what, "address good -> suspect");
    assert_refused(participants_set_state(fixture->database, 99, PARTICIPANT_LEFT, &fixture_cause, &error),
                   ERROR_PERMANENT, "no participant 99");
}

static void a_new_address_is_good_again(void **state) {
    /* Goal: what was wrong with the old address is not held against the new one; other changes leave it. */
    struct fixture *fixture = *state;
    struct error error = ERROR_INIT;
    struct participant anna;
    assert_done(participants_set_address_state(fixture->database, fixture->anna, ADDRESS_DEAD, &fixture_cause, &error));
    assert_done(participants_find(fixture->database, fixture->anna, fixture->arena, &anna, &error));
    anna.name = "Anna Dahl";
    assert_done(participants_update(fixture->database, &anna, "anna@example.org", &fixture_cause, &error));
    assert_done(participants_find(fixture->database, fixture->anna, fixture->arena, &anna, &error));
    assert_string_equal(anna.name, "Anna Dahl");
    assert_int_equal(anna.address_state, ADDRESS_DEAD);
    assert_int_equal(anna.heard_at, 0);
    assert_done(participants_set_heard(fixture->database, fixture->anna, 500, &error));
    anna.address = "dahl@example.org";
    assert_done(participants_update(fixture->database, &anna, "dahl@example.org", &fixture_cause, &error));
    assert_done(participants_find_by_address(fixture->database, "dahl@example.org", fixture->arena, &anna, &error));
    assert_int_equal(anna.id, fixture->anna);
    assert_int_equal(anna.address_state, ADDRESS_GOOD);
    assert_int_equal(anna.heard_at, 500);
}

static void lists_know_state_and_round(void **state) {
    /* Goal: the list of a round holds those who applied and those in a partnership, each once. */
    struct fixture *fixture = *state;
    struct error error = ERROR_INIT;
    int64_t cleo = fixture_add(fixture->database, "Cleo", "cleo@example.org"), id;
    fixture_add(fixture->database, "Dan", "dan@example.org");
    struct application application = {.participant = cleo, .round = fixture->round, .state = APPLICATION_APPLIED};
    assert_done(applications_add(fixture->database, &application, &fixture_cause, &id, &error));
    application.participant = fixture->anna;
    assert_done(applications_add(fixture->database, &application, &fixture_cause, &id, &error));
    struct participant_list list;
    assert_done(participants_list(fixture->database, &(struct participant_filter){0}, fixture->arena, &list, &error));
    assert_int_equal(list.count, 4);
    assert_done(participants_list(fixture->database, &(struct participant_filter){.round = fixture->round},
                                  fixture->arena, &list, &error));
    assert_int_equal(list.count, 3);
    assert_int_equal(list.items[2].id, cleo);
    assert_done(participants_set_state(fixture->database, cleo, PARTICIPANT_LEFT, &fixture_cause, &error));
    enum participant_state left = PARTICIPANT_LEFT;
    assert_done(participants_list(fixture->database,
                                  &(struct participant_filter){.round = fixture->round, .state = &left}, fixture->arena,
                                  &list, &error));
    assert_int_equal(list.count, 1);
    assert_int_equal(list.items[0].id, cleo);
}

static void rounds_go_through_their_states(void **state) {
    /* Goal: names are unique, a name goes before an id, the start is fixed once, and the end is noted. */
    struct fixture *fixture = *state;
    struct error error;
    struct round round;
    int64_t id;
    assert_refused(rounds_create(fixture->database, "2024a", "1 month", &fixture_cause, &id, &error), ERROR_PERMANENT,
                   "2024a");
    error = ERROR_INIT;
    assert_done(rounds_create(fixture->database, "1", "1 month", &fixture_cause, &id, &error));
    assert_done(rounds_find_by_reference(fixture->database, "1", fixture->arena, &round, &error));
    assert_int_equal(round.id, id);
    assert_done(rounds_find_by_reference(fixture->database, "2", fixture->arena, &round, &error));
    assert_int_equal(round.id, id);
    assert_done(rounds_find_by_reference(fixture->database, "2025", fixture->arena, &round, &error));
    assert_int_equal(round.id, 0);
    assert_done(rounds_set_state(fixture->database, fixture->round, ROUND_OPEN, 5, &fixture_cause, &error));
    assert_done(rounds_set_state(fixture->database, fixture->round, ROUND_RUNNING, 10, &fixture_cause, &error));
    assert_done(rounds_set_state(fixture->database, fixture->round, ROUND_RUNNING, 20, &fixture_cause, &error));
    assert_done(rounds_set_state(fixture->database, fixture->round, ROUND_ENDING, 30, &fixture_cause, &error));
    assert_done(rounds_find_by_reference(fixture->database, "2024a", fixture->arena, &round, &error));
    assert_string_equal(round.length, "6 months");
    assert_int_equal(round.state, ROUND_ENDING);
    assert_int_equal(round.started_at, 10);
    assert_int_equal(round.ended_at, 30);
    struct round_list list;
    assert_done(rounds_list(fixture->database, fixture->arena, &list, &error));
    assert_int_equal(list.count, 2);
    assert_refused(rounds_set_state(fixture->database, 99, ROUND_OPEN, 1, &fixture_cause, &error), ERROR_PERMANENT,
                   "no round 99");
}

static void one_application_a_round(void **state) {
    /* Goal: a second application is refused; the first acceptance stays; lists by round and by participant. */
    struct fixture *fixture = *state;
    struct error error = ERROR_INIT;
    struct application application = {
        .participant = fixture->anna, .round = fixture->round, .state = APPLICATION_APPLIED};
    int64_t id;
    assert_done(applications_add(fixture->database, &application, &fixture_cause, &id, &error));
    assert_refused(applications_add(fixture->database, &application, &fixture_cause, &id, &error), ERROR_PERMANENT,
                   "applied to round 1 already");
    struct event_cause later = {.at = FIXTURE_NOW + 10, .actor = "test"};
    error = ERROR_INIT;
    assert_done(applications_set_state(fixture->database, id, APPLICATION_ACCEPTED, &fixture_cause, &error));
    assert_done(applications_set_state(fixture->database, id, APPLICATION_WAITING, &later, &error));
    assert_done(applications_set_state(fixture->database, id, APPLICATION_ACCEPTED, &later, &error));
    assert_done(
        applications_find(fixture->database, fixture->anna, fixture->round, fixture->arena, &application, &error));
    assert_int_equal(application.id, id);
    assert_int_equal(application.state, APPLICATION_ACCEPTED);
    assert_int_equal(application.accepted_at, FIXTURE_NOW);
    struct application_list list;
    assert_done(applications_list_of_round(fixture->database, fixture->round, 0, 0, fixture->arena, &list, &error));
    assert_int_equal(list.count, 1);
    assert_done(applications_list_of_participant(fixture->database, fixture->ben, fixture->arena, &list, &error));
    assert_int_equal(list.count, 0);
    assert_refused(applications_set_state(fixture->database, 99, APPLICATION_WAITING, &later, &error), ERROR_PERMANENT,
                   "no application 99");
}

static void a_partnership_lives_by_its_own_clock(void **state) {
    /* Goal: planned, started once with its own start and end, listed when its end has come, closed at its moment. */
    struct fixture *fixture = *state;
    struct error error = ERROR_INIT;
    struct partnership partnership;
    struct partnership_list list;
    int64_t id = fixture->partnership;
    assert_done(partnerships_find(fixture->database, id, fixture->arena, &partnership, &error));
    assert_int_equal(partnership.state, PARTNERSHIP_PLANNED);
    assert_int_equal(partnership.member_count, 2);
    assert_int_equal(partnership.members[0], fixture->anna);
    assert_int_equal(partnership.members[1], fixture->ben);
    assert_done(partnerships_start(fixture->database, id, 100, 200, &fixture_cause, &error));
    assert_refused(partnerships_start(fixture->database, id, 101, 201, &fixture_cause, &error), ERROR_PERMANENT,
                   "it is active");
    error = ERROR_INIT;
    assert_done(partnerships_list_to_end(fixture->database, 199, 0, fixture->arena, &list, &error));
    assert_int_equal(list.count, 0);
    assert_done(partnerships_list_to_end(fixture->database, 200, 0, fixture->arena, &list, &error));
    assert_int_equal(list.count, 1);
    assert_int_equal(list.items[0].started_at, 100);
    assert_int_equal(list.items[0].ends_at, 200);
    assert_done(partnerships_set_state(fixture->database, id, PARTNERSHIP_ENDED, &fixture_cause, &error));
    assert_done(partnerships_find(fixture->database, id, fixture->arena, &partnership, &error));
    assert_int_equal(partnership.closed_at, FIXTURE_NOW);
    assert_done(partnerships_list_to_end(fixture->database, 200, 0, fixture->arena, &list, &error));
    assert_int_equal(list.count, 0);
    struct event_list events;
    assert_done(
        events_list(fixture->database, &(struct event_filter){.partnership = id}, fixture->arena, &events, &error));
    assert_int_equal(events.count, 3);
    assert_string_equal(events.items[1].what, "partnership planned -> active");
    assert_int_equal(events.items[1].round, fixture->round);
    assert_refused(partnerships_set_state(fixture->database, 99, PARTNERSHIP_HELD, &fixture_cause, &error),
                   ERROR_PERMANENT, "no partnership 99");
}

static void members_are_two_or_three_and_differ(void **state) {
    /* Goal: no partnership with oneself, alone or of four; a trio knows each one's partners in order. */
    struct fixture *fixture = *state;
    struct error error;
    int64_t cleo = fixture_add(fixture->database, "Cleo", "cleo@example.org"), id = 0;
    const int64_t wrong[] = {fixture->anna, fixture->anna, fixture->ben, cleo};
    assert_refused(partnerships_create(fixture->database, fixture->round, wrong, 1, &fixture_cause, &id, &error),
                   ERROR_PERMANENT, "different participants");
    assert_refused(partnerships_create(fixture->database, fixture->round, wrong, 2, &fixture_cause, &id, &error),
                   ERROR_PERMANENT, "different participants");
    assert_refused(partnerships_create(fixture->database, fixture->round, wrong, 4, &fixture_cause, &id, &error),
                   ERROR_PERMANENT, "different participants");
    const int64_t trio[] = {cleo, fixture->anna, fixture->ben};
    error = ERROR_INIT;
    assert_done(partnerships_create(fixture->database, fixture->round, trio, 3, &fixture_cause, &id, &error));
    struct participant_list list;
    assert_done(partnerships_partners(fixture->database, id, fixture->anna, fixture->arena, &list, &error));
    assert_int_equal(list.count, 2);
    assert_int_equal(list.items[0].id, cleo);
    assert_int_equal(list.items[1].id, fixture->ben);
    assert_done(partnerships_partners(fixture->database, id, 0, fixture->arena, &list, &error));
    assert_int_equal(list.count, 3);
}

static void partnerships_are_listed_by_round_member_and_state(void **state) {
    /* Goal: each filter, alone and with the others, gives exactly its partnerships. */
    struct fixture *fixture = *state;
    struct error error = ERROR_INIT;
    struct partnership_list list;
    int64_t cleo = fixture_add(fixture->database, "Cleo", "cleo@example.org"), round, second;
    assert_done(rounds_create(fixture->database, "2024b", "6 months", &fixture_cause, &round, &error));
    assert_done(partnerships_create(fixture->database, round, (int64_t[]){fixture->anna, cleo}, 2, &fixture_cause,
                                    &second, &error));
    assert_done(partnerships_start(fixture->database, second, 1, 2, &fixture_cause, &error));
    enum partnership_state active = PARTNERSHIP_ACTIVE;
    const struct {
        struct partnership_filter filter;
        size_t count;
    } cases[] = {{{0}, 2},
                 {{.round = round}, 1},
                 {{.participant = fixture->anna}, 2},
                 {{.participant = fixture->anna, .state = &active}, 1},
                 {{.participant = fixture->ben, .state = &active}, 0},
                 {{.participant = fixture->anna, .round = fixture->round}, 1},
                 {{.state = &active}, 1},
                 {{.round = fixture->round, .state = &active}, 0}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_done(partnerships_list(fixture->database, &cases[i].filter, fixture->arena, &list, &error));
        assert_int_equal(list.count, cases[i].count);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        fixture_test(an_address_belongs_to_one),
        fixture_test(a_person_is_found_by_id_or_address),
        fixture_test(changes_are_made_once_and_logged),
        fixture_test(a_new_address_is_good_again),
        fixture_test(lists_know_state_and_round),
        fixture_test(rounds_go_through_their_states),
        fixture_test(one_application_a_round),
        fixture_test(a_partnership_lives_by_its_own_clock),
        fixture_test(members_are_two_or_three_and_differ),
        fixture_test(partnerships_are_listed_by_round_member_and_state),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
