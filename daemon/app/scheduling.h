#pragma once
/* Keeps the schedule true to rules and history, and turns what is due into outbox rows. The schedule is derived: any
 * part of it can be rebuilt at any time and comes out the same. */
#include "app/service.h"

/* Rebuilds what a participant gets, in all applications and partnerships; nothing while the participant is not active.
 */
bool scheduling_rebuild_participant(struct service *service, int64_t participant, struct error *error);

/* Rebuilds what the members of a partnership get, in it and as persons; nothing in it unless it is active, and nothing
 * for members who are not. */
bool scheduling_rebuild_partnership(struct service *service, int64_t partnership, struct error *error);

/* Whether any step counts from a round's start, so that this changes what its people get. */
bool scheduling_counts_from_round(const struct service *service);

/* Rebuilds everything, in portions. */
bool scheduling_rebuild_all(struct service *service, struct error *error);

/* Rebuilds everything if the steps, the round's settings or the system's time zones are not those of the last time. */
bool scheduling_refresh(struct service *service, struct error *error);

/* Moves what is due into the outbox, queued, or expired where it is too late (a coordinator is told): the LIMIT entries
 * that are due the longest, and whatever else is due of their people, as one person's messages are judged together.
 * *ret_count: how many of the LIMIT there were; fewer: nothing is left. One transaction. */
bool scheduling_release(struct service *service, size_t limit, size_t *ret_count, struct error *error);
