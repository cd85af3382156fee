#pragma once
/* What the imports of CSV files have in common: many rows, all of them or none. */
#include "app/csv_table.h"
#include "base/error.h"
#include "cli/context.h"

struct import {
    const char *path;
    struct csv_table table;
    struct error_list faults;
    void *own; /* the command's */
};

/* Takes what stands in one row; false only where the database fails: what is wrong with the row is a fault. */
typedef bool import_row(struct context *context, struct import *import, size_t row, struct error *error);

/* Takes all rows; fails, and tells all faults, where any of them can't be used. */
bool import_rows(struct context *context, struct import *import, const char *doing, import_row *take,
                 struct error *error);

/* The file as a whole can't be used: tells all faults. Always false. */
bool import_refuse(struct import *import, struct error *error);

/* Reads the file that the first argument names, and has CHANGE import it, which finds the import, with OWN, as the
 * context's subject; afterwards SHOW (or NULL) prints with --json what it did. Returns the exit code. */
int import_run(const struct invocation *invocation, void *own,
               bool (*change)(struct context *context, struct error *error), void (*show)(struct context *context));
