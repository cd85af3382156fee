/* What goes wrong in a rehearsal (simulation/rehearsal_record.h): what the service itself did not send, or not in time,
 * and what people would wonder at. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/localise.h"
#include "base/text.h"
#include "programme/limits.h"
#include "simulation/rehearsal_record.h"
#include "store/applications.h"
#include "store/cases.h"
#include "store/outbox.h"
#include "store/rounds.h"

enum { NAMES_TOLD = 5, MUCH_LATE = SECONDS_PER_HOUR };

/* ---- Words ---- */

/* "Anna Berg (12), Ben Okoro (13) and 4 more". */
struct names {
    struct text text;
    size_t count;
};

static void free_names(struct names *names) {
    text_free(&names->text);
}

static void add_name(struct names *names, const struct participant *person) {
    if (names->count++ < NAMES_TOLD)
        text_append_format(&names->text, "%s%s (%" PRId64 ")", names->count > 1 ? ", " : "", person->name, person->id);
}

static const char *names_text(struct names *names) {
    if (names->count > NAMES_TOLD)
        text_append_format(&names->text, " and %zu more", names->count - NAMES_TOLD);
    return text_string(&names->text);
}

static const char *people(size_t count) {
    return count == 1 ? "person" : "people";
}

static const char *plural(size_t count) {
    return count == 1 ? "" : "s";
}

/* "2 hours 5 minutes". */
static const char *how_long(int64_t seconds, struct arena *arena) {
    auto_text text = TEXT_EMPTY;
    duration_format(&(struct duration){.seconds = seconds < SECONDS_PER_MINUTE ? seconds : seconds - seconds % 60},
                    &text);
    return arena_copy_string(arena, text_string(&text));
}

/* ---- What was not sent ---- */

struct group {
    enum outbox_state state;
    const char *step, *reason, *template_name;
    size_t count;
    int64_t participant;
};

static struct group *find_group(struct group *groups, size_t *count, const struct outbox_row *row) {
    for (size_t i = 0; i < *count; i++)
        if (string_equal(groups[i].step, row->step) && string_equal(groups[i].reason, row->reason))
            return &groups[i];
    groups[*count] =
        (struct group){.state = row->state, .step = row->step, .reason = row->reason, .participant = row->participant};
    return &groups[(*count)++];
}

static void tell_group(struct rehearsal_record *record, const struct group *group) {
    static const char *const areas[] = {
        [OUTBOX_HELD] = "held", [OUTBOX_FAILED] = "refused", [OUTBOX_EXPIRED] = "too late"};
    auto_arena arena = arena_new();
    const char *first = "";
    for (size_t i = 0; i < record->people.count; i++)
        if (record->people.items[i].id == group->participant)
            first = arena_format(arena, "; to %s (%" PRId64 ")%s", record->people.items[i].name, group->participant,
                                 group->count > 1 ? " first" : "");
    rehearsal_record_trouble(record, true, areas[group->state], "%zu message%s of \"%s\" %s not sent: %s%s",
                             group->count, plural(group->count), group->step, group->count == 1 ? "is" : "are",
                             group->reason ? group->reason : "nobody knows why", first);
}

/* What still was of use when the rehearsal began. */
static bool find_unsent(struct rehearsal_record *record, struct error *error) {
    static const enum outbox_state states[] = {OUTBOX_HELD, OUTBOX_FAILED, OUTBOX_EXPIRED};
    const struct rehearsal_settings *settings = record->settings;
    for (size_t i = 0; i < COUNT_OF(states); i++) {
        auto_arena arena = arena_new();
        struct outbox_list rows;
        size_t count = 0;
        if (!outbox_list(settings->database, &(struct outbox_filter){.state = &states[i]}, arena, &rows, error))
            return false;
        struct group *groups = arena_take_array(arena, rows.count, sizeof *groups);
        for (size_t j = 0; j < rows.count; j++) {
            const struct outbox_row *row = &rows.items[j];
            if (row->expires_at > record->result->from &&
                (!settings->round || !row->round || row->round == settings->round))
                find_group(groups, &count, row)->count++;
        }
        for (size_t j = 0; j < count; j++)
            tell_group(record, &groups[j]);
    }
    return true;
}

/* A broken text's last good version was sent. */
static bool find_broken_texts(struct rehearsal_record *record, struct error *error) {
    auto_arena arena = arena_new();
    struct case_list cases;
    if (!cases_list(record->settings->database, &(struct case_filter){.open = true, .but_messages = true}, arena,
                    &cases, error))
        return false;
    for (size_t i = 0; i < cases.count; i++)
        if (cases.items[i].kind == CASE_TEXT)
            rehearsal_record_trouble(record, true, "template", "%s", cases.items[i].reason);
    return true;
}

/* ---- People ---- */

static void find_people(struct rehearsal_record *record, const struct participant_list *taking_part) {
    struct names dead cleanup(free_names) = {0}, nowhere cleanup(free_names) = {0};
    for (size_t i = 0; i < taking_part->count; i++) {
        const struct participant *person = &taking_part->items[i];
        const struct zone *zone;
        struct error error = ERROR_INIT;
        if (participant_has_left(person->state))
            continue;
        if (person->address_state == ADDRESS_DEAD)
            add_name(&dead, person);
        if (!zone_load(person->time_zone, &zone, &error))
            add_name(&nowhere, person);
    }
    if (dead.count)
        rehearsal_record_trouble(record, true, "address", "mail to %zu %s comes back, so they get nothing: %s",
                                 dead.count, people(dead.count), names_text(&dead));
    if (nowhere.count)
        rehearsal_record_trouble(record, true, "time zone",
                                 "this machine does not know where %zu %s live%s, and takes the programme's hours: %s",
                                 nowhere.count, people(nowhere.count), nowhere.count == 1 ? "s" : "",
                                 names_text(&nowhere));
}

static bool find_alone(struct rehearsal_record *record, const struct round *round, struct error *error) {
    auto_arena arena = arena_new();
    struct application_list applications;
    struct names alone cleanup(free_names) = {0};
    if (!applications_list_of_round(record->settings->database, round->id, 0, 0, arena, &applications, error))
        return false;
    for (size_t i = 0; i < applications.count; i++) {
        struct participant person = {0};
        if (applications.items[i].state != APPLICATION_ACCEPTED)
            continue;
        if (!participants_find(record->settings->database, applications.items[i].participant, arena, &person, error))
            return false;
        if (!participant_has_left(person.state))
            add_name(&alone, &person);
    }
    if (alone.count)
        rehearsal_record_trouble(record, true, "partner", "%zu %s of \"%s\" %s no partner when it begins: %s",
                                 alone.count, people(alone.count), round->name, alone.count == 1 ? "has" : "have",
                                 names_text(&alone));
    return true;
}

static bool find_rounds(struct rehearsal_record *record, struct error *error) {
    auto_arena arena = arena_new();
    struct round_list rounds;
    struct participant_list taking_part;
    int64_t wanted = record->settings->round;
    if (!rounds_list(record->settings->database, arena, &rounds, error) ||
        !participants_list(record->settings->database, &(struct participant_filter){.round = wanted}, arena,
                           &taking_part, error))
        return false;
    find_people(record, &taking_part);
    for (size_t i = 0; i < rounds.count; i++) {
        const struct round *round = &rounds.items[i];
        if (wanted && wanted != round->id)
            continue;
        if (round->state < ROUND_RUNNING)
            rehearsal_record_trouble(record, true, "round", "\"%s\" does not begin by then: %s", round->name,
                                     round->starts_at ? "its date is later, or no partnership is planned"
                                                      : "it has no date; set it with tandempost round update --starts");
        else if (!find_alone(record, round, error))
            return false;
    }
    return true;
}

/* ---- Hours ---- */

static void find_nights(struct rehearsal_record *record) {
    const struct rehearsal *result = record->result;
    auto_arena arena = arena_new();
    struct rehearsal_line *steps = arena_take_array(arena, result->line_count, sizeof *steps);
    size_t count = 0;
    for (size_t i = 0; i < result->line_count; i++) {
        size_t at = 0;
        while (at < count && !string_equal(steps[at].step, result->lines[i].step))
            at++;
        steps[at].step = result->lines[i].step;
        steps[at].nights += result->lines[i].nights;
        count += at == count;
    }
    for (size_t i = 0; i < count; i++)
        if (steps[i].nights)
            rehearsal_record_trouble(
                record, false, "night", "%" PRId64 " message%s of \"%s\" come%s while people sleep where they live",
                steps[i].nights, plural((size_t)steps[i].nights), steps[i].step, steps[i].nights == 1 ? "s" : "");
}

static int compare_due(const void *a, const void *b) {
    const struct rehearsal_moment *first = a, *second = b;
    return first->due_at < second->due_at ? -1 : first->due_at > second->due_at;
}

/* The most messages that are due within a period, and how late the last of the day that it begins leaves. */
static void find_peak(const struct rehearsal_record *record, int64_t seconds, struct rehearsal_peak *ret) {
    const struct rehearsal_moment *moments = record->moments;
    *ret = (struct rehearsal_peak){0};
    for (size_t from = 0, until = 0; from < record->moment_count; from++) {
        while (until < record->moment_count && moments[until].due_at < moments[from].due_at + seconds)
            until++;
        if ((int64_t)(until - from) > ret->count)
            *ret = (struct rehearsal_peak){.from = moments[from].due_at, .count = (int64_t)(until - from)};
    }
    for (size_t i = 0; i < record->moment_count; i++)
        if (moments[i].due_at >= ret->from && moments[i].due_at < ret->from + SECONDS_PER_DAY &&
            moments[i].at - moments[i].due_at > ret->late)
            ret->late = moments[i].at - moments[i].due_at;
}

/* How late the last message leaves where no more than MOST are let go within so many SECONDS, and nothing else is in
 * its way. */
static int64_t late_by(const struct rehearsal_record *record, int64_t most, int64_t seconds, struct arena *arena) {
    int64_t *sent = arena_take_array(arena, record->moment_count, sizeof *sent), late = 0;
    for (size_t i = 0; i < record->moment_count; i++) {
        int64_t due_at = record->moments[i].due_at, free_at = (int64_t)i < most ? 0 : sent[i - (size_t)most] + seconds;
        sent[i] = due_at > free_at ? due_at : free_at;
        if (sent[i] - due_at > late)
            late = sent[i] - due_at;
    }
    return late;
}

static void find_peaks(struct rehearsal_record *record) {
    const struct outgoing_settings *outgoing = &record->settings->configuration->outgoing;
    const int64_t most[] = {
        [LIMITS_SECOND] = outgoing->per_second, [LIMITS_HOUR] = outgoing->per_hour, [LIMITS_DAY] = outgoing->per_day};
    auto_arena arena = arena_new();
    if (record->moment_count)
        qsort(record->moments, record->moment_count, sizeof *record->moments, compare_due);
    for (enum limits_period period = 0; period < LIMITS_PERIODS; period++) {
        struct rehearsal_peak *peak = &record->result->peaks[period];
        int64_t seconds = limits_period_seconds(period);
        find_peak(record, seconds, peak);
        if (most[period] == 0 || peak->count <= most[period])
            continue;
        int64_t late = late_by(record, most[period], seconds, arena);
        rehearsal_record_trouble(record, late >= MUCH_LATE, "limit",
                                 "%" PRId64 " messages are due within one %s (from %s), and per_%s = %" PRId64
                                 " lets fewer go: by that alone "
                                 "messages leave up to %s late",
                                 peak->count, limits_period_name(period),
                                 localise_moment(arena, peak->from, record->zone, "en"), limits_period_name(period),
                                 most[period], how_long(late, arena));
    }
}

bool rehearsal_troubles_find(struct rehearsal_record *record, struct error *error) {
    const char *faults = simulation_faults(record->simulation);
    if (*faults)
        rehearsal_record_trouble(record, true, "fault", "the service broke its own rules: %s", faults);
    if (!find_broken_texts(record, error) || !find_unsent(record, error) || !find_rounds(record, error))
        return false;
    find_peaks(record);
    find_nights(record);
    return true;
}
