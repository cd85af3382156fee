/* Goal: each partnership is assessed in time and at a flat cost; whoever falls silent is asked kindly, and then a
 * person hears of it, with the true reason; nobody else is troubled. */
#include "fixture.h"

#include "app/catch_up.h"
#include "app/watch.h"
#include "store/answers.h"
#include "store/cases.h"
#include "store/connection.h"
#include "store/contacts.h"
#include "store/outages.h"

enum { DAY = SECONDS_PER_DAY };

/* ---- What people do ---- */

static void write_letter(struct fixture *fixture, int64_t partnership, int64_t writer) {
    struct contact contact = {
        .partnership = partnership, .participant = writer, .at = clock_now(), .channel = CONTACT_RELAY};
    int64_t id;
    assert_done(contacts_add(fixture->database, &contact, &id, &error));
}

static void answer(struct fixture *fixture, int64_t writer, int64_t value) {
    struct answer answer = {.question = "check-in",
                            .partnership = fixture->partnership,
                            .participant = writer,
                            .value = value,
                            .at = clock_now()};
    int64_t id;
    assert_done(answers_add(fixture->database, &answer, &id, &error));
}

static void pass_days(struct fixture *fixture, double days) {
    int64_t until = clock_now() + (int64_t)(days * DAY);
    while (clock_now() < until) {
        int64_t next = clock_now() + 2 * SECONDS_PER_HOUR;
        clock_advance_to(next < until ? next : until);
        for (int i = 0; i < 4; i++)
            assert_done(outgoing_turn(fixture->outgoing, 0, -1, true, &error));
        assert_done(catch_up_note_awake(&fixture->service, &error));
    }
}

/* Both write every EVERY days, Anna first. */
static void correspond(struct fixture *fixture, double every, int letters) {
    for (int i = 0; i < letters; i++) {
        write_letter(fixture, fixture->partnership, i % 2 ? fixture->ben : fixture->anna);
        pass_days(fixture, every);
    }
}

static void start(struct fixture *fixture) {
    size_t count;
    fixture->service.actor = "daemon";
    assert_done(action_round_start(&fixture->service, fixture->round, &count, &error));
    pass_days(fixture, 1.5);
}

/* ---- What is seen of it ---- */

static struct health_row row_of(struct fixture *fixture) {
    struct health_row row;
    assert_done(health_find(fixture->database, fixture->partnership, fixture->arena, &row, &error));
    return row;
}

static void expect(struct fixture *fixture, enum health_state state, enum health_silence silence, const char *reason) {
    struct health_row row = row_of(fixture);
    if (row.state != state || row.silence != silence || !strstr(row.reason, reason))
        fail_msg("%s, %s, %d: %s", health_state_name(row.state), health_silence_name(row.silence), (int)row.number,
                 row.reason);
}

static struct case_row case_of(struct fixture *fixture) {
    struct case_row row;
    assert_done(cases_find_newest(fixture->database, CASE_SILENCE, fixture->partnership, fixture->arena, &row, &error));
    return row;
}

static size_t asked(struct fixture *fixture, const char *address, const char *subject) {
    return fixture_count(fixture, address, subject);
}

#define NUDGE "how are you?"
#define LAST_CALL "One line from you"

/* ---- Tests ---- */

/* Goal: the facts are those of the database, each kind. */
static void test_facts(void **state) {
    struct fixture *fixture = *state;
    struct watched watched;
    fixture->service.actor = "daemon";
    assert_int_equal(row_of(fixture).partnership, 0);
    size_t count;
    assert_done(action_round_start(&fixture->service, fixture->round, &count, &error));
    for (int i = 0; i < 3; i++)
        assert_done(outgoing_turn(fixture->outgoing, 0, -1, true, &error));
    expect(fixture, HEALTH_NEW, SILENCE_NEVER_INTRODUCED, "the introduction has not been sent yet");
    pass_days(fixture, 1.5);
    expect(fixture, HEALTH_NEW, SILENCE_NONE, "they were introduced on 2027-01-");
    write_letter(fixture, fixture->partnership, fixture->anna);
    pass_days(fixture, 0.1);
    expect(fixture, HEALTH_GOOD, SILENCE_NONE, "Anna Berg wrote on 2027-01-16");
    pass_days(fixture, 7);
    answer(fixture, fixture->ben, 2);
    answer(fixture, fixture->anna, 1);
    assert_done(health_note_away(fixture->database, fixture->ben, clock_now(), clock_now() + 5 * DAY, &error));
    assert_done(health_note_away(fixture->database, fixture->ben, clock_now() + 9, clock_now() + 5 * DAY, &error));
    assert_done(health_note_away(fixture->database, fixture->ben, clock_now() + 9, 0, &error));
    assert_done(health_note_away(fixture->database, fixture->ben, clock_now() + 50 * DAY, 0, &error));
    assert_done(outages_begin(fixture->database, OUTAGE_INCOMING, clock_now() - DAY, &error));
    assert_done(outages_end(fixture->database, OUTAGE_INCOMING, clock_now(), &error));
    assert_done(outages_begin(fixture->database, OUTAGE_INCOMING, clock_now() - 60, &error));
    assert_done(action_participant_pause(&fixture->service, fixture->anna, NULL, &error));
    assert_done(action_partnership_hold(&fixture->service, fixture->partnership, NULL, &error));
    assert_done(watch_look(&fixture->service, fixture->partnership, fixture->arena, &watched, &error));
    size_t kinds[FACT_NOTED + 1] = {0};
    for (size_t i = 0; i < watched.facts.count; i++)
        kinds[watched.facts.list[i].kind]++;
    assert_int_equal(kinds[FACT_AWAY], 2);
    assert_int_equal(kinds[FACT_PAUSED], 1);
    assert_int_equal(kinds[FACT_HELD], 1);
    assert_int_equal(kinds[FACT_OUTAGE], 1); /* what has lasted a minute keeps nobody from writing */
    assert_int_equal(kinds[FACT_ASKED], 2);
    assert_int_equal(kinds[FACT_ANSWERED], 2);
    assert_int_equal(kinds[FACT_WROTE], 1);
    pass_days(fixture, 0.1);
    expect(fixture, HEALTH_STOPPED, SILENCE_PAUSED, "it has been on hold since");
    assert_done(action_partnership_resume(&fixture->service, fixture->partnership, NULL, &error));
    pass_days(fixture, 0.1);
    expect(fixture, HEALTH_STOPPED, SILENCE_PAUSED, "Anna Berg has paused");
    assert_done(action_participant_resume(&fixture->service, fixture->anna, NULL, &error));
    assert_done(outages_end(fixture->database, OUTAGE_INCOMING, clock_now(), &error));
    assert_done(action_partnership_dissolve(&fixture->service, fixture->partnership, NULL, &error));
    pass_days(fixture, 0.1);
    expect(fixture, HEALTH_STOPPED, SILENCE_PAUSED, "it ended on");
    assert_int_equal(row_of(fixture).next_at, 0);
}

/* Goal: who falls silent is asked, once more, and then a person hears of it, the reason first; whoever writes and waits
 * is left alone. Life closes the case. */
static void test_falls_silent(void **state) {
    struct fixture *fixture = *state;
    start(fixture);
    correspond(fixture, 6, 7); /* Anna's letter is the last */
    int64_t since = clock_now() - 6 * DAY, told_at = 0;
    for (int i = 0; i < 40 && !case_of(fixture).id; i++)
        pass_days(fixture, 1);
    struct case_row row = case_of(fixture);
    assert_int_not_equal(row.id, 0);
    told_at = row.opened_at;
    print_message("# told on day %d: %s\n", (int)((told_at - since) / DAY), row.reason);
    assert_true(told_at < since + 21 * DAY);
    assert_true(string_starts_with(row.reason, "Ben Okoro has "));
    assert_int_equal(fixture_count(fixture, "kate@example.org", "A partnership needs you"), 0); /* in the digest */
    for (int i = 0; i < 40 && !case_of(fixture).at_once; i++)
        pass_days(fixture, 1);
    row = case_of(fixture);
    pass_days(fixture, 0.1);
    print_message("# a person decides on day %d: %s\n", (int)((clock_now() - since) / DAY), row.reason);
    assert_true(string_starts_with(row.reason, "Ben Okoro has "));
    assert_non_null(strstr(row.reason, "We asked kindly on "));
    assert_int_equal(asked(fixture, "ben@example.com", NUDGE), 1);
    assert_int_equal(asked(fixture, "ben@example.com", LAST_CALL), 1);
    assert_int_equal(asked(fixture, "anna@example.net", NUDGE), 0);
    assert_int_equal(fixture_count(fixture, "kate@example.org", "A partnership needs you"), 1);
    expect(fixture, HEALTH_UNKNOWN, SILENCE_SILENT, "Ben Okoro has ");
    write_letter(fixture, fixture->partnership, fixture->ben);
    pass_days(fixture, 0.1);
    assert_int_not_equal(case_of(fixture).closed_at, 0);
    expect(fixture, HEALTH_GOOD, SILENCE_NONE, "Ben Okoro wrote on");
}

/* Goal: a person who has closed the case is not told again of the same silence. */
static void test_decided(void **state) {
    struct fixture *fixture = *state;
    start(fixture);
    correspond(fixture, 6, 7);
    for (int i = 0; i < 40 && !case_of(fixture).at_once; i++)
        pass_days(fixture, 1);
    struct case_row row = case_of(fixture);
    struct event_cause kate = {clock_now(), "command:kate", NULL};
    assert_done(cases_close(fixture->database, &row, &kate, &error));
    pass_days(fixture, 20);
    assert_int_equal(case_of(fixture).id, row.id);
    assert_int_equal(asked(fixture, "ben@example.com", NUDGE), 1);
}

/* Goal: contrary answers are a person's, who hears of both, and the mails to the two tell nothing of it. */
static void test_contradiction(void **state) {
    struct fixture *fixture = *state;
    start(fixture);
    pass_days(fixture, 9);
    answer(fixture, fixture->anna, 1);
    answer(fixture, fixture->ben, 3);
    pass_days(fixture, 1);
    struct case_row row = case_of(fixture);
    assert_non_null(row.reason);
    assert_non_null(strstr(row.reason, "Ben Okoro says that nothing comes from Anna Berg, who says"));
    pass_days(fixture, 60);
    assert_int_equal(fixture_count(fixture, "anna@example.net", "says that"), 0);
}

/* Goal: no word to those who are paused, on hold, away, bouncing or gone; no case where nobody can be called silent. */
static void test_left_alone(void **state) {
    struct fixture *fixture = *state;
    start(fixture);
    correspond(fixture, 6, 7);
    assert_done(action_participant_pause(&fixture->service, fixture->ben, NULL, &error));
    pass_days(fixture, 40);
    expect(fixture, HEALTH_STOPPED, SILENCE_PAUSED, "Ben Okoro has paused");
    assert_done(action_participant_resume(&fixture->service, fixture->ben, NULL, &error));
    assert_done(health_note_away(fixture->database, fixture->ben, clock_now(), clock_now() + 30 * DAY, &error));
    pass_days(fixture, 29);
    struct watched watched;
    assert_done(watch_look(&fixture->service, fixture->partnership, fixture->arena, &watched, &error));
    assert_int_equal(watched.health.members[1].silence, SILENCE_AWAY);
    assert_done(action_partnership_hold(&fixture->service, fixture->partnership, NULL, &error));
    pass_days(fixture, 30);
    assert_int_equal(asked(fixture, "ben@example.com", NUDGE), 0);
    assert_int_equal(asked(fixture, "anna@example.net", NUDGE), 0);
    assert_int_equal(case_of(fixture).id, 0);
}

/* Goal: ten days in which we were out change no partnership's health, and nothing stale goes out afterwards. */
static void test_outage(void **state) {
    struct fixture *fixture = *state;
    start(fixture);
    correspond(fixture, 6, 7);
    pass_days(fixture, 1);
    struct health_row before = row_of(fixture);
    size_t sent = fixture->fake.started;
    int64_t began = clock_now();
    clock_advance_to(began + 10 * DAY);
    fixture_restart(fixture);
    assert_done(watch_turn(&fixture->service, &error));
    struct health_row after = row_of(fixture);
    assert_int_equal(after.state, before.state);
    assert_int_equal(after.number, before.number);
    pass_days(fixture, 0.2);
    assert_int_equal(asked(fixture, "ben@example.com", NUDGE), 0);
    print_message("# %zu mails after the outage\n", fixture->fake.started - sent);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        fixture_test(test_facts),         fixture_test(test_falls_silent), fixture_test(test_decided),
        fixture_test(test_contradiction), fixture_test(test_left_alone),   fixture_test(test_outage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
