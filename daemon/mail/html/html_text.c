#include "mail/html/html_text.h"

#include <libxml/parser.h>
#include <libxml/xmlerror.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "mail/html/html_document.h"
#include "mail/html/html_quote.h"
#include "mail/html/html_strip.h"

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
    while (writer->line.length > 0 && writer->line.bytes[writer->line.length - 1] == ' ')
        text_truncate(&writer->line, writer->line.length - 1);
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

static char *attribute(const xmlNode *element, const char *name) {
    for (const xmlAttr *each = element->properties; each; each = each->next)
        if (strcasecmp((const char *)each->name, name) == 0)
            return each->children && each->children->content ? (char *)each->children->content : NULL;
    return NULL;
}

static bool is_hidden(const xmlNode *element) {
    char squeezed[512];
    size_t length = 0;
    for (const xmlAttr *each = element->properties; each; each = each->next)
        if (strcasecmp((const char *)each->name, "hidden") == 0)
            return true;
    const char *style = attribute(element, "style");
    for (; style && *style && length < sizeof squeezed - 1; style++)
        if (!strchr(" \t\r\n", *style))
            squeezed[length++] = *style;
    squeezed[length] = '\0';
    return strcasestr(squeezed, "display:none") || strcasestr(squeezed, "mso-hide:all") ||
           strcasestr(squeezed, "visibility:hidden");
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
        const char *name;
        enum shape shape;
    } shapes[] = {
        {"a", SHAPE_LINK},
        {"address", SHAPE_BLOCK},
        {"article", SHAPE_BLOCK},
        {"aside", SHAPE_BLOCK},
        {"blockquote", SHAPE_PARAGRAPH},
        {"br", SHAPE_BREAK},
        {"caption", SHAPE_BLOCK},
        {"center", SHAPE_BLOCK},
        {"dd", SHAPE_BLOCK},
        {"div", SHAPE_BLOCK},
        {"dl", SHAPE_PARAGRAPH},
        {"dt", SHAPE_BLOCK},
        {"fieldset", SHAPE_BLOCK},
        {"figure", SHAPE_BLOCK},
        {"footer", SHAPE_BLOCK},
        {"form", SHAPE_BLOCK},
        {"h1", SHAPE_PARAGRAPH},
        {"h2", SHAPE_PARAGRAPH},
        {"h3", SHAPE_PARAGRAPH},
        {"h4", SHAPE_PARAGRAPH},
        {"h5", SHAPE_PARAGRAPH},
        {"h6", SHAPE_PARAGRAPH},
        {"head", SHAPE_DROPPED},
        {"header", SHAPE_BLOCK},
        {"hr", SHAPE_RULE},
        {"img", SHAPE_IMAGE},
        {"li", SHAPE_ITEM},
        {"main", SHAPE_BLOCK},
        {"nav", SHAPE_BLOCK},
        {"noscript", SHAPE_DROPPED},
        {"object", SHAPE_DROPPED},
        {"ol", SHAPE_LIST},
        {"option", SHAPE_BLOCK},
        {"p", SHAPE_PARAGRAPH},
        {"pre", SHAPE_PRE},
        {"script", SHAPE_DROPPED},
        {"section", SHAPE_BLOCK},
        {"style", SHAPE_DROPPED},
        {"svg", SHAPE_DROPPED},
        {"table", SHAPE_PARAGRAPH},
        {"td", SHAPE_CELL},
        {"template", SHAPE_DROPPED},
        {"th", SHAPE_CELL},
        {"title", SHAPE_DROPPED},
        {"tr", SHAPE_BLOCK},
        {"ul", SHAPE_LIST},
    };
    for (size_t i = 0; i < COUNT_OF(shapes); i++)
        if (strcasecmp(name, shapes[i].name) == 0)
            return shapes[i].shape;
    return SHAPE_INLINE;
}

/* The number that an item or a list begins with; FALLBACK where it has none of its own. */
static size_t number_of(const xmlNode *element, const char *name, size_t fallback) {
    const char *value = attribute(element, name);
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
    const xmlNode *list = element->parent;
    if (list && list->type == XML_ELEMENT_NODE && strcasecmp((const char *)list->name, "ol") == 0) {
        size_t *item = &writer->items[writer->list_depth % COUNT_OF(writer->items)];
        *item = number_of(element, "value", *item);
        text_append_format(&writer->line, "%zu. ", (*item)++);
    } else
        text_append(&writer->line, "- ");
}

/* The address behind a link, where its text doesn't show it already. */
static void close_link(struct writer *writer, const xmlNode *element, size_t start) {
    const char *target = attribute(element, "href");
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

static void walk_children(struct writer *writer, const xmlNode *element, size_t depth) {
    for (const xmlNode *child = element->children; child; child = child->next)
        walk(writer, child, depth + 1);
}

static void walk_shape(struct writer *writer, const xmlNode *element, enum shape shape, size_t depth) {
    size_t start;
    switch (shape) {
    case SHAPE_DROPPED:
        break;
    case SHAPE_INLINE:
        walk_children(writer, element, depth);
        break;
    case SHAPE_LINK:
        start = writer->line.length;
        walk_children(writer, element, depth);
        close_link(writer, element, start);
        break;
    case SHAPE_BLOCK:
        end_line(writer, false);
        walk_children(writer, element, depth);
        end_line(writer, false);
        break;
    case SHAPE_PARAGRAPH:
        end_paragraph(writer);
        walk_children(writer, element, depth);
        end_paragraph(writer);
        break;
    case SHAPE_LIST:
        if (!writer->list_depth)
            end_paragraph(writer);
        writer->list_depth++;
        writer->items[writer->list_depth % COUNT_OF(writer->items)] = number_of(element, "start", 1);
        walk_children(writer, element, depth);
        writer->list_depth--;
        end_line(writer, false);
        writer->blank_wanted |= !writer->list_depth;
        break;
    case SHAPE_ITEM:
        open_item(writer, element);
        walk_children(writer, element, depth);
        end_line(writer, false);
        break;
    case SHAPE_PRE:
        end_paragraph(writer);
        writer->preformatted++;
        walk_children(writer, element, depth);
        end_paragraph(writer);
        writer->preformatted--;
        break;
    case SHAPE_CELL:
        if (writer->solid)
            text_append(&writer->line, "  ");
        walk_children(writer, element, depth);
        break;
    case SHAPE_BREAK:
        end_line(writer, true);
        break;
    case SHAPE_RULE:
        end_paragraph(writer);
        break;
    case SHAPE_IMAGE:
        if (!string_is_empty(attribute(element, "alt")))
            add_text(writer, attribute(element, "alt"));
        break;
    }
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
        return html_strip(html, length, arena);
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
