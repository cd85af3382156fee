#include "programme/meeting_rules.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"

enum { HALF_HOUR = 30 * SECONDS_PER_MINUTE, HALF_HOURS = SECONDS_PER_DAY / HALF_HOUR };

/* ---- Proposals ---- */

/* What people like, one proposal each. */
static const struct {
    bool weekend;
    int32_t around; /* by the clock */
} wishes[MEETING_PROPOSALS] = {
    {true, 15 * SECONDS_PER_HOUR},
    {false, 19 * SECONDS_PER_HOUR},
    {false, 12 * SECONDS_PER_HOUR + HALF_HOUR},
};

/* A wrong kind of day is worse than any hour of the right one. */
enum { WRONG_DAY = SECONDS_PER_DAY };

struct half_hour {
    int64_t at;
    struct zone_local local[WAKING_TOGETHER_MAX];
};

static bool is_weekend(struct civil_date date) {
    int weekday = civil_weekday(date);
    return weekday == 0 || weekday == 6;
}

/* How far from the wish, for all of them together. */
static int64_t distance(const struct half_hour *half_hour, size_t count, size_t wish) {
    int64_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        const struct zone_local *local = &half_hour->local[i];
        sum += labs(local->time_of_day - wishes[wish].around) +
               (is_weekend(local->date) == wishes[wish].weekend ? 0 : WRONG_DAY);
    }
    return sum;
}

/* Those in which all are awake. */
static size_t find_half_hours(const struct zone *const *zones, size_t count, const struct waking_hours *hours,
                              int64_t from, int64_t until, struct half_hour *ret) {
    size_t found = 0;
    for (int64_t day = from - from % SECONDS_PER_DAY; day < until; day += SECONDS_PER_DAY) {
        uint64_t awake = UINT64_MAX;
        for (size_t i = 0; i < count; i++)
            awake &= waking_half_hours(zones[i], hours, day, day + SECONDS_PER_DAY);
        for (int i = 0; i < HALF_HOURS; i++) {
            int64_t at = day + i * HALF_HOUR;
            if (!(awake >> i & 1) || at < from || at + MEETING_TALK_LENGTH > until)
                continue;
            ret[found].at = at;
            for (size_t z = 0; z < count; z++)
                zone_to_local(zones[z], at, &ret[found].local[z]);
            found++;
        }
    }
    return found;
}

static bool is_same_day(const struct half_hour *half_hour, const struct half_hour *other, size_t count) {
    bool same = false;
    for (size_t i = 0; i < count; i++)
        same = same || civil_compare(half_hour->local[i].date, other->local[i].date) == 0;
    return same;
}

static int compare_moments(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

size_t meeting_propose(const struct zone *const *zones, size_t count, const struct waking_hours *hours, int64_t now,
                       int64_t until, int64_t ret[MEETING_PROPOSALS]) {
    int64_t from = now + MEETING_PROPOSED_AFTER * SECONDS_PER_DAY, end = now + MEETING_PROPOSED_UNTIL * SECONDS_PER_DAY;
    size_t most = (MEETING_PROPOSED_UNTIL - MEETING_PROPOSED_AFTER + 2) * HALF_HOURS, chosen = 0;
    struct half_hour *half_hours cleanup(memory_free_pointer) = memory_new(most * sizeof *half_hours);
    const struct half_hour *picked[MEETING_PROPOSALS];
    size_t found = find_half_hours(zones, count, hours, from, until < end ? until : end, half_hours);
    for (size_t wish = 0; wish < MEETING_PROPOSALS; wish++) {
        const struct half_hour *best = NULL;
        for (size_t i = 0; i < found; i++) {
            bool taken = false;
            for (size_t j = 0; j < chosen; j++)
                taken = taken || is_same_day(&half_hours[i], picked[j], count);
            if (!taken && (!best || distance(&half_hours[i], count, wish) < distance(best, count, wish)))
                best = &half_hours[i];
        }
        if (best) {
            picked[chosen] = best;
            ret[chosen++] = best->at;
        }
    }
    qsort(ret, chosen, sizeof *ret, compare_moments);
    return chosen;
}

/* ---- Reminders ---- */

const struct meeting_reminder meeting_reminders[] = {
    {"day", SECONDS_PER_DAY, 12 * SECONDS_PER_HOUR},
    {"hour", SECONDS_PER_HOUR, 0},
    {0},
};

const struct meeting_reminder *meeting_next_reminder(int64_t starts_at, int64_t now) {
    for (const struct meeting_reminder *reminder = meeting_reminders; reminder->name; reminder++)
        if (now < starts_at - reminder->until)
            return reminder;
    return NULL;
}
