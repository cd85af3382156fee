#pragma once
/* What commands and rules do to people, partnerships and rounds. Each action is one transaction, or part of its
 * caller's (but for those that say that they go in portions), that changes the state, keeps the schedule true and
 * leaves an event; errors are for a person (PERMANENT) unless the database fails. The actions are in
 * action_participant.h, action_partnership.h and action_round.h; here is how they find what they are about. */
#include "app/service.h"

/* Like the store's functions, but PERMANENT, with where to look, where there is none. */
bool action_find_participant(struct service *service, int64_t id, struct arena *arena, struct participant *ret,
                             struct error *error);
bool action_find_partnership(struct service *service, int64_t id, struct arena *arena, struct partnership *ret,
                             struct error *error);
bool action_find_round(struct service *service, int64_t id, struct arena *arena, struct round *ret,
                       struct error *error);
