#include "store/transaction.h"

#include <stdio.h>

#include "base/log.h"
#include "store/connection.h"

/* A transaction of SQLite's own, or the savepoint of this level. */
static bool run(const struct transaction *transaction, const char *outermost, const char *inner) {
    char sql[40];
    if (transaction->level == 1)
        snprintf(sql, sizeof sql, "%s", outermost);
    else
        snprintf(sql, sizeof sql, "%s level_%u", inner, transaction->level);
    return sqlite3_exec(transaction->database->handle, sql, NULL, NULL, NULL) == SQLITE_OK;
}

bool transaction_begin_as(struct database *database, struct transaction *transaction, enum transaction_kind kind,
                          const char *opener, struct error *error) {
    struct transaction *outer = database->innermost;
    bool writes = kind != TRANSACTION_READ;
    require(!transaction->database);
    require(!outer || !writes || database->writing);
    if (!connection_is_whole(database, error))
        return false;
    struct transaction begun = {
        .database = database,
        .opener = opener,
        .outer = outer,
        .level = outer ? outer->level + 1 : 1,
        .alone = kind == TRANSACTION_WRITE_ALONE || !outer,
        .changes = sqlite3_total_changes64(database->handle),
    };
    if (begun.alone && !run(&begun, writes ? "BEGIN IMMEDIATE" : "BEGIN DEFERRED", "SAVEPOINT"))
        return connection_error(database, writes ? "writing to" : "reading", error);
    if (!outer)
        database->writing = writes;
    begun.log_mark = log_hold();
    *transaction = begun;
    database->innermost = transaction;
    return true;
}

static void leave(struct transaction *transaction) {
    struct database *database = transaction->database;
    database->innermost = transaction->outer;
    if (!database->innermost)
        database->writing = false;
    log_release();
    *transaction = TRANSACTION_NONE;
}

bool transaction_commit(struct transaction *transaction, struct error *error) {
    struct database *database = transaction->database;
    require(database && database->innermost == transaction);
    bool done = connection_is_whole(database, error);
    if (done && transaction->alone && !run(transaction, "COMMIT", "RELEASE"))
        done = connection_error(database, "writing to", error);
    if (done)
        leave(transaction);
    else
        transaction_rollback(transaction);
    return done;
}

void transaction_rollback(struct transaction *transaction) {
    struct database *database = transaction->database;
    if (!database)
        return;
    while (database->innermost != transaction) {
        require(database->innermost && database->innermost->level > transaction->level);
        transaction_rollback(database->innermost);
    }
    log_forget(transaction->log_mark);
    if (transaction->alone) {
        database->spoiled_by = NULL;
        if (!sqlite3_get_autocommit(database->handle) &&
            (!run(transaction, "ROLLBACK", "ROLLBACK TO") ||
             !(transaction->level == 1 || run(transaction, "", "RELEASE"))))
            log_error("rolling back the transaction of %s: %s", transaction->opener, sqlite3_errmsg(database->handle));
    } else if (sqlite3_total_changes64(database->handle) != transaction->changes) {
        database->spoiled_by = transaction->opener;
    }
    leave(transaction);
}
