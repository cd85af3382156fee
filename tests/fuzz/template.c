/* A template file: parsed, checked, rendered, and the outcome as both bodies of a mail. */
#include <string.h>

#include "harness.h"
#include "mail/compose.h"
#include "mail/template/markdown.h"
#include "mail/template/template_check.h"
#include "mail/template/template_render.h"

static const char hostile[] = "**x** {{name}} <b>\r\n\r\n# [a](javascript:x) `\\";

static const struct template_name person[] = {{.name = "name"}, {.name = "town", .optional = true}, {0}};
static const struct template_name names[] = {
    {.name = "name"},
    {.name = "note", .optional = true},
    {.name = "secret", .personal = true},
    {.name = "bold", .type = TEMPLATE_MARKDOWN},
    {.name = "yes", .type = TEMPLATE_BOOLEAN},
    {.name = "person", .type = TEMPLATE_MAP, .members = person},
    {.name = "people", .type = TEMPLATE_LIST, .members = person},
    {.name = "words", .type = TEMPLATE_LIST},
    {0},
};
static const struct template_schema schema = {names, NULL, 4, true};

void fuzz_prepare(void) {
}

/* The file may use itself as a piece. */
struct self {
    const char *bytes;
    size_t length;
    struct arena *arena;
    unsigned asked;
};

static const struct template *find_piece(void *context, const char *name) {
    struct self *self = context;
    const struct template *piece = NULL;
    struct error error = ERROR_INIT;
    if (strcmp(name, "self") != 0 || ++self->asked > 100 ||
        !template_parse(self->bytes, self->length, "self.md", TEMPLATE_PIECE, self->arena, &piece, &error))
        return NULL;
    return piece;
}

static struct template_value *sample(struct arena *arena) {
    struct template_value *values = template_value_map(arena);
    template_value_set_string(values, "name", hostile);
    template_value_set_string(values, "secret", "iln+raaaaaaaaaaaaaaaa@example.org");
    template_value_set_markdown(values, "bold", "**bold**\n\n- list");
    template_value_set_boolean(values, "yes", true);
    template_value_set_string(values, "person.name", "Anna");
    struct template_value *people = template_value_set_list(values, "people");
    template_value_set_string(template_value_add_map(people), "name", "Ben");
    template_value_set_string(template_value_add_map(people), "name", hostile);
    struct template_value *words = template_value_set_list(values, "words");
    template_value_add_string(words, "one");
    template_value_add_string(words, hostile);
    template_value_add_string(words, "three");
    return values;
}

static void check_bodies(const char *subject, const char *markdown) {
    auto_text html = TEXT_EMPTY, plain = TEXT_EMPTY, mail = TEXT_EMPTY;
    struct error error = ERROR_INIT;
    if (!markdown_to_html(markdown, "de", subject, &html, &error) || !markdown_to_plain(markdown, &plain, &error))
        return;
    fuzz_check_text(text_string(&html));
    fuzz_check_text(text_string(&plain));
    check(!strcasestr(text_string(&html), "href=\"javascript"));
    check(!strcasestr(text_string(&html), "<script"));
    const struct compose_message message = {
        .from_name = subject,
        .from_address = "iln@example.org",
        .to_address = "anna@example.net",
        .subject = subject,
        .message_id = "<1@example.org>",
        .date = 1795443660,
        .text = text_string(&plain),
        .html = text_string(&html),
    };
    check(compose_build(&message, &mail, &error));
    size_t line = 0;
    for (size_t i = 0; i < mail.length; i++) {
        check((unsigned char)mail.bytes[i] < 128 && mail.bytes[i]);
        check((mail.bytes[i] == '\r') == (i + 1 < mail.length && mail.bytes[i + 1] == '\n'));
        line = mail.bytes[i] == '\n' ? 0 : line + 1;
        check(line <= 999); /* with its CR */
    }
}

void fuzz_try(const char *bytes, size_t length) {
    auto_arena arena = arena_new();
    auto_error_list problems = ERROR_LIST_EMPTY, warnings = ERROR_LIST_EMPTY;
    auto_text subject = TEXT_EMPTY, body = TEXT_EMPTY;
    struct self self = {bytes, length, arena, 0};
    const struct template_pieces pieces = {find_piece, &self};
    const struct template *template = NULL;
    struct error error = ERROR_INIT;
    if (!template_parse(bytes, length, "t.md", (enum template_kind)(length % 3), arena, &template, &error)) {
        check(error.class == ERROR_CONFIGURATION && string_starts_with(error.message, "t.md:"));
        return;
    }
    bool well = template_check(template, &schema, &pieces, &problems, &warnings);
    check(well == (problems.count == 0));
    self.asked = 0;
    struct template_value *values = sample(arena);
    template_check_fill_optional(values, names);
    if (!template_render(template, values, &pieces, &subject, &body, &error)) {
        check(error.class == ERROR_CONFIGURATION && *error.message);
        return;
    }
    check(body.length <= TEMPLATE_OUTPUT_MAX);
    fuzz_check_line(text_string(&subject));
    fuzz_check_text(text_string(&body));
    check_bodies(text_string(&subject), text_string(&body));
}
