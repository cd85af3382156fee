#include "test.h"

#include <string.h>

#include "base/duration.h"
#include "base/memory.h"
#include "base/random.h"

/* Goal: durations are read as people write them. */
static void test_parse(void **state) {
    (void)state;
    static const struct {
        const char *text;
        struct duration expected;
    } cases[] = {
        {"5 minutes", {0, 0, 300}},
        {"10 days", {0, 10, 0}},
        {"6 months", {6, 0, 0}},
        {"1 week", {0, 7, 0}},
        {"90 seconds", {0, 0, 90}},
        {"1 year", {12, 0, 0}},
        {"a fortnight", {0, 14, 0}},
        {"an hour", {0, 0, 3600}},
        {"two weeks", {0, 14, 0}},
        {"Six Months", {6, 0, 0}},
        {"1 hour and 30 minutes", {0, 0, 5400}},
        {"1 month, 2 weeks, 3 days", {1, 17, 0}},
        {"5min", {0, 0, 300}},
        {"10d", {0, 10, 0}},
        {"  2   hours ", {0, 0, 7200}},
        {"1h30min", {0, 0, 5400}},
        {"0 days", {0, 0, 0}},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct duration duration = {-1, -1, -1};
        struct error error = ERROR_INIT;
        if (!duration_parse(cases[i].text, &duration, &error))
            fail_msg("%s", error.message);
        assert_memory_equal(&duration, &cases[i].expected, sizeof duration);
    }
}

/* Goal: what is no duration is refused with the nearest unit or an example, in one printable line. */
static void test_refuse(void **state) {
    (void)state;
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"5 minuts", "did you mean \"minutes\"?"},
        {"6 mounths", "did you mean \"months\"?"},
        {"5 m", "could be minutes or months"},
        {"5", "has no unit"},
        {"", "a duration is missing"},
        {"   ", "a duration is missing"},
        {"soon", "a whole number should stand where \"soon\" is"},
        {"1.5 hours", "a whole number should stand where \"1.5\" is"},
        {"-3 days", "a whole number should stand where \"-3\" is"},
        {"3 parsecs", "unknown unit \"parsecs\""},
        {"and 3 days", "a whole number should stand where \"and\" is"},
        {"3 days and", "a whole number should stand where \"\" is"},
        {"101 years", "at most a hundred years"},
        {"99999999999999999999 days", "whole number"},
        {"9223372036854775807 weeks", "at most a hundred years"},
        {"5 \x1b[31mred", "unknown unit \"?[\""},
        {"5 days\n", "unknown unit"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct duration duration = {7, 7, 7};
        struct error error = ERROR_INIT;
        assert_false(duration_parse(cases[i].text, &duration, &error));
        if (!strstr(error.message, cases[i].says) || strchr(error.message, '\x1b') || strchr(error.message, '\n'))
            fail_msg("\"%s\" is refused with: %s", cases[i].text, error.message);
        assert_int_equal(duration.months, 7);
    }
}

/* Goal: clock durations come as seconds; months are refused there. */
static void test_seconds(void **state) {
    (void)state;
    int64_t seconds = 0;
    struct error error;
    assert_true(duration_parse_seconds("1 day and 1 hour", &seconds, &error));
    assert_int_equal(seconds, 90000);
    assert_false(duration_parse_seconds("2 months", &seconds, &error));
    assert_non_null(strstr(error.message, "months differ in length"));
    assert_int_equal(seconds, 90000);
}

/* Goal: whatever is formatted is read back as the same, for thousands of durations. */
static void test_format_and_back(void **state) {
    (void)state;
    random_seed(11);
    for (int i = 0; i < 5000; i++) {
        struct duration duration = {
            .months = random_below(3) ? (int64_t)random_below(1200) : 0,
            .days = random_below(3) ? (int64_t)random_below(36525) : 0,
            .seconds = random_below(3) ? (int64_t)random_below(1000000) : 0,
        };
        auto_text text = TEXT_EMPTY;
        duration_format(&duration, &text);
        struct duration back;
        struct error error;
        assert_true(duration_parse(text_string(&text), &back, &error));
        assert_memory_equal(&duration, &back, sizeof back);
        struct duration backwards = duration_negate(&duration);
        auto_text without_sign = TEXT_EMPTY;
        duration_format(&backwards, &without_sign);
        assert_string_equal(text_string(&text), text_string(&without_sign));
    }
    auto_text text = TEXT_EMPTY;
    duration_format(&(struct duration){.months = 1, .days = 14, .seconds = 5401}, &text);
    assert_string_equal(text_string(&text), "1 month 14 days 1 hour 30 minutes 1 second");
    text_clear(&text);
    duration_format(&(struct duration){0}, &text);
    assert_string_equal(text_string(&text), "0 seconds");
}

/* Goal: random bytes never do worse than an error. */
static void test_noise(void **state) {
    (void)state;
    static const char *const pieces[] = {"5",    " ",     "days",       "a", "and", ",",
                                         "\xff", "month", "9999999999", ".", "\t",  "w"};
    random_seed(12);
    for (int i = 0; i < 20000; i++) {
        auto_text text = TEXT_EMPTY;
        for (uint64_t n = random_below(12); n > 0; n--)
            text_append(&text, pieces[random_below(COUNT_OF(pieces))]);
        struct duration duration;
        struct error error = ERROR_INIT;
        if (!duration_parse(text_string(&text), &duration, &error))
            assert_true(error.class == ERROR_PERMANENT && error.message[0]);
        else
            assert_true(duration.months >= 0 && duration.days >= 0 && duration.seconds >= 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse),           cmocka_unit_test(test_refuse), cmocka_unit_test(test_seconds),
        cmocka_unit_test(test_format_and_back), cmocka_unit_test(test_noise),
    };
    return cmocka_run_group_tests_name("duration", tests, NULL, NULL);
}
