#include "test.h"

#include "base/clock.h"
#include "base/random.h"
#include "programme/limits.h"

/* Goal: the narrowest window rules; without limits nothing does. */
static void test_by_hand(void **state) {
    (void)state;
    const int64_t now = 1800000000;
    struct limits limits = {0};
    assert_true(limits_decide(&limits, now).claimable == INT64_MAX);
    limits.windows[LIMITS_SECOND] = (struct limits_window){.most = 5, .sent = 2, .oldest_at = now};
    limits.windows[LIMITS_DAY] = (struct limits_window){.most = 500, .sent = 499, .oldest_at = now - 1000};
    assert_int_equal(limits_decide(&limits, now).claimable, 1);
    assert_int_equal(limits_decide(&limits, now).look_again_at, 0);
    limits.windows[LIMITS_DAY].sent = 700; /* the limit was lowered meanwhile */
    struct limits_decision decision = limits_decide(&limits, now);
    assert_int_equal(decision.claimable, 0);
    assert_int_equal(decision.by, LIMITS_DAY);
    assert_int_equal(decision.look_again_at, now - 1000 + SECONDS_PER_DAY);
    limits.windows[LIMITS_DAY].oldest_at = now - 2 * SECONDS_PER_DAY; /* the clock jumped */
    assert_int_equal(limits_decide(&limits, now).look_again_at, now + 1);
    assert_string_equal(limits_period_name(LIMITS_HOUR), "hour");
}

/* Goal: a sender that obeys never exceeds a window, and never waits longer than it must. */
static void test_simulated_sender(void **state) {
    (void)state;
    enum { MESSAGES = 300 };
    random_seed(41);
    for (int run = 0; run < 20; run++) {
        int64_t sent_at[MESSAGES], now = 1800000000;
        const int64_t most[LIMITS_PERIODS] = {1 + (int64_t)random_below(3), 1 + (int64_t)random_below(50),
                                              50 + (int64_t)random_below(100)};
        for (int sent = 0; sent < MESSAGES;) {
            struct limits limits = {0};
            for (int period = 0; period < LIMITS_PERIODS; period++) {
                struct limits_window *window = &limits.windows[period];
                window->most = most[period];
                for (int i = sent - 1; i >= 0 && now - sent_at[i] < limits_period_seconds((enum limits_period)period);
                     i--) {
                    window->sent++;
                    window->oldest_at = sent_at[i];
                }
                assert_true(window->sent <= window->most);
            }
            struct limits_decision decision = limits_decide(&limits, now);
            if (decision.claimable == 0) {
                assert_true(decision.look_again_at > now);
                now = decision.look_again_at;
                continue;
            }
            for (int64_t i = 0; i < decision.claimable && sent < MESSAGES; i++)
                sent_at[sent++] = now;
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_by_hand), cmocka_unit_test(test_simulated_sender)};
    return cmocka_run_group_tests_name("limits", tests, NULL, NULL);
}
