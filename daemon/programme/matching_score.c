#include "programme/matching_private.h"

#include <stdlib.h>

#include "base/error.h"

void matching_set_add(struct matching_set *set, unsigned number) {
    require(number < MATCHING_SET_WORDS * 64);
    set->words[number / 64] |= UINT64_C(1) << number % 64;
}

bool matching_set_has(const struct matching_set *set, unsigned number) {
    return number < MATCHING_SET_WORDS * 64 && set->words[number / 64] >> number % 64 & 1;
}

static bool have_common(const struct matching_set *a, const struct matching_set *b) {
    uint64_t common = 0;
    for (size_t i = 0; i < MATCHING_SET_WORDS; i++)
        common |= a->words[i] & b->words[i];
    return common != 0;
}

static int compare_ids(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

bool matching_excludes(const struct matching_person *a, int64_t id) {
    return a->excluded_count > 0 && bsearch(&id, a->excluded, a->excluded_count, sizeof id, compare_ids);
}

enum matching_bar matching_bar_of_kinds(const struct matching_person *a, const struct matching_person *b) {
    if (a->country == b->country)
        return MATCHING_SAME_COUNTRY;
    if (!have_common(&a->languages, &b->languages))
        return MATCHING_NO_LANGUAGE;
    if (matching_set_has(&a->avoided, b->country) || matching_set_has(&b->avoided, a->country))
        return MATCHING_AVOIDED_COUNTRY;
    return MATCHING_ALLOWED;
}

enum matching_bar matching_bar(const struct matching_person *a, const struct matching_person *b) {
    enum matching_bar bar = matching_bar_of_kinds(a, b);
    if (bar != MATCHING_ALLOWED)
        return bar;
    return matching_excludes(a, b->id) || matching_excludes(b, a->id) ? MATCHING_EXCLUDED : MATCHING_ALLOWED;
}

enum { COMMON_ENOUGH = 3, HALF_HOURS_ENOUGH = 12 };

static int least(int a, int b) {
    return a < b ? a : b;
}

static bool fulfils(enum matching_wish wish, uint64_t own, uint64_t other) {
    switch (wish) {
    case MATCHING_NO_MATTER:
        return false;
    case MATCHING_SAME:
        return (own & other) != 0;
    case MATCHING_DIFFERENT:
        return own != 0 && other != 0 && (own & other) == 0;
    }
    return false;
}

/* Both in the same order of options; the farther apart, the fewer points. */
static int points_of_distance(uint64_t a, uint64_t b) {
    if (a == 0 || b == 0)
        return 0;
    int distance = __builtin_ctzll(a) - __builtin_ctzll(b);
    return MATCHING_POINTS / (1 + (distance < 0 ? -distance : distance));
}

static int half_hours(const struct matching_rules *rules, const struct matching_person *a,
                      const struct matching_person *b) {
    int fewest = 48;
    for (size_t i = 0; i < rules->phase_count; i++)
        fewest = least(fewest, __builtin_popcountll(a->awake[i] & b->awake[i]));
    return rules->phase_count > 0 ? fewest : 0;
}

struct matching_reason matching_measure(const struct matching_rules *rules, size_t criterion,
                                        const struct matching_person *a, const struct matching_person *b) {
    uint64_t of_a = a->options[criterion], of_b = b->options[criterion];
    struct matching_reason reason = {.criterion = criterion, .common = of_a & of_b};
    switch (rules->criteria[criterion].measure) {
    case MATCHING_COMMON:
        reason.points = MATCHING_POINTS * least(__builtin_popcountll(reason.common), COMMON_ENOUGH) / COMMON_ENOUGH;
        break;
    case MATCHING_WISHED:
        reason.a_wished = fulfils(a->wishes[criterion], of_a, of_b);
        reason.b_wished = fulfils(b->wishes[criterion], of_b, of_a);
        reason.points = MATCHING_POINTS / 2 * (reason.a_wished + reason.b_wished);
        break;
    case MATCHING_NEAR:
        reason.points = points_of_distance(of_a, of_b);
        break;
    case MATCHING_AWAKE:
        if (a->live && b->live)
            reason.half_hours = half_hours(rules, a, b);
        reason.points = MATCHING_POINTS * least(reason.half_hours, HALF_HOURS_ENOUGH) / HALF_HOURS_ENOUGH;
        break;
    }
    return reason;
}

int64_t matching_waiting_score(const struct matching_rules *rules, const struct matching_person *person) {
    return (int64_t)MATCHING_POINTS * rules->waiting_weight * person->waited;
}

int64_t matching_score(const struct matching_rules *rules, const struct matching_person *a,
                       const struct matching_person *b) {
    if (matching_bar(a, b) != MATCHING_ALLOWED)
        return MATCHING_BARRED;
    int64_t score = matching_waiting_score(rules, a) + matching_waiting_score(rules, b);
    for (size_t i = 0; i < rules->criterion_count; i++)
        score += matching_measure(rules, i, a, b).points * rules->criteria[i].weight;
    return score;
}

void matching_explain(const struct matching_rules *rules, const struct matching_person *a,
                      const struct matching_person *b, struct matching_reason ret[MATCHING_CRITERIA_MAX]) {
    for (size_t i = 0; i < rules->criterion_count; i++)
        ret[i] = matching_measure(rules, i, a, b);
}

int64_t matching_score_most(const struct matching_rules *rules) {
    int64_t most = 0;
    for (size_t i = 0; i < rules->criterion_count; i++)
        most += (int64_t)MATCHING_POINTS * rules->criteria[i].weight;
    return most;
}

/* ---- Two or three, and nobody ---- */

int64_t matching_group_score(const struct matching_rules *rules, const struct matching_person *people,
                             const struct matching_group *group) {
    int64_t sum = 0, pairs = 0;
    for (size_t i = 0; i < group->count; i++)
        for (size_t j = 0; j < i; j++, pairs++) {
            int64_t score = matching_score(rules, &people[group->members[j]], &people[group->members[i]]);
            if (score == MATCHING_BARRED)
                return MATCHING_BARRED;
            sum += score;
        }
    require(pairs > 0);
    return sum / pairs;
}

bool matching_agree_to_trio(const struct matching_person *people, const struct matching_group *group) {
    for (size_t i = 0; i < group->count; i++)
        if (!people[group->members[i]].trio)
            return false;
    return true;
}

static int compare_groups(const void *a, const void *b) {
    const struct matching_group *x = a, *y = b;
    return x->score != y->score ? (x->score > y->score) - (x->score < y->score)
                                : (x->members[0] > y->members[0]) - (x->members[0] < y->members[0]);
}

void matching_sort_groups(struct matching_group *groups, size_t count) {
    qsort(groups, count, sizeof *groups, compare_groups);
}

void matching_explain_left_over(const struct matching_person *people, size_t count, struct matching_left_over *left) {
    size_t bars[MATCHING_BARS] = {0};
    for (size_t i = 0; i < count; i++)
        if (i != left->person)
            bars[matching_bar(&people[left->person], &people[i])]++;
    left->possible = bars[MATCHING_ALLOWED];
    left->why = MATCHING_ALLOWED;
    for (enum matching_bar bar = MATCHING_SAME_COUNTRY; left->possible == 0 && bar < MATCHING_BARS; bar++)
        if (bars[bar] > (left->why == MATCHING_ALLOWED ? 0 : bars[left->why]))
            left->why = bar;
}
