#include "base/clock.h"

#include <stdio.h>
#include <time.h>

#include "base/error.h"

static struct {
    bool virtual;
    int64_t moment;
} clock_state;

static int64_t read_clock(clockid_t id, int64_t units_per_second) {
    struct timespec now;
    require(clock_gettime(id, &now) == 0);
    return (int64_t)now.tv_sec * units_per_second + now.tv_nsec / (1000000000 / units_per_second);
}

int64_t clock_now(void) {
    return clock_state.virtual ? clock_state.moment : read_clock(CLOCK_REALTIME, 1);
}

int64_t clock_monotonic_ms(void) {
    return read_clock(CLOCK_MONOTONIC, 1000);
}

int64_t clock_boottime(void) {
    return read_clock(CLOCK_BOOTTIME, 1);
}

void clock_set_virtual(int64_t moment) {
    clock_state.virtual = true;
    clock_state.moment = moment;
}

void clock_advance_to(int64_t moment) {
    require(clock_state.virtual);
    if (moment > clock_state.moment)
        clock_state.moment = moment;
}

bool clock_is_virtual(void) {
    return clock_state.virtual;
}

char *clock_format_utc(int64_t moment, char *buffer, size_t size) {
    time_t seconds = (time_t)moment;
    struct tm parts;
    if (!gmtime_r(&seconds, &parts) || strftime(buffer, size, "%Y-%m-%dT%H:%M:%SZ", &parts) == 0)
        snprintf(buffer, size, "?");
    return buffer;
}
