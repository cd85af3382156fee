#pragma once
/* Inside the modules of made-up people only: who is how, and what befalls whom. */
#include "simulation/simulated_person.h"

/* How many incidents a cast of so many pairs may hold. */
size_t simulated_cast_incidents(size_t pairs);

void simulated_cast_like_a_pilot(struct simulated_people *people);
void simulated_cast_at_random(struct simulated_people *people);
