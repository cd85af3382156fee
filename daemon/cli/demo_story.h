#pragma once
/* The story of one partnership, for the demonstration's report. */
#include <stdio.h>

#include "base/error.h"
#include "simulation/simulated_round.h"

/* The partnership with most to tell: one where a partner was away and the other was told so; 0: there is none. */
bool demo_story_choose(const struct simulated_round *round, int64_t *ret, struct error *error);

/* How it began, and what surrounds the absence. */
bool demo_story_print(FILE *file, const struct simulated_round *round, int64_t partnership, bool colour,
                      struct error *error);
