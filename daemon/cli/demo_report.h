#pragma once
/* What the demonstration prints: plain lines that read well at 80 columns, in a terminal as in a log. */
#include <stdio.h>

#include "base/error.h"
#include "simulation/simulated_round.h"

/* What it is, how sign-up went and what is proposed, then the heading of the months; and one of them as it ends. */
void demo_report_begin(FILE *file, const struct simulated_round *round, const struct simulated_match *match,
                       bool colour);
void demo_report_month(FILE *file, const struct simulated_month *month);

/* The books, how partnerships went, and the story of one of them. *RET_GOOD: everything is accounted for. */
bool demo_report_end(FILE *file, struct simulated_round *round, bool colour, bool *ret_good, struct error *error);

/* What to look at next; PROGRAM is how this one was called. */
void demo_report_next(FILE *file, const struct simulated_round *round, const char *program);
