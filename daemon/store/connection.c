#include "store/connection.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { PATIENCE_MS = 5000 };

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

bool connection_open(const char *path, int flags, struct database **ret, struct error *error) {
    struct database *database = memory_new(sizeof *database);
    database->path = memory_copy_string(path);
    int result = sqlite3_open_v2(path, &database->handle, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
    if (result != SQLITE_OK) {
        if (!database->handle)
            error_set(error, ERROR_TEMPORARY, "opening the database %s: %s", path, sqlite3_errstr(result));
        else
            connection_error(database, "opening", error);
        connection_close(database);
        return false;
    }
    connection_set_patience(database, PATIENCE_MS);
    *ret = database;
    return true;
}

void connection_close(struct database *database) {
    sqlite3_close_v2(database->handle);
    free(database->path);
    free(database);
}

void connection_set_patience(struct database *database, int milliseconds) {
    database->patience = milliseconds;
    sqlite3_busy_timeout(database->handle, milliseconds);
}
