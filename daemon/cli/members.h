#pragma once
/* The people of a partnership in words. */
#include "base/memory.h"
#include "store/participants.h"

/* "Anna Berg and Ben Okoro", "Anna Berg, Ben Okoro and Carla Diaz"; the one with id EXCEPT (0: nobody) left out. */
const char *members_names(struct arena *arena, const struct participant_list *members, int64_t except);

/* The same for a partnership by its id. */
bool members_find_names(struct database *database, int64_t partnership, struct arena *arena, const char **ret,
                        struct error *error);

/* How each is called in a table's heading: "Anna"; where two have the same first name "Anna B.", or the whole name. In
 * the order of MEMBERS. */
const char **members_short_names(struct arena *arena, const struct participant_list *members);
