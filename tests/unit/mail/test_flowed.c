#include "test.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "mail/message/flowed.h"

static void test_clean(void **state) {
    /* Goal: one kind of line end, no controls, a last line that ends. */
    (void)state;
    static const char *const cases[][2] = {
        {NULL, ""},
        {"", ""},
        {"a", "a\n"},
        {"a\r\nb\rc\n", "a\nb\nc\n"},
        {"\r\r\n\n", "\n\n\n"},
        {"a\tb\x01\x7F", "a\tb\n"},
        {"\xC2\x85é\xFF", "é\uFFFD\n"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        auto_text clean = TEXT_EMPTY;
        flowed_clean(&clean, cases[i][0]);
        assert_string_equal(text_string(&clean), cases[i][1]);
    }
}

static void test_flow(void **state) {
    /* Goal: stuffing, trimming, soft breaks and the signature mark, byte for byte. */
    (void)state;
    static const char *const cases[][2] = {
        {"hello\n\nthere\n", "hello\n\nthere\n"},
        {"trailing  \t\n", "trailing\n"},
        {" indented\n>quoted\nFrom here\nFromage\n", "  indented\n >quoted\n From here\nFromage\n"},
        {"-- \nKate\n", "-- \nKate\n"},
        {" -- \n", "  --\n"},
        /* 78 columns stay, 79 are wrapped at 72 */
        {"12345678 12345678 12345678 12345678 12345678 12345678 12345678 12345678 123456\n",
         "12345678 12345678 12345678 12345678 12345678 12345678 12345678 12345678 123456\n"},
        {"12345678 12345678 12345678 12345678 12345678 12345678 12345678 12345678 1234567\n",
         "12345678 12345678 12345678 12345678 12345678 12345678 12345678 12345678 \n1234567\n"},
        /* a continuation that would pass for a quote or a mailbox line is stuffed */
        {"12345678 12345678 12345678 12345678 12345678 12345678 12345678 12345678 >1234567\n",
         "12345678 12345678 12345678 12345678 12345678 12345678 12345678 12345678 \n >1234567\n"},
        {"12345678 12345678 12345678 12345678 12345678 12345678 12345678 12345678 From here\n",
         "12345678 12345678 12345678 12345678 12345678 12345678 12345678 12345678 \n From here\n"},
        /* wide characters count two columns: 40 of them with a space are 81 */
        {"図書館図書館図書館図書館図書館図書館図 書館図書館図書館図書館図書館図書館図書館\n",
         "図書館図書館図書館図書館図書館図書館図 \n書館図書館図書館図書館図書館図書館図書館\n"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        auto_text flowed = TEXT_EMPTY;
        flowed_append(&flowed, cases[i][0], strlen(cases[i][0]));
        assert_string_equal(text_string(&flowed), cases[i][1]);
    }
}

static void test_quoted_printable(void **state) {
    /* Goal: lines of 76, whole characters, nothing that a mail system could take for its own. */
    (void)state;
    static const char *const cases[][2] = {
        {"", ""},
        {"a=b\n", "a=3Db\r\n"},
        {"é \n", "=C3=A9=20\r\n"},
        {"tab\t\n", "tab=09\r\n"},
        {".\n..\nFrom x\n", "=2E\r\n=2E.\r\n=46rom x\r\n"},
        {"no end", "no end"},
        /* 76 fit a line, 77 don't */
        {"1234567890123456789012345678901234567890123456789012345678901234567890123456\n",
         "1234567890123456789012345678901234567890123456789012345678901234567890123456\r\n"},
        {"12345678901234567890123456789012345678901234567890123456789012345678901234567\n",
         "123456789012345678901234567890123456789012345678901234567890123456789012345=\r\n67\r\n"},
        /* a soft break doesn't leave a dot at the beginning, nor half a character behind */
        {"123456789012345678901234567890123456789012345678901234567890123456789012345.x\n",
         "123456789012345678901234567890123456789012345678901234567890123456789012345=\r\n=2Ex\r\n"},
        {"1234567890123456789012345678901234567890123456789012345678901234567890é x\n",
         "1234567890123456789012345678901234567890123456789012345678901234567890=\r\n=C3=A9 x\r\n"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        auto_text quoted = TEXT_EMPTY;
        flowed_append_quoted_printable(&quoted, cases[i][0], strlen(cases[i][0]));
        assert_string_equal(text_string(&quoted), cases[i][1]);
    }
    auto_text worst = TEXT_EMPTY, quoted = TEXT_EMPTY;
    for (size_t i = 0; i < 10000; i++)
        text_append(&worst, i % 3 ? "\xF0\x9F\x93\x9A" : "\xFF=");
    flowed_append_quoted_printable(&quoted, worst.bytes, worst.length);
    assert_int_equal(strlen(quoted.bytes), quoted.length);
}

static void test_fits_7bit(void **state) {
    /* Goal: 998 octets of ASCII may travel bare; one more, or one byte above, may not. */
    (void)state;
    char line[1000];
    memset(line, 'a', sizeof line);
    line[998] = '\n';
    assert_true(flowed_fits_7bit(line, 999));
    line[998] = 'a';
    assert_false(flowed_fits_7bit(line, 999));
    assert_false(flowed_fits_7bit("é", 2));
    assert_true(flowed_fits_7bit("", 0));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_clean),
        cmocka_unit_test(test_flow),
        cmocka_unit_test(test_quoted_printable),
        cmocka_unit_test(test_fits_7bit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
