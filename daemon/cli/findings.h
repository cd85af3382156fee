#pragma once
/* What a check found, told at once, line by line: for people "ok", "note" or "problem" and a sentence; with --json one
 * object a line. */
#include <stdbool.h>
#include <stddef.h>

#include "cli/command.h"

enum finding { FINDING_OK, FINDING_NOTE, FINDING_PROBLEM };

struct findings {
    bool json;
    size_t problems, notes;
};

/* AREA is what it is about, in a word or two. */
void findings_tell(struct findings *findings, enum finding finding, const char *area, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* "ok", "note", "problem". */
const char *findings_name(enum finding finding);
