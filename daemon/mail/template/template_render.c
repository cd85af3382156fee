#include "mail/template/template_render.h"

#include <string.h>

enum {
    STACK_MAX = 2 * TEMPLATE_DEPTH_MAX + 2,
    NODES_MAX = 1000000, /* visited in one rendering: bounds what nested lists can cost */
};

struct renderer {
    const struct template *template;         /* whose nodes are being rendered: for messages */
    struct template_value *stack[STACK_MAX]; /* contexts, the innermost last */
    size_t stack_depth;
    size_t depth; /* sections and pieces entered */
    size_t visited;
    const struct template_pieces *pieces;
    bool in_subject;
    bool line_start;    /* the next byte begins a line of the template: INDENT goes before it */
    struct text indent; /* of the pieces entered, outermost first */
    struct text *out;
    struct error *error;
};

#define fail(renderer, line, ...) error_set_at((renderer)->error, (renderer)->template->file, line, __VA_ARGS__)

static bool is_ascii_punctuation(uint32_t codepoint) {
    return codepoint > 0x20 && codepoint < 0x7F && !ascii_is_letter_or_digit((char)codepoint);
}

/* White space, line ends and controls: one blank stands for any run of them. */
static bool is_gap(uint32_t codepoint) {
    return codepoint <= 0x20 || (codepoint >= 0x7F && codepoint < 0xA0) || codepoint == 0x2028 || codepoint == 0x2029;
}

/* Embeddings, overrides and isolates would reach beyond the value and turn the rest of the line around. */
static bool is_direction_control(uint32_t codepoint) {
    return (codepoint >= 0x202A && codepoint <= 0x202E) || (codepoint >= 0x2066 && codepoint <= 0x2069);
}

/* Appends VALUE as one line; with ESCAPE every ASCII punctuation character gets a backslash (CommonMark 2.4). */
static void append_one_line(struct text *text, const char *value, bool escape) {
    size_t length = strlen(value);
    bool gap = false, begun = false;
    for (size_t position = 0; position < length;) {
        uint32_t codepoint = utf8_next(value, length, &position);
        if (is_gap(codepoint)) {
            gap = true;
            continue;
        }
        if (is_direction_control(codepoint))
            continue;
        if (gap && begun)
            text_append_char(text, ' ');
        gap = false;
        begun = true;
        if (escape && is_ascii_punctuation(codepoint))
            text_append_char(text, '\\');
        text_append_codepoint(text, codepoint);
    }
}

void template_render_literal(struct text *text, const char *value) {
    append_one_line(text, value, true);
}

static void begin_line(struct renderer *renderer) {
    if (renderer->line_start)
        text_append(renderer->out, text_string(&renderer->indent));
    renderer->line_start = false;
}

static void append_literal_text(struct renderer *renderer, const char *bytes, size_t length) {
    while (length) {
        const char *end = memchr(bytes, '\n', length);
        size_t part = end ? (size_t)(end - bytes) + 1 : length;
        if (*bytes != '\n')
            begin_line(renderer);
        text_append_bytes(renderer->out, bytes, part);
        renderer->line_start = end != NULL;
        bytes += part;
        length -= part;
    }
}

enum lookup { LOOKUP_FOUND, LOOKUP_UNKNOWN, LOOKUP_EMPTY };

/* Mustache's way: the first step in the innermost context that has it, the others strictly below. Below something
 * empty there is nothing (LOOKUP_EMPTY): an optional map that is not given. */
static enum lookup find(const struct renderer *renderer, const char *path, struct template_value **ret) {
    if (strcmp(path, ".") == 0) {
        *ret = renderer->stack[renderer->stack_depth - 1];
        return LOOKUP_FOUND;
    }
    size_t length = strcspn(path, ".");
    struct template_value *value = NULL;
    for (size_t i = renderer->stack_depth; i > 0 && !value; i--)
        value = template_value_member(renderer->stack[i - 1], path, length);
    while (value && path[length]) {
        path += length + 1;
        length = strcspn(path, ".");
        if (!template_value_is_true(value))
            return LOOKUP_EMPTY;
        value = template_value_member(value, path, length);
    }
    if (!value)
        return LOOKUP_UNKNOWN;
    *ret = value;
    return LOOKUP_FOUND;
}

static bool render_value(struct renderer *renderer, const struct template_node *node) {
    struct template_value *value = NULL;
    enum lookup found = find(renderer, node->text, &value);
    if (found == LOOKUP_UNKNOWN)
        return fail(renderer, node->line, "there is no '%s' here; `tandempost template names` lists the names",
                    node->text);
    bool empty = found == LOOKUP_EMPTY || !template_value_is_true(value);
    /* An optional name that is not given is empty, whatever it would be. */
    enum template_type type = empty ? TEMPLATE_MARKDOWN : value->type;
    if (type != TEMPLATE_STRING && type != TEMPLATE_MARKDOWN)
        return fail(renderer, node->line, "'%s' is no text; use {{#%s}}...{{/%s}}", node->text, node->text, node->text);
    bool trusted = node->type == TEMPLATE_NODE_TRUSTED;
    if (trusted && type != TEMPLATE_MARKDOWN && !renderer->in_subject)
        return fail(renderer, node->line, "'%s' is plain text; write {{%s}} with two braces", node->text, node->text);
    begin_line(renderer);
    size_t before = renderer->out->length;
    const char *string = empty ? "" : value->string;
    if (trusted && !renderer->in_subject)
        text_append(renderer->out, string);
    else
        append_one_line(renderer->out, string, !renderer->in_subject);
    if (empty || renderer->out->length == before)
        return fail(renderer, node->line, "'%s' is empty; show it only inside {{#%s}}...{{/%s}}, or supply it",
                    node->text, node->text, node->text);
    value->shown = true;
    return true;
}

static bool render_nodes(struct renderer *renderer, const struct template_node *node);

static bool render_inside(struct renderer *renderer, const struct template_node *node, struct template_value *context) {
    if (renderer->depth == TEMPLATE_DEPTH_MAX || renderer->stack_depth == STACK_MAX)
        return fail(renderer, node->line, "sections and pieces are nested more than %d deep", TEMPLATE_DEPTH_MAX);
    renderer->stack[renderer->stack_depth++] = context;
    renderer->depth++;
    bool done = render_nodes(renderer, node->children);
    renderer->depth--;
    renderer->stack_depth--;
    return done;
}

static bool render_section(struct renderer *renderer, const struct template_node *node) {
    struct template_value *value;
    enum lookup found = find(renderer, node->text, &value);
    if (found == LOOKUP_UNKNOWN)
        return fail(renderer, node->line, "there is no '%s' here; `tandempost template names` lists the names",
                    node->text);
    bool shown = found == LOOKUP_FOUND && template_value_is_true(value);
    if (node->type == TEMPLATE_NODE_INVERTED)
        return shown || render_inside(renderer, node, renderer->stack[renderer->stack_depth - 1]);
    if (!shown)
        return true;
    if (value->type != TEMPLATE_LIST)
        return render_inside(renderer, node, value);
    for (struct template_value *item = value->first; item; item = item->next)
        if (!render_inside(renderer, node, item))
            return false;
    return true;
}

static bool render_piece(struct renderer *renderer, const struct template_node *node) {
    const struct template *piece =
        renderer->pieces ? renderer->pieces->find(renderer->pieces->context, node->text) : NULL;
    if (!piece)
        return fail(renderer, node->line, "there is no piece '%s'; it would be a file _%s.md beside this one",
                    node->text, node->text);
    if (renderer->depth == TEMPLATE_DEPTH_MAX)
        return fail(renderer, node->line, "pieces are nested more than %d deep: does '%s' contain itself?",
                    TEMPLATE_DEPTH_MAX, node->text);
    const struct template *outer = renderer->template;
    size_t outer_indent = renderer->indent.length;
    renderer->template = piece;
    text_append(&renderer->indent, node->indent);
    renderer->depth++;
    bool done = render_nodes(renderer, piece->body);
    renderer->depth--;
    text_truncate(&renderer->indent, outer_indent);
    renderer->template = outer;
    return done;
}

static bool render_node(struct renderer *renderer, const struct template_node *node) {
    switch (node->type) {
    case TEMPLATE_NODE_TEXT:
        append_literal_text(renderer, node->text, node->length);
        return true;
    case TEMPLATE_NODE_VARIABLE:
    case TEMPLATE_NODE_TRUSTED:
        return render_value(renderer, node);
    case TEMPLATE_NODE_SECTION:
    case TEMPLATE_NODE_INVERTED:
        return render_section(renderer, node);
    case TEMPLATE_NODE_PIECE:
        return render_piece(renderer, node);
    }
    return true;
}

static bool render_nodes(struct renderer *renderer, const struct template_node *node) {
    for (; node; node = node->next) {
        if (!render_node(renderer, node))
            return false;
        if (renderer->out->length > TEMPLATE_OUTPUT_MAX || ++renderer->visited > NODES_MAX)
            return fail(renderer, node->line, "the message grows beyond %d bytes", TEMPLATE_OUTPUT_MAX);
    }
    return true;
}

bool template_render(const struct template *template, struct template_value *values,
                     const struct template_pieces *pieces, struct text *ret_subject, struct text *ret_body,
                     struct error *error) {
    auto_text raw_subject = TEXT_EMPTY, subject = TEXT_EMPTY, body = TEXT_EMPTY;
    struct renderer renderer = {.template = template,
                                .stack = {values},
                                .stack_depth = 1,
                                .pieces = pieces,
                                .out = &raw_subject,
                                .in_subject = true,
                                .error = error};
    if (!render_nodes(&renderer, template->subject))
        return false;
    append_one_line(&subject, text_string(&raw_subject), false);
    if (template->subject_line && !subject.length)
        return fail(&renderer, template->subject_line, "the %s comes out empty",
                    template->kind == TEMPLATE_TOPIC ? "title" : "subject");
    renderer.in_subject = false;
    renderer.line_start = true;
    renderer.out = &body;
    renderer.visited = 0;
    bool done = render_nodes(&renderer, template->body);
    text_free(&renderer.indent);
    if (!done)
        return false;
    text_clear(ret_subject);
    text_append(ret_subject, text_string(&subject));
    text_clear(ret_body);
    text_append(ret_body, text_string(&body));
    return true;
}
