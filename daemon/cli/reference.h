#pragma once
/* What people type to mean a participant, a round or another row. Not finding it is an error that says how to look it
 * up. */
#include "base/error.h"
#include "cli/command.h"
#include "store/participants.h"
#include "store/partnerships.h"
#include "store/rounds.h"

/* For options and arguments: found into context->people (one after the other), ->round, and ->partnership with the
 * names of its members. */
extern const struct command_value reference_to_participant, reference_to_round, reference_to_partnership;

bool reference_participant(struct database *database, const char *typed, struct arena *arena, struct participant *ret,
                           struct error *error);

/* The id of a row that has no other name. WHAT: "alert"; LIST: the command that shows them, "alert list". */
bool reference_id(const char *typed, const char *what, const char *list, int64_t *ret, struct error *error);

/* For a row with that id that is not there; returns false. */
bool reference_none(int64_t id, const char *what, const char *list, struct error *error);
