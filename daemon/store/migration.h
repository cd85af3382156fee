#pragma once
/* Inside the store layer only: whose database this is, and bringing it to this program's version. user_version counts
 * the files schema/NNNN_name.sql that were applied. */
#include "base/embedded.h"
#include "store/database.h"

enum { MIGRATION_APPLICATION_ID = 0x746e646d /* "tndm" */ };

/* How many schema files there are among FILES: the version that they make. They are numbered from 1 without gaps. */
int64_t migration_newest(const struct embedded_file *files, size_t count);

/* Refuses a database of another program, one that is newer than FILES, and an empty one unless MAY_BE_EMPTY. Gives its
 * version. */
bool migration_check(struct database *database, const struct embedded_file *files, size_t count, bool may_be_empty,
                     int64_t *ret_version, struct error *error);

/* Applies what is missing, all in one transaction. */
bool migration_run(struct database *database, const struct embedded_file *files, size_t count, bool may_be_empty,
                   struct error *error);
