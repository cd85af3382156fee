#include "store/applications.h"
#include "store/connection.h"
#include "store/erasing.h"
#include "store/notes.h"
#include "store/statement.h"
#include "unit/store/fixture.h"

static void every_column_has_a_fate(void **state) {
    /* Goal: nobody adds a column of text without saying what becomes of it when somebody is erased. */
    struct fixture *fixture = *state;
    sqlite3_stmt *columns = NULL;
    size_t seen = 0, unknown = 0;
    assert_int_equal(sqlite3_prepare_v2(fixture->database->handle,
                                        "SELECT tables.name, columns.name FROM sqlite_schema AS tables,"
                                        " pragma_table_info(tables.name) AS columns WHERE tables.type = 'table'"
                                        " AND tables.name NOT LIKE 'sqlite_%' AND columns.type <> 'INTEGER'",
                                        -1, &columns, NULL),
                     SQLITE_OK);
    for (; sqlite3_step(columns) == SQLITE_ROW; seen++) {
        const char *table = (const char *)sqlite3_column_text(columns, 0),
                   *column = (const char *)sqlite3_column_text(columns, 1);
        if (erasing_fate(table, column) != ERASING_UNKNOWN)
            continue;
        print_error("%s.%s: write into daemon/store/erasing.c whether it is erased or kept\n", table, column);
        unknown++;
    }
    sqlite3_finalize(columns);
    assert_true(seen > 60);
    assert_int_equal(unknown, 0);
}

/* ---- Nothing is left ---- */

#define NAME "Zebulon Quince"
#define ADDRESS "zebulon@quince.test"

struct place {
    char folder[64], path[96];
};

static int place_open(void **state) {
    struct place *place = memory_new(sizeof *place);
    snprintf(place->folder, sizeof place->folder, "/tmp/tandempost-erasing-XXXXXX");
    assert_non_null(mkdtemp(place->folder));
    snprintf(place->path, sizeof place->path, "%s/db", place->folder);
    *state = place;
    return 0;
}

static int place_close(void **state) {
    static const char *const ends[] = {"", "-wal", "-shm"};
    struct place *place = *state;
    for (size_t i = 0; i < COUNT_OF(ends); i++) {
        char path[128];
        snprintf(path, sizeof path, "%s%s", place->path, ends[i]);
        unlink(path);
    }
    rmdir(place->folder);
    free(place);
    return 0;
}

/* How often WORD stands in the database's file and its write-ahead log, whatever the case. */
static size_t count_in_files(const struct place *place, const char *word) {
    static const char *const ends[] = {"", "-wal"};
    size_t count = 0;
    for (size_t i = 0; i < COUNT_OF(ends); i++) {
        auto_text bytes = TEXT_EMPTY;
        char path[128], block[65536];
        size_t got;
        snprintf(path, sizeof path, "%s%s", place->path, ends[i]);
        FILE *file = fopen(path, "rb");
        while (file && (got = fread(block, 1, sizeof block, file)) > 0)
            text_append_bytes(&bytes, block, got);
        if (file)
            fclose(file);
        for (size_t at = 0; at + strlen(word) <= bytes.length; at++)
            count += strncasecmp(bytes.bytes + at, word, strlen(word)) == 0;
    }
    return count;
}

static void run(struct database *database, const char *sql) {
    struct error error = ERROR_INIT;
    assert_done(connection_run(database, sql, &error));
}

/* Whatever a row of theirs can hold, it holds: name and address, in every column that is to be erased. */
static void fill_rows(struct database *database, int64_t id, int64_t round) {
    auto_text sql = TEXT_EMPTY;
    text_append_format(
        &sql,
        "INSERT INTO application (participant, round, state, answers) VALUES (%lld, %lld, 'accepted',"
        " '{\"name\": \"" NAME "\"}');"
        "INSERT INTO content (bytes) VALUES (CAST('From: " NAME " <" ADDRESS ">' AS BLOB));"
        "INSERT INTO outbox (key, state, priority, step, template, participant, detail, due_at, expires_at, "
        "next_try_at,"
        " recipient, reply_text, reason, content, created_at) VALUES ('k1', 'held', 1, 'welcome', 'welcome', %lld,"
        " '{\"to\": \"" NAME "\"}', 1, 2, 1, '" ADDRESS "', '550 <" ADDRESS ">', '" NAME "',"
        " (SELECT max(id) FROM content), 1);"
        "INSERT INTO tag VALUES ('secretsecretsecret', 'u', %lld, NULL, NULL);"
        "INSERT INTO content (bytes) VALUES (CAST('Dear " NAME "' AS BLOB));"
        "INSERT INTO outbox (key, state, priority, step, template, address, due_at, expires_at, next_try_at, recipient,"
        " content, created_at) VALUES ('k2', 'sent', 1, 'test', 'test', '" ADDRESS "', 1, 2, 1, '" ADDRESS
        "', NULL, 1);"
        "INSERT INTO outbox (key, state, priority, step, template, coordinator, about, due_at, expires_at, next_try_at,"
        " content, created_at) VALUES ('k3', 'queued', 1, 'alert', 'coordinator-alert', 'Kate', %lld, 1, 2, 1,"
        " (SELECT max(id) FROM content), 1);"
        "INSERT INTO content (bytes) VALUES (CAST('" NAME " wrote' AS BLOB));"
        "INSERT INTO inbox (folder, uidvalidity, uid, message_id, sender, body_hash, size, state, kind, reason, "
        "subject,"
        " participant, content, received_at) VALUES ('INBOX', 1, 1, '<1@quince.test>', '" ADDRESS "', '" ADDRESS "', 9,"
        " 'waiting', 'human', '" NAME "', '" NAME "', %lld, (SELECT max(id) FROM content), 1);"
        "INSERT INTO inbox (folder, uidvalidity, uid, message_id, sender, body_hash, size, state, kind, reason,"
        " received_at) VALUES ('INBOX', 1, 2, '<2@quince.test>', '" ADDRESS "', 'h', 9, 'handled', 'human', '', 1);"
        "INSERT INTO note (participant, author, at, text) VALUES (%lld, 'Kate', 1, '" NAME "');"
        "INSERT INTO note (author, at, text) VALUES ('Kate', 1, 'was brought by " NAME ", she says');"
        "INSERT INTO case_file (key, kind, reason, words, participant, at_once, opened_at)"
        " VALUES ('c', 'help', 'asked: " NAME "', 'I, " NAME ", am lost', %lld, 0, 1);"
        "INSERT INTO incident (id, inbox, reporter, at, mail, state)"
        " VALUES (1, 1, %lld, 1, CAST('" NAME " <" ADDRESS ">' AS BLOB), 'warning');"
        "INSERT INTO undoable VALUES (%lld, 'language', '" NAME "', 1);"
        "INSERT INTO applicant (round, participant, address, address_key, language, state, answers, asked_at, "
        "expires_at,"
        " created_at) VALUES (%lld, %lld, '" ADDRESS "', '" ADDRESS "', 'en', 'asked', '{\"name\": \"" NAME
        "\"}', 1, 2, 1);"
        "INSERT INTO proposal VALUES (%lld, 1, 1);"
        "INSERT INTO proposal_member VALUES (%lld, %lld, 0, 0, '" NAME "')",
        (long long)id, (long long)round, (long long)id, (long long)id, (long long)id, (long long)id, (long long)id,
        (long long)id, (long long)id, (long long)id, (long long)round, (long long)id, (long long)round,
        (long long)round, (long long)id);
    run(database, text_string(&sql));
}

static void nothing_is_left_in_the_file(void **state) {
    /* Goal: after an erasing neither name nor address stands in the database's file, its free space or its write-ahead
     * log, however the rows lie in its pages; others' rows are as they were. */
    struct place *place = *state;
    struct error error = ERROR_INIT;
    auto_database database = NULL;
    auto_arena arena = arena_new();
    struct participant after;
    int64_t round, id = 0, rest;
    bool complete;
    assert_done(database_open(place->path, DATABASE_CREATE, &database, &error));
    assert_done(rounds_create(database, "2024a", "6 months", &fixture_cause, &round, &error));
    for (int i = 0; i < 400; i++) {
        char name[64], address[64];
        snprintf(name, sizeof name, "Person %d %.*s", i, i % 40, "a name that goes on for quite a while, then");
        snprintf(address, sizeof address, "person%d@example.org", i);
        int64_t one = fixture_add(database, i == 200 ? NAME : name, i == 200 ? ADDRESS : address);
        id = i == 200 ? one : id;
    }
    fill_rows(database, id, round);
    /* Pages part and join, those of indexes around the name among them. */
    for (int i = 0; i < 3000; i++) {
        char name[64], address[64];
        snprintf(name, sizeof name, "Zebulo%c %d %.*s", i % 2 ? 'a' : 'z', i * 7919 % 3000, i % 30,
                 "with a name that goes on and on");
        snprintf(address, sizeof address, "zebulo%c%d@example.org", i % 2 ? 'a' : 'z', i * 7919 % 3000);
        fixture_add(database, name, address);
    }
    run(database, "DELETE FROM participant WHERE id > 600 AND id % 5 < 3");
    run(database,
        "UPDATE participant SET name = name || ' ' || hex(randomblob(id % 90)) WHERE id % 3 = 0 AND id <> 201");
    run(database, "UPDATE participant SET name = substr(name, 1, 9) WHERE id % 6 = 0 AND id <> 201");
    assert_true(count_in_files(place, NAME) > 10);
    assert_true(count_in_files(place, ADDRESS) > 10);
    assert_done(erasing_erase(database, id, &fixture_cause, &error));
    assert_done(erasing_blot(database, NAME, &error));
    assert_done(database_checkpoint(database, &complete, &error));
    assert_true(complete);
    assert_int_equal(count_in_files(place, NAME), 0);
    assert_int_equal(count_in_files(place, ADDRESS), 0);
    assert_int_equal(count_in_files(place, "quince"), 0);
    assert_done(participants_find(database, id, arena, &after, &error));
    assert_int_equal(after.state, PARTICIPANT_ERASED);
    assert_done(statement_read_integer(database, "SELECT count(*) FROM participant WHERE address LIKE '%@%'", NO_VALUES,
                                       &rest, &error));
    assert_int_equal(rest, 399 + 200 + 1120);
    assert_done(database_check(database, &error));
}

static void texts_of_consent_are_kept_once(void **state) {
    /* Goal: who agrees to the same text points to the same row, with a moment of their own; another language is another
     * text. */
    struct fixture *fixture = *state;
    struct error error = ERROR_INIT;
    struct consent found;
    int64_t ids[2], texts;
    const struct consent first = {.text = "May we?", .language = "en", .at = 5},
                         later = {.text = "May we?", .language = "en", .at = 9},
                         french = {.text = "May we?", .language = "fr", .at = 7};
    for (size_t i = 0; i < 2; i++) {
        const struct application application = {
            .participant = i ? fixture->ben : fixture->anna, .round = fixture->round, .state = APPLICATION_ACCEPTED};
        assert_done(applications_add(fixture->database, &application, &fixture_cause, &ids[i], &error));
    }
    assert_done(applications_consent(fixture->database, ids[0], fixture->arena, &found, &error));
    assert_int_equal(found.at, 0);
    assert_done(applications_set_consent(fixture->database, ids[0], &first, &error));
    assert_done(applications_set_consent(fixture->database, ids[1], &later, &error));
    assert_done(
        statement_read_integer(fixture->database, "SELECT count(*) FROM consent_text", NO_VALUES, &texts, &error));
    assert_int_equal(texts, 1);
    assert_done(applications_consent(fixture->database, ids[1], fixture->arena, &found, &error));
    assert_int_equal(found.at, 9);
    assert_string_equal(found.text, "May we?");
    assert_done(applications_set_consent(fixture->database, ids[1], &french, &error));
    assert_done(
        statement_read_integer(fixture->database, "SELECT count(*) FROM consent_text", NO_VALUES, &texts, &error));
    assert_int_equal(texts, 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        fixture_test(every_column_has_a_fate),
        fixture_test(texts_of_consent_are_kept_once),
        cmocka_unit_test_setup_teardown(nothing_is_left_in_the_file, place_open, place_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
