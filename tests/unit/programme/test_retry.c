#include "test.h"

#include "base/clock.h"
#include "base/random.h"
#include "programme/retry.h"

enum { NOW = 1800000000 };

static struct retry_input input_of(enum retry_failure failure, int64_t attempts) {
    return (struct retry_input){.failure = failure,
                                .attempts = attempts,
                                .first_attempt_at = NOW,
                                .now = NOW,
                                .expires_at = NOW + 100 * (int64_t)SECONDS_PER_DAY};
}

static void assert_waits_about(enum retry_failure failure, int64_t attempts, int64_t seconds) {
    for (uint64_t random = 0; random < 5000; random += 7) {
        struct retry_input input = input_of(failure, attempts);
        input.random = random * 0x9e3779b97f4a7c15u;
        struct retry_decision decision = retry_decide(&input);
        assert_int_equal(decision.action, RETRY_AGAIN);
        assert_in_range(decision.next_try_at - NOW, seconds - seconds / 10, seconds + seconds / 10);
    }
}

/* Goal: waits grow as documented, spread by a tenth at most, and stop growing. */
static void test_waits(void **state) {
    (void)state;
    static const int64_t refused[] = {60, 300, 900, 3600, 10800, 21600, 21600, 21600};
    static const int64_t unavailable[] = {60, 300, 900, 900, 900};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        assert_waits_about(RETRY_REFUSED_NOW, (int64_t)i + 1, refused[i]);
    for (size_t i = 0; i < sizeof unavailable / sizeof unavailable[0]; i++)
        assert_waits_about(RETRY_UNAVAILABLE, (int64_t)i + 1, unavailable[i]);
    assert_waits_about(RETRY_REFUSED_NOW, INT64_MAX, 21600);
}

/* Goal: a refusal for good ends at once, one for now after five days, an outage only with the expiry. */
static void test_ends(void **state) {
    (void)state;
    struct retry_input input = input_of(RETRY_REFUSED, 1);
    assert_int_equal(retry_decide(&input).action, RETRY_FAILED);
    input = input_of(RETRY_REFUSED_NOW, 30);
    input.first_attempt_at = NOW - 5 * (int64_t)SECONDS_PER_DAY + 1;
    assert_int_equal(retry_decide(&input).action, RETRY_AGAIN);
    input.first_attempt_at--;
    assert_int_equal(retry_decide(&input).action, RETRY_FAILED);
    input.failure = RETRY_UNAVAILABLE;
    assert_int_equal(retry_decide(&input).action, RETRY_AGAIN);
    input.expires_at = NOW;
    assert_int_equal(retry_decide(&input).action, RETRY_EXPIRED);
}

/* Goal: a try that would come too late is made a minute before the expiry, if that still makes sense. */
static void test_last_try(void **state) {
    (void)state;
    struct retry_input input = input_of(RETRY_REFUSED_NOW, 6);
    input.expires_at = NOW + SECONDS_PER_HOUR;
    assert_int_equal(retry_decide(&input).next_try_at, input.expires_at - 60);
    input.expires_at = NOW + 120;
    assert_int_equal(retry_decide(&input).next_try_at, NOW + 60);
    input.expires_at = NOW + 119;
    assert_int_equal(retry_decide(&input).action, RETRY_EXPIRED);
}

/* Goal: whatever comes in, the next try lies after now and before the expiry, and every message comes to an end. */
static void test_every_message_ends(void **state) {
    (void)state;
    random_seed(21);
    for (int i = 0; i < 3000; i++) {
        struct retry_input input = input_of(random_below(2) ? RETRY_REFUSED_NOW : RETRY_UNAVAILABLE, 0);
        input.expires_at = NOW + (int64_t)random_below(20 * SECONDS_PER_DAY);
        struct retry_decision decision;
        do {
            input.attempts++;
            input.random = random_below(UINT64_MAX);
            decision = retry_decide(&input);
            if (decision.action == RETRY_AGAIN)
                assert_true(decision.next_try_at > input.now && decision.next_try_at < input.expires_at);
            input.now = decision.action == RETRY_AGAIN ? decision.next_try_at : input.now;
            assert_true(input.attempts < 3000);
        } while (decision.action == RETRY_AGAIN);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_waits),
        cmocka_unit_test(test_ends),
        cmocka_unit_test(test_last_try),
        cmocka_unit_test(test_every_message_ends),
    };
    return cmocka_run_group_tests_name("retry", tests, NULL, NULL);
}
