#pragma once
/* Transactions that nest: the outermost is SQLite's own, inner ones are savepoints. One that is not committed when its
 * variable leaves scope is rolled back:
 *
 *     auto_transaction transaction = TRANSACTION_NONE;
 *     if (!transaction_begin(database, &transaction, error))
 *         return false;
 *     ...
 *     return transaction_commit(&transaction, error);
 *
 * Where SQLite itself rolled everything back (disk full), further statements and the commit of every level fail. */
#include "store/database.h"

struct transaction {
    struct database *database; /* NULL: not open */
    const char *opener;        /* the function that opened it */
    struct transaction *outer;
    unsigned level;  /* 1 is outermost */
    size_t log_mark; /* what was logged since is told when the outermost holds, and dropped where it is undone */
    bool writes;
};

#define TRANSACTION_NONE ((struct transaction){0})
#define auto_transaction cleanup(transaction_rollback) struct transaction

/* Begins to write: takes the write lock at once where it is the outermost (TEMPORARY where another holds it too long).
 * *TRANSACTION must stay where it is until it is committed or rolled back. Never inside one that only reads. */
#define transaction_begin(database, transaction, error) transaction_begin_as(database, transaction, __func__, error)
bool transaction_begin_as(struct database *database, struct transaction *transaction, const char *opener,
                          struct error *error);

/* Begins to read: all that is read until its end is of one moment. Locks nobody out. */
#define transaction_begin_read(database, transaction, error)                                                           \
    transaction_begin_read_as(database, transaction, __func__, error)
bool transaction_begin_read_as(struct database *database, struct transaction *transaction, const char *opener,
                               struct error *error);

/* Ends it well, and tells what was logged meanwhile. On failure it is rolled back. Only the innermost open one may be
 * committed. */
bool transaction_commit(struct transaction *transaction, struct error *error);

/* Undoes all since its beginning, inner ones that are still open included. Not open: nothing. */
void transaction_rollback(struct transaction *transaction);
