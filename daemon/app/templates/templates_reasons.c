/* What coordinators are told, in their language, from its reasons.txt. */
#include "app/templates/reason_catalogue.h"
#include "app/templates/template_files.h"
#include "app/templates/templates.h"
#include "app/templates/templates_versions.h"
#include "base/reason.h"

#define REASONS_FILE "reasons.txt"

static const void *read_reasons(const struct templates_reader *reader, bool strict, const char *bytes, size_t length,
                                const char *file, struct arena *arena, struct text *problem) {
    (void)reader;
    (void)strict;
    auto_error_list problems = ERROR_LIST_EMPTY;
    const struct reason_catalogue *catalogue = reason_catalogue_read(bytes, length, file, arena, &problems);
    templates_versions_tell(&problems, problem);
    return catalogue;
}

static const struct reason_catalogue *built_in(const char *path, struct arena *arena) {
    auto_error_list problems = ERROR_LIST_EMPTY;
    size_t length;
    const char *bytes = template_files_built_in(path, &length);
    return bytes ? reason_catalogue_read(bytes, length, path, arena, &problems) : NULL;
}

/* LANGUAGE's own and its shorter forms', each followed by the built-in one: what a newer version says may stand there
 * alone. */
const char *templates_reason(struct templates *templates, const char *reason, const char *language,
                             struct arena *arena) {
    static const struct templates_reader reader = {.read = read_reasons};
    size_t chain_count, count = 0;
    templates->use++;
    const char **chain = template_files_language_chain(language, NULL, arena, &chain_count);
    const struct reason_catalogue **catalogues = arena_take_array(arena, 2 * chain_count, sizeof *catalogues);
    for (size_t i = 0; i < chain_count; i++) {
        const char *path = arena_format(arena, "%s/" REASONS_FILE, chain[i]);
        catalogues[count] = templates_versions_current(templates, path, &reader);
        count += catalogues[count] != NULL;
        catalogues[count] = built_in(path, arena);
        count += catalogues[count] != NULL;
    }
    return reason_catalogue_translate(catalogues, count, reason, arena);
}

/* As it stands now; NULL where there is none, or it is broken. */
static const struct reason_catalogue *read_now(const struct templates *templates, const char *path, const char **file,
                                               struct arena *arena, struct error_list *problems) {
    auto_text bytes = TEXT_EMPTY;
    struct error error = ERROR_INIT;
    if (!template_files_exist(templates->directory, path))
        return NULL;
    if (template_files_read_now(templates->directory, path, arena, &bytes, file, &error))
        return reason_catalogue_read(text_string(&bytes), bytes.length, *file, arena, problems);
    error_list_add(problems, NULL, 0, "%s", error.message);
    return NULL;
}

void templates_check_reasons(const struct templates *templates, const char *language, struct error_list *problems) {
    auto_arena arena = arena_new();
    const char *file;
    read_now(templates, arena_format(arena, "%s/" REASONS_FILE, language), &file, arena, problems);
}

static bool says(const struct reason_catalogue *catalogue, const char *sentence) {
    const struct reason_entry *entry = catalogue ? reason_catalogue_find(catalogue, sentence) : NULL;
    return entry && entry->said;
}

const char *const *templates_reasons_lacking(const struct templates *templates, const char *language,
                                             struct arena *arena, size_t *ret_count) {
    auto_error_list told_elsewhere = ERROR_LIST_EMPTY;
    const char *path = arena_format(arena, "%s/" REASONS_FILE, language), *file;
    const struct reason_catalogue *own = read_now(templates, path, &file, arena, &told_elsewhere),
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
    const struct reason_catalogue *own = read_now(templates, path, &file, arena, &told_elsewhere);
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
