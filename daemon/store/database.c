#include "store/database.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/embedded.h"
#include "base/memory.h"
#include "base/text.h"
#include "store/connection.h"
#include "store/migration.h"
#include "store/statement.h"
#include "store/tags.h"

enum { PATIENCE_MS = 5000, CHECKPOINT_PATIENCE_MS = 200 };

/* ---- The connection ---- */

static bool constraint_error(struct database *database, const char *doing, struct error *error) {
    if (sqlite3_extended_errcode(database->handle) == SQLITE_CONSTRAINT_FOREIGNKEY)
        return error_set(error, ERROR_PERMANENT, "%s the database %s: it would name something that does not exist",
                         doing, database->path);
    return error_set(error, ERROR_BUG, "%s the database %s: a rule of the schema was broken: %s", doing, database->path,
                     sqlite3_errmsg(database->handle));
}

static const char *system_reason(struct database *database) {
    int number = sqlite3_system_errno(database->handle);
    return number ? strerror(number) : sqlite3_errmsg(database->handle);
}

bool(connection_error)(struct database *database, const char *doing, struct error *error) {
    const char *path = database->path;
    int code = sqlite3_errcode(database->handle) & 0xff, number = sqlite3_system_errno(database->handle);
    switch (code == SQLITE_IOERR && (number == ENOSPC || number == EDQUOT) ? SQLITE_FULL : code) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return error_set(error, ERROR_TEMPORARY,
                         "%s the database %s: another process is using it and did not finish in time; try again", doing,
                         path);
    case SQLITE_FULL:
        return error_set(error, ERROR_TEMPORARY,
                         "%s the database %s: the disk is full, so nothing was changed; make room there", doing, path);
    case SQLITE_IOERR:
    case SQLITE_PROTOCOL:
    case SQLITE_INTERRUPT:
    case SQLITE_NOMEM:
        return error_set(error, ERROR_TEMPORARY, "%s the database %s: %s; look at the disk and the system's log", doing,
                         path, system_reason(database));
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return error_set(error, ERROR_CONFIGURATION,
                         "%s the database %s: the file is damaged or is no database; put it aside and restore a backup",
                         doing, path);
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_CANTOPEN:
        return error_set(error, ERROR_CONFIGURATION,
                         "%s the database %s: %s; check owner and mode of the file and its directory", doing, path,
                         system_reason(database));
    case SQLITE_TOOBIG:
        return error_set(error, ERROR_PERMANENT, "%s the database %s: a value is too large", doing, path);
    case SQLITE_CONSTRAINT:
        return constraint_error(database, doing, error);
    default:
        return error_set(error, ERROR_BUG, "%s the database %s: %s", doing, path, sqlite3_errmsg(database->handle));
    }
}

bool connection_run(struct database *database, const char *sql, struct error *error) {
    if (sqlite3_exec(database->handle, sql, NULL, NULL, NULL) != SQLITE_OK)
        return connection_error(database, "working on", error);
    return true;
}

bool connection_is_whole(struct database *database, struct error *error) {
    if (database->innermost && sqlite3_get_autocommit(database->handle))
        return error_set(error, ERROR_TEMPORARY,
                         "the transaction in %s on the database %s was undone after a failure; nothing of it was kept",
                         database->innermost->opener, database->path);
    if (database->spoiled_by)
        return error_set(error, ERROR_BUG, "%s failed half-way inside a transaction on the database %s that went on",
                         database->spoiled_by, database->path);
    return true;
}

/* Before anything else of SQLite's: no thread but one uses it, and nobody asks how much memory it has taken. Where it
 * is in use already this is refused, and it is merely slower. */
static void lighten(void) {
    sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

bool connection_open(const char *path, int flags, struct database **ret, struct error *error) {
    lighten();
    struct database *database = memory_new(sizeof *database);
    database->path = memory_copy_string(path);
    int result = sqlite3_open_v2(path, &database->handle, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
    if (result != SQLITE_OK) {
        if (!database->handle)
            error_set(error, ERROR_TEMPORARY, "opening the database %s: %s", path, sqlite3_errstr(result));
        else
            connection_error(database, "opening", error);
        database_close(database);
        return false;
    }
    database_set_patience(database, PATIENCE_MS);
    *ret = database;
    return true;
}

/* ---- Opening and closing ---- */

/* Made first and exclusively, so that no other process's file is ever taken for the new one. */
static bool create_file(const char *path, struct error *error) {
    int descriptor = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0660);
    if (descriptor < 0 && errno == EEXIST)
        return error_set(error, ERROR_CONFIGURATION, "the database %s exists already; it was left as it is", path);
    if (descriptor < 0)
        return error_set(error, ERROR_CONFIGURATION, "creating the database %s: %s", path, strerror(errno));
    close(descriptor);
    return true;
}

/* Nothing here changes the file. The write-ahead log is moved into it by the sender when it has nothing else to do
 * (app/outgoing.c), and by whoever finds 64 MB in it: the more is moved at once, the fewer pages are written twice.
 * recursive_triggers lets the event log's triggers see a REPLACE too. Temporary tables stay in memory, so that no
 * content reaches a temporary directory. */
static bool harden(struct database *database, struct error *error) {
    sqlite3_db_config(database->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(database->handle, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(database->handle, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    return connection_run(database,
                          "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA foreign_keys = ON;"
                          "PRAGMA secure_delete = ON; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY;"
                          "PRAGMA recursive_triggers = ON;"
                          "PRAGMA journal_size_limit = 1048576; PRAGMA cache_size = -16384;"
                          "PRAGMA wal_autocheckpoint = 16384",
                          error);
}

static bool use_write_ahead_log(struct database *database, struct error *error) {
    auto_arena arena = arena_new();
    const char *mode;
    if (!statement_read_row(database, "PRAGMA journal_mode = WAL", NO_VALUES, arena, statement_read_word, &mode, error))
        return false;
    if (!string_equal(mode, "wal"))
        return error_set(error, ERROR_CONFIGURATION,
                         "the database %s cannot have a write-ahead log here; put it on a local disk", database->path);
    return true;
}

static bool prepare(struct database *database, enum database_mode mode, struct error *error) {
    bool create = mode == DATABASE_CREATE;
    int64_t version;
    if (!harden(database, error) ||
        !migration_check(database, embedded_files, embedded_file_count, create, &version, error))
        return false;
    int64_t newest = migration_newest(embedded_files, embedded_file_count);
    if (mode != DATABASE_READ_ONLY)
        return use_write_ahead_log(database, error) &&
               (version == newest || migration_run(database, embedded_files, embedded_file_count, create, error)) &&
               tags_prepare(database, true, error);
    if (version < newest)
        return error_set(error, ERROR_CONFIGURATION,
                         "the database %s is of the older version %lld; start the service or run `tandempost check` "
                         "once to bring it to %lld",
                         database->path, (long long)version, (long long)newest);
    return tags_prepare(database, false, error);
}

static bool open_prepared(const char *path, int flags, enum database_mode mode, struct database **ret,
                          struct error *error) {
    auto_database database = NULL;
    bool create = mode == DATABASE_CREATE;
    if (!create && access(path, F_OK) != 0 && errno == ENOENT)
        return error_set(error, ERROR_CONFIGURATION, "there is no database %s; name yours in the configuration", path);
    if (!connection_open(path, flags, &database, error) || !prepare(database, mode, error)) {
        database_close(steal(database));
        if (create)
            unlink(path);
        return false;
    }
    *ret = steal(database);
    return true;
}

bool database_open(const char *path, enum database_mode mode, struct database **ret, struct error *error) {
    int flags = mode == DATABASE_READ_ONLY ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    return (mode != DATABASE_CREATE || create_file(path, error)) && open_prepared(path, flags, mode, ret, error);
}

/* Whoever may write takes the files beside a database away again when the last one leaves; who may only read would
 * leave them there. Where there is a log already, the last one would move what is in it into the database. */
static int flags_that_leave_no_trace(const char *path) {
    auto_text log = TEXT_EMPTY;
    text_append_format(&log, "%s-wal", path);
    return access(text_string(&log), F_OK) == 0 ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
}

/* Nobody else ever opens it, so that it needs neither a log to share nor zeroes where something was; and its process
 * does little else, so that memory may spare it most of the reading. */
bool database_open_copy(const char *path, struct database **ret, struct error *error) {
    auto_database original = NULL;
    auto_database copy = NULL;
    if (!open_prepared(path, flags_that_leave_no_trace(path), DATABASE_READ_ONLY, &original, error) ||
        !connection_open("", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, &copy, error) ||
        !connection_copy(original, copy, error) || !harden(copy, error) ||
        !connection_run(copy, "PRAGMA journal_mode = MEMORY; PRAGMA secure_delete = OFF; PRAGMA cache_size = -98304",
                        error) ||
        !tags_renew(copy, error))
        return false;
    free(copy->path);
    copy->path = memory_copy_string("copy");
    *ret = steal(copy);
    return true;
}

bool database_open_memory(struct database **ret, struct error *error) {
    auto_database database = NULL;
    if (!connection_open(":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY, &database, error) ||
        !harden(database, error) || !migration_run(database, embedded_files, embedded_file_count, true, error) ||
        !tags_prepare(database, true, error))
        return false;
    *ret = steal(database);
    return true;
}

void database_close(struct database *database) {
    if (!database)
        return;
    while (database->innermost)
        transaction_rollback(database->innermost);
    statement_cache_free(database->statements);
    connection_sync_free(database->sync);
    sqlite3_close_v2(database->handle);
    free(database->path);
    free(database);
}

void database_close_pointer(struct database **database) {
    database_close(*database);
    *database = NULL;
}

void database_set_patience(struct database *database, int milliseconds) {
    database->patience = milliseconds;
    sqlite3_busy_timeout(database->handle, milliseconds);
}

/* ---- Its care ---- */

bool database_set_quick(struct database *database, struct error *error) {
    return statement_run(database, "PRAGMA synchronous = OFF", NO_VALUES, error);
}

bool database_data_version(struct database *database, int64_t *ret, struct error *error) {
    return statement_read_integer(database, "PRAGMA data_version", NO_VALUES, ret, error);
}

/* A truncating checkpoint keeps other writers out while it waits for readers, so it waits only shortly. */
bool database_checkpoint(struct database *database, bool *ret_complete, struct error *error) {
    require(!database->innermost);
    sqlite3_busy_timeout(database->handle, CHECKPOINT_PATIENCE_MS);
    int result = sqlite3_wal_checkpoint_v2(database->handle, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    sqlite3_busy_timeout(database->handle, database->patience);
    int primary = result & 0xff;
    if (result != SQLITE_OK && primary != SQLITE_BUSY && primary != SQLITE_LOCKED)
        return connection_error(database, "checkpointing", error);
    *ret_complete = result == SQLITE_OK;
    return true;
}

bool database_check(struct database *database, struct error *error) {
    auto_arena arena = arena_new();
    const char *integrity, *orphan;
    if (!statement_read_row(database, "PRAGMA integrity_check(1)", NO_VALUES, arena, statement_read_word, &integrity,
                            error) ||
        !statement_read_row(database, "PRAGMA foreign_key_check", NO_VALUES, arena, statement_read_word, &orphan,
                            error))
        return false;
    if (!string_equal(integrity, "ok"))
        return error_set(error, ERROR_CONFIGURATION, "the database %s is damaged (%.300s); restore a backup",
                         database->path, integrity ? integrity : "no answer");
    if (orphan)
        return error_set(error, ERROR_CONFIGURATION,
                         "the database %s is damaged (a row of table %s names something that does not exist); restore "
                         "a backup",
                         database->path, orphan);
    return true;
}
