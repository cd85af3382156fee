#include "test.h"

#include <string.h>

#include "base/random.h"
#include "programme/breaker.h"

/* Goal: an outage pauses after three failures, for growing waits with one message as a probe, tells after six, and the
 * first answer ends all. */
static void test_outage(void **state) {
    (void)state;
    static const int64_t pauses[] = {60, 120, 300, 600, 900, 900, 900};
    struct breaker breaker = BREAKER_INIT;
    int64_t now = 1800000000;
    assert_int_equal(breaker_record(&breaker, BREAKER_UNREACHABLE, now), BREAKER_ALERT_NONE);
    assert_int_equal(breaker_record(&breaker, BREAKER_UNREACHABLE, now), BREAKER_ALERT_NONE);
    assert_int_equal(breaker_allows(&breaker, now, 4), 4);
    for (int64_t i = 0; i < 7; i++) {
        assert_int_equal(breaker_record(&breaker, BREAKER_UNREACHABLE, now),
                         i + 3 == BREAKER_ALERT_AFTER ? BREAKER_ALERT_OPEN : BREAKER_ALERT_NONE);
        assert_int_equal(breaker.paused_until, now + pauses[i]);
        assert_int_equal(breaker_allows(&breaker, breaker.paused_until - 1, 4), 0);
        now = breaker.paused_until;
        assert_int_equal(breaker_allows(&breaker, now, 4), 1);
    }
    assert_int_equal(breaker.failing_since, 1800000000);
    assert_int_equal(breaker_record(&breaker, BREAKER_ANSWERED, now), BREAKER_ALERT_CLEAR);
    assert_int_equal(breaker_allows(&breaker, now, 4), 4);
    assert_int_equal(breaker_record(&breaker, BREAKER_ANSWERED, now), BREAKER_ALERT_NONE);
}

/* Goal: a single failure among answers neither pauses nor tells. */
static void test_hiccups(void **state) {
    (void)state;
    struct breaker breaker = BREAKER_INIT;
    for (int i = 0; i < 100; i++) {
        assert_int_equal(breaker_record(&breaker, i % 3 == 2 ? BREAKER_ANSWERED : BREAKER_UNREACHABLE, 1000 + i),
                         BREAKER_ALERT_NONE);
        assert_int_equal(breaker_allows(&breaker, 1000 + i, 4), 4);
    }
}

/* Goal: login and certificate trouble pause and tell at once; a changed cause is told; late results change nothing. */
static void test_login_and_certificate(void **state) {
    (void)state;
    struct breaker breaker = BREAKER_INIT;
    assert_int_equal(breaker_record(&breaker, BREAKER_LOGIN_REFUSED, 1000), BREAKER_ALERT_OPEN);
    assert_int_equal(breaker.paused_until, 1300);
    assert_non_null(strstr(breaker_reason(&breaker).text, "login"));
    assert_int_equal(breaker_record(&breaker, BREAKER_LOGIN_REFUSED, 1001), BREAKER_ALERT_NONE);
    assert_int_equal(breaker_record(&breaker, BREAKER_ANSWERED, 1002), BREAKER_ALERT_NONE);
    assert_int_equal(breaker.paused_until, 1300);
    assert_int_equal(breaker_record(&breaker, BREAKER_LOGIN_REFUSED, 1300), BREAKER_ALERT_NONE);
    assert_int_equal(breaker.paused_until, 2200);
    assert_int_equal(breaker_record(&breaker, BREAKER_UNTRUSTED, 2200), BREAKER_ALERT_CHANGED);
    assert_non_null(strstr(breaker_reason(&breaker).text, "certificate"));
    assert_int_equal(breaker_record(&breaker, BREAKER_UNREACHABLE, breaker.paused_until), BREAKER_ALERT_NONE);
    assert_true(breaker_allows(&breaker, breaker.paused_until - 1, 4) == 0);
    assert_int_equal(breaker_record(&breaker, BREAKER_ANSWERED, breaker.paused_until), BREAKER_ALERT_CLEAR);
    assert_non_null(strstr(breaker_reason(&breaker).text, "answers"));
}

/* Goal: over random histories, alerts open and clear in turn, and no pause exceeds an hour. */
static void test_alerts_take_turns(void **state) {
    (void)state;
    random_seed(31);
    struct breaker breaker = BREAKER_INIT;
    bool open = false;
    int64_t now = 1000;
    for (int i = 0; i < 100000; i++) {
        enum breaker_event event = random_below(5) ? (enum breaker_event)random_below(4) : BREAKER_UNREACHABLE;
        switch (breaker_record(&breaker, event, now)) {
        case BREAKER_ALERT_NONE:
            break;
        case BREAKER_ALERT_OPEN:
            assert_false(open);
            open = true;
            break;
        case BREAKER_ALERT_CHANGED:
            assert_true(open);
            break;
        case BREAKER_ALERT_CLEAR:
            assert_true(open);
            open = false;
            break;
        }
        assert_true(open == (breaker.alerted_for != BREAKER_ANSWERED));
        assert_true(breaker.paused_until <= now + 3600);
        now += (int64_t)random_below(400);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_outage),
        cmocka_unit_test(test_hiccups),
        cmocka_unit_test(test_login_and_certificate),
        cmocka_unit_test(test_alerts_take_turns),
    };
    return cmocka_run_group_tests_name("breaker", tests, NULL, NULL);
}
