/* database_backup is declared in store/database.h with the rest of what concerns the file as a whole. */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "store/connection.h"
#include "store/settings.h"

enum { BUSY_TRIES = 100, BUSY_PAUSE_MS = 50 };

static bool system_error(const char *path, struct error *error) {
    enum error_class class = errno == ENOSPC || errno == EDQUOT || errno == EIO ? ERROR_TEMPORARY : ERROR_CONFIGURATION;
    return error_set(error, class, "writing the backup %s: %s", path, strerror(errno));
}

/* All pages in one step: that is one reading transaction, which keeps no writer out and needs no second start. */
bool connection_copy(struct database *database, struct database *copy, struct error *error) {
    sqlite3_backup *backup = sqlite3_backup_init(copy->handle, "main", database->handle, "main");
    if (!backup)
        return connection_error(copy, "writing the backup of", error);
    int result;
    for (int tries = 0;; tries++) {
        result = sqlite3_backup_step(backup, -1);
        bool busy = (result & 0xff) == SQLITE_BUSY || (result & 0xff) == SQLITE_LOCKED;
        if (!busy || tries == BUSY_TRIES)
            break;
        sqlite3_sleep(BUSY_PAUSE_MS);
    }
    int finished = sqlite3_backup_finish(backup);
    return (result == SQLITE_DONE && finished == SQLITE_OK) || connection_error(copy, "writing the backup of", error);
}

/* One file without a write-ahead log beside it, so that copying the file copies everything. */
static bool write_copy(struct database *database, const char *path, int64_t moment, bool incidents,
                       struct error *error) {
    auto_database copy = NULL;
    return connection_open(path, SQLITE_OPEN_READWRITE, &copy, error) && connection_copy(database, copy, error) &&
           connection_run(copy, "PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON",
                          error) &&
           (incidents || connection_run(copy, "UPDATE incident SET mail = NULL", error)) &&
           settings_set_integer(copy, SETTING_RESTORED_FROM, moment, error);
}

static bool sync_folder_of(const char *path, struct error *error) {
    auto_string folder = memory_copy_string(path);
    int descriptor = open(dirname(folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool synced = descriptor >= 0 && fsync(descriptor) == 0;
    if (!synced)
        system_error(path, error);
    if (descriptor >= 0)
        close(descriptor);
    return synced;
}

/* Takes its name only where nobody has it; file systems without RENAME_NOREPLACE have hard links. */
static bool take_name(const char *temporary, const char *path, struct error *error) {
    if (renameat2(AT_FDCWD, temporary, AT_FDCWD, path, RENAME_NOREPLACE) == 0)
        return sync_folder_of(path, error);
    if (errno == EINVAL && link(temporary, path) == 0) {
        unlink(temporary);
        return sync_folder_of(path, error);
    }
    if (errno == EEXIST)
        return error_set(error, ERROR_PERMANENT, "the file %s exists already; name another one for the backup", path);
    return system_error(path, error);
}

bool database_backup(struct database *database, const char *path, int64_t moment, bool incidents, struct error *error) {
    require(!database->innermost);
    if (access(path, F_OK) == 0)
        return error_set(error, ERROR_PERMANENT, "the file %s exists already; name another one for the backup", path);
    auto_text temporary = TEXT_EMPTY;
    text_append_format(&temporary, "%s.XXXXXX", path);
    int descriptor = mkostemp(temporary.bytes, O_CLOEXEC);
    if (descriptor < 0)
        return system_error(path, error);
    bool done = write_copy(database, temporary.bytes, moment, incidents, error) &&
                (fsync(descriptor) == 0 || system_error(path, error)) && take_name(temporary.bytes, path, error);
    close(descriptor);
    if (done)
        return true;
    unlink(temporary.bytes);
    for (const char *const *suffix = (const char *const[]){"-journal", "-wal", "-shm", NULL}; *suffix; suffix++) {
        auto_text beside = TEXT_EMPTY;
        text_append_format(&beside, "%s%s", temporary.bytes, *suffix);
        unlink(beside.bytes);
    }
    return false;
}
