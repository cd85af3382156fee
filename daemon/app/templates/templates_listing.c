#include <stdlib.h>
#include <string.h>

#include "app/templates/template_files.h"
#include "app/templates/templates.h"
#include "app/templates/templates_private.h"

struct topic {
    int number;
    const char *name; /* with its number: the file's name without ".md" */
    const char *rest;
};

static int compare_topics(const void *a, const void *b) {
    const struct topic *first = a, *second = b;
    return first->number != second->number ? first->number - second->number : strcmp(first->name, second->name);
}

/* LANGUAGE's topics ordered by number; of several with one number the first by name counts. A folder on disk that has
 * any replaces the built-in ones as a whole: a topic that was taken out does not come back. */
static struct topic *find_topics(const struct templates *templates, const char *language, struct arena *arena,
                                 size_t *ret_count) {
    size_t name_count, count = 0, kept = 0;
    const char *folder = arena_format(arena, "%s/topics", language);
    const char **names = template_files_names(templates->directory, folder, ".md", true, arena, &name_count);
    struct topic *topics = arena_take_array(arena, name_count + 1, sizeof *topics);
    for (size_t i = 0; i < name_count; i++)
        if (template_files_topic_number(names[i], &topics[count].number, &topics[count].rest))
            topics[count++].name = names[i];
    if (count)
        qsort(topics, count, sizeof *topics, compare_topics);
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || topics[kept - 1].number != topics[i].number)
            topics[kept++] = topics[i];
    *ret_count = kept;
    return topics;
}

static struct topic *programme_topics(const struct templates *templates, struct arena *arena, size_t *ret_count,
                                      const char **ret_language) {
    size_t chain_count;
    const char **chain = template_files_language_chain(NULL, templates->language, arena, &chain_count);
    struct topic *topics = NULL;
    *ret_count = 0;
    for (size_t i = 0; i < chain_count && *ret_count == 0; i++) {
        topics = find_topics(templates, chain[i], arena, ret_count);
        *ret_language = chain[i];
    }
    return topics;
}

/* Built-in translations are those of the built-in topics: where the programme has put another in the place of one, no
 * other language says the same until somebody translates it. */
static bool translates(const struct templates *templates, const char *path, const char *original) {
    struct template_file_identity identity = template_files_identify(templates->directory, path);
    size_t length;
    return template_files_on_disk(&identity) || template_files_built_in(original, &length) != NULL;
}

static const struct topic *find_number(const struct topic *topics, size_t count, int number) {
    for (size_t i = 0; i < count; i++)
        if (topics[i].number == number)
            return &topics[i];
    return NULL;
}

static const char *topic_path(const char *language, const struct topic *topic, struct arena *arena) {
    return arena_format(arena, "%s/topics/%s.md", language, topic->name);
}

/* LANGUAGE's own file for ORIGINAL, a topic of the programme's LANGUAGE_OF_ORIGINAL. */
static const struct topic *find_translation(const struct templates *templates, const char *language,
                                            const struct topic *original, const char *language_of_original,
                                            struct arena *arena) {
    size_t count;
    const struct topic *topics = find_topics(templates, language, arena, &count);
    const struct topic *found = find_number(topics, count, original->number);
    return found && translates(templates, topic_path(language, found, arena),
                               topic_path(language_of_original, original, arena))
               ? found
               : NULL;
}

const char *templates_private_topic_path(const struct templates *templates, const char *language, int topic,
                                         struct arena *arena) {
    size_t count;
    const char *own = NULL;
    const struct topic *programme = programme_topics(templates, arena, &count, &own);
    if (topic < 1 || (size_t)topic > count)
        return NULL;
    const struct topic *found = find_translation(templates, language, &programme[topic - 1], own, arena);
    return found ? topic_path(language, found, arena) : NULL;
}

size_t templates_topic_count(struct templates *templates) {
    auto_arena arena = arena_new();
    size_t count;
    const char *language;
    programme_topics(templates, arena, &count, &language);
    return count;
}

const struct template *templates_private_parse_now(const struct templates *templates, const char *path,
                                                   enum template_kind kind, struct arena *arena, struct error *error) {
    const struct template *template = NULL;
    auto_text bytes = TEXT_EMPTY;
    const char *file = path;
    if (!template_files_read_now(templates->directory, path, arena, &bytes, &file, error))
        return NULL;
    return template_parse(text_string(&bytes), bytes.length, file, kind, arena, &template, error) ? template : NULL;
}

static bool is_built_in(const struct templates *templates, const char *path) {
    struct template_file_identity identity = template_files_identify(templates->directory, path);
    return !template_files_on_disk(&identity);
}

const char **templates_languages(struct templates *templates, struct arena *arena, size_t *ret_count) {
    return template_files_languages(templates->directory, arena, ret_count);
}

struct file_array {
    struct templates_file *items;
    size_t count, capacity;
};

static struct templates_file *add(struct file_array *files) {
    files->items = memory_grow(files->items, &files->capacity, files->count + 1, sizeof *files->items);
    files->items[files->count] = (struct templates_file){.title = ""};
    return &files->items[files->count++];
}

static struct templates_list finish(struct file_array *files, struct arena *arena) {
    struct templates_file *items = arena_take_array(arena, files->count + 1, sizeof *items);
    if (files->count)
        memcpy(items, files->items, files->count * sizeof *items);
    free(files->items);
    return (struct templates_list){items, files->count};
}

static void add_folder(struct file_array *files, struct templates *templates, const char *language, const char *folder,
                       const char *ending, struct arena *arena) {
    size_t count;
    const char **names = template_files_names(templates->directory, folder, ending, false, arena, &count);
    for (size_t i = 0; i < count; i++) {
        struct templates_file *file = add(files);
        file->path = arena_format(arena, "%s/%s%s", folder, names[i], ending);
        file->language = language;
        file->piece = names[i][0] == '_';
        file->name = names[i] + file->piece;
        file->built_in = is_built_in(templates, file->path);
    }
}

struct templates_list templates_list(struct templates *templates, struct arena *arena) {
    struct file_array files = {0};
    size_t count;
    const char **languages = templates_languages(templates, arena, &count);
    for (size_t i = 0; i < count; i++)
        add_folder(&files, templates, languages[i], languages[i], ".md", arena);
    return finish(&files, arena);
}

struct templates_list templates_forms(struct templates *templates, struct arena *arena) {
    struct file_array files = {0};
    size_t count;
    const char **languages = templates_languages(templates, arena, &count);
    for (size_t i = 0; i < count; i++)
        add_folder(&files, templates, languages[i], arena_format(arena, "%s/forms", languages[i]), ".form", arena);
    return finish(&files, arena);
}

/* A topic's title as written; tags in it are left as they are. */
static const char *title_of(const struct template *topic, struct arena *arena) {
    auto_text title = TEXT_EMPTY;
    for (const struct template_node *node = topic->subject; node; node = node->next)
        if (node->type == TEMPLATE_NODE_TEXT)
            text_append(&title, node->text);
        else
            text_append_format(&title, "{{%s}}", node->text);
    return arena_copy_string(arena, text_string(&title));
}

struct templates_list templates_topics(struct templates *templates, const char *language, struct arena *arena) {
    struct file_array files = {0};
    size_t chain_count, programme_count;
    const char *own = NULL;
    const struct topic *programme = programme_topics(templates, arena, &programme_count, &own);
    const char **chain = template_files_language_chain(language, templates->language, arena, &chain_count);
    for (size_t i = 0; i < programme_count; i++)
        for (size_t j = 0; j < chain_count; j++) {
            const struct topic *topic = find_translation(templates, chain[j], &programme[i], own, arena);
            if (!topic)
                continue;
            struct templates_file *file = add(&files);
            file->path = topic_path(chain[j], topic, arena);
            file->language = chain[j];
            file->name = topic->rest;
            file->number = topic->number;
            file->built_in = is_built_in(templates, file->path);
            struct error error = ERROR_INIT;
            const struct template *template =
                templates_private_parse_now(templates, file->path, TEMPLATE_TOPIC, arena, &error);
            if (template)
                file->title = title_of(template, arena);
            break;
        }
    return finish(&files, arena);
}
