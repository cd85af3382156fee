#include "mail/html/html_document.h"

#include <ctype.h>
#include <libxml/xmlerror.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "mail/terms.h"

enum { TAG_ATTRIBUTES_MAX = 4000 }; /* the library compares each attribute of a tag with all before it */

/* Whether the library would take too long over some tag: one with thousands of attributes, which end at white space,
 * slashes and closing quotes. */
static bool has_monstrous_tag(const char *html, size_t length) {
    size_t ends = 0;
    bool inside = false;
    char quote = '\0', before = '\0'; /* BEFORE: the last character that is no white space */
    for (size_t i = 0; i < length; i++) {
        char c = html[i];
        bool blank = (unsigned char)c <= ' ';
        if (quote) {
            ends += c == quote;
            quote = c == quote ? '\0' : quote;
        } else if (c == '<' || c == '>') {
            inside = c == '<';
            ends = 0;
        } else if (inside && before == '=' && (c == '"' || c == '\'')) {
            quote = c;
        } else if (inside && (blank || c == '/' || c == '"' || c == '\''))
            ends++;
        if (ends > TAG_ATTRIBUTES_MAX)
            return true;
        before = blank ? before : c;
    }
    return false;
}

htmlDocPtr html_document_read(const char *html, size_t length) {
    if (has_monstrous_tag(html, length))
        return NULL;
    htmlParserCtxtPtr context = htmlNewParserCtxt();
    if (!context)
        return NULL;
    htmlDocPtr document = htmlCtxtReadMemory(context, html, (int)length, NULL, "UTF-8",
                                             HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
                                                 HTML_PARSE_NONET | HTML_PARSE_IGNORE_ENC | HTML_PARSE_COMPACT);
    if (document && context->lastError.code == XML_ERR_INTERNAL_ERROR) {
        xmlFreeDoc(document);
        document = NULL;
    }
    htmlFreeParserCtxt(context);
    return document;
}

bool html_document_is(const xmlNode *node, const char *name) {
    return node->type == XML_ELEMENT_NODE && strcasecmp((const char *)node->name, name) == 0;
}

const char *html_document_attribute(const xmlNode *element, const char *name) {
    for (const xmlAttr *each = element->properties; each; each = each->next)
        if (strcasecmp((const char *)each->name, name) == 0)
            return each->children ? (const char *)each->children->content : NULL;
    return NULL;
}

void html_document_style(const xmlNode *element, char style[HTML_STYLE_SIZE]) {
    size_t length = 0;
    for (const char *at = html_document_attribute(element, "style"); at && *at && length < HTML_STYLE_SIZE - 1; at++)
        if (!strchr(" \t\r\n", *at))
            style[length++] = *at;
    style[length] = '\0';
    string_lower_ascii(style);
}

/* ---- Without its structure ---- */

struct stripper {
    const char *html;
    size_t length, place;
    struct text out;
    bool space, no_more_ends; /* NO_MORE_ENDS: some dropped element never ends; don't look again */
};

static void new_line(struct stripper *stripper) {
    size_t length = stripper->out.length;
    stripper->space = false;
    if (length > 0 &&
        !(length > 1 && stripper->out.bytes[length - 1] == '\n' && stripper->out.bytes[length - 2] == '\n'))
        text_append_char(&stripper->out, '\n');
}

/* Passes over everything up to the end tag of NAME. */
static void skip_element(struct stripper *stripper, const char *name) {
    for (size_t i = stripper->place; !stripper->no_more_ends && i + 2 < stripper->length; i++)
        if (stripper->html[i] == '<' && stripper->html[i + 1] == '/' && stripper->length - i - 2 >= strlen(name) &&
            strncasecmp(stripper->html + i + 2, name, strlen(name)) == 0) {
            stripper->place = i;
            return;
        }
    stripper->no_more_ends = true;
}

static void strip_tag(struct stripper *stripper) {
    const char *html = stripper->html;
    size_t start = stripper->place + 1, limit = stripper->length;
    if (limit - start >= 3 && memcmp(html + start, "!--", 3) == 0) {
        const char *end = stripper->no_more_ends ? NULL : memmem(html + start, limit - start, "-->", 3);
        stripper->no_more_ends |= !end;
        stripper->place = end ? (size_t)(end - html) + 3 : start + 3;
        return;
    }
    size_t name = start + (start < limit && html[start] == '/'), end = name;
    while (end < limit && isalnum((unsigned char)html[end]))
        end++;
    char named[16]; /* longer than any that counts */
    snprintf(named, sizeof named, "%.*s", (int)(end - name < sizeof named ? end - name : sizeof named), html + name);
    string_lower_ascii(named);
    while (end < limit && html[end] != '>' && html[end] != '<')
        end++;
    stripper->place = end < limit && html[end] == '>' ? end + 1 : end;
    if (terms_are(named, "br|p|div|tr|li|table|h1|h2|h3|ul|ol|blockquote|hr|pre"))
        new_line(stripper);
    else if (string_equal(named, "td"))
        stripper->space = true;
    else if (name == start && terms_are(named, "script|style|title|head"))
        skip_element(stripper, named);
}

static void strip_entity(struct stripper *stripper) {
    static const struct {
        const char *name;
        uint32_t codepoint;
    } entities[] = {{"amp;", '&'}, {"lt;", '<'}, {"gt;", '>'}, {"quot;", '"'}, {"apos;", '\''}, {"nbsp;", ' '}};
    const char *c = stripper->html + ++stripper->place;
    size_t left = stripper->length - stripper->place;
    for (size_t i = 0; i < COUNT_OF(entities); i++)
        if (left >= strlen(entities[i].name) && strncasecmp(c, entities[i].name, strlen(entities[i].name)) == 0) {
            text_append_codepoint(&stripper->out, entities[i].codepoint);
            stripper->place += strlen(entities[i].name);
            return;
        }
    char digits[12] = "";
    memcpy(digits, c, left < sizeof digits - 1 ? left : sizeof digits - 1);
    bool hexadecimal = digits[0] == '#' && (digits[1] == 'x' || digits[1] == 'X');
    char *end = digits;
    unsigned long codepoint =
        digits[0] == '#' ? strtoul(digits + (hexadecimal ? 2 : 1), &end, hexadecimal ? 16 : 10) : 0;
    if (codepoint >= ' ' && *end == ';') {
        text_append_codepoint(&stripper->out, codepoint > 0x10FFFF ? 0xFFFD : (uint32_t)codepoint);
        stripper->place += (size_t)(end - digits) + 1;
    } else
        text_append_char(&stripper->out, '&');
}

char *html_document_strip(const char *html, size_t length, struct arena *arena) {
    struct stripper stripper = {.html = html, .length = length};
    while (stripper.place < length) {
        char c = html[stripper.place];
        char after = stripper.place + 1 < length ? html[stripper.place + 1] : ' ';
        if (c == '<' && (isalpha((unsigned char)after) || strchr("/!?", after))) {
            strip_tag(&stripper);
        } else if (c == ' ' || (c >= '\t' && c <= '\r')) {
            stripper.space = true;
            stripper.place++;
        } else {
            size_t end = stripper.out.length;
            if (stripper.space && end > 0 && stripper.out.bytes[end - 1] != '\n')
                text_append_char(&stripper.out, ' ');
            stripper.space = false;
            if (c == '&') {
                strip_entity(&stripper);
            } else {
                text_append_char(&stripper.out, c);
                stripper.place++;
            }
        }
    }
    char *text = arena_copy_bytes(arena, text_string(&stripper.out), stripper.out.length);
    text_free(&stripper.out);
    string_trim(text);
    return text;
}
