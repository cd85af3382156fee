#include "test.h"

#include "base/memory.h"
#include "base/random.h"
#include "programme/address_score.h"

enum { DAY = 24 * 60 * 60 };

/* A history in letters, a day each: h hard, H hard at an introduction, s soft, r reply, . nothing. */
static enum address_state state_after(const char *history) {
    struct address_event events[128];
    size_t count = 0;
    for (size_t i = 0; history[i]; i++) {
        enum address_event_kind kind = history[i] == 's'   ? ADDRESS_BOUNCED_SOFT
                                       : history[i] == 'r' ? ADDRESS_REPLY_CONFIRMED
                                                           : ADDRESS_BOUNCED_HARD;
        if (history[i] != '.')
            events[count++] = (struct address_event){kind, (int64_t)(i + 1) * DAY, history[i] == 'H'};
    }
    for (size_t i = count; i > 1; i--) { /* the order must not matter */
        size_t j = random_below(i);
        struct address_event other = events[j];
        events[j] = events[i - 1];
        events[i - 1] = other;
    }
    return address_score_decide(events, count).state;
}

/* Goal: every rule and its boundary. */
static void test_histories(void **state) {
    (void)state;
    random_seed(51);
    static const struct {
        const char *history;
        enum address_state expected;
    } cases[] = {
        {"", ADDRESS_GOOD},
        {"r", ADDRESS_GOOD},
        {"h", ADDRESS_SUSPECT},
        {"H", ADDRESS_DEAD},
        {"hh", ADDRESS_DEAD},
        {"hr", ADDRESS_GOOD},
        {"hrh", ADDRESS_SUSPECT},
        {"Hr", ADDRESS_GOOD},
        {"hhrhh", ADDRESS_DEAD},
        {"ss", ADDRESS_GOOD},
        {"sss", ADDRESS_DEAD},
        {"ssrss", ADDRESS_GOOD},
        {"hss", ADDRESS_SUSPECT},
        {"h..............................................h", ADDRESS_DEAD}, /* hard bounces do not grow old */
        {"s..............s.............s", ADDRESS_DEAD},                   /* 29 days from first to last */
        {"s..............s..............s", ADDRESS_GOOD},                  /* 30 days */
        {"s.............................ss.s", ADDRESS_DEAD},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        for (int times = 0; times < 10; times++)
            if (state_after(cases[i].history) != cases[i].expected)
                fail_msg("%s is %s", cases[i].history, address_state_name(state_after(cases[i].history)));
}

/* Goal: what is not good has a reason, and only a bounce about the address is hard. */
static void test_reasons(void **state) {
    (void)state;
    struct address_event event = {.kind = ADDRESS_BOUNCED_HARD, .at = 1};
    assert_string_not_equal(address_score_decide(&event, 1).reason, "");
    assert_string_equal(address_score_decide(NULL, 0).reason, "");
    assert_int_equal(address_score_bounce_kind(true, true), ADDRESS_BOUNCED_HARD);
    assert_int_equal(address_score_bounce_kind(true, false), ADDRESS_BOUNCED_SOFT);
    assert_int_equal(address_score_bounce_kind(false, false), ADDRESS_BOUNCED_SOFT);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_histories), cmocka_unit_test(test_reasons)};
    return cmocka_run_group_tests_name("address_score", tests, NULL, NULL);
}
