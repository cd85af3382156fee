#include "store/check_ins.h"

#include "store/statement.h"

/* clang-format off */
#define CHECK_IN(FIRST, COLUMN) \
    FIRST(id) COLUMN(partnership) COLUMN(participant) COLUMN(outbox) COLUMN(inbox) COLUMN(answer) COLUMN(at) \
    COLUMN(confirmed_by)
/* clang-format on */
#define CHECK_IN_COLUMNS STATEMENT_COLUMNS(CHECK_IN)
STATEMENT_READER(read_check_in, struct check_in, CHECK_IN)

bool check_ins_add(struct database *database, const struct check_in *check_in, int64_t *ret_id, struct error *error) {
    return statement_insert(database,
                            "INSERT INTO check_in (partnership, participant, outbox, inbox, answer, at, confirmed_by)"
                            " VALUES (?, ?, ?, ?, ?, ?, ?)",
                            VALUES(value_id(check_in->partnership), value_integer(check_in->participant),
                                   value_id(check_in->outbox), value_id(check_in->inbox),
                                   value_integer(check_in->answer), value_integer(check_in->at),
                                   value_id(check_in->confirmed_by)),
                            ret_id, error);
}

static bool list(struct database *database, const char *sql, int64_t of, struct arena *arena, struct check_in_list *ret,
                 struct error *error) {
    return statement_read_rows(database, sql, VALUES(value_integer(of)), arena, read_check_in, ret, error);
}

bool check_ins_list(struct database *database, int64_t partnership, struct arena *arena, struct check_in_list *ret,
                    struct error *error) {
    return list(database, "SELECT " CHECK_IN_COLUMNS " FROM check_in WHERE partnership = ? ORDER BY at, id",
                partnership, arena, ret, error);
}

bool check_ins_list_unconfirmed(struct database *database, int64_t participant, struct arena *arena,
                                struct check_in_list *ret, struct error *error) {
    return list(database,
                "SELECT " CHECK_IN_COLUMNS
                " FROM check_in WHERE participant = ? AND confirmed_by IS NULL ORDER BY at, id",
                participant, arena, ret, error);
}

bool check_ins_find_confirmed_by(struct database *database, int64_t confirmed_by, struct arena *arena,
                                 struct check_in *ret, struct error *error) {
    return statement_read_one(
        database, "SELECT " CHECK_IN_COLUMNS " FROM check_in WHERE confirmed_by = ? ORDER BY at DESC, id DESC LIMIT 1",
        VALUES(value_integer(confirmed_by)), arena, read_check_in, ret, sizeof *ret, error);
}

bool check_ins_confirm(struct database *database, int64_t id, int64_t confirmed_by, struct error *error) {
    return statement_run(database, "UPDATE check_in SET confirmed_by = ?2 WHERE id = ?1",
                         VALUES(value_integer(id), value_integer(confirmed_by)), error);
}
