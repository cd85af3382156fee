#pragma once
/* How many messages may be sent now under the limits a second, an hour and a day. The windows roll: "a day" is the last
 * 24 hours. Counts come from the database, so that a restart forgets nothing. */
#include <stdint.h>

struct limits_window {
    int64_t most;      /* 0: no limit */
    int64_t sent;      /* how many were sent or claimed within the window that ends now */
    int64_t oldest_at; /* when the oldest of them was; unused while sent is 0 */
};

enum limits_period { LIMITS_SECOND, LIMITS_HOUR, LIMITS_DAY, LIMITS_PERIODS };

struct limits {
    struct limits_window windows[LIMITS_PERIODS];
};

struct limits_decision {
    int64_t claimable;     /* INT64_MAX: no limit */
    int64_t look_again_at; /* where claimable is 0: when one may be, > now; else 0 */
    enum limits_period by; /* where claimable is 0: the window that holds up the longest */
};

/* How many may be claimed at NOW within all the windows. */
struct limits_decision limits_decide(const struct limits *limits, int64_t now);

/* Seconds in the window: a message at moment M counts within it while now - M < that. */
int64_t limits_period_seconds(enum limits_period period);

/* "second", "hour", "day". */
const char *limits_period_name(enum limits_period period);
