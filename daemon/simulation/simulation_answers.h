#pragma once
/* Inside the modules that close a simulated round's books only: what people answered to check-ins. */
#include "simulation/simulation_closing.h"

/* Holds each answer, as its writer meant it, against what was noted; counts letters and answers by the manner in which
 * they were written. */
bool simulation_answers_check(struct simulation_closing *closing, struct error *error);
