#pragma once
/* When a step is due: an anchor, and an offset from it, as people write it: "start", "start + 7 days", "monthly + 2
 * weeks", "end - 1 week", "accepted + 2 hours". programme/sequence.h says which instant that is. */
#include <stdbool.h>

#include "base/duration.h"
#include "base/error.h"
#include "base/text.h"

enum moment_anchor {
    MOMENT_ACCEPTED, /* the participant's application was accepted */
    MOMENT_ROUND,    /* the round starts */
    MOMENT_START,    /* the partnership starts */
    MOMENT_MONTHLY,  /* n months after the partnership's start, for every n >= 1 before its end */
    MOMENT_END,      /* the partnership ends */
};

struct moment {
    enum moment_anchor anchor;
    struct duration offset; /* all fields <= 0 where it lies before the anchor, else all >= 0 */
};

/* Reads ANCHOR, or ANCHOR + DURATION, or ANCHOR - DURATION. Refused with a message that says what would be right: an
 * unknown anchor (with the nearest), an offset before "accepted" or "start" (nothing can come earlier), whole months
 * beside "monthly", or 28 days and more before "monthly" (the first would come before the start). */
bool moment_parse(const char *text, struct moment *ret, struct error *error);

/* As moment_parse reads it back: "monthly + 14 days". */
void moment_format(const struct moment *moment, struct text *text);

/* "accepted", "round", "start", "monthly", "end". */
const char *moment_anchor_name(enum moment_anchor anchor);
