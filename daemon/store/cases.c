#include "store/cases.h"

#include <stdio.h>

#include "store/statement.h"
#include "store/transaction.h"

/* clang-format off */
#define CASE(FIRST, COLUMN) \
    FIRST(id) COLUMN(key) COLUMN(kind) COLUMN(reason) COLUMN(participant) COLUMN(partnership) COLUMN(inbox) \
    COLUMN(outbox) COLUMN(at_once) COLUMN(opened_at) COLUMN(told_at) COLUMN(tell_at) COLUMN(closed_at) \
    COLUMN(closed_by) COLUMN(words)
/* clang-format on */
#define SELECT_CASES "SELECT " STATEMENT_COLUMNS(CASE) " FROM case_file "
STATEMENT_READER(read_case, struct case_row, CASE)

static bool append_event(struct database *database, const char *happened, const struct case_row *row,
                         const struct event_cause *cause, struct error *error) {
    char what[200];
    snprintf(what, sizeof what, "case %s: %s", happened, row->key);
    const struct event ids = {
        .participant = row->participant, .partnership = row->partnership, .inbox = row->inbox, .outbox = row->outbox};
    return events_append_change(database, what, &ids, cause, error);
}

bool cases_open(struct database *database, const struct case_row *row, const struct event_cause *cause, bool *ret_new,
                struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct case_row open;
    int64_t id;
    if (!transaction_begin(database, &transaction, error) || !cases_find_open(database, row->key, arena, &open, error))
        return false;
    if (!open.id &&
        (!statement_insert(database,
                           "INSERT INTO case_file (key, kind, reason, participant, partnership, inbox,"
                           " outbox, at_once, opened_at, tell_at, words) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                           VALUES(value_text(row->key), value_text(case_kind_name(row->kind)), value_text(row->reason),
                                  value_id(row->participant), value_id(row->partnership), value_id(row->inbox),
                                  value_id(row->outbox), value_integer(row->at_once), value_integer(cause->at),
                                  value_id(row->tell_at), value_text(row->words)),
                           &id, error) ||
         !append_event(database, "opened", row, cause, error)))
        return false;
    if (!transaction_commit(&transaction, error))
        return false;
    *ret_new = !open.id;
    return true;
}

bool cases_close(struct database *database, const struct case_row *open, const struct event_cause *cause,
                 struct error *error) {
    auto_transaction transaction = TRANSACTION_NONE;
    return transaction_begin(database, &transaction, error) &&
           statement_run(database, "UPDATE case_file SET closed_at = ?2, closed_by = ?3, words = NULL WHERE id = ?1",
                         VALUES(value_integer(open->id), value_integer(cause->at), value_text(cause->actor)), error) &&
           append_event(database, "closed", open, cause, error) && transaction_commit(&transaction, error);
}

bool cases_reopen(struct database *database, const struct case_row *row, const struct event_cause *cause,
                  struct error *error) {
    auto_transaction transaction = TRANSACTION_NONE;
    return transaction_begin(database, &transaction, error) &&
           statement_run(database,
                         "UPDATE case_file SET closed_at = NULL, closed_by = NULL, told_at = NULL, tell_at = ?2,"
                         " inbox = ?3, reason = ?4, words = ?5, at_once = ?6 WHERE id = ?1",
                         VALUES(value_integer(row->id), value_id(row->tell_at), value_id(row->inbox),
                                value_text(row->reason), value_text(row->words), value_integer(row->at_once)),
                         error) &&
           append_event(database, "opened", row, cause, error) && transaction_commit(&transaction, error);
}

static bool find(struct database *database, const char *sql, struct value value, struct arena *arena,
                 struct case_row *ret, struct error *error) {
    return statement_read_row(database, sql, VALUES(value), arena, read_case, ret, error);
}

bool cases_find(struct database *database, int64_t id, struct arena *arena, struct case_row *ret, struct error *error) {
    return find(database, SELECT_CASES "WHERE id = ?", value_integer(id), arena, ret, error);
}

bool cases_find_open(struct database *database, const char *key, struct arena *arena, struct case_row *ret,
                     struct error *error) {
    return find(database, SELECT_CASES "WHERE key = ? AND closed_at IS NULL", value_text(key), arena, ret, error);
}

bool cases_find_of_inbox(struct database *database, int64_t inbox, struct arena *arena, struct case_row *ret,
                         struct error *error) {
    return find(database, SELECT_CASES "WHERE inbox = ? AND closed_at IS NULL ORDER BY id LIMIT 1",
                value_integer(inbox), arena, ret, error);
}

/* The kind is no parameter: as an index is of one kind alone, SQLite would prepare the statement anew for each value.
 */
bool cases_find_silence(struct database *database, int64_t partnership, struct arena *arena, struct case_row *ret,
                        struct error *error) {
    return statement_read_row(database,
                              SELECT_CASES "WHERE partnership = ? AND kind = 'silence' ORDER BY id DESC LIMIT 1",
                              VALUES(value_integer(partnership)), arena, read_case, ret, error);
}

static bool list(struct database *database, const char *sql, const struct value *values, size_t count,
                 struct arena *arena, struct case_list *ret, struct error *error) {
    return statement_read_items(database, sql, values, count, arena, read_case, sizeof *ret->items, &ret->items,
                                &ret->count, error);
}

#define BUT_MESSAGES "(?1 = 0 OR kind <> 'message')"
#define PAGE " AND id > ?2 ORDER BY id LIMIT ?3"

bool cases_list(struct database *database, const struct case_filter *filter, struct arena *arena, struct case_list *ret,
                struct error *error) {
    struct value but_messages = value_integer(filter->but_messages), after = value_integer(filter->after),
                 limit = value_limit(filter->limit);
    if (filter->partnership)
        return list(database,
                    SELECT_CASES "WHERE (partnership = ?4 OR participant IN"
                                 " (SELECT participant FROM member WHERE partnership = ?4))"
                                 " AND (?5 = 0 OR closed_at IS NULL) AND " BUT_MESSAGES PAGE,
                    VALUES(but_messages, after, limit, value_integer(filter->partnership), value_integer(filter->open)),
                    arena, ret, error);
    return list(database,
                filter->open ? SELECT_CASES "WHERE closed_at IS NULL AND " BUT_MESSAGES PAGE
                             : SELECT_CASES "WHERE " BUT_MESSAGES PAGE,
                VALUES(but_messages, after, limit), arena, ret, error);
}

bool cases_count(struct database *database, const struct case_filter *filter, size_t *ret, struct error *error) {
    return statement_read_count(database,
                                filter->open
                                    ? "SELECT count(*) FROM case_file WHERE closed_at IS NULL AND " BUT_MESSAGES
                                    : "SELECT count(*) FROM case_file WHERE " BUT_MESSAGES,
                                VALUES(value_integer(filter->but_messages)), ret, error);
}

bool cases_next_tell(struct database *database, int64_t *ret, struct error *error) {
    return statement_read_integer(database,
                                  "SELECT tell_at FROM case_file WHERE closed_at IS NULL AND tell_at IS NOT NULL"
                                  " ORDER BY tell_at LIMIT 1",
                                  NO_VALUES, ret, error);
}

bool cases_list_due(struct database *database, int64_t now, size_t limit, struct arena *arena, struct case_list *ret,
                    struct error *error) {
    return list(database, SELECT_CASES "WHERE closed_at IS NULL AND tell_at <= ? ORDER BY tell_at LIMIT ?",
                VALUES(value_integer(now), value_limit(limit)), arena, ret, error);
}

bool cases_set_told(struct database *database, int64_t id, int64_t told_at, int64_t tell_at, struct error *error) {
    return statement_run(database, "UPDATE case_file SET told_at = ?2, tell_at = ?3 WHERE id = ?1",
                         VALUES(value_integer(id), value_id(told_at), value_integer(tell_at)), error);
}

/* ---- Whom a case concerns ---- */

/* The people of a case: the one whom it is about, else a partnership's members; of two who could be partners both. */
#define PEOPLE                                                                                                         \
    "SELECT participant FROM member WHERE member.partnership = case_file.partnership AND left_at IS NULL"              \
    " AND case_file.participant IS NULL"                                                                               \
    " UNION ALL SELECT case_file.participant"                                                                          \
    " UNION ALL SELECT second FROM rematch WHERE rematch.id = case_file.id AND case_file.kind = 'rematch'"
#define ANY_FROM(condition) "EXISTS (SELECT 1 FROM participant WHERE participant.id IN (" PEOPLE ") AND " condition ")"
#define OWN "case_file.kind <> 'report' AND " ANY_FROM("instr(?3, ',' || upper(country) || ',')")

/* Reports are for few eyes. */
#define CONCERNS                                                                                                       \
    "(?1 OR (" OWN ") OR (?2 AND (case_file.kind = 'report'"                                                           \
    " OR (case_file.at_once AND case_file.told_at IS NOT NULL"                                                         \
    " AND case_file.opened_at + iif(case_file.kind = 'silence', 7 * 86400, 0) <= ?6)"                                  \
    " OR NOT " ANY_FROM("instr(?5, ',' || upper(country) || ',')") " OR " ANY_FROM(                                    \
        "NOT instr(?4, ',' || upper(country) || ',')") ")))"

#define READER(reader)                                                                                                 \
    value_integer((reader)->all), value_integer((reader)->general), value_text((reader)->own),                         \
        value_text((reader)->claimed), value_text((reader)->present), value_integer((reader)->left_before)

#define STANDS "case_file.closed_at IS NULL AND case_file.tell_at IS NOT NULL"
#define UNDECIDED_SILENCE "(kind = 'silence' AND NOT at_once)"
#define DECIDED STANDS " AND kind <> 'remark' AND NOT " UNDECIDED_SILENCE

bool cases_concern(struct database *database, int64_t id, const struct case_reader *reader, bool *ret,
                   struct error *error) {
    int64_t count = 1;
    if (!reader->all && !statement_read_integer(database, "SELECT count(*) FROM case_file WHERE id = ?7 AND " CONCERNS,
                                                VALUES(READER(reader), value_integer(id)), &count, error))
        return false;
    *ret = count > 0;
    return true;
}

bool cases_are_own(struct database *database, int64_t id, const struct case_reader *reader, bool *ret,
                   struct error *error) {
    int64_t count;
    if (!statement_read_integer(database, "SELECT count(*) FROM case_file WHERE id = ?7 AND " OWN,
                                VALUES(READER(reader), value_integer(id)), &count, error))
        return false;
    *ret = count > 0;
    return true;
}

bool cases_list_told(struct database *database, const struct case_reader *reader, size_t limit, struct arena *arena,
                     struct case_list *ret, struct error *error) {
    return list(database,
                SELECT_CASES "WHERE " DECIDED " AND " CONCERNS
                             " ORDER BY kind <> 'report', kind = 'message', participant IS NULL, reason, id DESC"
                             " LIMIT ?7",
                VALUES(READER(reader), value_limit(limit)), arena, ret, error);
}

bool cases_list_silences(struct database *database, const struct case_reader *reader, size_t limit, struct arena *arena,
                         struct case_list *ret, struct error *error) {
    return list(database,
                SELECT_CASES "WHERE " STANDS " AND " UNDECIDED_SILENCE " AND " CONCERNS " ORDER BY id DESC LIMIT ?7",
                VALUES(READER(reader), value_limit(limit)), arena, ret, error);
}

bool cases_list_remarks(struct database *database, const struct case_reader *reader, int64_t told_after, size_t limit,
                        struct arena *arena, struct case_list *ret, struct error *error) {
    return list(database,
                SELECT_CASES "WHERE " STANDS " AND kind = 'remark' AND (told_at IS NULL OR told_at > ?8) AND " CONCERNS
                             " ORDER BY participant, id LIMIT ?7",
                VALUES(READER(reader), value_limit(limit), value_integer(told_after)), arena, ret, error);
}

bool cases_count_told(struct database *database, const struct case_reader *reader, size_t *ret_count,
                      int64_t *ret_since, struct error *error) {
    auto_statement statement = STATEMENT_NONE;
    bool row;
    if (!statement_open(database, "SELECT count(*), min(opened_at) FROM case_file WHERE " DECIDED " AND " CONCERNS,
                        VALUES(READER(reader)), &statement, error) ||
        !statement_next(&statement, &row, error))
        return false;
    *ret_count = (size_t)statement_integer(&statement);
    *ret_since = statement_integer(&statement);
    return true;
}

bool cases_count_told_at_once(struct database *database, int64_t participant, int64_t moment, size_t *ret,
                              struct error *error) {
    int64_t count;
    if (!statement_read_integer(database,
                                "SELECT count(*) FROM case_file WHERE participant IS ?1 AND opened_at >= ?2"
                                " AND at_once = 1 AND inbox IS NOT NULL",
                                VALUES(value_id(participant), value_integer(moment)), &count, error))
        return false;
    *ret = (size_t)count;
    return true;
}

bool cases_hurry(struct database *database, int64_t id, const char *reason, int64_t now, int64_t tell_at,
                 struct error *error) {
    return statement_run(database,
                         "UPDATE case_file SET at_once = 1, opened_at = ?3, told_at = NULL, tell_at = ?4, reason = ?2"
                         " WHERE id = ?1",
                         VALUES(value_integer(id), value_text(reason), value_integer(now), value_integer(tell_at)),
                         error);
}
