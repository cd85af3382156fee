#pragma once
/* Transactions that nest. One that is not committed when its variable leaves scope is rolled back:
 *
 *     auto_transaction transaction = TRANSACTION_NONE;
 *     if (!transaction_begin(database, &transaction, error))
 *         return false;
 *     ...
 *     return transaction_commit(&transaction, error);
 *
 * An inner one joins the outer one and costs nothing. So where it is rolled back after it wrote something, what it
 * wrote can only go with the whole: every further statement and the outer commit fail as a BUG. A function whose caller
 * may go on after its failure therefore checks first and writes then, or its caller begins one that can be undone
 * alone: a savepoint. SQLite keeps every page that is changed inside a savepoint in memory, and each statement's end
 * walks through them, so never put one around the changes of many rows.
 *
 * Where SQLite itself rolled everything back (disk full), further statements and the commit of every level fail. */
#include "store/database.h"

struct transaction {
    struct database *database; /* NULL: not open */
    const char *opener;        /* the function that opened it */
    struct transaction *outer;
    unsigned level;  /* 1 is outermost */
    size_t log_mark; /* what was logged since is told when the outermost holds, and dropped where it is undone */
    bool alone;      /* can be undone alone: the outermost, or a savepoint */
    int64_t changes; /* how many rows the connection had changed when it began */
};

#define TRANSACTION_NONE ((struct transaction){0})
#define auto_transaction cleanup(transaction_rollback) struct transaction

/* Begins to write: takes the write lock at once where it is the outermost (TEMPORARY where another holds it too long),
 * joins the outer one otherwise. *TRANSACTION must stay where it is until it is committed or rolled back. Never inside
 * one that only reads. */
#define transaction_begin(database, transaction, error)                                                                \
    transaction_begin_as(database, transaction, TRANSACTION_WRITE, __func__, error)
/* The same, but inside another one it can be rolled back without that one. For little at a time. */
#define transaction_begin_alone(database, transaction, error)                                                          \
    transaction_begin_as(database, transaction, TRANSACTION_WRITE_ALONE, __func__, error)
/* Begins to read: all that is read until its end is of one moment. Locks nobody out. */
#define transaction_begin_read(database, transaction, error)                                                           \
    transaction_begin_as(database, transaction, TRANSACTION_READ, __func__, error)
enum transaction_kind { TRANSACTION_READ, TRANSACTION_WRITE, TRANSACTION_WRITE_ALONE };
bool transaction_begin_as(struct database *database, struct transaction *transaction, enum transaction_kind kind,
                          const char *opener, struct error *error);

/* Ends it well, and tells what was logged meanwhile. On failure it is rolled back. Only the innermost open one may be
 * committed. */
bool transaction_commit(struct transaction *transaction, struct error *error);

/* Undoes all since its beginning, inner ones that are still open included. Not open: nothing. */
void transaction_rollback(struct transaction *transaction);
