#include "test.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "mail/html/html_text.h"
#include "mail/message/parse.h"
#include "mail/reply/body_text.h"

#define HEAD "From: a@example.net\r\nTo: p@example.org\r\nMIME-Version: 1.0\r\n"
#define FLOWED HEAD "Content-Type: text/plain; charset=utf-8; format=flowed\r\n\r\n"
#define DELETING HEAD "Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes\r\n\r\n"
#define PLAIN_PART(text) "--x\r\nContent-Type: text/plain\r\n\r\n" text "\r\n"
#define HTML_PART(text) "--x\r\nContent-Type: text/html\r\n\r\n" text "\r\n"
#define ALTERNATIVE(plain, html)                                                                                       \
    HEAD "Content-Type: multipart/alternative; boundary=x\r\n\r\n" PLAIN_PART(plain) HTML_PART(html) "--x--\r\n"

static void check(const char *mail, const char *text) {
    auto_arena arena = arena_new();
    struct message message;
    struct error error = ERROR_INIT;
    assert_true(message_parse(mail, strlen(mail), arena, &message, &error));
    assert_string_equal(body_text_make(&message), text);
}

static void test_flowed(void **state) {
    /* Goal: format=flowed comes out as the paragraphs and quotations that were written. */
    (void)state;
    check(FLOWED "one \r\ntwo\r\nthree\r\n", "one two\nthree");
    check(DELETING "one \r\ntwo  \r\nthree\r\n", "onetwo three");
    check(FLOWED "  indented\r\n >not quoted\r\n From here\r\n", " indented\n>not quoted\nFrom here");
    check(FLOWED "> one \r\n> two\r\nthree\r\n", "> one two\nthree");
    check(FLOWED ">> deep \r\n>> er\r\n> less \r\nmine\r\n", ">> deep er\n> less \nmine");
    check(FLOWED "mine \r\n-- \r\nAnna\r\n", "mine \n-- \nAnna");
    check(FLOWED "a paragraph \r\n\r\nanother\r\n", "a paragraph \n\nanother");
}

static void test_alternative(void **state) {
    /* Goal: the plain text is read where it says something, the HTML where it does not. */
    (void)state;
    check(ALTERNATIVE("plain", "<p>formatted</p>"), "plain");
    check(ALTERNATIVE(" \r\n\r\n", "<p>formatted</p>"), "formatted");
    check(ALTERNATIVE("-", "<p>formatted</p>"), "formatted");
    check(ALTERNATIVE("Your mail program cannot show HTML.", "<p>formatted</p>"), "formatted");
    check(ALTERNATIVE("I write HTML by hand.", ""), "I write HTML by hand.");
    check(ALTERNATIVE("2", "<p>2</p>"), "2");
    check(HEAD "Content-Type: text/plain\r\n\r\n<html>\r\n<body><p>formatted</p></body></html>\r\n", "formatted");
    check(HEAD "Content-Type: text/plain\r\n\r\n<html> is a tag.\r\n", "<html> is a tag.");
}

static void test_parts(void **state) {
    /* Goal: texts that a reader would see one below the other come so; attachments do not. */
    (void)state;
    check(HEAD "Content-Type: multipart/mixed; boundary=x\r\n\r\n" PLAIN_PART("one") HTML_PART("<p>two</p>")
              PLAIN_PART("three") "--x--\r\n",
          "one\n\ntwo\n\nthree");
    check(HEAD "Content-Type: multipart/mixed; boundary=x\r\n\r\n" PLAIN_PART(
              "one") "--x\r\nContent-Type: text/plain\r\n"
                     "Content-Disposition: attachment\r\n\r\n"
                     "two\r\n--x--\r\n",
          "one");
}

int main(void) {
    html_text_prepare();
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_flowed), cmocka_unit_test(test_alternative),
                                       cmocka_unit_test(test_parts)};
    return cmocka_run_group_tests_name("body text", tests, NULL, NULL);
}
