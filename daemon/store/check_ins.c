#include "store/check_ins.h"

#include "store/statement.h"

#define CHECK_IN_COLUMNS "id, partnership, participant, outbox, inbox, answer, at, confirmed_by"

static void read_check_in(struct statement *row, struct arena *arena, void *item) {
    (void)arena;
    struct check_in *check_in = item;
    check_in->id = statement_integer(row);
    check_in->partnership = statement_integer(row);
    check_in->participant = statement_integer(row);
    check_in->outbox = statement_integer(row);
    check_in->inbox = statement_integer(row);
    check_in->answer = statement_integer(row);
    check_in->at = statement_integer(row);
    check_in->confirmed_by = statement_integer(row);
}

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
    struct statement_list rows;
    if (!statement_read_list(database, sql, VALUES(value_integer(of)), arena, read_check_in, sizeof *ret->items, &rows,
                             error))
        return false;
    *ret = (struct check_in_list){rows.items, rows.count};
    return true;
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
