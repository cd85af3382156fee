#pragma once
/* What people type to mean a participant or a round. Not finding it is an error that says how to look it up. */
#include "base/error.h"
#include "store/participants.h"
#include "store/rounds.h"

bool reference_participant(struct database *database, const char *typed, struct arena *arena, struct participant *ret,
                           struct error *error);
bool reference_round(struct database *database, const char *typed, struct arena *arena, struct round *ret,
                     struct error *error);
