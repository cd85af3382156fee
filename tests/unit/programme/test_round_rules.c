#include "test.h"

#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "programme/round_rules.h"

enum { NOW = 1803445200 /* 2027-02-24 05:00 UTC */, DAY = SECONDS_PER_DAY };

static const struct zone *sydney(void) {
    const struct zone *zone = NULL;
    struct error error = ERROR_INIT;
    if (!zone_load("Australia/Sydney", &zone, &error))
        fail_msg("%s", error.message);
    return zone;
}

/* Goal: each state allows just what it should, and what it refuses, it refuses in words. */
static void test_table(void **state) {
    (void)state;
    static const struct {
        const char *allowed; /* d draft, o open, c closed, m matching, r running, e ending, a archived */
    } deeds[ROUND_DEEDS] = {
        [DEED_OPEN] = {"dcm"},      [DEED_APPLY] = {"o"},        [DEED_CLOSE] = {"o"},
        [DEED_ACCEPT] = {"docmr"},  [DEED_PLAN] = {"dcmr"},      [DEED_PROPOSE] = {"dcmr"},
        [DEED_APPROVE] = {"mr"},    [DEED_START] = {"dcm"},      [DEED_START_PARTNERSHIP] = {"r"},
        [DEED_SET_OPENING] = {"d"}, [DEED_SET_CLOSING] = {"do"}, [DEED_SET_START] = {"docm"},
        [DEED_ARCHIVE] = {"e"},     [DEED_REMOVE] = {"d"},       [DEED_WRITE] = {"docmr"},
    };
    for (size_t deed = 0; deed < ROUND_DEEDS; deed++)
        for (size_t i = 0; i <= ROUND_ARCHIVED; i++) {
            struct round round = {.name = "x", .state = (enum round_state)i};
            struct error error = ERROR_INIT;
            bool allowed = strchr(deeds[deed].allowed, round_state_name(round.state)[0]);
            if (round_allows(&round, (enum round_deed)deed, NOW) != allowed ||
                round_check(&round, (enum round_deed)deed, NOW, zone_utc(), &error) != allowed)
                fail_msg("deed %zu in state %s", deed, round_state_name(round.state));
            if (!allowed && (error.class != ERROR_PERMANENT || !string_starts_with(error.message, "the round \"x\" ") ||
                             strpbrk(error.message, "{}%")))
                fail_msg("deed %zu in state %s: %s", deed, round_state_name(round.state), error.message);
        }
}

/* Goal: a refusal says since or until when, so that nobody misreads it, and the command as a shell takes it. */
static void test_words(void **state) {
    (void)state;
    static const struct {
        struct round round;
        enum round_deed deed;
        const char *told;
    } cases[] = {
        {{.name = "2027-spring", .state = ROUND_OPEN, .closes_at = NOW + DAY + 8 * 3600},
         DEED_START,
         "the round \"2027-spring\" is open for sign-up until Thursday, 25 February 2027 at 24:00 (midnight at the end "
         "of "
         "that day), Sydney time (AEDT, UTC+11); close it first: tandempost round close 2027-spring"},
        {{.name = "Spring 2027", .state = ROUND_OPEN},
         DEED_OPEN,
         "the round \"Spring 2027\" is already open for sign-up; for another closing: tandempost round update \"Spring "
         "2027\" --closes MOMENT"},
        {{.name = "été", .state = ROUND_CLOSED, .closes_at = NOW - 3600},
         DEED_APPLY,
         "the round \"été\" was closed for sign-up on Wednesday, 24 February 2027 at 15:00, Sydney time (AEDT, "
         "UTC+11); "
         "open it again: tandempost round open été --closes MOMENT"},
        {{.name = "x", .state = ROUND_DRAFT, .opens_at = NOW + 8 * 3600},
         DEED_APPLY,
         "the round \"x\" is a draft that opens on Thursday, 25 February 2027 at 00:00 (midnight at the start of that "
         "day), Sydney time (AEDT, UTC+11); "
         "open "
         "it first: tandempost round open x"},
        {{.name = "x", .state = ROUND_RUNNING},
         DEED_START,
         "the round \"x\" is already running; what was planned later begins with: tandempost partnership start ID"},
        {{.name = "$(x)", .state = ROUND_ENDING},
         DEED_ACCEPT,
         "the round \"$(x)\" has ended; plan another one: tandempost round create NAME"},
        {{.name = "x", .state = ROUND_ARCHIVED}, DEED_ARCHIVE, "the round \"x\" is already archived"},
        {{.name = "x", .state = ROUND_MATCHING},
         DEED_START_PARTNERSHIP,
         "the round \"x\" is being matched; start it first: tandempost round start x"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct error error = ERROR_INIT;
        assert_false(round_check(&cases[i].round, cases[i].deed, NOW, sydney(), &error));
        assert_string_equal(error.message, cases[i].told);
    }
}

/* Goal: the dates decide to the second who was in time, whether or not the service was there to turn the round, and for
 * mail that is read after the closing; where it was done by hand, the states do. */
static void test_in_time(void **state) {
    (void)state;
    const int64_t opens = NOW - 10 * DAY, closes = NOW;
    for (enum round_state i = ROUND_DRAFT; i <= ROUND_CLOSED; i++) {
        const struct round round = {.state = i, .opens_at = opens, .closes_at = closes};
        assert_false(round_is_open_at(&round, opens - 1));
        assert_true(round_is_open_at(&round, opens));
        assert_true(round_is_open_at(&round, closes - 1));
        assert_false(round_is_open_at(&round, closes));
    }
    const struct round by_hand = {.state = ROUND_OPEN}, closed = {.state = ROUND_CLOSED},
                       draft = {.state = ROUND_DRAFT};
    const struct round matching = {.state = ROUND_MATCHING, .opens_at = opens, .closes_at = closes};
    assert_true(round_is_open_at(&by_hand, NOW));
    assert_false(round_is_open_at(&closed, NOW));
    assert_false(round_is_open_at(&draft, NOW));
    assert_false(round_is_open_at(&matching, closes - 1));
    const struct round late = {.name = "x", .state = ROUND_DRAFT, .opens_at = opens, .closes_at = closes};
    assert_int_equal(round_state_at(&late, opens - 1), ROUND_DRAFT);
    assert_int_equal(round_state_at(&late, opens), ROUND_OPEN);
    assert_int_equal(round_state_at(&late, closes - 1), ROUND_OPEN);
    assert_int_equal(round_state_at(&late, closes), ROUND_CLOSED);
    assert_true(round_allows(&late, DEED_PROPOSE, closes));
    assert_false(round_allows(&late, DEED_PROPOSE, closes - 1));
}

/* Goal: a state's next date is the one that ends it, and each date is used once. */
static void test_turns(void **state) {
    (void)state;
    struct round round = {.opens_at = 100, .closes_at = 200, .starts_at = 300, .ended_at = 400};
    static const struct {
        int64_t at;
        enum round_state to;
    } expected[] = {
        [ROUND_DRAFT] = {100, ROUND_OPEN},      [ROUND_OPEN] = {200, ROUND_CLOSED},
        [ROUND_CLOSED] = {300, ROUND_RUNNING},  [ROUND_MATCHING] = {300, ROUND_RUNNING},
        [ROUND_RUNNING] = {0, ROUND_RUNNING},   [ROUND_ENDING] = {400 + 30 * DAY, ROUND_ARCHIVED},
        [ROUND_ARCHIVED] = {0, ROUND_ARCHIVED},
    };
    for (size_t i = 0; i < COUNT_OF(expected); i++) {
        round.state = (enum round_state)i;
        assert_int_equal(round_next_turn(&round).at, expected[i].at);
        assert_int_equal(round_next_turn(&round).to, expected[i].to);
    }
    const struct round no_sign_up = {.starts_at = 300}, no_dates = {.state = ROUND_OPEN};
    assert_int_equal(round_next_turn(&no_sign_up).to, ROUND_RUNNING);
    assert_int_equal(round_state_at(&no_sign_up, 1000), ROUND_DRAFT); /* only the service starts a round */
    assert_int_equal(round_next_turn(&no_dates).at, 0);
}

/* Goal: dates in the wrong order are refused in words; those that are not given are free. */
static void test_order(void **state) {
    (void)state;
    static const struct {
        int64_t opens, closes, starts;
        const char *told; /* NULL: right */
    } cases[] = {
        {0, 0, 0, NULL},
        {10, 0, 0, NULL},
        {0, 20, 0, NULL},
        {0, 0, 30, NULL},
        {10, 20, 20, NULL},
        {10, 20, 30, NULL},
        {10, 0, 30, NULL},
        {0, 20, 30, NULL},
        {20, 20, 0, "the round would close on Thursday, 1 January 1970 at 00:00, UTC, before it opens on "},
        {0, 20, 19, "the round would start on Thursday, 1 January 1970 at 00:00, UTC, before it closes on "},
        {20, 0, 20, "the round would start on Thursday, 1 January 1970 at 00:00, UTC, before it opens on "},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct round round = {
            .opens_at = cases[i].opens, .closes_at = cases[i].closes, .starts_at = cases[i].starts};
        struct error error = ERROR_INIT;
        assert_int_equal(round_check_dates(&round, zone_utc(), &error), !cases[i].told);
        if (cases[i].told && !string_starts_with(error.message, cases[i].told))
            fail_msg("%s", error.message);
    }
}

/* Goal: so many stay over as no match can help: c of N people from one country have at most N - c partners. */
static void test_leftovers(void **state) {
    (void)state;
    assert_int_equal(round_leftovers(0, 0), 0);
    assert_int_equal(round_leftovers(1, 1), 1);
    assert_int_equal(round_leftovers(18, 30), 6);
    assert_int_equal(round_leftovers(15, 30), 0);
    assert_int_equal(round_leftovers(16, 31), 1);
    assert_int_equal(round_leftovers(3, 31), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table), cmocka_unit_test(test_words), cmocka_unit_test(test_in_time),
        cmocka_unit_test(test_turns), cmocka_unit_test(test_order), cmocka_unit_test(test_leftovers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
