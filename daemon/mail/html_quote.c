#include "mail/html_quote.h"

#include <string.h>

#include "base/text.h"

/* Whether the attribute NAME of ELEMENT contains WORD. */
static bool attribute_contains(const xmlNode *element, const char *name, const char *word) {
    for (const xmlAttr *attribute = element->properties; attribute; attribute = attribute->next)
        if (string_equal((const char *)attribute->name, name) && attribute->children && attribute->children->content)
            return strstr((const char *)attribute->children->content, word) != NULL;
    return false;
}

enum html_mark html_quote_mark(const xmlNode *element) {
    if (string_equal((const char *)element->name, "blockquote") ||
        attribute_contains(element, "class", "gmail_quote") || attribute_contains(element, "class", "yahoo_quoted") ||
        attribute_contains(element, "class", "moz-cite-prefix"))
        return HTML_QUOTED;
    if (attribute_contains(element, "id", "divRplyFwdMsg") || attribute_contains(element, "id", "appendonsend"))
        return HTML_QUOTED_FROM_HERE;
    if (attribute_contains(element, "class", "gmail_signature") ||
        attribute_contains(element, "class", "moz-signature"))
        return HTML_SIGNATURE;
    return HTML_ORDINARY;
}
