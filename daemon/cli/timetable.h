#pragma once
/* What happened or will happen, line by line under headings of the days, each with the local time of several people:
 *
 *       ANNA    BEN
 *     Monday, 1 February 2027
 *       21:00   09:00+1  Anna wrote to Ben
 *
 * The days are those of the first person; +1 and -1 say that it is the next or the last day where another one is. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/zone.h"
#include "cli/table.h"

enum { TIMETABLE_PEOPLE_MOST = 4 };

struct timetable {
    FILE *file;
    const char *names[TIMETABLE_PEOPLE_MOST]; /* headings */
    const struct zone *zones[TIMETABLE_PEOPLE_MOST];
    size_t people; /* at least one */
    size_t width;  /* of the terminal; 0: lines are not broken */
    bool colour;
    bool begun; /* all below belong to the timetable */
    struct civil_date day;
};

/* Prints the line, after the heading of its day where that is a new one. TEXT is made printable; it may have several
 * lines. */
void timetable_line(struct timetable *timetable, int64_t at, const char *text, enum table_tone tone);

/* A line without a time, aligned with the texts of the others. */
void timetable_remark(struct timetable *timetable, const char *text);
