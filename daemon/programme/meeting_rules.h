#pragma once
/* When partners could talk, and when those who come to a meeting are reminded. Moments are UTC seconds. Pure. */
#include "programme/waking.h"

enum { MEETING_PROPOSALS = 3, MEETING_TALK_LENGTH = 30 * 60, MEETING_PROPOSED_AFTER = 4, MEETING_PROPOSED_UNTIL = 14 };

/* Up to MEETING_PROPOSALS half hours for COUNT people, the first of RET the soonest: within everybody's HOURS by the
 * clocks of that very day, on different days, MEETING_PROPOSED_AFTER to MEETING_PROPOSED_UNTIL days after NOW, and
 * over before UNTIL. As near as may be to times at which people talk: on a weekend, an evening, at noon. Returns how
 * many; 0: they are never awake together. */
size_t meeting_propose(const struct zone *const *zones, size_t count, const struct waking_hours *hours, int64_t now,
                       int64_t until, int64_t ret[MEETING_PROPOSALS]);

struct meeting_reminder {
    const char *name; /* "day": as the template has it */
    int64_t before;   /* so long before the meeting begins */
    int64_t until;    /* it is worth sending until so long before */
};

/* The last has no name. */
extern const struct meeting_reminder meeting_reminders[];

/* The first that is still worth sending NOW for a meeting that begins at STARTS_AT; NULL: none any more. */
const struct meeting_reminder *meeting_next_reminder(int64_t starts_at, int64_t now);
