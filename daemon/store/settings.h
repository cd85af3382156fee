#pragma once
/* Single values that the programme remembers. */
#include "base/memory.h"
#include "store/database.h"

/* In a copy made by database_backup: the moment of the copy. The service sends nothing while it is set. */
#define SETTING_RESTORED_FROM "restored_from"

/* *ret is NULL where it was never set. */
bool settings_get(struct database *database, const char *name, struct arena *arena, const char **ret,
                  struct error *error);

/* *ret is FALLBACK where it was never set. One that is no number fails as CONFIGURATION. */
bool settings_get_integer(struct database *database, const char *name, int64_t fallback, int64_t *ret,
                          struct error *error);

bool settings_set(struct database *database, const char *name, const char *value, struct error *error);
bool settings_set_integer(struct database *database, const char *name, int64_t value, struct error *error);
bool settings_remove(struct database *database, const char *name, struct error *error);
