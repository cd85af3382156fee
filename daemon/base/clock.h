#pragma once
/* All time comes from here. Moments are whole seconds of UTC since 1970 (int64_t); the wall clock can be replaced by a
 * virtual one, so that a six-month round runs in moments through the same code. Timeouts use the monotonic clock,
 * which is never virtual. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SECONDS_PER_MINUTE 60
#define SECONDS_PER_HOUR 3600
#define SECONDS_PER_DAY 86400

int64_t clock_now(void);                /* UTC seconds; virtual if so set */
int64_t clock_monotonic_ms(void);       /* milliseconds of CLOCK_MONOTONIC */
int64_t clock_boottime(void);           /* seconds of CLOCK_BOOTTIME: runs on through suspend, deaf to clock changes */
void clock_set_virtual(int64_t moment); /* from now on clock_now() is MOMENT until advanced */
void clock_advance_to(int64_t moment);  /* virtual only; never backwards */
bool clock_is_virtual(void);

/* "2026-11-23T14:41:00Z"; BUFFER holds at least 21 bytes. Returns BUFFER. */
char *clock_format_utc(int64_t moment, char *buffer, size_t size);
