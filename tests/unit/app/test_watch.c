/* Goal: each partnership is assessed in time and at a flat cost; whoever falls silent is asked kindly, and then a
 * person hears of it, with the true reason; nobody else is troubled. */
#include "fixture.h"

#include "app/catch_up.h"
#include "app/watch.h"
#include "store/answers.h"
#include "store/cases.h"
#include "store/connection.h"
#include "store/contacts.h"
#include "store/inbox.h"
#include "store/outages.h"
#include "store/transaction.h"

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
    assert_done(cases_find_silence(fixture->database, fixture->partnership, fixture->arena, &row, &error));
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

/* Goal: who falls silent is asked, once more, and then a person decides, the reason first; the week's digest has told
 * of it before; whoever writes and waits is left alone. Life closes the case. */
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
    pass_days(fixture, 0.1);
    assert_true(clock_now() < since + 21 * DAY);
    assert_int_equal(fixture_count(fixture, "kate@example.org", "Silent for a while"), 1); /* in that day's digest */
    assert_int_equal(fixture_count(fixture, "kate@example.org", "A partnership needs you"), 0);
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
    for (int i = 0; i < 7 && !fixture_count(fixture, "kate@example.org", "A partnership needs you"); i++)
        pass_days(fixture, 1);
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

/* Goal: whoever said that they would like to stop is not nudged while they are asked how; when no answer comes, a
 * person hears of it, and an answer ends it. */
static void test_stops(void **state) {
    struct fixture *fixture = *state;
    struct watched watched;
    int64_t id, mail;
    bool is_new;
    start(fixture);
    pass_days(fixture, 9);
    answer(fixture, fixture->ben, 1);
    const struct inbox_row rematch = {.folder = "INBOX",
                                      .uidvalidity = 1,
                                      .uid = 1,
                                      .kind = "human",
                                      .body_hash = "",
                                      .reason = "",
                                      .state = INBOX_HANDLED,
                                      .server_action = SERVER_DONE,
                                      .participant = fixture->anna,
                                      .received_at = clock_now()};
    struct event_cause cause = service_cause(&fixture->service, NULL);
    assert_done(inbox_insert(fixture->database, &rematch, NULL, 0, &cause, &mail, &error));
    const struct outbox_row leaving = {.key = "leaving",
                                       .priority = PRIORITY_ANSWER,
                                       .step = "answer",
                                       .template_name = "leaving",
                                       .asks = "leaving",
                                       .inbox = mail,
                                       .participant = fixture->anna,
                                       .partnership = fixture->partnership,
                                       .due_at = clock_now(),
                                       .expires_at = clock_now() + 14 * DAY};
    assert_done(outbox_insert(fixture->database, &leaving, &cause, &id, &is_new, &error));
    pass_days(fixture, 4);
    assert_int_equal(case_of(fixture).id, 0);
    pass_days(fixture, 5);
    assert_non_null(strstr(case_of(fixture).reason, "Anna Berg would like to stop. We asked how"));
    assert_int_equal(asked(fixture, "anna@example.net", NUDGE), 0);
    assert_done(outbox_set_answered(fixture->database, id, clock_now(), &error));
    assert_done(watch_look(&fixture->service, fixture->partnership, fixture->arena, &watched, &error));
    assert_false(watched.health.asks_for_person);
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

/* Goal: a coordinator may have the silent one asked at once; not a third time in a week, and nobody who writes. */
static void test_nudge_by_hand(void **state) {
    struct fixture *fixture = *state;
    int64_t at;
    bool waited;
    start(fixture);
    write_letter(fixture, fixture->partnership, fixture->anna);
    write_letter(fixture, fixture->partnership, fixture->ben);
    assert_done(watch_nudge(&fixture->service, fixture->partnership, &at, &waited, &error));
    assert_int_equal(at, 0);
    correspond(fixture, 6, 6);
    write_letter(fixture, fixture->partnership, fixture->anna);
    pass_days(fixture, 24);
    size_t before = asked(fixture, "ben@example.com", NUDGE) + asked(fixture, "ben@example.com", LAST_CALL);
    size_t waiting = 0, queued = 0;
    for (int i = 0; i < 14; i++) {
        assert_done(watch_nudge(&fixture->service, fixture->partnership, &at, &waited, &error));
        assert_in_range(at, clock_now(), clock_now() + 10 * SECONDS_PER_DAY);
        queued += !waited;
        waiting += waited;
        pass_days(fixture, 1);
    }
    size_t after = asked(fixture, "ben@example.com", NUDGE) + asked(fixture, "ben@example.com", LAST_CALL);
    assert_in_range(queued, 1, 5);
    assert_in_range(after - before, queued - 1, queued); /* the last one may wait for its day */
    assert_true(waiting >= 9);
}

/* Goal: nobody's name stays in what was said of a partnership when they are erased. */
static void test_erased(void **state) {
    struct fixture *fixture = *state;
    start(fixture);
    correspond(fixture, 6, 7);
    pass_days(fixture, 30);
    struct event_cause cause = service_cause(&fixture->service, NULL);
    assert_true(strstr(case_of(fixture).reason, "Okoro") && strstr(row_of(fixture).reason, "Okoro"));
    assert_done(action_participant_leave(&fixture->service, fixture->ben, NULL, &error));
    assert_done(participants_set_state(fixture->database, fixture->ben, PARTICIPANT_ERASED, &cause, &error));
    assert_false(strstr(case_of(fixture).reason, "Okoro") || strstr(row_of(fixture).reason, "Okoro"));
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

/* ---- Random histories ---- */

enum { PAIRS = 6, PEOPLE = 2 * PAIRS };

/* What was done to people, as the test knows it. */
struct history {
    struct fixture *fixture;
    uint64_t chance;
    int64_t people[PEOPLE], partnerships[PAIRS];
    char addresses[PEOPLE][40];
    bool paused[PEOPLE], left[PEOPLE], dead[PEOPLE], held[PAIRS];
    int64_t away_until[PEOPLE];
    double writes[PEOPLE], answers[PEOPLE]; /* chance a day to write, and to answer what was asked */
    size_t seen;                            /* letters that were looked at */
};

static bool chance(struct history *history, double probability) {
    return (double)random_below_of(&history->chance, 1000000) < probability * 1000000;
}

static void begin_history(struct history *history, struct fixture *fixture, uint64_t seed) {
    size_t count;
    *history = (struct history){.fixture = fixture, .chance = seed};
    fixture->service.actor = "daemon";
    for (size_t i = 0; i < PEOPLE; i++) {
        snprintf(history->addresses[i], sizeof history->addresses[i], "p%zu@example.net", i);
        history->people[i] = fixture_add(fixture, i % 2 ? "Ola" : "Ida", history->addresses[i], i % 2 ? "NZ" : "SE",
                                         i % 2 ? "Pacific/Auckland" : "Europe/Stockholm");
        history->writes[i] = chance(history, 0.2) ? 0 : chance(history, 0.5) ? 0.15 : 0.05;
        history->answers[i] = chance(history, 0.3) ? 0 : 0.3;
    }
    for (size_t i = 0; i < PAIRS; i++)
        assert_done(action_partnership_create(&fixture->service, fixture->round, &history->people[2 * i], 2,
                                              &history->partnerships[i], &error));
    assert_done(action_round_start(&fixture->service, fixture->round, &count, &error));
}

static bool is_over(const struct history *history, size_t pair) {
    return history->left[2 * pair] || history->left[2 * pair + 1];
}

static void answer_open(struct history *history, size_t who) {
    struct fixture *fixture = history->fixture;
    struct outbox_list open;
    int64_t id;
    assert_done(outbox_list_open_questions(fixture->database, history->people[who], fixture->arena, &open, &error));
    if (open.count == 0)
        return;
    struct answer given = {.question = "check-in",
                           .partnership = history->partnerships[who / 2],
                           .participant = history->people[who],
                           .outbox = open.items[0].id,
                           .value = 1 + (int64_t)random_below_of(&history->chance, 4),
                           .at = clock_now()};
    assert_done(answers_add(fixture->database, &given, &id, &error));
    for (size_t i = 0; i < open.count; i++)
        assert_done(outbox_set_answered(fixture->database, open.items[i].id, clock_now(), &error));
}

static void befall(struct history *history, size_t who) {
    struct fixture *fixture = history->fixture;
    struct service *service = &fixture->service;
    int64_t id = history->people[who];
    if (is_over(history, who / 2))
        return;
    if (chance(history, history->writes[who]))
        write_letter(fixture, history->partnerships[who / 2], id);
    if (chance(history, history->answers[who]))
        answer_open(history, who);
    if (chance(history, 0.01))
        history->writes[who] = 0;
    if (chance(history, history->paused[who] ? 0.1 : 0.008)) {
        history->paused[who] = !history->paused[who];
        assert_done(
            (history->paused[who] ? action_participant_pause : action_participant_resume)(service, id, NULL, &error));
    }
    if (chance(history, 0.008)) {
        history->away_until[who] = clock_now() + 9 * DAY;
        assert_done(health_note_away(fixture->database, id, clock_now(), history->away_until[who], &error));
    }
    if (!history->dead[who] && chance(history, 0.003)) {
        struct event_cause cause = service_cause(service, NULL);
        history->dead[who] = true;
        assert_done(participants_set_address_state(fixture->database, id, ADDRESS_DEAD, &cause, &error));
    }
    if (chance(history, history->held[who / 2] ? 0.1 : 0.004)) {
        history->held[who / 2] = !history->held[who / 2];
        assert_done((history->held[who / 2] ? action_partnership_hold : action_partnership_resume)(
            service, history->partnerships[who / 2], NULL, &error));
    }
    if (chance(history, 0.0015)) {
        history->left[who] = true;
        assert_done(action_participant_leave(service, id, NULL, &error));
    }
}

/* Goal: nothing goes to whoever left, is paused, on hold or can't be reached; no nudge to whoever is away. */
static void look_at_mail(struct history *history) {
    for (; history->seen < history->fixture->fake.started; history->seen++) {
        const struct fake_letter *letter = &history->fixture->fake.letters[history->seen];
        for (size_t i = 0; i < PEOPLE; i++) {
            if (!string_equal(letter->to, history->addresses[i]))
                continue;
            bool asks = strstr(letter->bytes, NUDGE) || strstr(letter->bytes, LAST_CALL);
            if (history->paused[i] || history->dead[i] || history->left[i] || history->held[i / 2] ||
                (asks && (is_over(history, i / 2) || history->away_until[i] > clock_now())))
                fail_msg("person %zu should have got nothing: %s", i, letter->bytes);
        }
    }
}

static void shuffle(struct history *history, struct health_fact *list, size_t count) {
    for (size_t i = count; i > 1; i--) {
        size_t other = (size_t)random_below_of(&history->chance, i);
        struct health_fact moved = list[i - 1];
        list[i - 1] = list[other];
        list[other] = moved;
    }
}

/* Goal: facts in any order are the same, and one more check-in left unanswered never makes it better. */
static void look_at_health(struct history *history) {
    struct fixture *fixture = history->fixture;
    for (size_t i = 0; i < PAIRS; i++) {
        auto_arena arena = arena_new();
        struct watched watched;
        assert_done(watch_look(&fixture->service, history->partnerships[i], arena, &watched, &error));
        struct health_fact *list = arena_take_array(arena, watched.facts.count + 1, sizeof *list);
        for (size_t j = 0; j < watched.facts.count; j++)
            list[j] = watched.facts.list[j];
        shuffle(history, list, watched.facts.count);
        watched.facts.list = list;
        struct health shuffled = health_assess(&health_parameters, &watched.facts, clock_now());
        assert_int_equal(shuffled.state, watched.health.state);
        assert_int_equal(shuffled.number, watched.health.number);
        assert_int_equal(shuffled.silent, watched.health.silent);
        assert_int_equal(shuffled.ground, watched.health.ground);
        list[watched.facts.count++] =
            (struct health_fact){.kind = FACT_ASKED,
                                 .member = i % 2,
                                 .at = clock_now() - (int64_t)random_below_of(&history->chance, 9 * DAY)};
        struct health missed = health_assess(&health_parameters, &watched.facts, clock_now());
        assert_true(missed.number <= watched.health.number);
    }
}

static int64_t number(struct fixture *fixture, const char *sql) {
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_prepare_v2(fixture->database->handle, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int64_t found = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return found;
}

#define THREE_A_WEEK(condition)                                                                                        \
    "SELECT count(*) FROM outbox AS a JOIN outbox AS b ON b.participant = a.participant AND b.id <> a.id"              \
    " JOIN outbox AS c ON c.participant = a.participant AND c.id NOT IN (a.id, b.id)"                                  \
    " WHERE a.priority = 40 AND b.priority = 40 AND c.priority = 40 AND b.sent_at BETWEEN a.sent_at AND"               \
    " a.sent_at + 604799 AND c.sent_at BETWEEN b.sent_at AND a.sent_at + 604799 AND (" condition ")"

static void live(struct fixture *fixture, uint64_t seed, int64_t counts[4]) {
    struct history history;
    begin_history(&history, fixture, seed);
    for (int day = 0; day < 170 && clock_now() < FIXTURE_START + 175 * (int64_t)DAY; day++) {
        if (chance(&history, 0.012)) { /* we are out */
            clock_advance_to(clock_now() + (1 + (int64_t)random_below_of(&history.chance, 10)) * DAY);
            fixture_restart(fixture);
        }
        for (size_t i = 0; i < PEOPLE; i++)
            befall(&history, i);
        for (int i = 0; i < 4; i++) {
            pass_days(fixture, 0.25);
            look_at_mail(&history);
        }
        if (day % 20 == 0)
            look_at_health(&history);
    }
    counts[0] += number(fixture, "SELECT count(*) FROM outbox WHERE step = 'nudge' AND state = 'sent'");
    counts[1] += number(fixture, "SELECT count(*) FROM outbox WHERE step = 'last-call' AND state = 'sent'");
    counts[2] += number(fixture, "SELECT count(*) FROM case_file WHERE kind = 'silence'");
    counts[3] += number(fixture, THREE_A_WEEK("1"));
    assert_int_equal(number(fixture, THREE_A_WEEK("a.step IN ('nudge', 'last-call') OR b.step IN ('nudge', 'last-call')"
                                                  " OR c.step IN ('nudge', 'last-call')")),
                     0);
    assert_int_equal(
        number(fixture,
               "SELECT count(*) FROM case_file WHERE kind = 'silence' AND closed_at IS NULL AND told_at IS NULL"
               " AND opened_at < (SELECT max(opened_at) FROM case_file) - 86400"),
        0);
}

/* Goal: whatever befalls people, nobody is written to who must not be, nobody gets three unasked mails in a week
 * because of us, and every case closes or reaches a person. */
static void test_random_histories(void **state) {
    int64_t counts[4] = {0};
    const char *seeds = getenv("SEEDS");
    fixture_close(state);
    for (uint64_t seed = 1; seed <= (uint64_t)(seeds ? atoi(seeds) : 6); seed++) {
        assert_int_equal(fixture_open(state), 0);
        live(*state, seed, counts);
        fixture_close(state);
    }
    fixture_open(state);
    print_message("# %d nudges, %d last calls, %d cases, %d times three unasked mails in a week\n", (int)counts[0],
                  (int)counts[1], (int)counts[2], (int)counts[3]);
    assert_true(counts[0] > 10 && counts[1] > 5 && counts[2] > 5);
    assert_int_equal(counts[3], 0);
}

/* ---- Growth ---- */

static double steps_a_partnership(size_t pairs) {
    void *state;
    assert_int_equal(fixture_open(&state), 0);
    struct fixture *fixture = state;
    int64_t members[2], id, before = 0, after = 0;
    size_t count, portions = 0;
    struct transaction transaction = TRANSACTION_NONE;
    assert_done(transaction_begin(fixture->database, &transaction, &error));
    for (size_t i = 0; i < pairs; i++) {
        for (size_t j = 0; j < 2; j++) {
            char address[40];
            snprintf(address, sizeof address, "p%zu-%zu@example.net", i, j);
            members[j] = fixture_add(fixture, "Person", address, "SE", "Europe/Stockholm");
        }
        assert_done(action_partnership_create(&fixture->service, fixture->round, members, 2, &id, &error));
    }
    assert_done(transaction_commit(&transaction, &error));
    assert_done(action_round_start(&fixture->service, fixture->round, &count, &error));
    clock_advance_to(clock_now() + 20 * DAY);
    for (int64_t partnership = 1; partnership <= (int64_t)pairs; partnership++)
        write_letter(fixture, partnership, number(fixture, "SELECT min(participant) FROM member"));
    for (int pass = 0; pass < 2; pass++) {
        int64_t *steps = pass ? &after : &before, next;
        for (sqlite3_stmt *each = NULL; (each = sqlite3_next_stmt(fixture->database->handle, each));)
            *steps += sqlite3_stmt_status(each, SQLITE_STMTSTATUS_VM_STEP, false);
        for (; !pass; portions++) {
            assert_done(watch_next_turn(&fixture->service, &next, &error));
            if (next > clock_now())
                break;
            assert_done(watch_turn(&fixture->service, &error));
        }
    }
    assert_true(portions >= pairs / 100);
    fixture_close(&state);
    return (double)(after - before) / (double)pairs;
}

/* Goal: an assessed partnership costs the same, however many there are; and they come in portions. */
static void test_costs_are_flat(void **state) {
    (void)state;
    const char *most = getenv("PARTNERSHIPS");
    double few = steps_a_partnership(100), many = steps_a_partnership(most ? (size_t)atoi(most) : 1000);
    print_message("# %.0f steps a partnership among 100, %.0f among %s\n", few, many, most ? most : "1000");
    assert_true(many < few * 1.3);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        fixture_test(test_facts),
        fixture_test(test_falls_silent),
        fixture_test(test_decided),
        fixture_test(test_contradiction),
        fixture_test(test_stops),
        fixture_test(test_left_alone),
        fixture_test(test_nudge_by_hand),
        fixture_test(test_erased),
        fixture_test(test_outage),
        fixture_test(test_random_histories),
        cmocka_unit_test(test_costs_are_flat),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
