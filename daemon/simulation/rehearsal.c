#include "simulation/rehearsal.h"

#include <stdlib.h>

#include "app/catch_up.h"
#include "base/clock.h"
#include "simulation/rehearsal_record.h"
#include "store/outages.h"
#include "store/partnerships.h"
#include "store/rounds.h"

enum { AFTERWARDS = 31 * SECONDS_PER_DAY }; /* what is counted from the end; a day later it is put aside */

/* ---- When it ends ---- */

/* When the last partnership of the round is over, or will be once it has begun; 0: nobody can know. */
static bool find_end(const struct rehearsal_record *record, const struct round *round, int64_t *ret,
                     struct error *error) {
    auto_arena arena = arena_new();
    struct partnership_list list;
    struct duration length;
    int64_t start = round->started_at ? round->started_at : round->starts_at, end = 0;
    if (round->state == ROUND_ARCHIVED ||
        !partnerships_list(record->settings->database, &(struct partnership_filter){.round = round->id}, arena, &list,
                           error) ||
        !duration_parse(round->length, &length, error))
        return round->state == ROUND_ARCHIVED;
    if (start && round->state < ROUND_RUNNING)
        end = sequence_ends_at(start > clock_now() ? start : clock_now(), &length, record->zone);
    for (size_t i = 0; i < list.count; i++)
        if (list.items[i].ends_at > end)
            end = list.items[i].ends_at;
    *ret = end;
    return true;
}

static bool find_until(const struct rehearsal_record *record, int64_t *ret, struct error *error) {
    auto_arena arena = arena_new();
    struct round_list rounds;
    int64_t last = 0;
    if (!rounds_list(record->settings->database, arena, &rounds, error))
        return false;
    for (size_t i = 0; i < rounds.count; i++) {
        int64_t end = 0;
        bool wanted = record->settings->round == 0 || record->settings->round == rounds.items[i].id;
        if (wanted && !find_end(record, &rounds.items[i], &end, error))
            return false;
        if (end > last)
            last = end;
    }
    if (last == 0)
        return error_set(error, ERROR_PERMANENT,
                         "Nothing says when it begins: no date (round update ROUND --starts) and no partnership. Or "
                         "name the last day with --until.");
    *ret = last + AFTERWARDS;
    return *ret > clock_now() || error_set(error, ERROR_PERMANENT, "It is over; nothing is left to rehearse.");
}

/* ---- The world: nobody ---- */

static int64_t nothing_next(void *context) {
    const struct rehearsal_record *record = context;
    return record->error.class == ERROR_NONE ? INT64_MAX : clock_now() + 1;
}

static bool nobody_acts(void *context, struct error *error) {
    const struct rehearsal_record *record = context;
    *error = record->error;
    return record->error.class == ERROR_NONE;
}

static void take(void *context, const struct send_request *request) {
    struct rehearsal_record *record = context;
    if (record->error.class == ERROR_NONE)
        rehearsal_record_message(record, request, &record->error);
}

/* ---- All of it ---- */

/* What only a person can end, or the mail that never comes here. */
static bool suppose_all_is_well(struct rehearsal_record *record, struct service *service, struct error *error) {
    auto_arena arena = arena_new();
    const char *reason;
    size_t skipped;
    if (!outages_end(service->database, OUTAGE_INCOMING, clock_now(), error) ||
        !catch_up_reason(service, arena, &reason, error))
        return false;
    if (reason)
        rehearsal_record_trouble(record, true, "start",
                                 "nothing is sent before a person decides, as %s; this is what follows \"tandempost "
                                 "catch-up send\"",
                                 reason);
    return !reason || catch_up_decide(service, true, &skipped, error);
}

static bool run(struct rehearsal_record *record, struct error *error) {
    const struct rehearsal_settings *settings = record->settings;
    const struct simulation_world world = {record, nothing_next, nobody_acts, take};
    return simulation_open(settings->configuration, settings->database, NULL, &world, 0, &record->simulation, error) &&
           suppose_all_is_well(record, simulation_service(record->simulation), error) &&
           simulation_run(record->simulation, record->result->until, error) && rehearsal_troubles_find(record, error);
}

bool rehearsal_run(const struct rehearsal_settings *settings, struct rehearsal *ret, struct error *error) {
    struct rehearsal_record record = {.settings = settings, .result = ret};
    *ret = (struct rehearsal){.from = clock_now(), .arena = arena_new()};
    clock_set_virtual(ret->from);
    bool good = rehearsal_record_begin(&record, error) &&
                (settings->until ? (ret->until = settings->until) != 0 : find_until(&record, &ret->until, error)) &&
                run(&record, error);
    simulation_free(record.simulation);
    free(record.moments);
    return good;
}

void rehearsal_free(struct rehearsal *rehearsal) {
    arena_free(rehearsal->arena);
    *rehearsal = (struct rehearsal){0};
}
