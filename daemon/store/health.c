#include "store/health.h"

#include "base/clock.h"
#include "store/statement.h"

/* Some programs answer every mail for ever: such an answer stops no clock for long. */
enum { SAME_ABSENCE = 60 * SECONDS_PER_DAY };

/* ---- Rests ---- */

bool health_rest_begin(struct database *database, enum rest_kind kind, int64_t participant, int64_t partnership,
                       int64_t at, struct error *error) {
    return statement_run(
        database,
        "INSERT INTO rest (kind, participant, partnership, began_at) SELECT ?1, ?2, ?3, ?4"
        " WHERE NOT EXISTS (SELECT 1 FROM rest WHERE participant = ?2 AND kind = ?1 AND ended_at IS NULL)"
        " AND NOT EXISTS (SELECT 1 FROM rest WHERE partnership = ?3 AND kind = ?1 AND ended_at IS NULL)",
        VALUES(value_text(rest_kind_name(kind)), value_id(participant), value_id(partnership), value_integer(at)),
        error);
}

bool health_rest_end(struct database *database, enum rest_kind kind, int64_t participant, int64_t partnership,
                     int64_t at, struct error *error) {
    return statement_run(database,
                         participant ? "UPDATE rest SET ended_at = ?3 WHERE participant = ?2 AND kind = ?1"
                                       " AND ended_at IS NULL"
                                     : "UPDATE rest SET ended_at = ?3 WHERE partnership = ?2 AND kind = ?1"
                                       " AND ended_at IS NULL",
                         VALUES(value_text(rest_kind_name(kind)),
                                value_integer(participant ? participant : partnership), value_integer(at)),
                         error);
}

bool health_note_away(struct database *database, int64_t participant, int64_t at, int64_t until, struct error *error) {
    return statement_run(
        database,
        "INSERT INTO rest (kind, participant, began_at, ended_at) SELECT 'away', ?1, ?2, ?3"
        " WHERE NOT EXISTS (SELECT 1 FROM rest WHERE participant = ?1 AND kind = 'away'"
        " AND (ended_at = ?3 OR (ended_at IS ?3 AND began_at > ?4)))",
        VALUES(value_integer(participant), value_integer(at), value_id(until), value_integer(at - SAME_ABSENCE)),
        error);
}

/* ---- Signs ---- */

static void read_sign(struct statement *row, struct arena *arena, void *item) {
    struct health_sign *sign = item;
    sign->kind = (enum health_sign_kind)statement_integer(row);
    sign->participant = statement_integer(row);
    sign->value = statement_integer(row);
    sign->at = statement_integer(row);
    sign->until = statement_integer(row);
    sign->outbox = statement_integer(row);
    sign->step = statement_text(row, arena);
    sign->state = statement_text(row, arena);
}

/* clang-format off */
#define NEWEST(columns, rest) "SELECT * FROM (SELECT " columns " FROM " rest " DESC LIMIT ?2)"
#define OF_MEMBERS(table) \
    "member CROSS JOIN " table " ON " table ".participant = member.participant WHERE member.partnership = ?1 "
#define ASKED_HOW \
    OF_MEMBERS("outbox") "AND +outbox.partnership = ?1 AND inbox IS NOT NULL AND created_at > 0 AND asks = 'leaving' "

/* The first column is an enum health_sign_kind, the third what was answered. Whoever was asked how they would like to stop
 * has said so (5), by whatever word, until they answer: among what answered them, as most of what a partnership was sent
 * need not be read for that. */
#define SIGNS \
    NEWEST("iif(kind = 'away', 0, 1), rest.participant, 0, began_at, ended_at, 0, '', ''", \
           OF_MEMBERS("rest") "ORDER BY began_at") \
    " UNION ALL " NEWEST("2, NULL, 0, began_at, ended_at, 0, '', ''", "rest WHERE partnership = ?1 ORDER BY began_at") \
    " UNION ALL " NEWEST("3, participant, 0, coalesce(sent_at, due_at), 0, id, step, state", \
                         "outbox WHERE partnership = ?1 AND asks = 'check-in' AND inbox IS NULL" \
                         " AND state NOT IN ('failed', 'cancelled', 'expired') ORDER BY id") \
    " UNION ALL " NEWEST("iif(question = 'check-in', 4, 5), participant, value, at, 0, 0, '', ''", \
                         "answer WHERE partnership = ?1 ORDER BY at") \
    " UNION ALL SELECT 4, outbox.participant, 5, created_at, 0, 0, '', '' FROM " ASKED_HOW \
    " UNION ALL SELECT 5, outbox.participant, 0, answered_at, 0, 0, '', '' FROM " ASKED_HOW "AND answered_at IS NOT NULL" \
    " UNION ALL " NEWEST("6, inbox.participant, 0, received_at, 0, 0, '', ''", \
                         OF_MEMBERS("inbox") "AND inbox.state = 'waiting' AND kind = 'human' ORDER BY received_at") \
    " UNION ALL " NEWEST("7, participant, 0, at, 0, 0, '', ''", \
                         "contact WHERE partnership = ?1 AND channel <> 'check-in' ORDER BY at")
/* clang-format on */

bool health_list_signs(struct database *database, int64_t partnership, struct arena *arena, struct health_signs *ret,
                       struct error *error) {
    return statement_read_rows(database, SIGNS, VALUES(value_integer(partnership), value_limit(HEALTH_SIGNS_MOST)),
                               arena, read_sign, ret, error);
}

bool health_list_unasked(struct database *database, int64_t participant, int64_t since, int64_t until, int64_t now,
                         int64_t but, struct arena *arena, struct health_moments *ret, struct error *error) {
    return statement_read_rows(database,
                               "SELECT sent_at FROM outbox WHERE participant = ?1 AND priority = 40 AND sent_at >= ?2"
                               " UNION ALL SELECT max(?4, due_at) FROM outbox WHERE participant = ?1 AND priority = 40"
                               " AND sent_at IS NULL AND state IN ('queued', 'sending') AND id <> ?5"
                               " UNION ALL SELECT due_at FROM schedule WHERE participant = ?1 AND due_at <= ?3",
                               VALUES(value_integer(participant), value_integer(since), value_integer(until),
                                      value_integer(now), value_integer(but)),
                               arena, statement_read_number, ret, error);
}

/* ---- What came out ---- */

/* clang-format off */
#define HEALTH(FIRST, COLUMN) \
    FIRST(partnership) COLUMN(state) COLUMN(silence) COLUMN(number) COLUMN(silent) COLUMN(reason) COLUMN(assessed_at) \
    COLUMN(next_at)
/* clang-format on */
STATEMENT_READER(read_row, struct health_row, HEALTH)

bool health_find(struct database *database, int64_t partnership, struct arena *arena, struct health_row *ret,
                 struct error *error) {
    return statement_read_row(database, "SELECT " STATEMENT_COLUMNS(HEALTH) " FROM health WHERE partnership = ?",
                              VALUES(value_integer(partnership)), arena, read_row, ret, error);
}

bool health_set(struct database *database, const struct health_row *row, struct error *error) {
    return statement_run(database,
                         "INSERT OR REPLACE INTO health (partnership, state, silence, number, silent, reason,"
                         " assessed_at, next_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                         VALUES(value_integer(row->partnership), value_text(health_state_name(row->state)),
                                value_text(health_silence_name(row->silence)), value_integer(row->number),
                                value_id(row->silent), value_text(row->reason), value_integer(row->assessed_at),
                                value_id(row->next_at)),
                         error);
}

bool health_next(struct database *database, int64_t *ret, bool *ret_any, struct error *error) {
    int64_t next;
    if (!statement_read_integer(database, "SELECT min(next_at) + 1 FROM health WHERE next_at IS NOT NULL", NO_VALUES,
                                &next, error))
        return false;
    *ret_any = next != 0;
    *ret = next - 1;
    return true;
}

bool health_list_due(struct database *database, int64_t now, size_t limit, struct arena *arena,
                     struct health_moments *ret, struct error *error) {
    return statement_read_rows(database,
                               "SELECT partnership FROM health WHERE next_at <= ?1 ORDER BY next_at, partnership"
                               " LIMIT ?2",
                               VALUES(value_integer(now), value_limit(limit)), arena, statement_read_number, ret,
                               error);
}

bool health_count_states(struct database *database, size_t ret_counts[HEALTH_STOPPED + 1], struct error *error) {
    for (size_t i = 0; i <= HEALTH_STOPPED; i++)
        if (!statement_read_count(database, "SELECT count(*) FROM health WHERE state = ? AND next_at IS NOT NULL",
                                  VALUES(value_text(health_state_name((enum health_state)i))), &ret_counts[i], error))
            return false;
    return true;
}

bool health_wake(struct database *database, int64_t participant, struct error *error) {
    return participant
               ? statement_run(database,
                               "UPDATE health SET next_at = 0 WHERE next_at IS NOT NULL AND partnership IN"
                               " (SELECT partnership FROM member WHERE participant = ?1)",
                               VALUES(value_integer(participant)), error)
               : statement_run(database, "UPDATE health SET next_at = 0 WHERE next_at IS NOT NULL", NO_VALUES, error);
}
