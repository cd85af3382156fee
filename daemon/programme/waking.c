#include "programme/waking.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"

enum {
    QUARTER = 15 * SECONDS_PER_MINUTE,
    QUARTERS = SECONDS_PER_DAY / QUARTER,
    HALF_HOURS = QUARTERS / 2,
};

/* ---- Phases ---- */

struct change {
    int64_t at;
    size_t people;
};

static int32_t offset_at(const struct zone *zone, int64_t moment) {
    struct zone_local local;
    zone_to_local(zone, moment, &local);
    return local.offset;
}

/* The next moment before UNTIL when the clocks change, and not only what they are called; else UNTIL. */
static int64_t next_change(const struct zone *zone, int64_t after, int64_t until) {
    int32_t offset = offset_at(zone, after);
    int64_t next = zone_next_change(zone, after);
    while (next < until && offset_at(zone, next) == offset)
        next = zone_next_change(zone, next);
    return next < until ? next : until;
}

static int compare_changes(const void *a, const void *b) {
    const struct change *x = a, *y = b;
    return (x->at > y->at) - (x->at < y->at);
}

/* Those of one day, or one night around the earth, become one. */
static size_t join_days(struct change *changes, size_t count) {
    size_t joined = 0;
    qsort(changes, count, sizeof *changes, compare_changes);
    for (size_t i = 0; i < count; i++)
        if (joined > 0 && changes[i].at - changes[joined - 1].at < SECONDS_PER_DAY)
            changes[joined - 1].people += changes[i].people;
        else
            changes[joined++] = changes[i];
    return joined;
}

static void leave_out_least(struct change *changes, size_t count) {
    size_t least = 0;
    for (size_t i = 1; i < count; i++)
        if (changes[i].people < changes[least].people)
            least = i;
    memmove(changes + least, changes + least + 1, (count - least - 1) * sizeof *changes);
}

size_t waking_phases(const struct zone *const *zones, size_t count, int64_t from, int64_t until, size_t most,
                     int64_t *ret) {
    struct change *changes cleanup(memory_free_pointer) = NULL;
    size_t change_count = 0, capacity = 0, phases = 0;
    int64_t last = until - SECONDS_PER_DAY;
    for (size_t i = 0; i < count; i++)
        for (int64_t at = from + SECONDS_PER_DAY; at < last && (at = next_change(zones[i], at, last)) < last;) {
            changes = memory_grow(changes, &capacity, change_count + 1, sizeof *changes);
            changes[change_count++] = (struct change){at, 1};
        }
    if (change_count > 0)
        change_count = join_days(changes, change_count);
    while (change_count > most - 1)
        leave_out_least(changes, change_count--);
    ret[phases++] = from;
    for (size_t i = 0; i < change_count; i++)
        ret[phases++] = changes[i].at;
    return phases;
}

/* ---- Hours ---- */

static int32_t within_day(int64_t seconds) {
    return (int32_t)((seconds % SECONDS_PER_DAY + SECONDS_PER_DAY) % SECONDS_PER_DAY);
}

static bool is_awake(const struct waking_hours *hours, int32_t offset, int quarter) {
    int32_t since = within_day(quarter * QUARTER + offset - hours->from);
    return since + QUARTER <= within_day(hours->until - hours->from);
}

static uint64_t half_hours_of(const struct waking_hours *hours, int32_t offset) {
    uint64_t bits = 0;
    for (int i = 0; i < HALF_HOURS; i++)
        if (is_awake(hours, offset, 2 * i) && is_awake(hours, offset, 2 * i + 1))
            bits |= UINT64_C(1) << i;
    return bits;
}

uint64_t waking_half_hours(const struct zone *zone, const struct waking_hours *hours, int64_t from, int64_t until) {
    int64_t brief = until - from >= 2 * SECONDS_PER_DAY ? SECONDS_PER_DAY : 0;
    uint64_t bits = UINT64_MAX;
    for (int64_t at = from, next; at < until; at = next) {
        next = next_change(zone, at, until);
        if (next - at >= brief)
            bits &= half_hours_of(hours, offset_at(zone, at));
    }
    return bits << (64 - HALF_HOURS) >> (64 - HALF_HOURS);
}

/* ---- Two or three people ---- */

static int64_t day_of(int64_t seconds) {
    return (seconds - within_day(seconds)) / SECONDS_PER_DAY;
}

/* From the quarter in which the first one gets up: nothing in common goes on across that. */
static void find_spans(const int32_t *offsets, size_t count, const struct waking_hours *hours,
                       struct waking_phase *phase) {
    int first = within_day(hours->from - offsets[0]) / QUARTER;
    struct waking_span *span = NULL;
    for (int quarter = first; quarter < first + QUARTERS; quarter++) {
        bool together = true;
        for (size_t i = 0; i < count; i++)
            together = together && is_awake(hours, offsets[i], quarter);
        if (!together) {
            span = NULL;
            continue;
        }
        bool begins = !span;
        if (begins)
            span = &phase->spans[phase->span_count++];
        for (size_t i = 0; i < count; i++) {
            int64_t local = quarter * QUARTER + offsets[i];
            if (begins) {
                span->from[i] = within_day(local);
                span->day[i] = (int)(day_of(local) - day_of(quarter * QUARTER + offsets[0]));
            }
            span->until[i] = within_day(local + QUARTER);
        }
    }
}

static bool reads_the_same(const struct waking_phase *a, const struct waking_phase *b) {
    return a->span_count == b->span_count && memcmp(a->spans, b->spans, sizeof a->spans) == 0;
}

size_t waking_together(const struct zone *const *zones, size_t count, const struct waking_hours *hours, int64_t from,
                       int64_t until, struct waking_phase ret[WAKING_PHASES_MAX]) {
    enum { CHANGES_MAX = 256 }; /* of three zones in twenty years */
    int64_t begins[CHANGES_MAX];
    size_t begin_count = waking_phases(zones, count, from, until, CHANGES_MAX, begins), found = 0;
    for (size_t i = 0; i < begin_count; i++) {
        struct waking_phase phase = {.from = begins[i], .until = i + 1 < begin_count ? begins[i + 1] : until};
        int32_t offsets[WAKING_TOGETHER_MAX] = {0};
        for (size_t z = 0; z < count; z++)
            offsets[z] = offset_at(zones[z], phase.from + (phase.until - phase.from) / 2);
        find_spans(offsets, count, hours, &phase);
        if (found > 0 && reads_the_same(&ret[found - 1], &phase))
            ret[found - 1].until = phase.until;
        else if (found == WAKING_PHASES_MAX)
            break;
        else
            ret[found++] = phase;
    }
    return found;
}
