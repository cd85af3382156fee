#pragma once
/* Shared by the files of this module: templates.c (rendering), templates_versions.c (which version of each file is in
 * use), templates_lists.c (the lists beside the messages), templates_forms.c (forms), templates_listing.c (what there
 * is) and templates_check.c (whether it is right). */
#include <stdint.h>

#include "app/templates/templates.h"
#include "mail/template/template.h"

struct templates_entry;
struct templates_built_in;

struct templates {
    char *directory; /* NULL: only built-in files */
    char *language;
    struct templates_owner owner;
    struct templates_entry *entries;
    struct templates_built_in *built_in; /* reasons.txt as they are built in; in ARENA */
    struct arena *arena;
    uint64_t use; /* counts renderings: within one, no file changes */
};

/* Checks LANGUAGE's words.txt as it stands now, if there is one. */
void templates_check_words(const struct templates *templates, const char *language, struct error_list *problems);

/* Checks the forms of all languages, each and beside each other. */
void templates_check_forms(const struct templates *templates, struct error_list *problems);

/* Checks LANGUAGE's reasons.txt likewise. */
void templates_check_reasons(const struct templates *templates, const char *language, struct error_list *problems);

/* LANGUAGE's own file for the N-th topic (from 1), "LANGUAGE/topics/NN-name.md"; NULL where it has none. Which numbers
 * there are, the programme's language says, else English: other languages translate by number. */
const char *templates_private_topic_path(const struct templates *templates, const char *language, int topic,
                                         struct arena *arena);

/* Parses the file as it stands now, on disk or built in; NULL with ERROR where it can't be read or is broken. In ARENA.
 */
const struct template *templates_private_parse_now(const struct templates *templates, const char *path,
                                                   enum template_kind kind, struct arena *arena, struct error *error);

/* ---- Versions: what lies on disk is looked at once a second at most and read when it changed; what is broken leaves
 * the last good version in use, also across restarts, else the built-in one ---- */

/* How files of one kind are understood. */
struct templates_reader {
    /* What BYTES mean, in ARENA. NULL: what is wrong was added to PROBLEMS. STRICT: also what can be wrong only beside
     * other files; not asked of what is built in or was good before. */
    const void *(*read)(const struct templates_reader *reader, bool strict, const char *bytes, size_t length,
                        const char *file, struct arena *arena, struct error_list *problems);
    enum template_kind kind; /* of templates: this and what they are checked against */
    const struct template_schema *schema;
    const struct template_pieces *pieces;
};

/* What the version of PATH in use means, or NULL where there is none. It stays valid until the next use begins. */
const void *templates_versions_current(struct templates *templates, const char *path,
                                       const struct templates_reader *reader);

/* Frees all versions. */
void templates_versions_free(struct templates *templates);
