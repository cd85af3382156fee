#pragma once
/* Secret sub-addresses: TAG = a purpose letter and a secret.
 *
 * Those of a partnership are rows, each with a random secret. All others, of which every message has two and everybody
 * one, are no rows: their secret names the outbox row or the participant and proves by a keyed hash that we made it.
 * The key is one of the programme's settings. What earlier versions wrote into rows is found as well. */
#include "base/memory.h"
#include "base/model.h"
#include "store/database.h"

/* Makes the key where there is none (and CREATE says so) and keeps it in DATABASE. Called when that is opened. */
bool tags_prepare(struct database *database, bool create, struct error *error);

/* From now on all secrets are others: none that was given out before acts in DATABASE, and none that is made here acts
 * elsewhere. */
bool tags_renew(struct database *database, struct error *error);

/* secret NULL where there is no such tag. */
bool tags_find(struct database *database, char purpose, const char *secret, struct arena *arena, struct tag *ret,
               struct error *error);

/* The tag of WANTED: 'r' and 'b' for an outbox row, 'u' for a participant, 'p' for a participant in a partnership.
 * Where there is none yet of the last kind, WANTED is stored with its secret, made by the caller. */
bool tags_find_or_create(struct database *database, const struct tag *wanted, struct arena *arena, struct tag *ret,
                         struct error *error);
