#pragma once
/* Inside the modules of made-up people only: the mail that people and their machines read and write. */
#include "simulation/simulated_person.h"

/* Writes a letter now, by whichever way the person knows: a reply where one is owed. Plans the next. */
void simulated_correspondence_write(struct simulated_people *people, struct simulated_person *person);

/* Reads all new mail in the person's Maildir, and reacts. */
bool simulated_correspondence_look(struct simulated_people *people, struct simulated_person *person,
                                   struct error *error);

/* The programme's mail REQUEST has come for the person. An out-of-office notice may go back, or the whole mail. */
void simulated_correspondence_take(struct simulated_people *people, struct simulated_person *person,
                                   const struct send_request *request);
