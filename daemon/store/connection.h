#pragma once
/* Inside the store layer only: the connection itself, and how SQLite's failures become ours. */
#include <sqlite3.h>

#include "store/database.h"
#include "store/transaction.h"

struct statement_cache;
struct database_sync;

enum { CONNECTION_KEY_LENGTH = 52 /* 260 bits */ };

struct database {
    sqlite3 *handle;
    char *path; /* as messages show it */
    struct statement_cache *statements;
    struct transaction *innermost; /* open transaction */
    bool writing;                  /* the outermost transaction writes */
    const char *spoiled_by;        /* who rolled back what it wrote inside another's transaction; NULL: nobody */
    int patience;                  /* milliseconds */
    struct database_sync *sync;    /* NULL: each commit waits for the disk */
    char tag_key[CONNECTION_KEY_LENGTH + 1]; /* store/tags.h; empty: there is none yet */
};

/* Opens PATH with SQLITE_OPEN_ FLAGS and looks at nothing in it. Once anything was done with it, free it with
 * database_close. */
bool connection_open(const char *path, int flags, struct database **ret, struct error *error);

/* Turns the last failure of the connection into an error and returns false. DOING: "reading", "opening". */
bool connection_error(struct database *database, const char *doing, struct error *error);
#ifdef __clang_analyzer__ /* as in base/error.h */
#define connection_error(...) (connection_error(__VA_ARGS__), false)
#endif

/* Copies all of DATABASE into COPY, which others may go on working on meanwhile. */
bool connection_copy(struct database *database, struct database *copy, struct error *error);
/* What was committed is on disk then. NULL is allowed. */
void connection_sync_free(struct database_sync *sync);

/* Runs SQL that takes no values and gives no rows, outside the statement cache. */
bool connection_run(struct database *database, const char *sql, struct error *error);

/* Fails where the caller's transaction was undone by SQLite, so that no later statement commits alone, and where a part
 * of it failed that can't be undone alone. */
bool connection_is_whole(struct database *database, struct error *error);
