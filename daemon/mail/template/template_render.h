#pragma once
/* Fills a parsed template. Strict: an unknown name, an empty value where one is shown, or a list where a text is wanted
 * is an error with file and line, never a gap. Values are never looked at for tags again. */
#include <stdbool.h>

#include "base/error.h"
#include "base/text.h"
#include "mail/template/template.h"
#include "mail/template/template_value.h"

enum { TEMPLATE_OUTPUT_MAX = 1024 * 1024 }; /* bytes of one rendered body */

/* Finds the piece for {{> NAME}}; NULL where there is none. */
struct template_pieces {
    const struct template *(*find)(void *context, const char *name);
    void *context;
};

/* Writes the subject (a topic's title; nothing for a piece) and the body. In the subject a value's line breaks and
 * control characters become blanks. In the body, which is Markdown, {{name}} shows the value literally: its Markdown,
 * HTML, links and line breaks lose their force. PIECES may be NULL. Each value that is shown is noted
 * in it. ret_* are untouched on failure; ERROR is CONFIGURATION and begins with "FILE:LINE: ". */
bool template_render(const struct template *template, struct template_value *values,
                     const struct template_pieces *pieces, struct text *ret_subject, struct text *ret_body,
                     struct error *error);

/* Appends VALUE so that Markdown shows it literally on one line. */
void template_render_literal(struct text *text, const char *value);
