#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* Goal: of all 256 bytes just the ones that ASCII says are letters, digits and blanks, so that no byte of UTF-8 passes
 * for one. */
static void test_every_byte(void **state) {
    (void)state;
    static const char digits[] = "0123456789", letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
                      hexadecimal[] = "0123456789abcdefABCDEF";
    for (int byte = 0; byte < 256; byte++) {
        char c = (char)byte;
        bool digit = memchr(digits, c, sizeof digits - 1), letter = memchr(letters, c, sizeof letters - 1);
        assert_int_equal(ascii_is_digit(c), digit);
        assert_int_equal(ascii_is_letter(c), letter);
        assert_int_equal(ascii_is_letter_or_digit(c), digit || letter);
        assert_int_equal(ascii_is_blank(c), byte == ' ' || byte == '\t');
        bool is_hexadecimal = memchr(hexadecimal, c, sizeof hexadecimal - 1);
        assert_int_equal(ascii_hex_value(c), is_hexadecimal ? strtol((char[]){c, '\0'}, NULL, 16) : -1);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_byte)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
