#pragma once
/* What the plain and the HTML rendering of Markdown share, so that both say the same. */
#include <stdbool.h>
#include <stddef.h>

#include <md4c.h>

#include "base/error.h"
#include "base/text.h"

enum { MARKDOWN_TEXT_MAX = 4 * 1024 * 1024 }; /* bytes of Markdown taken */

/* Runs md4c over MARKDOWN with our dialect; the callbacks of PARSER are the caller's. */
bool markdown_text_parse(const char *markdown, MD_PARSER *parser, void *context, struct error *error);

/* Appends a piece of running text, entities decoded. Line breaks (MD_TEXT_BR, _SOFTBR) are the caller's. */
void markdown_text_append(struct text *text, MD_TEXTTYPE type, const char *bytes, size_t length);

/* Appends an attribute (a link's address), entities decoded. */
void markdown_text_append_attribute(struct text *text, const MD_ATTRIBUTE *attribute);

/* Whether a link may lead there: http, https or mailto, without control characters. */
bool markdown_text_link_allowed(const char *address);
