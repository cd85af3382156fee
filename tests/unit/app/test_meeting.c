/* Goal: everybody of a round is invited once, also who joins later, and hears of a meeting only what is so now;
 * partners are proposed the same times, and what both choose is planned. */
#include "fixture.h"

#include "app/meeting.h"

#define URL "https://meet.example.org/"

static int64_t plan(struct fixture *fixture, int64_t starts_at) {
    struct meeting meeting = {.title = "A webinar",
                              .url = URL,
                              .starts_at = starts_at,
                              .ends_at = starts_at + SECONDS_PER_HOUR,
                              .round = fixture->round};
    assert_done(meeting_plan(&fixture->service, &meeting, &meeting.id, &error));
    return meeting.id;
}

static struct meeting find(struct fixture *fixture, int64_t id) {
    struct meeting meeting;
    assert_done(meetings_find(fixture->database, id, fixture->arena, &meeting, &error));
    return meeting;
}

static struct meeting_counts count(struct fixture *fixture, int64_t id) {
    struct meeting meeting = find(fixture, id);
    struct meeting_counts counts;
    assert_done(meetings_count(fixture->database, &meeting, &counts, &error));
    return counts;
}

static void answer(struct fixture *fixture, int64_t id, int64_t participant, int64_t digit, int64_t sequence) {
    struct attendee attendee = {.meeting = id, .participant = participant, .answer = digit, .sequence = sequence};
    assert_done(meeting_answered(&fixture->service, &attendee, &error));
}

static void test_joins_later(void **state) {
    /* Goal: who joins after the invitation is invited as well, nobody twice; who is paused when they begin again. */
    struct fixture *fixture = *state;
    int64_t anna = fixture->anna;
    int64_t paused = fixture_add(fixture, "Paul Roy", "paul@example.net", "FR", "Europe/Paris");
    assert_done(action_participant_pause(&fixture->service, paused, NULL, &error));
    int64_t id = plan(fixture, clock_now() + 10 * SECONDS_PER_DAY);
    fixture_turns(fixture);
    assert_int_equal(fixture_count(fixture, "anna@example.net", "A webinar"), 1);
    assert_int_equal(fixture_count(fixture, "paul@example.net", "A webinar"), 0);
    fixture_add(fixture, "Zoe Lee", "zoe@example.net", "NZ", "Pacific/Auckland");
    assert_done(action_participant_resume(&fixture->service, paused, NULL, &error));
    fixture_pass(fixture, SECONDS_PER_HOUR);
    assert_int_equal(fixture_count(fixture, "anna@example.net", "A webinar"), 1);
    assert_int_equal(fixture_count(fixture, "paul@example.net", "A webinar"), 1);
    assert_int_equal(fixture_count(fixture, "zoe@example.net", "A webinar"), 1);
    answer(fixture, id, anna, 1, 0);
    assert_done(action_participant_pause(&fixture->service, fixture->ben, NULL, &error));
    assert_done(action_participant_pause(&fixture->service, paused, NULL, &error));
    plan(fixture, clock_now() + 3 * SECONDS_PER_DAY);
    fixture_pass(fixture, 11 * SECONDS_PER_DAY);
    assert_done(action_participant_resume(&fixture->service, paused, NULL, &error));
    fixture_turns(fixture);
    assert_int_equal(fixture_count(fixture, "anna@example.net", "A webinar"), 4); /* with two reminders */
    assert_int_equal(fixture_count(fixture, "paul@example.net", "A webinar"), 1);
    assert_int_equal(fixture_count_state(fixture, OUTBOX_EXPIRED), 0); /* nor a coordinator who is told of it */
    assert_int_equal(find(fixture, id).next_at, 0);
}

static void test_only_what_is_so(void **state) {
    /* Goal: what was changed before it went out is told once, as it is; what was called off before, not at all; who
     * said no is not told that it is off; and what is over, or said badly, can't be planned. */
    struct fixture *fixture = *state;
    int64_t anna = fixture->anna, ben = fixture->ben;
    int64_t id = plan(fixture, clock_now() + 10 * SECONDS_PER_DAY);
    bool changed;
    assert_done(meeting_turn(&fixture->service, &error));
    struct meeting meeting = find(fixture, id);
    meeting.starts_at += SECONDS_PER_DAY;
    meeting.ends_at += SECONDS_PER_DAY;
    assert_done(meeting_change(&fixture->service, &meeting, &changed, &error));
    assert_true(changed);
    assert_done(meeting_change(&fixture->service, &meeting, &changed, &error));
    assert_false(changed);
    fixture_turns(fixture);
    assert_int_equal(fixture_count(fixture, "anna@example.net", "A webinar"), 1);
    assert_int_equal(fixture_count(fixture, "anna@example.net", "Changed: "), 0);
    answer(fixture, id, ben, 1, 1);
    answer(fixture, id, ben, 2, 0); /* to what was so before */
    answer(fixture, id, anna, 2, 1);
    assert_int_equal(count(fixture, id).yes, 1);
    assert_int_equal(count(fixture, id).no, 1);
    int64_t never = plan(fixture, clock_now() + 10 * SECONDS_PER_DAY);
    assert_done(meeting_turn(&fixture->service, &error));
    assert_done(meeting_cancel(&fixture->service, never, &error));
    assert_done(meeting_cancel(&fixture->service, id, &error));
    fixture_turns(fixture);
    assert_int_equal(fixture_count(fixture, "anna@example.net", "METHOD:"), 0); /* in base64 */
    assert_int_equal(fixture_count(fixture, "anna@example.net", "method=CANCEL"), 0);
    assert_int_equal(fixture_count(fixture, "ben@example.com", "method=CANCEL"), 1);
    assert_int_equal(fixture_count(fixture, "ben@example.com", "method=REQUEST"), 1);
    static const struct meeting bad[] = {
        {.title = "", .url = URL, .starts_at = 1, .ends_at = 2},
        {.title = "two\nlines", .url = URL, .starts_at = 1, .ends_at = 2},
        {.title = "A webinar", .url = "javascript:alert(1)", .starts_at = 1, .ends_at = 2},
        {.title = "A webinar", .url = "https://x.test/ y", .starts_at = 1, .ends_at = 2},
        {.title = "A webinar", .url = "https://", .starts_at = 1, .ends_at = 2},
        {.title = "A webinar", .url = URL, .starts_at = 1, .ends_at = 1},
        {.title = "A webinar", .url = URL, .starts_at = 1, .ends_at = 2 * SECONDS_PER_DAY},
        {.title = "A webinar", .url = URL, .starts_at = -SECONDS_PER_DAY, .ends_at = -1},
    };
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct error error = ERROR_INIT;
        struct meeting wrong = bad[i];
        wrong.round = fixture->round;
        wrong.starts_at += clock_now();
        wrong.ends_at += clock_now();
        assert_false(meeting_plan(&fixture->service, &wrong, &wrong.id, &error));
        assert_int_equal(error.class, ERROR_PERMANENT);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        fixture_test(test_joins_later),
        fixture_test(test_only_what_is_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
