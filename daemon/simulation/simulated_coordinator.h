#pragma once
/* Inside the modules of made-up people only: what a coordinator does by commands, each a process of its own on the same
 * database as the service. What commands refuse is left undone, as people leave it. */
#include "simulation/simulated_person.h"

bool simulated_coordinator_pause(struct simulated_people *people, const struct simulated_person *person,
                                 struct error *error);
bool simulated_coordinator_resume_person(struct simulated_people *people, const struct simulated_person *person,
                                         struct error *error);
bool simulated_coordinator_leave(struct simulated_people *people, const struct simulated_person *person,
                                 struct error *error);
bool simulated_coordinator_address_works(struct simulated_people *people, const struct simulated_person *person,
                                         struct error *error);
bool simulated_coordinator_hold(struct simulated_people *people, const struct simulated_person *person,
                                struct error *error);
bool simulated_coordinator_resume(struct simulated_people *people, const struct simulated_person *person,
                                  struct error *error);
bool simulated_coordinator_dissolve(struct simulated_people *people, const struct simulated_person *person,
                                    const char *why, struct error *error);

/* Reads what waits for a person, and closes it; a report of misconduct is left for its own day. */
bool simulated_coordinator_look(struct simulated_people *people, struct error *error);

/* Reads the mails of the person's partnership that wait, notes what was found out, and closes them. */
bool simulated_coordinator_deal_with_report(struct simulated_people *people, const struct simulated_person *person,
                                            bool *ret_frozen, struct error *error);
