#include "simulation/simulation_plan.h"

#include <stdlib.h>
#include <string.h>

#include "store/applications.h"
#include "store/participants.h"
#include "store/partnerships.h"
#include "store/rounds.h"

struct planning {
    struct service *service;
    struct arena *arena;
    struct schedule_entry *entries;
    size_t count, capacity;
};

static void free_planning(struct planning *planning) {
    free(planning->entries);
}

static void plan_entries(struct planning *planning, const struct sequence_entries *entries) {
    planning->entries = memory_grow(planning->entries, &planning->capacity, planning->count + entries->count,
                                    sizeof *planning->entries);
    for (size_t i = 0; i < entries->count; i++)
        planning->entries[planning->count++] = entries->entries[i];
}

static bool plan_application(struct planning *planning, const struct round *round,
                             const struct application *application, struct error *error) {
    struct participant participant;
    struct sequence_entries entries;
    if (application->accepted_at == 0)
        return true;
    if (!participants_find(planning->service->database, application->participant, planning->arena, &participant, error))
        return false;
    struct sequence_application input = {.participant = participant.id,
                                         .round = round->id,
                                         .accepted_at = application->accepted_at,
                                         .round_started_at = round->started_at,
                                         .zone = service_zone_of(planning->service, &participant)};
    sequence_for_application(&planning->service->sequence, &input, planning->arena, &entries);
    plan_entries(planning, &entries);
    return true;
}

static bool plan_partnership(struct planning *planning, const struct partnership *partnership, struct error *error) {
    for (size_t i = 0; i < partnership->member_count; i++) {
        struct participant participant;
        struct sequence_entries entries;
        if (!participants_find(planning->service->database, partnership->members[i], planning->arena, &participant,
                               error))
            return false;
        struct sequence_member input = {.partnership = partnership->id,
                                        .round = partnership->round,
                                        .participant = participant.id,
                                        .started_at = partnership->started_at,
                                        .ends_at = partnership->ends_at,
                                        .zone = service_zone_of(planning->service, &participant)};
        sequence_for_member(&planning->service->sequence, &input, planning->arena, &entries);
        plan_entries(planning, &entries);
    }
    return true;
}

static struct simulation_plan finish(struct planning *planning) {
    struct schedule_entry *entries = arena_take_array(planning->arena, planning->count, sizeof *entries);
    if (planning->count)
        memcpy(entries, planning->entries, planning->count * sizeof *entries);
    return (struct simulation_plan){entries, planning->count};
}

/* Of those that began at SINCE or later. */
static bool plan_partnerships(struct planning *planning, int64_t round, int64_t since, struct error *error) {
    struct partnership_list partnerships;
    if (!partnerships_list(planning->service->database, &(struct partnership_filter){.round = round}, planning->arena,
                           &partnerships, error))
        return false;
    for (size_t i = 0; i < partnerships.count; i++)
        if (partnerships.items[i].started_at >= since && !plan_partnership(planning, &partnerships.items[i], error))
            return false;
    return true;
}

bool simulation_plan_make(struct service *service, int64_t round_id, struct arena *arena, struct simulation_plan *ret,
                          struct error *error) {
    struct planning planning cleanup(free_planning) = {.service = service, .arena = arena};
    struct round round;
    struct application_list applications;
    if (!rounds_find(service->database, round_id, arena, &round, error) ||
        !applications_list_of_round(service->database, round_id, 0, 0, arena, &applications, error))
        return false;
    for (size_t i = 0; i < applications.count; i++)
        if (!plan_application(&planning, &round, &applications.items[i], error))
            return false;
    if (!plan_partnerships(&planning, round_id, INT64_MIN, error))
        return false;
    *ret = finish(&planning);
    return true;
}

bool simulation_plan_complete(struct service *service, int64_t round, int64_t started_at, struct arena *arena,
                              struct simulation_plan *plan, struct error *error) {
    struct planning planning cleanup(free_planning) = {.service = service, .arena = arena};
    plan_entries(&planning, &(struct sequence_entries){plan->entries, plan->count});
    if (!plan_partnerships(&planning, round, started_at + 1, error))
        return false;
    *plan = finish(&planning);
    return true;
}
