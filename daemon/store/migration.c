#include "store/migration.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/text.h"
#include "store/connection.h"
#include "store/statement.h"

/* 0 where it is no schema file. */
static int64_t file_number(const struct embedded_file *file) {
    static const char folder[] = "schema/";
    return string_starts_with(file->path, folder) ? strtoll(file->path + sizeof folder - 1, NULL, 10) : 0;
}

int64_t migration_newest(const struct embedded_file *files, size_t count) {
    int64_t newest = 0;
    for (size_t i = 0; i < count; i++)
        if (file_number(&files[i])) {
            require(file_number(&files[i]) == newest + 1);
            newest++;
        }
    return newest;
}

bool migration_check(struct database *database, const struct embedded_file *files, size_t count, bool may_be_empty,
                     int64_t *ret_version, struct error *error) {
    int64_t application, version, tables;
    if (!statement_read_integer(database, "PRAGMA application_id", NO_VALUES, &application, error) ||
        !statement_read_integer(database, "PRAGMA user_version", NO_VALUES, &version, error) ||
        !statement_read_integer(database, "SELECT count(*) FROM sqlite_schema", NO_VALUES, &tables, error))
        return false;
    bool empty = !application && !version && !tables;
    if (empty && !may_be_empty)
        return error_set(error, ERROR_CONFIGURATION,
                         "the database %s is empty: remove the file and let `tandempost init` create it, or restore a "
                         "backup",
                         database->path);
    if (!empty && application != MIGRATION_APPLICATION_ID)
        return error_set(error, ERROR_CONFIGURATION,
                         "the database %s belongs to another program; it was left as it is: name tandempost's own "
                         "database in the configuration",
                         database->path);
    int64_t newest = migration_newest(files, count);
    if (version > newest)
        return error_set(error, ERROR_CONFIGURATION,
                         "the database %s is of version %lld, and this tandempost knows up to %lld; it was left as it "
                         "is: install the newer tandempost again, or restore a backup from before the change",
                         database->path, (long long)version, (long long)newest);
    *ret_version = version;
    return true;
}

bool migration_run(struct database *database, const struct embedded_file *files, size_t count, bool may_be_empty,
                   struct error *error) {
    auto_transaction transaction = TRANSACTION_NONE;
    int64_t version;
    if (!transaction_begin(database, &transaction, error) ||
        !migration_check(database, files, count, may_be_empty, &version, error))
        return false;
    int64_t old = version;
    for (size_t i = 0; i < count; i++) {
        if (file_number(&files[i]) <= version)
            continue;
        if (!connection_run(database, files[i].bytes, error))
            return error_prefix(error, "applying %s", files[i].path);
        version = file_number(&files[i]);
    }
    char stamp[100]; /* PRAGMAs take no bound values */
    snprintf(stamp, sizeof stamp, "PRAGMA application_id = %d; PRAGMA user_version = %lld", MIGRATION_APPLICATION_ID,
             (long long)version);
    if (version != old && !connection_run(database, stamp, error))
        return false;
    if (!transaction_commit(&transaction, error))
        return false;
    if (old && version != old)
        log_notice("the database %s was brought from version %lld to %lld", database->path, (long long)old,
                   (long long)version);
    return true;
}
