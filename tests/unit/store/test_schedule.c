#include "store/connection.h"
#include "store/schedule.h"
#include "store/tags.h"
#include "unit/store/fixture.h"

static void put(struct fixture *fixture, const char *key, int64_t due_at, int64_t participant, int64_t partnership) {
    struct error error = ERROR_INIT;
    struct schedule_entry entry = {.key = key,
                                   .step = "check-in",
                                   .due_at = due_at,
                                   .expires_at = due_at + 10,
                                   .occurrence = 2,
                                   .participant = participant,
                                   .partnership = partnership,
                                   .round = fixture->round};
    assert_done(schedule_put(fixture->database, &entry, &error));
}

static size_t count(struct fixture *fixture) {
    struct error error = ERROR_INIT;
    size_t span;
    assert_done(schedule_count_until(fixture->database, INT64_MAX, &span, &error));
    return span;
}

static void what_is_due_comes_in_order(void **state) {
    /* Goal: due entries come earliest first, within the limit; ranges are half-open; the next moment is the earliest.
     */
    struct fixture *fixture = *state;
    struct error error = ERROR_INIT;
    struct schedule_list list;
    int64_t next = -1;
    assert_done(schedule_next_due(fixture->database, &next, &error));
    assert_int_equal(next, 0);
    put(fixture, "c", 300, fixture->anna, fixture->partnership);
    put(fixture, "b", 100, fixture->ben, fixture->partnership);
    put(fixture, "a", 200, fixture->anna, 0);
    assert_done(schedule_list_due(fixture->database, 200, 10, fixture->arena, &list, &error));
    assert_int_equal(list.count, 2);
    assert_string_equal(list.items[0].key, "b");
    assert_string_equal(list.items[1].key, "a");
    assert_string_equal(list.items[0].step, "check-in");
    assert_int_equal(list.items[0].due_at, 100);
    assert_int_equal(list.items[0].expires_at, 110);
    assert_int_equal(list.items[0].occurrence, 2);
    assert_int_equal(list.items[0].participant, fixture->ben);
    assert_int_equal(list.items[0].partnership, fixture->partnership);
    assert_int_equal(list.items[0].round, fixture->round);
    assert_int_equal(list.items[1].partnership, 0);
    assert_done(schedule_list_due(fixture->database, 999, 1, fixture->arena, &list, &error));
    assert_int_equal(list.count, 1);
    struct schedule_span span = {.from = 100, .until = 300};
    assert_done(schedule_list_between(fixture->database, &span, fixture->arena, &list, &error));
    assert_int_equal(list.count, 2);
    span.limit = 1;
    assert_done(schedule_list_between(fixture->database, &span, fixture->arena, &list, &error));
    assert_int_equal(list.count, 1);
    span.from = list.items[0].due_at;
    span.after = list.items[0].key;
    assert_done(schedule_list_between(fixture->database, &span, fixture->arena, &list, &error));
    assert_int_equal(list.count, 1);
    assert_int_equal(list.items[0].due_at, 200);
    assert_done(schedule_list_of_partnership(fixture->database, fixture->partnership, fixture->arena, &list, &error));
    assert_int_equal(list.count, 2);
    assert_string_equal(list.items[0].key, "b");
    assert_string_equal(list.items[1].key, "c");
    assert_done(schedule_list_of_partnership(fixture->database, 99, fixture->arena, &list, &error));
    assert_int_equal(list.count, 0);
    assert_done(schedule_next_due(fixture->database, &next, &error));
    assert_int_equal(next, 100);
    assert_done(schedule_next_due_from(fixture->database, 101, &next, &error));
    assert_int_equal(next, 200);
}

static void it_can_be_rebuilt(void **state) {
    /* Goal: putting the same key again replaces; entries go by key, person or partnership; what the outbox once
     * had is never scheduled again. */
    struct fixture *fixture = *state;
    struct error error = ERROR_INIT;
    put(fixture, "a", 100, fixture->anna, fixture->partnership);
    put(fixture, "a", 150, fixture->anna, fixture->partnership);
    assert_int_equal(count(fixture), 1);
    fixture_queue(fixture, "sent once");
    put(fixture, "sent once", 100, fixture->anna, fixture->partnership);
    assert_int_equal(count(fixture), 1);
    put(fixture, "b", 100, fixture->ben, fixture->partnership);
    put(fixture, "c", 100, fixture->ben, 0);
    assert_done(schedule_remove_of_participant(fixture->database, fixture->anna, &error));
    assert_int_equal(count(fixture), 2);
    assert_done(schedule_remove_of_partnership(fixture->database, fixture->partnership, &error));
    assert_int_equal(count(fixture), 1);
    struct schedule_list taken;
    assert_done(schedule_take_due(fixture->database, fixture->ben, 99, fixture->arena, &taken, &error));
    assert_int_equal(taken.count, 0);
    assert_done(schedule_take_due(fixture->database, fixture->ben, 100, fixture->arena, &taken, &error));
    assert_int_equal(taken.count, 1);
    assert_string_equal(taken.items[0].key, "c");
    assert_int_equal(count(fixture), 0);
}

static void a_step_is_first_seen_once(void **state) {
    /* Goal: the first moment stays, so that a step that joins later sends nothing retroactively. */
    struct fixture *fixture = *state;
    struct error error = ERROR_INIT;
    int64_t seen;
    assert_done(schedule_step_first_seen(fixture->database, "welcome", 100, &seen, &error));
    assert_int_equal(seen, 100);
    assert_done(schedule_step_first_seen(fixture->database, "welcome", 200, &seen, &error));
    assert_int_equal(seen, 100);
}

static void a_tag_is_made_once_for_each_purpose(void **state) {
    /* Goal: asking again gives the first secret; each purpose and thing has its own; a secret counts only for its
     * purpose, and no other number can be put into it. */
    struct fixture *fixture = *state;
    struct error error = ERROR_INIT;
    int64_t outbox = fixture_queue(fixture, "k");
    const struct tag wanted[] = {
        {.secret = "aaaa", .purpose = 'p', .participant = fixture->anna, .partnership = fixture->partnership},
        {.secret = "bbbb", .purpose = 'p', .participant = fixture->ben, .partnership = fixture->partnership},
        {.secret = "cccc", .purpose = 'u', .participant = fixture->anna},
        {.secret = "dddd", .purpose = 'r', .participant = fixture->anna, .outbox = outbox},
        {.secret = "eeee", .purpose = 'b', .participant = fixture->anna, .outbox = outbox},
    };
    struct tag tag;
    for (size_t i = 0; i < COUNT_OF(wanted); i++) {
        assert_done(tags_find_or_create(fixture->database, &wanted[i], fixture->arena, &tag, &error));
        const char *secret = tag.secret;
        if (wanted[i].purpose == 'p')
            assert_string_equal(secret, wanted[i].secret);
        struct tag again = wanted[i];
        again.secret = "zzzz";
        assert_done(tags_find_or_create(fixture->database, &again, fixture->arena, &tag, &error));
        assert_string_equal(tag.secret, secret);
        assert_done(tags_find(fixture->database, wanted[i].purpose, secret, fixture->arena, &tag, &error));
        assert_int_equal(tag.purpose, wanted[i].purpose);
        assert_int_equal(tag.participant, wanted[i].participant);
        assert_int_equal(tag.partnership, wanted[i].partnership);
        assert_int_equal(tag.outbox, wanted[i].outbox);
        for (const char *other = "rbupx"; *other; other++)
            if (*other != wanted[i].purpose) {
                assert_done(tags_find(fixture->database, *other, secret, fixture->arena, &tag, &error));
                assert_null(tag.secret);
            }
        char *forged = arena_copy_bytes(fixture->arena, secret, strlen(secret));
        forged[strlen(forged) - 1] ^= 1;
        assert_done(tags_find(fixture->database, wanted[i].purpose, forged, fixture->arena, &tag, &error));
        assert_null(tag.secret);
    }
    assert_done(tags_find(fixture->database, 'r', "zzzz", fixture->arena, &tag, &error));
    assert_null(tag.secret);
}

static void a_tag_of_somebody_erased_is_none(void **state) {
    /* Goal: who was erased can't be reached, asked or paused by what stands in old mails. */
    struct fixture *fixture = *state;
    struct error error = ERROR_INIT;
    const struct tag wanted[] = {{.purpose = 'u', .participant = fixture->anna},
                                 {.purpose = 'r', .outbox = fixture_queue(fixture, "k")}};
    struct tag tags[COUNT_OF(wanted)], found;
    for (size_t i = 0; i < COUNT_OF(wanted); i++) {
        assert_done(tags_find_or_create(fixture->database, &wanted[i], fixture->arena, &tags[i], &error));
        assert_done(tags_find(fixture->database, tags[i].purpose, tags[i].secret, fixture->arena, &found, &error));
        assert_non_null(found.secret);
    }
    assert_done(participants_set_state(fixture->database, fixture->anna, PARTICIPANT_ERASED, &fixture_cause, &error));
    for (size_t i = 0; i < COUNT_OF(wanted); i++) {
        assert_done(tags_find(fixture->database, tags[i].purpose, tags[i].secret, fixture->arena, &found, &error));
        assert_null(found.secret);
    }
}

static void a_tag_of_an_earlier_version_counts(void **state) {
    /* Goal: what stands in mails that were sent long ago is still known. */
    struct fixture *fixture = *state;
    struct error error = ERROR_INIT;
    struct tag tag;
    int64_t outbox = fixture_queue(fixture, "k");
    auto_text sql = TEXT_EMPTY;
    text_append_format(&sql, "INSERT INTO tag VALUES ('aaaabbbbccccdddd', 'r', %lld, NULL, %lld)",
                       (long long)fixture->anna, (long long)outbox);
    assert_int_equal(sqlite3_exec(fixture->database->handle, text_string(&sql), NULL, NULL, NULL), SQLITE_OK);
    assert_done(tags_find(fixture->database, 'r', "aaaabbbbccccdddd", fixture->arena, &tag, &error));
    assert_int_equal(tag.outbox, outbox);
    assert_int_equal(tag.participant, fixture->anna);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        fixture_test(what_is_due_comes_in_order),       fixture_test(it_can_be_rebuilt),
        fixture_test(a_step_is_first_seen_once),        fixture_test(a_tag_is_made_once_for_each_purpose),
        fixture_test(a_tag_of_somebody_erased_is_none), fixture_test(a_tag_of_an_earlier_version_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
