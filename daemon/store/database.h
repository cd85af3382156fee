#pragma once
/* The one SQLite file that holds a programme's state: opening it safely, and what concerns it as a whole.
 *
 * Conventions of the whole store layer:
 * - A find function succeeds with a zeroed *ret (id 0, or a NULL key or secret) where there is no such row.
 * - What is read lives in the caller's arena. Lists are `struct x_list { struct x *items; size_t count; }`, declared by
 *   DATABASE_LIST(x_list, struct x).
 * - Ids and moments that are 0 in a struct are NULL in the database, and the other way round.
 * - Every function that writes does all or nothing by itself, and joins the caller's transaction where there is one
 *   (store/transaction.h).
 * - Classes of errors: TEMPORARY (locked, disk full, input/output), CONFIGURATION (not our file, damaged, not readable,
 *   version), PERMANENT (what was asked can't be done with this data; the message is for a person), BUG. */
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/memory.h"

struct database;

#define DATABASE_LIST(name, item)                                                                                      \
    struct name {                                                                                                      \
        item *items;                                                                                                   \
        size_t count;                                                                                                  \
    }

enum database_mode {
    DATABASE_READ_ONLY,  /* must exist and be of this program's version */
    DATABASE_READ_WRITE, /* must exist; an older one is migrated */
    DATABASE_CREATE,     /* must not exist yet; created with mode 0660 less the umask */
};

/* Opens the database at PATH. A newer or foreign file is refused and left as it is. Free with database_close. */
bool database_open(const char *path, enum database_mode mode, struct database **ret, struct error *error);

/* Opens a copy of the database at PATH as it is now, to do anything with: a nameless temporary file that goes with the
 * connection, in which no commit waits for the disk, and whose secret addresses are others (store/tags.h). PATH must
 * exist and be of this program's version; it is only read. */
bool database_open_copy(const char *path, struct database **ret, struct error *error);

/* A fresh database in memory, for tests. */
bool database_open_memory(struct database **ret, struct error *error);

/* NULL is allowed. An open transaction is rolled back. */
void database_close(struct database *database);

/* For cleanup(): closes a `struct database *` variable. */
void database_close_pointer(struct database **database);
#define auto_database cleanup(database_close_pointer) struct database *

/* How long a statement waits for another connection's lock before it fails as TEMPORARY; 5 seconds unless set. */
void database_set_patience(struct database *database, int milliseconds);

/* From now on no commit waits for the disk: for demonstrations and simulations, where a power cut may lose all of it.
 */
bool database_set_quick(struct database *database, struct error *error);

/* From now on no commit of this connection waits for the disk, and a power cut may undo the last ones. What may happen
 * only when that is out of the question asks database_is_on_disk. There must be a write-ahead log already. */
bool database_sync_later(struct database *database, struct error *error);

/* A number for all that this connection has written up to now. */
int64_t database_written(const struct database *database);

/* Outside a transaction: begins to bring to disk all that was committed, without waiting for it. Cheap where nothing
 * was. */
bool database_sync_begin(struct database *database, struct error *error);

/* Whether all up to WRITTEN is on disk; WAIT: where a sync of it has begun, not before it has ended. Fails where the
 * disk did: then it is not, and the next sync begins anew. */
bool database_is_on_disk(struct database *database, int64_t written, bool wait, bool *ret, struct error *error);

/* A number that changes when another connection has committed (not when this one has). Cheap: microseconds. */
bool database_data_version(struct database *database, int64_t *ret, struct error *error);

/* Moves the write-ahead log into the database file and truncates it, so that emptied content does not linger there.
 * *ret_complete is false where another connection's reading kept it from finishing: try again later. */
bool database_checkpoint(struct database *database, bool *ret_complete, struct error *error);

/* SQLite's own integrity and foreign key checks; fails as CONFIGURATION with the first finding. Reads everything. */
bool database_check(struct database *database, struct error *error);

/* A consistent copy at PATH while others work on, without what was written in reports of misconduct unless INCIDENTS;
 * mode 0600, complete or absent; an existing file is refused (PERMANENT). The copy is stamped with setting
 * SETTING_RESTORED_FROM = MOMENT, so that a service started on it asks before it sends what became due meanwhile. */
bool database_backup(struct database *database, const char *path, int64_t moment, bool incidents, struct error *error);
