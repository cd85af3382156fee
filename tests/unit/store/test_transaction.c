#include <stdio.h>
#include <unistd.h>

#include "base/log.h"
#include "store/connection.h"
#include "store/settings.h"
#include "unit/store/fixture.h"

static const char *setting(struct fixture *fixture, const char *name) {
    struct error error = ERROR_INIT;
    const char *value;
    assert_done(settings_get(fixture->database, name, fixture->arena, &value, &error));
    return value;
}

static void set(struct fixture *fixture, const char *name) {
    struct error error = ERROR_INIT;
    assert_done(settings_set(fixture->database, name, "yes", &error));
}

static void leaving_the_scope_rolls_back(void **state) {
    /* Goal: a function that returns early undoes what it did, without a word. */
    struct fixture *fixture = *state;
    struct error error = ERROR_INIT;
    {
        auto_transaction transaction = TRANSACTION_NONE;
        assert_done(transaction_begin(fixture->database, &transaction, &error));
        assert_string_equal(transaction.opener, __func__);
        set(fixture, "a");
    }
    assert_null(setting(fixture, "a"));
    assert_true(sqlite3_get_autocommit(fixture->database->handle));
}

static void a_savepoint_rolls_back_alone(void **state) {
    /* Goal: what failed inside one that stands alone is undone alone, whatever joined it, and the outer one can still
     * commit the rest. */
    struct fixture *fixture = *state;
    struct error error = ERROR_INIT;
    auto_transaction outer = TRANSACTION_NONE;
    assert_done(transaction_begin(fixture->database, &outer, &error));
    set(fixture, "before");
    {
        auto_transaction inner = TRANSACTION_NONE;
        assert_done(transaction_begin_alone(fixture->database, &inner, &error));
        set(fixture, "inside");
        {
            auto_transaction innermost = TRANSACTION_NONE;
            assert_done(transaction_begin(fixture->database, &innermost, &error));
            assert_int_equal(innermost.level, 3);
            set(fixture, "innermost");
            assert_done(transaction_commit(&innermost, &error));
            auto_transaction failing = TRANSACTION_NONE;
            assert_done(transaction_begin(fixture->database, &failing, &error));
            set(fixture, "failing");
        }
        assert_refused(settings_set(fixture->database, "more", "yes", &error), ERROR_BUG, "failed half-way");
        error = ERROR_INIT;
    }
    set(fixture, "after");
    assert_done(transaction_commit(&outer, &error));
    assert_non_null(setting(fixture, "before"));
    assert_null(setting(fixture, "inside"));
    assert_null(setting(fixture, "innermost"));
    assert_null(setting(fixture, "failing"));
    assert_non_null(setting(fixture, "after"));
}

static void half_of_a_joined_one_is_never_committed(void **state) {
    /* Goal: one that joined and failed after it wrote something takes the whole with it, whoever went on; one that
     * failed before it wrote anything does not. */
    struct fixture *fixture = *state;
    struct error error = ERROR_INIT;
    auto_transaction outer = TRANSACTION_NONE;
    assert_done(transaction_begin(fixture->database, &outer, &error));
    set(fixture, "a");
    {
        auto_transaction inner = TRANSACTION_NONE;
        assert_done(transaction_begin(fixture->database, &inner, &error));
        assert_non_null(setting(fixture, "a"));
    }
    set(fixture, "b");
    {
        auto_transaction inner = TRANSACTION_NONE;
        assert_done(transaction_begin(fixture->database, &inner, &error));
        set(fixture, "c");
    }
    assert_refused(transaction_commit(&outer, &error), ERROR_BUG, "half_of_a_joined_one");
    assert_null(setting(fixture, "a"));
    assert_null(setting(fixture, "c"));
    set(fixture, "d");
    assert_non_null(setting(fixture, "d"));
}

static void an_outer_rollback_takes_all_inner_ones(void **state) {
    /* Goal: a dry run: whatever committed inside, rolling back the outermost leaves nothing. */
    struct fixture *fixture = *state;
    struct error error = ERROR_INIT;
    struct transaction outer = TRANSACTION_NONE, middle = TRANSACTION_NONE, open = TRANSACTION_NONE;
    assert_done(transaction_begin(fixture->database, &outer, &error));
    assert_done(transaction_begin(fixture->database, &middle, &error));
    set(fixture, "a");
    fixture_add(fixture->database, "Cleo", "cleo@example.org");
    assert_done(transaction_begin(fixture->database, &open, &error));
    set(fixture, "b");
    transaction_rollback(&middle);
    assert_null(open.database);
    transaction_rollback(&outer);
    assert_null(setting(fixture, "a"));
    assert_done(transaction_begin(fixture->database, &outer, &error));
    set(fixture, "c");
    transaction_rollback(&outer);
    assert_null(setting(fixture, "c"));
    struct participant found;
    assert_done(participants_find_by_address(fixture->database, "cleo@example.org", fixture->arena, &found, &error));
    assert_int_equal(found.id, 0);
}

static void nothing_commits_alone_after_sqlite_rolled_back(void **state) {
    /* Goal: where SQLite undid the whole transaction by itself, later statements and every commit fail, rather than
     * writing half of it one by one. */
    struct fixture *fixture = *state;
    struct error error = ERROR_INIT;
    auto_transaction outer = TRANSACTION_NONE;
    assert_done(transaction_begin(fixture->database, &outer, &error));
    set(fixture, "a");
    auto_transaction inner = TRANSACTION_NONE;
    assert_done(transaction_begin(fixture->database, &inner, &error));
    assert_done(connection_run(fixture->database, "ROLLBACK", &error));
    assert_refused(settings_set(fixture->database, "b", "yes", &error), ERROR_TEMPORARY, __func__);
    assert_refused(transaction_commit(&inner, &error), ERROR_TEMPORARY, "was undone");
    auto_transaction next = TRANSACTION_NONE;
    assert_refused(transaction_begin(fixture->database, &next, &error), ERROR_TEMPORARY, "was undone");
    assert_refused(transaction_commit(&outer, &error), ERROR_TEMPORARY, "was undone");
    assert_null(setting(fixture, "a"));
    assert_null(setting(fixture, "b"));
    set(fixture, "c");
    assert_non_null(setting(fixture, "c"));
}

static void a_failing_write_does_half_of_nothing(void **state) {
    /* Goal: a function of several statements that fails in the middle leaves nothing, inside a transaction and outside.
     */
    struct fixture *fixture = *state;
    struct error error = ERROR_INIT;
    int64_t id = 0;
    const int64_t members[] = {fixture->anna, 999};
    assert_refused(partnerships_create(fixture->database, fixture->round, members, 2, &fixture_cause, &id, &error),
                   ERROR_PERMANENT, "does not exist");
    error = ERROR_INIT;
    {
        auto_transaction outer = TRANSACTION_NONE;
        assert_done(transaction_begin(fixture->database, &outer, &error));
        set(fixture, "a");
        assert_refused(partnerships_create(fixture->database, fixture->round, members, 2, &fixture_cause, &id, &error),
                       ERROR_PERMANENT, "does not exist");
        error = ERROR_INIT;
        assert_refused(transaction_commit(&outer, &error), ERROR_BUG, "partnerships_create");
    }
    assert_int_equal(id, 0);
    assert_null(setting(fixture, "a"));
    struct partnership_list list;
    error = ERROR_INIT;
    assert_done(partnerships_list(fixture->database, &(struct partnership_filter){0}, fixture->arena, &list, &error));
    assert_int_equal(list.count, 1);
}

/* What the log wrote to stderr since WATCH_BEGIN; freed by the caller. */
struct watch {
    int before;
    FILE *file;
};

static struct watch watch_begin(void) {
    struct watch watch = {dup(STDERR_FILENO), tmpfile()};
    assert_true(watch.before >= 0 && watch.file);
    dup2(fileno(watch.file), STDERR_FILENO);
    return watch;
}

static char *watch_end(struct watch watch) {
    char *said = memory_new(4096);
    dup2(watch.before, STDERR_FILENO);
    assert_true(pread(fileno(watch.file), said, 4095, 0) >= 0);
    close(watch.before);
    fclose(watch.file);
    return said;
}

static void only_what_held_is_logged(void **state) {
    /* Goal: what is said of a change is said once it holds: not of one that is undone, and so not twice of one that is
     * tried again. */
    struct fixture *fixture = *state;
    struct error error = ERROR_INIT;
    struct watch watch = watch_begin();
    for (int i = 0; i < 2; i++) {
        auto_transaction outer = TRANSACTION_NONE;
        assert_done(transaction_begin(fixture->database, &outer, &error));
        log_write(LOG_LEVEL_INFO, LOG_FIELDS({"UID", .number = 7}, {"KIND", .value = "human"}), "received");
        {
            auto_transaction inner = TRANSACTION_NONE;
            assert_done(transaction_begin(fixture->database, &inner, &error));
            log_error("undone inside");
        }
        log_notice("of the outer");
        if (i == 1)
            assert_done(transaction_commit(&outer, &error));
    }
    log_notice("outside");
    auto_string said = watch_end(watch);
    assert_null(strstr(said, "undone"));
    const char *first = strstr(said, "received uid=7 kind=human\n"), *second = strstr(said, "of the outer\n"),
               *third = strstr(said, "outside\n");
    assert_true(first && first < second && second < third);
    assert_null(strstr(first + 1, "received"));
    assert_null(strstr(second + 1, "of the outer"));
}

static void closing_rolls_back(void **state) {
    /* Goal: a database closed with a transaction open is no leak and no commit. */
    (void)state;
    struct error error = ERROR_INIT;
    struct database *database = NULL;
    assert_done(database_open_memory(&database, &error));
    struct transaction transaction = TRANSACTION_NONE;
    assert_done(transaction_begin(database, &transaction, &error));
    assert_done(settings_set(database, "a", "b", &error));
    database_close(database);
    assert_null(transaction.database);
    database_close(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        fixture_test(leaving_the_scope_rolls_back),
        fixture_test(a_savepoint_rolls_back_alone),
        fixture_test(half_of_a_joined_one_is_never_committed),
        fixture_test(an_outer_rollback_takes_all_inner_ones),
        fixture_test(nothing_commits_alone_after_sqlite_rolled_back),
        fixture_test(a_failing_write_does_half_of_nothing),
        fixture_test(only_what_held_is_logged),
        cmocka_unit_test(closing_rolls_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
