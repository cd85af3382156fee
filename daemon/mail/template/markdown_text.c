#include "mail/template/markdown_text.h"

#include <ctype.h>
#include <libxml/HTMLparser.h>
#include <stdlib.h>
#include <string.h>

#include "mail/template/markdown.h"

static int pass_block(MD_BLOCKTYPE type, void *detail, void *context) {
    (void)type, (void)detail, (void)context;
    return 0;
}

static int pass_span(MD_SPANTYPE type, void *detail, void *context) {
    (void)type, (void)detail, (void)context;
    return 0;
}

bool markdown_text_walk(const char *markdown, const MD_PARSER *handlers, void *context, struct error *error) {
    size_t length = strlen(markdown);
    if (length > MARKDOWN_TEXT_MAX)
        return error_set(error, ERROR_PERMANENT, "a text of %zu bytes is too long to be sent; at most %d", length,
                         MARKDOWN_TEXT_MAX);
    MD_PARSER parser = *handlers;
    /* Indentation never makes code: pieces are indented by their includer, and people indent without meaning it. */
    parser.flags = MD_FLAG_NOHTML | MD_FLAG_NOINDENTEDCODEBLOCKS | MD_FLAG_PERMISSIVEAUTOLINKS | MD_FLAG_TABLES |
                   MD_FLAG_STRIKETHROUGH;
    parser.enter_block = parser.enter_block ? parser.enter_block : pass_block;
    parser.leave_block = parser.leave_block ? parser.leave_block : pass_block;
    parser.enter_span = parser.enter_span ? parser.enter_span : pass_span;
    parser.leave_span = parser.leave_span ? parser.leave_span : pass_span;
    if (md_parse(markdown, (MD_SIZE)length, &parser, context) != 0)
        return error_set(error, ERROR_BUG, "a text of %zu bytes can't be read as Markdown", length);
    return true;
}

/* BYTES is an entity as written, "&...;". What is no entity stays as it is. */
static void append_entity(struct text *text, const char *bytes, size_t length) {
    char name[48];
    if (length < 3 || length - 2 >= sizeof name) {
        text_append_bytes(text, bytes, length);
        return;
    }
    memcpy(name, bytes + 1, length - 2);
    name[length - 2] = '\0';
    if (name[0] == '#') {
        bool hexadecimal = name[1] == 'x' || name[1] == 'X';
        unsigned long codepoint = strtoul(name + (hexadecimal ? 2 : 1), NULL, hexadecimal ? 16 : 10);
        bool usable = codepoint >= 0x20 && codepoint <= 0x10FFFF && !(codepoint >= 0x7F && codepoint < 0xA0);
        text_append_codepoint(text, usable ? (uint32_t)codepoint : 0xFFFD);
        return;
    }
    const htmlEntityDesc *entity = htmlEntityLookup((const xmlChar *)name);
    if (entity)
        text_append_codepoint(text, entity->value);
    else
        text_append_bytes(text, bytes, length);
}

void markdown_text_append(struct text *text, MD_TEXTTYPE type, const char *bytes, size_t length) {
    if (type == MD_TEXT_ENTITY)
        append_entity(text, bytes, length);
    else if (type == MD_TEXT_NULLCHAR)
        text_append_codepoint(text, 0xFFFD);
    else
        text_append_bytes(text, bytes, length);
}

void markdown_text_append_attribute(struct text *text, const MD_ATTRIBUTE *attribute) {
    for (size_t i = 0; attribute->text && attribute->substr_offsets[i] < attribute->size; i++)
        markdown_text_append(text, attribute->substr_types[i], attribute->text + attribute->substr_offsets[i],
                             attribute->substr_offsets[i + 1] - attribute->substr_offsets[i]);
}

bool markdown_text_link_allowed(const char *address) {
    for (const char *c = address; *c; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7F)
            return false;
    return string_starts_with_ignore_case(address, "https://") || string_starts_with_ignore_case(address, "http://") ||
           string_starts_with_ignore_case(address, "mailto:");
}

/* ---- Marks without a partner ---- */

struct search {
    const char *start, *end, *seen; /* SEEN: up to here all is told */
    void (*found)(void *context, size_t offset, const char *mark);
    void *context;
};

static bool is_space_at(const struct search *search, const char *at) {
    return at < search->start || at >= search->end || isspace((unsigned char)*at);
}

static bool is_word_at(const struct search *search, const char *at) {
    return at >= search->start && at < search->end && (isalnum((unsigned char)*at) || (unsigned char)*at >= 0x80);
}

/* The mark that the run of LENGTH equal characters at AT was meant to be; NULL where it is just a character. */
static const char *mark_of(const struct search *search, const char *at, size_t length) {
    const char *before = at - 1, *after = at + length;
    if (is_space_at(search, before) && is_space_at(search, after))
        return NULL;
    bool inside = is_word_at(search, before) && is_word_at(search, after);
    return *at == '*'                                                          ? (length == 1 ? "*" : "**")
           : *at == '_' && !inside                                             ? (length == 1 ? "_" : "__")
           : *at == '`'                                                        ? "`"
           : *at == '~' && length == 2                                         ? "~~"
           : *at == ']' && length == 1 && after < search->end && *after == '(' ? "]("
                                                                               : NULL;
}

/* What md4c calls plain text and would have been a mark, had it a partner. */
static int look(MD_TEXTTYPE type, const char *bytes, MD_SIZE length, void *context) {
    struct search *search = context;
    if (type != MD_TEXT_NORMAL || bytes < search->start || bytes + length > search->end)
        return 0;
    for (const char *at = bytes > search->seen ? bytes : search->seen; at < bytes + length;) {
        const char *run = at;
        while (run < search->end && *run == *at)
            run++;
        bool escaped = at > search->start && at[-1] == '\\';
        const char *mark = escaped ? NULL : mark_of(search, at, (size_t)(run - at));
        if (mark)
            search->found(search->context, (size_t)(at - search->start), mark);
        search->seen = at = run;
    }
    return 0;
}

bool markdown_find_stray(const char *markdown, void (*found)(void *context, size_t offset, const char *mark),
                         void *context, struct error *error) {
    struct search search = {markdown, markdown + strlen(markdown), markdown, found, context};
    return markdown_text_walk(markdown, &(MD_PARSER){.text = look}, &search, error);
}
