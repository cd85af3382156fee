/* Commits that do not wait for the disk; declared in store/database.h. SQLite orders them all the same, so a power cut
 * leaves the database as it was after one of them. */
#include <aio.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "store/connection.h"
#include "store/statement.h"

struct database_sync {
    int log; /* the write-ahead log's descriptor */
    struct aiocb request;
    bool under_way;
    int64_t on_disk, asked; /* of database_written: known to be on disk; what the request is about */
};

bool database_sync_later(struct database *database, struct error *error) {
    auto_text path = TEXT_EMPTY;
    text_append_format(&path, "%s-wal", database->path);
    int log = open(text_string(&path), O_RDONLY | O_CLOEXEC);
    if (log < 0)
        return error_set(error, ERROR_TEMPORARY, "the write-ahead log %s: %s", text_string(&path), strerror(errno));
    if (!statement_run(database, "PRAGMA synchronous = NORMAL", NO_VALUES, error)) {
        close(log);
        return false;
    }
    database->sync = memory_new(sizeof *database->sync);
    *database->sync = (struct database_sync){.log = log, .on_disk = -1};
    return true;
}

int64_t database_written(const struct database *database) {
    return sqlite3_total_changes64(database->handle);
}

static bool disk_error(const struct database *database, int number, struct error *error) {
    return error_set(error, ERROR_TEMPORARY, "writing to the database %s: %s; look at the disk", database->path,
                     strerror(number));
}

static bool settle(struct database *database, bool wait, struct error *error) {
    struct database_sync *sync = database->sync;
    if (!sync->under_way)
        return true;
    const struct aiocb *const requests[] = {&sync->request};
    while (wait && aio_error(&sync->request) == EINPROGRESS)
        aio_suspend(requests, 1, NULL);
    int number = aio_error(&sync->request);
    if (number == EINPROGRESS)
        return true;
    sync->under_way = false;
    if (aio_return(&sync->request) < 0)
        return disk_error(database, number, error);
    sync->on_disk = sync->asked;
    return true;
}

bool database_sync_begin(struct database *database, struct error *error) {
    struct database_sync *sync = database->sync;
    int64_t written = database_written(database);
    require(!database->innermost);
    if (!sync || written == (sync->under_way ? sync->asked : sync->on_disk))
        return true;
    if (!settle(database, true, error))
        return false;
    sync->request = (struct aiocb){.aio_fildes = sync->log, .aio_sigevent.sigev_notify = SIGEV_NONE};
    sync->asked = written;
    sync->under_way = aio_fsync(O_DSYNC, &sync->request) == 0;
    if (sync->under_way)
        return true;
    if (fdatasync(sync->log) != 0) /* no thread to be had: then we wait */
        return disk_error(database, errno, error);
    sync->on_disk = written;
    return true;
}

bool database_is_on_disk(struct database *database, int64_t written, bool wait, bool *ret, struct error *error) {
    const struct database_sync *sync = database->sync;
    if (sync && sync->on_disk < written && !settle(database, wait && sync->under_way && sync->asked >= written, error))
        return false;
    *ret = !sync || sync->on_disk >= written;
    return true;
}

void connection_sync_free(struct database_sync *sync) {
    if (!sync)
        return;
    const struct aiocb *const requests[] = {&sync->request};
    while (sync->under_way && aio_error(&sync->request) == EINPROGRESS)
        aio_suspend(requests, 1, NULL);
    fdatasync(sync->log);
    close(sync->log);
    free(sync);
}
