#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "store/connection.h"
#include "store/events.h"
#include "store/migration.h"
#include "store/settings.h"
#include "store/statement.h"
#include "unit/store/fixture.h"

/* A folder of its own, removed with all in it. */
struct place {
    char folder[64], path[96], copy[96];
};

static int place_open(void **state) {
    struct place *place = memory_new(sizeof *place);
    snprintf(place->folder, sizeof place->folder, "/tmp/tandempost-store-XXXXXX");
    assert_non_null(mkdtemp(place->folder));
    snprintf(place->path, sizeof place->path, "%s/db", place->folder);
    snprintf(place->copy, sizeof place->copy, "%s/copy", place->folder);
    *state = place;
    return 0;
}

static size_t count_files(const char *folder) {
    size_t count = 0;
    DIR *directory = opendir(folder);
    assert_non_null(directory);
    for (struct dirent *entry; (entry = readdir(directory));)
        count += entry->d_name[0] != '.';
    closedir(directory);
    return count;
}

static int place_close(void **state) {
    struct place *place = *state;
    DIR *directory = opendir(place->folder);
    for (struct dirent *entry; directory && (entry = readdir(directory));)
        if (entry->d_name[0] != '.')
            unlinkat(dirfd(directory), entry->d_name, 0);
    if (directory)
        closedir(directory);
    rmdir(place->folder);
    free(place);
    return 0;
}

static struct database *must_open(const char *path, enum database_mode mode) {
    struct error error = ERROR_INIT;
    struct database *database = NULL;
    assert_done(database_open(path, mode, &database, &error));
    return database;
}

static void write_file(const char *path, const char *text) {
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static int64_t number(struct database *database, const char *sql) {
    struct error error = ERROR_INIT;
    int64_t value;
    assert_done(statement_read_integer(database, sql, NO_VALUES, &value, &error));
    return value;
}

static void a_new_database_is_complete_and_hardened(void **state) {
    /* Goal: migration from nothing gives our newest version, and every connection has the settings that safety and
     * privacy rest on. */
    struct place *place = *state;
    auto_database database = must_open(place->path, DATABASE_CREATE);
    assert_int_equal(number(database, "PRAGMA application_id"), MIGRATION_APPLICATION_ID);
    assert_int_equal(number(database, "PRAGMA user_version"), migration_newest(embedded_files, embedded_file_count));
    assert_int_equal(number(database, "PRAGMA synchronous"), 2);
    assert_int_equal(number(database, "PRAGMA foreign_keys"), 1);
    assert_int_equal(number(database, "PRAGMA secure_delete"), 1);
    assert_int_equal(number(database, "PRAGMA trusted_schema"), 0);
    assert_int_equal(number(database, "PRAGMA busy_timeout"), 5000);
    assert_int_equal(number(database, "PRAGMA journal_size_limit"), 1048576);
    assert_int_equal(number(database, "SELECT count(*) FROM pragma_journal_mode WHERE journal_mode = 'wal'"), 1);
    struct error error = ERROR_INIT;
    assert_done(database_check(database, &error));
}

static void creating_never_touches_what_exists(void **state) {
    /* Goal: init on an existing file, whatever it holds, leaves it as it is. */
    struct place *place = *state;
    struct error error;
    struct database *database = NULL;
    write_file(place->path, "something else");
    assert_refused(database_open(place->path, DATABASE_CREATE, &database, &error), ERROR_CONFIGURATION,
                   "exists already");
    assert_null(database);
    char content[32] = "";
    FILE *file = fopen(place->path, "r");
    assert_non_null(fgets(content, sizeof content, file));
    fclose(file);
    assert_string_equal(content, "something else");
}

static void what_is_not_ours_is_refused_untouched(void **state) {
    /* Goal: a missing, empty, foreign, newer or broken file is refused, each with what to do; nothing is written to it
     * or left beside it. */
    struct place *place = *state;
    struct error error;
    struct database *database = NULL;
    assert_refused(database_open(place->path, DATABASE_READ_WRITE, &database, &error), ERROR_CONFIGURATION,
                   "there is no database");
    write_file(place->path, "");
    assert_refused(database_open(place->path, DATABASE_READ_WRITE, &database, &error), ERROR_CONFIGURATION, "is empty");
    write_file(place->path,
               "this is a text of more than a hundred bytes, which is what a database's header takes at least; "
               "so SQLite sees at once that it is none.");
    assert_refused(database_open(place->path, DATABASE_READ_WRITE, &database, &error), ERROR_CONFIGURATION, "damaged");
    unlink(place->path);
    struct database *raw = NULL;
    error = ERROR_INIT;
    assert_done(connection_open(place->path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, &raw, &error));
    assert_done(connection_run(raw, "CREATE TABLE other (x)", &error));
    assert_refused(database_open(place->path, DATABASE_READ_WRITE, &database, &error), ERROR_CONFIGURATION,
                   "another program");
    assert_int_equal(number(raw, "SELECT count(*) FROM pragma_journal_mode WHERE journal_mode = 'delete'"), 1);
    char newer[100];
    snprintf(newer, sizeof newer, "PRAGMA application_id = %d; PRAGMA user_version = 9000", MIGRATION_APPLICATION_ID);
    error = ERROR_INIT;
    assert_done(connection_run(raw, newer, &error));
    assert_refused(database_open(place->path, DATABASE_READ_WRITE, &database, &error), ERROR_CONFIGURATION,
                   "version 9000");
    database_close(raw);
    assert_null(database);
    assert_int_equal(count_files(place->folder), 1);
}

static const struct embedded_file two_files[] = {
    {"config/tandempost.conf", "", 0},
    {"schema/0001_start.sql", "CREATE TABLE a (x)", 18},
    {"schema/0002_more.sql", "CREATE TABLE b (x); INSERT INTO b SELECT x FROM a", 49},
    {"schema/0003_broken.sql", "CREATE TABLE c (x); CREATE TABLE a (y)", 38},
    {"templates/en/x.md", "", 0},
};

static void an_older_database_gets_only_what_is_missing(void **state) {
    /* Goal: each migration runs once, keeps the data, and a failing one leaves no half state. */
    struct place *place = *state;
    struct error error = ERROR_INIT;
    auto_database database = NULL;
    assert_done(connection_open(place->path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, &database, &error));
    assert_done(migration_run(database, two_files, 2, true, &error));
    assert_done(connection_run(database, "INSERT INTO a VALUES (7)", &error));
    assert_done(migration_run(database, two_files, 3, false, &error));
    assert_done(migration_run(database, two_files, 3, false, &error));
    assert_int_equal(number(database, "SELECT sum(x) FROM b"), 7);
    assert_int_equal(number(database, "PRAGMA user_version"), 2);
    assert_refused(migration_run(database, two_files, COUNT_OF(two_files), false, &error), ERROR_BUG,
                   "0003_broken.sql");
    assert_int_equal(number(database, "PRAGMA user_version"), 2);
    assert_int_equal(number(database, "SELECT count(*) FROM sqlite_schema WHERE name = 'c'"), 0);
}

/* A database as it was before the schema file NEWER, whose path begins so. */
static struct database *open_older(struct place *place, const char *newer) {
    struct error error = ERROR_INIT;
    struct database *database = NULL;
    struct embedded_file older[8];
    size_t count = 0;
    for (size_t i = 0; i < embedded_file_count; i++)
        if (strstr(embedded_files[i].path, "schema/") && strcmp(embedded_files[i].path, newer) < 0)
            older[count++] = embedded_files[i];
    assert_done(connection_open(place->path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, &database, &error));
    assert_done(connection_run(database, "PRAGMA foreign_keys = ON", &error)); /* as the service has it */
    assert_done(migration_run(database, older, count, true, &error));
    return database;
}

static void alerts_and_waiting_mails_become_cases(void **state) {
    /* Goal: what was open before there were cases is open still, once each, and is told again; what was closed stays
     * closed. */
    struct error error = ERROR_INIT;
    auto_database database = open_older(*state, "schema/0004");
    assert_done(connection_run(
        database,
        "INSERT INTO inbox (id, folder, uidvalidity, uid, message_id, sender, body_hash, size, state, kind, reason,"
        " received_at) VALUES (1, 'INBOX', 1, 1, '', '', '', 1, 'waiting', 'human', 'a question', 100),"
        " (2, 'INBOX', 1, 2, '', '', '', 1, 'waiting', 'human', 'written to the report address', 200),"
        " (3, 'INBOX', 1, 3, '', '', '', 1, 'resolved', 'human', 'another', 300);"
        "INSERT INTO alert (id, key, reason, opened_at, closed_at) VALUES"
        " (5, 'message/2', 'A report of misconduct may have come in: look at it first. See: tandempost inbox show 2',"
        " 200, NULL), (6, 'outgoing', 'The mail server is away.', 300, 400);"
        "INSERT INTO outbox (id, key, state, priority, step, template, coordinator, detail, due_at, expires_at,"
        " next_try_at, created_at) VALUES (1, 'k', 'queued', 20, 'alert', 'coordinator-alert', 'Kate',"
        " '{\"alert\": 5}', 1, 2, 1, 1);",
        &error));
    assert_done(migration_run(database, embedded_files, embedded_file_count, false, &error));
    assert_int_equal(number(database, "SELECT count(*) FROM case_file"), 3);
    assert_int_equal(number(database, "SELECT inbox FROM case_file WHERE id = 5 AND kind = 'report' AND at_once = 1"
                                      " AND tell_at = 200 AND reason NOT LIKE '%See:%'"),
                     2);
    assert_int_equal(number(database, "SELECT closed_at FROM case_file WHERE id = 6 AND kind = 'service'"), 400);
    assert_int_equal(number(database, "SELECT inbox FROM case_file WHERE kind = 'message' AND tell_at = 100"), 1);
    assert_int_equal(number(database, "SELECT detail ->> '$.case' FROM outbox"), 5);
}

static void answers_keep_what_was_checked_in(void **state) {
    /* Goal: what was answered to check-ins before there were other questions is all there. */
    struct error error = ERROR_INIT;
    auto_database database = open_older(*state, "schema/0005");
    assert_done(connection_run(
        database,
        "INSERT INTO participant (id, name, address, address_key, language, country, time_zone, state, created_at)"
        " VALUES (7, 'Anna', 'a@b.test', 'a@b.test', 'en', 'DE', 'Europe/Berlin', 'active', 1);"
        "INSERT INTO check_in (id, participant, answer, at) VALUES (3, 7, 2, 100), (5, 7, 4, 200)",
        &error));
    assert_done(migration_run(database, embedded_files, embedded_file_count, false, &error));
    assert_int_equal(number(database, "SELECT count(*) FROM answer WHERE question = 'check-in' AND participant = 7"),
                     2);
    assert_int_equal(number(database, "SELECT value FROM answer WHERE id = 5 AND at = 200"), 4);
}

static void rounds_keep_their_place(void **state) {
    /* Goal: rounds get their new states, ids stay, and what refers to them still does. */
    struct error error = ERROR_INIT;
    auto_database database = open_older(*state, "schema/0006");
    assert_done(connection_run(
        database,
        "INSERT INTO participant (id, name, address, address_key, language, country, time_zone, state, created_at)"
        " VALUES (7, 'Anna', 'a@b.test', 'a@b.test', 'en', 'DE', 'Europe/Berlin', 'active', 1);"
        "INSERT INTO round (id, name, state, length, started_at, ended_at, created_at) VALUES"
        " (3, 'past', 'ended', '6 months', 10, 20, 5), (4, 'now', 'running', '6 months', 30, NULL, 6),"
        " (9, 'next', 'planned', '6 months', NULL, NULL, 7);"
        "DELETE FROM round WHERE id = 9;"
        "INSERT INTO round (id, name, state, length, created_at) VALUES (8, 'next', 'planned', '6 months', 7);"
        "INSERT INTO application (participant, round, state, accepted_at) VALUES (7, 4, 'matched', 25)",
        &error));
    assert_done(migration_run(database, embedded_files, embedded_file_count, false, &error));
    assert_int_equal(
        number(database, "SELECT id FROM round WHERE state = 'ending' AND started_at = 10 AND ended_at = 20"), 3);
    assert_int_equal(number(database, "SELECT id FROM round WHERE state = 'running'"), 4);
    assert_int_equal(number(database, "SELECT id FROM round WHERE state = 'draft' AND name = 'next'"), 8);
    assert_int_equal(number(database, "SELECT round FROM application WHERE applied_at = 25"), 4);
    assert_int_equal(number(database, "SELECT count(*) FROM pragma_foreign_key_check"), 0);
    assert_false(connection_run(database, "DELETE FROM round WHERE id = 4", &error));
}

static void reading_only_changes_nothing(void **state) {
    /* Goal: a database opened to read refuses writes, and one of an older version is not migrated. */
    struct place *place = *state;
    struct error error = ERROR_INIT;
    auto_database writer = must_open(place->path, DATABASE_CREATE);
    auto_database reader = must_open(place->path, DATABASE_READ_ONLY);
    assert_refused(settings_set(reader, "a", "b", &error), ERROR_CONFIGURATION, "check owner and mode");
    error = ERROR_INIT;
    assert_done(connection_run(writer, "PRAGMA user_version = 0", &error));
    struct database *other = NULL;
    assert_refused(database_open(place->path, DATABASE_READ_ONLY, &other, &error), ERROR_CONFIGURATION,
                   "older version");
}

static void a_lock_held_too_long_is_temporary(void **state) {
    /* Goal: a second writer gets a temporary error in plain words, and succeeds once the first is done. */
    struct place *place = *state;
    struct error error = ERROR_INIT;
    auto_database first = must_open(place->path, DATABASE_CREATE);
    auto_database second = must_open(place->path, DATABASE_READ_WRITE);
    database_set_patience(second, 10);
    auto_transaction holding = TRANSACTION_NONE;
    assert_done(transaction_begin(first, &holding, &error));
    auto_transaction waiting = TRANSACTION_NONE;
    assert_refused(transaction_begin(second, &waiting, &error), ERROR_TEMPORARY, "another process is using it");
    assert_refused(settings_set(second, "a", "b", &error), ERROR_TEMPORARY, "another process is using it");
    error = ERROR_INIT;
    assert_done(transaction_commit(&holding, &error));
    assert_done(settings_set(second, "a", "b", &error));
}

static void a_full_disk_leaves_no_half_state(void **state) {
    /* Goal: where the file can't grow, the error says so, nothing of the transaction stands, and with room again the
     * same work succeeds on the same connection. */
    struct place *place = *state;
    struct error error = ERROR_INIT;
    struct fixture fixture = {.database = must_open(place->path, DATABASE_CREATE), .arena = arena_new()};
    auto_database database = fixture.database;
    auto_arena arena = fixture.arena;
    fixture_fill(&fixture);
    int64_t id = fixture_queue(&fixture, "k");
    int64_t events = number(database, "SELECT count(*) FROM event");
    auto_string large = memory_new(1000000);
    memset(large, 'x', 1000000);
    struct outbox_rendering rendering = {.recipient = "a@b", .message_id = "<1@b>", .bytes = large, .length = 1000000};
    int64_t pages = number(database, "PRAGMA page_count");
    char limit[60];
    snprintf(limit, sizeof limit, "PRAGMA max_page_count = %lld", (long long)pages + 2);
    assert_done(connection_run(database, limit, &error));
    {
        auto_transaction transaction = TRANSACTION_NONE;
        assert_done(transaction_begin(database, &transaction, &error));
        assert_done(outbox_enter_state(database, id, OUTBOX_QUEUED, OUTBOX_SENDING, NULL, &fixture_cause, &error));
        assert_refused(outbox_set_rendering(database, id, &rendering, &error), ERROR_TEMPORARY, "the disk is full");
    }
    struct outbox_row row;
    error = ERROR_INIT;
    assert_done(outbox_find(database, id, arena, &row, &error));
    assert_int_equal(row.state, OUTBOX_QUEUED);
    assert_null(row.message_id);
    assert_int_equal(number(database, "SELECT count(*) FROM event"), events);
    assert_int_equal(number(database, "SELECT count(*) FROM content"), 0);
    assert_done(connection_run(database, "PRAGMA max_page_count = 100000", &error));
    assert_done(outbox_set_rendering(database, id, &rendering, &error));
    assert_done(database_check(database, &error));
}

static void data_version_shows_others_commits(void **state) {
    /* Goal: a loop notices that another process changed the database, and not its own changes. */
    struct place *place = *state;
    struct error error = ERROR_INIT;
    auto_database mine = must_open(place->path, DATABASE_CREATE);
    auto_database other = must_open(place->path, DATABASE_READ_WRITE);
    int64_t before, after;
    assert_done(database_data_version(mine, &before, &error));
    assert_done(settings_set(mine, "a", "1", &error));
    assert_done(database_data_version(mine, &after, &error));
    assert_int_equal(before, after);
    assert_done(settings_set(other, "a", "2", &error));
    assert_done(database_data_version(mine, &after, &error));
    assert_int_not_equal(before, after);
}

static bool file_holds(const char *path, const char *needle) {
    FILE *file = fopen(path, "r");
    if (!file)
        return false;
    static char bytes[4 << 20];
    size_t length = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    return memmem(bytes, length, needle, strlen(needle)) != NULL;
}

static void emptied_content_is_gone_from_the_disk(void **state) {
    /* Goal: after a message ended and a checkpoint, its text is neither in the file nor in the write-ahead log; a
     * reader that holds the log back is told of. */
    struct place *place = *state;
    struct error error = ERROR_INIT;
    struct fixture fixture = {.database = must_open(place->path, DATABASE_CREATE), .arena = arena_new()};
    auto_database database = fixture.database;
    auto_arena arena = fixture.arena;
    fixture_fill(&fixture);
    int64_t id = fixture_queue(&fixture, "k");
    static const char letter[] = "Dear Ben, this is between us: xyzzy-plugh";
    struct outbox_rendering rendering = {
        .recipient = "a@b", .message_id = "<1@b>", .bytes = letter, .length = sizeof letter - 1};
    assert_done(outbox_set_rendering(database, id, &rendering, &error));
    char log[110];
    snprintf(log, sizeof log, "%s-wal", place->path);
    assert_true(file_holds(log, "xyzzy-plugh"));
    bool complete = false;
    assert_done(database_checkpoint(database, &complete, &error));
    assert_true(complete);
    assert_true(file_holds(place->path, "xyzzy-plugh"));
    assert_done(outbox_enter_state(database, id, OUTBOX_QUEUED, OUTBOX_CANCELLED, NULL, &fixture_cause, &error));
    auto_database reader = must_open(place->path, DATABASE_READ_ONLY);
    {
        auto_transaction reading = TRANSACTION_NONE;
        assert_done(transaction_begin_read(reader, &reading, &error));
        number(reader, "SELECT count(*) FROM outbox");
        assert_done(settings_set(database, "a", "b", &error));
        assert_done(database_checkpoint(database, &complete, &error));
        assert_false(complete);
    }
    assert_done(database_checkpoint(database, &complete, &error));
    assert_true(complete);
    assert_false(file_holds(place->path, "xyzzy-plugh"));
    assert_false(file_holds(log, "xyzzy-plugh"));
}

static void a_backup_is_consistent_private_and_stamped(void **state) {
    /* Goal: a copy made while another connection is in the middle of writing holds the last committed state, opens as a
     * database of ours, is stamped with its moment, and only its owner reads it; an existing file is kept. */
    struct place *place = *state;
    struct error error = ERROR_INIT;
    auto_database database = must_open(place->path, DATABASE_CREATE);
    auto_database writer = must_open(place->path, DATABASE_READ_WRITE);
    assert_done(settings_set(writer, "committed", "yes", &error));
    auto_transaction writing = TRANSACTION_NONE;
    assert_done(transaction_begin(writer, &writing, &error));
    assert_done(settings_set(writer, "half", "yes", &error));
    assert_done(database_backup(database, place->copy, 1234, false, &error));
    assert_done(settings_set(writer, "more", "yes", &error));
    assert_done(transaction_commit(&writing, &error));
    assert_refused(database_backup(database, place->copy, 1234, false, &error), ERROR_PERMANENT, "exists already");

    struct stat status;
    assert_int_equal(stat(place->copy, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    error = ERROR_INIT;
    auto_arena arena = arena_new();
    auto_database copy = must_open(place->copy, DATABASE_READ_WRITE);
    assert_done(database_check(copy, &error));
    const char *value;
    int64_t stamp;
    assert_done(settings_get(copy, "committed", arena, &value, &error));
    assert_string_equal(value, "yes");
    assert_done(settings_get(copy, "half", arena, &value, &error));
    assert_null(value);
    assert_done(settings_get_integer(copy, SETTING_RESTORED_FROM, 0, &stamp, &error));
    assert_int_equal(stamp, 1234);
    assert_done(settings_get_integer(database, SETTING_RESTORED_FROM, 0, &stamp, &error));
    assert_int_equal(stamp, 0);
    database_close(steal(copy));
    database_close(steal(writer));
    database_close(steal(database));
    assert_int_equal(count_files(place->folder), 2);
}

static void a_backup_that_fails_leaves_nothing(void **state) {
    /* Goal: where the copy can't be written, the error names it and no part of it stays. */
    struct place *place = *state;
    struct error error;
    auto_database database = must_open(place->path, DATABASE_CREATE);
    assert_refused(database_backup(database, "/nonexistent/copy", 1, false, &error), ERROR_CONFIGURATION,
                   "/nonexistent/copy");
}

static void a_copy_to_work_on_is_apart(void **state) {
    /* Goal: a copy to work on holds the last committed state, is a database like any other, and goes without a trace;
     * whether others have the original open or not; and its secrets are its own. */
    struct place *place = *state;
    struct error error = ERROR_INIT;
    auto_arena arena = arena_new();
    auto_database writer = must_open(place->path, DATABASE_CREATE);
    assert_done(settings_set(writer, "committed", "yes", &error));
    for (int beside = 1; beside >= 0; beside--) {
        const char *value;
        bool complete;
        auto_database copy = NULL;
        if (!beside)
            database_close(steal(writer));
        size_t files = count_files(place->folder);
        assert_done(database_open_copy(place->path, &copy, &error));
        assert_done(settings_get(copy, "committed", arena, &value, &error));
        assert_string_equal(value, "yes");
        if (beside)
            assert_string_not_equal(copy->tag_key, writer->tag_key);
        auto_transaction transaction = TRANSACTION_NONE, undone = TRANSACTION_NONE;
        assert_done(transaction_begin(copy, &transaction, &error));
        assert_done(settings_set(copy, "committed", "no", &error));
        assert_done(transaction_begin_alone(copy, &undone, &error));
        assert_done(settings_set(copy, "undone", "yes", &error));
        transaction_rollback(&undone);
        assert_done(transaction_commit(&transaction, &error));
        assert_done(settings_get(copy, "undone", arena, &value, &error));
        assert_null(value);
        assert_done(database_checkpoint(copy, &complete, &error));
        assert_true(complete);
        assert_done(database_check(copy, &error));
        assert_int_equal(count_files(place->folder), files);
        database_close(steal(copy));
        auto_database original = must_open(place->path, DATABASE_READ_ONLY);
        assert_done(settings_get(original, "committed", arena, &value, &error));
        assert_string_equal(value, "yes");
    }
    struct database *none;
    assert_refused(database_open_copy("/nonexistent/db", &none, &error), ERROR_CONFIGURATION, "/nonexistent/db");
}

static void damage_is_found(void **state) {
    /* Goal: the check tells a damaged file and rows that name what does not exist. */
    struct place *place = *state;
    struct error error = ERROR_INIT;
    auto_database database = must_open(place->path, DATABASE_CREATE);
    assert_done(connection_run(database,
                               "PRAGMA foreign_keys = OFF;"
                               "INSERT INTO member (partnership, participant, position) VALUES (8, 9, 0);"
                               "PRAGMA foreign_keys = ON",
                               &error));
    assert_refused(database_check(database, &error), ERROR_CONFIGURATION, "table member");
}

static void settings_come_back(void **state) {
    /* Goal: text and numbers are kept, replaced and removed; unset ones are told apart from empty ones. */
    struct place *place = *state;
    struct error error = ERROR_INIT;
    auto_database database = must_open(place->path, DATABASE_CREATE);
    auto_arena arena = arena_new();
    const char *text;
    int64_t value;
    assert_done(settings_get(database, "x", arena, &text, &error));
    assert_null(text);
    assert_done(settings_set(database, "x", "", &error));
    assert_done(settings_get(database, "x", arena, &text, &error));
    assert_string_equal(text, "");
    assert_refused(settings_get_integer(database, "x", 5, &value, &error), ERROR_CONFIGURATION, "setting x");
    error = ERROR_INIT;
    assert_done(settings_set_integer(database, "x", INT64_MIN, &error));
    assert_done(settings_get_integer(database, "x", 5, &value, &error));
    assert_int_equal(value, INT64_MIN);
    assert_done(settings_remove(database, "x", &error));
    assert_done(settings_get_integer(database, "x", 5, &value, &error));
    assert_int_equal(value, 5);
}

#define place_test(function) cmocka_unit_test_setup_teardown(function, place_open, place_close)

int main(void) {
    const struct CMUnitTest tests[] = {
        place_test(a_new_database_is_complete_and_hardened),
        place_test(creating_never_touches_what_exists),
        place_test(what_is_not_ours_is_refused_untouched),
        place_test(an_older_database_gets_only_what_is_missing),
        place_test(alerts_and_waiting_mails_become_cases),
        place_test(answers_keep_what_was_checked_in),
        place_test(rounds_keep_their_place),
        place_test(reading_only_changes_nothing),
        place_test(a_lock_held_too_long_is_temporary),
        place_test(a_full_disk_leaves_no_half_state),
        place_test(data_version_shows_others_commits),
        place_test(emptied_content_is_gone_from_the_disk),
        place_test(a_backup_is_consistent_private_and_stamped),
        place_test(a_backup_that_fails_leaves_nothing),
        place_test(a_copy_to_work_on_is_apart),
        place_test(damage_is_found),
        place_test(settings_come_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
