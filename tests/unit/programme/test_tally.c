/* Goal: tallies count right, and nobody's answer can be told from them, not even from what is left out. */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "form_fixture.h"
#include "programme/tally.h"

enum { GROUPS_MOST = 5, PEOPLE_MOST = 30, CASE_GROUPS = 4 };

/* All that whoever reads a tally sees of one way to answer, as one number. */
static uint64_t seen(const int64_t *people, size_t count, struct tally_group *groups) {
    uint64_t all = 0;
    for (size_t i = 0; i < count; i++)
        groups[i] = (struct tally_group){.people = people[i]};
    uint64_t together = (uint64_t)tally_hide(groups, count);
    for (size_t i = 0; i < count; i++)
        all = all * 64 + (groups[i].hidden ? 63 : (uint64_t)groups[i].people);
    return all * 64 + together;
}

struct world {
    uint64_t seen;
    int64_t people[GROUPS_MOST];
    bool hidden[GROUPS_MOST];
};

static struct world worlds[100000];
static size_t world_count;

static void gather(int64_t *people, size_t at, size_t count, int64_t left) {
    if (at + 1 < count) {
        for (int64_t i = 0; i <= left; i++) {
            people[at] = i;
            gather(people, at + 1, count, left - i);
        }
        return;
    }
    struct tally_group groups[GROUPS_MOST];
    people[at] = left;
    assert_true(world_count < COUNT_OF(worlds));
    struct world *world = &worlds[world_count++];
    world->seen = seen(people, count, groups);
    for (size_t i = 0; i < count; i++) {
        world->people[i] = people[i];
        world->hidden[i] = groups[i].hidden;
        if (!groups[i].hidden && people[i] > 0 && people[i] < TALLY_LEAST)
            fail_msg("a small group is shown");
    }
}

static int compare_worlds(const void *a, const void *b) {
    uint64_t x = ((const struct world *)a)->seen, y = ((const struct world *)b)->seen;
    return x < y ? -1 : x > y;
}

/* Goal: whoever knows the rule, and how many answered, and sees what is shown, still can't tell how large any group is
 * that is not shown: every one of them may have been at least two sizes. All ways in which up to thirty people can
 * answer a question with up to four answers, or none, are tried. */
static void test_nothing_can_be_reckoned_out(void **state) {
    (void)state;
    size_t tried = 0;
    for (size_t count = 2; count <= GROUPS_MOST; count++)
        for (int64_t total = TALLY_LEAST; total <= PEOPLE_MOST; total += TALLY_LEAST) {
            int64_t people[GROUPS_MOST];
            world_count = 0;
            gather(people, 0, count, total);
            qsort(worlds, world_count, sizeof *worlds, compare_worlds);
            for (size_t from = 0, to; from < world_count; from = to) {
                for (to = from; to < world_count && worlds[to].seen == worlds[from].seen; to++)
                    tried++;
                for (size_t i = 0; i < count; i++) {
                    bool differs = false;
                    for (size_t j = from; j < to; j++)
                        differs = differs || worlds[j].people[i] != worlds[from].people[i];
                    if (worlds[from].hidden[i] && !differs)
                        fail_msg("of %d people in %zu groups, group %zu must be of %d (%d %d %d %d)", (int)total, count,
                                 i, (int)worlds[from].people[i], (int)worlds[from].people[0],
                                 (int)worlds[from].people[1], count > 2 ? (int)worlds[from].people[2] : -1,
                                 count > 3 ? (int)worlds[from].people[3] : -1);
                }
            }
        }
    print_message("# %zu ways to answer\n", tried);
}

/* Goal: what is hidden together is never a small group itself, and nothing is hidden without need. */
static void test_hiding(void **state) {
    (void)state;
    static const struct {
        int64_t people[CASE_GROUPS];
        bool hidden[CASE_GROUPS];
        int64_t together;
    } cases[] = {
        {{10, 5, 7, 8}, {0}, 0},
        {{10, 3, 7, 20}, {false, true, false, true}, 23},
        {{10, 3, 4, 20}, {false, true, true, false}, 7},
        {{10, 1, 2, 20}, {false, true, true, true}, 23},
        {{10, 4, 4, 4}, {true, true, true, true}, 22},
        {{30, 0, 0, 0}, {0}, 0},
        {{30, 6, 0, 2}, {false, true, true, true}, 8},
        {{1, 1, 1, 2}, {true, true, true, true}, 5},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct tally_group groups[CASE_GROUPS] = {{0}};
        for (size_t j = 0; j < CASE_GROUPS; j++)
            groups[j].people = cases[i].people[j];
        int64_t together = tally_hide(groups, CASE_GROUPS);
        for (size_t j = 0; j < CASE_GROUPS; j++)
            if (groups[j].hidden != cases[i].hidden[j] || together != cases[i].together)
                fail_msg("case %zu: group %zu is %s, %d together", i, j, groups[j].hidden ? "hidden" : "shown",
                         (int)together);
    }
}

struct answers {
    const char *names[400], *values[400];
    size_t count;
};

static void say(struct answers *answers, const char *name, const char *value, int times) {
    for (int i = 0; i < times; i++) {
        answers->names[answers->count] = name;
        answers->values[answers->count++] = value;
    }
}

static const struct tally *find(const struct form *form, const struct tally *tallies, const char *name) {
    int question = form_find(form, name);
    assert_true(question >= 0);
    return &tallies[question];
}

static int64_t shown(const struct tally *tally, const char *key) {
    for (size_t i = 0; i < tally->group_count; i++)
        if (string_equal(tally->groups[i].key, key))
            return tally->groups[i].hidden ? -1 : tally->groups[i].people;
    return -2;
}

/* Goal: each kind of question is counted as its answers are; several answers are each chosen or not; free lines come in
 * an order that tells nothing, from five on. */
static void test_counting(void **state) {
    (void)state;
    auto_arena arena = arena_new();
    struct form_set set = test_form("survey-closing", "en", arena);
    const struct form *form = set.forms[0];
    struct answers answers = {.count = 0};
    say(&answers, "often", "weekly", 12);
    say(&answers, "often", "monthly", 8);
    say(&answers, "channels", "email,video", 15);
    say(&answers, "channels", "email,met", 3);
    say(&answers, "channels", "post", 2);
    say(&answers, "value", "5", 9);
    say(&answers, "value", "4", 6);
    say(&answers, "again", "yes", 14);
    say(&answers, "again", "no", 1);
    say(&answers, "more", "Zebras", 1);
    say(&answers, "more", "More topics", 3);
    say(&answers, "more", "All was well", 1);
    say(&answers, "gone", "a question that was taken out", 1);
    struct tally *tallies = tally_make(form, answers.names, answers.values, answers.count, 20, arena);
    const struct tally *often = find(form, tallies, "often"), *more = find(form, tallies, "more");
    assert_int_equal(shown(often, "weekly"), 12); /* of the others all are hidden, and none of them has anybody */
    assert_int_equal(shown(find(form, tallies, "channels"), "email"), -1); /* all but two */
    assert_int_equal(shown(find(form, tallies, "channels"), "video"), 15);
    assert_int_equal(shown(find(form, tallies, "channels"), "met"), -1);
    assert_int_equal(shown(find(form, tallies, "channels"), NULL), -2);
    assert_int_equal(find(form, tallies, "channels")->together, 0);
    assert_int_equal(shown(find(form, tallies, "value"), "5"), 9);
    assert_int_equal(shown(find(form, tallies, "again"), "yes"), 14);
    assert_int_equal(shown(find(form, tallies, "again"), "no"), -1);
    assert_int_equal(shown(find(form, tallies, "again"), NULL), -1);
    assert_int_equal(find(form, tallies, "again")->together, 6);
    assert_int_equal(more->line_count, 5);
    assert_string_equal(more->lines[0], "All was well");
    assert_string_equal(more->lines[4], "Zebras");
    assert_int_equal(more->group_count, 0);
    tallies = tally_make(form, answers.names, answers.values, answers.count - 2, 20, arena);
    assert_int_equal(find(form, tallies, "more")->line_count, 0);
}

/* Goal: one more answer changes nothing until there are five more. */
static void test_in_fives(void **state) {
    (void)state;
    assert_int_equal(tally_people(4), 0);
    assert_int_equal(tally_people(5), 5);
    assert_int_equal(tally_people(9), 5);
    assert_int_equal(tally_people(46), 45);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_can_be_reckoned_out),
        cmocka_unit_test(test_hiding),
        cmocka_unit_test(test_counting),
        cmocka_unit_test(test_in_fives),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
