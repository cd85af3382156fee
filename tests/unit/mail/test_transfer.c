#include "test.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "mail/message/transfer.h"

struct sample {
    const char *encoded, *decoded;
    bool damaged;
};

static void check(enum transfer_encoding encoding, const struct sample *samples, size_t count) {
    auto_arena arena = arena_new();
    for (size_t i = 0; i < count; i++) {
        size_t length = 0;
        bool damaged = false;
        const char *decoded =
            transfer_decode(encoding, samples[i].encoded, strlen(samples[i].encoded), arena, &length, &damaged);
        assert_string_equal(decoded, samples[i].decoded);
        assert_int_equal(length, strlen(samples[i].decoded));
        assert_int_equal(damaged, samples[i].damaged);
    }
}

static void test_base64(void **state) {
    /* Goal: base64 is read whole and with all that mail does to it: breaks, joined pieces, lost ends, footers. */
    (void)state;
    static const struct sample samples[] = {
        {"", "", false},
        {"aGVsbG8=", "hello", false},
        {"aGVs\r\nbG8=\r\n", "hello", false},
        {"aGVsbG8gd29ybGQ=", "hello world", false},
        {"aGVsbG8", "hello", true},
        {"aGVs*bG8=", "hello", true},
        {"aGVsbG8=\naGVsbG8=\n", "hellohello", false},
        {"aGVsbG8=aGVsbG8=", "hellohello", false},
        {"aGVsbG8=\r\n_____\r\nA list's footer\r\n", "hello", true},
        {"aGVsbG8=\r\nFooter\r\n", "hello", true},
        {"====", "", false},
        {"A", "", false},
    };
    check(TRANSFER_BASE64, samples, COUNT_OF(samples));
}

static void test_quoted_printable(void **state) {
    /* Goal: soft breaks go, encoded bytes come, white space at line ends goes, nonsense stays as it stands. */
    (void)state;
    static const struct sample samples[] = {
        {"caf=C3=A9", "caf\xC3\xA9", false},
        {"caf=c3=a9", "caf\xC3\xA9", false},
        {"one =\r\ntwo", "one two", false},
        {"one = \t\r\ntwo", "one two", false},
        {"one=\ntwo=", "onetwo", false},
        {"trailing  \t\r\nnext ", "trailing\r\nnext ", false},
        {"kept=20 \r\n", "kept \r\n", false},
        {"a=b", "a=b", true},
        {"a=ZZ=", "a=ZZ", true},
        {"=", "", false},
    };
    check(TRANSFER_QUOTED_PRINTABLE, samples, COUNT_OF(samples));
}

static void test_uuencode(void **state) {
    /* Goal: uuencode is read from its begin line to its end, and what never was encoded comes out unchanged. */
    (void)state;
    static const struct sample samples[] = {
        {"begin 644 a.txt\n%:&5L;&\\\n`\nend\n", "hello", false},
        {"preface\r\nbegin 644 a.txt\r\n%:&5L;&\\\r\n`\r\nend\r\n", "hello", false},
        {"begin 644 a.txt\n%:&5L;&\\\n", "hello", true},
        {"plain", "plain", true},
    };
    check(TRANSFER_UUENCODE, samples, COUNT_OF(samples));
}

static void test_never_longer(void **state) {
    /* Goal: whatever the bytes are, decoding stays within its bounds and ends with a NUL. */
    (void)state;
    auto_arena arena = arena_new();
    static const char alphabet[] = "A=\n M+/\r`bz\xE9";
    uint32_t random = 1;
    for (int round = 0; round < 3000; round++) {
        char bytes[64];
        size_t length = 0;
        for (; length < sizeof bytes; length++) {
            random = random * 1664525 + 1013904223;
            if (random >> 27 == 0)
                break;
            bytes[length] = alphabet[(random >> 16) % (sizeof alphabet - 1)];
        }
        for (enum transfer_encoding encoding = TRANSFER_IDENTITY; encoding <= TRANSFER_UUENCODE; encoding++) {
            size_t decoded_length = 0;
            bool damaged = false;
            const char *decoded = transfer_decode(encoding, bytes, length, arena, &decoded_length, &damaged);
            assert_true(decoded_length <= length);
            assert_int_equal(decoded[decoded_length], '\0');
        }
    }
}

static void test_names(void **state) {
    /* Goal: encodings are known by their words in any case; an unknown one is told as such. */
    (void)state;
    enum transfer_encoding encoding;
    assert_true(transfer_find(" Base64 (comment)", &encoding));
    assert_int_equal(encoding, TRANSFER_BASE64);
    assert_true(transfer_find("\"quoted-printable\"", &encoding));
    assert_int_equal(encoding, TRANSFER_QUOTED_PRINTABLE);
    assert_true(transfer_find("X-UUENCODE;", &encoding));
    assert_int_equal(encoding, TRANSFER_UUENCODE);
    assert_true(transfer_find("8BIT", &encoding));
    assert_int_equal(encoding, TRANSFER_IDENTITY);
    assert_false(transfer_find("utf-8", &encoding));
    assert_int_equal(encoding, TRANSFER_IDENTITY);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_base64),   cmocka_unit_test(test_quoted_printable),
        cmocka_unit_test(test_uuencode), cmocka_unit_test(test_never_longer),
        cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
