#include "mail/template/template_node.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum { DELIMITER_MAX = 16, NAME_MAX_LENGTH = 200 };

struct open_section {
    struct template_node *node;
    struct template_node **outer_end;
};

struct parser {
    const struct template_source *source;
    size_t position;
    int line; /* of POSITION */
    char open[DELIMITER_MAX + 1], close[DELIMITER_MAX + 1];
    struct template_node **end; /* where the next node is hung */
    struct open_section sections[TEMPLATE_DEPTH_MAX];
    size_t depth;
    struct arena *arena;
    struct error *error;
};

/* A tag as it stands: its first character's meaning and its trimmed content. */
struct tag {
    char sigil; /* # ^ / > ! = & { or 0 for a variable */
    const char *content;
    size_t start, end; /* in the bytes, delimiters included */
    int line;
};

#define fail(parser, line, ...) error_set_at((parser)->error, (parser)->source->file, line, __VA_ARGS__)

static struct template_node *append_node(struct parser *parser, enum template_node_type type, int line) {
    struct template_node *node = arena_take(parser->arena, sizeof *node);
    node->type = type;
    node->line = line;
    *parser->end = node;
    parser->end = &node->next;
    return node;
}

/* Literal bytes from START to END. */
static bool append_text(struct parser *parser, size_t start, size_t end, int line) {
    if (start >= end)
        return true;
    const char *bytes = parser->source->bytes + start;
    const char *stray = memmem(bytes, end - start, "}}", 2);
    if (stray && strcmp(parser->close, "}}") == 0)
        return fail(parser, line + utf8_line_ends(bytes, (size_t)(stray - bytes)),
                    "'}}' without '{{' before it; a tag is written {{name}}");
    struct template_node *node = append_node(parser, TEMPLATE_NODE_TEXT, line);
    node->text = arena_copy_bytes(parser->arena, bytes, end - start);
    node->length = end - start;
    return true;
}

/* Whether only blanks stand before POSITION on its line; then where the line begins. */
static bool blank_before(const struct parser *parser, size_t position, size_t *ret_line_start) {
    const struct template_source *source = parser->source;
    size_t start = position;
    while (start > 0 && ascii_is_blank(source->bytes[start - 1]))
        start--;
    if (start > 0 && source->bytes[start - 1] != '\n')
        return false;
    *ret_line_start = start;
    return true;
}

/* Whether only blanks follow up to the line's end; then where the next line begins. */
static bool blank_after(const struct parser *parser, size_t position, size_t *ret_next_line) {
    const struct template_source *source = parser->source;
    while (position < source->length && ascii_is_blank(source->bytes[position]))
        position++;
    if (position < source->length && source->bytes[position] != '\n')
        return false;
    *ret_next_line = position < source->length ? position + 1 : position;
    return true;
}

/* Reads the tag whose opening delimiter stands at START. */
static bool read_tag(struct parser *parser, size_t start, int line, struct tag *ret) {
    const struct template_source *source = parser->source;
    size_t position = start + strlen(parser->open);
    while (position < source->length && (ascii_is_blank(source->bytes[position]) || source->bytes[position] == '\n'))
        position++;
    char sigil = position < source->length ? source->bytes[position] : '\0';
    if (sigil && strchr("#^/>!=&{", sigil))
        position++;
    else
        sigil = '\0';
    char close[DELIMITER_MAX + 2];
    snprintf(close, sizeof close, "%s%s", sigil == '{' ? "}" : sigil == '=' ? "=" : "", parser->close);
    const char *found = memmem(source->bytes + position, source->length - position, close, strlen(close));
    if (!found)
        return fail(parser, line, "a tag opens with '%s%.1s' and is never closed; write '%s' after the name",
                    parser->open, sigil == '{' ? "{" : "", close);
    char *content =
        arena_copy_bytes(parser->arena, source->bytes + position, (size_t)(found - (source->bytes + position)));
    string_trim(content);
    if (sigil != '!' && sigil != '=' && strchr(content, '\n'))
        return fail(parser, line, "a tag opens with '%s' and is not closed on its line; write '%s' after the name",
                    parser->open, close);
    *ret = (struct tag){.sigil = sigil,
                        .content = content,
                        .start = start,
                        .end = (size_t)(found - source->bytes) + strlen(close),
                        .line = line};
    return true;
}

static bool is_name_character(char character) {
    return ascii_is_letter_or_digit(character) || character == '_' || character == '-';
}

static bool is_name(const char *name, bool dots) {
    if (strlen(name) > NAME_MAX_LENGTH)
        return false;
    char before = '.';
    for (const char *c = name; *c; before = *c++)
        if (!is_name_character(*c) && !(dots && *c == '.' && before != '.'))
            return false;
    return before != '.';
}

static bool check_name(struct parser *parser, const struct tag *tag) {
    bool piece = tag->sigil == '>';
    if (!*tag->content)
        return fail(parser, tag->line, "a tag without a name; write for example %srecipient.name%s", parser->open,
                    parser->close);
    if (is_name(tag->content, !piece) || (!piece && strcmp(tag->content, ".") == 0))
        return true;
    auto_text shown = TEXT_EMPTY;
    text_append_printable(&shown, tag->content);
    return fail(parser, tag->line, "'%.60s' is not a name; names are letters, digits, '_' and '-'%s",
                text_string(&shown), piece ? "" : ", with '.' between them");
}

static bool set_delimiters(struct parser *parser, const struct tag *tag) {
    char open[DELIMITER_MAX + 1], close[DELIMITER_MAX + 1], rest[2];
    if (sscanf(tag->content, "%16s %16s %1s", open, close, rest) != 2 || strchr(open, '=') || strchr(close, '='))
        return fail(parser, tag->line, "delimiters are changed by two marks with a blank between, as in {{=<%% %%>=}}");
    memcpy(parser->open, open, sizeof open);
    memcpy(parser->close, close, sizeof close);
    return true;
}

static bool open_section(struct parser *parser, const struct tag *tag) {
    if (parser->depth == TEMPLATE_DEPTH_MAX)
        return fail(parser, tag->line, "sections are nested more than %d deep", TEMPLATE_DEPTH_MAX);
    struct template_node *node =
        append_node(parser, tag->sigil == '#' ? TEMPLATE_NODE_SECTION : TEMPLATE_NODE_INVERTED, tag->line);
    node->text = tag->content;
    node->length = strlen(tag->content);
    parser->sections[parser->depth++] = (struct open_section){node, parser->end};
    parser->end = &node->children;
    return true;
}

static bool close_section(struct parser *parser, const struct tag *tag) {
    if (parser->depth == 0)
        return fail(parser, tag->line, "{{/%s}} closes nothing; open the section with {{#%s}} before it", tag->content,
                    tag->content);
    struct open_section *section = &parser->sections[--parser->depth];
    if (strcmp(section->node->text, tag->content) != 0)
        return fail(parser, tag->line, "{{/%s}} stands where {{%c%s}} of line %d must be closed; write {{/%s}}",
                    tag->content, section->node->type == TEMPLATE_NODE_SECTION ? '#' : '^', section->node->text,
                    section->node->line, section->node->text);
    parser->end = section->outer_end;
    return true;
}

static bool append_named(struct parser *parser, const struct tag *tag, enum template_node_type type,
                         const char *indent) {
    struct template_node *node = append_node(parser, type, tag->line);
    node->text = tag->content;
    node->length = strlen(tag->content);
    node->indent = indent;
    return true;
}

static bool take_tag(struct parser *parser, const struct tag *tag, const char *indent) {
    if (tag->sigil != '!' && tag->sigil != '=' && !check_name(parser, tag))
        return false;
    switch (tag->sigil) {
    case '!':
        return true;
    case '=':
        return set_delimiters(parser, tag);
    case '#':
    case '^':
        return open_section(parser, tag);
    case '/':
        return close_section(parser, tag);
    case '>':
        if (parser->source->one_line)
            return fail(parser, tag->line, "a piece ({{> %s}}) can't stand in this line, only in the text",
                        tag->content);
        return append_named(parser, tag, TEMPLATE_NODE_PIECE, indent);
    case '&':
    case '{':
        return append_named(parser, tag, TEMPLATE_NODE_TRUSTED, NULL);
    default:
        return append_named(parser, tag, TEMPLATE_NODE_VARIABLE, NULL);
    }
}

static bool parse_nodes(struct parser *parser) {
    const struct template_source *source = parser->source;
    while (parser->position < source->length) {
        size_t from = parser->position;
        const char *found = memmem(source->bytes + from, source->length - from, parser->open, strlen(parser->open));
        if (!found)
            return append_text(parser, from, source->length, parser->line);
        size_t start = (size_t)(found - source->bytes);
        struct tag tag = {.content = ""};
        int line = parser->line + utf8_line_ends(source->bytes + from, start - from);
        if (!read_tag(parser, start, line, &tag))
            return false;
        size_t text_end = start, next = tag.end, line_start = 0, next_line = 0;
        const char *indent = "";
        if (!source->one_line && tag.sigil && strchr("#^/>!=", tag.sigil) && blank_before(parser, start, &line_start) &&
            line_start >= from && blank_after(parser, tag.end, &next_line)) {
            indent = arena_copy_bytes(parser->arena, source->bytes + line_start, start - line_start);
            text_end = line_start;
            next = next_line;
        }
        if (!append_text(parser, from, text_end, parser->line) || !take_tag(parser, &tag, indent))
            return false;
        parser->line = line + utf8_line_ends(source->bytes + start, next - start);
        parser->position = next;
    }
    return true;
}

bool template_node_parse(const struct template_source *source, struct arena *arena, const struct template_node **ret,
                         struct error *error) {
    struct template_node *first = NULL;
    struct parser parser = {.source = source,
                            .line = source->line,
                            .open = "{{",
                            .close = "}}",
                            .end = &first,
                            .arena = arena,
                            .error = error};
    if (!parse_nodes(&parser))
        return false;
    if (parser.depth) {
        const struct template_node *open = parser.sections[parser.depth - 1].node;
        return fail(&parser, open->line, "{{%c%s}} is never closed; write {{/%s}} where the section ends",
                    open->type == TEMPLATE_NODE_SECTION ? '#' : '^', open->text, open->text);
    }
    *ret = first;
    return true;
}
