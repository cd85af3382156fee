#include "test.h"

#include <string.h>
#include <time.h>

#include "base/civil.h"
#include "base/clock.h"
#include "base/memory.h"

/* Goal: every day of eight centuries gets the same date and weekday as the C library gives it, and back. */
static void test_days_agree_with_the_c_library(void **state) {
    (void)state;
    for (int64_t days = -170000; days < 170000; days++) {
        time_t seconds = (time_t)(days * SECONDS_PER_DAY);
        struct tm expected;
        gmtime_r(&seconds, &expected);
        struct civil_date date = civil_from_days(days);
        if (date.year != expected.tm_year + 1900 || date.month != expected.tm_mon + 1 || date.day != expected.tm_mday ||
            civil_weekday(date) != expected.tm_wday || civil_to_days(date) != days)
            fail_msg("day %lld came out as %lld-%d-%d", (long long)days, (long long)date.year, date.month, date.day);
    }
}

static struct civil_date date_of(const char *text) {
    struct civil_date date = {0};
    struct error error;
    assert_true(civil_parse_date(text, &date, &error));
    return date;
}

/* Goal: months are added on the calendar and clamped to the month's end, leap years and negative months included. */
static void test_add_months(void **state) {
    (void)state;
    static const struct {
        const char *from;
        int months;
        const char *to;
    } cases[] = {
        {"2027-01-31", 1, "2027-02-28"},   {"2028-01-31", 1, "2028-02-29"},  {"2027-01-31", 2, "2027-03-31"},
        {"2027-01-31", 3, "2027-04-30"},   {"2027-12-15", 1, "2028-01-15"},  {"2027-01-15", -1, "2026-12-15"},
        {"2028-02-29", 12, "2029-02-28"},  {"2028-02-29", 48, "2032-02-29"}, {"2000-02-29", 1200, "2100-02-28"},
        {"2027-03-31", -13, "2026-02-28"}, {"2027-08-31", -6, "2027-02-28"}, {"2027-05-05", 0, "2027-05-05"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char buffer[CIVIL_DATE_SIZE];
        assert_string_equal(civil_format_date(civil_add_months(date_of(cases[i].from), cases[i].months), buffer),
                            cases[i].to);
    }
}

/* Goal: dates are read strictly, and a refusal says what is wrong. */
static void test_parse_date(void **state) {
    (void)state;
    struct civil_date date = date_of("2027-01-31");
    assert_true(date.year == 2027 && date.month == 1 && date.day == 31);
    static const struct {
        const char *text, *says;
    } bad[] = {
        {"2027-02-29", "that month has 28 days"},
        {"2027-13-01", "no month 13"},
        {"2027-00-01", "no month 0"},
        {"2027-01-00", "has 31 days"},
        {"2027-1-31", "year-month-day"},
        {"31.1.2027", "year-month-day"},
        {"", "year-month-day"},
        {"2027-01-31 ", "year-month-day"},
        {"+027-01-31", "year-month-day"},
        {"2027-01-3\n", "year-month-day"},
        {"0000-01-01", "year-month-day"},
    };
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct error error;
        assert_false(civil_parse_date(bad[i].text, &date, &error));
        if (!strstr(error.message, bad[i].says) || strchr(error.message, '\n'))
            fail_msg("\"%s\" is refused with: %s", bad[i].text, error.message);
    }
}

/* Goal: times of day are read as people write them, and come back in one form. */
static void test_time_of_day(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int32_t seconds;
        const char *back;
    } good[] = {
        {"09:00", 32400, "09:00"}, {"9:00", 32400, "09:00"},        {"00:00", 0, "00:00"},
        {"23:59", 86340, "23:59"}, {"23:59:59", 86399, "23:59:59"}, {"7:05:06", 25506, "07:05:06"},
    };
    struct error error;
    for (size_t i = 0; i < COUNT_OF(good); i++) {
        int32_t seconds = -1;
        char buffer[CIVIL_TIME_SIZE];
        assert_true(civil_parse_time_of_day(good[i].text, &seconds, &error));
        assert_int_equal(seconds, good[i].seconds);
        assert_string_equal(civil_format_time_of_day(seconds, buffer), good[i].back);
    }
    static const char *const bad[] = {"",       "24:00", "9",      "09.00", "9:0",    "09:60",   "09:00:60", "-1:00",
                                      "09:00 ", "9 am",  "009:00", ":30",   "09:00:", "09:00:1", "\xff:00",  "09:00am"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        int32_t seconds = -1;
        if (civil_parse_time_of_day(bad[i], &seconds, &error) || seconds != -1)
            fail_msg("\"%s\" was taken for a time", bad[i]);
        assert_non_null(strstr(error.message, "\"00:00\" to \"23:59\""));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_days_agree_with_the_c_library),
        cmocka_unit_test(test_add_months),
        cmocka_unit_test(test_parse_date),
        cmocka_unit_test(test_time_of_day),
    };
    return cmocka_run_group_tests_name("civil", tests, NULL, NULL);
}
