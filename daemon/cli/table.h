#pragma once
/* Aligned tables for people: columns by display width; on a terminal cut to its width with "…", in colour where that is
 * wanted. All cells are made printable. */
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct text; /* base/text.h */

enum table_alignment { TABLE_LEFT, TABLE_RIGHT };

/* Colours say something only beside words that say it too. */
enum table_tone { TONE_PLAIN, TONE_GOOD, TONE_WARNING, TONE_BAD, TONE_FAINT };

/* What begins the tone on a terminal ("\033[0m" ends it); "" for plain. */
const char *table_tone_code(enum table_tone tone);

struct table_column {
    const char *heading;
    enum table_alignment alignment;
    bool shrinks; /* may be cut where the terminal is too narrow; otherwise the widest column is */
};

struct table;

/* COLUMNS must outlive the table. */
struct table *table_new(const struct table_column *columns, size_t count);
void table_free(struct table *table); /* NULL allowed */
void table_free_pointer(struct table **table);

/* The next cell, row by row, left to right. NULL is shown as an empty cell. */
void table_cell(struct table *table, const char *value);
void table_cell_tone(struct table *table, const char *value, enum table_tone tone);
void table_cell_format(struct table *table, const char *format, ...) __attribute__((format(printf, 2, 3)));

size_t table_row_count(const struct table *table);

/* Writes the rows and forgets them. Those that are added afterwards are written by another call, without headings, in
 * columns as wide as the first call found them. WIDTH 0 cuts nothing (a pipe or a file); COLOUR as table_wants_colour
 * says. */
void table_print(struct table *table, FILE *file, size_t width, bool colour);

/* Writes the first row as "Heading: value" lines, the values below each other; long ones are broken between words on a
 * terminal, nothing is cut. */
void table_print_pairs(const struct table *table, FILE *file, bool colour);

/* Columns of the terminal behind FILE (or $COLUMNS); 0 where it is no terminal. */
size_t table_terminal_width(FILE *file);

/* True for a terminal that is not dumb, unless NO_COLOR is set. */
bool table_wants_colour(FILE *file);

/* Prints a field of a CSV file to stdout, and what stands behind it. What a spreadsheet would take for a formula gets
 * an apostrophe in front. */
void table_csv_field(const char *value, bool last);

/* Appends a field of a CSV file, likewise. */
void table_append_csv(struct text *text, const char *value);

/* How many bytes of TEXT fill at most COLUMNS columns. */
size_t table_fit(const char *text, size_t columns);
