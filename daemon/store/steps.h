#pragma once
/* When each step was first seen in the configuration: a step that joins in mid-round sends nothing retroactively. */
#include "store/database.h"

/* Gives the moment when the step was first seen; that is NOW where it never was, and is remembered
 * (but not by a database that is open to read only). */
bool steps_first_seen(struct database *database, const char *name, int64_t now, int64_t *ret, struct error *error);
