#pragma once
/* One page about a rehearsal, for a browser: no script, nothing from elsewhere, at any width, light or dark. */
#include "base/text.h"
#include "base/zone.h"
#include "simulation/rehearsal.h"

/* A message that the page shows. */
struct rehearsal_sample {
    const char *file; /* beside the page */
    const char *name; /* the recipient's */
    const char *bytes;
    size_t length, width; /* in bytes; of the name on a terminal */
};

/* What one step says in one language. */
struct rehearsal_text {
    const char *language, *step;
    int64_t occurrence, count;
    struct rehearsal_sample shortest, longest; /* by the recipient's name; the same where there is only one */
};

/* TEXTS are ordered by language. */
void rehearsal_page_write(const struct rehearsal *rehearsal, const char *title, const struct zone *zone,
                          const struct rehearsal_text *texts, size_t count, struct text *ret);
