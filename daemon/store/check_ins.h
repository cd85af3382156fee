#pragma once
/* Answers to "how is it going?". */
#include "base/memory.h"
#include "base/model.h"
#include "store/database.h"

struct check_in_list {
    struct check_in *items;
    size_t count;
};

/* Adds CHECK_IN (its id is ignored). */
bool check_ins_add(struct database *database, const struct check_in *check_in, int64_t *ret_id, struct error *error);

/* In time order. */
bool check_ins_list(struct database *database, int64_t partnership, struct arena *arena, struct check_in_list *ret,
                    struct error *error);

/* Answers that the participant was not told yet how we understood them, in time order. */
bool check_ins_list_unconfirmed(struct database *database, int64_t participant, struct arena *arena,
                                struct check_in_list *ret, struct error *error);

/* The newest that the outbox row CONFIRMED_BY told of; id 0 where it told of none. */
bool check_ins_find_confirmed_by(struct database *database, int64_t confirmed_by, struct arena *arena,
                                 struct check_in *ret, struct error *error);

/* The outbox row CONFIRMED_BY tells it. */
bool check_ins_confirm(struct database *database, int64_t id, int64_t confirmed_by, struct error *error);
