#include "test.h"

#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "base/suggest.h"
#include "base/text.h"

/* The definition itself, exponentially slow. */
static size_t slow_distance(const char *a, size_t a_length, const char *b, size_t b_length) {
    if (a_length == 0 || b_length == 0)
        return a_length + b_length;
    size_t replaced = slow_distance(a, a_length - 1, b, b_length - 1) + (a[a_length - 1] != b[b_length - 1]);
    size_t deleted = slow_distance(a, a_length - 1, b, b_length) + 1;
    size_t inserted = slow_distance(a, a_length, b, b_length - 1) + 1;
    size_t least = replaced < deleted ? replaced : deleted;
    least = least < inserted ? least : inserted;
    if (a_length > 1 && b_length > 1 && a[a_length - 1] == b[b_length - 2] && a[a_length - 2] == b[b_length - 1]) {
        size_t swapped = slow_distance(a, a_length - 2, b, b_length - 2) + 1;
        least = least < swapped ? least : swapped;
    }
    return least;
}

/* Goal: the distance is what its definition says, for every bound. */
static void test_distance(void **state) {
    (void)state;
    random_seed(3);
    for (int i = 0; i < 2000; i++) {
        char a[8] = "", b[8] = "";
        size_t a_length = random_below(6), b_length = random_below(6), most = random_below(5);
        for (size_t j = 0; j < a_length; j++)
            a[j] = (char)('a' + random_below(3));
        for (size_t j = 0; j < b_length; j++)
            b[j] = (char)('a' + random_below(3));
        size_t expected = slow_distance(a, a_length, b, b_length);
        assert_int_equal(suggest_distance(a, b, most), expected > most ? most + 1 : expected);
    }
}

/* Goal: slips find their name, strangers find none, the nearest wins and case does not matter. */
static void test_nearest(void **state) {
    (void)state;
    static const char *const names[] = {"monthly", "start", "accepted", "round", "end", "per_day", "per_hour"};
    static const struct {
        const char *word, *nearest;
    } cases[] = {
        {"montly", "monthly"},
        {"monhtly", "monthly"},
        {"strat", "start"},
        {"acepted", "accepted"},
        {"END", "end"},
        {"edn", "end"},
        {"per_dya", "per_day"},
        {"zebra", NULL},
        {"", NULL},
        {"x", NULL},
        {"banana", NULL},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const char *nearest = suggest_nearest(cases[i].word, names, COUNT_OF(names));
        if (!string_equal(nearest, cases[i].nearest))
            fail_msg("%s is answered with %s", cases[i].word, nearest ? nearest : "nothing");
    }
    char endless[5000];
    memset(endless, 'a', sizeof endless - 1);
    endless[sizeof endless - 1] = '\0';
    assert_null(suggest_nearest(endless, names, COUNT_OF(names)));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_distance), cmocka_unit_test(test_nearest)};
    return cmocka_run_group_tests_name("suggest", tests, NULL, NULL);
}
