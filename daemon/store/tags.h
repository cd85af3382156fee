#pragma once
/* Secret sub-addresses: TAG = a purpose letter and a secret. */
#include "base/memory.h"
#include "base/model.h"
#include "store/database.h"

/* secret NULL where there is no such tag. */
bool tags_find(struct database *database, char purpose, const char *secret, struct arena *arena, struct tag *ret,
               struct error *error);

/* The tag that stands for the same thing as WANTED: 'r' and 'b' for an outbox row, 'p' for a participant in a
 * partnership, 'u' for a participant. Where there is none, WANTED is stored with its secret, made by the caller. */
bool tags_find_or_create(struct database *database, const struct tag *wanted, struct arena *arena, struct tag *ret,
                         struct error *error);
