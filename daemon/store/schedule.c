#include "store/schedule.h"

#include "store/connection.h"
#include "store/statement.h"
#include "store/transaction.h"

/* clang-format off */
#define ENTRY(FIRST, COLUMN) \
    FIRST(key) COLUMN(due_at) COLUMN(expires_at) COLUMN(step) COLUMN(occurrence) COLUMN(participant) \
    COLUMN(partnership) COLUMN(round)
/* clang-format on */
#define ENTRY_COLUMNS STATEMENT_COLUMNS(ENTRY)
STATEMENT_READER(read_entry, struct schedule_entry, ENTRY)

/* One row, and of an older one only what the key does not say already: so SQLite, which would have to look at what
 * foreign keys name, opens no savepoint for the statement. INSERT OR REPLACE and INSERT ... SELECT do, for each row. */
bool schedule_put(struct database *database, const struct schedule_entry *entry, struct error *error) {
    int64_t was_due;
    if (!statement_read_integer(database, "SELECT EXISTS (SELECT 1 FROM outbox WHERE key = ?)",
                                VALUES(value_text(entry->key)), &was_due, error))
        return false;
    return was_due ||
           statement_run(database,
                         "INSERT INTO schedule (" ENTRY_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
                         " ON CONFLICT (key) DO UPDATE SET due_at = excluded.due_at, expires_at = excluded.expires_at",
                         VALUES(value_text(entry->key), value_integer(entry->due_at), value_integer(entry->expires_at),
                                value_text(entry->step), value_integer(entry->occurrence),
                                value_integer(entry->participant), value_id(entry->partnership),
                                value_id(entry->round)),
                         error);
}

/* By key, one after the other: RETURNING, and a DELETE of many rows, open a table of their own each time. */
bool schedule_take_due(struct database *database, int64_t participant, int64_t now, struct arena *arena,
                       struct schedule_list *ret, struct error *error) {
    auto_transaction transaction = TRANSACTION_NONE;
    struct schedule_list due;
    if (!transaction_begin(database, &transaction, error) ||
        !statement_read_rows(database,
                             "SELECT " ENTRY_COLUMNS " FROM schedule INDEXED BY schedule_by_participant"
                             " WHERE participant = ? AND due_at <= ?",
                             VALUES(value_integer(participant), value_integer(now)), arena, read_entry, &due, error))
        return false;
    for (size_t i = 0; i < due.count; i++)
        if (!statement_run(database, "DELETE FROM schedule WHERE key = ?", VALUES(value_text(due.items[i].key)), error))
            return false;
    if (!transaction_commit(&transaction, error))
        return false;
    *ret = due;
    return true;
}

bool schedule_remove_of_participant(struct database *database, int64_t participant, struct error *error) {
    return statement_run(database, "DELETE FROM schedule WHERE participant = ?", VALUES(value_integer(participant)),
                         error);
}

bool schedule_remove_of_partnership(struct database *database, int64_t partnership, struct error *error) {
    return statement_run(database, "DELETE FROM schedule WHERE partnership = ?", VALUES(value_integer(partnership)),
                         error);
}

bool schedule_list_due(struct database *database, int64_t now, size_t limit, struct arena *arena,
                       struct schedule_list *ret, struct error *error) {
    return statement_read_rows(database,
                               "SELECT " ENTRY_COLUMNS " FROM schedule WHERE due_at <= ? ORDER BY due_at, key LIMIT ?",
                               VALUES(value_integer(now), value_limit(limit)), arena, read_entry, ret, error);
}

bool schedule_list_between(struct database *database, const struct schedule_span *span, struct arena *arena,
                           struct schedule_list *ret, struct error *error) {
    return statement_read_rows(
        database,
        "SELECT " ENTRY_COLUMNS
        " FROM schedule WHERE (due_at, key) > (?, ?) AND due_at < ? ORDER BY due_at, key LIMIT ?",
        VALUES(value_integer(span->from), value_text(span->after ? span->after : ""), value_integer(span->until),
               value_limit(span->limit)),
        arena, read_entry, ret, error);
}

bool schedule_list_of_participant(struct database *database, int64_t participant, struct arena *arena,
                                  struct schedule_list *ret, struct error *error) {
    return statement_read_rows(database,
                               "SELECT " ENTRY_COLUMNS " FROM schedule WHERE participant = ? ORDER BY due_at, key",
                               VALUES(value_integer(participant)), arena, read_entry, ret, error);
}

bool schedule_list_of_partnership(struct database *database, int64_t partnership, struct arena *arena,
                                  struct schedule_list *ret, struct error *error) {
    return statement_read_rows(database,
                               "SELECT " ENTRY_COLUMNS " FROM schedule WHERE partnership = ? ORDER BY due_at, key",
                               VALUES(value_integer(partnership)), arena, read_entry, ret, error);
}

bool schedule_next_due(struct database *database, int64_t *ret, struct error *error) {
    return schedule_next_due_from(database, INT64_MIN, ret, error);
}

bool schedule_next_due_from(struct database *database, int64_t from, int64_t *ret, struct error *error) {
    return statement_read_integer(database, "SELECT due_at FROM schedule WHERE due_at >= ? ORDER BY due_at LIMIT 1",
                                  VALUES(value_integer(from)), ret, error);
}

bool schedule_count_until(struct database *database, int64_t until, size_t *ret, struct error *error) {
    return statement_read_count(database, "SELECT count(*) FROM schedule WHERE due_at <= ?",
                                VALUES(value_integer(until)), ret, error);
}

bool schedule_step_first_seen(struct database *database, const char *name, int64_t now, int64_t *ret,
                              struct error *error) {
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
