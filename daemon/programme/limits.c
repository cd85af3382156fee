#include "programme/limits.h"

#include "base/clock.h"

int64_t limits_period_seconds(enum limits_period period) {
    switch (period) {
    case LIMITS_SECOND:
        return 1;
    case LIMITS_HOUR:
        return SECONDS_PER_HOUR;
    case LIMITS_DAY:
    case LIMITS_PERIODS:
        break;
    }
    return SECONDS_PER_DAY;
}

const char *limits_period_name(enum limits_period period) {
    switch (period) {
    case LIMITS_SECOND:
        return "second";
    case LIMITS_HOUR:
        return "hour";
    case LIMITS_DAY:
    case LIMITS_PERIODS:
        break;
    }
    return "day";
}

struct limits_decision limits_decide(const struct limits *limits, int64_t now) {
    struct limits_decision decision = {.claimable = INT64_MAX};
    for (int i = 0; i < LIMITS_PERIODS; i++) {
        const struct limits_window *window = &limits->windows[i];
        if (window->most <= 0)
            continue;
        int64_t left = window->most > window->sent ? window->most - window->sent : 0;
        if (left < decision.claimable)
            decision.claimable = left;
        if (left > 0)
            continue;
        int64_t free_at = window->oldest_at + limits_period_seconds((enum limits_period)i);
        if (free_at <= now) /* a clock that was set back must not stop the queue, nor make it spin */
            free_at = now + 1;
        if (free_at > decision.look_again_at) {
            decision.look_again_at = free_at;
            decision.by = (enum limits_period)i;
        }
    }
    return decision;
}
