#pragma once
/* Inside the modules of made-up people only: coordinators, who look at their mail on working days, and answer it. They
 * have no shell: what they decide is a reply. */
#include "simulation/simulated_person.h"

/* When each looks first. */
void simulated_coordinators_plan(struct simulated_people *people);
void simulated_coordinators_free(struct simulated_people *people);

/* When one looks next; INT64_MAX: never. */
int64_t simulated_coordinators_next(const struct simulated_people *people);

/* Whoever's hour it is reads all new mail, and replies. */
bool simulated_coordinators_act(struct simulated_people *people, struct error *error);

/* They have heard on the telephone what a case of the participant's waited for: that mail arrives again, or what lies
 * behind a report. */
void simulated_coordinators_hear(struct simulated_people *people, int64_t participant);
