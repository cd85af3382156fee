#include "store/schedule.h"

#include "store/statement.h"

#define SCHEDULE_COLUMNS "key, due_at, expires_at, step, occurrence, participant, partnership, round"

static void read_entry(struct statement *row, struct arena *arena, void *item) {
    struct schedule_entry *entry = item;
    entry->key = statement_text(row, arena);
    entry->due_at = statement_integer(row);
    entry->expires_at = statement_integer(row);
    entry->step = statement_text(row, arena);
    entry->occurrence = statement_integer(row);
    entry->participant = statement_integer(row);
    entry->partnership = statement_integer(row);
    entry->round = statement_integer(row);
}

bool schedule_put(struct database *database, const struct schedule_entry *entry, struct error *error) {
    return statement_run(database,
                         "INSERT OR REPLACE INTO schedule (" SCHEDULE_COLUMNS ")"
                         " SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8"
                         " WHERE NOT EXISTS (SELECT 1 FROM outbox WHERE key = ?1)",
                         VALUES(value_text(entry->key), value_integer(entry->due_at), value_integer(entry->expires_at),
                                value_text(entry->step), value_integer(entry->occurrence),
                                value_integer(entry->participant), value_id(entry->partnership),
                                value_id(entry->round)),
                         error);
}

bool schedule_remove(struct database *database, const char *key, struct error *error) {
    return statement_run(database, "DELETE FROM schedule WHERE key = ?", VALUES(value_text(key)), error);
}

bool schedule_remove_of_participant(struct database *database, int64_t participant, struct error *error) {
    return statement_run(database, "DELETE FROM schedule WHERE participant = ?", VALUES(value_integer(participant)),
                         error);
}

bool schedule_remove_of_partnership(struct database *database, int64_t partnership, struct error *error) {
    return statement_run(database, "DELETE FROM schedule WHERE partnership = ?", VALUES(value_integer(partnership)),
                         error);
}

bool schedule_remove_all(struct database *database, struct error *error) {
    return statement_run(database, "DELETE FROM schedule", NO_VALUES, error);
}

static bool list(struct database *database, const char *sql, const struct value *values, size_t count,
                 struct arena *arena, struct schedule_list *ret, struct error *error) {
    struct statement_list rows;
    if (!statement_read_list(database, sql, values, count, arena, read_entry, sizeof *ret->items, &rows, error))
        return false;
    *ret = (struct schedule_list){rows.items, rows.count};
    return true;
}

bool schedule_list_due(struct database *database, int64_t now, size_t limit, struct arena *arena,
                       struct schedule_list *ret, struct error *error) {
    return list(database, "SELECT " SCHEDULE_COLUMNS " FROM schedule WHERE due_at <= ? ORDER BY due_at, key LIMIT ?",
                VALUES(value_integer(now), value_limit(limit)), arena, ret, error);
}

bool schedule_list_between(struct database *database, int64_t from, int64_t until, struct arena *arena,
                           struct schedule_list *ret, struct error *error) {
    return list(database,
                "SELECT " SCHEDULE_COLUMNS " FROM schedule WHERE due_at >= ? AND due_at < ? ORDER BY due_at, key",
                VALUES(value_integer(from), value_integer(until)), arena, ret, error);
}

bool schedule_list_of_participant(struct database *database, int64_t participant, struct arena *arena,
                                  struct schedule_list *ret, struct error *error) {
    return list(database, "SELECT " SCHEDULE_COLUMNS " FROM schedule WHERE participant = ? ORDER BY due_at, key",
                VALUES(value_integer(participant)), arena, ret, error);
}

bool schedule_list_of_partnership(struct database *database, int64_t partnership, struct arena *arena,
                                  struct schedule_list *ret, struct error *error) {
    return list(database, "SELECT " SCHEDULE_COLUMNS " FROM schedule WHERE partnership = ? ORDER BY due_at, key",
                VALUES(value_integer(partnership)), arena, ret, error);
}

bool schedule_next_due(struct database *database, int64_t *ret, struct error *error) {
    return schedule_next_due_from(database, INT64_MIN, ret, error);
}

bool schedule_next_due_from(struct database *database, int64_t from, int64_t *ret, struct error *error) {
    return statement_read_integer(database, "SELECT due_at FROM schedule WHERE due_at >= ? ORDER BY due_at LIMIT 1",
                                  VALUES(value_integer(from)), ret, error);
}

bool schedule_count(struct database *database, size_t *ret, struct error *error) {
    int64_t count;
    if (!statement_read_integer(database, "SELECT count(*) FROM schedule", NO_VALUES, &count, error))
        return false;
    *ret = (size_t)count;
    return true;
}
