/* Goal: coordinators are told of cases on the days that they expect: a week's digest on Monday, at its hour. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/zone.h"
#include "programme/case_kind.h"

enum { NINE = 9 * SECONDS_PER_HOUR, WEEK = 7 * SECONDS_PER_DAY };
static const int64_t monday = 1800262800; /* 2027-01-18T09:00:00Z */

static void test_next_week(void **state) {
    /* Goal: also on Monday itself: before the hour it is today's, from it on the next one's. */
    (void)state;
    const struct {
        int64_t now, expected;
    } cases[] = {
        {monday - 3 * SECONDS_PER_DAY, monday},
        {monday - SECONDS_PER_DAY, monday},
        {monday - NINE - 1, monday},
        {monday - NINE, monday},
        {monday - 1, monday},
        {monday, monday + WEEK},
        {monday + 1, monday + WEEK},
        {monday + WEEK - 1, monday + WEEK},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(case_kind_next_week(cases[i].now, zone_utc(), NINE), cases[i].expected);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_next_week)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
