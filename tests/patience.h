#pragma once
/* Waiting in tests: for events, never for a number of seconds. To be included after cmocka.h. */
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"

/* How long a test waits for what must happen before it gives up, in milliseconds: far beyond any slow machine.
 * TEST_PATIENCE in the environment sets the seconds (journeys/lib/machine.py reads the same). */
static inline int64_t patience_ms(void) {
    const char *seconds = getenv("TEST_PATIENCE");
    return 1000 * (seconds ? strtoll(seconds, NULL, 10) : 300);
}

/* Looks until CONDITION holds. */
#define AWAIT(condition)                                                                                               \
    do {                                                                                                               \
        int64_t patience_ends = clock_monotonic_ms() + patience_ms();                                                  \
        while (!(condition)) {                                                                                         \
            if (clock_monotonic_ms() > patience_ends)                                                                  \
                fail_msg("waited in vain for: %s", #condition);                                                        \
            usleep(2000);                                                                                              \
        }                                                                                                              \
    } while (0)
