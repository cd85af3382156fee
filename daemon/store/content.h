#pragma once
/* Inside the store layer only: bytes of messages, in the one table that is emptied when their row ends. */
#include "base/memory.h"
#include "store/database.h"

/* Puts the bytes into row *ID, or into a new row where *ID is 0. */
bool content_put(struct database *database, int64_t *id, const char *bytes, size_t length, struct error *error);

/* *ret_bytes is NULL where ID is 0 or the row was emptied. */
bool content_get(struct database *database, int64_t id, struct arena *arena, const char **ret_bytes, size_t *ret_length,
                 struct error *error);

/* ID 0: nothing. */
bool content_empty(struct database *database, int64_t id, struct error *error);
