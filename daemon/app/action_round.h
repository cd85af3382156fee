#pragma once
/* What is done to rounds; see app/action.h for what holds for all actions. */
#include "app/service.h"

/* Starts the round and all of its planned partnerships now, of which there must be one. *ret_count: how many
 * partnerships. The round's state comes first, and its partnerships and people in portions: what is interrupted, the
 * same again or the daemon finishes. */
bool action_round_start(struct service *service, int64_t round, size_t *ret_count, struct error *error);

/* Finishes a start that was interrupted; where there is none, nothing. *ret_count: how many partnerships it started. */
bool action_round_finish_start(struct service *service, size_t *ret_count, struct error *error);

/* Partnerships whose time is over end, in all rounds, and a round with the last of its own; what a report froze stays
 * frozen until a person decides. In portions. *ret_count: how many partnerships ended. */
bool action_round_end_what_is_over(struct service *service, size_t *ret_count, struct error *error);
