#include <stdlib.h>
#include <string.h>

#include "app/templates/template_files.h"
#include "app/templates/templates.h"
#include "app/templates/templates_private.h"
#include "mail/template/template_check.h"

/* Pieces as they stand now, for checking what uses them. */
struct piece_lookup {
    const struct templates *templates;
    const char *language;
    struct arena *arena;
};

static const struct template *find_piece(void *context, const char *name) {
    /* A broken piece is reported once, where it stands; to its users it looks empty. */
    static const struct template empty = {.kind = TEMPLATE_PIECE, .file = ""};
    struct piece_lookup *lookup = context;
    size_t chain_count;
    const char **chain =
        template_files_language_chain(lookup->language, lookup->templates->language, lookup->arena, &chain_count);
    for (size_t i = 0; i < chain_count; i++) {
        const char *path = arena_format(lookup->arena, "%s/_%s.md", chain[i], name);
        if (!template_files_exist(lookup->templates->directory, path))
            continue;
        struct error error = ERROR_INIT;
        const struct template *piece =
            templates_private_parse_now(lookup->templates, path, TEMPLATE_PIECE, lookup->arena, &error);
        return piece ? piece : &empty;
    }
    return NULL;
}

/* ERROR's message begins with "FILE:LINE: "; the list keeps them apart. */
static void add_parse_error(struct error_list *problems, const char *message) {
    const char *colon = strchr(message, ':');
    char *end = NULL;
    long line = colon ? strtol(colon + 1, &end, 10) : 0;
    if (line > 0 && end && string_starts_with(end, ": ")) {
        auto_string file = memory_copy_bytes(message, (size_t)(colon - message));
        error_list_add(problems, file, (int)line, "%s", end + 2);
    } else {
        error_list_add(problems, NULL, 0, "%s", message);
    }
}

static void check_file(const struct templates *templates, const char *path, const char *language,
                       enum template_kind kind, const struct template_schema *schema, struct error_list *problems,
                       struct error_list *warnings) {
    auto_arena arena = arena_new();
    struct error error = ERROR_INIT;
    const struct template *template = templates_private_parse_now(templates, path, kind, arena, &error);
    if (!template) {
        add_parse_error(problems, error.message);
        return;
    }
    struct piece_lookup lookup = {templates, language, arena};
    struct template_pieces pieces = {find_piece, &lookup};
    if (schema)
        template_check(template, schema, kind == TEMPLATE_PIECE ? NULL : &pieces, problems, warnings);
}

static const struct template_schema *schema_of(const struct templates *templates, const char *name) {
    const struct template_schema *schema = template_names_fixed_schema(name);
    if (!schema && templates->owner.find_schema)
        templates->owner.find_schema(templates->owner.context, name, &schema);
    return schema;
}

static void check_topics(const struct templates *templates, const char *language, struct error_list *problems,
                         struct error_list *warnings) {
    auto_arena arena = arena_new();
    size_t count;
    const char *folder = arena_format(arena, "%s/topics", language);
    const char **names = template_files_names(templates->directory, folder, ".md", true, arena, &count);
    int number, before = -1;
    const char *rest;
    for (size_t i = 0; i < count; i++) {
        const char *path = arena_format(arena, "%s/%s.md", folder, names[i]);
        const char *shown = templates->directory ? arena_format(arena, "%s/%s", templates->directory, path) : path;
        if (!template_files_topic_number(names[i], &number, &rest)) {
            error_list_add(problems, shown, 0, "a topic's file is named NN-name.md, such as 07-libraries.md");
            continue;
        }
        if (number == before)
            error_list_add(problems, shown, 0, "there is another topic number %d, which is used instead", number);
        before = number;
        check_file(templates, path, language, TEMPLATE_TOPIC, template_names_topic(), problems, warnings);
    }
}

void templates_check(struct templates *templates, struct error_list *problems, struct error_list *warnings) {
    auto_arena arena = arena_new();
    struct templates_list list = templates_list(templates, arena);
    for (size_t i = 0; i < list.count; i++) {
        const struct templates_file *file = &list.items[i];
        if (file->piece)
            check_file(templates, file->path, file->language, TEMPLATE_PIECE, template_names_any(), problems, warnings);
        else
            check_file(templates, file->path, file->language, TEMPLATE_MESSAGE, schema_of(templates, file->name),
                       problems, warnings);
    }
    size_t language_count;
    const char **languages = templates_languages(templates, arena, &language_count);
    for (size_t i = 0; i < language_count; i++) {
        check_topics(templates, languages[i], problems, warnings);
        templates_check_words(templates, languages[i], problems);
        templates_check_reasons(templates, languages[i], problems);
    }
    templates_check_forms(templates, problems);
}
