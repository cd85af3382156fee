#include "mail/template.h"

#include <stdio.h>
#include <string.h>

#include "base/ascii.h"
#include "base/suggest.h"
#include "base/text.h"

enum { DELIMITER_MAX = 16, NAME_MAX_LENGTH = 200 };

struct open_section {
    struct template_node *node;
    struct template_node **outer_end;
};

struct parser {
    const char *file;
    const char *bytes; /* of this part: the body or one header's value */
    size_t length, position;
    int line;
    bool one_line; /* a header's value: tags alone on their line mean nothing */
    char open[DELIMITER_MAX + 1], close[DELIMITER_MAX + 1];
    struct template_node head, **end; /* this part's nodes hang on it; where the next one is hung */
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

static bool fail(struct parser *parser, int line, const char *format, ...) __attribute__((format(printf, 3, 4)));

static bool fail(struct parser *parser, int line, const char *format, ...) {
    va_list arguments;
    auto_text message = TEXT_EMPTY;
    va_start(arguments, format);
    text_append_format_list(&message, format, arguments);
    va_end(arguments);
    return error_set(parser->error, ERROR_CONFIGURATION, "%s:%d: %s", parser->file, line, text_string(&message));
}

static bool is_blank(char character) {
    return character == ' ' || character == '\t';
}

static int count_lines(const char *bytes, size_t length) {
    int lines = 0;
    for (size_t i = 0; i < length; i++)
        lines += bytes[i] == '\n';
    return lines;
}

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
    const char *bytes = parser->bytes + start;
    const char *stray = memmem(bytes, end - start, "}}", 2);
    if (stray && strcmp(parser->close, "}}") == 0)
        return fail(parser, line + count_lines(bytes, (size_t)(stray - bytes)),
                    "'}}' without '{{' before it; a tag is written {{name}}");
    struct template_node *node = append_node(parser, TEMPLATE_NODE_TEXT, line);
    node->text = arena_copy_bytes(parser->arena, bytes, end - start);
    node->length = end - start;
    return true;
}

/* Where the line that holds POSITION begins, if only blanks stand between; else POSITION. */
static bool blank_before(const struct parser *parser, size_t position, size_t *ret_line_start) {
    size_t start = position;
    while (start > 0 && is_blank(parser->bytes[start - 1]))
        start--;
    if (start > 0 && parser->bytes[start - 1] != '\n')
        return false;
    *ret_line_start = start;
    return true;
}

/* Whether only blanks follow up to the line's end; then where the next line begins. */
static bool blank_after(const struct parser *parser, size_t position, size_t *ret_next_line) {
    while (position < parser->length && is_blank(parser->bytes[position]))
        position++;
    if (position < parser->length && parser->bytes[position] != '\n')
        return false;
    *ret_next_line = position < parser->length ? position + 1 : position;
    return true;
}

/* Reads the tag whose opening delimiter stands at START. */
static bool read_tag(struct parser *parser, size_t start, int line, struct tag *ret) {
    size_t position = start + strlen(parser->open);
    while (position < parser->length && (is_blank(parser->bytes[position]) || parser->bytes[position] == '\n'))
        position++;
    char sigil = position < parser->length ? parser->bytes[position] : '\0';
    if (sigil && strchr("#^/>!=&{", sigil))
        position++;
    else
        sigil = '\0';
    char close[DELIMITER_MAX + 2];
    snprintf(close, sizeof close, "%s%s", sigil == '{' ? "}" : sigil == '=' ? "=" : "", parser->close);
    const char *found = memmem(parser->bytes + position, parser->length - position, close, strlen(close));
    if (!found)
        return fail(parser, line, "a tag opens with '%s%.1s' and is never closed; write '%s' after the name",
                    parser->open, sigil == '{' ? "{" : "", close);
    char *content =
        arena_copy_bytes(parser->arena, parser->bytes + position, (size_t)(found - (parser->bytes + position)));
    string_trim(content);
    if (sigil != '!' && sigil != '=' && strchr(content, '\n'))
        return fail(parser, line, "a tag opens with '%s' and is not closed on its line; write '%s' after the name",
                    parser->open, close);
    *ret = (struct tag){.sigil = sigil,
                        .content = content,
                        .start = start,
                        .end = (size_t)(found - parser->bytes) + strlen(close),
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
        if (parser->one_line)
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
    while (parser->position < parser->length) {
        size_t from = parser->position;
        const char *found = memmem(parser->bytes + from, parser->length - from, parser->open, strlen(parser->open));
        if (!found)
            return append_text(parser, from, parser->length, parser->line);
        size_t start = (size_t)(found - parser->bytes);
        struct tag tag = {.content = ""};
        int line = parser->line + count_lines(parser->bytes + from, start - from);
        if (!read_tag(parser, start, line, &tag))
            return false;
        size_t text_end = start, next = tag.end, line_start = 0, next_line = 0;
        const char *indent = "";
        if (!parser->one_line && tag.sigil && strchr("#^/>!=", tag.sigil) && blank_before(parser, start, &line_start) &&
            line_start >= from && blank_after(parser, tag.end, &next_line)) {
            indent = arena_copy_bytes(parser->arena, parser->bytes + line_start, start - line_start);
            text_end = line_start;
            next = next_line;
        }
        if (!append_text(parser, from, text_end, parser->line) || !take_tag(parser, &tag, indent))
            return false;
        parser->line = line + count_lines(parser->bytes + start, next - start);
        parser->position = next;
    }
    return true;
}

/* Parses LENGTH bytes that begin on LINE into *RET. */
static bool parse_part(struct parser *parser, const char *bytes, size_t length, int line, bool one_line,
                       const struct template_node **ret) {
    parser->bytes = bytes;
    parser->length = length;
    parser->position = 0;
    parser->line = line;
    parser->one_line = one_line;
    strcpy(parser->open, "{{");
    strcpy(parser->close, "}}");
    parser->depth = 0;
    parser->head = (struct template_node){0};
    parser->end = &parser->head.next;
    if (!parse_nodes(parser))
        return false;
    if (parser->depth) {
        const struct template_node *open = parser->sections[parser->depth - 1].node;
        return fail(parser, open->line, "{{%c%s}} is never closed; write {{/%s}} where the section ends",
                    open->type == TEMPLATE_NODE_SECTION ? '#' : '^', open->text, open->text);
    }
    *ret = parser->head.next;
    return true;
}

static bool parse_reply_to(struct parser *parser, const char *value, int line, struct template *template) {
    template->reply_to_line = line;
    if (strcmp(value, "programme") == 0)
        template->reply_to = TEMPLATE_REPLY_TO_PROGRAMME;
    else if (strcmp(value, "partnership") == 0)
        template->reply_to = TEMPLATE_REPLY_TO_PARTNERSHIP;
    else
        return fail(parser, line, "Reply-To is 'programme' or 'partnership', not '%.60s'", value);
    return true;
}

static bool parse_header_line(struct parser *parser, const char *text, int line, struct template *template) {
    static const char *const known[] = {"Subject", "Reply-To", "Title"};
    const char *subject_name = template->kind == TEMPLATE_TOPIC ? "Title" : "Subject";
    const char *colon = strchr(text, ':');
    if (!colon)
        return fail(parser, line, "expected 'Name: value' (such as '%s: ...') or the empty line that begins the text",
                    subject_name);
    char *name = arena_copy_bytes(parser->arena, text, (size_t)(colon - text));
    char *value = arena_copy_string(parser->arena, colon + 1);
    string_trim(name);
    string_trim(value);
    if (string_equal_ignore_case(name, subject_name)) {
        if (template->subject_line)
            return fail(parser, line, "a second '%s:'; the first is in line %d", subject_name, template->subject_line);
        if (!*value)
            return fail(parser, line, "'%s:' is empty", subject_name);
        template->subject_line = line;
        return parse_part(parser, value, strlen(value), line, true, &template->subject);
    }
    if (string_equal_ignore_case(name, "Reply-To") && template->kind == TEMPLATE_MESSAGE) {
        if (template->reply_to_line)
            return fail(parser, line, "a second 'Reply-To:'; the first is in line %d", template->reply_to_line);
        return parse_reply_to(parser, value, line, template);
    }
    const char *nearest = template->kind == TEMPLATE_TOPIC ? "Title" : suggest_nearest(name, known, 2);
    auto_text shown = TEXT_EMPTY;
    text_append_printable(&shown, name);
    return fail(parser, line, "unknown line '%.60s:'; %s%s%s", text_string(&shown),
                nearest ? "did you mean '" : "known are ",
                nearest                            ? nearest
                : template->kind == TEMPLATE_TOPIC ? "'Title:'"
                                                   : "'Subject:' and 'Reply-To:'",
                nearest ? ":'?" : "");
}

/* Reads the header of the whole file; *POSITION and *LINE are moved to the body's beginning. */
static bool parse_header(struct parser *parser, const char *bytes, size_t length, struct template *template,
                         size_t *position, int *line) {
    while (*position < length) {
        const char *end = memchr(bytes + *position, '\n', length - *position);
        size_t line_length = end ? (size_t)(end - (bytes + *position)) : length - *position;
        char *text = arena_copy_bytes(parser->arena, bytes + *position, line_length);
        string_trim(text);
        *position += line_length + (end ? 1 : 0);
        int this_line = (*line)++;
        if (!*text)
            break;
        if (!parse_header_line(parser, text, this_line, template))
            return false;
    }
    const char *name = template->kind == TEMPLATE_TOPIC ? "Title" : "Subject";
    if (!template->subject_line)
        return fail(parser, 1, "no '%s:' line; the file begins with '%s: ...', then an empty line, then the text", name,
                    name);
    return true;
}

/* A copy with LF line ends and without a byte order mark; refuses what is no text. */
static bool normalise(struct parser *parser, const char *bytes, size_t length, char **ret, size_t *ret_length) {
    if (length > TEMPLATE_BYTES_MAX)
        return fail(parser, 1, "%zu bytes; a template has at most %d", length, TEMPLATE_BYTES_MAX);
    for (size_t position = 0; position < length;) {
        size_t before = position;
        uint32_t codepoint = utf8_next(bytes, length, &position);
        bool broken = codepoint == 0xFFFD && position - before == 1;
        if (broken || (codepoint < 0x20 && codepoint != '\n' && codepoint != '\t' && codepoint != '\r'))
            return fail(parser, 1 + count_lines(bytes, before), "%s; save the file as UTF-8 text",
                        broken ? "this is not UTF-8" : "a control character");
    }
    if (length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0) {
        bytes += 3;
        length -= 3;
    }
    char *copy = arena_take(parser->arena, length + 1);
    size_t used = 0;
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] == '\r' && i + 1 < length && bytes[i + 1] == '\n')
            continue;
        copy[used++] = bytes[i] == '\r' ? '\n' : bytes[i];
    }
    *ret = copy;
    *ret_length = used;
    return true;
}

bool template_parse(const char *bytes, size_t length, const char *file, enum template_kind kind, struct arena *arena,
                    const struct template **ret, struct error *error) {
    struct template *template = arena_take(arena, sizeof *template);
    template->kind = kind;
    template->file = arena_copy_string(arena, file);
    template->reply_to = TEMPLATE_REPLY_TO_PROGRAMME;
    hash_sha256_hex(bytes, length, template->hash);
    struct parser parser = {.file = template->file, .arena = arena, .error = error};
    char *text = NULL;
    size_t text_length = 0, position = 0;
    int line = 1;
    if (!normalise(&parser, bytes, length, &text, &text_length))
        return false;
    require(text);
    if (kind != TEMPLATE_PIECE && !parse_header(&parser, text, text_length, template, &position, &line))
        return false;
    if (kind != TEMPLATE_PIECE && strspn(text + position, " \t\n") == text_length - position)
        return fail(&parser, line, "there is no text after the empty line");
    if (!parse_part(&parser, text + position, text_length - position, line, false, &template->body))
        return false;
    *ret = template;
    return true;
}
