#include "mail/html/html_document.h"

#include <libxml/xmlerror.h>
#include <stdbool.h>

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
