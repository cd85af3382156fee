/* Who becomes partners with whom: no hard rule is broken, and no other proposal has more partnerships or a higher sum.
 */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "populations.h"
#include "programme/matching.h"

static struct matching_proposal propose(const struct matching_person *people, size_t count, uint64_t seed,
                                        struct arena *arena) {
    struct matching_request request = {
        .rules = &population_rules, .people = people, .count = count, .seed = seed, .rounds_most = 0};
    struct matching_proposal proposal;
    matching_propose(&request, arena, &proposal);
    return proposal;
}

/* A population in which some may not meet again, or not at all. */
static struct matching_person *make(size_t count, unsigned countries, uint64_t seed, struct arena *arena) {
    struct matching_person *people = population_make(count, countries, seed);
    uint64_t state = seed + 99;
    for (size_t i = 0; i < count; i++) {
        int64_t *excluded = arena_take_array(arena, count, sizeof *excluded);
        for (size_t j = 0; j < count; j++)
            if (population_draw(&state, 100) < 10)
                excluded[people[i].excluded_count++] = (int64_t)j + 1;
        people[i].excluded = excluded;
    }
    return people;
}

/* Goal: everybody is in one group or left over, never both; groups keep the hard rules; a trio is agreed by all three.
 */
static void test_hard_rules(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 300; seed++) {
        auto_arena arena = arena_new();
        size_t count = 2 + seed % 60;
        struct matching_person *people = make(count, 3 + (unsigned)(seed % 10), seed, arena);
        struct matching_proposal proposal = propose(people, count, seed, arena);
        unsigned char *seen = arena_take_array(arena, count, 1);
        for (size_t i = 0; i < proposal.group_count; i++) {
            const struct matching_group *group = &proposal.groups[i];
            assert_in_range(group->count, 2, 3);
            for (size_t j = 0; j < group->count; j++) {
                assert_int_equal(seen[group->members[j]]++, 0);
                assert_true(group->count == 2 || people[group->members[j]].trio);
                for (size_t k = 0; k < j; k++)
                    assert_int_equal(matching_bar(&people[group->members[j]], &people[group->members[k]]),
                                     MATCHING_ALLOWED);
            }
            assert_true(i == 0 || proposal.groups[i - 1].score <= group->score); /* the weakest first */
        }
        for (size_t i = 0; i < proposal.left_over_count; i++)
            assert_int_equal(seen[proposal.left_over[i].person]++, 0);
        for (size_t i = 0; i < count; i++)
            assert_int_equal(seen[i], 1);
        free(people);
    }
}

/* The most pairs, then the highest sum, of the people from FROM on who are not yet TAKEN. */
static void brute_force(const struct matching_person *people, size_t count, unsigned taken, size_t pairs, int64_t sum,
                        size_t *most_pairs, int64_t *most_sum) {
    size_t from = 0;
    while (from < count && taken & 1U << from)
        from++;
    if (from >= count) {
        if (pairs > *most_pairs || (pairs == *most_pairs && sum > *most_sum))
            *most_pairs = pairs, *most_sum = sum;
        return;
    }
    for (size_t i = from + 1; i < count; i++) {
        int64_t score =
            taken & 1U << i ? MATCHING_BARRED : matching_score(&population_rules, &people[from], &people[i]);
        if (score != MATCHING_BARRED)
            brute_force(people, count, taken | 1U << from | 1U << i, pairs + 1, sum + score, most_pairs, most_sum);
    }
    brute_force(people, count, taken | 1U << from, pairs, sum, most_pairs, most_sum);
}

/* Goal: of up to ten people, all matchings tried out show none that is better. */
static void test_brute_force(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 2000; seed++) {
        auto_arena arena = arena_new();
        size_t count = seed % 11, pairs = 0;
        int64_t sum = 0;
        struct matching_person *people = make(count, 2 + (unsigned)(seed % 5), seed, arena);
        struct matching_proposal proposal = propose(people, count, seed, arena);
        brute_force(people, count, 0, 0, 0, &pairs, &sum);
        assert_int_equal(proposal.pairs, pairs);
        assert_int_equal(proposal.total, sum);
        assert_int_equal(proposal.total_at_most, sum);
        free(people);
    }
}

/* Goal: the choice of pairs costs nothing: with all pairs in it from the beginning, the result is worth the same. */
static void test_choice_is_exact(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 12; seed++) {
        auto_arena arena = arena_new();
        enum { COUNT = 150 };
        struct matching_person *people = make(COUNT, 4 + (unsigned)seed, seed, arena);
        struct matching_proposal proposal = propose(people, COUNT, seed, arena);
        struct matching_edge *edges = arena_take_array(arena, COUNT * COUNT, sizeof *edges);
        size_t count = 0, pairs = 0;
        int64_t sum = 0, for_pair = INT64_C(1) << 40;
        for (uint32_t i = 0; i < COUNT; i++)
            for (uint32_t j = i + 1; j < COUNT; j++) {
                int64_t score = matching_score(&population_rules, &people[i], &people[j]);
                if (score != MATCHING_BARRED)
                    edges[count++] = (struct matching_edge){i, j, for_pair + score};
            }
        uint32_t partners[COUNT];
        struct matching_proof *proof;
        matching_graph_solve(COUNT, edges, count, partners, &proof);
        for (uint32_t i = 0; i < COUNT; i++)
            if (partners[i] != MATCHING_ALONE && partners[i] > i)
                pairs++, sum += matching_score(&population_rules, &people[i], &people[partners[i]]);
        assert_int_equal(proposal.pairs, pairs);
        assert_int_equal(proposal.total, sum);
        matching_proof_free(proof);
        free(people);
    }
}

/* Goal: one more person who is willing never costs a partnership. */
static void test_one_more(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 500; seed++) {
        auto_arena arena = arena_new();
        size_t count = 3 + seed % 40;
        struct matching_person *people = make(count, 2 + (unsigned)(seed % 4), seed, arena);
        assert_true(propose(people, count, 1, arena).pairs >= propose(people, count - 1, 1, arena).pairs);
        free(people);
    }
}

/* Goal: the same seed gives the same groups, another one a proposal of the same worth. */
static void test_seed(void **state) {
    (void)state;
    auto_arena arena = arena_new();
    struct matching_person *people = make(80, 9, 7, arena);
    struct matching_proposal first = propose(people, 80, 3, arena), again = propose(people, 80, 3, arena),
                             other = propose(people, 80, 4, arena);
    assert_int_equal(first.group_count, again.group_count);
    for (size_t i = 0; i < first.group_count; i++)
        assert_memory_equal(first.groups[i].members, again.groups[i].members, sizeof first.groups[i].members);
    assert_int_equal(first.total, other.total);
    assert_int_equal(first.pairs, other.pairs);
    free(people);
}

/* Goal: locked partners stay as they are, without another one, whatever else would be better; the rest is matched
 * around them.
 */
static void test_locked(void **state) {
    (void)state;
    auto_arena arena = arena_new();
    struct matching_person *people = make(41, 6, 5, arena);
    const struct matching_group locked[] = {{.count = 2, .members = {0, 1}}, {.count = 3, .members = {30, 7, 9}}};
    struct matching_request request = {
        .rules = &population_rules, .people = people, .count = 41, .locked = locked, .locked_count = 2, .seed = 1};
    struct matching_proposal proposal;
    size_t found = 0;
    matching_propose(&request, arena, &proposal);
    for (size_t i = 0; i < proposal.group_count; i++)
        for (size_t j = 0; j < 2; j++)
            if (memcmp(proposal.groups[i].members, locked[j].members, sizeof locked[j].members) == 0) {
                assert_true(proposal.groups[i].locked);
                assert_int_equal(proposal.groups[i].count, locked[j].count);
                found++;
            }
    assert_int_equal(found, 2);
    free(people);
}

static struct matching_person make_person(int64_t id, unsigned country) {
    struct matching_person person = {.id = id, .country = country, .trio = true};
    matching_set_add(&person.languages, 0);
    return person;
}

/* Goal: whoever is left over joins two others where all three agree and differ; else it is told why. */
static void test_left_over(void **state) {
    (void)state;
    auto_arena arena = arena_new();
    struct matching_person people[] = {make_person(1, 1), make_person(2, 2), make_person(3, 3)};
    struct matching_proposal proposal = propose(people, 3, 1, arena);
    assert_int_equal(proposal.group_count, 1);
    assert_int_equal(proposal.groups[0].count, 3);
    assert_int_equal(proposal.left_over_count, 0);

    people[1].trio = false;
    proposal = propose(people, 3, 1, arena);
    assert_int_equal(proposal.groups[0].count, 2);
    assert_int_equal(proposal.left_over_count, 1);
    assert_int_equal(proposal.left_over[0].possible, 2);

    people[0].country = people[1].country = people[2].country = 9;
    proposal = propose(people, 3, 1, arena);
    assert_int_equal(proposal.group_count, 0);
    assert_int_equal(proposal.left_over_count, 3);
    assert_int_equal(proposal.left_over[0].possible, 0);
    assert_int_equal(proposal.left_over[0].why, MATCHING_SAME_COUNTRY);
}

/* Goal: of equally good people the one who was passed over before is not left over again. */
static void test_waited(void **state) {
    (void)state;
    for (int who = 0; who < 3; who++) {
        auto_arena arena = arena_new();
        struct matching_person people[] = {make_person(1, 1), make_person(2, 2), make_person(3, 3)};
        for (int i = 0; i < 3; i++)
            people[i].trio = false;
        people[who].waited = 1;
        for (uint64_t seed = 1; seed <= 5; seed++) {
            struct matching_proposal proposal = propose(people, 3, seed, arena);
            assert_int_equal(proposal.left_over_count, 1);
            assert_int_not_equal(proposal.left_over[0].person, who);
        }
    }
}

/* Goal: each measure gives points as it says, and the reasons are the score's. */
static void test_measures(void **state) {
    (void)state;
    struct matching_person a = make_person(1, 1), b = make_person(2, 2);
    struct matching_reason reasons[MATCHING_CRITERIA_MAX];
    a.options[0] = 0x0f, b.options[0] = 0x33; /* two in common */
    a.options[1] = 1, b.options[1] = 2, a.wishes[1] = MATCHING_DIFFERENT, b.wishes[1] = MATCHING_SAME;
    a.options[2] = b.options[2] = 4, a.wishes[2] = b.wishes[2] = MATCHING_SAME;
    a.options[3] = 1, b.options[3] = 4;
    a.live = b.live = true;
    for (int i = 0; i < 3; i++)
        a.awake[i] = population_awake(0), b.awake[i] = population_awake(i == 1 ? 16 : 4);
    matching_explain(&population_rules, &a, &b, reasons);
    assert_int_equal(reasons[0].points, 40);
    assert_int_equal(reasons[0].common, 3);
    assert_int_equal(reasons[1].points, 30);
    assert_true(reasons[1].a_wished && !reasons[1].b_wished);
    assert_int_equal(reasons[2].points, 60);
    assert_int_equal(reasons[3].points, 20);
    assert_int_equal(reasons[4].half_hours, 14);
    assert_int_equal(reasons[4].points, 60);
    int64_t sum = 0;
    for (size_t i = 0; i < POPULATION_CRITERIA; i++)
        sum += reasons[i].points * population_criteria[i].weight;
    assert_int_equal(matching_score(&population_rules, &a, &b), sum);
    assert_true(sum <= matching_score_most(&population_rules));
    b.live = false;
    matching_explain(&population_rules, &a, &b, reasons);
    assert_int_equal(reasons[4].points, 0);
    assert_int_equal(matching_score(&population_rules, &a, &a), MATCHING_BARRED);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hard_rules), cmocka_unit_test(test_brute_force), cmocka_unit_test(test_choice_is_exact),
        cmocka_unit_test(test_one_more),   cmocka_unit_test(test_seed),        cmocka_unit_test(test_locked),
        cmocka_unit_test(test_left_over),  cmocka_unit_test(test_waited),      cmocka_unit_test(test_measures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
