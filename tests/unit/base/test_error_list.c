#include "test.h"

#include "base/error.h"
#include "base/memory.h"

static void test_sorts_by_file_and_line(void **state) {
    /* Goal: faults come out in the order in which a person reads the files, whatever order they were found in. */
    (void)state;
    auto_error_list errors = ERROR_LIST_EMPTY;
    assert_false(error_list_add(&errors, "main.conf", 9, "late"));
    error_list_add(&errors, "other.conf", 1, "other");
    error_list_add(&errors, "main.conf", 0, "whole file");
    error_list_add(&errors, "main.conf", 2, "early %d", 1);
    error_list_sort(&errors);
    const char *expected[] = {"main.conf:2: early 1", "main.conf:9: late", "main.conf: whole file",
                              "other.conf:1: other"};
    assert_int_equal(errors.count, COUNT_OF(expected));
    for (size_t i = 0; i < errors.count; i++) {
        auto_string line = error_list_format(&errors.entries[i]);
        assert_string_equal(line, expected[i]);
    }
}

static void test_keeps_a_bounded_number(void **state) {
    /* Goal: a file of nothing but faults can't grow the list without end. */
    (void)state;
    auto_error_list errors = ERROR_LIST_EMPTY;
    for (int i = 0; i < 10 * ERROR_LIST_MOST; i++)
        error_list_add(&errors, NULL, 0, "again");
    assert_int_equal(errors.count, ERROR_LIST_MOST);
    auto_string line = error_list_format(&errors.entries[0]);
    assert_string_equal(line, "again");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sorts_by_file_and_line),
        cmocka_unit_test(test_keeps_a_bounded_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
