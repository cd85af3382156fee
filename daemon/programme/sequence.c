#include "programme/sequence.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "programme/question.h"

/* Where a step counts from: for a time of day D0 and that time, else the anchor's own instant and local time. */
struct origin {
    const struct zone *zone;
    bool at_once;
    int64_t instant;
    struct civil_date date;
    int32_t time_of_day;
};

/* Nothing outside is scheduled; END 0: no end. */
struct bounds {
    int64_t from, end;
};

/* Entries while they are gathered, with what keeps their order where they are due together. */
struct gathered {
    struct schedule_entry entry;
    size_t order;
};

struct gathering {
    struct gathered *items;
    size_t count, capacity;
};

/* ---- Instants ---- */

/* The first date whose sending moment lies at or after INSTANT. The day before may be it: where clocks skip the end of
 * a day, its sending moment falls on the next. Of a date that never was, the sending moment is that of the next. */
static struct civil_date first_sending_date(const struct zone *zone, int64_t instant, int32_t at) {
    struct zone_local local;
    zone_to_local(zone, instant, &local);
    struct civil_date date = civil_add_days(local.date, -1);
    for (;;) {
        struct civil_date next = civil_add_days(date, 1);
        int64_t moment = zone_to_utc(zone, date, at);
        if (moment >= instant && zone_to_utc(zone, next, at) > moment)
            return date;
        date = next;
    }
}

static struct origin origin_of(const struct step *step, const struct zone *zone, int64_t instant) {
    struct origin origin = {.zone = zone, .at_once = step->at_once, .instant = instant, .time_of_day = step->at};
    if (step->at_once) {
        struct zone_local local;
        zone_to_local(zone, instant, &local);
        origin.date = local.date;
        origin.time_of_day = local.time_of_day;
    } else {
        origin.date = first_sending_date(zone, instant, step->at);
    }
    return origin;
}

static int64_t due_at(const struct origin *origin, int64_t month, const struct duration *offset) {
    int64_t months = month + offset->months;
    if (origin->at_once && months == 0 && offset->days == 0)
        return origin->instant + offset->seconds;
    struct civil_date date = civil_add_days(civil_add_months(origin->date, months), offset->days);
    return zone_to_utc(origin->zone, date, origin->time_of_day) + offset->seconds;
}

int64_t sequence_ends_at(int64_t started_at, const struct duration *length, const struct zone *zone) {
    return zone_add(zone, started_at, length);
}

/* ---- Expiry ---- */

static bool lies_before_anchor(const struct duration *offset) {
    return offset->months < 0 || offset->days < 0 || offset->seconds < 0;
}

int64_t sequence_default_expiry(const struct moment *when) {
    const int64_t most = 15 * (int64_t)SECONDS_PER_DAY;
    if (when->anchor == MOMENT_MONTHLY || duration_is_zero(&when->offset))
        return most;
    bool before = lies_before_anchor(&when->offset);
    int64_t interval = (when->offset.months * 30 + when->offset.days) * SECONDS_PER_DAY + when->offset.seconds;
    int64_t half = (before ? -interval : interval) / 2, least = before ? SECONDS_PER_HOUR : SECONDS_PER_DAY;
    return half < least ? least : half > most ? most : half;
}

/* END 0: no end caps it. */
static int64_t expires_at(const struct step *step, const struct zone *zone, int64_t due, int64_t end) {
    int64_t moment =
        step->has_expires ? zone_add(zone, due, &step->expires) : due + sequence_default_expiry(&step->when);
    return end && moment > end ? end : moment;
}

enum sequence_timing sequence_timing(int64_t due, int64_t expires, int64_t now) {
    if (now >= expires)
        return SEQUENCE_EXPIRED;
    return now >= due ? SEQUENCE_DUE : SEQUENCE_NOT_YET;
}

/* ---- Nobody's night ---- */

int64_t sequence_considerate(const struct zone *zone, int32_t opens, int64_t due, int64_t expires, int64_t now) {
    const int64_t late = 2 * (int64_t)SECONDS_PER_HOUR, evening = 21 * (int64_t)SECONDS_PER_HOUR;
    if (now < due + late)
        return now;
    struct zone_local local;
    zone_to_local(zone, now, &local);
    int64_t time = local.time_of_day, closes = opens + late > evening ? opens + late : evening;
    if ((time >= opens && time < closes) || time + SECONDS_PER_DAY < closes)
        return now;
    int64_t moment = zone_to_utc(zone, civil_add_days(local.date, time < opens ? 0 : 1), opens);
    return moment > now && moment < expires ? moment : now;
}

/* ---- Gathering ---- */

/* Adds an occurrence that lies within its bounds; NULL otherwise. The caller adds who it is for. */
static struct schedule_entry *gather(struct gathering *gathering, const struct step *step, const struct zone *zone,
                                     int64_t occurrence, int64_t due, struct bounds bounds) {
    if (due < bounds.from || due < step->first_seen_at || (bounds.end && due >= bounds.end))
        return NULL;
    gathering->items =
        memory_grow(gathering->items, &gathering->capacity, gathering->count + 1, sizeof *gathering->items);
    struct gathered *item = &gathering->items[gathering->count];
    *item = (struct gathered){
        .entry = {.step = step->name,
                  .due_at = due,
                  .expires_at = expires_at(step, zone, due, bounds.end),
                  .occurrence = occurrence},
        .order = gathering->count,
    };
    gathering->count++;
    return &item->entry;
}

static int compare_gathered(const void *a, const void *b) {
    const struct gathered *x = a, *y = b;
    if (x->entry.due_at != y->entry.due_at)
        return x->entry.due_at < y->entry.due_at ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

static void hand_over(struct gathering *gathering, struct arena *arena, struct sequence_entries *ret) {
    if (gathering->count)
        qsort(gathering->items, gathering->count, sizeof *gathering->items, compare_gathered);
    struct schedule_entry *entries = arena_take_array(arena, gathering->count, sizeof *entries);
    for (size_t i = 0; i < gathering->count; i++)
        entries[i] = gathering->items[i].entry;
    *ret = (struct sequence_entries){.entries = entries, .count = gathering->count};
    free(gathering->items);
}

/* ---- One person's messages ---- */

bool sequence_introduces(const struct step *step) {
    return step->when.anchor == MOMENT_START && duration_is_zero(&step->when.offset);
}

bool sequence_welcomes(const struct step *step) {
    return step->when.anchor == MOMENT_ACCEPTED && duration_is_zero(&step->when.offset);
}

bool sequence_proposes(const struct step *step) {
    return step->when.anchor == MOMENT_MONTHLY && string_equal(step->asks, QUESTION_CHECK_IN);
}

int64_t sequence_introduced_at(const struct sequence *sequence, const struct sequence_member *member) {
    int64_t first = 0;
    for (size_t i = 0; member->started_at && i < sequence->count; i++) {
        const struct step *step = &sequence->steps[i];
        if (!sequence_introduces(step))
            continue;
        struct origin origin = origin_of(step, member->zone, member->started_at);
        int64_t due = due_at(&origin, 0, &step->when.offset);
        if (due >= step->first_seen_at && (first == 0 || due < first))
            first = due;
    }
    return first;
}

static size_t position_of(const struct sequence *sequence, const char *step) {
    size_t position = 0;
    while (position < sequence->count && !string_equal(sequence->steps[position].name, step))
        position++;
    return position;
}

bool sequence_goes_before(const struct sequence *sequence, const char *step, int64_t due, const char *other,
                          int64_t other_due) {
    return due != other_due ? due < other_due : position_of(sequence, step) < position_of(sequence, other);
}

/* ---- Everything that one person gets ---- */

static int64_t later(int64_t a, int64_t b) {
    return a > b ? a : b;
}

char *sequence_participant_key(struct arena *arena, int64_t participant, int64_t round, const char *step,
                               int64_t occurrence) {
    return arena_format(arena, "participant/%" PRId64 "/round/%" PRId64 "/%s/%" PRId64, participant, round, step,
                        occurrence);
}

char *sequence_partnership_key(struct arena *arena, int64_t partnership, const char *step, int64_t occurrence,
                               int64_t participant) {
    return arena_format(arena, "partnership/%" PRId64 "/%s/%" PRId64 "/%" PRId64, partnership, step, occurrence,
                        participant);
}

void sequence_for_application(const struct sequence *sequence, const struct sequence_application *application,
                              struct arena *arena, struct sequence_entries *ret) {
    struct gathering gathering = {0};
    const struct bounds bounds = {.from = later(application->accepted_at, application->known_at)};
    for (size_t i = 0; application->accepted_at && i < sequence->count; i++) {
        const struct step *step = &sequence->steps[i];
        if (step->to != STEP_TO_PARTICIPANT)
            continue;
        int64_t instant = step->when.anchor == MOMENT_ROUND ? application->round_started_at : application->accepted_at;
        if (!instant)
            continue;
        struct origin origin = origin_of(step, application->zone, instant);
        int64_t due = due_at(&origin, 0, &step->when.offset);
        if (sequence_welcomes(step) && application->introduced_at &&
            application->introduced_at <= due + SECONDS_PER_HOUR)
            continue;
        struct schedule_entry *entry = gather(&gathering, step, application->zone, 0, due, bounds);
        if (entry) {
            entry->key = sequence_participant_key(arena, application->participant, application->round, step->name, 0);
            entry->participant = application->participant;
            entry->round = application->round;
        }
    }
    hand_over(&gathering, arena, ret);
}

static void gather_for_member(struct gathering *gathering, const struct step *step,
                              const struct sequence_member *member, struct arena *arena, int64_t occurrence,
                              int64_t due) {
    bool after_end = step->when.anchor == MOMENT_END && !lies_before_anchor(&step->when.offset);
    struct bounds bounds = {.from = later(member->started_at, member->known_at),
                            .end = after_end ? 0 : member->ends_at};
    struct schedule_entry *entry = gather(gathering, step, member->zone, occurrence, due, bounds);
    if (!entry)
        return;
    entry->key = sequence_partnership_key(arena, member->partnership, step->name, occurrence, member->participant);
    entry->participant = member->participant;
    entry->partnership = member->partnership;
    entry->round = member->round;
}

static void gather_months(struct gathering *gathering, const struct sequence *sequence, const struct step *step,
                          const struct sequence_member *member, struct arena *arena) {
    struct origin origin = origin_of(step, member->zone, member->started_at);
    for (int64_t n = 1; n <= SEQUENCE_MONTHS_MAX; n++) {
        struct duration months = {.months = n};
        if (zone_add(sequence->zone, member->started_at, &months) >= member->ends_at)
            break;
        gather_for_member(gathering, step, member, arena, n, due_at(&origin, n, &step->when.offset));
    }
}

void sequence_for_member(const struct sequence *sequence, const struct sequence_member *member, struct arena *arena,
                         struct sequence_entries *ret) {
    struct gathering gathering = {0};
    for (size_t i = 0; member->started_at && i < sequence->count; i++) {
        const struct step *step = &sequence->steps[i];
        if (step->to != STEP_TO_PARTNERSHIP)
            continue;
        bool from_start = step->when.anchor == MOMENT_START;
        if (!from_start && !member->ends_at)
            continue;
        if (step->when.anchor == MOMENT_MONTHLY) {
            gather_months(&gathering, sequence, step, member, arena);
            continue;
        }
        struct origin origin = origin_of(step, member->zone, from_start ? member->started_at : member->ends_at);
        gather_for_member(&gathering, step, member, arena, 0, due_at(&origin, 0, &step->when.offset));
    }
    hand_over(&gathering, arena, ret);
}

const struct step *sequence_find_template(const struct sequence *sequence, const char *template_name) {
    for (size_t i = 0; i < sequence->count; i++)
        if (string_equal(sequence->steps[i].template_name, template_name))
            return &sequence->steps[i];
    return NULL;
}
