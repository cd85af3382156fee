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
    bool soon;          /* in the digest, after three days at the latest */
    bool together;      /* in the digest even so: AT_ONCE says that it is to be decided */
    bool grave;         /* no name stands in a subject, and reminders begin with it */
    unsigned offers;    /* what may be replied: verbs as bits (case_verb_offers) */
    int64_t lapses;     /* seconds after which it closes by itself; 0: never */
    int64_t told_once;  /* it is told once, and closes by itself so many seconds later; 0: it is told again */
};

struct case_traits case_kind_traits(enum case_kind kind);

/* What is told once stands in the digests of all coordinators that are sent within so many seconds of the first. */
enum { CASE_TOLD_ONCE_WITHIN = 12 * 3600 };

/* When a case that is opened at OPENED_AT is told first: AT_ONCE; or in the digest of the next Monday, at AT (seconds
 * after midnight) in ZONE; what somebody waits for after three days at the latest. Words beside an answer wait for the
 * next digest, but not beyond the second Monday. */
int64_t case_kind_tell_first_at(enum case_kind kind, bool at_once, int64_t opened_at, const struct zone *zone,
                                int64_t at);

/* When it is told again, at AT, so that all reminders of a day are one mail: what is grave the next day; what is told
 * at once after three days; all of it on Mondays, but of a silence that nobody need decide about after four weeks. What
 * is told once, or lapses: when it closes. */
int64_t case_kind_tell_again_at(enum case_kind kind, bool at_once, int64_t opened_at, int64_t told_at,
                                const struct zone *zone, int64_t at);

/* The first moment after NOW that is a Monday, at AT. */
int64_t case_kind_next_week(int64_t now, const struct zone *zone, int64_t at);
