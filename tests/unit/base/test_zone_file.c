#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"
#include "base/zone_file.h"

static size_t read_zone(const char *path, uint8_t *bytes, size_t size) {
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    size_t length = fread(bytes, 1, size, file);
    fclose(file);
    return length;
}

/* Asks a file that was accepted about all sorts of moments; the sanitizers watch. */
static void ask_around(const struct zone_file *file) {
    static const int64_t moments[] = {INT64_MIN / 4, -5000000000, -1,           0,
                                      1800000000,    2500000000,  100000000000, INT64_MAX / 4};
    for (size_t i = 0; i < COUNT_OF(moments); i++) {
        int64_t next;
        const struct zone_type *type = zone_file_type_at(file, moments[i], &next);
        assert_non_null(type);
        assert_true(next > moments[i]);
        assert_true(memchr(type->abbreviation, 0, sizeof type->abbreviation) != NULL);
    }
}

/* Goal: a file cut at any length is refused; one with flipped bits is refused or harmless. */
static void test_damaged_files(void **state) {
    (void)state;
    static uint8_t bytes[65536], damaged[65536];
    size_t length = read_zone("/usr/share/zoneinfo/Australia/Lord_Howe", bytes, sizeof bytes);
    struct zone_file file;
    struct error error;
    for (size_t cut = 0; cut < length; cut++) {
        uint8_t *exact = memory_new(cut + 1); /* so that reading too far is noticed */
        memcpy(exact, bytes, cut);
        assert_false(zone_file_parse(exact, cut, &file, &error));
        free(exact);
    }
    random_seed(5);
    size_t accepted = 0;
    for (int i = 0; i < 5000; i++) {
        memcpy(damaged, bytes, length);
        for (uint64_t flips = 1 + random_below(4); flips > 0; flips--)
            damaged[random_below(random_below(2) ? 44 : length)] ^= (uint8_t)(1u << random_below(8));
        if (!zone_file_parse(damaged, length, &file, &error))
            continue;
        accepted++;
        ask_around(&file);
        zone_file_free(&file);
    }
    assert_true(accepted > 100);
}

/* Goal: files of version 1 are read; leap-second files are refused. */
static void test_versions(void **state) {
    (void)state;
    static const uint8_t version_1[] = "TZif\0"
                                       "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
                                       "\0\0\0\0\0\0\0\0\0\0\0\0" /* no flags, no leap seconds */
                                       "\0\0\0\1\0\0\0\2\0\0\0\10"
                                       "\0\0\x0e\x10\1\0\0\0\0\0\0\0\0\x0e\x10\1\4" /* at 3600 to type 1 */
                                       "AAA\0BBB";
    static uint8_t bytes[sizeof version_1];
    memcpy(bytes, version_1, sizeof version_1);
    struct zone_file file;
    struct error error = ERROR_INIT;
    if (!zone_file_parse(bytes, sizeof bytes, &file, &error))
        fail_msg("%s", error.message);
    int64_t next;
    assert_string_equal(zone_file_type_at(&file, 3599, &next)->abbreviation, "AAA");
    assert_int_equal(next, 3600);
    assert_string_equal(zone_file_type_at(&file, 3600, &next)->abbreviation, "BBB");
    assert_true(next == INT64_MAX);
    zone_file_free(&file);
    zone_file_free(NULL);
    static uint8_t leaping[sizeof version_1 + 8];
    memcpy(leaping, version_1, sizeof version_1);
    leaping[31] = 1;
    assert_false(zone_file_parse(leaping, sizeof leaping, &file, &error));
    assert_non_null(strstr(error.message, "leap seconds"));
}

/* Goal: POSIX rules with every extension are read, broken ones refused. */
static void test_rules(void **state) {
    (void)state;
    static const char *const good[] = {
        "UTC0",
        "<-03>3",
        "AEST-10AEDT,M10.1.0,M4.1.0/3",
        "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0",
        "IST-1GMT0,M10.5.0,M3.5.0/1",
        "EST5EDT,0/0,J365/25",
        "XXX3EDT4,0/0,J365/23",
        "<-02>2<-01>,M3.5.0/-1,M10.5.0/0",
        "IST-2IDT,M3.4.4/26,M10.5.0",
        "AAA12:34:56BBB,J60,J300/167",
    };
    static const char *const bad[] = {
        "",
        "A0",
        "UTC",
        "<UTC0",
        "AEST-10AEDT",
        "AEST-10AEDT,M10.1.0",
        "AEST-10AEDT,M13.1.0,M4.1.0",
        "AEST-10AEDT,M10.6.0,M4.1.0",
        "AEST-10AEDT,M10.1.7,M4.1.0",
        "AEST-10AEDT,M10.1.0,M4.1.0/168",
        "AEST-25",
        "AEST-10AEDT,J0,J365",
        "AEST-10AEDT,366,J365",
        "AEST-10AEDT,M10.1.0,M4.1.0 ",
        "AEST-10:60",
        "AEST99999999999999999999",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA0",
    };
    struct zone_rule rule;
    for (size_t i = 0; i < COUNT_OF(good); i++)
        if (!zone_rule_parse(good[i], &rule))
            fail_msg("%s was refused", good[i]);
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        if (zone_rule_parse(bad[i], &rule))
            fail_msg("%s was accepted", bad[i]);
}

/* Goal: a rule for daylight saving all year never falls back to standard time, not for a second. */
static void test_daylight_saving_all_year(void **state) {
    (void)state;
    struct zone_rule rule;
    assert_true(zone_rule_parse("XXX3EDT4,0/0,J365/23", &rule));
    for (int64_t moment = 1893456000 - 90000; moment < 1893456000 + 90000; moment += 100) { /* around 2030-01-01 */
        int64_t next;
        assert_string_equal(zone_rule_type_at(&rule, moment, &next)->abbreviation, "EDT");
    }
}

/* Goal: the two ways to count days differ after 28 February of leap years only. */
static void test_days_of_leap_years(void **state) {
    (void)state;
    static const struct {
        const char *rule;
        int64_t moment;
        const char *abbreviation;
    } cases[] = {
        {"AAA0BBB,J60/0,J300/0", 1772323200 - 1, "AAA"}, /* 2026-03-01 00:00 */
        {"AAA0BBB,J60/0,J300/0", 1772323200, "BBB"},
        {"AAA0BBB,J60/0,J300/0", 1835481600 - 1, "AAA"}, /* 2028-03-01 00:00 */
        {"AAA0BBB,J60/0,J300/0", 1835481600, "BBB"},
        {"AAA0BBB,59/0,300/0", 1772323200 - 1, "AAA"},
        {"AAA0BBB,59/0,300/0", 1772323200, "BBB"},
        {"AAA0BBB,59/0,300/0", 1835481600 - 86400 - 1, "AAA"},
        {"AAA0BBB,59/0,300/0", 1835481600 - 86400, "BBB"}, /* 2028-02-29 */
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct zone_rule rule;
        int64_t next;
        assert_true(zone_rule_parse(cases[i].rule, &rule));
        if (strcmp(zone_rule_type_at(&rule, cases[i].moment, &next)->abbreviation, cases[i].abbreviation) != 0)
            fail_msg("%s is not %s at %lld", cases[i].rule, cases[i].abbreviation, (long long)cases[i].moment);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_damaged_files),
        cmocka_unit_test(test_versions),
        cmocka_unit_test(test_rules),
        cmocka_unit_test(test_daylight_saving_all_year),
        cmocka_unit_test(test_days_of_leap_years),
    };
    return cmocka_run_group_tests_name("zone_file", tests, NULL, NULL);
}
