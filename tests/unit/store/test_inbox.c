#include "store/inbox.h"
#include "unit/store/fixture.h"

static struct inbox_row message(struct fixture *fixture, int64_t uid, enum inbox_state state) {
    return (struct inbox_row){.folder = "INBOX",
                              .uidvalidity = 7,
                              .uid = uid,
                              .message_id = "<m@example.org>",
                              .sender = "anna@example.org",
                              .body_hash = "hash",
                              .size = 500,
                              .state = state,
                              .kind = "human",
                              .reason = "not understood",
                              .subject = "Hello",
                              .participant = fixture->anna,
                              .partnership = fixture->partnership,
                              .server_action = SERVER_FLAG,
                              .received_at = 1000,
                              .written_at = 900};
}

static int64_t insert(struct fixture *fixture, const struct inbox_row *row) {
    struct error error = ERROR_INIT;
    int64_t id;
    assert_done(inbox_insert(fixture->database, row, "the bytes", 9, &fixture_cause, &id, &error));
    return id;
}

static void a_place_is_recorded_once(void **state) {
    /* Goal: (folder, UIDVALIDITY, UID) is unique, so that no message is handled twice. */
    struct fixture *fixture = *state;
    struct error error = ERROR_INIT;
    bool exists = true;
    int64_t id;
    struct inbox_row row = message(fixture, 1, INBOX_HANDLED);
    assert_done(inbox_exists(fixture->database, "INBOX", 7, 1, &exists, &error));
    assert_false(exists);
    insert(fixture, &row);
    assert_done(inbox_exists(fixture->database, "INBOX", 7, 1, &exists, &error));
    assert_true(exists);
    assert_done(inbox_exists(fixture->database, "INBOX", 8, 1, &exists, &error));
    assert_false(exists);
    assert_refused(inbox_insert(fixture->database, &row, NULL, 0, &fixture_cause, &id, &error), ERROR_BUG, "UNIQUE");
}

static void the_same_message_elsewhere_is_a_duplicate(void **state) {
    /* Goal: a moved or newly numbered message is recognised; an empty Message-ID alone never makes two messages one. */
    struct fixture *fixture = *state;
    struct error error = ERROR_INIT;
    int64_t found;
    struct inbox_row row = message(fixture, 1, INBOX_HANDLED), other = row;
    int64_t id = insert(fixture, &row);
    other.received_at = 5000;
    other.folder = "Junk";
    assert_done(inbox_find_duplicate(fixture->database, &other, 0, &found, &error));
    assert_int_equal(found, id);
    other.body_hash = "other";
    assert_done(inbox_find_duplicate(fixture->database, &other, 0, &found, &error));
    assert_int_equal(found, 0);
    /* Goal: of a letter the date stands for the body; without one, or at another, it is another letter. */
    other.written_at = row.written_at;
    assert_int_not_equal(row.written_at, 0);
    assert_done(inbox_find_same_letter(fixture->database, &other, 0, 0, &found, &error));
    assert_int_equal(found, id);
    other.written_at++;
    assert_done(inbox_find_same_letter(fixture->database, &other, 0, 0, &found, &error));
    assert_int_equal(found, 0);
    other.written_at = 0;
    assert_done(inbox_find_same_letter(fixture->database, &other, 0, 0, &found, &error));
    assert_int_equal(found, 0);
    struct inbox_row bare = message(fixture, 2, INBOX_HANDLED);
    bare.message_id = "";
    id = insert(fixture, &bare);
    other = bare;
    assert_done(inbox_find_duplicate(fixture->database, &other, 0, &found, &error));
    assert_int_equal(found, id);
    other.message_id = NULL;
    other.received_at += 60;
    assert_done(inbox_find_duplicate(fixture->database, &other, 0, &found, &error));
    assert_int_equal(found, 0);
}

static void only_waiting_messages_keep_their_content(void **state) {
    /* Goal: subject and bytes are there while a person must look, and nowhere before or after. */
    struct fixture *fixture = *state;
    struct error error = ERROR_INIT;
    const char *bytes;
    size_t length;
    struct inbox_row row = message(fixture, 1, INBOX_HANDLED), read;
    int64_t handled = insert(fixture, &row);
    assert_done(inbox_find(fixture->database, handled, fixture->arena, &read, &error));
    assert_null(read.subject);
    assert_done(inbox_content(fixture->database, handled, fixture->arena, &bytes, &length, &error));
    assert_null(bytes);
    row = message(fixture, 2, INBOX_WAITING);
    int64_t waiting = insert(fixture, &row);
    assert_done(inbox_find(fixture->database, waiting, fixture->arena, &read, &error));
    assert_string_equal(read.subject, "Hello");
    assert_string_equal(read.folder, "INBOX");
    assert_int_equal(read.uidvalidity, 7);
    assert_int_equal(read.uid, 2);
    assert_string_equal(read.message_id, "<m@example.org>");
    assert_string_equal(read.sender, "anna@example.org");
    assert_string_equal(read.body_hash, "hash");
    assert_int_equal(read.size, 500);
    assert_string_equal(read.kind, "human");
    assert_string_equal(read.reason, "not understood");
    assert_int_equal(read.participant, fixture->anna);
    assert_int_equal(read.partnership, fixture->partnership);
    assert_int_equal(read.server_action, SERVER_FLAG);
    assert_int_equal(read.received_at, 1000);
    assert_done(inbox_content(fixture->database, waiting, fixture->arena, &bytes, &length, &error));
    assert_int_equal(length, 9);
    assert_memory_equal(bytes, "the bytes", 9);
    assert_done(inbox_resolve(fixture->database, waiting, &fixture_cause, &error));
    assert_done(inbox_find(fixture->database, waiting, fixture->arena, &read, &error));
    assert_int_equal(read.state, INBOX_RESOLVED);
    assert_int_equal(read.resolved_at, FIXTURE_NOW);
    assert_null(read.subject);
    assert_done(inbox_content(fixture->database, waiting, fixture->arena, &bytes, &length, &error));
    assert_null(bytes);
    assert_refused(inbox_resolve(fixture->database, waiting, &fixture_cause, &error), ERROR_PERMANENT,
                   "it is resolved");
    assert_refused(inbox_resolve(fixture->database, 99, &fixture_cause, &error), ERROR_PERMANENT,
                   "no inbox message 99");
}

static void what_is_to_do_on_the_server_is_listed_once(void **state) {
    /* Goal: after a restart the marking goes on where it stopped, in the order of UIDs, for this UIDVALIDITY only. */
    struct fixture *fixture = *state;
    struct error error = ERROR_INIT;
    struct inbox_list list;
    struct inbox_row row = message(fixture, 9, INBOX_HANDLED);
    int64_t last = insert(fixture, &row);
    row.uid = 3;
    row.server_action = SERVER_DELETE;
    int64_t first = insert(fixture, &row);
    row.uid = 4;
    row.server_action = SERVER_NOTHING;
    insert(fixture, &row);
    row.uid = 5;
    row.uidvalidity = 6;
    row.server_action = SERVER_MOVE;
    insert(fixture, &row);
    assert_done(inbox_list_unmarked(fixture->database, "INBOX", 7, 10, fixture->arena, &list, &error));
    assert_int_equal(list.count, 2);
    assert_int_equal(list.items[0].id, first);
    assert_int_equal(list.items[0].server_action, SERVER_DELETE);
    assert_int_equal(list.items[1].id, last);
    assert_done(inbox_set_marked(fixture->database, first, &error));
    assert_done(inbox_list_unmarked(fixture->database, "INBOX", 7, 10, fixture->arena, &list, &error));
    assert_int_equal(list.count, 1);
}

static void lists_show_the_newest(void **state) {
    /* Goal: filters by state, and limits that keep the newest, given in order. */
    struct fixture *fixture = *state;
    struct error error = ERROR_INIT;
    struct inbox_list list;
    for (int64_t uid = 1; uid <= 4; uid++) {
        struct inbox_row row = message(fixture, uid, uid % 2 ? INBOX_HANDLED : INBOX_WAITING);
        insert(fixture, &row);
    }
    enum inbox_state waiting = INBOX_WAITING;
    assert_done(
        inbox_list(fixture->database, &(struct inbox_filter){.state = &waiting}, fixture->arena, &list, &error));
    assert_int_equal(list.count, 2);
    assert_int_equal(list.items[1].uid, 4);
    struct inbox_filter newest = {.limit = 3};
    assert_done(inbox_before_newest(fixture->database, &newest, 3, &newest.after, &error));
    assert_done(inbox_list(fixture->database, &newest, fixture->arena, &list, &error));
    assert_int_equal(list.count, 3);
    assert_int_equal(list.items[0].uid, 2);
}

static void a_position_is_kept_for_each_folder(void **state) {
    /* Goal: fetching goes on where it stood. */
    struct fixture *fixture = *state;
    struct error error = ERROR_INIT;
    struct inbox_position position;
    assert_done(inbox_position(fixture->database, "INBOX", &position, &error));
    assert_int_equal(position.next_uid, 0);
    for (int64_t next = 10; next <= 20; next += 10)
        assert_done(inbox_set_position(fixture->database, "INBOX", &(struct inbox_position){4294967295, next}, &error));
    assert_done(inbox_position(fixture->database, "INBOX", &position, &error));
    assert_int_equal(position.uidvalidity, 4294967295);
    assert_int_equal(position.next_uid, 20);
    assert_done(inbox_position(fixture->database, "Junk", &position, &error));
    assert_int_equal(position.uidvalidity, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        fixture_test(a_place_is_recorded_once),
        fixture_test(the_same_message_elsewhere_is_a_duplicate),
        fixture_test(only_waiting_messages_keep_their_content),
        fixture_test(what_is_to_do_on_the_server_is_listed_once),
        fixture_test(lists_show_the_newest),
        fixture_test(a_position_is_kept_for_each_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
