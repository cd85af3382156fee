#include "mail/template/template.h"

#include <string.h>

#include "base/suggest.h"
#include "base/text.h"

/* A template in the making. */
struct reader {
    struct template *template;
    struct arena *arena;
    struct error *error;
};

#define fail(reader, line, ...) error_set_at((reader)->error, (reader)->template->file, line, __VA_ARGS__)

static const char *subject_name(const struct reader *reader) {
    return reader->template->kind == TEMPLATE_TOPIC ? "Title" : "Subject";
}

static bool parse_subject(struct reader *reader, const char *value, int line) {
    struct template *template = reader->template;
    if (template->subject_line)
        return fail(reader, line, "a second '%s:'; the first is in line %d", subject_name(reader),
                    template->subject_line);
    if (!*value)
        return fail(reader, line, "'%s:' is empty", subject_name(reader));
    template->subject_line = line;
    const struct template_source source = {
        .bytes = value, .length = strlen(value), .file = template->file, .line = line, .one_line = true};
    return template_node_parse(&source, reader->arena, &template->subject, reader->error);
}

static bool parse_reply_to(struct reader *reader, const char *value, int line) {
    struct template *template = reader->template;
    if (template->reply_to_line)
        return fail(reader, line, "a second 'Reply-To:'; the first is in line %d", template->reply_to_line);
    template->reply_to_line = line;
    if (strcmp(value, "programme") == 0)
        template->reply_to = TEMPLATE_REPLY_TO_PROGRAMME;
    else if (strcmp(value, "partnership") == 0)
        template->reply_to = TEMPLATE_REPLY_TO_PARTNERSHIP;
    else
        return fail(reader, line, "Reply-To is 'programme' or 'partnership', not '%.60s'", value);
    return true;
}

static bool refuse_header_line(struct reader *reader, const char *name, int line) {
    static const char *const known[] = {"Subject", "Reply-To"};
    bool topic = reader->template->kind == TEMPLATE_TOPIC;
    const char *nearest = topic ? "Title" : suggest_nearest(name, known, COUNT_OF(known));
    auto_text shown = TEXT_EMPTY;
    text_append_printable(&shown, name);
    if (nearest)
        return fail(reader, line, "unknown line '%.60s:'; did you mean '%s:'?", text_string(&shown), nearest);
    return fail(reader, line, "unknown line '%.60s:'; known are 'Subject:' and 'Reply-To:'", text_string(&shown));
}

static bool parse_header_line(struct reader *reader, const char *text, int line) {
    const char *colon = strchr(text, ':');
    if (!colon)
        return fail(reader, line, "expected 'Name: value' (such as '%s: ...') or the empty line that begins the text",
                    subject_name(reader));
    char *name = arena_copy_bytes(reader->arena, text, (size_t)(colon - text));
    char *value = arena_copy_string(reader->arena, colon + 1);
    string_trim(name);
    string_trim(value);
    if (string_equal_ignore_case(name, subject_name(reader)))
        return parse_subject(reader, value, line);
    if (string_equal_ignore_case(name, "Reply-To") && reader->template->kind == TEMPLATE_MESSAGE)
        return parse_reply_to(reader, value, line);
    return refuse_header_line(reader, name, line);
}

/* Reads the header of the whole file; SOURCE is moved on to the body. */
static bool parse_header(struct reader *reader, struct template_source *source) {
    bool more = true;
    while (more && source->length > 0) {
        const char *start = source->bytes, *end = memchr(start, '\n', source->length);
        size_t length = end ? (size_t)(end - start) : source->length, used = length + (end ? 1 : 0);
        char *text = arena_copy_bytes(reader->arena, start, length);
        string_trim(text);
        more = *text;
        if (more && !parse_header_line(reader, text, source->line))
            return false;
        source->bytes += used;
        source->length -= used;
        source->line++;
    }
    if (!reader->template->subject_line)
        return fail(reader, 1, "no '%s:' line; the file begins with '%s: ...', then an empty line, then the text",
                    subject_name(reader), subject_name(reader));
    if (strspn(source->bytes, " \t\n") == source->length)
        return fail(reader, source->line, "there is no text after the empty line");
    return true;
}

/* Makes SOURCE a copy of the file with LF line ends and without a byte order mark; refuses what is no text. */
static bool normalise(struct reader *reader, const char *bytes, size_t length, struct template_source *source) {
    if (length > TEMPLATE_BYTES_MAX)
        return fail(reader, 1, "%zu bytes; a template has at most %d", length, TEMPLATE_BYTES_MAX);
    for (size_t position = 0; position < length;) {
        size_t before = position;
        uint32_t codepoint = utf8_next(bytes, length, &position);
        bool broken = codepoint == 0xFFFD && position - before == 1;
        if (broken || (codepoint < 0x20 && codepoint != '\n' && codepoint != '\t' && codepoint != '\r'))
            return fail(reader, 1 + utf8_line_ends(bytes, before), "%s; save the file as UTF-8 text",
                        broken ? "this is not UTF-8" : "a control character");
    }
    char *copy = arena_take(reader->arena, length + 1);
    for (size_t i = utf8_mark_length(bytes, length); i < length; i++) {
        if (bytes[i] == '\r' && i + 1 < length && bytes[i + 1] == '\n')
            continue;
        copy[source->length++] = bytes[i] == '\r' ? '\n' : bytes[i];
    }
    source->bytes = copy;
    return true;
}

bool template_parse(const char *bytes, size_t length, const char *file, enum template_kind kind, struct arena *arena,
                    const struct template **ret, struct error *error) {
    struct template *template = arena_take(arena, sizeof *template);
    template->kind = kind;
    template->file = arena_copy_string(arena, file);
    template->reply_to = TEMPLATE_REPLY_TO_PROGRAMME;
    hash_sha256_hex(bytes, length, template->hash);
    struct reader reader = {.template = template, .arena = arena, .error = error};
    struct template_source source = {.bytes = "", .file = template->file, .line = 1};
    if (!normalise(&reader, bytes, length, &source) || (kind != TEMPLATE_PIECE && !parse_header(&reader, &source)) ||
        !template_node_parse(&source, arena, &template->body, error))
        return false;
    *ret = template;
    return true;
}
