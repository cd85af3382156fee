#pragma once
/* For tests: the forms built into the program. Include it after cmocka.h. */
#include "base/embedded.h"
#include "base/memory.h"
#include "base/text.h"
#include "programme/questionnaire.h"

enum { TEST_NOW = 1800000000 };

static const struct embedded_file *test_file(const char *path) {
    for (size_t i = 0; i < embedded_file_count; i++)
        if (string_equal(embedded_files[i].path, path))
            return &embedded_files[i];
    fail_msg("%s is not built in", path);
    abort();
}

static void test_no_problems(const struct error_list *problems) {
    for (size_t i = 0; i < problems->count; i++) {
        auto_string line = error_list_format(&problems->entries[i]);
        print_error("%s\n", line);
    }
    assert_int_equal(problems->count, 0);
}

static const struct form_words *test_form_words(const char *language, struct arena *arena) {
    auto_error_list problems = ERROR_LIST_EMPTY;
    const struct embedded_file *file = test_file(arena_format(arena, "templates/%s/forms/phrases.txt", language));
    const struct form_words *words = form_words_read(file->bytes, file->length, file->path, language, arena, &problems);
    test_no_problems(&problems);
    return words;
}

static const struct form *test_form_from(const char *bytes, const char *language, struct arena *arena) {
    auto_error_list problems = ERROR_LIST_EMPTY;
    const struct form *form =
        form_read(bytes, strlen(bytes), "test.form", test_form_words(language, arena), arena, &problems);
    test_no_problems(&problems);
    return form;
}

/* NAME in the three languages, LANGUAGE's first. */
static __attribute__((unused)) struct form_set test_form(const char *name, const char *language, struct arena *arena) {
    static const char *const languages[] = {"en", "fr", "es"};
    const struct form **forms = arena_take_array(arena, COUNT_OF(languages), sizeof *forms);
    size_t count = 1;
    for (size_t i = 0; i < COUNT_OF(languages); i++) {
        const struct embedded_file *file =
            test_file(arena_format(arena, "templates/%s/forms/%s.form", languages[i], name));
        const struct form *form = test_form_from(file->bytes, languages[i], arena);
        forms[string_equal(languages[i], language) ? 0 : count++] = form;
    }
    return (struct form_set){forms, COUNT_OF(languages)};
}

static __attribute__((unused)) struct form_set test_set_of(const struct form *form, struct arena *arena) {
    const struct form **forms = arena_take_array(arena, 1, sizeof *forms);
    forms[0] = form;
    return (struct form_set){forms, 1};
}
