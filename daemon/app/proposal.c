#include "app/proposal.h"

#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "store/participants.h"
#include "store/rounds.h"
#include "store/transaction.h"

/* ---- People in words ---- */

static const char *name_of(const struct population *population, uint32_t position) {
    return population->who[position].participant.name;
}

const char *proposal_names(const struct population *population, const struct matching_group *group,
                           struct arena *arena) {
    auto_text names = TEXT_EMPTY;
    for (size_t i = 0; i < group->count; i++)
        text_append_format(&names, "%s%s",
                           i == 0                  ? ""
                           : i + 1 == group->count ? " and "
                                                   : ", ",
                           name_of(population, group->members[i]));
    return arena_copy_string(arena, text_string(&names));
}

const char *proposal_refuse(const struct population *population, const struct matching_group *group,
                            struct arena *arena) {
    static const char *const bars[MATCHING_BARS] = {
        [MATCHING_SAME_COUNTRY] = "live in the same country",
        [MATCHING_NO_LANGUAGE] = "have no language in common that both write well enough",
        [MATCHING_AVOIDED_COUNTRY] = "can't be partners: one asked not to have a partner in the other's country",
        [MATCHING_EXCLUDED] =
            ("can't be partners: they were before, a coordinator forbids it, or one of them asked for "
             "another partner"),
    };
    for (size_t i = 0; i < group->count; i++)
        for (size_t j = 0; j < i; j++) {
            enum matching_bar bar =
                matching_bar(&population->people[group->members[j]], &population->people[group->members[i]]);
            if (bar != MATCHING_ALLOWED)
                return arena_format(arena, "%s and %s %s.", name_of(population, group->members[j]),
                                    name_of(population, group->members[i]), bars[bar]);
        }
    for (size_t i = 0; group->count > 2 && i < group->count; i++)
        if (!population->people[group->members[i]].trio)
            return arena_format(arena, "%s did not agree to be one of three.", name_of(population, group->members[i]));
    return NULL;
}

/* ---- Making one ---- */

/* Fills in all that follows from the groups. */
static void settle(struct proposal *proposal, struct arena *arena) {
    const struct population *population = &proposal->population;
    bool *taken = arena_take_array(arena, population->count + 1, sizeof *taken);
    proposal->total = 0;
    proposal->left_over_count = 0;
    for (size_t i = 0; i < proposal->group_count; i++) {
        struct matching_group *group = &proposal->groups[i];
        int64_t score = matching_group_score(&population->rules, population->people, group);
        group->score = score == MATCHING_BARRED ? 0 : score;
        proposal->total += group->score;
        for (size_t j = 0; j < group->count; j++)
            taken[group->members[j]] = true;
    }
    matching_sort_groups(proposal->groups, proposal->group_count);
    proposal->left_over = arena_take_array(arena, population->count + 1, sizeof *proposal->left_over);
    for (uint32_t i = 0; i < population->count; i++)
        if (!taken[i]) {
            struct matching_left_over *left = &proposal->left_over[proposal->left_over_count++];
            left->person = i;
            matching_explain_left_over(population->people, population->count, left);
        }
}

bool proposal_put(struct service *service, const struct proposal *proposal, struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct round round;
    const struct population *population = &proposal->population;
    struct event_cause cause = service_cause(service, NULL);
    const struct proposal_row row = {population->round.id, proposal->seed, cause.at};
    struct proposal_member_list members = {.items =
                                               arena_take_array(arena, population->count + 1, sizeof *members.items)};
    for (size_t i = 0; i < proposal->group_count; i++)
        for (size_t j = 0; j < proposal->groups[i].count; j++)
            members.items[members.count++] =
                (struct proposal_member){population->people[proposal->groups[i].members[j]].id, (int64_t)i + 1,
                                         (int64_t)j, population->who[proposal->groups[i].members[j]].fingerprint};
    for (size_t i = 0; i < proposal->left_over_count; i++)
        members.items[members.count++] =
            (struct proposal_member){population->people[proposal->left_over[i].person].id, 0, 0,
                                     population->who[proposal->left_over[i].person].fingerprint};
    if (!transaction_begin(service->database, &transaction, error) ||
        !rounds_find(service->database, row.round, arena, &round, error))
        return false;
    if (round.state != population->round.state)
        return error_set(error, ERROR_PERMANENT, "The round \"%s\" became %s meanwhile. Try again.", round.name,
                         round_state_name(round.state));
    enum round_state state = round.state == ROUND_RUNNING ? ROUND_RUNNING : ROUND_MATCHING;
    return proposals_put(service->database, &row, &members, &cause, error) &&
           rounds_set_state(service->database, row.round, state, cause.at, &cause, error) &&
           transaction_commit(&transaction, error);
}

/* The rows of MEMBERS from FIRST on with the same number, as a group; *RET_COUNT: how many rows. False where one of
 * them is not to be brought together now. */
static bool read_group(const struct population *population, const struct proposal_member_list *members, size_t first,
                       struct matching_group *ret, size_t *ret_count) {
    struct matching_group group = {0};
    bool whole = true;
    size_t i = first;
    for (; i < members->count && members->items[i].number == members->items[first].number; i++) {
        int position = population_find(population, members->items[i].participant);
        if (position >= 0 && group.count < MATCHING_GROUP_MAX)
            group.members[group.count++] = (uint32_t)position;
        else
            whole = false;
    }
    *ret = group;
    *ret_count = i - first;
    return whole;
}

/* The locks whose people are all here. */
static bool read_locks(struct service *service, const struct population *population, struct arena *arena,
                       struct matching_group **ret, size_t *ret_count, struct error *error) {
    struct proposal_member_list members;
    size_t count = 0;
    if (!proposals_locked(service->database, population->round.id, arena, &members, error))
        return false;
    struct matching_group *locks = arena_take_array(arena, members.count + 1, sizeof *locks);
    for (size_t i = 0, rows; i < members.count; i += rows)
        count += read_group(population, &members, i, &locks[count], &rows);
    *ret = locks;
    *ret_count = count;
    return true;
}

bool proposal_make(struct service *service, const struct round *round, int64_t seed,
                   const struct proposal_listener *listener, struct arena *arena, struct proposal *ret,
                   struct error *error) {
    struct proposal proposal = {.seed = seed};
    const struct population *population = &proposal.population;
    struct matching_group *locks;
    size_t lock_count;
    if (!population_read(service, round, arena, &proposal.population, error) ||
        !read_locks(service, population, arena, &locks, &lock_count, error))
        return false;
    if (population->count == 0)
        return error_set(error, ERROR_PERMANENT, "Nobody in the round \"%s\" %s.%s", round->name,
                         population->aside_count         ? "can be given a partner now"
                         : round->state == ROUND_RUNNING ? "waits for a partner"
                                                         : "is without a partner",
                         round->state == ROUND_RUNNING && !population->aside_count
                             ? " To put somebody in line for another one: tandempost partnership rematch ID"
                             : "");
    struct matching_request request = {.rules = &population->rules,
                                       .people = population->people,
                                       .count = population->count,
                                       .locked = locks,
                                       .locked_count = lock_count,
                                       .seed = (uint64_t)seed};
    if (listener) {
        request.advanced = listener->advanced;
        request.advanced_context = listener->context;
    }
    struct matching_proposal found;
    matching_propose(&request, arena, &found);
    proposal.groups = found.groups;
    proposal.group_count = found.group_count;
    settle(&proposal, arena);
    *ret = proposal;
    return true;
}

void proposal_take(const struct population *population, const struct matching_group *groups, size_t count,
                   struct arena *arena, struct proposal *ret) {
    struct proposal proposal = {.population = *population, .group_count = count};
    proposal.groups = arena_take_array(arena, count + 1, sizeof *proposal.groups);
    if (count)
        memcpy(proposal.groups, groups, count * sizeof *groups);
    settle(&proposal, arena);
    *ret = proposal;
}

/* ---- The one that stands ---- */

struct changes {
    struct arena *arena;
    const char **items;
    size_t count;
};

static bool have_same_members(const struct matching_group *a, const struct matching_group *b) {
    size_t same = 0;
    for (size_t i = 0; i < a->count; i++)
        for (size_t j = 0; j < b->count; j++)
            same += a->members[i] == b->members[j];
    return a->count == b->count && same == a->count;
}

/* Who went, and whose answers changed, among MEMBERS; of those who are still there, KNOWN becomes true. */
static bool compare_members(struct service *service, const struct population *population,
                            const struct proposal_member_list *members, bool *known, struct changes *changes,
                            struct error *error) {
    for (size_t i = 0; i < members->count; i++) {
        const struct proposal_member *member = &members->items[i];
        int position = population_find(population, member->participant);
        struct participant gone;
        if (position >= 0) {
            known[position] = true;
            if (!string_equal(population->who[position].fingerprint, member->fingerprint))
                changes->items[changes->count++] = arena_format(changes->arena, "The answers or details of %s changed.",
                                                                name_of(population, (uint32_t)position));
            continue;
        }
        if (!participants_find(service->database, member->participant, changes->arena, &gone, error))
            return false;
        changes->items[changes->count++] = arena_format(changes->arena, "%s <%s> went.", gone.name, gone.address);
    }
    return true;
}

/* Who came, and what must or must not be now. */
static void compare_groups(const struct proposal *proposal, const bool *known, const struct matching_group *locks,
                           size_t lock_count, struct changes *changes) {
    const struct population *population = &proposal->population;
    struct arena *arena = changes->arena;
    for (uint32_t i = 0; i < population->count; i++)
        if (!known[i])
            changes->items[changes->count++] =
                arena_format(arena, "%s <%s> came.", name_of(population, i), population->who[i].participant.address);
    for (size_t i = 0; i < proposal->group_count; i++) {
        const char *refused = proposal_refuse(population, &proposal->groups[i], arena);
        if (refused)
            changes->items[changes->count++] = refused;
    }
    for (size_t i = 0; i < lock_count; i++) {
        bool stands = false;
        for (size_t j = 0; j < proposal->group_count && !stands; j++)
            stands = have_same_members(&locks[i], &proposal->groups[j]);
        if (!stands)
            changes->items[changes->count++] =
                arena_format(arena, "%s are locked together.", proposal_names(population, &locks[i], arena));
    }
}

/* Marks the groups that are locked. */
static void mark_locked(struct proposal *proposal, const struct matching_group *locks, size_t lock_count) {
    for (size_t i = 0; i < lock_count; i++)
        for (size_t j = 0; j < proposal->group_count; j++)
            if (have_same_members(&locks[i], &proposal->groups[j]))
                proposal->groups[j].locked = true;
}

bool proposal_read(struct service *service, const struct round *round, struct arena *arena, struct proposal *ret,
                   struct error *error) {
    struct proposal proposal = {0};
    struct proposal_row row;
    struct proposal_member_list members;
    struct matching_group *locks;
    size_t lock_count;
    if (!proposals_find(service->database, round->id, arena, &row, error))
        return false;
    if (!row.round)
        return error_set(error, ERROR_PERMANENT,
                         "No proposal stands for the round \"%s\". Make one with: tandempost match propose %s",
                         round->name, round->name);
    if (!proposals_members(service->database, round->id, arena, &members, error) ||
        !population_read(service, round, arena, &proposal.population, error) ||
        !read_locks(service, &proposal.population, arena, &locks, &lock_count, error))
        return false;
    const struct population *population = &proposal.population;
    bool *known = arena_take_array(arena, population->count + 1, sizeof *known);
    struct changes changes = {.arena = arena};
    changes.items = arena_take_array(arena, 2 * members.count + population->count + lock_count, sizeof *changes.items);
    proposal.seed = row.seed;
    proposal.groups = arena_take_array(arena, members.count + 1, sizeof *proposal.groups);
    for (size_t i = 0, rows; i < members.count; i += rows) {
        bool whole = read_group(population, &members, i, &proposal.groups[proposal.group_count], &rows);
        proposal.group_count += whole && members.items[i].number != 0;
    }
    settle(&proposal, arena);
    mark_locked(&proposal, locks, lock_count);
    if (!compare_members(service, population, &members, known, &changes, error))
        return false;
    compare_groups(&proposal, known, locks, lock_count, &changes);
    proposal.changes = changes.items;
    proposal.change_count = changes.count;
    *ret = proposal;
    return true;
}

/* ---- What coordinators change in it ---- */

/* Where somebody stands: in a group (and at which place), or left over (-1). False, with an error, for others. */
static bool find_place(const struct proposal *proposal, const struct participant *person, int *ret_group,
                       size_t *ret_place, struct error *error) {
    int position = population_find(&proposal->population, person->id);
    if (position < 0)
        return error_set(error, ERROR_PERMANENT, "%s is not among those who are to be brought together in \"%s\".",
                         person->name, proposal->population.round.name);
    *ret_group = -1;
    for (size_t i = 0; i < proposal->group_count; i++)
        for (size_t j = 0; j < proposal->groups[i].count; j++)
            if (proposal->groups[i].members[j] == (uint32_t)position) {
                *ret_group = (int)i;
                *ret_place = j;
            }
    return true;
}

static bool lock_group(struct service *service, const struct population *population, const struct matching_group *group,
                       struct error *error) {
    int64_t members[MATCHING_GROUP_MAX];
    struct event_cause cause = service_cause(service, NULL);
    for (size_t i = 0; i < group->count; i++)
        members[i] = population->people[group->members[i]].id;
    return proposals_lock(service->database, population->round.id, members, group->count, &cause, error);
}

static bool refuse_changed(const struct proposal *proposal, struct error *error) {
    return proposal->change_count == 0 ||
           error_set(error, ERROR_PERMANENT,
                     "The proposal is no longer of today: %s%s Propose again first: tandempost match propose %s",
                     proposal->changes[0], proposal->change_count > 1 ? " And more." : "",
                     proposal->population.round.name);
}

bool proposal_swap(struct service *service, const struct round *round, const struct participant *people,
                   struct arena *arena, struct matching_group ret_groups[2], size_t *ret_count, struct proposal *ret,
                   struct error *error) {
    auto_transaction transaction = TRANSACTION_NONE;
    struct proposal proposal;
    int group[2];
    size_t place[2], count = 0;
    if (!transaction_begin(service->database, &transaction, error) ||
        !proposal_read(service, round, arena, &proposal, error) || !refuse_changed(&proposal, error))
        return false;
    const struct population *population = &proposal.population;
    for (size_t i = 0; i < 2; i++)
        if (!find_place(&proposal, &people[i], &group[i], &place[i], error))
            return false;
    if (group[0] == group[1])
        return error_set(error, ERROR_PERMANENT, "%s and %s are %s: there is nothing to exchange.", people[0].name,
                         people[1].name, group[0] < 0 ? "both left over" : "partners in the proposal");
    for (size_t i = 0; i < 2; i++) {
        if (group[i] < 0)
            continue;
        struct matching_group *changed = &proposal.groups[group[i]];
        changed->members[place[i]] = (uint32_t)population_find(population, people[1 - i].id);
        const char *refused = proposal_refuse(population, changed, arena);
        if (refused)
            return error_set(error, ERROR_PERMANENT, "%s Nothing was exchanged.", refused);
        ret_groups[count++] = *changed;
    }
    struct proposal changed;
    proposal_take(population, proposal.groups, proposal.group_count, arena, &changed);
    if (!proposal_put(service, &changed, error))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!lock_group(service, population, &ret_groups[i], error))
            return false;
    if (!transaction_commit(&transaction, error))
        return false;
    *ret_count = count;
    *ret = changed;
    return true;
}

bool proposal_lock(struct service *service, const struct round *round, const struct participant *people, size_t count,
                   struct arena *arena, bool *ret_stands, struct error *error) {
    auto_transaction transaction = TRANSACTION_NONE;
    struct proposal_row row;
    struct proposal proposal = {0};
    struct matching_group lock = {.count = count};
    if (!transaction_begin(service->database, &transaction, error) ||
        !proposals_find(service->database, round->id, arena, &row, error) ||
        !(row.round ? proposal_read(service, round, arena, &proposal, error)
                    : population_read(service, round, arena, &proposal.population, error)))
        return false;
    for (size_t i = 0; i < count; i++) {
        int group;
        size_t place;
        if (!find_place(&proposal, &people[i], &group, &place, error))
            return false;
        lock.members[i] = (uint32_t)population_find(&proposal.population, people[i].id);
        for (size_t j = 0; j < i; j++)
            if (people[i].id == people[j].id)
                return error_set(error, ERROR_PERMANENT, "%s stands there twice.", people[i].name);
    }
    const char *refused = proposal_refuse(&proposal.population, &lock, arena);
    if (refused)
        return error_set(error, ERROR_PERMANENT, "%s", refused);
    bool stands = false;
    for (size_t i = 0; i < proposal.group_count; i++)
        stands = stands || have_same_members(&lock, &proposal.groups[i]);
    if (!lock_group(service, &proposal.population, &lock, error) || !transaction_commit(&transaction, error))
        return false;
    *ret_stands = stands;
    return true;
}
