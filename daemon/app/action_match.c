#include "app/action_match.h"

#include <inttypes.h>

#include "app/action.h"
#include "app/action_partnership.h"
#include "app/action_round.h"
#include "app/notice.h"
#include "base/clock.h"
#include "programme/round_rules.h"
#include "store/applications.h"
#include "store/outbox.h"
#include "store/participants.h"
#include "store/partnerships.h"
#include "store/transaction.h"

enum { LEFT_OVER_EXPIRY = 14 * SECONDS_PER_DAY };

/* ---- Approving ---- */

static bool create(struct service *service, const struct proposal *proposal, size_t *ret_count, struct error *error) {
    const struct population *population = &proposal->population;
    for (size_t i = 0; i < proposal->group_count; i++) {
        const struct matching_group *group = &proposal->groups[i];
        int64_t members[MATCHING_GROUP_MAX], id;
        for (size_t j = 0; j < group->count; j++)
            members[j] = population->people[group->members[j]].id;
        if (!action_partnership_create(service, population->round.id, members, group->count, &id, error) ||
            (population->round.state == ROUND_RUNNING && !action_partnership_start(service, id, error)))
            return false;
    }
    *ret_count = proposal->group_count;
    return true;
}

static bool tell_left_over(struct service *service, const struct population *population, uint32_t person,
                           struct arena *arena, struct error *error) {
    struct event_cause cause = service_cause(service, "left over");
    int64_t id;
    bool is_new;
    const struct outbox_row row = {
        .key = arena_format(arena, "left-over/%" PRId64, population->who[person].application),
        .priority = PRIORITY_INTRODUCTION,
        .step = "left-over",
        .template_name = "left-over",
        .participant = population->people[person].id,
        .round = population->round.id,
        .detail = "{}",
        .due_at = cause.at,
        .expires_at = cause.at + LEFT_OVER_EXPIRY,
    };
    return outbox_insert(service->database, &row, &cause, &id, &is_new, error);
}

/* The next coordinator after *FROM who stands by; NULL where there is none. */
static const struct coordinator *next_stand_by(const struct configuration *configuration, size_t *from) {
    while (*from < configuration->coordinator_count)
        if (configuration->coordinators[(*from)++].stand_by)
            return &configuration->coordinators[*from - 1];
    return NULL;
}

static bool call_stand_by(struct service *service, const struct population *population, uint32_t person,
                          const struct coordinator *coordinator, struct arena *arena, struct error *error) {
    const struct notice notice = {
        .key = arena_format(arena, "left-over/%" PRId64, population->who[person].application),
        .kind = CASE_LEFT_OVER,
        .reason = REASON_FORMAT(arena, "No partner was found for a participant; %s stands by to write to them.",
                                coordinator->name),
        .participant = population->people[person].id,
    };
    return notice_raise(service, &notice, error);
}

static bool leave_over(struct service *service, const struct proposal *proposal, struct arena *arena,
                       struct action_match_result *result, struct error *error) {
    const struct population *population = &proposal->population;
    struct event_cause cause = service_cause(service, "left over");
    bool runs = population->round.state == ROUND_RUNNING;
    size_t coordinators = 0;
    result->stand_by = arena_take_array(arena, proposal->left_over_count + 1, sizeof *result->stand_by);
    for (size_t i = 0; i < proposal->left_over_count; i++) {
        uint32_t person = proposal->left_over[i].person;
        const struct coordinator *stands_by = next_stand_by(service->configuration, &coordinators);
        if (!applications_wait(service->database, population->who[person].application,
                               runs || stands_by ? "partner" : "next", &cause, error) ||
            (stands_by && !call_stand_by(service, population, person, stands_by, arena, error)) ||
            (!runs && !stands_by && !tell_left_over(service, population, person, arena, error)))
            return false;
        if (stands_by)
            result->stand_by[result->stand_by_count++] = (struct action_match_stand_by){stands_by->name, person};
        else
            result->left_over++;
    }
    for (size_t i = 0; i < population->aside_count && !runs; i++)
        if (!applications_wait(service->database, population->aside[i].application, "next", &cause, error))
            return false;
    return true;
}

bool action_match_approve(struct service *service, const struct proposal *proposal, struct arena *arena,
                          struct action_match_result *ret, struct error *error) {
    auto_transaction transaction = TRANSACTION_NONE;
    struct action_match_result result = {0};
    const struct round *round = &proposal->population.round;
    if (proposal->change_count)
        return error_set(error, ERROR_PERMANENT,
                         "The proposal is no longer of today. Propose again: tandempost match propose %s", round->name);
    if (!transaction_begin(service->database, &transaction, error) ||
        !round_check(round, DEED_APPROVE, clock_now(), service->zone, error) ||
        !create(service, proposal, &result.partnerships, error) ||
        !leave_over(service, proposal, arena, &result, error) || !proposals_remove(service->database, round->id, error))
        return false;
    result.starts = round->state != ROUND_RUNNING && round->starts_at <= clock_now() && result.partnerships;
    if ((result.starts && !action_round_begin(service, round->id, error)) || !transaction_commit(&transaction, error))
        return false;
    *ret = result;
    return true;
}

/* ---- Another partner in a running round ---- */

static bool wait_for_partner(struct service *service, const struct partnership *partnership, int64_t participant,
                             struct arena *arena, bool *ret, struct error *error) {
    struct event_cause cause = service_cause(service, "wants another partner");
    struct participant person;
    struct application application;
    if (!participants_find(service->database, participant, arena, &person, error) ||
        !applications_find(service->database, participant, partnership->round, arena, &application, error))
        return false;
    *ret = person.state == PARTICIPANT_ACTIVE &&
           (application.state == APPLICATION_MATCHED || application.state == APPLICATION_WAITING);
    return !*ret || applications_wait(service->database, application.id, "partner", &cause, error);
}

static bool check_rematch(struct service *service, const struct partnership *partnership, int64_t only,
                          struct arena *arena, struct error *error) {
    struct round round;
    bool is_member = only == 0;
    if (!action_find_round(service, partnership->round, arena, &round, error))
        return false;
    for (size_t i = 0; i < partnership->member_count; i++)
        is_member = is_member || partnership->members[i] == only;
    if (!is_member)
        return error_set(error, ERROR_PERMANENT, "participant %" PRId64 " is no member of partnership %" PRId64, only,
                         partnership->id);
    if (round.state != ROUND_RUNNING)
        return error_set(error, ERROR_PERMANENT,
                         "the round \"%s\" is not running; before it begins, tandempost match swap exchanges partners",
                         round.name);
    return true;
}

bool action_match_rematch(struct service *service, int64_t id, int64_t only, const char *why, size_t *ret_count,
                          struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct partnership partnership;
    size_t count = 0;
    if (!transaction_begin(service->database, &transaction, error) ||
        !action_find_partnership(service, id, arena, &partnership, error) ||
        !check_rematch(service, &partnership, only, arena, error) ||
        (!partnership_is_over(partnership.state) && !action_partnership_dissolve(service, id, why, error)))
        return false;
    for (size_t i = 0; i < partnership.member_count; i++) {
        bool waits = false;
        struct partnership_list others;
        const struct partnership_filter filter = {.round = partnership.round, .participant = partnership.members[i]};
        if (only && partnership.members[i] != only)
            continue;
        if (!partnerships_list(service->database, &filter, arena, &others, error))
            return false;
        bool taken = false;
        for (size_t j = 0; j < others.count; j++)
            taken = taken || !partnership_is_over(others.items[j].state);
        if (!taken && !wait_for_partner(service, &partnership, partnership.members[i], arena, &waits, error))
            return false;
        count += waits;
    }
    if (count == 0)
        return error_set(error, ERROR_PERMANENT,
                         "nobody of partnership %" PRId64 " can be put in line: they have a partner, or take part no "
                         "longer",
                         id);
    if (!transaction_commit(&transaction, error))
        return false;
    *ret_count = count;
    return true;
}
