#pragma once
/* What the demonstration tells of how people were looked after. */
#include <stdio.h>

#include "simulation/simulated_round.h"

/* COUNT lines of a number and what it counts; those of nothing are left out. */
struct demo_counted {
    size_t count;
    const char *what;
};
void demo_care_print_counted(FILE *file, const struct demo_counted *lines, size_t count);

/* Coordinators' work, silences, reports, surveys, and what comes next; lines of WIDTH at most. */
void demo_care_print(FILE *file, const struct simulated_round *round, size_t width, bool colour);
