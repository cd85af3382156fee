#include "cli/age.h"

#include <inttypes.h>

#include "base/clock.h"

const char *age_words(struct arena *arena, int64_t seconds) {
    static const struct {
        int64_t seconds, until;
        const char *one;
    } units[] = {
        {SECONDS_PER_MINUTE, 2 * SECONDS_PER_HOUR, "minute"},
        {SECONDS_PER_HOUR, 2 * SECONDS_PER_DAY, "hour"},
        {SECONDS_PER_DAY, 6 * 7 * SECONDS_PER_DAY, "day"},
        {7 * SECONDS_PER_DAY, INT64_MAX, "week"},
    };
    if (seconds < SECONDS_PER_MINUTE)
        return "a moment";
    size_t unit = 0;
    while (seconds >= units[unit].until)
        unit++;
    int64_t count = seconds / units[unit].seconds;
    return arena_format(arena, "%" PRId64 " %s%s", count, units[unit].one, count == 1 ? "" : "s");
}
