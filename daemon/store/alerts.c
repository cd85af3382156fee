#include "store/alerts.h"

#include <stdio.h>

#include "store/statement.h"
#include "store/transaction.h"

#define ALERT_COLUMNS "id, partnership, participant, opened_at, closed_at, key, reason"

static void read_alert(struct statement *row, struct arena *arena, void *item) {
    struct alert *alert = item;
    alert->id = statement_integer(row);
    alert->partnership = statement_integer(row);
    alert->participant = statement_integer(row);
    alert->opened_at = statement_integer(row);
    alert->closed_at = statement_integer(row);
    alert->key = statement_text(row, arena);
    alert->reason = statement_text(row, arena);
}

static bool find_open(struct database *database, const char *key, struct arena *arena, struct alert *ret,
                      struct error *error) {
    return statement_read_one(database, "SELECT " ALERT_COLUMNS " FROM alert WHERE key = ? AND closed_at IS NULL",
                              VALUES(value_text(key)), arena, read_alert, ret, sizeof *ret, error);
}

static bool append_event(struct database *database, const char *happened, const struct alert *alert,
                         const struct event_cause *cause, struct error *error) {
    char what[200];
    snprintf(what, sizeof what, "alert %s: %s", happened, alert->key);
    const struct event ids = {.partnership = alert->partnership, .participant = alert->participant};
    return events_append_change(database, what, &ids, cause, error);
}

bool alerts_open(struct database *database, const struct alert *alert, const struct event_cause *cause, int64_t *ret_id,
                 bool *ret_new, struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct alert open;
    if (!transaction_begin(database, &transaction, error) || !find_open(database, alert->key, arena, &open, error))
        return false;
    int64_t id = open.id;
    if (!id &&
        (!statement_insert(
             database, "INSERT INTO alert (key, reason, partnership, participant, opened_at) VALUES (?, ?, ?, ?, ?)",
             VALUES(value_text(alert->key), value_text(alert->reason), value_id(alert->partnership),
                    value_id(alert->participant), value_integer(cause->at)),
             &id, error) ||
         !append_event(database, "opened", alert, cause, error)))
        return false;
    if (!transaction_commit(&transaction, error))
        return false;
    *ret_id = id;
    *ret_new = !open.id;
    return true;
}

bool alerts_close(struct database *database, const char *key, const struct event_cause *cause, bool *ret_closed,
                  struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct alert open;
    if (!transaction_begin(database, &transaction, error) || !find_open(database, key, arena, &open, error))
        return false;
    if (open.id && (!statement_run(database, "UPDATE alert SET closed_at = ?2 WHERE id = ?1",
                                   VALUES(value_integer(open.id), value_integer(cause->at)), error) ||
                    !append_event(database, "closed", &open, cause, error)))
        return false;
    if (!transaction_commit(&transaction, error))
        return false;
    *ret_closed = open.id != 0;
    return true;
}

bool alerts_find(struct database *database, int64_t id, struct arena *arena, struct alert *ret, struct error *error) {
    return statement_read_one(database, "SELECT " ALERT_COLUMNS " FROM alert WHERE id = ?", VALUES(value_integer(id)),
                              arena, read_alert, ret, sizeof *ret, error);
}

bool alerts_count_since(struct database *database, int64_t participant, const char *prefix, int64_t moment, size_t *ret,
                        struct error *error) {
    int64_t count;
    if (!statement_read_integer(database,
                                "SELECT count(*) FROM alert WHERE participant = ?1 AND opened_at >= ?3"
                                " AND substr(key, 1, length(?2)) = ?2",
                                VALUES(value_integer(participant), value_text(prefix), value_integer(moment)), &count,
                                error))
        return false;
    *ret = (size_t)count;
    return true;
}

bool alerts_list(struct database *database, bool only_open, struct arena *arena, struct alert_list *ret,
                 struct error *error) {
    struct statement_list list;
    const char *sql = only_open ? "SELECT " ALERT_COLUMNS " FROM alert WHERE closed_at IS NULL ORDER BY id"
                                : "SELECT " ALERT_COLUMNS " FROM alert ORDER BY id";
    if (!statement_read_list(database, sql, NO_VALUES, arena, read_alert, sizeof *ret->items, &list, error))
        return false;
    *ret = (struct alert_list){list.items, list.count};
    return true;
}
