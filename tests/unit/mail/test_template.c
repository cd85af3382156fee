/* cmocka.h needs these before it */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "mail/template/template_render.h"

/* Pieces for the tests: name, text pairs. */
struct pieces {
    struct arena *arena;
    const char *const *texts;
};

static const struct template *find_piece(void *context, const char *name) {
    struct pieces *pieces = context;
    for (const char *const *text = pieces->texts; text && *text; text += 2)
        if (strcmp(*text, name) == 0) {
            const struct template *piece = NULL;
            struct error error = ERROR_INIT;
            assert_true(template_parse(text[1], strlen(text[1]), name, TEMPLATE_PIECE, pieces->arena, &piece, &error));
            return piece;
        }
    return NULL;
}

static struct template_value *sample(struct arena *arena) {
    struct template_value *values = template_value_map(arena);
    template_value_set_string(values, "name", "Anna");
    template_value_set_string(values, "empty", "");
    template_value_set_boolean(values, "yes", true);
    template_value_set_boolean(values, "no", false);
    template_value_set_string(values, "person.name", "Ben");
    template_value_set_string(values, "person.town", "Oslo");
    template_value_set_markdown(values, "bold", "**bold**");
    struct template_value *people = template_value_set_list(values, "people");
    template_value_set_string(template_value_add_map(people), "name", "Chen");
    template_value_set_string(template_value_add_map(people), "name", "Dara");
    struct template_value *letters = template_value_set_list(values, "letters");
    template_value_add_string(letters, "a");
    template_value_add_string(letters, "b");
    template_value_set_list(values, "nobody");
    return values;
}

/* Renders BODY as a piece; the result or the error's message, freed by the caller. */
static char *rendered(const char *body, const char *const *texts) {
    auto_arena arena = arena_new();
    struct pieces context = {arena, texts};
    struct template_pieces pieces = {find_piece, &context};
    const struct template *template = NULL;
    struct error error = ERROR_INIT;
    auto_text subject = TEXT_EMPTY, text = TEXT_EMPTY;
    if (!template_parse(body, strlen(body), "t.md", TEMPLATE_PIECE, arena, &template, &error) ||
        !template_render(template, sample(arena), &pieces, &subject, &text, &error)) {
        assert_int_equal(error.class, ERROR_CONFIGURATION);
        return memory_copy_string(error.message);
    }
    return text_steal(&text);
}

static void assert_renders_with(const char *body, const char *const *texts, const char *expected) {
    auto_string got = rendered(body, texts);
    assert_string_equal(got, expected);
}

static void assert_renders(const char *body, const char *expected) {
    assert_renders_with(body, NULL, expected);
}

static void assert_fails(const char *body, const char *expected_start) {
    auto_string got = rendered(body, NULL);
    got[strlen(got) < strlen(expected_start) ? strlen(got) : strlen(expected_start)] = '\0';
    assert_string_equal(got, expected_start);
}

static void variables_and_dotted_names(void **state) {
    /* Goal: names are found in the innermost context, dotted ones strictly below their first step. */
    (void)state;
    assert_renders("Hello {{name}}, {{ person.name }} of {{person.town}}.", "Hello Anna, Ben of Oslo.");
    assert_renders("{{#person}}{{name}} in {{town}}, {{bold}}{{/person}}", "Ben in Oslo, \\*\\*bold\\*\\*");
    assert_renders("{{{bold}}} {{&bold}}", "**bold** **bold**");
    assert_renders("{name} { {x} }", "{name} { {x} }");
}

static void sections_repeat_and_hide(void **state) {
    /* Goal: lists repeat their section, false and empty hide it, inverted sections do the opposite. */
    (void)state;
    assert_renders("{{#people}}<{{name}}>{{/people}}", "<Chen><Dara>");
    assert_renders("{{#letters}}{{.}},{{/letters}}", "a,b,");
    assert_renders("{{#no}}x{{/no}}{{^no}}y{{/no}}{{#yes}}z{{/yes}}{{^yes}}w{{/yes}}", "yz");
    assert_renders("{{#nobody}}x{{/nobody}}{{^nobody}}none{{/nobody}}", "none");
    assert_renders("{{#empty}}x{{/empty}}{{^empty}}empty{{/empty}}", "empty");
    assert_renders("{{#name}}{{.}}!{{/name}}", "Anna!");
    assert_renders("{{#no.such.thing}}x{{/no.such.thing}}{{^no.such}}y{{/no.such}}", "y");
    assert_renders("{{#people}}{{#letters}}{{name}}{{.}} {{/letters}}{{/people}}", "Chena Chenb Daraa Darab ");
}

static void tags_alone_on_a_line_leave_no_line(void **state) {
    /* Goal: a line with nothing but a section tag, comment or delimiter change disappears, others stay. */
    (void)state;
    assert_renders("a\n{{#yes}}\nb\n{{/yes}}\nc\n", "a\nb\nc\n");
    assert_renders("a\r\n  {{#yes}}  \r\nb\r\n\t{{/yes}}\r\nc", "a\nb\nc");
    assert_renders("{{! one\n two }}\nx\n", "x\n");
    assert_renders(" {{name}} \n", " Anna \n");
    assert_renders(" {{#yes}}x{{/yes}}\n", " x\n");
    assert_renders("x\n  {{#yes}}{{/yes}}\ny", "x\n  \ny");
    assert_renders("end\n  {{! last }}", "end\n");
}

static void delimiters_can_change(void **state) {
    /* Goal: set-delimiter tags hold until the file's end and do not reach into pieces. */
    (void)state;
    static const char *const texts[] = {"p", "[{{name}}]", NULL};
    assert_renders("{{=<% %>=}}<%name%> {{name}}", "Anna {{name}}");
    assert_renders("{{=| |=}}\n|name| |={{ }}=|{{name}}", "Anna Anna");
    assert_renders_with("{{=<% %>=}}<%>p%>", texts, "[Anna]");
    assert_fails("{{=<%=}}", "t.md:1: delimiters are changed by two marks");
}

static void pieces_are_put_in_with_their_indent(void **state) {
    /* Goal: a piece sees the context around it; alone on a line, its own lines get the indent, values do not. */
    (void)state;
    static const char *const texts[] = {"p",    "- {{name}}\n- {{{bold}}}\n\n- end\n",    "outer", "one\n  {{> p}}\n",
                                        "node", "({{name}}{{#kids}}{{> node}}{{/kids}})", NULL};
    assert_renders_with("list:\n  {{> p}}\nend", texts, "list:\n  - Anna\n  - **bold**\n\n  - end\nend");
    assert_renders_with("{{#person}}{{> p}}{{/person}}", texts, "- Ben\n- **bold**\n\n- end\n");
    assert_renders_with("> {{> outer}}", texts, "> one\n  - Anna\n  - **bold**\n\n  - end\n");
    assert_renders_with(" {{> outer}}\n", texts, " one\n   - Anna\n   - **bold**\n\n   - end\n");
    auto_string missing = rendered("a\n{{> nothing}}", NULL);
    assert_non_null(strstr(missing, "t.md:2: there is no piece 'nothing'"));
}

static void pieces_that_contain_themselves_end(void **state) {
    /* Goal: a piece that includes itself for ever is an error, not an overflow. */
    (void)state;
    static const char *const texts[] = {"loop", "x{{> loop}}{{> loop}}", NULL};
    auto_string got = rendered("{{> loop}}", texts);
    assert_non_null(strstr(got, "contain itself?"));
}

static void values_never_become_markup(void **state) {
    /* Goal: tags, Markdown, HTML, links and line breaks in a value are shown, not obeyed. */
    (void)state;
    auto_text text = TEXT_EMPTY;
    template_render_literal(&text, " *Anna*\r\n\r\n# <b> `x` [a](http://b) &amp; {{name}}\t1. www.x.org\xE2\x80\xAE"
                                   "abc ");
    assert_string_equal(text_string(&text), "\\*Anna\\* \\# \\<b\\> \\`x\\` \\[a\\]\\(http\\:\\/\\/b\\) \\&amp\\; "
                                            "\\{\\{name\\}\\} 1\\. www\\.x\\.org"
                                            "abc");
    text_clear(&text);
    template_render_literal(&text, "\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D \xC2\x85\xE2\x80\xA8 \xE4\xBD\xA0\xFF");
    assert_string_equal(text_string(&text), "\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D \xE4\xBD\xA0\xEF\xBF\xBD");
}

static void strictness_names_file_and_line(void **state) {
    /* Goal: whatever would leave a gap in a mail is an error that says where and what would be right. */
    (void)state;
    assert_fails("a\nb {{nam}}", "t.md:2: there is no 'nam' here");
    assert_fails("{{person.nam}}", "t.md:1: there is no 'person.nam' here");
    assert_fails("\n\n{{empty}}", "t.md:3: 'empty' is empty");
    assert_fails("{{people}}", "t.md:1: 'people' is no text; use {{#people}}");
    assert_fails("{{{name}}}", "t.md:1: 'name' is plain text; write {{name}}");
    assert_fails("{{no.name}}", "t.md:1: 'no.name' is empty");
    assert_fails("{{#typo}}x{{/typo}}", "t.md:1: there is no 'typo' here");
}

static void broken_tags_name_file_and_line(void **state) {
    /* Goal: each way to write a tag wrongly is told with its line and the cure. */
    (void)state;
    assert_fails("x\n{{name", "t.md:2: a tag opens with '{{' and is never closed; write '}}'");
    assert_fails("{{{name}}", "t.md:1: a tag opens with '{{{' and is never closed; write '}}}'");
    assert_fails("a {{na\nme}}", "t.md:1: a tag opens with '{{' and is not closed on its line");
    assert_fails("a\nname}} b", "t.md:2: '}}' without '{{'");
    assert_fails("{{}}", "t.md:1: a tag without a name");
    assert_fails("{{a b}}", "t.md:1: 'a b' is not a name");
    assert_fails("{{a..b}}", "t.md:1: 'a..b' is not a name");
    assert_fails("{{> ../secret}}", "t.md:1: '../secret' is not a name");
    assert_fails("\n{{#yes}}\nx\n", "t.md:2: {{#yes}} is never closed; write {{/yes}}");
    assert_fails("{{/yes}}", "t.md:1: {{/yes}} closes nothing");
    assert_fails("{{#yes}}\n{{#no}}\n{{/yes}}{{/no}}",
                 "t.md:3: {{/yes}} stands where {{#no}} of line 2 must be closed");
}

static bool parse(const char *text, enum template_kind kind, struct arena *arena, const struct template **ret,
                  char *message) {
    struct error error = ERROR_INIT;
    bool done = template_parse(text, strlen(text), "m.md", kind, arena, ret, &error);
    strcpy(message, error.message);
    return done;
}

static void headers_are_read(void **state) {
    /* Goal: Subject and Reply-To are understood in any case; line ends and a byte order mark do not matter. */
    (void)state;
    auto_arena arena = arena_new();
    const struct template *template = NULL;
    char message[1024];
    assert_true(parse("\xEF\xBB\xBFsubject:  To {{name}} \r\nReply-To: partnership\r\n\r\nHi\r\n{{name}}\r\n",
                      TEMPLATE_MESSAGE, arena, &template, message));
    assert_int_equal(template->reply_to, TEMPLATE_REPLY_TO_PARTNERSHIP);
    struct error error = ERROR_INIT;
    auto_text subject = TEXT_EMPTY, body = TEXT_EMPTY;
    struct template_value *values = template_value_map(arena);
    template_value_set_string(values, "name", "Anna\r\nBcc: x@y *b*");
    assert_true(template_render(template, values, NULL, &subject, &body, &error));
    assert_string_equal(text_string(&subject), "To Anna Bcc: x@y *b*");
    assert_string_equal(text_string(&body), "Hi\nAnna Bcc\\: x\\@y \\*b\\*\n");
    assert_true(parse("Title: A walk\n\nText", TEMPLATE_TOPIC, arena, &template, message));
    assert_string_equal(template->subject->text, "A walk");
    assert_int_equal(strlen(template->hash), 64);
}

static void header_faults_name_file_and_line(void **state) {
    /* Goal: each fault of the header is told with its line and the nearest known name. */
    (void)state;
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"", "m.md:1: no 'Subject:' line"},
        {"Reply-To: programme\n\nx", "m.md:1: no 'Subject:' line"},
        {"Subjct: a\n\nx", "m.md:1: unknown line 'Subjct:'; did you mean 'Subject:'?"},
        {"Subject: a\nBcc: b@c.org\n\nx", "m.md:2: unknown line 'Bcc:'; known are 'Subject:' and 'Reply-To:'"},
        {"Subject: a\nSubject: b\n\nx", "m.md:2: a second 'Subject:'; the first is in line 1"},
        {"Subject:\n\nx", "m.md:1: 'Subject:' is empty"},
        {"Subject: a\nDear friend\n\nx", "m.md:2: expected 'Name: value'"},
        {"Subject: a\nReply-To: partner\n\nx", "m.md:2: Reply-To is 'programme' or 'partnership', not 'partner'"},
        {"Subject: a\n\n \n", "m.md:3: there is no text"},
        {"Subject: a {{> p}}\n\nx", "m.md:1: a piece ({{> p}}) can't stand in this line"},
        {"Subject: {{x\n\nx", "m.md:1: a tag opens with '{{'"},
        {"Subject: a\n\nx\n\xFF", "m.md:4: this is not UTF-8"},
        {"Subject: a\n\nx\x01", "m.md:3: a control character"},
        {"Subject: a\n\n{{#x}}\n", "m.md:3: {{#x}} is never closed"},
    };
    auto_arena arena = arena_new();
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct template *template = NULL;
        char message[1024];
        assert_false(parse(cases[i].text, TEMPLATE_MESSAGE, arena, &template, message));
        if (strncmp(message, cases[i].message, strlen(cases[i].message)) != 0)
            assert_string_equal(message, cases[i].message);
        assert_null(template);
    }
}

static void empty_subject_is_refused(void **state) {
    /* Goal: a subject that comes out empty, for whatever reason, is not sent. */
    (void)state;
    auto_arena arena = arena_new();
    const struct template *template = NULL;
    char message[1024];
    struct error error = ERROR_INIT;
    auto_text subject = TEXT_EMPTY, body = TEXT_EMPTY;
    text_append(&subject, "before");
    assert_true(parse("Subject: {{#no}}x{{/no}}\n\ny", TEMPLATE_MESSAGE, arena, &template, message));
    assert_false(template_render(template, sample(arena), NULL, &subject, &body, &error));
    assert_string_equal(error.message, "m.md:1: the subject comes out empty");
    assert_string_equal(text_string(&subject), "before");
}

static void nesting_and_size_are_bounded(void **state) {
    /* Goal: deep nesting, a large file and a large output are refused with a sentence. */
    (void)state;
    auto_text deep = TEXT_EMPTY;
    for (int i = 0; i < TEMPLATE_DEPTH_MAX + 1; i++)
        text_append(&deep, "{{#yes}}");
    assert_fails(text_string(&deep), "t.md:1: sections are nested more than 32 deep");
    auto_text large = TEXT_EMPTY;
    for (int i = 0; i < TEMPLATE_BYTES_MAX / 8 + 1; i++)
        text_append(&large, "12345678");
    assert_fails(text_string(&large), "t.md:1: 262152 bytes; a template has at most 262144");
    auto_text wide = TEXT_EMPTY;
    for (int i = 0; i < 6; i++)
        text_append(&wide, "{{#letters}}");
    for (int i = 0; i < 2000; i++)
        text_append(&wide, "0123456789");
    for (int i = 0; i < 6; i++)
        text_append(&wide, "{{/letters}}");
    assert_fails(text_string(&wide), "t.md:1: the message grows beyond 1048576 bytes");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(variables_and_dotted_names),          cmocka_unit_test(sections_repeat_and_hide),
        cmocka_unit_test(tags_alone_on_a_line_leave_no_line),  cmocka_unit_test(delimiters_can_change),
        cmocka_unit_test(pieces_are_put_in_with_their_indent), cmocka_unit_test(pieces_that_contain_themselves_end),
        cmocka_unit_test(values_never_become_markup),          cmocka_unit_test(strictness_names_file_and_line),
        cmocka_unit_test(broken_tags_name_file_and_line),      cmocka_unit_test(headers_are_read),
        cmocka_unit_test(header_faults_name_file_and_line),    cmocka_unit_test(empty_subject_is_refused),
        cmocka_unit_test(nesting_and_size_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
