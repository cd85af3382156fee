#pragma once
/* The world as a picture: land, and where each country is (report/world.txt). */
#include <stdbool.h>
#include <stddef.h>

struct report_place {
    double x, y;
};

/* How large the picture is, in its own units. */
struct report_place report_world_size(void);

/* Where the country of that code is; false where nobody knows. */
bool report_world_find(const char *code, struct report_place *ret);

/* The outline of the land as the data of an SVG path, piece by piece: *AT NULL at first; NULL after the last. Not
 * terminated: LENGTH bytes. */
const char *report_world_land(const char **at, size_t *ret_length);
