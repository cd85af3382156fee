#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/random.h"
#include "programme/matching_private.h"

/* ---- The choice of pairs ---- */

enum {
    CHOICE_AT_FIRST = 20, /* pairs of each person that the first choice holds */
    CHOICE_MORE = 16,     /* ... and that one look at the proof adds */
};

/* The few best of what one person is offered: a heap with the worst on top. */
struct best {
    size_t count;
    struct offer {
        int64_t value;
        uint32_t partner;
    } offers[CHOICE_AT_FIRST];
};

/* Whether B goes before A. Of equals the first position stays, so that nothing hangs on the order of offers. */
static bool is_worse(struct offer a, struct offer b) {
    return a.value != b.value ? a.value < b.value : a.partner > b.partner;
}

static void sink(struct best *best, struct offer offer) {
    size_t at = 0;
    for (size_t child; (child = 2 * at + 1) < best->count; at = child) {
        if (child + 1 < best->count && is_worse(best->offers[child + 1], best->offers[child]))
            child++;
        if (!is_worse(best->offers[child], offer))
            break;
        best->offers[at] = best->offers[child];
    }
    best->offers[at] = offer;
}

static void offer_to(struct best *best, size_t most, int64_t value, uint32_t partner) {
    struct offer offer = {value, partner};
    if (best->count == most) {
        if (is_worse(best->offers[0], offer))
            sink(best, offer);
        return;
    }
    size_t at = best->count++;
    for (; at > 0 && is_worse(offer, best->offers[(at - 1) / 2]); at = (at - 1) / 2)
        best->offers[at] = best->offers[(at - 1) / 2];
    best->offers[at] = offer;
}

/* All that one measure, or the bar, looks at in a person. People with the same are of one kind: what somebody would
 * have with all others is then a few look-ups a pair, of the kinds that were measured once. */
struct kind {
    uint64_t fields[2 + 2 * MATCHING_SET_WORDS];
    uint32_t node;
};

/* Column C is criterion C; the last is the bar. */
struct column {
    uint32_t *kind_of;        /* by node */
    uint32_t *representative; /* by kind: a node of it */
    size_t kinds;
    int32_t *points; /* by kind: what one person, whose row is looked at, would have with it */
};

/* One search for the best matching. */
struct search {
    const struct matching_request *request;
    uint32_t *order; /* node -> position: shuffled by the seed, without who is locked */
    size_t nodes;
    struct column columns[MATCHING_CRITERIA_MAX + 1];
    int32_t *row;     /* what the node whose row it is would have with each node behind it */
    size_t rows;      /* filled so far */
    int64_t for_pair; /* that any pair adds to the sum: more than all scores can, so that pairs come first */
    struct best *best;
    struct matching_edge *edges; /* the choice, in order, nothing twice */
    size_t edge_count, edge_capacity;
    uint32_t *partners;
};

static const struct matching_person *person_of(const struct search *search, size_t node) {
    return &search->request->people[search->order[node]];
}

static struct kind kind_of(const struct search *search, size_t column, uint32_t node) {
    const struct matching_rules *rules = search->request->rules;
    const struct matching_person *person = person_of(search, node);
    struct kind kind = {.node = node};
    if (column == rules->criterion_count) {
        kind.fields[0] = person->country;
        memcpy(kind.fields + 2, &person->languages, sizeof person->languages);
        memcpy(kind.fields + 2 + MATCHING_SET_WORDS, &person->avoided, sizeof person->avoided);
    } else if (rules->criteria[column].measure == MATCHING_AWAKE) {
        kind.fields[0] = person->live;
        memcpy(kind.fields + 2, person->awake, person->live ? rules->phase_count * sizeof *person->awake : 0);
    } else {
        kind.fields[0] = person->options[column];
        kind.fields[1] = (uint64_t)person->wishes[column];
    }
    return kind;
}

static int compare_kinds(const void *a, const void *b) {
    return memcmp(a, b, offsetof(struct kind, node));
}

static void sort_by_kind(struct search *search, size_t number) {
    struct column *column = &search->columns[number];
    struct kind *kinds = memory_new_array(search->nodes + 1, sizeof *kinds);
    column->kind_of = memory_new_array(search->nodes + 1, sizeof *column->kind_of);
    column->representative = memory_new_array(search->nodes + 1, sizeof *column->representative);
    column->points = memory_new_array(search->nodes + 1, sizeof *column->points);
    for (uint32_t node = 0; node < search->nodes; node++)
        kinds[node] = kind_of(search, number, node);
    qsort(kinds, search->nodes, sizeof *kinds, compare_kinds);
    for (size_t i = 0; i < search->nodes; i++) {
        if (i == 0 || compare_kinds(&kinds[i - 1], &kinds[i]) != 0)
            column->representative[column->kinds++] = kinds[i].node;
        column->kind_of[kinds[i].node] = (uint32_t)column->kinds - 1;
    }
    free(kinds);
}

static void add_column(struct search *search, size_t number, uint32_t node) {
    const struct matching_rules *rules = search->request->rules;
    const struct column *column = &search->columns[number];
    const struct matching_person *person = person_of(search, node);
    for (size_t kind = 0; kind < column->kinds; kind++) {
        const struct matching_person *other = person_of(search, column->representative[kind]);
        column->points[kind] = number < rules->criterion_count ? matching_measure(rules, number, person, other).points *
                                                                     rules->criteria[number].weight
                               : matching_bar_of_kinds(person, other) == MATCHING_ALLOWED
                                   ? 0
                                   : INT32_MIN / 2; /* whatever is added to it, below 0 */
    }
    for (size_t i = node + 1; i < search->nodes; i++)
        search->row[i] += column->points[column->kind_of[i]];
}

/* What matching_score says of NODE and each node behind it, without what they waited; below 0: barred. */
static void fill_row(struct search *search, uint32_t node) {
    if (search->request->advanced)
        search->request->advanced(search->request->advanced_context, ++search->rows);
    memset(search->row, 0, search->nodes * sizeof *search->row);
    for (size_t i = 0; i <= search->request->rules->criterion_count; i++)
        add_column(search, i, node);
}

static bool parted(const struct search *search, uint32_t node, uint32_t other) {
    const struct matching_person *a = person_of(search, node), *b = person_of(search, other);
    return matching_excludes(a, b->id) || matching_excludes(b, a->id);
}

static int compare_edges(const void *a, const void *b) {
    const struct matching_edge *x = a, *y = b;
    return x->a != y->a ? (x->a > y->a) - (x->a < y->a) : (x->b > y->b) - (x->b < y->b);
}

/* What each person was offered joins the choice. */
static void take_offers(struct search *search) {
    for (uint32_t node = 0; node < search->nodes; node++) {
        struct best *best = &search->best[node];
        search->edges =
            memory_grow(search->edges, &search->edge_capacity, search->edge_count + best->count, sizeof *search->edges);
        for (size_t i = 0; i < best->count; i++) {
            uint32_t partner = best->offers[i].partner;
            search->edges[search->edge_count++] = (struct matching_edge){
                .a = node < partner ? node : partner,
                .b = node < partner ? partner : node,
                .weight = search->for_pair +
                          matching_score(search->request->rules, person_of(search, node), person_of(search, partner)),
            };
        }
        best->count = 0;
    }
    size_t kept = 0;
    qsort(search->edges, search->edge_count, sizeof *search->edges, compare_edges);
    for (size_t i = 0; i < search->edge_count; i++)
        if (kept == 0 || compare_edges(&search->edges[kept - 1], &search->edges[i]) != 0)
            search->edges[kept++] = search->edges[i];
    search->edge_count = kept;
}

static void choose_first(struct search *search) {
    for (uint32_t a = 0; a < search->nodes; a++) {
        fill_row(search, a);
        for (uint32_t b = a + 1; b < search->nodes; b++) {
            if (search->row[b] < 0 || parted(search, a, b))
                continue;
            offer_to(&search->best[a], CHOICE_AT_FIRST, search->row[b], b);
            offer_to(&search->best[b], CHOICE_AT_FIRST, search->row[b], a);
        }
    }
    take_offers(search);
}

/* Offers the pairs that are worth more than the proof allows; true where there are any. *RET_MORE is then how much
 * more, in quarters, the best matching of all pairs can be worth at most: a dual in which each node costs half of its
 * worst excess more allows everything. */
static bool choose_more(struct search *search, const struct matching_proof *proof, int64_t *ret_more) {
    int64_t more = 0;
    int64_t *excess = memory_new_array(search->nodes + 1, sizeof *excess);
    int64_t *cost = memory_new_array(search->nodes + 1, sizeof *cost); /* what a row's points have to outweigh */
    for (uint32_t i = 0; i < search->nodes; i++)
        cost[i] = matching_proof_least_price(proof, i) - 2 * search->for_pair -
                  4 * matching_waiting_score(search->request->rules, person_of(search, i));
    for (uint32_t a = 0; a < search->nodes; a++) {
        fill_row(search, a);
        for (uint32_t b = a + 1; b < search->nodes; b++) {
            int64_t too_much = 4 * (int64_t)search->row[b] - cost[a] - cost[b];
            if (too_much <= 0 || search->row[b] < 0 || parted(search, a, b))
                continue;
            too_much -= matching_proof_further_price(proof, a, b);
            if (too_much <= 0)
                continue;
            excess[a] = excess[a] > too_much ? excess[a] : too_much;
            excess[b] = excess[b] > too_much ? excess[b] : too_much;
            offer_to(&search->best[a], CHOICE_MORE, too_much, b);
            offer_to(&search->best[b], CHOICE_MORE, too_much, a);
        }
    }
    for (size_t i = 0; i < search->nodes; i++)
        more += (excess[i] + 1) / 2;
    free(excess);
    free(cost);
    *ret_more = more;
    return more > 0;
}

/* How much more than what was found any matching can be worth, in quarters; 0: nothing. */
static int64_t solve(struct search *search) {
    int64_t more = 0;
    choose_first(search);
    for (int round = 1;; round++) {
        struct matching_proof *proof;
        matching_graph_solve(search->nodes, search->edges, search->edge_count, search->partners, &proof);
        bool better = choose_more(search, proof, &more);
        matching_proof_free(proof);
        if (!better || round == search->request->rounds_most)
            return more;
        take_offers(search);
    }
}

/* ---- The proposal ---- */

static void shuffle(uint32_t *items, size_t count, uint64_t seed) {
    for (size_t i = count; i > 1; i--) {
        size_t other = random_below_of(&seed, i);
        uint32_t item = items[i - 1];
        items[i - 1] = items[other];
        items[other] = item;
    }
}

static void add_group(struct matching_proposal *proposal, const struct matching_request *request,
                      struct matching_group group) {
    int64_t score = matching_group_score(request->rules, request->people, &group);
    group.score = score == MATCHING_BARRED ? 0 : score; /* a lock may bind whom a rule parts */
    proposal->groups[proposal->group_count++] = group;
}

static void add_pair(struct matching_proposal *proposal, const struct matching_request *request, uint32_t a,
                     uint32_t b) {
    add_group(proposal, request, (struct matching_group){.count = 2, .members = {a < b ? a : b, a < b ? b : a}});
}

/* MATCHING_BARRED where the three can't be a trio. */
static int64_t trio_score(const struct matching_request *request, const struct matching_group *group, uint32_t third) {
    const struct matching_person *people = request->people;
    struct matching_group trio = *group;
    if (group->count != 2 || group->locked)
        return MATCHING_BARRED;
    trio.members[trio.count++] = third;
    return matching_agree_to_trio(people, &trio) ? matching_group_score(request->rules, people, &trio)
                                                 : MATCHING_BARRED;
}

/* As many of those who are left over as can join two others who agree: the same question again, of people and groups.
 */
static void make_trios(struct matching_proposal *proposal, const struct matching_request *request) {
    size_t people = proposal->left_over_count, nodes = people + proposal->group_count, count = 0, capacity = 0,
           kept = 0;
    struct matching_edge *edges = NULL;
    for (size_t i = 0; i < people; i++)
        for (size_t j = 0; j < proposal->group_count; j++) {
            int64_t score = trio_score(request, &proposal->groups[j], proposal->left_over[i].person);
            if (score == MATCHING_BARRED)
                continue;
            edges = memory_grow(edges, &capacity, count + 1, sizeof *edges);
            edges[count++] = (struct matching_edge){(uint32_t)i, (uint32_t)(people + j), score};
        }
    int64_t most = 0;
    for (size_t i = 0; i < count; i++)
        most = edges[i].weight > most ? edges[i].weight : most;
    for (size_t i = 0; i < count; i++)
        edges[i].weight += most * (int64_t)people + 1;
    uint32_t *partners = memory_new_array(nodes + 1, sizeof *partners);
    struct matching_proof *proof;
    matching_graph_solve(nodes, edges, count, partners, &proof);
    for (size_t i = 0; i < people; i++) {
        struct matching_left_over left = proposal->left_over[i];
        if (partners[i] == MATCHING_ALONE) {
            proposal->left_over[kept++] = left;
            continue;
        }
        struct matching_group *group = &proposal->groups[partners[i] - people];
        group->score = trio_score(request, group, left.person);
        group->members[group->count++] = left.person;
    }
    proposal->left_over_count = kept;
    matching_proof_free(proof);
    free(partners);
    free(edges);
}

static int compare_left_over(const void *a, const void *b) {
    const struct matching_left_over *x = a, *y = b;
    return (x->person > y->person) - (x->person < y->person);
}

/* More than the scores of one matching can sum up to. */
static int64_t more_than_all(const struct matching_request *request) {
    int64_t most = 0;
    for (size_t i = 0; i < request->count; i++) {
        int64_t waiting = matching_waiting_score(request->rules, &request->people[i]);
        most = waiting > most ? waiting : most;
    }
    return (matching_score_most(request->rules) + 2 * most) * (int64_t)(request->count / 2) + 1;
}

void matching_propose(const struct matching_request *request, struct arena *arena, struct matching_proposal *ret) {
    struct search search = {.request = request, .for_pair = more_than_all(request)};
    struct matching_proposal proposal = {
        .groups = arena_take_array(arena, request->count + 1, sizeof *proposal.groups),
        .left_over = arena_take_array(arena, request->count + 1, sizeof *proposal.left_over),
    };
    bool *is_locked = memory_new_array(request->count + 1, sizeof *is_locked);
    search.order = memory_new_array(request->count + 1, sizeof *search.order);
    search.partners = memory_new_array(request->count + 1, sizeof *search.partners);
    search.best = memory_new_array(request->count + 1, sizeof *search.best);
    search.row = memory_new_array(request->count + 1, sizeof *search.row);
    search.edges = memory_grow(NULL, &search.edge_capacity, request->count + 1, sizeof *search.edges);
    for (size_t i = 0; i < request->locked_count; i++) {
        struct matching_group group = request->locked[i];
        group.locked = true;
        for (size_t j = 0; j < group.count; j++)
            is_locked[group.members[j]] = true;
        add_group(&proposal, request, group);
    }
    for (uint32_t i = 0; i < request->count; i++)
        if (!is_locked[i])
            search.order[search.nodes++] = i;
    shuffle(search.order, search.nodes, request->seed);
    for (size_t i = 0; i <= request->rules->criterion_count; i++)
        sort_by_kind(&search, i);

    int64_t more = solve(&search) / 4; /* rounded down: matchings are worth whole numbers */
    for (size_t i = 0; i < search.nodes; i++)
        if (search.partners[i] == MATCHING_ALONE)
            proposal.left_over[proposal.left_over_count++].person = search.order[i];
        else if (search.partners[i] > i)
            add_pair(&proposal, request, search.order[i], search.order[search.partners[i]]);
    proposal.pairs = proposal.group_count;
    for (size_t i = 0; i < proposal.group_count; i++)
        proposal.total += proposal.groups[i].score;
    proposal.pairs_at_most = proposal.pairs + (size_t)(more / search.for_pair);
    proposal.total_at_most = proposal.total + more % search.for_pair;

    if (proposal.left_over_count > 0)
        make_trios(&proposal, request);
    for (size_t i = 0; i < proposal.left_over_count; i++)
        matching_explain_left_over(request->people, request->count, &proposal.left_over[i]);
    matching_sort_groups(proposal.groups, proposal.group_count);
    qsort(proposal.left_over, proposal.left_over_count, sizeof *proposal.left_over, compare_left_over);
    free(is_locked);
    free(search.order);
    free(search.partners);
    free(search.best);
    free(search.row);
    free(search.edges);
    for (size_t i = 0; i <= request->rules->criterion_count; i++) {
        free(search.columns[i].kind_of);
        free(search.columns[i].representative);
        free(search.columns[i].points);
    }
    *ret = proposal;
}
