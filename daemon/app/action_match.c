#include "app/action_match.h"

#include <inttypes.h>

#include "app/action.h"
#include "app/action_parting.h"
#include "app/action_partnership.h"
#include "app/action_round.h"
#include "app/notice.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/text.h"
#include "programme/round_rules.h"
#include "store/applications.h"
#include "store/cases.h"
#include "store/outbox.h"
#include "store/participants.h"
#include "store/partnerships.h"
#include "store/rounds.h"
#include "store/settings.h"
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
    if (!action_find_round(service, partnership->round, arena, &round, error))
        return false;
    if (only && !partnership_has(partnership, only))
        return error_set(error, ERROR_PERMANENT, "participant %" PRId64 " is no member of partnership %" PRId64, only,
                         partnership->id);
    if (round.state != ROUND_RUNNING)
        return error_set(error, ERROR_PERMANENT,
                         "the round \"%s\" is not running; before it begins, tandempost match swap exchanges partners",
                         round.name);
    return true;
}

/* Of all in line each hears so in one mail; whose partner alone asked for it is asked. */
static bool end(struct service *service, const struct partnership *partnership, int64_t only, const char *why,
                struct error *error) {
    if (partnership_is_over(partnership->state))
        return true;
    return only ? action_partnership_part(service, partnership->id, only, why, error)
                : action_partnership_dissolve_quietly(service, partnership->id, why, error);
}

bool action_match_rematch(struct service *service, int64_t id, int64_t only, const char *why, size_t *ret_count,
                          struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct partnership partnership;
    size_t count = 0;
    if (!transaction_begin(service->database, &transaction, error) ||
        !action_find_partnership(service, id, arena, &partnership, error) ||
        !check_rematch(service, &partnership, only, arena, error) || !end(service, &partnership, only, why, error))
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
            taken = taken || (others.items[j].id != id && !partnership_is_over(others.items[j].state));
        const struct action_parting parting = {.partnership = id, .participant = partnership.members[i]};
        if ((!taken && !wait_for_partner(service, &partnership, partnership.members[i], arena, &waits, error)) ||
            (waits && partnership.state != PARTNERSHIP_PLANNED &&
             !action_parting_confirm(service, &parting, "rematch", error)))
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

/* ---- Pairs of those in line ---- */

static bool is_in_line(struct service *service, int64_t participant, int64_t round, struct arena *arena, bool *ret,
                       struct error *error) {
    struct participant person;
    struct application application;
    if (!participants_find(service->database, participant, arena, &person, error) ||
        !applications_find(service->database, participant, round, arena, &application, error))
        return false;
    *ret = person.state == PARTICIPANT_ACTIVE &&
           (application.state == APPLICATION_ACCEPTED ||
            (application.state == APPLICATION_WAITING && string_equal(application.waits_for, "partner")));
    return true;
}

static bool close_case(struct service *service, int64_t id, struct arena *arena, struct error *error) {
    struct case_row open;
    return cases_find(service->database, id, arena, &open, error) &&
           (!open.id || open.closed_at || notice_close(service, &open, error));
}

/* Leaves in OFFERS those that hold; the cases of the others are closed with CLOSE. */
static bool drop_stale(struct service *service, struct rematch_list *offers, bool close, struct arena *arena,
                       struct error *error) {
    size_t count = 0;
    for (size_t i = 0; i < offers->count; i++) {
        const struct rematch *offer = &offers->items[i];
        bool first, second;
        if (!is_in_line(service, offer->first, offer->round, arena, &first, error) ||
            !is_in_line(service, offer->second, offer->round, arena, &second, error))
            return false;
        if (first && second)
            offers->items[count++] = *offer;
        else if (close && !close_case(service, offer->id, arena, error))
            return false;
    }
    offers->count = count;
    return true;
}

static bool is_offered(const struct rematch_list *offers, int64_t participant) {
    for (size_t i = 0; i < offers->count; i++)
        if (offers->items[i].first == participant || offers->items[i].second == participant)
            return true;
    return false;
}

/* Whether the line, with what is offered to coordinators, is another than when it was last looked at; with NOTE it is
 * as it is from now on. */
static bool find_news(struct service *service, const struct in_line *line, const struct rematch_list *offers, bool note,
                      struct arena *arena, bool *ret_news, struct error *error) {
    const char *setting = arena_format(arena, "rematch/%" PRId64, line->round), *known;
    auto_text now = TEXT_EMPTY;
    char hash[HASH_HEX_SIZE];
    text_append(&now, line->people);
    for (size_t i = 0; i < offers->count; i++)
        text_append_format(&now, "/%" PRId64, offers->items[i].id);
    hash_sha256_hex(text_string(&now), now.length, hash);
    if (!settings_get(service->database, setting, arena, &known, error))
        return false;
    *ret_news = !string_equal(known, hash);
    return !*ret_news || !note || settings_set(service->database, setting, hash, error);
}

static bool offer_pair(struct service *service, const struct population *population, uint32_t a, uint32_t b,
                       struct arena *arena, struct error *error) {
    const int64_t first = population->people[a].id, second = population->people[b].id;
    const struct notice notice = {
        .key = arena_format(arena, "rematch/%" PRId64 "/%" PRId64 "/%" PRId64, population->round.id, first, second),
        .kind = CASE_REMATCH,
        .reason = REASON("Two people wait for another partner, and suit each other."),
        .participant = first,
    };
    struct case_row open;
    return notice_raise(service, &notice, error) &&
           cases_find_open(service->database, notice.key, arena, &open, error) &&
           proposals_offer(service->database, &(struct rematch){open.id, population->round.id, first, second}, error);
}

/* Of three who could be a trio the two who suit each other best; a third has joined no line for that. */
static void best_two(const struct population *population, const struct matching_group *group, uint32_t ret[2]) {
    int64_t most = MATCHING_BARRED;
    for (size_t i = 0; i < group->count; i++)
        for (size_t j = i + 1; j < group->count; j++) {
            int64_t score = matching_score(&population->rules, &population->people[group->members[i]],
                                           &population->people[group->members[j]]);
            if (score > most) {
                most = score;
                ret[0] = group->members[i];
                ret[1] = group->members[j];
            }
        }
}

static bool help_alone(struct service *service, const struct population *population, uint32_t person,
                       struct arena *arena, struct error *error) {
    size_t from = 0;
    const struct coordinator *coordinator = next_stand_by(service->configuration, &from);
    return !coordinator || call_stand_by(service, population, person, coordinator, arena, error);
}

static bool offer_pairs(struct service *service, const struct population *all, const struct rematch_list *offers,
                        struct arena *arena, struct error *error) {
    struct matching_person *people = arena_take_array(arena, all->count + 1, sizeof *people);
    uint32_t *places = arena_take_array(arena, all->count + 1, sizeof *places);
    struct matching_request request = {.rules = &all->rules, .people = people};
    struct matching_proposal found;
    for (uint32_t i = 0; i < all->count; i++)
        if (!is_offered(offers, all->people[i].id)) {
            places[request.count] = i;
            people[request.count++] = all->people[i];
        }
    matching_propose(&request, arena, &found);
    for (size_t i = 0; i < found.group_count; i++) {
        struct matching_group group = found.groups[i];
        uint32_t pair[2] = {0};
        for (size_t j = 0; j < group.count; j++)
            group.members[j] = places[group.members[j]];
        best_two(all, &group, pair);
        if (!offer_pair(service, all, pair[0], pair[1], arena, error))
            return false;
    }
    for (size_t i = 0; i < found.left_over_count; i++)
        if (!help_alone(service, all, places[found.left_over[i].person], arena, error))
            return false;
    return true;
}

/* Criteria that are not right are told by `check` and `match propose`: the turn goes on without. */
static bool look_at_round(struct service *service, const struct in_line *line, const struct rematch_list *offers,
                          struct arena *arena, struct error *error) {
    struct round round;
    struct population population;
    struct error problem = ERROR_INIT;
    bool news;
    if (!find_news(service, line, offers, true, arena, &news, error))
        return false;
    if (!news)
        return true;
    if (!rounds_find(service->database, line->round, arena, &round, error))
        return false;
    if (population_read(service, &round, arena, &population, &problem))
        return offer_pairs(service, &population, offers, arena, error);
    if (problem.class == ERROR_TEMPORARY)
        *error = problem;
    return problem.class != ERROR_TEMPORARY;
}

bool action_match_rematch_turn(struct service *service, struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct rematch_list offers, hold;
    struct in_line_list lines;
    if (!proposals_open_offers(service->database, arena, &offers, error) ||
        !proposals_in_line(service->database, arena, &lines, error))
        return false;
    hold = (struct rematch_list){arena_take_array(arena, offers.count + 1, sizeof *hold.items), offers.count};
    for (size_t i = 0; i < offers.count; i++)
        hold.items[i] = offers.items[i];
    if (!drop_stale(service, &hold, false, arena, error))
        return false;
    bool due = hold.count != offers.count;
    for (size_t i = 0; i < lines.count && !due; i++)
        if (!find_news(service, &lines.items[i], &offers, false, arena, &due, error))
            return false;
    if (!due) /* no lock is taken for nothing */
        return true;
    if (!transaction_begin(service->database, &transaction, error) || !drop_stale(service, &offers, true, arena, error))
        return false;
    for (size_t i = 0; i < lines.count; i++)
        if (!look_at_round(service, &lines.items[i], &offers, arena, error))
            return false;
    return transaction_commit(&transaction, error);
}

bool action_match_pair(struct service *service, int64_t case_id, int64_t *ret_partnership, struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct rematch offer;
    struct case_row open;
    struct round round;
    struct population population;
    if (!transaction_begin(service->database, &transaction, error) ||
        !proposals_find_offer(service->database, case_id, arena, &offer, error) ||
        !cases_find(service->database, case_id, arena, &open, error))
        return false;
    if (!offer.id || !open.id || open.closed_at)
        return error_set(error, ERROR_PERMANENT, "no pair is proposed in case %" PRId64 " any more", case_id);
    if (!rounds_find(service->database, offer.round, arena, &round, error) ||
        !population_read(service, &round, arena, &population, error))
        return false;
    const int64_t members[] = {offer.first, offer.second};
    int a = population_find(&population, offer.first), b = population_find(&population, offer.second);
    if (a < 0 || b < 0)
        return error_set(error, ERROR_PERMANENT, "one of the two waits for a partner no longer");
    const struct matching_group group = {.count = 2, .members = {(uint32_t)a, (uint32_t)b}};
    const char *refused = proposal_refuse(&population, &group, arena);
    if (refused)
        return error_set(error, ERROR_PERMANENT, "%s", refused);
    return action_partnership_create(service, offer.round, members, 2, ret_partnership, error) &&
           action_partnership_start(service, *ret_partnership, error) && notice_close(service, &open, error) &&
           transaction_commit(&transaction, error);
}
