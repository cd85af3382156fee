#include "test.h"

#include <string.h>

#include "app/parser.h"
#include "base/clock.h"
#include "base/text.h"

static const struct description_settings settings = {.address = "@iln.example.org", .authserv_id = "mx"};

static int start(void **state) {
    struct error error = ERROR_INIT;
    *state = parser_start(&error);
    return *state ? 0 : -1;
}

static int stop(void **state) {
    parser_stop(*state);
    return 0;
}

static void test_describes(void **state) {
    /* Goal: mails in every charset and form that libraries might load files for are described inside the sandbox, and
     * the settings arrive there. */
    static const char *const charsets[] = {"utf-8",        "iso-2022-jp", "iso-2022-kr", "iso-2022-cn", "hz-gb-2312",
                                           "gb18030",      "big5-hkscs",  "euc-tw",      "windows-874", "ibm-1047",
                                           "utf-7",        "utf-32",      "no-such-set", "scsu",        "x-mac-greek",
                                           "unknown-8bit", "koi8-u",      "viscii"};
    struct sandbox_input mails[2 * COUNT_OF(charsets)];
    struct description descriptions[COUNT_OF(mails)];
    struct error error = ERROR_INIT;
    auto_arena arena = arena_new();
    for (size_t i = 0; i < COUNT_OF(mails); i++) {
        const char *mail =
            arena_format(arena,
                         "Authentication-Results: mx; dmarc=fail\r\nFrom: =?%1$s?Q?=E4=F6?= <a@b.org>\r\n"
                         "To: rabcdefghijklmnop@iln.example.org\r\nDate: Mon, 1 Jul 2013 10:00:00 EST\r\n"
                         "Content-Type: text/%2$s; charset=%1$s\r\n\r\n<p>\xE4\xF6 &auml; text",
                         charsets[i / 2], i % 2 ? "html" : "plain");
        mails[i] = (struct sandbox_input){mail, strlen(mail)};
    }
    if (!parser_describe(*state, &settings, mails, COUNT_OF(mails), arena, descriptions, &error))
        fail_msg("%s", error.message);
    for (size_t i = 0; i < COUNT_OF(mails); i++) {
        if (descriptions[i].kind != MAIL_HUMAN)
            fail_msg("%s: %s", charsets[i / 2], descriptions[i].why);
        assert_string_equal(descriptions[i].from.address, "a@b.org");
        assert_true(descriptions[i].has_tag);
        assert_string_equal(descriptions[i].dmarc, "fail");
    }
}

/* A mail of PIECE repeated TIMES after HEAD. */
static struct sandbox_input bomb(struct text *text, const char *head, const char *piece, size_t times) {
    text_append(text, head);
    for (size_t i = 0; i < times; i++)
        text_append(text, piece);
    return (struct sandbox_input){text_string(text), text->length};
}

static void test_bombs(void **state) {
    /* Goal: each mail made to exhaust a parser is described or set aside, and an ordinary one beside it is read. */
    static const struct {
        const char *head, *piece;
        size_t times;
    } bombs[] = {
        {"", "Content-Type: message/rfc822\n\n", 200000},
        {"Content-Type: multipart/mixed; boundary=b\n\n", "--b\nContent-Type: multipart/mixed; boundary=b\n\n", 200000},
        {"Content-Type: multipart/mixed; boundary=b\n\n", "--b\n\nx\n", 100000},
        {"From: ", "(", 1000000},
        {"X: ", "y", 5000000},
        {"Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n",
         "aGVsbG8gd29ybGQgaGVsbG8gd29ybGQgaGVsbG8gd29ybGQg\n", 1000000},
        {"Content-Type: text/plain\nContent-Transfer-Encoding: quoted-printable\n\n", "=\n", 5000000},
        {"Content-Type: text/html\n\n", "<div>", 100000},
        {"Content-Type: text/html\n\n", "<p a", 200000},
        {"\n", "> On a wrote:\n", 100000},
    };
    for (size_t i = 0; i < COUNT_OF(bombs); i++) {
        auto_text text = TEXT_EMPTY;
        auto_arena arena = arena_new();
        struct description descriptions[2];
        struct error error = ERROR_INIT;
        const struct sandbox_input mails[] = {bomb(&text, bombs[i].head, bombs[i].piece, bombs[i].times),
                                              {"From: a@b.org\n\nfine", 19}};
        if (!parser_describe(*state, &settings, mails, 2, arena, descriptions, &error))
            fail_msg("%s", error.message);
        assert_string_not_equal(descriptions[0].why, "the parser ran out of time");
        assert_string_equal(descriptions[1].text, "fine");
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_describes, start, stop),
        cmocka_unit_test_setup_teardown(test_bombs, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
