#pragma once
/* What is done to people; see app/action.h for what holds for all actions. WHY becomes the event's; NULL for none. */
#include "app/service.h"

/* The participant is accepted to the round and gets what follows from that. Nothing changes where that is so already.
 */
bool action_participant_accept(struct service *service, int64_t participant, int64_t round, struct error *error);

/* While paused, nothing that is scheduled goes out to them. Resuming sends what is not too late by then. Nothing
 * changes where it is so already. */
bool action_participant_pause(struct service *service, int64_t participant, const char *why, struct error *error);
bool action_participant_pause_until(struct service *service, int64_t participant, int64_t until, const char *why,
                                    struct error *error); /* UNTIL: the first moment after it; 0: no end */
bool action_participant_resume(struct service *service, int64_t participant, const char *why, struct error *error);

/* Pauses whose end has come end, and their people are told. */
bool action_participant_resume_due(struct service *service, struct error *error);

/* The address works again: the participant wrote from it, or a coordinator says so. What was held back goes on. */
bool action_participant_address_works(struct service *service, int64_t participant, const char *why,
                                      struct error *error);

/* The participant leaves: nothing more is sent to them, their partnerships end for them (action_partnership_part),
 * coordinators hear of it in their digest. */
bool action_participant_leave(struct service *service, int64_t participant, const char *why, struct error *error);
