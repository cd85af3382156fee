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

static void read_counts(struct statement *row, struct arena *arena, void *item) {
    (void)arena;
    struct bounce_counts *counts = item;
    counts->all = (size_t)statement_integer(row);
    counts->permanent = (size_t)statement_integer(row);
    counts->address_dead = (size_t)statement_integer(row);
}

bool bounces_count_since(struct database *database, int64_t participant, int64_t moment, struct bounce_counts *ret,
                         struct error *error) {
    return statement_read_one(
        database, "SELECT count(*), sum(permanent), sum(address_dead) FROM bounce WHERE participant = ? AND at >= ?",
        VALUES(value_integer(participant), value_integer(moment)), NULL, read_counts, ret, sizeof *ret, error);
}
