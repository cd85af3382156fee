#pragma once
/* For tests: what people may answer in a language, from the words.txt files built into the program. Include it after
 * cmocka.h. */
#include <string.h>

#include "base/embedded.h"
#include "base/memory.h"
#include "base/text.h"
#include "programme/words.h"

enum { TEST_BOOKS_MAX = 16 };

static struct arena *test_words_arena;
static const struct phrase_book *test_books[TEST_BOOKS_MAX];
static size_t test_book_count;

static const struct phrase_book *test_book_of(const char *language) {
    auto_text path = TEXT_EMPTY;
    auto_error_list problems = ERROR_LIST_EMPTY;
    text_append_format(&path, "templates/%s/words.txt", language);
    for (size_t i = 0; i < embedded_file_count; i++)
        if (string_equal(embedded_files[i].path, text_string(&path)))
            return words_read(embedded_files[i].bytes, embedded_files[i].length, text_string(&path), test_words_arena,
                              &problems);
    return NULL;
}

/* LANGUAGE without its region, then English; NULL: English alone. */
static __attribute__((unused)) const struct words *test_words_of(const char *language) {
    static const char *const all[] = {"de", "en", "es", "fr", "it", "nl", "pt"};
    if (!test_words_arena) {
        test_words_arena = arena_new();
        for (size_t i = 0; i < COUNT_OF(all); i++) {
            test_books[test_book_count] = test_book_of(all[i]);
            assert_non_null(test_books[test_book_count++]);
        }
    }
    struct words *words = arena_take(test_words_arena, sizeof *words);
    const struct phrase_book **own = arena_take_array(test_words_arena, 2, sizeof *own);
    auto_string primary = memory_copy_bytes(language ? language : "", strcspn(language ? language : "", "-"));
    for (size_t i = 0; i < COUNT_OF(all); i++)
        if (string_equal(all[i], primary) && !string_equal(primary, "en"))
            own[words->own_count++] = test_books[i];
    own[words->own_count++] = test_books[1];
    words->own = own;
    words->all = test_books;
    words->all_count = test_book_count;
    return words;
}

/* For the last test's end: leak checkers count it else. */
static __attribute__((unused)) void test_words_free(void) {
    arena_free(test_words_arena);
    test_words_arena = NULL;
    test_book_count = 0;
}
