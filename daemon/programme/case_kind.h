#pragma once
/* What each kind of case means for whoever is told of it. A new kind: its word in base/model.h, and its line here.
 * Pure.
 */
#include "base/memory.h"
#include "base/model.h"
#include "base/reason.h"
#include "base/zone.h"

struct case_traits {
    struct reason name; /* a mail's subject begins with it: 35 characters at most, in every language */
    bool at_once;       /* told by a mail of its own; else in the digest */
    bool grave;         /* no name stands in a subject, and reminders begin with it */
    int64_t lapses;     /* seconds after which it closes by itself; 0: never */
};

struct case_traits case_kind_traits(enum case_kind kind);

/* When a case that was opened at OPENED_AT and is told at TOLD_AT is told again: one that was told at once the next
 * day, then after three days, then each week; what stands in digests after three days, then each week; at AT (seconds
 * after midnight) in ZONE, so that all reminders of a day are one mail. */
int64_t case_kind_tell_again_at(enum case_kind kind, int64_t opened_at, int64_t told_at, const struct zone *zone,
                                int64_t at);
