#pragma once
/* A language's reasons.txt: what the service says to coordinators (base/reason.h) in it. A sentence in English at the
 * line's beginning; indented below it what is said instead, {1}, {2} standing for what is filled in; and then in lines
 * that begin with ">" what to do about it, {participant}, {outbox} standing for the case's numbers. Pure. */
#include "base/error.h"
#include "base/memory.h"
#include "base/model.h"

struct reason_catalogue {
    const struct reason_entry {
        const char *sentence; /* in English */
        const char *said;     /* instead; NULL: nothing yet */
        const char *const *steps;
        size_t step_count;
        int line; /* of the sentence */
    } * entries;
    size_t count;
};

/* Reads LENGTH bytes. Lines out of order, sentences that stand there twice, and places that a translation lacks or
 * makes up are faults, added to PROBLEMS; then the result is NULL. Everything lives in ARENA. */
const struct reason_catalogue *reason_catalogue_read(const char *bytes, size_t length, const char *file,
                                                     struct arena *arena, struct error_list *problems);

/* What to do about ROW, as the first of COUNT catalogues has it that knows. A step that names what the case has not is
 * left out; without a case (NULL) "ID" stands for each number. In ARENA. */
const char *const *reason_catalogue_steps(const struct reason_catalogue *const *catalogues, size_t count,
                                          const char *reason, const struct case_row *row, struct arena *arena,
                                          size_t *ret_count);

/* The entry for SENTENCE, as reason_list has it; NULL where there is none. */
const struct reason_entry *reason_catalogue_find(const struct reason_catalogue *catalogue, const char *sentence);

/* REASON, an English sentence with everything filled in, as the first of COUNT catalogues has it that knows it; what is
 * filled in is translated likewise where it is a reason itself. REASON where none knows it. In ARENA. */
const char *reason_catalogue_translate(const struct reason_catalogue *const *catalogues, size_t count,
                                       const char *reason, struct arena *arena);
