#include "unit/store/outbox_fixture.h"

static void a_key_is_unique_for_ever(void **state) {
    /* Goal: an origin that comes by twice adds one message, even when the first has long ended. */
    struct fixture *fixture = *state;
    struct error error = ERROR_INIT;
    int64_t first = fixture_queue(fixture, "k"), second = 0;
    enter(fixture, first, OUTBOX_QUEUED, OUTBOX_CANCELLED);
    struct outbox_row row = {.key = "k", .step = "s", .template_name = "t", .due_at = 1, .expires_at = 2};
    bool is_new = true;
    assert_done(outbox_insert(fixture->database, &row, &fixture_cause, &second, &is_new, &error));
    assert_false(is_new);
    assert_int_equal(first, second);
    assert_int_equal(count_events(fixture, first), 2);
    struct outbox_row found;
    assert_done(outbox_find_by_key(fixture->database, "k", fixture->arena, &found, &error));
    assert_int_equal(found.id, first);
    assert_int_equal(found.state, OUTBOX_CANCELLED);
    assert_done(outbox_find_by_key(fixture->database, "other", fixture->arena, &found, &error));
    assert_int_equal(found.id, 0);
}

static void a_row_comes_back_as_it_was_given(void **state) {
    /* Goal: every field given at insertion is stored, and read into the field of the same meaning. */
    struct fixture *fixture = *state;
    struct error error = ERROR_INIT;
    struct outbox_row given = {.key = "all",
                               .priority = PRIORITY_ALERT,
                               .step = "alert",
                               .template_name = "silence",
                               .occurrence = 3,
                               .asks = "check-in",
                               .coordinator = "Kate",
                               .about = fixture->ben,
                               .partnership = fixture->partnership,
                               .round = fixture->round,
                               .inbox = 77,
                               .detail = "{\"a\":1}",
                               .due_at = 100,
                               .expires_at = 200,
                               .next_try_at = 150};
    int64_t id;
    bool is_new;
    assert_done(outbox_insert(fixture->database, &given, &fixture_cause, &id, &is_new, &error));
    struct outbox_row row = read_row(fixture, id);
    assert_string_equal(row.key, "all");
    assert_int_equal(row.priority, PRIORITY_ALERT);
    assert_string_equal(row.step, "alert");
    assert_string_equal(row.template_name, "silence");
    assert_int_equal(row.occurrence, 3);
    assert_string_equal(row.asks, "check-in");
    assert_string_equal(row.coordinator, "Kate");
    assert_null(row.address);
    assert_int_equal(row.participant, 0);
    assert_int_equal(row.about, fixture->ben);
    assert_int_equal(row.partnership, fixture->partnership);
    assert_int_equal(row.round, fixture->round);
    assert_int_equal(row.inbox, 77);
    assert_string_equal(row.detail, "{\"a\":1}");
    assert_int_equal(row.due_at, 100);
    assert_int_equal(row.expires_at, 200);
    assert_int_equal(row.next_try_at, 150);
    assert_int_equal(row.created_at, FIXTURE_NOW);
    assert_null(row.message_id);
    assert_false(row.resent);
}

static void a_message_id_is_fixed_by_the_first_rendering(void **state) {
    /* Goal: a second rendering for a retry keeps the Message-ID; only waiting rows can be rendered. */
    struct fixture *fixture = *state;
    struct error error;
    int64_t id = fixture_queue(fixture, "k");
    render(fixture, id, "<1@example.org>");
    render(fixture, id, "<1@example.org>");
    struct outbox_rendering other = {.recipient = "a@b", .message_id = "<2@example.org>", .bytes = "x", .length = 1};
    assert_refused(outbox_set_rendering(fixture->database, id, &other, &error), ERROR_BUG, "second Message-ID");
    struct outbox_row row;
    error = ERROR_INIT;
    assert_done(outbox_find_by_message_id(fixture->database, "<1@example.org>", fixture->arena, &row, &error));
    assert_int_equal(row.id, id);
    assert_string_equal(row.recipient, "anna@example.org");
    assert_string_equal(row.template_hash, "abc");
    enter(fixture, id, OUTBOX_QUEUED, OUTBOX_HELD);
    other.message_id = "<1@example.org>";
    assert_refused(outbox_set_rendering(fixture->database, id, &other, &error), ERROR_PERMANENT, "it is held");
}

static int64_t queue_with(struct fixture *fixture, const char *key, int64_t priority, int64_t due, int64_t next_try) {
    struct error error = ERROR_INIT;
    struct outbox_row row = {.key = key,
                             .priority = priority,
                             .step = "s",
                             .template_name = "t",
                             .address = "x@example.org",
                             .due_at = due,
                             .expires_at = due + 1000,
                             .next_try_at = next_try};
    int64_t id;
    bool is_new;
    assert_done(outbox_insert(fixture->database, &row, &fixture_cause, &id, &is_new, &error));
    return id;
}

static void letters_go_first_and_then_the_longest_due(void **state) {
    /* Goal: the order of claiming, without what waits for a later try, within the limit; and the next moment of work.
     */
    struct fixture *fixture = *state;
    struct error error = ERROR_INIT;
    int64_t next = -1;
    assert_done(outbox_next_try(fixture->database, &next, &error));
    assert_int_equal(next, 0);
    int64_t bulk_late = queue_with(fixture, "a", PRIORITY_BULK, 200, 0);
    int64_t bulk_early = queue_with(fixture, "b", PRIORITY_BULK, 100, 0);
    int64_t letter = queue_with(fixture, "c", PRIORITY_LETTER, 300, 0);
    queue_with(fixture, "d", PRIORITY_LETTER, 50, 900);
    struct outbox_list list;
    assert_done(outbox_list_ready(fixture->database, 500, 0, fixture->arena, &list, &error));
    assert_int_equal(list.count, 3);
    assert_int_equal(list.items[0].id, letter);
    assert_int_equal(list.items[1].id, bulk_early);
    assert_int_equal(list.items[2].id, bulk_late);
    assert_done(outbox_list_ready(fixture->database, 500, 2, fixture->arena, &list, &error));
    assert_int_equal(list.count, 2);
    assert_done(outbox_next_try(fixture->database, &next, &error));
    assert_int_equal(next, 100);
}

static void counts_and_lists_by_state_and_person(void **state) {
    /* Goal: status, limits, recovery and the coordinators' lists see exactly their rows. */
    struct fixture *fixture = *state;
    struct error error = ERROR_INIT;
    row_in(fixture, OUTBOX_SENT, "a");
    row_in(fixture, OUTBOX_SENDING, "b");
    int64_t newest = row_in(fixture, OUTBOX_SENDING, "c");
    queue_with(fixture, "d", PRIORITY_BULK, 1, 0);
    size_t counts[OUTBOX_STATE_COUNT], sent;
    int64_t first_at;
    assert_done(outbox_count_states(fixture->database, counts, &error));
    assert_int_equal(counts[OUTBOX_SENT], 1);
    assert_int_equal(counts[OUTBOX_SENDING], 2);
    assert_int_equal(counts[OUTBOX_QUEUED], 1);
    assert_int_equal(counts[OUTBOX_HELD], 0);
    assert_done(outbox_count_sent_since(fixture->database, FIXTURE_NOW, &sent, &first_at, &error));
    assert_int_equal(sent, 1);
    assert_int_equal(first_at, FIXTURE_NOW);
    assert_done(outbox_count_sent_since(fixture->database, FIXTURE_NOW + 1, &sent, &first_at, &error));
    assert_int_equal(sent, 0);
    assert_int_equal(first_at, 0);
    enum outbox_state sending = OUTBOX_SENDING;
    struct outbox_list list;
    assert_done(outbox_list(fixture->database, &(struct outbox_filter){0}, fixture->arena, &list, &error));
    assert_int_equal(list.count, 4);
    assert_done(
        outbox_list(fixture->database, &(struct outbox_filter){.state = &sending}, fixture->arena, &list, &error));
    assert_int_equal(list.count, 2);
    struct outbox_filter page = {.state = &sending, .limit = 1};
    size_t count;
    assert_done(outbox_count(fixture->database, &page, &count, &error));
    assert_int_equal(count, 2);
    assert_done(outbox_list(fixture->database, &page, fixture->arena, &list, &error));
    assert_int_equal(list.count, 1);
    assert_int_not_equal(list.items[0].id, newest);
    assert_done(outbox_before_newest(fixture->database, &page, 1, &page.after, &error));
    assert_done(outbox_list(fixture->database, &page, fixture->arena, &list, &error));
    assert_int_equal(list.count, 1);
    assert_int_equal(list.items[0].id, newest);
    assert_done(outbox_list(fixture->database, &(struct outbox_filter){.participant = fixture->anna, .state = &sending},
                            fixture->arena, &list, &error));
    assert_int_equal(list.count, 2);
    assert_done(outbox_list(fixture->database, &(struct outbox_filter){.participant = fixture->anna, .partnership = 99},
                            fixture->arena, &list, &error));
    assert_int_equal(list.count, 0);
    assert_done(outbox_list(fixture->database, &(struct outbox_filter){.partnership = fixture->partnership},
                            fixture->arena, &list, &error));
    assert_int_equal(list.count, 3);
}

static void a_question_is_open_from_sending_to_its_answer(void **state) {
    /* Goal: an open question is one that was sent, asks, and has no answer; the first answer's moment stays. */
    struct fixture *fixture = *state;
    struct error error = ERROR_INIT;
    struct outbox_row row = {.key = "q",
                             .step = "check-in",
                             .template_name = "check-in",
                             .asks = "check-in",
                             .participant = fixture->anna,
                             .due_at = 1,
                             .expires_at = 2};
    int64_t id;
    bool is_new;
    struct outbox_list list;
    row_in(fixture, OUTBOX_SENT, "no question");
    assert_done(outbox_insert(fixture->database, &row, &fixture_cause, &id, &is_new, &error));
    assert_done(outbox_list_open_questions(fixture->database, fixture->anna, fixture->arena, &list, &error));
    assert_int_equal(list.count, 0);
    enter(fixture, id, OUTBOX_QUEUED, OUTBOX_SENDING);
    enter(fixture, id, OUTBOX_SENDING, OUTBOX_SENT);
    assert_done(outbox_list_open_questions(fixture->database, fixture->anna, fixture->arena, &list, &error));
    assert_int_equal(list.count, 1);
    assert_int_equal(list.items[0].id, id);
    assert_done(outbox_set_answered(fixture->database, id, 500, &error));
    assert_done(outbox_set_answered(fixture->database, id, 600, &error));
    assert_int_equal(read_row(fixture, id).answered_at, 500);
    assert_done(outbox_list_open_questions(fixture->database, fixture->anna, fixture->arena, &list, &error));
    assert_int_equal(list.count, 0);
}

static void leaving_cancels_what_is_queued(void **state) {
    /* Goal: all queued messages of the participant or partnership are cancelled with the reason, and nobody else's. */
    struct fixture *fixture = *state;
    struct error error = ERROR_INIT;
    size_t count;
    int64_t first = fixture_queue(fixture, "a"), held = row_in(fixture, OUTBOX_HELD, "b");
    int64_t other = queue_with(fixture, "c", PRIORITY_BULK, 1, 0);
    assert_done(outbox_cancel_of_participant(fixture->database, fixture->anna, "left", &fixture_cause, &count, &error));
    assert_int_equal(count, 1);
    assert_int_equal(read_row(fixture, first).state, OUTBOX_CANCELLED);
    assert_string_equal(read_row(fixture, first).reason, "left");
    assert_int_equal(read_row(fixture, held).state, OUTBOX_HELD);
    assert_int_equal(read_row(fixture, other).state, OUTBOX_QUEUED);
    int64_t second = fixture_queue(fixture, "d");
    assert_done(outbox_cancel_of_partnership(fixture->database, fixture->partnership, "dissolved", &fixture_cause,
                                             &count, &error));
    assert_int_equal(count, 1);
    assert_string_equal(read_row(fixture, second).reason, "dissolved");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        fixture_test(a_key_is_unique_for_ever),
        fixture_test(a_row_comes_back_as_it_was_given),
        fixture_test(a_message_id_is_fixed_by_the_first_rendering),
        fixture_test(letters_go_first_and_then_the_longest_due),
        fixture_test(counts_and_lists_by_state_and_person),
        fixture_test(a_question_is_open_from_sending_to_its_answer),
        fixture_test(leaving_cancels_what_is_queued),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
