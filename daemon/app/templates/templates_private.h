#pragma once
/* Shared by the files of this module: templates.c (versions in use and rendering), templates_words.c and
 * templates_reasons.c (the lists beside the messages), templates_listing.c (what there is) and templates_check.c
 * (whether it is right). */
#include <stdint.h>

#include "app/templates/templates.h"
#include "mail/template/template.h"

struct templates_entry;

struct templates {
    char *directory; /* NULL: only built-in files */
    char *language;
    struct templates_owner owner;
    struct templates_entry *entries;
    uint64_t use; /* counts renderings: within one, no file changes */
};

/* Checks LANGUAGE's words.txt as it stands now, if there is one. */
void templates_check_words(const struct templates *templates, const char *language, struct error_list *problems);

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
