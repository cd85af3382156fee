#pragma once
/* How far something long has come: one line on stderr, on a terminal only, and only once it has taken over a second. */
#include <stddef.h>

struct progress;

/* WHAT: "Importing participants"; TOTAL 0 where it is unknown. Both progress_new and the others accept that nothing is
 * shown. */
struct progress *progress_new(const char *what, size_t total);
void progress_to(struct progress *progress, size_t done);
void progress_free(struct progress *progress); /* clears the line; NULL allowed */
void progress_free_pointer(struct progress **progress);
