/* cmocka.h needs these before it */
#include "test.h"

#include <string.h>

#include "base/memory.h"
#include "mail/template/markdown.h"
#include "mail/template/template_render.h"

static void assert_plain(const char *markdown, const char *expected) {
    auto_text text = TEXT_EMPTY;
    struct error error = ERROR_INIT;
    assert_true(markdown_to_plain(markdown, &text, &error));
    assert_string_equal(text_string(&text), expected);
}

/* The document's inside, without our inline styles. */
static void assert_html(const char *markdown, const char *expected) {
    auto_text text = TEXT_EMPTY, bare = TEXT_EMPTY;
    struct error error = ERROR_INIT;
    assert_true(markdown_to_html(markdown, "en", "T", &text, &error));
    const char *inside = strstr(strstr(text_string(&text), "<div"), ">\n") + 2;
    const char *end = strstr(inside, "</div>\n</body>");
    while (inside < end) {
        if (string_starts_with(inside, " style=\"")) {
            inside = strchr(inside + 8, '"') + 1;
            continue;
        }
        text_append_char(&bare, *inside++);
    }
    assert_string_equal(text_string(&bare), expected);
}

static void paragraphs_are_single_lines(void **state) {
    /* Goal: a paragraph is one line however it was typed; hard breaks stay; entities are decoded. */
    (void)state;
    assert_plain("one\ntwo\n\nthree  \nfour\\\nfive\n", "one two\n\nthree\nfour\nfive\n");
    assert_plain("caf&eacute; &#233;&#x4F60; &amp; &nosuch; &#0;",
                 "caf\xC3\xA9 \xC3\xA9\xE4\xBD\xA0 & &nosuch; \xEF\xBF\xBD\n");
    assert_html("one\ntwo\\\nthree &eacute; &nosuch;", "<p>one\ntwo<br>\nthree \xC3\xA9 &amp;nosuch;</p>\n");
    assert_plain("", "");
}

static void lists_read_as_typed(void **state) {
    /* Goal: bullets and numbers stand before their items, further lines are indented under them. */
    (void)state;
    assert_plain("Say:\n\n1. well\n2. slow\n   and low\n", "Say:\n\n1. well\n2. slow and low\n");
    assert_plain("* a\n* b\n  1) x\n  2) y\n* c\n\nend", "- a\n- b\n  1) x\n  2) y\n- c\n\nend\n");
    assert_plain("- a\n\n- b\n\n  more\n\nend", "- a\n\n- b\n\n  more\n\nend\n");
    assert_plain("- - a\n- > q\n-\n- z", "- - a\n- > q\n-\n- z\n");
    assert_plain("9. nine\n10. ten\\\n    more", "9. nine\n10. ten\n    more\n");
    assert_html("3. x\n4. y", "<ol start=\"3\">\n<li>x</li>\n<li>y</li>\n</ol>\n");
}

static void headings_quotes_code_and_rules(void **state) {
    /* Goal: the other blocks are recognisable in plain text. */
    (void)state;
    assert_plain("# One \xE4\xBD\xA0\n\n## Two\n### Three\ntext",
                 "One \xE4\xBD\xA0\n======\n\nTwo\n---\n\nThree\n\ntext\n");
    assert_plain("a\n\n> b\n>\n> c\n\nd", "a\n\n> b\n>\n> c\n\nd\n");
    assert_plain("> > x", "> > x\n");
    assert_plain("```\nif x:\n  y\n\nz\n```\nend", "    if x:\n      y\n\n    z\n\nend\n");
    assert_plain("a\n\n* * *\n\nb", "a\n\n* * *\n\nb\n");
    assert_plain("| a | b |\n|---|---|\n| 1 | *2* |\n\nx", "a | b\n1 | *2*\n\nx\n");
    assert_plain("    indented is no code", "indented is no code\n");
    assert_html("> q\n\n***", "<blockquote>\n<p>q</p>\n</blockquote>\n<hr>\n");
}

static void emphasis_is_marked_once(void **state) {
    /* Goal: emphasis shows as stars, doubled emphasis too. */
    (void)state;
    assert_plain("*a* **b** ***c*** `d` ~~e~~", "*a* *b* *c* `d` ~e~\n");
    assert_html("*a* **b** `<d>` ~~e~~", "<p><em>a</em> <strong>b</strong> <code>&lt;d&gt;</code> <del>e</del></p>\n");
}

static void pictures_go_along_with_their_words(void **state) {
    /* Goal: a picture of ours stands in the HTML alone, under an identifier that is the same for the same words, with
     * them in place of it for whoever doesn't see it; in plain text they stand themselves. Any other image is its
     * words. */
    (void)state;
    auto_arena arena = arena_new();
    auto_text html = TEXT_EMPTY, wanted = TEXT_EMPTY;
    struct error error = ERROR_INIT;
    struct markdown_picture pictures[MARKDOWN_PICTURES_MOST];
    size_t count;
    const char *markdown = "A\n\n![4 well,\n\"1\" & <0> *slow*](picture:health)\n\n![x](picture:a-b) ![y](picture:)";
    assert_plain(markdown, "A\n\n4 well, \"1\" & <0> *slow*\n\nx y\n");
    assert_true(markdown_list_pictures(markdown, arena, pictures, &count, &error));
    assert_int_equal(count, 1);
    assert_string_equal(pictures[0].kind, "health");
    assert_string_equal(pictures[0].words, "4 well, \"1\" & <0> slow");
    text_append_format(&wanted, "<img src=\"cid:%s\" alt=\"4 well, &quot;1&quot; &amp; &lt;0&gt; slow\"",
                       pictures[0].id);
    assert_true(markdown_to_html(markdown, "en", "T", &html, &error));
    assert_non_null(strstr(text_string(&html), text_string(&wanted)));
    assert_true(markdown_list_pictures("![1](picture:a)![2](picture:a)![1](picture:a)![3](picture:a)![4](picture:a)",
                                       arena, pictures, &count, &error));
    assert_int_equal(count, MARKDOWN_PICTURES_MOST);
    assert_string_equal(pictures[0].id, pictures[2].id);
    assert_string_not_equal(pictures[0].id, pictures[1].id);
}

static void links_lead_only_to_web_and_mail(void **state) {
    /* Goal: http, https and mailto are links; anything else is just its text, in both bodies. */
    (void)state;
    assert_plain("[us](https://a.org/x) <https://a.org> [b@c.org](mailto:b@c.org) [mail](mailto:b@c.org)",
                 "us <https://a.org/x> https://a.org b@c.org mail <b@c.org>\n");
    assert_plain("see www.a.org or b@c.org", "see www.a.org or b@c.org\n");
    assert_plain("[1](mailto:a@b.org?subject=1)", "1 <mailto:a@b.org?subject=1>\n");
    assert_plain("[x](javascript:alert) [y](data:text/html,x) [z](/relative) ![cat](http://t.org/track.gif)",
                 "x y z cat\n");
    assert_html("[x](javascript:alert) [y](JAVASCRIPT:a) [z](&#106;avascript:a) ![cat](http://t.org/track.gif)",
                "<p>x y z cat</p>\n");
    assert_html("[x](<https://a.org/\"onclick=y&z \\<b\\>> \"t\")",
                "<p><a href=\"https://a.org/%22onclick=y&amp;z%20%3Cb%3E\">x</a></p>\n");
    assert_html("<b@c.org>", "<p><a href=\"mailto:b@c.org\">b@c.org</a></p>\n");
    /* Goal: an address that is wider than a telephone's line is parted where people would. */
    assert_html("[friends+pvbtxr2raqs66c6ic@example.org](<mailto:friends+pvbtxr2raqs66c6ic@example.org>)",
                "<p><a href=\"mailto:friends+pvbtxr2raqs66c6ic@example.org\">"
                "friends+pvbtxr2raqs66c6ic<wbr>@example.org</a></p>\n");
}

static void raw_html_is_shown(void **state) {
    /* Goal: HTML in the Markdown is text in both bodies. */
    (void)state;
    assert_html("<script>x</script>\n\n<div onclick=\"y\">z</div>",
                "<p>&lt;script&gt;x&lt;/script&gt;</p>\n<p>&lt;div onclick=&quot;y&quot;&gt;z&lt;/div&gt;</p>\n");
    assert_plain("<b>x</b> <!-- y -->", "<b>x</b> <!-- y -->\n");
}

static void document_knows_language_and_direction(void **state) {
    /* Goal: the HTML document carries language, direction and an escaped title, and no outside resource. */
    (void)state;
    auto_text text = TEXT_EMPTY;
    struct error error = ERROR_INIT;
    assert_true(markdown_to_html("> x", "ar", "a <b> & \"c\"", &text, &error));
    assert_non_null(strstr(text_string(&text), "<html lang=\"ar\" dir=\"rtl\">"));
    assert_non_null(strstr(text_string(&text), "<title>a &lt;b&gt; &amp; &quot;c&quot;</title>"));
    assert_non_null(strstr(text_string(&text), "border-right:3px"));
    assert_null(strstr(text_string(&text), "http"));
    assert_true(markdown_is_right_to_left("he-IL"));
    assert_true(markdown_is_right_to_left("ur"));
    assert_true(markdown_is_right_to_left("az-Arab"));
    assert_false(markdown_is_right_to_left("pt-BR"));
    assert_false(markdown_is_right_to_left(NULL));
    assert_false(markdown_is_right_to_left("\"><script>"));
}

static void odd_input_does_no_harm(void **state) {
    /* Goal: deep nesting and open ends are rendered, not crashed on. */
    (void)state;
    auto_text deep = TEXT_EMPTY, text = TEXT_EMPTY;
    struct error error = ERROR_INIT;
    for (int i = 0; i < 2000; i++)
        text_append(&deep, i % 2 ? "- " : "> ");
    text_append(&deep, "x [a](b *c");
    assert_true(markdown_to_plain(text_string(&deep), &text, &error));
    assert_true(string_ends_with(text_string(&text), "x [a](b *c\n"));
    assert_true(markdown_to_html(text_string(&deep), "en", "", &text, &error));
}

static void literal_values_survive(void **state) {
    /* Goal: a value that template_render_literal let through reads the same in both bodies and makes no markup. */
    (void)state;
    static const char *const values[] = {
        "*Anna* _Berg_ **x** ~~y~~ `z`",
        "# Title",
        "1. one",
        "- item",
        "> quote",
        "---",
        "[a](http://b.org)",
        "![a](b)",
        "http://evil.org www.evil.org me@evil.org",
        "&amp; &lt; &#65;",
        "a | b",
        "\\ \\*",
        "<https://x.org>",
        "O'Brien \"Q\"",
        "ftp://x.org/a_b_c",
        "\xD9\x85\xD8\xB1\xD9\x8A\xD9\x85 (x)",
        "==",
        "+ x",
        "```",
        "a:b",
        "{{x}} $1 ^2 %s",
    };
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        auto_text markdown = TEXT_EMPTY, expected = TEXT_EMPTY, html = TEXT_EMPTY;
        struct error error = ERROR_INIT;
        template_render_literal(&markdown, values[i]);
        text_append_format(&expected, "%s\n", values[i]);
        assert_plain(text_string(&markdown), text_string(&expected));
        assert_true(markdown_to_html(text_string(&markdown), "en", "T", &html, &error));
        const char *inside = strstr(text_string(&html), "\">\n<p style=\"margin:0 0 16px 0;\">");
        assert_non_null(inside);
        const char *end = strstr(inside, "</p>");
        assert_string_equal(end, "</p>\n</div>\n</body>\n</html>\n");
        for (const char *c = strstr(inside, "16px 0;\">") + 9; c < end; c++)
            assert_true(*c != '<' && *c != '>');
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paragraphs_are_single_lines),
        cmocka_unit_test(lists_read_as_typed),
        cmocka_unit_test(headings_quotes_code_and_rules),
        cmocka_unit_test(emphasis_is_marked_once),
        cmocka_unit_test(pictures_go_along_with_their_words),
        cmocka_unit_test(links_lead_only_to_web_and_mail),
        cmocka_unit_test(raw_html_is_shown),
        cmocka_unit_test(document_knows_language_and_direction),
        cmocka_unit_test(literal_values_survive),
        cmocka_unit_test(odd_input_does_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
