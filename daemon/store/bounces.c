#include "store/bounces.h"

#include "store/statement.h"

bool bounces_add(struct database *database, const struct bounce_row *bounce, int64_t *ret_id, struct error *error) {
    return statement_insert(
        database,
        "INSERT INTO bounce (participant, outbox, at, permanent, address_dead, status) VALUES (?, ?, ?, ?, ?, ?)",
        VALUES(value_integer(bounce->participant), value_id(bounce->outbox), value_integer(bounce->at),
               value_integer(bounce->permanent), value_integer(bounce->address_dead),
               value_text(bounce->status ? bounce->status : "")),
        ret_id, error);
}

static void read_bounce(struct statement *row, struct arena *arena, void *item) {
    struct bounce_row *bounce = item;
    bounce->id = statement_integer(row);
    bounce->participant = statement_integer(row);
    bounce->outbox = statement_integer(row);
    bounce->at = statement_integer(row);
    bounce->permanent = statement_integer(row) != 0;
    bounce->address_dead = statement_integer(row) != 0;
    bounce->status = statement_text(row, arena);
}

bool bounces_list(struct database *database, int64_t participant, int64_t moment, struct arena *arena,
                  struct bounce_list *ret, struct error *error) {
    struct statement_list rows;
    if (!statement_read_list(database,
                             "SELECT id, participant, outbox, at, permanent, address_dead, status FROM bounce"
                             " WHERE participant = ? AND at >= ? ORDER BY at, id",
                             VALUES(value_integer(participant), value_integer(moment)), arena, read_bounce,
                             sizeof *ret->items, &rows, error))
        return false;
    *ret = (struct bounce_list){rows.items, rows.count};
    return true;
}
