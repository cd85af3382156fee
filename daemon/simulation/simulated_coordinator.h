#pragma once
/* Inside the modules of made-up people only: what a coordinator does by commands, each a process of its own on the same
 * database as the service. What commands refuse is left undone, as people leave it. */
#include "simulation/simulated_person.h"

/* Does RUN (app/action_participant.h, app/action_partnership.h) to the participant or partnership with that id. */
typedef bool simulated_coordinator_action(struct service *service, int64_t id, const char *why, struct error *error);
bool simulated_coordinator_command(struct simulated_people *people, simulated_coordinator_action *run, int64_t id,
                                   const char *why, struct error *error);

/* Reads what waits for a person, and closes it; a report of misconduct is left for its own day. */
bool simulated_coordinator_look(struct simulated_people *people, struct error *error);

/* Reads the mails of the person's partnership that wait, notes what was found out, and closes them. *RET_FROZEN: the
 * partnership is frozen because of a report; else nothing is done. */
bool simulated_coordinator_deal_with_report(struct simulated_people *people, const struct simulated_person *person,
                                            bool *ret_frozen, struct error *error);
