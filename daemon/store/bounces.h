#pragma once
/* Mail that came back. */
#include "base/model.h"
#include "store/database.h"

struct bounce_counts {
    size_t all, permanent, address_dead;
};

bool bounces_add(struct database *database, const struct bounce_row *bounce, int64_t *ret_id, struct error *error);

/* At or after MOMENT. */
bool bounces_count_since(struct database *database, int64_t participant, int64_t moment, struct bounce_counts *ret,
                         struct error *error);
