#pragma once
/* When people are awake, and when those of several time zones are at the same time, across clock changes. In quarters
 * of an hour, as all offsets are today; one counts only where it is wholly within the hours. Moments are UTC seconds.
 * Pure.
 */
#include "base/zone.h"

/* Local times of day, in seconds; UNTIL before FROM is past midnight. They differ. */
struct waking_hours {
    int32_t from, until;
};

/* Parts FROM..UNTIL where clocks of ZONES change, one for each person: fills RET with where each phase begins and
 * returns how many there are, 1 to MOST. Changes within a day are one, and one on the first or last day is none. Where
 * there are too many, those that concern the fewest people are left out. */
size_t waking_phases(const struct zone *const *zones, size_t count, int64_t from, int64_t until, size_t most,
                     int64_t *ret);

/* A bit for each half hour of the UTC day, the first at midnight: awake in it on every day of FROM..UNTIL. What holds
 * for less than a day of two or more is left out. */
uint64_t waking_half_hours(const struct zone *zone, const struct waking_hours *hours, int64_t from, int64_t until);

/* ---- Two or three people ---- */

enum { WAKING_TOGETHER_MAX = 3, WAKING_PHASES_MAX = 16 };

/* All are awake. By zone, local times of day in seconds; UNTIL is not after FROM where midnight lies between. */
struct waking_span {
    int32_t from[WAKING_TOGETHER_MAX], until[WAKING_TOGETHER_MAX];
    int day[WAKING_TOGETHER_MAX]; /* the date as it begins, against the first zone's: -1 the day before, 1 after */
};

struct waking_phase {
    int64_t from, until;
    size_t span_count;                             /* 0: never together */
    struct waking_span spans[WAKING_TOGETHER_MAX]; /* in the order of the first one's day */
};

/* Fills RET with the phases of FROM..UNTIL, the first WAKING_PHASES_MAX, and returns how many. Neighbours that read the
 * same on all clocks are one. */
size_t waking_together(const struct zone *const *zones, size_t count, const struct waking_hours *hours, int64_t from,
                       int64_t until, struct waking_phase ret[WAKING_PHASES_MAX]);
