#pragma once
/* HTML as libxml2 reads it, kept from what the library takes too long over, and what its elements are. */
#include <libxml/HTMLparser.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/memory.h"

enum { HTML_STYLE_SIZE = 512 };

/* The parsed document of LENGTH bytes of UTF-8, for xmlFreeDoc; NULL where it can't be read whole, or not in time. */
htmlDocPtr html_document_read(const char *html, size_t length);

/* NODE is an element of that NAME, in whatever case. */
bool html_document_is(const xmlNode *node, const char *name);

/* The value of ELEMENT's attribute NAME, in whatever case; NULL where it has none. */
const char *html_document_attribute(const xmlNode *element, const char *name);

/* ELEMENT's style without white space, in lower case. */
void html_document_style(const xmlNode *element, char style[HTML_STYLE_SIZE]);

/* HTML to text without understanding its structure, for documents on which the library gives up. HTML is UTF-8 of
 * LENGTH bytes: tags, comments, scripts and styles go, the commonest entities become characters, blocks begin new
 * lines. Linear in time; the result lives in ARENA. */
char *html_document_strip(const char *html, size_t length, struct arena *arena);
