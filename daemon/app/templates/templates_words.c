/* What people write to us, from each language's words.txt. */
#include <string.h>

#include "app/templates/template_files.h"
#include "app/templates/templates.h"
#include "app/templates/templates_versions.h"
#include "programme/words.h"

#define WORDS_FILE "words.txt"

static const void *read_words(const struct templates_reader *reader, bool strict, const char *bytes, size_t length,
                              const char *file, struct arena *arena, struct text *problem) {
    (void)reader;
    (void)strict;
    auto_error_list problems = ERROR_LIST_EMPTY;
    const struct phrase_book *book = words_read(bytes, length, file, arena, &problems);
    templates_versions_tell(&problems, problem);
    return book;
}

static const struct phrase_book *current(struct templates *templates, const char *language, struct arena *arena) {
    static const struct templates_reader reader = {.read = read_words};
    return templates_versions_current(templates, arena_format(arena, "%s/%s", language, WORDS_FILE), &reader);
}

/* The books that there are of COUNT languages. */
static const struct phrase_book *const *books_of(struct templates *templates, const char *const *languages,
                                                 size_t count, struct arena *arena, size_t *ret_count) {
    const struct phrase_book **books = arena_take_array(arena, count + 1, sizeof *books);
    *ret_count = 0;
    for (size_t i = 0; i < count; i++) {
        const struct phrase_book *book = current(templates, languages[i], arena);
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

/* As it stands now; NULL where there is none, or it is broken. */
static const struct phrase_book *read_now(const struct templates *templates, const char *language, struct arena *arena,
                                          struct error_list *problems) {
    auto_text bytes = TEXT_EMPTY;
    struct error error = ERROR_INIT;
    const char *path = arena_format(arena, "%s/%s", language, WORDS_FILE), *file = path;
    if (!template_files_exist(templates->directory, path))
        return NULL;
    if (!template_files_read_now(templates->directory, path, arena, &bytes, &file, &error)) {
        error_list_add(problems, NULL, 0, "%s", error.message);
        return NULL;
    }
    return words_read(text_string(&bytes), bytes.length, file, arena, problems);
}

void templates_check_words(const struct templates *templates, const char *language, struct error_list *problems) {
    auto_arena arena = arena_new();
    read_now(templates, language, arena, problems);
}

const char *templates_words_lacking(const struct templates *templates, const char *language, struct arena *arena) {
    auto_error_list told_elsewhere = ERROR_LIST_EMPTY;
    auto_text names = TEXT_EMPTY;
    const struct phrase_book *book = read_now(templates, language, arena, &told_elsewhere);
    for (size_t i = 0; book && words_lacking(book, i); i++)
        text_append_format(&names, "%s%s", i ? ", " : "", words_lacking(book, i));
    return names.length ? arena_copy_string(arena, text_string(&names)) : NULL;
}
