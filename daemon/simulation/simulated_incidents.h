#pragma once
/* Inside the modules of made-up people only: what befalls them apart from letters and answers, and what a coordinator
 * does by commands. */
#include "simulation/simulated_person.h"

void simulated_incidents_plan(struct simulated_people *people, enum simulated_incident_kind kind,
                              struct simulated_person *person, int64_t at);

/* When the next one is due; INT64_MAX: never. */
int64_t simulated_incidents_next(const struct simulated_people *people);

/* Lets all happen that is due. */
bool simulated_incidents_act(struct simulated_people *people, struct error *error);

/* A coordinator's answer has come. */
void simulated_incidents_advised(struct simulated_people *people, struct simulated_person *person);
