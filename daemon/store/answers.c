#include "store/answers.h"

#include "store/statement.h"
#include "store/transaction.h"

/* clang-format off */
#define ANSWER(FIRST, COLUMN) \
    FIRST(id) COLUMN(question) COLUMN(partnership) COLUMN(participant) COLUMN(outbox) COLUMN(inbox) COLUMN(value) \
    COLUMN(at) COLUMN(confirmed_by)
/* clang-format on */
#define ANSWER_COLUMNS STATEMENT_COLUMNS(ANSWER)
STATEMENT_READER(read_answer, struct answer, ANSWER)

bool answers_add(struct database *database, const struct answer *answer, int64_t *ret_id, struct error *error) {
    return statement_insert(database,
                            "INSERT INTO answer (question, partnership, participant, outbox, inbox, value, at,"
                            " confirmed_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                            VALUES(value_text(answer->question), value_id(answer->partnership),
                                   value_integer(answer->participant), value_id(answer->outbox),
                                   value_id(answer->inbox), value_integer(answer->value), value_integer(answer->at),
                                   value_id(answer->confirmed_by)),
                            ret_id, error);
}

static bool list(struct database *database, const char *sql, int64_t of, struct arena *arena, struct answer_list *ret,
                 struct error *error) {
    return statement_read_rows(database, sql, VALUES(value_integer(of)), arena, read_answer, ret, error);
}

bool answers_list(struct database *database, int64_t partnership, struct arena *arena, struct answer_list *ret,
                  struct error *error) {
    return list(database, "SELECT " ANSWER_COLUMNS " FROM answer WHERE partnership = ? ORDER BY at, id", partnership,
                arena, ret, error);
}

bool answers_list_unconfirmed(struct database *database, int64_t participant, struct arena *arena,
                              struct answer_list *ret, struct error *error) {
    return list(database,
                "SELECT " ANSWER_COLUMNS " FROM answer WHERE participant = ? AND confirmed_by IS NULL ORDER BY at, id",
                participant, arena, ret, error);
}

bool answers_find_confirmed_by(struct database *database, int64_t confirmed_by, struct arena *arena, struct answer *ret,
                               struct error *error) {
    return statement_read_row(
        database, "SELECT " ANSWER_COLUMNS " FROM answer WHERE confirmed_by = ? ORDER BY at DESC, id DESC LIMIT 1",
        VALUES(value_integer(confirmed_by)), arena, read_answer, ret, error);
}

bool answers_confirm(struct database *database, int64_t id, int64_t confirmed_by, struct error *error) {
    return statement_run(database, "UPDATE answer SET confirmed_by = ?2 WHERE id = ?1",
                         VALUES(value_integer(id), value_integer(confirmed_by)), error);
}

bool answers_find_next(struct database *database, int64_t participant, struct arena *arena, struct answer *ret,
                       struct error *error) {
    return statement_read_row(database,
                              "SELECT " ANSWER_COLUMNS
                              " FROM answer WHERE participant = ? AND question = 'next' ORDER BY id DESC LIMIT 1",
                              VALUES(value_integer(participant)), arena, read_answer, ret, error);
}

bool answers_count_next(struct database *database, int64_t round, int64_t ret[ANSWER_DIGITS], struct error *error) {
    auto_statement statement = STATEMENT_NONE;
    bool row;
    for (size_t i = 0; i < ANSWER_DIGITS; i++)
        ret[i] = 0;
    if (!statement_open(database,
                        "SELECT value, count(*) FROM (SELECT value, max(answer.id) FROM partnership"
                        " JOIN answer ON answer.partnership = partnership.id AND question = 'next'"
                        " WHERE round = ? GROUP BY participant) GROUP BY value",
                        VALUES(value_integer(round)), &statement, error))
        return false;
    do {
        if (!statement_next(&statement, &row, error))
            return false;
        int64_t digit = row ? statement_integer(&statement) : -1;
        if (digit >= 0 && digit < ANSWER_DIGITS)
            ret[digit] = statement_integer(&statement);
    } while (row);
    return true;
}

bool answers_remove(struct database *database, int64_t id, const struct event_cause *cause, bool *ret_found,
                    struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct answer answer;
    if (!transaction_begin(database, &transaction, error) ||
        !statement_read_row(database, "SELECT " ANSWER_COLUMNS " FROM answer WHERE id = ?", VALUES(value_integer(id)),
                            arena, read_answer, &answer, error))
        return false;
    *ret_found = answer.id != 0;
    struct event ids = {.participant = answer.participant, .partnership = answer.partnership, .outbox = answer.outbox};
    return !*ret_found ||
           (statement_run(database, "DELETE FROM answer WHERE id = ?", VALUES(value_integer(id)), error) &&
            statement_run(database,
                          "DELETE FROM contact WHERE partnership = ? AND participant = ? AND inbox = ?"
                          " AND channel = 'check-in'",
                          VALUES(value_integer(answer.partnership), value_integer(answer.participant),
                                 value_integer(answer.inbox)),
                          error) &&
            statement_run(database,
                          "UPDATE outbox SET answered_at = NULL"
                          " WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM answer WHERE participant = ?2 AND outbox = ?1)",
                          VALUES(value_integer(answer.outbox), value_integer(answer.participant)), error) &&
            events_append_change(database, "answer taken back", &ids, cause, error) &&
            transaction_commit(&transaction, error));
}
