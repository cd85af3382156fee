#include "test.h"

#include <string.h>

#include "base/memory.h"
#include "programme/moment.h"

/* Goal: moments are read as people write them, and formatting gives one spelling that reads back the same. */
static void test_parse_and_format(void **state) {
    (void)state;
    static const struct {
        const char *text;
        struct moment expected;
        const char *back;
    } cases[] = {
        {"start", {MOMENT_START, {0, 0, 0}}, "start"},
        {"start + 7 days", {MOMENT_START, {0, 7, 0}}, "start + 7 days"},
        {"start+7days", {MOMENT_START, {0, 7, 0}}, "start + 7 days"},
        {"monthly", {MOMENT_MONTHLY, {0, 0, 0}}, "monthly"},
        {"Monthly + 2 weeks", {MOMENT_MONTHLY, {0, 14, 0}}, "monthly + 14 days"},
        {"monthly - 3 days", {MOMENT_MONTHLY, {0, -3, 0}}, "monthly - 3 days"},
        {"end - 1 week", {MOMENT_END, {0, -7, 0}}, "end - 7 days"},
        {"end - 1 month and 2 days", {MOMENT_END, {-1, -2, 0}}, "end - 1 month 2 days"},
        {"accepted + 2 hours", {MOMENT_ACCEPTED, {0, 0, 7200}}, "accepted + 2 hours"},
        {"  round - a week ", {MOMENT_ROUND, {0, -7, 0}}, "round - 7 days"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct moment moment, again;
        struct error error = ERROR_INIT;
        if (!moment_parse(cases[i].text, &moment, &error))
            fail_msg("%s", error.message);
        assert_int_equal(moment.anchor, cases[i].expected.anchor);
        assert_memory_equal(&moment.offset, &cases[i].expected.offset, sizeof moment.offset);
        auto_text text = TEXT_EMPTY;
        moment_format(&moment, &text);
        assert_string_equal(text_string(&text), cases[i].back);
        assert_true(moment_parse(text_string(&text), &again, &error));
        assert_memory_equal(&moment.offset, &again.offset, sizeof again.offset);
    }
}

/* Goal: what is no moment is refused with what would be right, in one printable line. */
static void test_refuse(void **state) {
    (void)state;
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"strat + 7 days", "did you mean \"start\"?"},
        {"montly", "did you mean \"monthly\"?"},
        {"", "it begins with accepted, round, start, monthly or end"},
        {"7 days after start", "it begins with"},
        {"start - 1 day", "nothing can be sent before \"start\""},
        {"accepted - 1 day", "nothing can be sent before \"accepted\""},
        {"monthly + 1 month", "not months"},
        {"monthly - 4 weeks", "at most 27 days"},
        {"start 7 days", "\"+\" or \"-\" and a duration may follow \"start\""},
        {"start +", "a duration is missing"},
        {"start + 7", "has no unit"},
        {"start + 7 dyas", "did you mean \"days\"?"},
        {"start + -7 days", "whole number"},
        {"start + 7 days - 1 hour", "whole number"},
        {"st\x1b[31mart", "it begins with"},
        {"endlessly long anchor that goes on and on and on and on", "it begins with"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct moment moment = {.anchor = MOMENT_END};
        struct error error = ERROR_INIT;
        if (moment_parse(cases[i].text, &moment, &error))
            fail_msg("\"%s\" was accepted", cases[i].text);
        if (!strstr(error.message, cases[i].says) || strchr(error.message, '\x1b'))
            fail_msg("\"%s\" is refused with: %s", cases[i].text, error.message);
        assert_int_equal(moment.anchor, MOMENT_END);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_parse_and_format), cmocka_unit_test(test_refuse)};
    return cmocka_run_group_tests_name("moment", tests, NULL, NULL);
}
