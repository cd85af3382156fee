#pragma once
/* The people of a partnership in words. */
#include "app/csv_table.h"
#include "base/memory.h"
#include "base/model.h"
#include "store/participants.h"

/* "Anna Berg and Ben Okoro", "Anna Berg, Ben Okoro and Carla Diaz"; the one with id EXCEPT (0: nobody) left out. */
const char *members_names(struct arena *arena, const struct participant_list *members, int64_t except);

/* The same for a partnership by its id. */
bool members_find_names(struct database *database, int64_t partnership, struct arena *arena, const char **ret,
                        struct error *error);

/* How each is called in a table's heading: "Anna"; where two have the same first name "Anna B.", or the whole name. In
 * the order of MEMBERS. */
const char **members_short_names(struct arena *arena, const struct participant_list *members);

/* Where the members of a partnership stand in a CSV file, a row each; -1 for the third where there is no such column. A
 * column or any row missing is a fault. */
extern const char *const members_column_names[MEMBERS_MAX];
bool members_find_columns(const char *path, const struct csv_table *table, int ret[MEMBERS_MAX],
                          struct error_list *faults);
