#include "mail/html/html_document.h"

#include <libxml/xmlerror.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

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
