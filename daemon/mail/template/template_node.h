#pragma once
/* Text with Mustache tags (mustache(5)): {{name}}, {{dotted.name}}, {{.}}, {{{trusted Markdown}}}, {{&the same}},
 * {{#section}}...{{/section}}, {{^inverted}}...{{/inverted}}, {{> piece}}, {{! comment }}, {{=<% %>=}}. Lambdas and
 * inheritance are not part of it. */
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/memory.h"

enum { TEMPLATE_DEPTH_MAX = 32 }; /* sections and pieces nested in each other */

enum template_node_type {
    TEMPLATE_NODE_TEXT,     /* literal bytes */
    TEMPLATE_NODE_VARIABLE, /* {{name}} */
    TEMPLATE_NODE_TRUSTED,  /* {{{name}}} and {{&name}} */
    TEMPLATE_NODE_SECTION,
    TEMPLATE_NODE_INVERTED,
    TEMPLATE_NODE_PIECE, /* {{> name}} */
};

/* The parsed form; read by template_render and template_check. */
struct template_node {
    enum template_node_type type;
    int line;         /* of the tag, from 1 */
    const char *text; /* literal bytes, or the name without blanks; NUL-terminated */
    size_t length;
    const char *indent; /* a piece alone on its line: the white space before it, put before each of its lines */
    struct template_node *children; /* sections */
    struct template_node *next;
};

/* A text to be parsed, and where it stands. */
struct template_source {
    const char *bytes; /* UTF-8 with LF line ends */
    size_t length;
    const char *file; /* for messages to people */
    int line;         /* of the first byte, from 1 */
    bool one_line;    /* a header's value: tags alone on their line mean nothing, and it holds no pieces */
};

/* The nodes of SOURCE in ARENA, the first of them (NULL for an empty text) in *RET. On failure ERROR (CONFIGURATION)
 * begins with "FILE:LINE: " and tells what is wrong and what would be right. */
bool template_node_parse(const struct template_source *source, struct arena *arena, const struct template_node **ret,
                         struct error *error);
