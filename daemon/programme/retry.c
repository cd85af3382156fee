#include "programme/retry.h"

#include <stddef.h>

#include "base/clock.h"
#include "base/memory.h"

static const int64_t refused_waits[] = {
    1 * SECONDS_PER_MINUTE, 5 * SECONDS_PER_MINUTE, 15 * SECONDS_PER_MINUTE,
    1 * SECONDS_PER_HOUR,   3 * SECONDS_PER_HOUR,   6 * SECONDS_PER_HOUR,
};

static const int64_t unavailable_waits[] = {1 * SECONDS_PER_MINUTE, 5 * SECONDS_PER_MINUTE, 15 * SECONDS_PER_MINUTE};

enum {
    REFUSED_AGE_MOST = 5 * SECONDS_PER_DAY,
    LAST_TRY_AHEAD = SECONDS_PER_MINUTE, /* so long before the expiry the last try is made */
};

static int64_t wait_before_next(const struct retry_input *input) {
    const int64_t *waits = refused_waits;
    size_t count = COUNT_OF(refused_waits);
    if (input->failure == RETRY_UNAVAILABLE) {
        waits = unavailable_waits;
        count = COUNT_OF(unavailable_waits);
    }
    size_t index = input->attempts > 1 ? (size_t)(input->attempts - 1) : 0;
    int64_t wait = waits[index < count ? index : count - 1];
    return wait - wait / 10 + (int64_t)(input->random % (uint64_t)(wait / 5 + 1));
}

struct retry_decision retry_decide(const struct retry_input *input) {
    if (input->failure == RETRY_REFUSED)
        return (struct retry_decision){.action = RETRY_FAILED};
    if (input->now >= input->expires_at)
        return (struct retry_decision){.action = RETRY_EXPIRED};
    if (input->failure == RETRY_REFUSED_NOW && input->now - input->first_attempt_at >= REFUSED_AGE_MOST)
        return (struct retry_decision){.action = RETRY_FAILED};
    int64_t next = input->now + wait_before_next(input);
    if (next >= input->expires_at) {
        next = input->expires_at - LAST_TRY_AHEAD;
        if (next - input->now < LAST_TRY_AHEAD)
            return (struct retry_decision){.action = RETRY_EXPIRED};
    }
    return (struct retry_decision){.action = RETRY_AGAIN, .next_try_at = next};
}
