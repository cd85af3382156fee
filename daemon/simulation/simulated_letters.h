#pragma once
/* Inside the modules of made-up people only: the letters that partners write and read. */
#include "simulation/simulated_person.h"

/* Plans the next letter in WAIT seconds, at an hour when the person is awake; none where WAIT is 0 or the round over.
 */
void simulated_letters_plan(struct simulated_people *people, struct simulated_person *person, int64_t wait);

/* Writes one now, by whichever way the person knows: a reply where one is owed. Plans the next. */
void simulated_letters_write(struct simulated_people *people, struct simulated_person *person);

/* The partner's letter has been read. */
void simulated_letters_read(struct simulated_people *people, struct simulated_person *person,
                            const struct simulated_reading *reading);
