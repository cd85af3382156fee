#pragma once
/* Rows built once, shown as a table for people or, with --json, as one JSON object a line (lists) or one object
 * (shows).
 *
 *     static const struct output_column columns[] = {{"id", "ID", OUTPUT_NUMBER}, {"name", "NAME", OUTPUT_TEXT}, {0}};
 *     struct output *output = output_new(invocation, columns);
 *     output_number(output, participant.id);
 *     output_text(output, participant.name);
 *     output_finish(output, "nobody yet");        // prints and frees
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/command.h"
#include "cli/table.h"

enum output_kind {
    OUTPUT_TEXT,
    OUTPUT_NUMBER,
    OUTPUT_MOMENT, /* JSON: "2026-11-23T14:41:00Z" or null; people: "2026-11-23 14:41" in the output's time zone */
    OUTPUT_BOOLEAN,
    OUTPUT_LIST, /* JSON: array of strings; people: joined by ", " */
};

struct output_column {
    const char *name;    /* JSON key */
    const char *heading; /* NULL: only in JSON */
    enum output_kind kind;
    bool shrinks; /* see table_column */
};

struct output;

/* COLUMNS end with a NULL name and must outlive the output. */
struct output *output_new(const struct invocation *invocation, const struct output_column *columns);

/* Moments are shown to people in this IANA zone; UTC (marked "Z") where it was not called. The string is copied. */
void output_set_time_zone(struct output *output, const char *zone);

/* The next value, row by row, in the columns' order; the kind must be the column's (else: abort). */
void output_text(struct output *output, const char *value); /* NULL: null, an empty cell */
void output_text_tone(struct output *output, const char *value, enum table_tone tone);
void output_number(struct output *output, int64_t value);
void output_moment(struct output *output, int64_t moment); /* 0: null, "-" */
void output_boolean(struct output *output, bool value);
void output_list(struct output *output, const char *const *values, size_t count);

/* Prints all rows to stdout and frees the output. WHEN_EMPTY is told to people (on stdout) where there is no row.
 * Returns EXIT_DONE. */
int output_finish(struct output *output, const char *when_empty);

/* For when something failed on the way: frees it and prints nothing. */
void output_free(struct output *output);

/* The same for just one row: people see "Heading: value" lines, JSON one object. */
int output_finish_single(struct output *output);
