#pragma once
/* Inside this room only: how the report's tables are made. */
#include "app/report/report.h"

struct making {
    struct service *service;
    struct arena *arena;
    struct report *report;
};

/* A new table without rows; DECLARED's strings and columns must stand as long as the report. */
struct report_table *report_begin(struct making *making, const struct report_table *declared);

/* The cells of a new row, empty. */
struct report_cell *report_add_row(struct making *making, struct report_table *table);

/* Each adds tables. Forms are read for the answers, so these are not added inside a transaction that reads. */
bool report_add_countries(struct making *making, struct error *error);
bool report_add_answers(struct making *making, struct error *error);
bool report_add_partnerships(struct making *making, struct error *error);

/* Columns for COUNT_OF. */
#define REPORT_COLUMNS(list) .columns = (list), .column_count = COUNT_OF(list)
