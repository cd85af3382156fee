#pragma once
/* Inside the modules of made-up people only: what machines do with mail that comes: responders, mail servers. */
#include "simulation/simulated_person.h"

/* The programme's mail REQUEST has come for the person. An out-of-office notice may go back, or the whole mail. */
void simulated_responders_take(struct simulated_people *people, struct simulated_person *person,
                               const struct send_request *request);
