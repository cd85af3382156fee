/* cmocka.h needs these before it */
#include "test.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "mail/template/template_check.h"

static const struct template_name person[] = {{.name = "name"}, {.name = "nickname", .optional = true}, {0}};
static const struct template_name names[] = {
    {.name = "title"},
    {.name = "secret", .personal = true},
    {.name = "note", .optional = true},
    {.name = "body", .type = TEMPLATE_MARKDOWN},
    {.name = "many", .type = TEMPLATE_BOOLEAN},
    {.name = "friend", .type = TEMPLATE_MAP, .members = person},
    {.name = "guide", .type = TEMPLATE_MAP, .members = person, .optional = true},
    {.name = "people", .type = TEMPLATE_LIST, .members = person},
    {.name = "words", .type = TEMPLATE_LIST},
    {.name = "partnership_address"},
    {0},
};
static const char *const needed[] = {"people.name", NULL};

static const char *piece_text = "x\n{{nam}}\n";

static const struct template *find_piece(void *context, const char *name) {
    if (strcmp(name, "p") != 0)
        return NULL;
    const struct template *piece = NULL;
    struct error error = ERROR_INIT;
    assert_true(template_parse(piece_text, strlen(piece_text), "p.md", TEMPLATE_PIECE, context, &piece, &error));
    return piece;
}

/* Checks and returns all problems, one a line; freed by the caller. */
static char *problems_of(const char *text, const struct template_schema *schema, enum template_kind kind) {
    auto_arena arena = arena_new();
    const struct template *template = NULL;
    struct error error = ERROR_INIT;
    assert_true(template_parse(text, strlen(text), "t.md", kind, arena, &template, &error));
    auto_error_list problems = ERROR_LIST_EMPTY;
    struct template_pieces pieces = {find_piece, arena};
    bool well = template_check(template, schema, &pieces, &problems, NULL);
    assert_int_equal(well, problems.count == 0);
    struct text all = TEXT_EMPTY;
    for (size_t i = 0; i < problems.count; i++) {
        auto_string line = error_list_format(&problems.entries[i]);
        text_append_format(&all, "%s\n", line);
    }
    return text_steal(&all);
}

static void assert_problems(const char *text, const char *expected) {
    static const struct template_schema schema = {names, NULL, 0, false};
    auto_string got = problems_of(text, &schema, TEMPLATE_PIECE);
    assert_string_equal(got, expected);
}

static void right_use_is_silent(void **state) {
    /* Goal: every legal way to use a name passes. */
    (void)state;
    assert_problems("{{title}} {{friend.name}} {{#friend}}{{name}} {{title}}{{/friend}} {{{body}}} {{&body}}", "");
    assert_problems("{{#people}}{{name}}{{#nickname}} ({{.}}, {{nickname}}){{/nickname}}{{/people}}", "");
    assert_problems("{{#words}}{{.}}{{/words}} {{#many}}a{{/many}}{{^many}}b{{/many}}", "");
    assert_problems("{{#note}}{{note}}{{/note}}{{^note}}-{{/note}}{{#guide}}{{name}}{{/guide}}", "");
    assert_problems("{{#guide.name}}{{guide.name}}{{/guide.name}}{{#guide}}{{#many}}{{guide.name}}{{/many}}{{/guide}}",
                    "");
}

static void every_problem_is_told(void **state) {
    /* Goal: all problems come in one go, each with its line and what would be right. */
    (void)state;
    assert_problems("{{titel}}\n{{frend.name}}\n{{friend.nam}}\n{{zzz}}\n",
                    "t.md:1: unknown name 'titel'; did you mean 'title'?\n"
                    "t.md:2: unknown name 'frend.name'; did you mean 'friend.name'?\n"
                    "t.md:3: unknown name 'friend.nam'; did you mean 'friend.name'?\n"
                    "t.md:4: unknown name 'zzz'; `tandempost template names` lists the names\n");
    assert_problems("{{people.name}} {{people}} {{many}} {{friend}}\n{{#peopel}}{{name}}{{/peopel}}\n",
                    "t.md:1: 'people.name' is known only inside {{#people}}...{{/people}}, by its own name\n"
                    "t.md:1: 'people' is a list; use {{#people}}...{{/people}}\n"
                    "t.md:1: 'many' is yes or no; use {{#many}}...{{/many}} or {{^many}}...{{/many}}\n"
                    "t.md:1: 'friend' is no text but has parts, such as 'friend.name'\n"
                    "t.md:2: unknown name 'peopel'; did you mean 'people'?\n"
                    "t.md:2: 'name' is known only inside {{#people}}...{{/people}}, by its own name\n");
    assert_problems("{{note}}\n{{guide.name}}\n{{#people}}{{nickname}}{{/people}}\n{{body}} {{{title}}} {{.}}",
                    "t.md:1: 'note' may be empty; show it only inside {{#note}}...{{/note}}\n"
                    "t.md:2: 'guide.name' may be empty; show it only inside {{#guide.name}}...{{/guide.name}}\n"
                    "t.md:3: 'nickname' may be empty; show it only inside {{#nickname}}...{{/nickname}}\n"
                    "t.md:4: 'body' is Markdown; write {{{body}}} with three braces\n"
                    "t.md:4: 'title' is plain text; write {{title}} with two braces\n"
                    "t.md:4: {{.}} stands only inside a section over a text or over a list of texts\n");
}

static void pieces_are_checked_where_they_are_used(void **state) {
    /* Goal: a piece's fault is told with the piece's file, in the context of its use; missing pieces and loops are
     * told. */
    (void)state;
    piece_text = "x\n{{nam}}\n";
    assert_problems("{{#people}}{{> p}}{{/people}}", "p.md:2: unknown name 'nam'; did you mean 'name'?\n");
    piece_text = "{{name}}";
    assert_problems("{{#people}}{{> p}}{{/people}}{{> q}}",
                    "t.md:1: there is no piece 'q'; it would be a file _q.md\n");
    piece_text = "{{> p}}{{> p}}";
    static const struct template_schema schema = {names, NULL, 0, false};
    auto_string got = problems_of("{{> p}}", &schema, TEMPLATE_PIECE);
    assert_non_null(strstr(got, "does 'p' contain itself?"));
    piece_text = "";
}

static void rules_of_whole_messages(void **state) {
    /* Goal: needed names must be shown in the text; a reply to partners quotes no secret and answers no question. */
    (void)state;
    static const struct template_schema asks = {names, NULL, 2, false}, needs = {names, needed, 0, false};
    static const struct template_schema elsewhere = {person, NULL, 0, false};
    auto_string missing =
        problems_of("Subject: x\n\n{{friend.name}}",
                    &(struct template_schema){names, (const char *const[]){"body", NULL}, 0, false}, TEMPLATE_MESSAGE);
    assert_string_equal(missing, "t.md:1: this message must show 'body' somewhere in its text\n");
    auto_string shown = problems_of("Subject: x\n\n{{#people}}{{name}}{{/people}}", &needs, TEMPLATE_MESSAGE);
    assert_string_equal(shown, "");
    auto_string reply =
        problems_of("Subject: {{body}}\nReply-To: partnership\n\na 1 or 2\n{{secret}}", &asks, TEMPLATE_MESSAGE);
    assert_string_equal(reply, "t.md:2: this message asks a question, so its replies must reach us; write 'Reply-To: "
                               "programme'\n"
                               "t.md:1: 'body' is a whole text; it can't stand in this line\n"
                               "t.md:5: 'secret' belongs to the recipient alone; with 'Reply-To: partnership' a reply "
                               "would quote it to the partner\n");
    auto_string wrong = problems_of("Subject: x\nReply-To: partnership\n\n{{name}}", &elsewhere, TEMPLATE_MESSAGE);
    assert_string_equal(wrong, "t.md:2: 'Reply-To: partnership' is for messages to partnerships; write 'programme'\n");
}

static void a_question_lists_its_answers(void **state) {
    /* Goal: a question without all its answers is wrong; what may not be shown, or stands in another number, is none.
     */
    (void)state;
    static const struct template_schema asks = {names, NULL, 2, false};
    static const char *const right[] = {"1. yes\n2. no", "Answer 1 (yes) or 2 (no)",
                                        "**1** yes\n\n{{#many}}2{{/many}}"};
    static const char *const wrong[] = {"yes or no", "1. yes", "In 2 days, 1", "1, 20, 2nd", "1{{#note}}2{{/note}}"};
    for (size_t i = 0; i < COUNT_OF(right) + COUNT_OF(wrong); i++) {
        auto_text text = TEXT_EMPTY;
        bool good = i < COUNT_OF(right) || i == COUNT_OF(right) + 2;
        text_append_format(&text, "Subject: 1 2\n\n%s", i < COUNT_OF(right) ? right[i] : wrong[i - COUNT_OF(right)]);
        auto_string got = problems_of(text_string(&text), &asks, TEMPLATE_MESSAGE);
        if (good != !*got)
            fail_msg("%s: %s", text_string(&text), got);
        if (!good)
            assert_true(
                string_starts_with(got, "t.md:1: this message asks a question, but its text does not say what "));
    }
}

static void assert_warnings(const char *text, const struct template_schema *schema, enum template_kind kind,
                            const char *expected) {
    auto_arena arena = arena_new();
    const struct template *template = NULL;
    struct error error = ERROR_INIT;
    auto_error_list problems = ERROR_LIST_EMPTY, warnings = ERROR_LIST_EMPTY;
    struct template_pieces pieces = {find_piece, arena};
    auto_text got = TEXT_EMPTY;
    assert_true(template_parse(text, strlen(text), "t.md", kind, arena, &template, &error));
    assert_true(template_check(template, schema, &pieces, &problems, &warnings));
    for (size_t i = 0; i < warnings.count; i++) {
        const char *mark = strchr(warnings.entries[i].message, '\'');
        text_append_format(&got, "%d %.*s;", warnings.entries[i].line,
                           mark ? (int)strcspn(mark + 1, "'") : (int)strcspn(warnings.entries[i].message, ";"),
                           mark ? mark + 1 : warnings.entries[i].message);
    }
    if (strcmp(text_string(&got), expected) != 0)
        fail_msg("%s: %s, not %s", text, text_string(&got), expected);
}

static void stray_marks_are_told(void **state) {
    /* Goal: an unclosed mark is told with its line; what is meant as it stands is not. */
    (void)state;
    static const struct template_schema schema = {names, NULL, 0, false};
    static const struct {
        const char *text, *warnings;
    } cases[] = {
        {"**a** *b* _c_ `d` [e](<mailto:{{title}}>) ~~f~~ **{{title}}**", ""},
        {"a\n\n**Please answer\n", "3 **;"},
        {"a\n*b c\n\n{{#many}}\nd\n{{/many}}\ne `f\n", "2 *;7 `;"},
        {"{{#many}}a{{/many}}{{^many}}\n**b\n{{/many}}\nc **d**", "2 **;"},
        {"see [here](http://a b) and [there](<mailto:a", "1 ](;1 ](;"},
        {"a_b_c 5 * 3 \\*note a * b [x] `` ` ``", ""},
        {"_a b", "1 _;"},
        {"* a\n- b\n\n* * *\n\n1. c **d", "6 **;"},
        {"~~a", "1 ~~;"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_warnings(cases[i].text, &schema, TEMPLATE_PIECE, cases[i].warnings);
}

static void a_pause_is_offered(void **state) {
    /* Goal: a message to a participant that tells no way to a pause is warned of. */
    (void)state;
    static const struct template_name ways[] = {{.name = "pause_address", .personal = true, .optional = true},
                                                {.name = "help_address"},
                                                {.name = "partnership_address"},
                                                {0}};
    static const struct template_schema schema = {ways, NULL, 0, true};
    const char *warning = "0 nothing here says how to have a pause from us, or help;";
    assert_warnings("Subject: x\n\ny", &schema, TEMPLATE_MESSAGE, warning);
    assert_warnings("Subject: x\n\n{{help_address}}", &schema, TEMPLATE_MESSAGE, warning);
    assert_warnings("Subject: x\n\n{{#pause_address}}{{.}}{{pause_address}}{{/pause_address}}", &schema,
                    TEMPLATE_MESSAGE, "");
    assert_warnings("Subject: x\nReply-To: partnership\n\n{{help_address}}", &schema, TEMPLATE_MESSAGE, "");
}

static void optional_names_are_filled(void **state) {
    /* Goal: after filling, sections over optional names that were not given are hidden instead of unknown. */
    (void)state;
    auto_arena arena = arena_new();
    struct template_value *values = template_value_map(arena);
    struct template_value *people = template_value_set_list(values, "people");
    template_value_set_string(template_value_add_map(people), "name", "Chen");
    template_value_set_string(values, "friend.name", "Ben");
    template_check_fill_optional(values, names);
    const char *text =
        "{{#note}}x{{/note}}{{#guide}}{{name}}{{/guide}}{{#guide.name}}x{{/guide.name}}"
        "{{#people}}{{name}}{{#nickname}}x{{/nickname}}{{/people}}{{#friend.nickname}}x{{/friend.nickname}}";
    const struct template *template = NULL;
    struct error error = ERROR_INIT;
    auto_text subject = TEXT_EMPTY, body = TEXT_EMPTY;
    assert_true(template_parse(text, strlen(text), "t.md", TEMPLATE_PIECE, arena, &template, &error));
    assert_true(template_render(template, values, NULL, &subject, &body, &error));
    assert_string_equal(text_string(&body), "Chen");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_question_lists_its_answers), cmocka_unit_test(stray_marks_are_told),
        cmocka_unit_test(a_pause_is_offered),           cmocka_unit_test(right_use_is_silent),
        cmocka_unit_test(every_problem_is_told),        cmocka_unit_test(pieces_are_checked_where_they_are_used),
        cmocka_unit_test(rules_of_whole_messages),      cmocka_unit_test(optional_names_are_filled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
