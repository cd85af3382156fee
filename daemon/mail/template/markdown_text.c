#include "mail/template/markdown_text.h"

#include <libxml/HTMLparser.h>
#include <stdlib.h>
#include <string.h>

struct walk {
    const struct markdown_walker *walker;
    void *context;
};

static int on_block(const struct walk *walk, MD_BLOCKTYPE type, bool enter, void *detail) {
    if (walk->walker->block)
        walk->walker->block(walk->context, type, enter, detail);
    return 0;
}

static int on_span(const struct walk *walk, MD_SPANTYPE type, bool enter, void *detail) {
    if (walk->walker->span)
        walk->walker->span(walk->context, type, enter, detail);
    return 0;
}

static int enter_block(MD_BLOCKTYPE type, void *detail, void *walk) {
    return on_block(walk, type, true, detail);
}

static int leave_block(MD_BLOCKTYPE type, void *detail, void *walk) {
    return on_block(walk, type, false, detail);
}

static int enter_span(MD_SPANTYPE type, void *detail, void *walk) {
    return on_span(walk, type, true, detail);
}

static int leave_span(MD_SPANTYPE type, void *detail, void *walk) {
    return on_span(walk, type, false, detail);
}

static int add_text(MD_TEXTTYPE type, const MD_CHAR *bytes, MD_SIZE length, void *context) {
    const struct walk *walk = context;
    walk->walker->text(walk->context, type, bytes, length);
    return 0;
}

bool markdown_text_walk(const char *markdown, const struct markdown_walker *walker, void *context,
                        struct error *error) {
    size_t length = strlen(markdown);
    if (length > MARKDOWN_TEXT_MAX)
        return error_set(error, ERROR_PERMANENT, "a text of %zu bytes is too long to be sent; at most %d", length,
                         MARKDOWN_TEXT_MAX);
    /* Indentation never makes code: pieces are indented by their includer, and people indent without meaning it. */
    const MD_PARSER parser = {.flags = MD_FLAG_NOHTML | MD_FLAG_NOINDENTEDCODEBLOCKS | MD_FLAG_PERMISSIVEAUTOLINKS |
                                       MD_FLAG_TABLES | MD_FLAG_STRIKETHROUGH,
                              .enter_block = enter_block,
                              .leave_block = leave_block,
                              .enter_span = enter_span,
                              .leave_span = leave_span,
                              .text = add_text};
    struct walk walk = {walker, context};
    if (md_parse(markdown, (MD_SIZE)length, &parser, &walk) != 0)
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
