#pragma once
/* Where template files lie: the programme's directory, and behind it the files built into the binary. Paths are
 * relative: "en/welcome.md". Nothing is cached or understood here. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"

/* What tells one version of a file on disk from another; all zero: not on disk. */
struct template_file_identity {
    uint64_t device, inode, size;
    int64_t modified_seconds, modified_nanoseconds;
};

/* DIRECTORY may be NULL: nothing is on disk. */
struct template_file_identity template_files_identify(const char *directory, const char *path);
bool template_files_same(const struct template_file_identity *a, const struct template_file_identity *b);
bool template_files_on_disk(const struct template_file_identity *identity);

/* Reads a file on disk, at most TEMPLATE_BYTES_MAX + 1 bytes of it. */
bool template_files_read(const char *directory, const char *path, struct text *ret, struct error *error);

/* The built-in bytes, or NULL. */
const char *template_files_built_in(const char *path, size_t *ret_length);

/* Reads a file as it stands now, on disk or else built in; *RET_FILE is its name for messages, in ARENA. */
bool template_files_read_now(const char *directory, const char *path, struct arena *arena, struct text *ret,
                             const char **ret_file, struct error *error);

/* Whether PATH is on disk or built in. */
bool template_files_exist(const char *directory, const char *path);

/* Languages that have a directory on disk or built in, ordered by name. */
const char **template_files_languages(const char *directory, struct arena *arena, size_t *ret_count);

/* Names of the files in FOLDER ("en", "en/topics") that end with ENDING (".md"), without that, ordered: on disk and
 * built in together, or with ONLY_ONE_SOURCE the built-in ones only where the disk has none. */
const char **template_files_names(const char *directory, const char *folder, const char *ending, bool only_one_source,
                                  struct arena *arena, size_t *ret_count);

/* Whole sets of texts to begin with: what is built in, and examples for a kind of programme, which have other texts in
 * the place of some. */
struct template_file {
    const char *path, *bytes;
    size_t length;
};

/* The names of the examples ("librarians"), ordered; in ARENA. */
const char **template_files_examples(struct arena *arena, size_t *ret_count);

/* All files of the example, or of what is built in (EXAMPLE NULL); in ARENA. An example's topic stands in the place of
 * the one with its number. */
const struct template_file *template_files_of(const char *example, struct arena *arena, size_t *ret_count);

/* A name that may stand in a path: letters, digits, '_', '-' and inner dots, not too long. */
bool template_files_is_name(const char *name);

/* The languages to try for LANGUAGE, most fitting first: it, its shorter forms, PROGRAMME_LANGUAGE and its shorter
 * forms, "en"; each once. Ill-formed tags are passed over. */
const char **template_files_language_chain(const char *language, const char *programme_language, struct arena *arena,
                                           size_t *ret_count);

/* "07-libraries" -> 7, "libraries"; false for a name of another shape. */
bool template_files_topic_number(const char *name, int *ret_number, const char **ret_rest);
