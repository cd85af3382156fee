#pragma once
/* Inside the modules of made-up people only: how they sign up. They know the form from the mail that they got and the
 * words of their language; what they choose follows from the kinds of its questions. */
#include "simulation/simulated_person.h"

/* When and in what manner the person will apply. */
void simulated_application_plan(struct simulated_people *people, struct simulated_person *person);

/* Asks for the form now. */
void simulated_application_begin(struct simulated_people *people, struct simulated_person *person);

/* Reads and answers the form, what of it is asked again, or the summary; false where READING is none of these. */
bool simulated_application_read(struct simulated_people *people, struct simulated_person *person,
                                const struct simulated_reading *reading);

/* A survey, or what of it is asked again: it is answered in LIKELY of a hundred cases, and what is asked again always.
 */
void simulated_application_survey(struct simulated_people *people, struct simulated_person *person,
                                  const struct simulated_reading *reading, const struct survey *survey, unsigned likely,
                                  bool reminder);
