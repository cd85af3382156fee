/* Goal: a round goes out on time, each message once, whatever the post office, people and processes do meanwhile. */
#include "fixture.h"

#include "app/catch_up.h"
#include "app/scheduling.h"
#include "base/zone.h"
#include "store/cases.h"
#include "store/contacts.h"
#include "store/schedule.h"
#include "store/settings.h"

static void start_round(struct fixture *fixture) {
    size_t count;
    assert_done(action_round_start(&fixture->service, fixture->round, &count, &error));
    assert_int_equal(count, 1);
}

static int local_hour(const char *name, int64_t moment) {
    const struct zone *zone = NULL;
    struct zone_local local;
    assert_done(zone_load(name, &zone, &error));
    zone_to_local(zone, moment, &local);
    return local.time_of_day / 3600;
}

/* Goal: a six-month round brings both members every message of the standard sequence exactly once, at nine in their own
 * morning across the change to summer time. */
static void test_whole_round(void **state) {
    struct fixture *fixture = *state;
    fixture_turns(fixture);
    start_round(fixture);
    fixture_pass(fixture, 200 * SECONDS_PER_DAY);
    const char *addresses[] = {"anna@example.net", "ben@example.com"};
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(fixture_count(fixture, addresses[i], "Subject: Meet "), 1);
        assert_true(fixture_count(fixture, addresses[i], NULL) >= 12);
    }
    assert_int_equal(fixture_count(fixture, addresses[0], NULL), fixture_count(fixture, addresses[1], NULL));
    for (size_t i = 0; i < fixture->fake.started; i++) {
        const struct fake_letter *letter = &fixture->fake.letters[i];
        if (string_equal(letter->to, "kate@example.org")) /* hears that nobody writes */
            continue;
        int hour =
            local_hour(string_equal(letter->to, addresses[0]) ? "Europe/Stockholm" : "Pacific/Auckland", letter->at);
        if (hour != 9)
            fail_msg("at %d o'clock: %s", hour, letter->bytes);
    }
    size_t left;
    assert_done(schedule_count_until(fixture->database, INT64_MAX, &left, &error));
    assert_int_equal(left, 0);
    struct round round;
    assert_done(rounds_find(fixture->database, fixture->round, fixture->arena, &round, &error));
    assert_int_equal(round.state, ROUND_ENDING);
    assert_int_equal(fixture_count_state(fixture, OUTBOX_QUEUED) + fixture_count_state(fixture, OUTBOX_HELD) +
                         fixture_count_state(fixture, OUTBOX_EXPIRED),
                     0);
}

/* Goal: the schedule is derived: rebuilt in the middle of a round it comes out the same, and nothing is sent again. */
static void test_rebuilding_changes_nothing(void **state) {
    struct fixture *fixture = *state;
    struct schedule_list before, after;
    start_round(fixture);
    fixture_pass(fixture, 50 * SECONDS_PER_DAY);
    size_t sent = fixture->fake.started;
    assert_done(schedule_list_between(fixture->database, &(struct schedule_span){.until = INT64_MAX}, fixture->arena,
                                      &before, &error));
    assert_done(scheduling_rebuild_all(&fixture->service, &error));
    assert_done(schedule_list_between(fixture->database, &(struct schedule_span){.until = INT64_MAX}, fixture->arena,
                                      &after, &error));
    assert_int_equal(before.count, after.count);
    for (size_t i = 0; i < before.count; i++) {
        assert_string_equal(before.items[i].key, after.items[i].key);
        assert_int_equal(before.items[i].due_at, after.items[i].due_at);
    }
    fixture_turns(fixture);
    assert_int_equal(fixture->fake.started, sent);
}

/* Goal: while the server can't be reached nothing is burnt, one alert is raised, and all goes out when it is back. */
static void test_server_away(void **state) {
    struct fixture *fixture = *state;
    start_round(fixture);
    fixture->fake.outcome = SEND_UNAVAILABLE;
    fixture_pass(fixture, 2 * SECONDS_PER_DAY);
    struct case_list alerts;
    assert_done(cases_list(fixture->database, &(struct case_filter){.open = true, .but_messages = true}, fixture->arena,
                           &alerts, &error));
    assert_int_equal(alerts.count, 1);
    assert_string_equal(alerts.items[0].key, "outgoing");
    assert_int_equal(fixture_count_state(fixture, OUTBOX_SENT), 0);
    fixture->fake.outcome = SEND_ACCEPTED;
    fixture_pass(fixture, SECONDS_PER_DAY);
    assert_int_equal(fixture_count_state(fixture, OUTBOX_QUEUED), 0);
    assert_done(cases_list(fixture->database, &(struct case_filter){.open = true, .but_messages = true}, fixture->arena,
                           &alerts, &error));
    assert_int_equal(alerts.count, 0);
    /* Two introductions, an alert and its all-clear. */
    assert_int_equal(fixture_count_state(fixture, OUTBOX_SENT), 4);
}

/* Goal: a refused login pauses at once; it isn't tried again with every message of the queue. */
static void test_login_refused(void **state) {
    struct fixture *fixture = *state;
    start_round(fixture);
    fixture->fake.outcome = SEND_LOGIN_REFUSED;
    fixture_pass(fixture, SECONDS_PER_DAY);
    assert_true(fixture->fake.started < 40);
    assert_int_equal(fixture_count_state(fixture, OUTBOX_SENT), 0);
    assert_int_equal(fixture_count_state(fixture, OUTBOX_FAILED), 0);
}

/* Goal: an alert of before a restart ends with the first answer after it, and is told once, like its end. */
static void test_alert_ends_after_restart(void **state) {
    struct fixture *fixture = *state;
    struct case_list alerts;
    start_round(fixture);
    fixture->fake.outcome = SEND_LOGIN_REFUSED;
    fixture_pass(fixture, SECONDS_PER_DAY);
    fixture_restart(fixture);
    fixture_pass(fixture, SECONDS_PER_HOUR);
    assert_done(cases_list(fixture->database, &(struct case_filter){.open = true, .but_messages = true}, fixture->arena,
                           &alerts, &error));
    assert_int_equal(alerts.count, 1);
    fixture->fake.outcome = SEND_ACCEPTED;
    fixture_restart(fixture);
    fixture_pass(fixture, SECONDS_PER_DAY);
    assert_done(cases_list(fixture->database, &(struct case_filter){.open = true, .but_messages = true}, fixture->arena,
                           &alerts, &error));
    assert_int_equal(alerts.count, 0);
    assert_int_equal(fixture_count_state(fixture, OUTBOX_SENT), 4);
}

/* Goal: an unknown recipient fails at once, the address is dead after an introduction, a coordinator is told, and
 * nothing more is sent there. */
static void test_unknown_recipient(void **state) {
    struct fixture *fixture = *state;
    fixture_turns(fixture);
    start_round(fixture);
    fixture->fake = (struct fake_sender){.sender = fixture->fake.sender,
                                         .outcome = SEND_REFUSED,
                                         .stage = STAGE_RECIPIENT,
                                         .code = 550,
                                         .status = "5.1.1",
                                         .connections = 1};
    fixture_pass(fixture, 8 * SECONDS_PER_DAY); /* with the week's list */
    struct participant anna;
    assert_done(participants_find(fixture->database, fixture->anna, fixture->arena, &anna, &error));
    assert_int_equal(anna.address_state, ADDRESS_DEAD);
    assert_true(fixture_count(fixture, "kate@example.org", NULL) > 0);
    size_t before = fixture_count(fixture, "anna@example.net", NULL);
    fixture->fake.outcome = SEND_ACCEPTED;
    fixture_pass(fixture, 20 * SECONDS_PER_DAY);
    assert_int_equal(fixture_count(fixture, "anna@example.net", NULL), before);
}

/* Both welcomes are due and queued, and as it is never day for both, they are hurried. */
static void queue_welcomes(struct fixture *fixture) {
    struct outbox_list rows;
    size_t connections = fixture->fake.connections;
    clock_advance_to(FIXTURE_START + SECONDS_PER_DAY);
    fixture->fake.connections = 0;
    fixture_turns(fixture);
    assert_done(outbox_list(fixture->database, &(struct outbox_filter){0}, fixture->arena, &rows, &error));
    assert_int_equal(rows.count, 2);
    for (size_t i = 0; i < rows.count; i++)
        assert_done(outbox_hurry(fixture->database, rows.items[i].id, clock_now(), PRIORITY_ANSWER, &error));
    fixture->fake.connections = connections;
}

/* Goal: a process that dies with messages on the wire leaves them uncertain; they are sent once more with the same
 * bytes, and after a second time held. */
static void test_uncertain_resend(void **state) {
    struct fixture *fixture = *state;
    queue_welcomes(fixture);
    fixture->fake.silent = true;
    fixture_turns(fixture);
    assert_int_equal(fixture_count_state(fixture, OUTBOX_SENDING), 2);
    fixture_restart(fixture);
    fixture->fake.silent = true;
    fixture_turns(fixture);
    assert_int_equal(fixture->fake.started, 4);
    for (size_t i = 2; i < 4; i++)
        for (size_t j = 0; j < 2; j++)
            if (fixture->fake.letters[i].id == fixture->fake.letters[j].id)
                assert_string_equal(fixture->fake.letters[i].bytes, fixture->fake.letters[j].bytes);
    fixture_restart(fixture);
    fixture_turns(fixture);
    assert_int_equal(fixture_count(fixture, "anna@example.net", NULL), 2);
    assert_int_equal(fixture_count_state(fixture, OUTBOX_HELD), 2);
    assert_int_equal(fixture_count(fixture, "kate@example.org", NULL), 1);
}

/* Goal: with the policy "hold" an uncertain message is never sent by itself. */
static void test_uncertain_hold(void **state) {
    struct fixture *fixture = *state;
    queue_welcomes(fixture);
    fixture->configuration.outgoing.uncertain = UNCERTAIN_HOLD;
    fixture->fake.silent = true;
    fixture_turns(fixture);
    fixture_restart(fixture);
    fixture_turns(fixture);
    assert_int_equal(fixture_count(fixture, "anna@example.net", NULL), 1);
    assert_int_equal(fixture_count_state(fixture, OUTBOX_HELD), 2);
}

/* Goal: a pause that comes between queueing and sending counts; after it, what is not too late goes out. */
static void test_pause_and_resume(void **state) {
    struct fixture *fixture = *state;
    queue_welcomes(fixture);
    assert_int_equal(fixture_count_state(fixture, OUTBOX_QUEUED), 2);
    assert_done(action_participant_pause(&fixture->service, fixture->anna, "test", &error));
    fixture->fake.connections = 2;
    fixture_turns(fixture);
    assert_int_equal(fixture_count(fixture, "anna@example.net", NULL), 0);
    assert_int_equal(fixture_count(fixture, "ben@example.com", NULL), 1);
    assert_done(action_participant_resume(&fixture->service, fixture->anna, "test", &error));
    fixture_turns(fixture);
    assert_int_equal(fixture_count(fixture, "anna@example.net", NULL), 1);
}

/* Goal: what a pause kept back until the recipient's night waits for the morning, unless a coordinator hurries it. */
static void test_nobodys_night(void **state) {
    struct fixture *fixture = *state;
    const int64_t noon = FIXTURE_START + 9 * SECONDS_PER_HOUR, night = FIXTURE_START + 22 * SECONDS_PER_HOUR;
    assert_done(action_participant_pause(&fixture->service, fixture->anna, "test", &error));
    clock_advance_to(noon);
    assert_done(action_participant_resume(&fixture->service, fixture->anna, "test", &error));
    fixture->fake.connections = 0;
    fixture_turns(fixture);  /* her welcome is queued */
    clock_advance_to(night); /* 02:00 in Stockholm */
    fixture->fake.connections = 4;
    fixture_turns(fixture);
    assert_int_equal(fixture_count(fixture, "anna@example.net", NULL), 0);
    clock_advance_to(night + 7 * SECONDS_PER_HOUR - 1);
    fixture_turns(fixture);
    assert_int_equal(fixture_count(fixture, "anna@example.net", NULL), 0);
    clock_advance_to(night + 7 * SECONDS_PER_HOUR);
    fixture_turns(fixture);
    assert_int_equal(fixture_count(fixture, "anna@example.net", NULL), 1);
}

static void test_hurried_at_night(void **state) {
    struct fixture *fixture = *state;
    struct outbox_list rows;
    enum outbox_state queued = OUTBOX_QUEUED;
    clock_advance_to(FIXTURE_START + 22 * SECONDS_PER_HOUR);
    fixture_turns(fixture);
    assert_int_equal(fixture_count(fixture, "anna@example.net", NULL), 0);
    assert_done(outbox_list(fixture->database, &(struct outbox_filter){.state = &queued, .participant = fixture->anna},
                            fixture->arena, &rows, &error));
    assert_int_equal(rows.count, 1);
    assert_done(outbox_hurry(fixture->database, rows.items[0].id, clock_now(), PRIORITY_ANSWER, &error));
    fixture_turns(fixture);
    assert_int_equal(fixture_count(fixture, "anna@example.net", NULL), 1);
}

/* So that nobody is silent. */
static void write_letters(struct fixture *fixture) {
    const int64_t writers[] = {fixture->ben, fixture->anna};
    int64_t id;
    for (size_t i = 0; i < 2; i++) {
        struct contact letter = {.partnership = fixture->partnership,
                                 .participant = writers[i],
                                 .at = clock_now(),
                                 .channel = CONTACT_RELAY};
        assert_done(contacts_add(fixture->database, &letter, &id, &error));
    }
}

/* Goal: what was held back for a hold or a pause does not wait for ever: it is cancelled when the partnership ends or
 * is dissolved meanwhile, or the person leaves. */
static void test_held_and_closed(void **state) {
    struct fixture *fixture = *state;
    start_round(fixture);
    fixture_pass(fixture, 20 * SECONDS_PER_DAY);
    write_letters(fixture);
    fixture_pass(fixture, 10 * SECONDS_PER_DAY);
    fixture->fake.connections = 0;
    fixture_pass(fixture, 3 * SECONDS_PER_DAY); /* both discussions are queued */
    assert_int_equal(fixture_count_state(fixture, OUTBOX_QUEUED), 2);
    assert_done(action_participant_pause(&fixture->service, fixture->ben, "test", &error));
    assert_done(action_partnership_hold(&fixture->service, fixture->partnership, "test", &error));
    fixture->fake.connections = 4;
    fixture_turns(fixture);
    assert_int_equal(fixture_count_state(fixture, OUTBOX_HELD), 2);
    size_t sent = fixture->fake.started, told = fixture_count(fixture, "kate@example.org", NULL);
    assert_done(action_participant_leave(&fixture->service, fixture->ben, "test", &error));
    fixture_turns(fixture);
    assert_int_equal(fixture_count_state(fixture, OUTBOX_HELD), 0);
    assert_int_equal(fixture_count_state(fixture, OUTBOX_CANCELLED), 2);
    assert_int_equal(fixture->fake.started - sent, /* Anna is told that it is over */
                     1 + fixture_count(fixture, "kate@example.org", NULL) - told);
}

/* Goal: who left gets nothing more; the partner is told, and coordinators hear of it in their digest. */
static void test_leaving(void **state) {
    struct fixture *fixture = *state;
    start_round(fixture);
    fixture_pass(fixture, 10 * SECONDS_PER_DAY);
    size_t before = fixture_count(fixture, "anna@example.net", NULL),
           before_ben = fixture_count(fixture, "ben@example.com", NULL);
    assert_done(action_participant_leave(&fixture->service, fixture->anna, "test", &error));
    fixture_pass(fixture, 60 * SECONDS_PER_DAY);
    assert_int_equal(fixture_count(fixture, "anna@example.net", NULL), before);
    assert_int_equal(fixture_count(fixture, "ben@example.com", NULL), before_ben + 1);
    assert_int_equal(fixture_count(fixture, "ben@example.com", "Your partnership with Anna has ended"), 1);
    assert_true(fixture_count(fixture, "kate@example.org", "left the programme") > 0);
}

/* Goal: after a long outage stale messages are skipped, logged and told, not sent late. */
static void test_outage_skips_stale(void **state) {
    struct fixture *fixture = *state;
    start_round(fixture);
    fixture_pass(fixture, 2 * SECONDS_PER_DAY);
    size_t before = fixture_count(fixture, "anna@example.net", NULL);
    clock_advance_to(clock_now() + 53 * SECONDS_PER_DAY); /* nothing ran */
    fixture_turns(fixture);
    assert_true(fixture_count_state(fixture, OUTBOX_EXPIRED) > 0);
    assert_true(fixture_count(fixture, "anna@example.net", NULL) <= before + 1);
    fixture_pass(fixture, 8 * SECONDS_PER_DAY); /* with the week's list */
    assert_true(fixture_count(fixture, "kate@example.org", "skipped") > 0);
}

/* Goal: a copy of the database sends nothing until a person says whether to send or to skip what became due. */
static void test_restored_copy_asks(void **state) {
    struct fixture *fixture = *state;
    const char *reason;
    start_round(fixture);
    clock_advance_to(clock_now() + 2 * SECONDS_PER_DAY);
    assert_done(settings_set_integer(fixture->database, SETTING_RESTORED_FROM, FIXTURE_START, &error));
    fixture_restart(fixture);
    fixture_turns(fixture);
    assert_int_equal(fixture->fake.started, 0);
    assert_done(catch_up_reason(&fixture->service, fixture->arena, &reason, &error));
    assert_non_null(reason);
    size_t skipped;
    assert_done(catch_up_decide(&fixture->service, false, &skipped, &error));
    assert_true(skipped >= 2);
    fixture_turns(fixture);
    assert_int_equal(fixture_count(fixture, "anna@example.net", NULL), 0);
    fixture_pass(fixture, 10 * SECONDS_PER_DAY);
    assert_true(fixture_count(fixture, "anna@example.net", NULL) > 0);
}

/* Goal: the configured limits hold over any stretch of time. */
static void test_limits_hold(void **state) {
    struct fixture *fixture = *state;
    fixture->configuration.outgoing.per_hour = 1;
    for (int i = 0; i < 8; i++) {
        auto_text address = TEXT_EMPTY;
        text_append_format(&address, "p%d@example.net", i);
        fixture_add(fixture, "Person", text_string(&address), "SE", "Europe/Stockholm");
    }
    clock_advance_to(FIXTURE_START + 29 * SECONDS_PER_HOUR); /* ten welcomes are due, nine where it is nine o'clock */
    fixture_pass(fixture, 5 * SECONDS_PER_HOUR);
    assert_in_range(fixture->fake.started, 4, 6);
    fixture_pass(fixture, 10 * SECONDS_PER_HOUR);
    assert_int_equal(fixture->fake.started, 10);
}

/* Goal: who sleeps keeps nobody awake: while all that is due waits for its recipients' morning, the sender waits as
 * well, also where they are as many as its connections. */
static void test_night_is_quiet(void **state) {
    struct fixture *fixture = *state;
    for (size_t i = 1; i < fixture->fake.connections; i++)
        fixture_add(fixture, "Cia Dahl", arena_format(fixture->arena, "cia%zu@example.net", i), "SE",
                    "Europe/Stockholm");
    assert_done(action_participant_pause(&fixture->service, fixture->ben, "test", &error));
    clock_advance_to(FIXTURE_START + 20 * SECONDS_PER_HOUR); /* midnight in Stockholm, fifteen hours late */
    fixture_turns(fixture);
    assert_int_equal(fixture_count(fixture, "anna@example.net", NULL), 0);
    assert_done(outgoing_turn(fixture->outgoing, 1000, -1, true, &error));
    assert_int_equal(fixture->fake.slept_ms, 1000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        fixture_test(test_whole_round),
        fixture_test(test_rebuilding_changes_nothing),
        fixture_test(test_server_away),
        fixture_test(test_login_refused),
        fixture_test(test_alert_ends_after_restart),
        fixture_test(test_unknown_recipient),
        fixture_test(test_uncertain_resend),
        fixture_test(test_uncertain_hold),
        fixture_test(test_pause_and_resume),
        fixture_test(test_nobodys_night),
        fixture_test(test_hurried_at_night),
        fixture_test(test_held_and_closed),
        fixture_test(test_leaving),
        fixture_test(test_outage_skips_stale),
        fixture_test(test_restored_copy_asks),
        fixture_test(test_limits_hold),
        fixture_test(test_night_is_quiet),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
