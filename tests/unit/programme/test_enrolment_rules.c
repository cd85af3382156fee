/* Goal: who may still apply where, until when, and how many of one country. */
#include "test.h"

#include "base/memory.h"
#include "programme/enrolment_rules.h"

enum { NOW = 1800000000, DAY = 86400 };

static const struct enrolment_settings settings = {
    .country_share = 20, .country_minimum = 5, .remind_after = 5 * DAY, .confirm_within = 14 * DAY};

/* Goal: the open round that closes first, else the newest that is not archived. */
static void test_choose(void **state) {
    (void)state;
    struct round rounds[] = {
        {.id = 1, .state = ROUND_OPEN, .closes_at = NOW + 2 * DAY},
        {.id = 2, .state = ROUND_OPEN},
        {.id = 3, .state = ROUND_OPEN, .closes_at = NOW + DAY},
        {.id = 4, .state = ROUND_DRAFT},
        {.id = 5, .state = ROUND_ARCHIVED},
    };
    assert_int_equal(enrolment_rules_choose(rounds, 5, NOW)->id, 3);
    assert_int_equal(enrolment_rules_choose(rounds, 5, NOW + DAY)->id, 1);
    assert_int_equal(enrolment_rules_choose(rounds, 5, NOW + 2 * DAY)->id, 2);
    rounds[0].state = rounds[1].state = rounds[2].state = ROUND_MATCHING;
    assert_int_equal(enrolment_rules_choose(rounds, 5, NOW)->id, 4);
    assert_null(enrolment_rules_choose(rounds + 4, 1, NOW));
    assert_null(enrolment_rules_choose(rounds, 0, NOW));
}

static void test_expiry(void **state) {
    (void)state;
    struct round round = {.closes_at = NOW + 60 * DAY};
    assert_int_equal(enrolment_rules_expiry(&settings, &round, NOW), NOW + 14 * DAY);
    round.closes_at = NOW + 2 * DAY;
    assert_int_equal(enrolment_rules_expiry(&settings, &round, NOW), NOW + 3 * DAY);
    round.closes_at = NOW - DAY; /* late: for the next one */
    assert_int_equal(enrolment_rules_expiry(&settings, &round, NOW), NOW + 14 * DAY);
    round.closes_at = 0;
    assert_int_equal(enrolment_rules_expiry(&settings, &round, NOW), NOW + 14 * DAY);
}

/* Goal: the minimum while a round is small, then the share of all with the newcomer counted in. */
static void test_share(void **state) {
    (void)state;
    assert_true(enrolment_rules_allow(&settings, 4, 4));
    assert_false(enrolment_rules_allow(&settings, 5, 5));
    assert_false(enrolment_rules_allow(&settings, 5, 28));
    assert_true(enrolment_rules_allow(&settings, 5, 29)); /* 6 of 30 */
    for (int64_t taken = 0; taken < 500; taken++)
        for (int64_t of_country = 0; of_country <= taken; of_country++)
            if (enrolment_rules_allow(&settings, of_country, taken))
                assert_true(of_country + 1 <= 5 || 100 * (of_country + 1) <= 20 * (taken + 1));
            else
                assert_true(of_country + 1 > 5 && 100 * (of_country + 1) > 20 * (taken + 1));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_choose),
        cmocka_unit_test(test_expiry),
        cmocka_unit_test(test_share),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
