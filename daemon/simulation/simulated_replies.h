#pragma once
/* Inside the modules of made-up people only: what people do about the programme's own messages. */
#include "simulation/simulated_person.h"

/* Reads all new mail in the person's Maildir, and reacts. */
bool simulated_replies_look(struct simulated_people *people, struct simulated_person *person, struct error *error);
