#pragma once
/* The tables of the demonstration's report. */
#include <stdio.h>

#include "simulation/simulated_round.h"

/* Every scheduled message and every letter, and whether all is accounted for; true where it is. */
bool demo_tables_books(FILE *file, const struct simulated_round *round, bool colour);

/* How people wrote, and whether they were understood. */
void demo_tables_manners(FILE *file, const struct simulated_round *round, bool colour);

/* How the partnerships went. */
void demo_tables_outcomes(FILE *file, const struct simulated_round *round, bool colour);
