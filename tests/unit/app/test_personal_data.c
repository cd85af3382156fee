#include "mailbox.h"

#include <jansson.h>
#include <sqlite3.h>

#include "app/incident.h"
#include "app/message.h"
#include "app/personal_data.h"
#include "store/applications.h"
#include "store/cases.h"
#include "store/connection.h"
#include "store/contacts.h"
#include "store/erasing.h"
#include "store/inbox.h"
#include "store/incidents.h"
#include "store/notes.h"

static void add_note(struct fixture *fixture, int64_t participant, int64_t at, const char *text) {
    int64_t id;
    const struct note note = {.participant = participant, .author = "Kate", .at = at, .text = text};
    assert_done(notes_add(fixture->database, &note, &id, &error));
}

static void add_contact(struct fixture *fixture, int64_t participant) {
    int64_t id;
    const struct contact contact = {
        .partnership = fixture->partnership, .participant = participant, .at = clock_now(), .channel = CONTACT_RELAY};
    assert_done(contacts_add(fixture->database, &contact, &id, &error));
}

static void give_answers(struct fixture *fixture, int64_t participant, const char *answers) {
    struct application application;
    const struct consent consent = {.text = "Consent: May we?", .language = "en", .at = clock_now()};
    assert_done(
        applications_find(fixture->database, participant, fixture->round, fixture->arena, &application, &error));
    assert_done(applications_set_answers(fixture->database, application.id, answers, &error));
    assert_done(applications_set_consent(fixture->database, application.id, &consent, &error));
}

static size_t started; /* nobody asks how many */

static struct participant find(struct fixture *fixture, int64_t id) {
    struct participant person;
    assert_done(participants_find(fixture->database, id, fixture->arena, &person, &error));
    return person;
}

static json_t *export(struct fixture *fixture, int64_t id) {
    const char *json = NULL;
    struct participant person = find(fixture, id);
    assert_done(personal_data_read(&fixture->service, &person, "en", fixture->arena, template_value_map(fixture->arena),
                                   &json, &error));
    json_t *root = json_loads(json, 0, NULL);
    assert_non_null(root);
    return root;
}

static const char *text_at(json_t *root, const char *section, size_t row, const char *name) {
    return json_string_value(json_object_get(json_array_get(json_object_get(root, section), row), name));
}

static void everything_is_told_and_nothing_of_the_partner(void **state) {
    /* Goal: the export has who somebody is, their answers with their words, what they agreed to and when, partnerships,
     * contacts, notes; nothing that the partner said, and not who reported. */
    struct fixture *fixture = *state;
    assert_done(action_round_start(&fixture->service, fixture->round, &started, &error));
    give_answers(fixture, fixture->anna, "{\"name\": \"Anna Berg\", \"rhythm\": \"weekly\"}");
    give_answers(fixture, fixture->ben, "{\"name\": \"Ben Okoro\", \"convinced\": \"the zebra\"}");
    add_note(fixture, fixture->anna, clock_now(), "is a night owl");
    add_note(fixture, fixture->ben, clock_now(), "loves the zebra");
    add_contact(fixture, fixture->anna);
    add_contact(fixture, fixture->ben);
    const struct case_row report = {
        .key = "r", .kind = CASE_REPORT, .reason = "a report", .participant = fixture->anna};
    struct event_cause cause = service_cause(&fixture->service, NULL);
    bool is_new;
    assert_done(cases_open(fixture->database, &report, &cause, &is_new, &error));
    json_t *root = export(fixture, fixture->anna);
    assert_string_equal(json_string_value(json_object_get(root, "name")), "Anna Berg");
    assert_string_equal(json_string_value(json_object_get(root, "address")), "anna@example.net");
    assert_string_equal(text_at(root, "applications", 0, "consent"), "Consent: May we?");
    assert_non_null(text_at(root, "applications", 0, "consented_at"));
    json_t *answers = json_object_get(json_array_get(json_object_get(root, "applications"), 0), "answers");
    assert_true(json_array_size(answers) >= 2);
    bool worded = false;
    for (size_t i = 0; i < json_array_size(answers); i++)
        worded |= string_equal(json_string_value(json_object_get(json_array_get(answers, i), "words")), "every week");
    assert_true(worded);
    assert_string_equal(text_at(root, "partnerships", 0, "round"), "2027a");
    assert_int_equal(json_array_size(json_object_get(root, "contacts")), 1);
    assert_string_equal(text_at(root, "notes", 0, "text"), "is a night owl");
    assert_int_equal(json_array_size(json_object_get(root, "notes")), 1);
    assert_int_equal(json_array_size(json_object_get(root, "cases")), 0);
    auto_string all = json_dumps(root, 0);
    assert_null(strstr(all, "zebra"));
    assert_null(strstr(all, "Ben"));
    assert_null(strstr(all, "ben@"));
    json_decref(root);
}

static int64_t number(struct fixture *fixture, const char *sql) {
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_prepare_v2(fixture->database->handle, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int64_t value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return value;
}

static void erasing_ends_the_partnership_and_keeps_counts(void **state) {
    /* Goal: who is erased leaves; the partner is heard of as by leaving; ids, contacts and the event log stay; a second
     * time is refused; the farewell goes to the address, which then stands nowhere. */
    struct fixture *fixture = *state;
    struct error refusal = ERROR_INIT;
    assert_done(action_round_start(&fixture->service, fixture->round, &started, &error));
    add_contact(fixture, fixture->anna);
    int64_t events = number(fixture, "SELECT count(*) FROM event");
    assert_done(personal_data_erase(&fixture->service, fixture->anna, true, "asked for", &error));
    struct participant after = find(fixture, fixture->anna);
    assert_int_equal(after.state, PARTICIPANT_ERASED);
    assert_string_equal(after.address, "");
    assert_int_equal(number(fixture, "SELECT count(*) FROM contact"), 1);
    assert_int_equal(number(fixture, "SELECT count(*) FROM partnership WHERE state = 'dissolved'"), 1);
    assert_int_equal(number(fixture, "SELECT count(*) FROM case_file WHERE kind = 'parting' AND closed_at IS NULL"), 1);
    assert_true(number(fixture, "SELECT count(*) FROM event") > events);
    assert_int_equal(number(fixture, "SELECT count(*) FROM outbox WHERE address = 'anna@example.net'"), 1);
    assert_false(personal_data_erase(&fixture->service, fixture->anna, true, "asked for", &refusal));
    assert_non_null(strstr(refusal.message, "erased already"));
    for (int i = 0; i < 8; i++) /* sent, then its result, then nothing of it */
        assert_done(outgoing_turn(fixture->outgoing, 0, -1, true, &error));
    assert_int_equal(fixture_count(fixture, "anna@example.net", "erased"), 1);
    assert_int_equal(number(fixture, "SELECT count(*) FROM outbox WHERE address IS NOT NULL OR recipient LIKE 'anna%'"),
                     0);
    assert_int_equal(number(fixture, "SELECT count(*) FROM erasure WHERE done_at IS NULL"),
                     1); /* the mailbox is left */
    assert_done(erasing_set_mailbox(fixture->database, 1, clock_now(), &error));
    assert_done(outgoing_turn(fixture->outgoing, 0, -1, true, &error));
    assert_int_equal(number(fixture, "SELECT count(*) FROM erasure WHERE done_at IS NULL"), 0);
}

static void what_was_kept_long_enough_goes(void **state) {
    /* Goal: after three years without a round somebody is erased, and whoever takes part is not, however long ago they
     * came; old notes go; it is told a month before. */
    struct fixture *fixture = *state;
    size_t due;
    assert_done(action_round_start(&fixture->service, fixture->round, &started, &error));
    int64_t gone = fixture_add(fixture, "Gone Person", "gone@example.org", "SE", "Europe/Stockholm");
    assert_done(action_participant_leave(&fixture->service, gone, NULL, &error));
    add_note(fixture, fixture->anna, clock_now(), "old");
    assert_done(personal_data_turn(&fixture->service, &error));
    assert_int_equal(find(fixture, gone).state, PARTICIPANT_LEFT);
    clock_set_virtual(clock_now() + 1080 * (int64_t)SECONDS_PER_DAY);
    add_note(fixture, fixture->anna, clock_now(), "new");
    assert_done(personal_data_count_due(&fixture->service, clock_now(), &due, &error));
    assert_int_equal(due, 0);
    assert_done(personal_data_count_due(&fixture->service, clock_now() + 30 * SECONDS_PER_DAY, &due, &error));
    assert_int_equal(due, 1);
    assert_done(personal_data_turn(&fixture->service, &error));
    assert_int_equal(find(fixture, gone).state, PARTICIPANT_LEFT);
    assert_int_equal(number(fixture, "SELECT count(*) FROM note"), 1);
    clock_set_virtual(clock_now() + 20 * (int64_t)SECONDS_PER_DAY);
    assert_done(personal_data_turn(&fixture->service, &error));
    assert_int_equal(find(fixture, gone).state, PARTICIPANT_ERASED);
    assert_int_equal(find(fixture, fixture->anna).state, PARTICIPANT_ACTIVE);
}

static void report_outlives_its_writer(void **state) {
    /* Goal: who reported can be erased, and reads in their export that they did; the other one's tells of nothing. What
     * was written is kept until it is decided, however long that takes, and keeps nothing else from being done. */
    struct fixture *fixture = *state;
    struct mailbox mailbox = {fixture, 0};
    struct incident_list incidents;
    size_t length;
    const char *bytes;
    introduce_and_ask(fixture);
    take(&mailbox, mail(fixture, "anna@example.net", "iln+report@example.org", "", "The zebra is not right"));
    assert_done(incidents_list(fixture->database, true, fixture->arena, &incidents, &error));
    assert_int_equal(incidents.count, 1);
    int64_t incident = incidents.items[0].id, id;
    const struct note note = {
        .participant = fixture->ben, .case_file = incident, .author = "Kate", .at = 1, .text = "z"};
    assert_done(notes_add(fixture->database, &note, &id, &error));
    json_t *hers = export(fixture, fixture->anna), *his = export(fixture, fixture->ben);
    assert_int_equal(json_array_size(json_object_get(hers, "reports")), 1);
    assert_int_equal(json_array_size(json_object_get(his, "reports")), 0);
    assert_int_equal(json_array_size(json_object_get(his, "notes")), 0);
    assert_string_equal(text_at(his, "partnerships", 0, "state"), "held");
    json_decref(hers);
    json_decref(his);
    clock_set_virtual(clock_now() + 300 * (int64_t)SECONDS_PER_DAY);
    assert_done(personal_data_turn(&fixture->service, &error)); /* its mail waits for longer than others may */
    assert_done(personal_data_erase(&fixture->service, fixture->anna, false, "asked for", &error));
    assert_done(incidents_mail(fixture->database, incident, fixture->arena, &bytes, &length, &error));
    assert_non_null(memmem(bytes, length, "zebra", 5));
    const struct incident_decision decision = {.incident = incident, .outcome = INCIDENT_NO_ACTION};
    assert_done(incident_decide(&fixture->service, &decision, &error));
    assert_done(incidents_mail(fixture->database, incident, fixture->arena, &bytes, &length, &error));
    assert_null(bytes);
}

static void partner_hears_of_nobody_by_number(void **state) {
    /* Goal: what is written to a partner after somebody was erased has neither their name nor their number. */
    struct fixture *fixture = *state;
    introduce_and_ask(fixture);
    assert_done(personal_data_erase(&fixture->service, fixture->anna, false, "asked for", &error));
    fixture_pass(fixture, SECONDS_PER_HOUR);
    assert_int_equal(fixture_count(fixture, "ben@example.com", "with your former partner has ended"), 1);
    assert_int_equal(
        fixture_count(fixture, "ben@example.com", arena_format(fixture->arena, "#%lld", (long long)fixture->anna)), 0);
}

static int64_t steps_counted;
static int count_step(void *unused) {
    (void)unused;
    steps_counted++;
    return 0;
}

static void looking_costs_the_same_for_each(void **state) {
    /* Goal: going through all people costs each the same, however many they are. */
    struct fixture *fixture = *state;
    double each[3];
    size_t sizes[] = {100, 1000, 10000}, people = 0;
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        assert_int_equal(sqlite3_exec(fixture->database->handle, "BEGIN", NULL, NULL, NULL), SQLITE_OK);
        for (; people < sizes[i]; people++) {
            char sql[600];
            snprintf(
                sql, sizeof sql,
                "INSERT INTO participant (name, address, address_key, language, country, time_zone, state, created_at)"
                " VALUES ('P', 'p%zu@example.org', 'p%zu@example.org', 'en', 'SE', 'UTC', 'left', 1);"
                "INSERT INTO application (participant, round, state) SELECT max(id), %lld, 'withdrawn' FROM "
                "participant",
                people, people, (long long)fixture->round);
            assert_int_equal(sqlite3_exec(fixture->database->handle, sql, NULL, NULL, NULL), SQLITE_OK);
        }
        assert_int_equal(sqlite3_exec(fixture->database->handle, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
        size_t due;
        steps_counted = 0;
        sqlite3_progress_handler(fixture->database->handle, 1, count_step, NULL);
        assert_done(personal_data_count_due(&fixture->service, clock_now(), &due, &error));
        sqlite3_progress_handler(fixture->database->handle, 0, NULL, NULL);
        each[i] = (double)steps_counted / (double)sizes[i];
        print_message("%zu people: %.1f steps each\n", sizes[i], each[i]);
        assert_true(due >= sizes[i]);
    }
    assert_true(each[2] < 1.3 * each[0] && each[2] < 1.3 * each[1]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        fixture_test(everything_is_told_and_nothing_of_the_partner),
        fixture_test(erasing_ends_the_partnership_and_keeps_counts),
        fixture_test(what_was_kept_long_enough_goes),
        fixture_test(report_outlives_its_writer),
        fixture_test(partner_hears_of_nobody_by_number),
        fixture_test(looking_costs_the_same_for_each),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
