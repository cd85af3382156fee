#include "unit/store/outbox_fixture.h"

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

int main(void) {
    const struct CMUnitTest tests[] = {
        fixture_test(only_the_known_ways_exist),          fixture_test(a_row_that_moved_on_is_refused),
        fixture_test(each_state_sets_what_belongs_to_it), fixture_test(every_change_is_in_the_log),
        fixture_test(content_stands_until_the_row_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
