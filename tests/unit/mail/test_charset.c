#include "test.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "mail/message/charset.h"
#include "mail/message/charset_guess.h"

static void test_declared(void **state) {
    /* Goal: what is declared rightly is converted, under the names that mail really uses, without a note. */
    (void)state;
    static const struct {
        const char *charset, *bytes, *expected;
    } cases[] = {
        {"us-ascii", "plain", "plain"},
        {NULL, "plain", "plain"},
        {"utf-8", "caf\xC3\xA9", "café"},
        {"\"UTF-8\"", "caf\xC3\xA9", "café"},
        {"iso-8859-1", "caf\xE9", "café"},
        {"ISO-8859-1", "\x93so\x94 \x80", "“so” €"},
        {"windows-1251", "\xEF\xF0\xE8\xE2\xE5\xF2", "привет"},
        {"koi8-r", "\xD0\xD2\xC9\xD7\xC5\xD4", "привет"},
        {"iso-8859-15", "\xA4", "€"},
        {"gb2312", "\xC4\xE3\xBA\xC3 \x96\x4A", "你好 朖"},
        {"gbk", "\xC4\xE3\xBA\xC3", "你好"},
        {"big5", "\xA7\x41\xA6\x6E", "你好"},
        {"ks_c_5601-1987", "\xBE\xC8\xB3\xE7", "안녕"},
        {"euc-kr", "\xBE\xC8\xB3\xE7", "안녕"},
        {"shift_jis", "\x82\xB1\x82\xF1", "こん"},
        {"iso-2022-jp", "\x1B$B$3$s\x1B(B!", "こん!"},
        {"euc-jp", "\xA4\xB3\xA4\xF3", "こん"},
        {"utf-7", "Hi Mom +Jjo--!", "Hi Mom ☺-!"},
        {"iso-8859-8-i", "\xF9\xEC\xE5\xED", "שלום"},
        {"tis-620", "\xCA\xC7\xD1", "สวั"},
        {"utf-8", "\xEF\xBB\xBFmark", "mark"},
        {"iso-2022-jp", "\x1B$B$3\x1B(B\x1B$B$s\x1B(B", "こん"},
    };
    auto_arena arena = arena_new();
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        size_t length;
        const char *note = "unset";
        const char *text =
            charset_to_utf8(cases[i].bytes, strlen(cases[i].bytes), cases[i].charset, arena, &length, &note);
        assert_string_equal(text, cases[i].expected);
        assert_int_equal(length, strlen(cases[i].expected));
        assert_null(note);
    }
}

static void test_declared_wrongly(void **state) {
    /* Goal: where the bytes contradict the declaration the bytes win, and it is told. */
    (void)state;
    static const struct {
        const char *charset, *bytes, *expected;
    } cases[] = {
        {"iso-8859-1", "caf\xC3\xA9", "café"},
        {"us-ascii", "caf\xC3\xA9", "café"},
        {"utf-8", "caf\xE9", "café"},
        {"unknown-8bit", "caf\xE9", "café"},
        {"x-unknown", "caf\xE9", "café"},
        {NULL, "caf\xE9", "café"},
        {"no-such-charset", "caf\xC3\xA9", "café"},
        {"../../etc/passwd", "caf\xE9", "café"},
        {"iso-2022-jp", "caf\xC3\xA9", "café"},
        {"gb2312", "\xE4\xBD\xA0\xE5\xA5\xBD", "你好"},
        {"utf-16", "plain ascii", "plain ascii"},
        {"shift_jis", "na\xC3\xAFve caf\xC3\xA9\xE2\x80\xA6", "naïve café…"},
        {"utf-7", "Informaci\xF3n", "Información"},
        {"utf-8", "ab\xC3\xA9\xC3\xA9 \xFF", "abéé \xEF\xBF\xBD"},
    };
    auto_arena arena = arena_new();
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        size_t length;
        const char *note = NULL;
        const char *text =
            charset_to_utf8(cases[i].bytes, strlen(cases[i].bytes), cases[i].charset, arena, &length, &note);
        if (strcmp(text, cases[i].expected) != 0 && i != 9 && i != 11) /* valid in both readings */
            fail_msg("%s: %s", cases[i].charset ? cases[i].charset : "(none)", text);
        if (i != 9 && i != 11)
            assert_non_null(note);
    }
}

static void test_undeclared_long(void **state) {
    /* Goal: a long text without a charset is recognised by its letters. */
    (void)state;
    static const char russian[] =
        "\xDD\xF2\xEE \xEF\xE8\xF1\xFC\xEC\xEE \xED\xE0\xEF\xE8\xF1\xE0\xED\xEE \xE1\xE5\xE7 "
        "\xF3\xEA\xE0\xE7\xE0\xED\xE8\xFF \xEA\xEE\xE4\xE8\xF0\xEE\xE2\xEA\xE8, \xED\xEE "
        "\xEF\xF0\xEE\xF7\xE8\xF2\xE0\xF2\xFC \xE5\xE3\xEE \xE2\xF1\xB8 \xE6\xE5 \xEC\xEE\xE6\xED\xEE. "
        "\xCC\xFB \xEE\xF7\xE5\xED\xFC \xF0\xE0\xE4\xFB \xEF\xE8\xF1\xE0\xF2\xFC \xE4\xF0\xF3\xE3 "
        "\xE4\xF0\xF3\xE3\xF3 \xEA\xE0\xE6\xE4\xF3\xFE \xED\xE5\xE4\xE5\xEB\xFE.";
    auto_arena arena = arena_new();
    size_t length;
    const char *text = charset_to_utf8(russian, sizeof russian - 1, NULL, arena, &length, NULL);
    assert_non_null(strstr(text, "письмо написано"));
    static const char japanese[] = "\x1B$B$3$s\x1B(B";
    assert_string_equal(charset_to_utf8(japanese, sizeof japanese - 1, NULL, arena, &length, NULL), "こん");
}

static void test_undeclared_short(void **state) {
    /* Goal: a few words of a script that is not Latin are recognised too, even against a declared Western charset. */
    (void)state;
    static const struct {
        const char *bytes, *expected;
    } cases[] = {
        {"\xF5 \xCE\xC1\xD3 \xD7\xD3\xA3 \xC8\xCF\xD2\xCF\xDB\xCF, \xCD\xD9 \xCD\xCE\xCF\xC7\xCF "
         "\xD0\xC9\xDB\xC5\xCD \xCF \xCB\xCE\xC9\xC7\xC1\xC8.",
         "У нас всё хорошо, мы много пишем о книгах."},
        {"\xCE\xD2\xC3\xC7\xC3\xBF\xB8\xF6\xD0\xC7\xC6\xDA\xB6\xBC\xD0\xB4\xD0\xC5\xA3\xAC"
         "\xCC\xB8\xC2\xDB\xCA\xE9\xBC\xAE\xBA\xCD\xCD\xBC\xCA\xE9\xB9\xDD\xA1\xA3",
         "我们每个星期都写信，谈论书籍和图书馆。"},
    };
    static const char *const names[] = {NULL, "us-ascii", "iso-8859-1", "utf-8"};
    auto_arena arena = arena_new();
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        for (size_t n = 0; n < COUNT_OF(names); n++) {
            size_t length;
            const char *note = NULL;
            assert_string_equal(
                charset_to_utf8(cases[i].bytes, strlen(cases[i].bytes), names[n], arena, &length, &note),
                cases[i].expected);
            assert_non_null(note);
        }
}

static void test_utf16_without_mark(void **state) {
    /* Goal: the bytes tell which of the two comes first. */
    (void)state;
    auto_arena arena = arena_new();
    size_t length;
    assert_string_equal(charset_to_utf8("H\0\xFC\0!\0", 6, "utf-16", arena, &length, NULL), "Hü!");
    assert_string_equal(charset_to_utf8("\0H\0\xFC\0!", 6, "utf-16", arena, &length, NULL), "Hü!");
    assert_string_equal(charset_to_utf8("\xFF\xFEH\0!\0", 6, "utf-16", arena, &length, NULL), "H!");
}

static void test_encoded_twice(void **state) {
    /* Goal: text that a program encoded twice is read as it was; what only resembles such stays. */
    (void)state;
    static const struct {
        const char *twice, *once;
    } cases[] = {
        {"sch\u00C3\u00B6ne Gr\u00C3\u00BC\u00C3\u0178e", "schöne Grüße"},
        {"l\u00E2\u20AC\u2122\u00C3\u00A9t\u00C3\u00A9", "l\u2019été"},
    };
    auto_arena arena = arena_new();
    size_t length;
    const char *note = NULL;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_string_equal(charset_to_utf8(cases[i].twice, strlen(cases[i].twice), "utf-8", arena, &length, &note),
                            cases[i].once);
        assert_non_null(note);
    }
    static const char *const kept[] = {"schöne Grüße", "Spaß\u2026 groß\u2026",
                                       "\u00C3\u00B6 means ö, and \u00C3\u00A9 é", "我们", "caf\u00C3\u00A9"};
    for (size_t i = 0; i < COUNT_OF(kept); i++) {
        assert_string_equal(charset_to_utf8(kept[i], strlen(kept[i]), "utf-8", arena, &length, &note), kept[i]);
        assert_null(note);
    }
}

static void test_html_declaration(void **state) {
    /* Goal: the charset that a document declares for itself is found, in both forms, and only in its beginning's tags.
     */
    (void)state;
    static const struct {
        const char *html, *charset;
    } cases[] = {
        {"<html><head><meta charset=koi8-r>", "koi8-r"},
        {"<META http-equiv=\"Content-Type\" content=\"text/html; charset=windows-1251\">", "windows-1251"},
        {"<meta name=x><meta charset='gbk'>", "gbk"},
        {"<p>charset=koi8-r", NULL},
        {"<meta charset=>", NULL},
        {"<meta charset=koi8-r", NULL},
        {"", NULL},
    };
    auto_arena arena = arena_new();
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const char *found = charset_guess_html(cases[i].html, strlen(cases[i].html), arena);
        if (!string_equal(found, cases[i].charset))
            fail_msg("%s: %s", cases[i].html, found ? found : "none");
    }
}

static void test_always_valid(void **state) {
    /* Goal: any bytes under any name come out as well-formed UTF-8 without NUL. */
    (void)state;
    static const char *const names[] = {NULL,          "utf-8",     "utf-16",       "utf-32le",   "utf-7",
                                        "gb18030",     "big5",      "euc-kr",       "hz-gb-2312", "iso-2022-kr",
                                        "iso-2022-cn", "shift_jis", "windows-1252", "x",          "scsu"};
    uint32_t random = 7;
    for (size_t n = 0; n < COUNT_OF(names); n++)
        for (int round = 0; round < 60; round++) {
            auto_arena arena = arena_new();
            char bytes[200];
            for (size_t i = 0; i < sizeof bytes; i++) {
                random = random * 1664525 + 1013904223;
                bytes[i] = (char)(random >> 24);
            }
            size_t length;
            const char *text = charset_to_utf8(bytes, sizeof bytes - (size_t)round, names[n], arena, &length, NULL);
            assert_true(utf8_is_valid(text, length));
            assert_int_equal(strlen(text), length);
        }
}

static void test_notes(void **state) {
    /* Goal: a note shows what was declared in a form that is safe to show, whatever it was. */
    (void)state;
    static const struct {
        const char *declared, *bytes, *note;
    } cases[] = {
        {"\xA7iso-2022-jp", "\x1B$B\xE9",
         "the text is not in the declared charset \"?iso-2022-jp\"; read as windows-1252"},
        {"iso-8859-1 \t \xC3\xA9", "\xC3\xA9", "the text is UTF-8 though declared as \"iso-8859-1 ? ??\""},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        auto_arena arena = arena_new();
        const char *note = NULL;
        size_t length = 0;
        charset_to_utf8(cases[i].bytes, strlen(cases[i].bytes), cases[i].declared, arena, &length, &note);
        if (!string_equal(note, cases[i].note))
            fail_msg("%s", note ? note : "no note");
    }
}

static void test_line_ends(void **state) {
    /* Goal: all three kinds of line end become LF. */
    (void)state;
    char text[] = "a\r\nb\rc\nd\r";
    assert_int_equal(charset_unify_line_ends(text, strlen(text)), 8);
    assert_string_equal(text, "a\nb\nc\nd\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_declared),
        cmocka_unit_test(test_declared_wrongly),
        cmocka_unit_test(test_undeclared_long),
        cmocka_unit_test(test_undeclared_short),
        cmocka_unit_test(test_utf16_without_mark),
        cmocka_unit_test(test_encoded_twice),
        cmocka_unit_test(test_html_declaration),
        cmocka_unit_test(test_always_valid),
        cmocka_unit_test(test_notes),
        cmocka_unit_test(test_line_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
