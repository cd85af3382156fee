#pragma once
/* Taking people on: from what a coordinator or a spreadsheet says about a person to a participant that the programme
 * can write to. */
#include "app/configuration/configuration.h"
#include "app/csv_table.h"
#include "base/memory.h"
#include "base/model.h"

struct enrolment_typed {
    const char *name, *address, *country, *language, *time_zone; /* NULL or "" where not given */
};

/* Checks and completes one person. LANGUAGE may be left out (then it is the programme's), TIME_ZONE where the country
 * has but one. Every fault is told through ERRORS under FILE and LINE. ret->id and ret->created_at are 0. */
bool enrolment_read(const struct enrolment_typed *typed, const struct programme_settings *programme, const char *file,
                    int line, struct arena *arena, struct participant *ret, struct error_list *errors);

struct enrolment_row {
    int line;
    struct participant participant;
    char *key; /* the folded address; lives in the arena */
};

struct enrolment_list {
    struct enrolment_row *rows;
    size_t count;
    const char **ignored; /* headings of columns that mean nothing here */
    size_t ignored_count;
};

/* Reads all people of a table. False with every fault of every row in ERRORS. */
bool enrolment_read_table(const char *path, const struct csv_table *table, const struct programme_settings *programme,
                          struct arena *arena, struct enrolment_list *ret, struct error_list *errors);
