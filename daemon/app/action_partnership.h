#pragma once
/* What is done to partnerships; see app/action.h for what holds for all actions. WHY becomes the event's; NULL for
 * none.
 */
#include "app/service.h"

/* A planned partnership of COUNT (2 to MEMBERS_MAX) accepted, free participants; in a running round it is not started
 * by this. */
bool action_partnership_create(struct service *service, int64_t round, const int64_t *members, size_t count,
                               int64_t *ret_id, struct error *error);

/* Starts a planned partnership of a running round now: its introduction comes at the next sending time of each member.
 */
bool action_partnership_start(struct service *service, int64_t partnership, struct error *error);

/* Nothing that is scheduled goes out while on hold. Resuming, also what a report froze, sends what is not too late by
 * then. */
bool action_partnership_hold(struct service *service, int64_t partnership, const char *why, struct error *error);
bool action_partnership_resume(struct service *service, int64_t partnership, const char *why, struct error *error);

/* Its time is over. */
bool action_partnership_end(struct service *service, int64_t partnership, const char *why, struct error *error);

/* Ends it early: nothing more of it is sent, and its members are free for another partner, which each is asked about in
 * the mail that tells them, without reasons, that it is over. Letters on their way stop, and their writers hear of it.
 */
bool action_partnership_dissolve(struct service *service, int64_t partnership, const char *why, struct error *error);

/* The same, in which LEAVER (a member; 0: none) gets no mail, and of a trio the other two go on. One that is over stays
 * as it is. */
bool action_partnership_part(struct service *service, int64_t partnership, int64_t leaver, const char *why,
                             struct error *error);

/* The same, and nobody is told. */
bool action_partnership_dissolve_quietly(struct service *service, int64_t partnership, const char *why,
                                         struct error *error);
