#pragma once
/* Inside the templates only: which version of each file is in use. What lies on disk is looked at once a second at most
 * and read when it changed; what is broken leaves the last good version in use, also across restarts, else the built-in
 * one. */
#include "app/templates/templates_private.h"

/* How files of one kind are understood. */
struct templates_reader {
    /* What BYTES mean, in ARENA. NULL: what is wrong was appended to PROBLEM, one fault a line. STRICT: also what can
     * be wrong only beside other files; not asked of what is built in or was good before. */
    const void *(*read)(const struct templates_reader *reader, bool strict, const char *bytes, size_t length,
                        const char *file, struct arena *arena, struct text *problem);
    enum template_kind kind; /* of templates: this and what they are checked against */
    const struct template_schema *schema;
    const struct template_pieces *pieces;
};

/* What the version of PATH in use means, or NULL where there is none. It stays valid until the next use begins. */
const void *templates_versions_current(struct templates *templates, const char *path,
                                       const struct templates_reader *reader);

/* Appends PROBLEMS, one a line. */
void templates_versions_tell(struct error_list *problems, struct text *ret);

/* Frees all versions. */
void templates_versions_free(struct templates *templates);
