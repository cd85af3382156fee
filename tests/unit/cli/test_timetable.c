#include "test.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/memory.h"
#include "cli/timetable.h"
#include "cli/wrap.h"

static struct timetable begin(FILE *file, size_t width) {
    struct error error = ERROR_INIT;
    struct timetable timetable = {.file = file, .names = {"Anna", "Ben"}, .people = 2, .width = width};
    assert_true(zone_load("Europe/Oslo", &timetable.zones[0], &error));
    assert_true(zone_load("Pacific/Auckland", &timetable.zones[1], &error));
    return timetable;
}

/* Goal: each day is named once, in the first one's calendar; another one's day is marked where it differs. */
static void test_days(void **state) {
    (void)state;
    auto_string printed = NULL;
    size_t size;
    FILE *file = open_memstream(&printed, &size);
    struct timetable timetable = begin(file, 0);
    const int64_t monday = 1801458000; /* 2027-02-01 05:00 UTC */
    timetable_line(&timetable, monday, "first", TONE_GOOD);
    timetable_line(&timetable, monday + 12 * 3600, "second", TONE_PLAIN);
    timetable_line(&timetable, monday + 24 * 3600, "third\nand more", TONE_PLAIN);
    timetable_remark(&timetable, "and so on");
    fclose(file);
    assert_string_equal(printed, "  Anna     Ben      (local times)\n"
                                 "Monday, 1 February 2027\n"
                                 "  06:00    18:00    first\n"
                                 "  18:00    06:00+1  second\n"
                                 "Tuesday, 2 February 2027\n"
                                 "  06:00    18:00    third\n"
                                 "                    and more\n"
                                 "                    and so on\n");
}

/* Goal: a long name does not push the columns apart without bound, and what could move the cursor is made harmless. */
static void test_names(void **state) {
    (void)state;
    auto_string printed = NULL;
    size_t size;
    FILE *file = open_memstream(&printed, &size);
    struct timetable timetable = begin(file, 0);
    timetable.names[0] = "Wolfeschlegelsteinhausen";
    timetable.names[1] = "B\033[2J";
    timetable_line(&timetable, 1801458000, "\033[31mred", TONE_PLAIN);
    fclose(file);
    assert_string_equal(printed, "  Wolfeschlege  B?[2J    (local times)\n"
                                 "Monday, 1 February 2027\n"
                                 "  06:00         18:00    ?[31mred\n");
}

static char *wrapped(const char *text, size_t column, size_t width) {
    char *printed = NULL;
    size_t size;
    FILE *file = open_memstream(&printed, &size);
    wrap_print(file, text, column, width, "");
    fclose(file);
    return printed;
}

static void check_wrap(const char *text, size_t column, size_t width, const char *expected) {
    auto_string printed = wrapped(text, column, width);
    assert_string_equal(printed, expected);
}

/* Goal: lines break between words within the width, go on below where they began, and lose no word. */
static void test_wrap(void **state) {
    (void)state;
    check_wrap("", 0, 80, "\n");
    check_wrap("one two", 0, 0, "one two\n");
    check_wrap("one two three four five six seven", 4, 30, "one two three four five\n    six seven\n");
    check_wrap("a\n\nb\n", 2, 80, "a\n  \n  b\n");
    check_wrap("  kept   as it is", 0, 40, "  kept   as it is\n");
    check_wrap("Donaudampfschifffahrtsgesellschaft ist lang", 0, 24, "Donaudampfschifffahrtsgesellschaft\nist lang\n");
    check_wrap("日本語日本語日本語 日本語日本語", 0, 24, "日本語日本語日本語\n日本語日本語\n");
    check_wrap("bad \xff byte", 0, 80, "bad \xef\xbf\xbd byte\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_days),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_wrap),
    };
    return cmocka_run_group_tests_name("timetable", tests, NULL, NULL);
}
