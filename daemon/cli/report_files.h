#pragma once
/* A report in files. */
#include "app/report/report.h"

/* Writes the page to PATH, or a file NAME.csv for each table into the folder DIRECTORY, which is made if need be. A
 * file that is there is replaced by a whole one or not at all. */
bool report_files_write_page(const struct report *report, const char *path, int64_t *ret_size, struct error *error);
bool report_files_write_tables(const struct report *report, const char *directory, struct error *error);
