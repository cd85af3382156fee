#include "mail/html/html_text.h"

#include <libxml/parser.h>
#include <libxml/xmlerror.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "mail/html/html_document.h"
#include "mail/html/html_quote.h"
#include "mail/terms.h"

enum {
    HTML_LENGTH_MAX = 1048576,
    LINK_LENGTH_MAX = 500,
    DEPTH_MAX = 300,
    NUMBER_DIGITS_MAX = 6,
};

struct writer {
    struct text out, line;
    size_t quoted, preformatted, list_depth;
    size_t items[16]; /* the next one's number, by the list's depth */
    bool quoted_to_the_end, signature_told;
    bool solid;        /* the line holds more than a list mark */
    bool space;        /* white space came: a blank before the next word */
    bool blank_wanted; /* an empty line before the next one */
    bool anything;     /* a line was written */
    bool last_quoted;
};

static bool is_quoted(const struct writer *writer) {
    return writer->quoted > 0 || writer->quoted_to_the_end;
}

static void end_line(struct writer *writer, bool even_if_empty) {
    text_trim_end(&writer->line, " ");
    bool quoted = is_quoted(writer);
    if (writer->solid) {
        if (writer->blank_wanted && writer->anything)
            text_append(&writer->out, quoted && writer->last_quoted ? ">\n" : "\n");
        text_append(&writer->out, quoted ? "> " : "");
        text_append_bytes(&writer->out, text_string(&writer->line), writer->line.length);
        text_append_char(&writer->out, '\n');
        writer->anything = true;
        writer->blank_wanted = false;
        writer->last_quoted = quoted;
    } else if (even_if_empty)
        writer->blank_wanted = true;
    text_clear(&writer->line);
    writer->solid = writer->space = false;
}

static void end_paragraph(struct writer *writer) {
    end_line(writer, false);
    writer->blank_wanted = true;
}

static void add_word_bytes(struct writer *writer, const char *bytes, size_t length) {
    if (writer->space && writer->line.length && writer->line.bytes[writer->line.length - 1] != ' ')
        text_append_char(&writer->line, ' ');
    writer->space = false;
    writer->solid = true;
    text_append_bytes(&writer->line, bytes, length);
}

/* Characters that take no room on the reader's screen: mail programs strew them about. */
static bool is_invisible(uint32_t c) {
    return c == 0x200B || c == 0xFEFF || c == 0xAD || c == 0x34F || c == 0x2060;
}

static void add_text(struct writer *writer, const char *text) {
    size_t length = strlen(text);
    for (size_t i = 0; i < length;) {
        size_t start = i;
        uint32_t c = utf8_next(text, length, &i);
        if (c == '\n' && writer->preformatted)
            end_line(writer, true);
        else if (c == ' ' && writer->preformatted)
            text_append_char(&writer->line, ' ');
        else if (c == ' ' || (c >= '\t' && c <= '\r') || c == 0xA0)
            writer->space = true;
        else if (!is_invisible(c))
            add_word_bytes(writer, text + start, i - start);
    }
}

static bool is_hidden(const xmlNode *element) {
    char style[HTML_STYLE_SIZE];
    for (const xmlAttr *each = element->properties; each; each = each->next)
        if (strcasecmp((const char *)each->name, "hidden") == 0)
            return true;
    html_document_style(element, style);
    return strstr(style, "display:none") || strstr(style, "mso-hide:all") || strstr(style, "visibility:hidden");
}

enum shape {
    SHAPE_INLINE,
    SHAPE_BLOCK,
    SHAPE_PARAGRAPH,
    SHAPE_DROPPED,
    SHAPE_CELL,
    SHAPE_ITEM,
    SHAPE_BREAK,
    SHAPE_RULE,
    SHAPE_LINK,
    SHAPE_IMAGE,
    SHAPE_LIST,
    SHAPE_PRE
};

static enum shape shape_of(const char *name) {
    static const struct {
        enum shape shape;
        const char *names;
    } shapes[] = {
        {SHAPE_BLOCK, "address|article|aside|caption|center|dd|div|dt|fieldset|figure|footer|form|header|main|nav|"
                      "option|section|tr"},
        {SHAPE_PARAGRAPH, "blockquote|dl|h1|h2|h3|h4|h5|h6|p|table"},
        {SHAPE_DROPPED, "head|noscript|object|script|style|svg|template|title"},
        {SHAPE_CELL, "td|th"},
        {SHAPE_ITEM, "li"},
        {SHAPE_BREAK, "br"},
        {SHAPE_RULE, "hr"},
        {SHAPE_LINK, "a"},
        {SHAPE_IMAGE, "img"},
        {SHAPE_LIST, "ol|ul"},
        {SHAPE_PRE, "pre"},
    };
    char lower[16]; /* longer than any that counts */
    snprintf(lower, sizeof lower, "%s", name);
    string_lower_ascii(lower);
    for (size_t i = 0; i < COUNT_OF(shapes); i++)
        if (terms_are(lower, shapes[i].names))
            return shapes[i].shape;
    return SHAPE_INLINE;
}

/* The number that an item or a list begins with; FALLBACK where it has none of its own. */
static size_t number_of(const xmlNode *element, const char *name, size_t fallback) {
    const char *value = html_document_attribute(element, name);
    size_t digits = value ? strspn(value, "0123456789") : 0;
    size_t number = 0;
    for (size_t i = 0; i < digits; i++)
        number = number * 10 + (size_t)(value[i] - '0');
    return digits > 0 && digits <= NUMBER_DIGITS_MAX && value[digits] == '\0' ? number : fallback;
}

static void open_item(struct writer *writer, const xmlNode *element) {
    end_line(writer, false);
    for (size_t i = 1; i < writer->list_depth && i < 10; i++)
        text_append(&writer->line, "  ");
    if (element->parent && html_document_is(element->parent, "ol")) {
        size_t *item = &writer->items[writer->list_depth % COUNT_OF(writer->items)];
        *item = number_of(element, "value", *item);
        text_append_format(&writer->line, "%zu. ", (*item)++);
    } else
        text_append(&writer->line, "- ");
}

/* The address behind a link, where its text doesn't show it already. */
static void close_link(struct writer *writer, const xmlNode *element, size_t start) {
    const char *target = html_document_attribute(element, "href");
    if (!target || strlen(target) > LINK_LENGTH_MAX || strpbrk(target, " \t\r\n<>"))
        return;
    const char *shown = start <= writer->line.length ? text_string(&writer->line) + start : "";
    shown += strspn(shown, " ");
    const char *bare = target;
    if (string_starts_with_ignore_case(target, "mailto:"))
        bare = target = target + 7;
    else if (string_starts_with_ignore_case(target, "https://"))
        bare += 8;
    else if (string_starts_with_ignore_case(target, "http://"))
        bare += 7;
    else
        return;
    size_t length = strcspn(target, "?"), bare_length = strlen(bare);
    if (bare != target) {
        length = strlen(target);
        while (bare_length > 0 && bare[bare_length - 1] == '/')
            bare_length--;
    } else
        bare_length = length;
    bool told = bare_length > 0 && memmem(shown, strlen(shown), bare, bare_length) != NULL;
    if (!told && *shown && length > 0) {
        text_append(&writer->line, " <");
        text_append_bytes(&writer->line, target, length);
        text_append_char(&writer->line, '>');
    }
}

static void walk(struct writer *writer, const xmlNode *node, size_t depth);

static void walk_shape(struct writer *writer, const xmlNode *element, enum shape shape, size_t depth) {
    switch (shape) {
    case SHAPE_DROPPED:
        return;
    case SHAPE_BREAK:
        end_line(writer, true);
        return;
    case SHAPE_RULE:
        end_paragraph(writer);
        return;
    case SHAPE_IMAGE:
        if (html_document_attribute(element, "alt"))
            add_text(writer, html_document_attribute(element, "alt"));
        return;
    case SHAPE_BLOCK:
        end_line(writer, false);
        break;
    case SHAPE_PARAGRAPH:
    case SHAPE_PRE:
        end_paragraph(writer);
        writer->preformatted += shape == SHAPE_PRE;
        break;
    case SHAPE_LIST:
        if (!writer->list_depth)
            end_paragraph(writer);
        writer->list_depth++;
        writer->items[writer->list_depth % COUNT_OF(writer->items)] = number_of(element, "start", 1);
        break;
    case SHAPE_ITEM:
        open_item(writer, element);
        break;
    case SHAPE_CELL:
        text_append(&writer->line, writer->solid ? "  " : "");
        break;
    case SHAPE_INLINE:
    case SHAPE_LINK:
        break;
    }
    size_t start = writer->line.length;
    for (const xmlNode *child = element->children; child; child = child->next)
        walk(writer, child, depth + 1);
    if (shape == SHAPE_LINK)
        close_link(writer, element, start);
    if (shape == SHAPE_PARAGRAPH || shape == SHAPE_PRE)
        end_paragraph(writer);
    if (shape == SHAPE_BLOCK || shape == SHAPE_ITEM || shape == SHAPE_LIST)
        end_line(writer, false);
    writer->preformatted -= shape == SHAPE_PRE;
    writer->list_depth -= shape == SHAPE_LIST;
    writer->blank_wanted |= shape == SHAPE_LIST && !writer->list_depth;
}

static void walk_element(struct writer *writer, const xmlNode *element, size_t depth) {
    enum shape shape = shape_of((const char *)element->name);
    if (shape == SHAPE_DROPPED || is_hidden(element))
        return;
    enum html_mark mark = html_quote_mark(element);
    if (mark == HTML_QUOTED || mark == HTML_QUOTED_FROM_HERE)
        end_line(writer, false);
    if (mark == HTML_QUOTED)
        writer->quoted++;
    if (mark == HTML_QUOTED_FROM_HERE)
        writer->quoted_to_the_end = true;
    if (mark == HTML_SIGNATURE && !is_quoted(writer) && !writer->signature_told) {
        end_line(writer, false);
        text_append(&writer->out, "-- \n");
        writer->signature_told = true;
    }
    walk_shape(writer, element, shape, depth);
    if (mark == HTML_QUOTED) {
        end_line(writer, false);
        writer->quoted--;
    }
}

static void walk(struct writer *writer, const xmlNode *node, size_t depth) {
    if (depth > DEPTH_MAX)
        return;
    if (node->type == XML_ELEMENT_NODE)
        walk_element(writer, node, depth);
    else if ((node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE) && node->content)
        add_text(writer, (const char *)node->content);
}

static void be_silent(void *context, const char *message, ...) {
    (void)context;
    (void)message;
}

void html_text_prepare(void) {
    xmlInitParser();
    xmlSetGenericErrorFunc(NULL, be_silent);
}

const char *html_text_convert(const char *html, size_t length, struct arena *arena, const char **ret_warning) {
    *ret_warning = NULL;
    if (length > HTML_LENGTH_MAX)
        length = HTML_LENGTH_MAX;
    htmlDocPtr document = html_document_read(html, length);
    if (!document) {
        *ret_warning = "the HTML is too deeply nested or too odd: read without its structure";
        return html_document_strip(html, length, arena);
    }
    struct writer writer = {0};
    const xmlNode *root = xmlDocGetRootElement(document);
    for (const xmlNode *node = root; node; node = node->next)
        walk(&writer, node, 0);
    end_line(&writer, false);
    char *text = arena_copy_bytes(arena, text_string(&writer.out), writer.out.length);
    text_free(&writer.out);
    text_free(&writer.line);
    xmlFreeDoc(document);
    return text;
}
