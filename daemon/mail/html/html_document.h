#pragma once
/* HTML as libxml2 reads it, kept from what the library takes too long over. */
#include <libxml/HTMLparser.h>
#include <stddef.h>

/* The parsed document of LENGTH bytes of UTF-8, for xmlFreeDoc; NULL where it can't be read whole, or not in time. */
htmlDocPtr html_document_read(const char *html, size_t length);
