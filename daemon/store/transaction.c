#include "store/transaction.h"

#include "base/log.h"
#include "store/connection.h"

/* Savepoints may share a name: RELEASE and ROLLBACK TO mean the newest. */
static bool begin(struct database *database, struct transaction *transaction, const char *opener, bool writes,
                  struct error *error) {
    struct transaction *outer = database->innermost;
    require(!transaction->database);
    require(!outer || !writes || database->writing);
    if (!connection_is_whole(database, error))
        return false;
    const char *sql = outer ? "SAVEPOINT inner_transaction" : writes ? "BEGIN IMMEDIATE" : "BEGIN DEFERRED";
    if (sqlite3_exec(database->handle, sql, NULL, NULL, NULL) != SQLITE_OK)
        return connection_error(database, writes ? "writing to" : "reading", error);
    if (!outer)
        database->writing = writes;
    *transaction = (struct transaction){.database = database,
                                        .opener = opener,
                                        .outer = outer,
                                        .level = outer ? outer->level + 1 : 1,
                                        .log_mark = log_hold(),
                                        .writes = writes};
    database->innermost = transaction;
    return true;
}

bool transaction_begin_as(struct database *database, struct transaction *transaction, const char *opener,
                          struct error *error) {
    return begin(database, transaction, opener, true, error);
}

bool transaction_begin_read_as(struct database *database, struct transaction *transaction, const char *opener,
                               struct error *error) {
    return begin(database, transaction, opener, false, error);
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
    const char *sql = transaction->level == 1 ? "COMMIT" : "RELEASE inner_transaction";
    if (!connection_is_whole(database, error)) {
        transaction_rollback(transaction);
        return false;
    }
    if (sqlite3_exec(database->handle, sql, NULL, NULL, NULL) != SQLITE_OK) {
        connection_error(database, "writing to", error);
        transaction_rollback(transaction);
        return false;
    }
    leave(transaction);
    return true;
}

void transaction_rollback(struct transaction *transaction) {
    struct database *database = transaction->database;
    if (!database)
        return;
    unsigned levels = 1;
    log_forget(transaction->log_mark);
    while (database->innermost != transaction) {
        require(database->innermost && database->innermost->level > transaction->level);
        leave(database->innermost);
        levels++;
    }
    const char *sql = transaction->level == 1 ? "ROLLBACK" : "ROLLBACK TO inner_transaction; RELEASE inner_transaction";
    unsigned times = transaction->level == 1 ? 1 : levels;
    for (unsigned i = 0; i < times && !sqlite3_get_autocommit(database->handle); i++)
        if (sqlite3_exec(database->handle, sql, NULL, NULL, NULL) != SQLITE_OK)
            log_error("rolling back the transaction of %s: %s", transaction->opener, sqlite3_errmsg(database->handle));
    leave(transaction);
}
