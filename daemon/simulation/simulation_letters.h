#pragma once
/* Inside the modules that close a simulated round's books only: the letters between partners, and what people answered.
 */
#include "simulation/simulation_closing.h"

/* Holds each letter, as its writer sent it off, against what was recorded of it: one that was passed on is one contact,
 * and nothing of any letter is kept. */
bool simulation_letters_check(struct simulation_closing *closing, struct error *error);

/* Holds each answer to a check-in, as its writer meant it, against what was noted; counts letters and answers by the
 * manner in which they were written. */
bool simulation_letters_check_answers(struct simulation_closing *closing, struct error *error);
