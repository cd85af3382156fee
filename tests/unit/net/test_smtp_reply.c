#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "net/smtp_reply.h"

/* Reads BYTES in pieces of PIECE; the last progress, with the first whole reply in *RET. */
static enum smtp_reply_progress read_in_pieces(const char *bytes, size_t length, size_t piece, struct smtp_reply *ret) {
    struct smtp_reply_reader reader = {0};
    enum smtp_reply_progress progress = REPLY_UNFINISHED;
    for (size_t at = 0, used; at < length && progress == REPLY_UNFINISHED; at += used)
        progress = smtp_reply_read(&reader, bytes + at, length - at < piece ? length - at : piece, &used, ret);
    return progress;
}

static void check(const char *bytes, int code, const char *status, const char *text) {
    for (size_t piece = 1; piece < 60; piece += 7) {
        struct smtp_reply reply = {0};
        assert_int_equal(read_in_pieces(bytes, strlen(bytes), piece, &reply), REPLY_WHOLE);
        assert_int_equal(reply.code, code);
        assert_string_equal(reply.status, status);
        assert_string_equal(reply.text, text);
    }
}

/* Goal: replies of one and many lines are read the same in any pieces, with and without an enhanced status. */
static void test_whole_replies(void **state) {
    (void)state;
    check("250 ok\r\n", 250, "", "250 ok");
    check("250\r\n", 250, "", "250");
    check("250 \n", 250, "", "250");
    check("550 5.1.1 <x@y>: unknown\r\n", 550, "5.1.1", "550 5.1.1 <x@y>: unknown");
    check("550-5.7.26 Unauthenticated\r\n550-5.7.26  mail\r\n550 5.7.26 is refused\r\n", 550, "5.7.26",
          "550 5.7.26 Unauthenticated  mail is refused");
    check("450 4.2.2\r\n", 450, "4.2.2", "450 4.2.2");
    check("550 4.2.2 another class\r\n", 550, "", "550 4.2.2 another class");
    check("550 5.1234.1 too long\r\n", 550, "", "550 5.1234.1 too long");
    check("550 5.1.1x no status\r\n", 550, "", "550 5.1.1x no status");
    check("421 bye \x1b[31m\xe2\x80\xae\r\n", 421, "", "421 bye ?[31m?");
}

/* Goal: what is no reply is told so, and not taken for one. */
static void test_malformed(void **state) {
    (void)state;
    static const char *const wrong[] = {
        "\r\n",       "hello\r\n", "25 ok\r\n",   "2500 ok\r\n",        "150 no\r\n",
        "650 no\r\n", "250ok\r\n", " 250 ok\r\n", "250-a\r\n251 b\r\n", "250-a\r\nb\r\n"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct smtp_reply reply;
        assert_int_equal(read_in_pieces(wrong[i], strlen(wrong[i]), 100, &reply), REPLY_MALFORMED);
    }
}

/* Goal: only the bytes of one reply are used, so that the next begins where it should. */
static void test_uses_one_reply(void **state) {
    (void)state;
    static const char both[] = "250 2.1.0 one\r\n354 two\r\n";
    struct smtp_reply_reader reader = {0};
    struct smtp_reply reply;
    size_t used;
    assert_int_equal(smtp_reply_read(&reader, both, strlen(both), &used, &reply), REPLY_WHOLE);
    assert_int_equal(used, 15);
    assert_int_equal(smtp_reply_read(&reader, both + used, strlen(both) - used, &used, &reply), REPLY_WHOLE);
    assert_int_equal(reply.code, 354);
    assert_string_equal(reply.status, "");
}

/* Goal: endless lines and endless replies end in an error, in bounded space. */
static void test_endless(void **state) {
    (void)state;
    size_t length = 2 * 1024 * 1024;
    char *bytes = malloc(length);
    assert_non_null(bytes);
    struct smtp_reply reply;
    memset(bytes, 'x', length);
    memcpy(bytes, "250 ", 4);
    assert_int_equal(read_in_pieces(bytes, length, 4096, &reply), REPLY_MALFORMED);
    for (size_t i = 0; i + 8 <= length; i += 8)
        memcpy(bytes + i, "250-ab\r\n", 8);
    assert_int_equal(read_in_pieces(bytes, length, 4096, &reply), REPLY_MALFORMED);
    free(bytes);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole_replies),
        cmocka_unit_test(test_malformed),
        cmocka_unit_test(test_uses_one_reply),
        cmocka_unit_test(test_endless),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
