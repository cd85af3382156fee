#pragma once
/* Checks a parsed template against the names that its kind of message knows, without rendering it: unknown names with
 * the nearest known one, wrong use of lists and switches, names that may be empty shown without a guard, names that
 * must be shown and aren't, a question without its answers. Warns of what can be sent, but was hardly meant. Reports
 * everything it finds. */
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "mail/template/template.h"
#include "mail/template/template_render.h"
#include "mail/template/template_value.h"

/* One declared name. Arrays end with an entry whose name is NULL. */
struct template_name {
    const char *name; /* one step of the path, without dots */
    enum template_type type;
    const struct template_name *members; /* of a map or of each item of a list; NULL: a list of strings */
    bool optional;                       /* may be empty or unset: show it only inside {{#name}}...{{/name}} */
    bool personal;                       /* a secret address that acts for its owner: must not be quoted to partners */
    const char *about;                   /* one line of help */
};

struct template_schema {
    const struct template_name *names;
    const char *const *needed; /* dotted names that the body must show somewhere; NULL-terminated, or NULL */
    int answers;   /* it asks a question that is answered by Reply with a digit from 1 to this; 0: it asks nothing */
    bool pausable; /* its reader is to be told how to have a pause from us */
};

/* Adds what is wrong to PROBLEMS, each with file and line, and returns whether nothing was. Pieces are checked where
 * they are used, with the names known there; PIECES NULL: pieces are not entered. WARNINGS: what is looked at besides;
 * NULL: nothing. */
bool template_check(const struct template *template, const struct template_schema *schema,
                    const struct template_pieces *pieces, struct error_list *problems, struct error_list *warnings);

/* Sets every optional declared name that VALUES lacks to empty, so that sections over it are simply not shown. */
void template_check_fill_optional(struct template_value *values, const struct template_name *names);
