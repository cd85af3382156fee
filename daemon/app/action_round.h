#pragma once
/* What is done to rounds; see app/action.h for what holds for all actions. */
#include "app/service.h"

/* Starts the round and all of its planned partnerships now, of which there must be one. *ret_count: how many
 * partnerships. */
bool action_round_start(struct service *service, int64_t round, size_t *ret_count, struct error *error);

/* Partnerships whose time is over end, in all rounds, and a round with the last of its own; what a report froze stays
 * frozen until a person decides. *ret_count: how many partnerships ended. */
bool action_round_end_what_is_over(struct service *service, size_t *ret_count, struct error *error);
