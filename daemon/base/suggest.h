#pragma once
/* The nearest known name, for error messages that help. */
#include <stddef.h>

/* How many insertions, deletions, replacements and swaps of neighbours lead from A to B (optimal string alignment,
 * ASCII case ignored), or MOST + 1 where it is more than MOST. Long names (over 64 bytes) count as too far. */
size_t suggest_distance(const char *a, const char *b, size_t most);

/* The one of COUNT names nearest to WORD, the first among equals; NULL where none is near enough to be a slip: at most
 * a third of WORD's letters differ (one at least, three at most). */
const char *suggest_nearest(const char *word, const char *const *names, size_t count);

/* The same for names that stand in an array of structs: NAMES points at the first name's pointer, STRIDE bytes on is
 * the next. */
const char *suggest_nearest_in(const char *word, const void *names, size_t count, size_t stride);
