#pragma once
/* A CSV file that a person made with a spreadsheet: the delimiter is found out, the columns are known by their
 * headings, each row knows its line. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/memory.h"

enum {
    CSV_TABLE_SIZE_MOST = 64 * 1024 * 1024,
    CSV_TABLE_COLUMNS_MOST = 200,
};

struct csv_row {
    int line; /* where it begins */
    const char **fields;
    size_t count; /* of fields; may be more or fewer than there are columns */
};

/* Where a row stands in the file: fields are taken apart when they are asked for, so that a file of a million rows
 * takes little more than its own size. */
struct csv_place {
    uint32_t begin, length;
    int line;
};

struct csv_table {
    const char *bytes;
    unsigned char delimiter;
    struct csv_row heading;
    struct csv_place *places; /* without the heading and without rows of nothing but empty fields */
    size_t count;
};

/* Reads a whole file into *RET (the caller frees it) for csv_table_read; PATH "-" is standard input. */
bool csv_table_load(const char *path, char **ret, size_t *ret_length, struct error_list *errors);

/* BYTES are UTF-8, with or without a byte order mark; the delimiter is whichever of comma, semicolon and tab stands
 * most often in the first line. PATH is only for messages. White space around fields is taken off. False with what is
 * wrong in ERRORS. Lives in ARENA, and BYTES must outlive it. */
bool csv_table_read(const char *path, const char *bytes, size_t length, struct arena *arena, struct csv_table *ret,
                    struct error_list *errors);

/* The NUMBERth row, from 0, in ARENA. */
struct csv_row csv_table_row(const struct csv_table *table, size_t number, struct arena *arena);

/* The position of the column whose heading is one of NAMES (NULL-terminated, folded as by fold_name), or -1. */
int csv_table_column(const struct csv_table *table, const char *const *names);

/* A row's field in a column; "" where it has none or COLUMN is -1. */
const char *csv_table_field(const struct csv_row *row, int column);
