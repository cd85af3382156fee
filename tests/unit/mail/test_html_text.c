#include "test.h"

#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "mail/html/html_document.h"
#include "mail/html/html_text.h"
#include "patience.h"

static void test_shapes(void **state) {
    /* Goal: HTML becomes the text that its reader saw, pleasant to read. */
    (void)state;
    static const struct {
        const char *html, *expected;
    } cases[] = {
        {"", ""},
        {"plain", "plain\n"},
        {"<p>one<p>two", "one\n\ntwo\n"},
        {"<div>one</div><div>two</div>", "one\ntwo\n"},
        {"one<br>two<br><br>three", "one\ntwo\n\nthree\n"},
        {"a  b\n\tc&nbsp;d <b> e</b>f", "a b c d ef\n"},
        {"<ul><li>one<li>two<ul><li>inner</ul></ul>after", "- one\n- two\n  - inner\n\nafter\n"},
        {"<ol><li>one</li><li>two</li></ol>", "1. one\n2. two\n"},
        {"<ol start=\"2\"><li>two</li><li value=7>seven</li><li>eight</li></ol>", "2. two\n7. seven\n8. eight\n"},
        {"<ol start=-1><li>x<ol start=99999999><li>y</li></ol></li><li>z</li></ol>", "1. x\n  1. y\n2. z\n"},
        {"<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a  b\nc\n"},
        {"<a href='https://example.org/'>our page</a>", "our page <https://example.org/>\n"},
        {"<a href='https://example.org/'>example.org</a>", "example.org\n"},
        {"<a href='mailto:anna@example.org?subject=x'>write</a>", "write <anna@example.org>\n"},
        {"<a href='mailto:anna@example.org'>anna@example.org</a>", "anna@example.org\n"},
        {"<a href='mailto:anna@example.org'>anna<wbr>@example.org</a>, Anna", "anna@example.org, Anna\n"},
        {"<a href='javascript:alert(1)'>x</a>", "x\n"},
        {"<pre>a  b\n  c</pre>", "a  b\n  c\n"},
        {"<head><title>t</title><style>s</style></head><script>x</script>y", "y\n"},
        {"<div style='DISPLAY : none'>hidden</div><span hidden>h</span>shown", "shown\n"},
        {"<img alt='a heart' src=x>", "a heart\n"},
        {"caf&eacute; &#233; &lt;x&gt; &unknown;", "café é <x> &unknown;\n"},
        {"<!-- comment -->x", "x\n"},
        {"<meta charset=iso-2022-jp><meta http-equiv=content-type content='text/html; charset=utf-16'>caf\xC3\xA9",
         "café\n"},
        {"a\xE2\x80\x8B"
         "b\xC2\xAD"
         "c",
         "abc\n"},
        {"<b>unclosed <i>and </b>crossed", "unclosed and crossed\n"},
    };
    html_text_prepare();
    auto_arena arena = arena_new();
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const char *warning = NULL;
        const char *text = html_text_convert(cases[i].html, strlen(cases[i].html), arena, &warning);
        if (strcmp(text, cases[i].expected) != 0)
            fail_msg("%s: got %s", cases[i].html, text);
        assert_null(warning);
    }
}

static void test_quotes(void **state) {
    /* Goal: what was quoted stands behind "> ", what was not doesn't. */
    (void)state;
    auto_arena arena = arena_new();
    const char *warning;
    static const char html[] = "<p>mine</p><blockquote><p>theirs</p><p>more</p></blockquote><p>mine again</p>";
    assert_string_equal(html_text_convert(html, sizeof html - 1, arena, &warning),
                        "mine\n\n> theirs\n>\n> more\n\nmine again\n");
}

static void test_bombs(void **state) {
    /* Goal: documents made to exhaust a parser are still read, in bounded time; what a real parser can't do is stripped
     * of its tags and told. */
    (void)state;
    static const struct {
        const char *piece;
        bool told;
    } bombs[] = {{"<div>x", true},       {"<b>", false},      {"<p a b='c'", false}, {" a=''", false},
                 {"<!--", false},        {"<", false},        {"&amp", false},       {"<table><tr><td>", true},
                 {"<blockquote>", true}, {"<script>", false}, {"<li>", false},       {"<a href='x'>", false}};
    for (size_t i = 0; i < COUNT_OF(bombs); i++) {
        auto_arena arena = arena_new();
        auto_text html = TEXT_EMPTY;
        text_append(&html, "<p ");
        if (bombs[i].piece[0] != ' ')
            text_append(&html, ">before");
        while (html.length < 600000)
            text_append(&html, bombs[i].piece);
        const char *warning = NULL;
        int64_t start = processor_ms();
        const char *text = html_text_convert(html.bytes, html.length, arena, &warning);
        assert_true(processor_ms() - start < LINEAR_MS);
        assert_true(utf8_is_valid(text, strlen(text)));
        if (bombs[i].told)
            assert_non_null(warning);
    }
}

static void test_strip(void **state) {
    /* Goal: without structure, too, the words and their lines remain, and nothing from scripts. */
    (void)state;
    auto_arena arena = arena_new();
    static const char html[] = "<style>no</style><p>caf&#233; &amp; t&#xe9;</p><div>two<br>three <!-- no "
                               "--><script>no</script>four<td>five &nope; 1 < 2";
    assert_string_equal(html_document_strip(html, sizeof html - 1, arena),
                        "café & té\n\ntwo\nthree four five &nope; 1 < 2");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shapes),
        cmocka_unit_test(test_quotes),
        cmocka_unit_test(test_bombs),
        cmocka_unit_test(test_strip),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
