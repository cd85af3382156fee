#pragma once
/* A language's reasons.txt: what the service says to coordinators (base/reason.h) in it. A sentence in English at the
 * line's beginning, and indented in the line below it what is said instead; {1}, {2} stand for what is filled in. Pure.
 */
#include "base/error_list.h"
#include "base/memory.h"

struct reason_catalogue {
    const struct reason_entry {
        const char *sentence; /* in English */
        const char *said;     /* instead; NULL: nothing yet */
        int line;             /* of the sentence */
    } * entries;
    size_t count;
};

/* Reads LENGTH bytes. Lines out of order, sentences that stand there twice, and places that a translation lacks or
 * makes up are faults, added to PROBLEMS; then the result is NULL. Everything lives in ARENA. */
const struct reason_catalogue *reason_catalogue_read(const char *bytes, size_t length, const char *file,
                                                     struct arena *arena, struct error_list *problems);

/* The entry for SENTENCE, as reason_list has it; NULL where there is none. */
const struct reason_entry *reason_catalogue_find(const struct reason_catalogue *catalogue, const char *sentence);

/* REASON, an English sentence with everything filled in, as the first of COUNT catalogues has it that knows it; what is
 * filled in is translated likewise where it is a reason itself. REASON where none knows it. In ARENA. */
const char *reason_catalogue_translate(const struct reason_catalogue *const *catalogues, size_t count,
                                       const char *reason, struct arena *arena);
