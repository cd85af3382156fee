#pragma once
/* Mail that came back. */
#include "base/model.h"
#include "store/database.h"

DATABASE_LIST(bounce_list, struct bounce_row);

/* Adds BOUNCE (its id is ignored). */
bool bounces_add(struct database *database, const struct bounce_row *bounce, int64_t *ret_id, struct error *error);

/* The participant's at or after MOMENT, in time order. */
bool bounces_list(struct database *database, int64_t participant, int64_t moment, struct arena *arena,
                  struct bounce_list *ret, struct error *error);
