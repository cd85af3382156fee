#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"

static void test_cut(void **state) {
    /* Goal: UTF-8 is shortened between characters only, and never needlessly. */
    (void)state;
    static const char text[] = "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80z";
    static const size_t expected[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11, 11};
    for (size_t most = 0; most < sizeof expected / sizeof *expected; most++)
        assert_int_equal(utf8_cut(text, sizeof text - 1, most), expected[most]);
    assert_int_equal(utf8_cut("\x80\x80", 2, 1), 0);
    assert_int_equal(utf8_cut("", 0, 0), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_cut)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
