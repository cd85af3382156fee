#include "store/events.h"
#include "unit/store/fixture.h"

static struct outbox_row read_row(struct fixture *fixture, int64_t id) {
    struct error error = ERROR_INIT;
    struct outbox_row row;
    assert_done(outbox_find(fixture->database, id, fixture->arena, &row, &error));
    assert_int_equal(row.id, id);
    return row;
}

static void enter(struct fixture *fixture, int64_t id, enum outbox_state from, enum outbox_state to) {
    struct error error = ERROR_INIT;
    assert_done(outbox_enter_state(fixture->database, id, from, to, NULL, &fixture_cause, &error));
}

static void render(struct fixture *fixture, int64_t id, const char *message_id) {
    struct error error = ERROR_INIT;
    struct outbox_rendering rendering = {.recipient = "anna@example.org",
                                         .message_id = message_id,
                                         .template_hash = "abc",
                                         .bytes = "Subject: hi\r\n\r\nhello\r\n",
                                         .length = 22};
    assert_done(outbox_set_rendering(fixture->database, id, &rendering, &error));
}

static size_t count_events(struct fixture *fixture, int64_t id) {
    struct error error = ERROR_INIT;
    struct event_list list;
    assert_done(events_list(fixture->database, &(struct event_filter){.outbox = id}, fixture->arena, &list, &error));
    return list.count;
}

/* Brings a fresh row into STATE by existing ways. */
static int64_t row_in(struct fixture *fixture, enum outbox_state state, const char *key) {
    int64_t id = fixture_queue(fixture, key);
    if (state == OUTBOX_SENT || state == OUTBOX_FAILED || state == OUTBOX_UNCERTAIN)
        enter(fixture, id, OUTBOX_QUEUED, OUTBOX_SENDING);
    if (state == OUTBOX_SENT || state == OUTBOX_FAILED || state == OUTBOX_UNCERTAIN)
        enter(fixture, id, OUTBOX_SENDING, state);
    else if (state != OUTBOX_QUEUED)
        enter(fixture, id, OUTBOX_QUEUED, state);
    return id;
}

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

static void only_the_known_ways_exist(void **state) {
    /* Goal: of all 64 pairs of states exactly the fourteen ways of the state machine work; every other is refused as a
     * bug and changes nothing. */
    struct fixture *fixture = *state;
    static const bool ways[OUTBOX_STATE_COUNT][OUTBOX_STATE_COUNT] = {
        [OUTBOX_QUEUED] =
            {[OUTBOX_SENDING] = true, [OUTBOX_CANCELLED] = true, [OUTBOX_EXPIRED] = true, [OUTBOX_HELD] = true},
        [OUTBOX_SENDING] = {[OUTBOX_SENT] = true,
                            [OUTBOX_QUEUED] = true,
                            [OUTBOX_FAILED] = true,
                            [OUTBOX_UNCERTAIN] = true,
                            [OUTBOX_HELD] = true},
        [OUTBOX_UNCERTAIN] = {[OUTBOX_QUEUED] = true, [OUTBOX_HELD] = true},
        [OUTBOX_HELD] = {[OUTBOX_QUEUED] = true, [OUTBOX_CANCELLED] = true},
        [OUTBOX_FAILED] = {[OUTBOX_QUEUED] = true},
    };
    size_t worked = 0;
    for (unsigned from = 0; from < OUTBOX_STATE_COUNT; from++)
        for (unsigned to = 0; to < OUTBOX_STATE_COUNT; to++) {
            struct error error = ERROR_INIT;
            char key[32];
            snprintf(key, sizeof key, "way-%u-%u", from, to);
            int64_t id = row_in(fixture, (enum outbox_state)from, key);
            size_t events = count_events(fixture, id);
            bool done = outbox_enter_state(fixture->database, id, (enum outbox_state)from, (enum outbox_state)to, NULL,
                                           &fixture_cause, &error);
            assert_int_equal(done, ways[from][to]);
            assert_int_equal(read_row(fixture, id).state, done ? to : from);
            assert_int_equal(count_events(fixture, id), events + done);
            if (!done)
                assert_int_equal(error.class, ERROR_BUG);
            worked += done;
        }
    assert_int_equal(worked, 14);
}

static void a_row_that_moved_on_is_refused(void **state) {
    /* Goal: two who decide about the same message at once: the second is told what it is now. */
    struct fixture *fixture = *state;
    struct error error;
    int64_t id = row_in(fixture, OUTBOX_CANCELLED, "k");
    assert_refused(
        outbox_enter_state(fixture->database, id, OUTBOX_QUEUED, OUTBOX_SENDING, NULL, &fixture_cause, &error),
        ERROR_PERMANENT, "it is cancelled");
    assert_refused(
        outbox_enter_state(fixture->database, 999, OUTBOX_QUEUED, OUTBOX_SENDING, NULL, &fixture_cause, &error),
        ERROR_PERMANENT, "no outbox message 999");
}

static void each_state_sets_what_belongs_to_it(void **state) {
    /* Goal: attempts, moments, replies, reasons and the mark of a resent message follow the states. */
    struct fixture *fixture = *state;
    struct error error = ERROR_INIT;
    int64_t id = fixture_queue(fixture, "k");
    enter(fixture, id, OUTBOX_QUEUED, OUTBOX_SENDING);
    assert_int_equal(read_row(fixture, id).attempts, 1);
    assert_int_equal(read_row(fixture, id).claimed_at, FIXTURE_NOW);
    struct outbox_changes later = {.next_try_at = FIXTURE_NOW + 600, .reply_code = 450, .reply_text = "greylisted"};
    assert_done(
        outbox_enter_state(fixture->database, id, OUTBOX_SENDING, OUTBOX_QUEUED, &later, &fixture_cause, &error));
    struct outbox_row row = read_row(fixture, id);
    assert_int_equal(row.next_try_at, FIXTURE_NOW + 600);
    assert_int_equal(row.reply_code, 450);
    assert_string_equal(row.reply_text, "greylisted");
    assert_false(row.resent);
    enter(fixture, id, OUTBOX_QUEUED, OUTBOX_SENDING);
    struct outbox_changes lost = {.reason = "connection lost"};
    assert_done(
        outbox_enter_state(fixture->database, id, OUTBOX_SENDING, OUTBOX_UNCERTAIN, &lost, &fixture_cause, &error));
    assert_string_equal(read_row(fixture, id).reason, "connection lost");
    struct outbox_changes again = {.expires_at = FIXTURE_NOW + 999};
    assert_done(
        outbox_enter_state(fixture->database, id, OUTBOX_UNCERTAIN, OUTBOX_QUEUED, &again, &fixture_cause, &error));
    row = read_row(fixture, id);
    assert_true(row.resent);
    assert_null(row.reason);
    assert_int_equal(row.next_try_at, FIXTURE_NOW);
    assert_int_equal(row.expires_at, FIXTURE_NOW + 999);
    assert_int_equal(row.reply_code, 450);
    enter(fixture, id, OUTBOX_QUEUED, OUTBOX_SENDING);
    enter(fixture, id, OUTBOX_SENDING, OUTBOX_SENT);
    row = read_row(fixture, id);
    assert_int_equal(row.sent_at, FIXTURE_NOW);
    assert_int_equal(row.attempts, 3);
    assert_true(row.resent);
}

static void every_change_is_in_the_log(void **state) {
    /* Goal: the log tells old and new state, who, when, why, and whom and what it concerns. */
    struct fixture *fixture = *state;
    struct error error = ERROR_INIT;
    int64_t id = fixture_queue(fixture, "k");
    enter(fixture, id, OUTBOX_QUEUED, OUTBOX_SENDING);
    struct event_list list;
    assert_done(events_list(fixture->database, &(struct event_filter){.outbox = id}, fixture->arena, &list, &error));
    assert_int_equal(list.count, 2);
    assert_string_equal(list.items[0].what, "outbox queued");
    const struct event *event = &list.items[1];
    assert_string_equal(event->what, "outbox queued -> sending");
    assert_string_equal(event->actor, "test");
    assert_string_equal(event->why, "because");
    assert_int_equal(event->at, FIXTURE_NOW);
    assert_int_equal(event->participant, fixture->anna);
    assert_int_equal(event->partnership, fixture->partnership);
    assert_int_equal(event->round, fixture->round);
}

static void content_stands_until_the_row_ends(void **state) {
    /* Goal: bytes are kept for every further try and emptied by sent, failed, cancelled and expired, and by no other.
     */
    struct fixture *fixture = *state;
    struct error error = ERROR_INIT;
    const char *bytes;
    size_t length;
    int64_t id = fixture_queue(fixture, "k");
    assert_done(outbox_content(fixture->database, id, fixture->arena, &bytes, &length, &error));
    assert_null(bytes);
    render(fixture, id, "<1@example.org>");
    static const enum outbox_state path[] = {OUTBOX_SENDING, OUTBOX_UNCERTAIN, OUTBOX_QUEUED, OUTBOX_SENDING,
                                             OUTBOX_HELD,    OUTBOX_QUEUED,    OUTBOX_SENDING};
    enum outbox_state at = OUTBOX_QUEUED;
    for (size_t i = 0; i < COUNT_OF(path); at = path[i++]) {
        enter(fixture, id, at, path[i]);
        assert_done(outbox_content(fixture->database, id, fixture->arena, &bytes, &length, &error));
        assert_int_equal(length, 22);
        assert_memory_equal(bytes, "Subject: hi\r\n\r\nhello\r\n", 22);
    }
    static const enum outbox_state ends[] = {OUTBOX_SENT, OUTBOX_FAILED, OUTBOX_CANCELLED, OUTBOX_EXPIRED};
    for (size_t i = 0; i < COUNT_OF(ends); i++) {
        char key[20], message_id[40];
        snprintf(key, sizeof key, "end-%zu", i);
        snprintf(message_id, sizeof message_id, "<end%zu@example.org>", i);
        id = fixture_queue(fixture, key);
        render(fixture, id, message_id);
        if (ends[i] == OUTBOX_SENT || ends[i] == OUTBOX_FAILED)
            enter(fixture, id, OUTBOX_QUEUED, OUTBOX_SENDING);
        enter(fixture, id, i < 2 ? OUTBOX_SENDING : OUTBOX_QUEUED, ends[i]);
        assert_done(outbox_content(fixture->database, id, fixture->arena, &bytes, &length, &error));
        assert_null(bytes);
        assert_int_equal(read_row(fixture, id).size, 22);
    }
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
    assert_done(outbox_list(fixture->database, &(struct outbox_filter){.state = &sending, .limit = 1}, fixture->arena,
                            &list, &error));
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
        fixture_test(only_the_known_ways_exist),
        fixture_test(a_row_that_moved_on_is_refused),
        fixture_test(each_state_sets_what_belongs_to_it),
        fixture_test(every_change_is_in_the_log),
        fixture_test(content_stands_until_the_row_ends),
        fixture_test(a_message_id_is_fixed_by_the_first_rendering),
        fixture_test(letters_go_first_and_then_the_longest_due),
        fixture_test(counts_and_lists_by_state_and_person),
        fixture_test(a_question_is_open_from_sending_to_its_answer),
        fixture_test(leaving_cancels_what_is_queued),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
