#include "test.h"

#include <string.h>

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

static void test_terminal(void **state) {
    /* Goal: no control reaches a terminal, whether as text or within JSON, which still says the same. */
    (void)state;
    auto_text text = TEXT_EMPTY;
    text_append_printable(&text, "a\x1B[2J\r\n\xC2\x9B"
                                 "2J\x7F\xE2\x80\xAE\xE2\x81\xA6\xE2\x80\x8F\xD8\x9C\xE2\x80\xA8\xC3\xA9");
    assert_string_equal(text_string(&text), "a?[2J???2J??????\xC3\xA9");
    text_clear(&text);
    text_append_json(&text, "{\"a\":\"\\u001B\xC2\x9B\x7F\xE2\x80\xAE\xE2\x81\xA9\xD8\x9C\xE2\x80\xA9\xC3\xA9\"}\n");
    assert_string_equal(text_string(&text), "{\"a\":\"\\u001B\\u009B\\u007F\\u202E\\u2069\\u061C\\u2029\xC3\xA9\"}\n");
    text_free(&text);
}

static void test_files(void **state) {
    /* Goal: only a whole byte order mark at the beginning counts as one, and a line without an end is none yet. */
    (void)state;
    assert_int_equal(utf8_mark_length("\xEF\xBB\xBF", 3), 3);
    assert_int_equal(utf8_mark_length("\xEF\xBB\xBFx", 2), 0);
    assert_int_equal(utf8_mark_length("x\xEF\xBB\xBF", 4), 0);
    assert_int_equal(utf8_line_ends("", 0), 0);
    assert_int_equal(utf8_line_ends("a\r\n\nb", 5), 2);
    assert_int_equal(utf8_line_ends("a\r\n\nb", 3), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_cut), cmocka_unit_test(test_terminal),
                                       cmocka_unit_test(test_files)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
