/* The lists beside the messages: what people write to us (words.txt), and what coordinators are told (reasons.txt). */
#include <string.h>

#include "app/templates/reason_catalogue.h"
#include "app/templates/template_files.h"
#include "app/templates/templates_private.h"
#include "base/reason.h"
#include "programme/words.h"

#define WORDS_FILE "words.txt"
#define REASONS_FILE "reasons.txt"

static const void *read_words(const struct templates_reader *reader, bool strict, const char *bytes, size_t length,
                              const char *file, struct arena *arena, struct error_list *problems) {
    (void)reader, (void)strict;
    return words_read(bytes, length, file, arena, problems);
}

static const void *read_reasons(const struct templates_reader *reader, bool strict, const char *bytes, size_t length,
                                const char *file, struct arena *arena, struct error_list *problems) {
    (void)reader, (void)strict;
    return reason_catalogue_read(bytes, length, file, arena, problems);
}

static const struct templates_reader words_reader = {.read = read_words}, reasons_reader = {.read = read_reasons};

/* PATH as it stands now; NULL where there is none, or it is broken. */
static const void *read_now(const struct templates *templates, const struct templates_reader *reader, const char *path,
                            const char **ret_file, struct arena *arena, struct error_list *problems) {
    auto_text bytes = TEXT_EMPTY;
    struct error error = ERROR_INIT;
    if (!template_files_exist(templates->directory, path))
        return NULL;
    if (template_files_read_now(templates->directory, path, arena, &bytes, ret_file, &error))
        return reader->read(reader, true, text_string(&bytes), bytes.length, *ret_file, arena, problems);
    error_list_add(problems, NULL, 0, "%s", error.message);
    return NULL;
}

/* ---- Words ---- */

/* The books that there are of COUNT languages. */
static const struct phrase_book *const *books_of(struct templates *templates, const char *const *languages,
                                                 size_t count, struct arena *arena, size_t *ret_count) {
    const struct phrase_book **books = arena_take_array(arena, count + 1, sizeof *books);
    *ret_count = 0;
    for (size_t i = 0; i < count; i++) {
        const struct phrase_book *book =
            templates_versions_current(templates, arena_format(arena, "%s/" WORDS_FILE, languages[i]), &words_reader);
        if (book)
            books[(*ret_count)++] = book;
    }
    return books;
}

const struct words *templates_words(struct templates *templates, const char *language, struct arena *arena) {
    struct words *words = arena_take(arena, sizeof *words);
    size_t count;
    templates->use++;
    const char **chain = template_files_language_chain(language, templates->language, arena, &count);
    words->own = books_of(templates, chain, count, arena, &words->own_count);
    const char **all = templates_languages(templates, arena, &count);
    words->all = books_of(templates, all, count, arena, &words->all_count);
    return words;
}

void templates_check_words(const struct templates *templates, const char *language, struct error_list *problems) {
    auto_arena arena = arena_new();
    const char *file;
    read_now(templates, &words_reader, arena_format(arena, "%s/" WORDS_FILE, language), &file, arena, problems);
}

const char *templates_words_lacking(const struct templates *templates, const char *language, struct arena *arena) {
    auto_error_list told_elsewhere = ERROR_LIST_EMPTY;
    auto_text names = TEXT_EMPTY;
    const char *path = arena_format(arena, "%s/" WORDS_FILE, language), *file;
    const struct phrase_book *book = read_now(templates, &words_reader, path, &file, arena, &told_elsewhere);
    for (size_t i = 0; book && words_lacking(book, i); i++)
        text_append_format(&names, "%s%s", i ? ", " : "", words_lacking(book, i));
    return names.length ? arena_copy_string(arena, text_string(&names)) : NULL;
}

/* ---- Reasons ---- */

static const struct reason_catalogue *built_in(const char *path, struct arena *arena) {
    auto_error_list problems = ERROR_LIST_EMPTY;
    size_t length;
    const char *bytes = template_files_built_in(path, &length);
    return bytes ? reason_catalogue_read(bytes, length, path, arena, &problems) : NULL;
}

/* What is built in never changes. */
struct templates_built_in {
    const char *path;
    const struct reason_catalogue *catalogue;
    struct templates_built_in *next;
};

static const struct reason_catalogue *built_in_once(struct templates *templates, const char *path) {
    for (const struct templates_built_in *known = templates->built_in; known; known = known->next)
        if (string_equal(known->path, path))
            return known->catalogue;
    struct templates_built_in *known = arena_take(templates->arena, sizeof *known);
    *known = (struct templates_built_in){arena_copy_string(templates->arena, path), built_in(path, templates->arena),
                                         templates->built_in};
    templates->built_in = known;
    return known->catalogue;
}

/* LANGUAGE's own and its shorter forms', each followed by the built-in one: what a newer version says may stand there
 * alone. */
static const struct reason_catalogue **find_catalogues(struct templates *templates, const char *language,
                                                       struct arena *arena, size_t *ret_count) {
    size_t chain_count, count = 0;
    templates->use++;
    const char **chain = template_files_language_chain(language, NULL, arena, &chain_count);
    const struct reason_catalogue **catalogues = arena_take_array(arena, 2 * chain_count, sizeof *catalogues);
    for (size_t i = 0; i < chain_count; i++) {
        const char *path = arena_format(arena, "%s/" REASONS_FILE, chain[i]);
        catalogues[count] = templates_versions_current(templates, path, &reasons_reader);
        count += catalogues[count] != NULL;
        catalogues[count] = built_in_once(templates, path);
        count += catalogues[count] != NULL;
    }
    *ret_count = count;
    return catalogues;
}

const char *templates_reason(struct templates *templates, const char *reason, const char *language,
                             struct arena *arena) {
    size_t count;
    const struct reason_catalogue **catalogues = find_catalogues(templates, language, arena, &count);
    return reason_catalogue_translate(catalogues, count, reason, arena);
}

const char *const *templates_steps(struct templates *templates, const char *reason, const struct case_row *row,
                                   const char *language, struct arena *arena, size_t *ret_count) {
    size_t count;
    const struct reason_catalogue **catalogues = find_catalogues(templates, language, arena, &count);
    return reason_catalogue_steps(catalogues, count, reason, row, arena, ret_count);
}

void templates_check_reasons(const struct templates *templates, const char *language, struct error_list *problems) {
    auto_arena arena = arena_new();
    const char *file;
    read_now(templates, &reasons_reader, arena_format(arena, "%s/" REASONS_FILE, language), &file, arena, problems);
}

static bool says(const struct reason_catalogue *catalogue, const char *sentence) {
    const struct reason_entry *entry = catalogue ? reason_catalogue_find(catalogue, sentence) : NULL;
    return entry && entry->said;
}

const char *const *templates_reasons_lacking(const struct templates *templates, const char *language,
                                             struct arena *arena, size_t *ret_count) {
    auto_error_list told_elsewhere = ERROR_LIST_EMPTY;
    const char *path = arena_format(arena, "%s/" REASONS_FILE, language), *file;
    const struct reason_catalogue *own = read_now(templates, &reasons_reader, path, &file, arena, &told_elsewhere),
                                  *behind = built_in(path, arena);
    size_t known_count;
    const char *const *known = reason_list(arena, &known_count);
    const char **lacking = arena_take_array(arena, known_count + 1, sizeof *lacking);
    *ret_count = 0;
    for (size_t i = 0; i < known_count; i++)
        if (!says(own, known[i]) && !says(behind, known[i]))
            lacking[(*ret_count)++] = known[i];
    return lacking;
}

const char *const *templates_reasons_unknown(const struct templates *templates, const char *language,
                                             struct arena *arena, size_t *ret_count) {
    auto_error_list told_elsewhere = ERROR_LIST_EMPTY;
    const char *file, *path = arena_format(arena, "%s/" REASONS_FILE, language);
    const struct reason_catalogue *own = read_now(templates, &reasons_reader, path, &file, arena, &told_elsewhere);
    size_t known_count;
    const char *const *known = reason_list(arena, &known_count);
    const char **unknown = arena_take_array(arena, own ? own->count + 1 : 1, sizeof *unknown);
    *ret_count = 0;
    for (size_t i = 0; own && i < own->count; i++) {
        bool found = false;
        for (size_t j = 0; j < known_count && !found; j++)
            found = string_equal(known[j], own->entries[i].sentence);
        if (!found)
            unknown[(*ret_count)++] =
                arena_format(arena, "%s:%d: \"%s\"", file, own->entries[i].line, own->entries[i].sentence);
    }
    return unknown;
}
