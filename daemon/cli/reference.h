#pragma once
/* What people type to mean a participant, a round or another row. Not finding it is an error that says how to look it
 * up. */
#include "base/error.h"
#include "store/participants.h"
#include "store/partnerships.h"
#include "store/rounds.h"

bool reference_participant(struct database *database, const char *typed, struct arena *arena, struct participant *ret,
                           struct error *error);
bool reference_round(struct database *database, const char *typed, struct arena *arena, struct round *ret,
                     struct error *error);
bool reference_partnership(struct database *database, const char *typed, struct arena *arena, struct partnership *ret,
                           struct error *error);

/* The id of a row that has no other name. WHAT: "alert"; LIST: the command that shows them, "alert list". */
bool reference_id(const char *typed, const char *what, const char *list, int64_t *ret, struct error *error);

/* For a row with that id that is not there; returns false. */
bool reference_none(int64_t id, const char *what, const char *list, struct error *error);
