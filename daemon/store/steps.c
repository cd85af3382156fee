#include "store/steps.h"

#include "store/connection.h"
#include "store/statement.h"

bool steps_first_seen(struct database *database, const char *name, int64_t now, int64_t *ret, struct error *error) {
    int64_t seen;
    if (!statement_read_integer(database, "SELECT first_seen_at FROM step WHERE name = ?", VALUES(value_text(name)),
                                &seen, error))
        return false;
    if (!seen) {
        seen = now;
        if (!sqlite3_db_readonly(database->handle, "main") &&
            !statement_run(database,
                           "INSERT INTO step (name, first_seen_at) VALUES (?, ?) ON CONFLICT (name) DO NOTHING",
                           VALUES(value_text(name), value_integer(now)), error))
            return false;
    }
    *ret = seen;
    return true;
}
