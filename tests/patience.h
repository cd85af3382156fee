#pragma once
/* Waiting in tests: for events, never for a number of seconds. To be included after cmocka.h. */
#include <stdint.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

/* How long a test waits for what must happen before it gives up, in milliseconds: far beyond any slow machine.
 * TEST_PATIENCE in the environment sets the seconds (journeys/lib/machine.py reads the same). */
static inline int64_t patience_ms(void) {
    const char *seconds = getenv("TEST_PATIENCE");
    return 1000 * (seconds ? strtoll(seconds, NULL, 10) : 300);
}

/* For tests that tell linear work from quadratic, which takes minutes of the processor's time: what this process may
 * have used for one piece, in milliseconds, and what it has used in all. */
enum { LINEAR_MS = 20 * 1000 };
static inline int64_t processor_ms(void) {
    return (int64_t)clock() * 1000 / CLOCKS_PER_SEC;
}

/* Ends a test program that hangs where no wait has an end. */
static inline void end_by_alarm(void) {
    alarm((unsigned)(10 * patience_ms() / 1000));
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
