#pragma once
/* What is done to rounds; see app/action.h for what holds for all actions. */
#include "app/service.h"

/* Starts the round and all of its planned partnerships now, of which there must be one. *ret_count: how many
 * partnerships. The round's state comes first, and its partnerships and people in portions: what is interrupted, the
 * same again or the daemon finishes. */
bool action_round_start(struct service *service, int64_t round, size_t *ret_count, struct error *error);

/* The first step of that, which may be part of a larger transaction; the rest is for action_round_finish_start. */
bool action_round_begin(struct service *service, int64_t round, struct error *error);

/* Sign-up begins, or begins again, and ends at CLOSES_AT; 0: as was planned, or by hand where that is over. */
bool action_round_open(struct service *service, int64_t round, int64_t closes_at, struct error *error);

/* Sign-up ends. */
bool action_round_close(struct service *service, int64_t round, struct error *error);

/* Sets length, opens_at, closes_at and starts_at of the round with the id of CHANGED to what it says, where its state
 * lets them be changed, their order is right, and none that changes is past. */
bool action_round_set_dates(struct service *service, const struct round *changed, struct error *error);

/* Removes a draft that nobody has to do with yet. */
bool action_round_remove(struct service *service, int64_t round, struct error *error);

bool action_round_archive(struct service *service, int64_t round, struct error *error);

/* Does what the dates of all rounds say by now: opens, closes, starts with what was planned by its date, archives.
 * *ret_count: how many rounds. */
bool action_round_turn_by_date(struct service *service, size_t *ret_count, struct error *error);

/* When that will be needed next, after now; INT64_MAX where it won't. */
bool action_round_next_turn(struct service *service, int64_t *ret, struct error *error);

/* How many introductions of rounds that should have started by date wait for the service's next turn. With SKIP none of
 * them is introduced by date any more: the round waits for a person. */
bool action_round_overdue(struct service *service, bool skip, size_t *ret, struct error *error);

/* Finishes a start that was interrupted; where there is none, nothing. *ret_count: how many partnerships it started. */
bool action_round_finish_start(struct service *service, size_t *ret_count, struct error *error);

/* Partnerships whose time is over end, in all rounds, and a round with the last of its own; what a report froze stays
 * frozen until a person decides. In portions. *ret_count: how many partnerships ended. */
bool action_round_end_what_is_over(struct service *service, size_t *ret_count, struct error *error);
