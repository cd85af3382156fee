#include "store/answers.h"
#include "store/bounces.h"
#include "store/cases.h"
#include "store/connection.h"
#include "store/contacts.h"
#include "store/events.h"
#include "store/notes.h"
#include "store/outages.h"
#include "store/story.h"
#include "unit/store/fixture.h"

static void the_log_is_append_only(void **state) {
    /* Goal: no statement, not even a careless one, changes or removes what happened. */
    struct fixture *fixture = *state;
    struct error error;
    assert_refused(connection_run(fixture->database, "UPDATE event SET what = 'nothing'", &error), ERROR_BUG,
                   "append-only");
    assert_refused(connection_run(fixture->database, "DELETE FROM event", &error), ERROR_BUG, "append-only");
    assert_refused(
        connection_run(fixture->database, "REPLACE INTO event (id, at, actor, what) VALUES (1, 1, 'x', 'x')", &error),
        ERROR_BUG, "append-only");
}

static void events_are_listed_by_whom_they_concern(void **state) {
    /* Goal: filters, the moment since, and limits that keep the newest in order. */
    struct fixture *fixture = *state;
    struct error error = ERROR_INIT;
    struct event_list list;
    struct event event = {.actor = "rule", .what = "a", .why = "w", .inbox = 5};
    for (int64_t at = 1; at <= 3; at++) {
        event.at = FIXTURE_NOW + at;
        event.participant = at == 2 ? fixture->ben : fixture->anna;
        event.partnership = at == 1 ? 0 : fixture->partnership;
        event.outbox = at == 3 ? 55 : 0;
        assert_done(events_append(fixture->database, &event, &error));
    }
    const struct {
        struct event_filter filter;
        size_t count;
    } cases[] = {{{.since = FIXTURE_NOW + 1}, 3},
                 {{.since = FIXTURE_NOW + 1, .participant = fixture->anna}, 2},
                 {{.since = FIXTURE_NOW + 1, .partnership = fixture->partnership}, 2},
                 {{.outbox = 55}, 1},
                 {{.limit = 2}, 2}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_done(events_list(fixture->database, &cases[i].filter, fixture->arena, &list, &error));
        assert_int_equal(list.count, cases[i].count);
        assert_int_equal(list.items[list.count - 1].at, FIXTURE_NOW + 3);
        assert_int_equal(list.items[list.count - 1].inbox, 5);
    }
}

static void contacts_and_check_ins_are_kept(void **state) {
    /* Goal: who was in touch when and how, the last time, and answers until they are confirmed. */
    struct fixture *fixture = *state;
    struct error error = ERROR_INIT;
    int64_t id, last, outbox = fixture_queue(fixture, "k");
    assert_done(contacts_last(fixture->database, fixture->partnership, &last, &error));
    assert_int_equal(last, 0);
    struct contact contact = {.partnership = fixture->partnership, .at = 200, .channel = CONTACT_COORDINATOR};
    assert_done(contacts_add(fixture->database, &contact, &id, &error));
    contact = (struct contact){
        .partnership = fixture->partnership, .participant = fixture->ben, .at = 100, .channel = CONTACT_RELAY};
    assert_done(contacts_add(fixture->database, &contact, &id, &error));
    struct contact_list contacts;
    assert_done(contacts_list(fixture->database, fixture->partnership, fixture->arena, &contacts, &error));
    assert_int_equal(contacts.count, 2);
    assert_int_equal(contacts.items[0].participant, fixture->ben);
    assert_int_equal(contacts.items[0].channel, CONTACT_RELAY);
    assert_int_equal(contacts.items[1].participant, 0);
    assert_done(contacts_last(fixture->database, fixture->partnership, &last, &error));
    assert_int_equal(last, 200);

    struct answer check_in = {.partnership = fixture->partnership,
                              .participant = fixture->anna,
                              .outbox = outbox,
                              .question = "check-in",
                              .value = 2,
                              .at = 300};
    assert_done(answers_add(fixture->database, &check_in, &id, &error));
    struct answer_list answers;
    assert_done(answers_list_unconfirmed(fixture->database, fixture->anna, fixture->arena, &answers, &error));
    assert_int_equal(answers.count, 1);
    assert_int_equal(answers.items[0].id, id);
    assert_int_equal(answers.items[0].value, 2);
    assert_done(answers_confirm(fixture->database, id, outbox, &error));
    assert_done(answers_list_unconfirmed(fixture->database, fixture->anna, fixture->arena, &answers, &error));
    assert_int_equal(answers.count, 0);
    assert_done(answers_list(fixture->database, fixture->partnership, fixture->arena, &answers, &error));
    assert_int_equal(answers.count, 1);
    assert_int_equal(answers.items[0].confirmed_by, outbox);
}

static void bounces_are_listed_from_a_moment_on(void **state) {
    /* Goal: an address is judged by what came back lately, with its weight; what is older or another's counts no more.
     */
    struct fixture *fixture = *state;
    struct error error = ERROR_INIT;
    struct bounce_list list;
    int64_t id, outbox = fixture_queue(fixture, "k");
    struct bounce_row bounce = {.participant = fixture->anna, .at = 200, .permanent = true, .address_dead = true};
    assert_done(bounces_add(fixture->database, &bounce, &id, &error));
    bounce = (struct bounce_row){.participant = fixture->anna, .outbox = outbox, .at = 100, .status = "4.2.2"};
    assert_done(bounces_add(fixture->database, &bounce, &id, &error));
    assert_done(bounces_list(fixture->database, fixture->anna, 100, fixture->arena, &list, &error));
    assert_int_equal(list.count, 2);
    assert_int_equal(list.items[0].outbox, outbox);
    assert_string_equal(list.items[0].status, "4.2.2");
    assert_false(list.items[0].permanent);
    assert_true(list.items[1].permanent);
    assert_true(list.items[1].address_dead);
    assert_string_equal(list.items[1].status, "");
    assert_done(bounces_list(fixture->database, fixture->anna, 101, fixture->arena, &list, &error));
    assert_int_equal(list.count, 1);
    assert_done(bounces_list(fixture->database, fixture->ben, 0, fixture->arena, &list, &error));
    assert_int_equal(list.count, 0);
}

static void a_case_is_open_once(void **state) {
    /* Goal: a key opens one case at a time, and can open again later; who closed it is known. */
    struct fixture *fixture = *state;
    struct error error = ERROR_INIT;
    struct case_row row = {.key = "silence/1",
                           .kind = CASE_LETTER,
                           .reason = "no contact for 14 days",
                           .partnership = fixture->partnership};
    struct case_row open, found;
    struct case_list list;
    bool is_new;
    assert_done(cases_open(fixture->database, &row, &fixture_cause, &is_new, &error));
    assert_true(is_new);
    assert_done(cases_open(fixture->database, &row, &fixture_cause, &is_new, &error));
    assert_false(is_new);
    assert_done(cases_find_open(fixture->database, "silence/1", fixture->arena, &open, &error));
    assert_done(cases_close(fixture->database, &open, &fixture_cause, &error));
    assert_done(cases_find_open(fixture->database, "silence/1", fixture->arena, &found, &error));
    assert_int_equal(found.id, 0);
    assert_done(cases_open(fixture->database, &row, &fixture_cause, &is_new, &error));
    assert_true(is_new);
    assert_done(cases_list(fixture->database, &(struct case_filter){.open = true}, fixture->arena, &list, &error));
    assert_int_equal(list.count, 1);
    assert_done(cases_list(fixture->database, &(struct case_filter){.partnership = fixture->partnership},
                           fixture->arena, &list, &error));
    assert_int_equal(list.count, 2);
    assert_done(cases_find(fixture->database, open.id, fixture->arena, &found, &error));
    assert_int_equal(found.closed_at, FIXTURE_NOW);
    assert_string_equal(found.closed_by, fixture_cause.actor);
    assert_int_equal(found.kind, CASE_LETTER);
    assert_string_equal(found.reason, "no contact for 14 days");
    struct event_list events;
    assert_done(events_list(fixture->database, &(struct event_filter){.partnership = fixture->partnership},
                            fixture->arena, &events, &error));
    assert_int_equal(events.count, 4);
    assert_string_equal(events.items[1].what, "case opened: silence/1");
    assert_string_equal(events.items[2].what, "case closed: silence/1");
}

static void an_outage_lasts_from_beginning_to_end(void **state) {
    /* Goal: each service has one outage at a time, and those that touch a time are found. */
    struct fixture *fixture = *state;
    struct error error = ERROR_INIT;
    struct outage_list list;
    assert_done(outages_end(fixture->database, OUTAGE_INCOMING, 5, &error));
    assert_done(outages_begin(fixture->database, OUTAGE_INCOMING, 10, &error));
    assert_done(outages_begin(fixture->database, OUTAGE_INCOMING, 20, &error));
    assert_done(outages_begin(fixture->database, OUTAGE_OUTGOING, 15, &error));
    assert_done(outages_end(fixture->database, OUTAGE_INCOMING, 30, &error));
    assert_done(outages_begin(fixture->database, OUTAGE_INCOMING, 40, &error));
    assert_done(outages_list(fixture->database, OUTAGE_INCOMING, 30, fixture->arena, &list, &error));
    assert_int_equal(list.count, 2);
    assert_int_equal(list.items[0].began_at, 10);
    assert_int_equal(list.items[0].ended_at, 30);
    assert_int_equal(list.items[1].ended_at, 0);
    assert_int_equal(list.items[1].service, OUTAGE_INCOMING);
    assert_done(outages_list(fixture->database, OUTAGE_INCOMING, 31, fixture->arena, &list, &error));
    assert_int_equal(list.count, 1);
}

static void a_story_joins_all_tables_in_time_order(void **state) {
    /* Goal: one list tells all that happened in a partnership, in order, and nothing of another. */
    struct fixture *fixture = *state;
    struct error error = ERROR_INIT;
    int64_t id;
    fixture_queue(fixture, "k");
    struct contact contact = {.partnership = fixture->partnership,
                              .participant = fixture->ben,
                              .at = FIXTURE_NOW + 10,
                              .channel = CONTACT_CC};
    assert_done(contacts_add(fixture->database, &contact, &id, &error));
    struct answer check_in = {.partnership = fixture->partnership,
                              .participant = fixture->anna,
                              .question = "check-in",
                              .value = 3,
                              .at = FIXTURE_NOW + 20};
    assert_done(answers_add(fixture->database, &check_in, &id, &error));
    struct note note = {
        .partnership = fixture->partnership, .author = "Kate", .at = FIXTURE_NOW + 5, .text = "phoned Anna"};
    assert_done(notes_add(fixture->database, &note, &id, &error));
    note = (struct note){.participant = fixture->anna, .author = "Mere", .at = 1, .text = "moved"};
    assert_done(notes_add(fixture->database, &note, &id, &error));
    struct story story;
    assert_done(story_read(fixture->database, fixture->partnership, fixture->arena, &story, &error));
    assert_int_equal(story.count, 5);
    assert_string_equal(story.items[0].text, "partnership planned");
    assert_string_equal(story.items[0].step, "");
    assert_string_equal(story.items[1].text, "outbox queued");
    assert_string_equal(story.items[1].step, "welcome");
    assert_string_equal(story.items[1].why, "because");
    assert_int_equal(story.items[2].kind, STORY_NOTE);
    assert_string_equal(story.items[2].actor, "Kate");
    assert_string_equal(story.items[2].text, "phoned Anna");
    assert_int_equal(story.items[3].kind, STORY_CONTACT);
    assert_string_equal(story.items[3].text, "cc");
    assert_int_equal(story.items[3].participant, fixture->ben);
    assert_int_equal(story.items[4].kind, STORY_ANSWER);
    assert_string_equal(story.items[4].text, "3");
    struct note_list notes;
    assert_done(notes_list_of_partnership(fixture->database, fixture->partnership, fixture->arena, &notes, &error));
    assert_int_equal(notes.count, 1);
    assert_done(notes_list_of_participant(fixture->database, fixture->anna, fixture->arena, &notes, &error));
    assert_int_equal(notes.count, 1);
    assert_string_equal(notes.items[0].author, "Mere");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        fixture_test(the_log_is_append_only),
        fixture_test(events_are_listed_by_whom_they_concern),
        fixture_test(contacts_and_check_ins_are_kept),
        fixture_test(bounces_are_listed_from_a_moment_on),
        fixture_test(a_case_is_open_once),
        fixture_test(an_outage_lasts_from_beginning_to_end),
        fixture_test(a_story_joins_all_tables_in_time_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
