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

#define BOUNCE(FIRST, COLUMN)                                                                                          \
    FIRST(id) COLUMN(participant) COLUMN(outbox) COLUMN(at) COLUMN(permanent) COLUMN(address_dead) COLUMN(status)
#define BOUNCE_COLUMNS STATEMENT_COLUMNS(BOUNCE)
STATEMENT_READER(read_bounce, struct bounce_row, BOUNCE)

bool bounces_list(struct database *database, int64_t participant, int64_t moment, struct arena *arena,
                  struct bounce_list *ret, struct error *error) {
    return statement_read_rows(database,
                               "SELECT " BOUNCE_COLUMNS " FROM bounce"
                               " WHERE participant = ? AND at >= ? ORDER BY at, id",
                               VALUES(value_integer(participant), value_integer(moment)), arena, read_bounce, ret,
                               error);
}
