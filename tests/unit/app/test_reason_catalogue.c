/* Goal: what a mail tells coordinators is in their language, whatever is filled in, and what a catalogue could not mean
 * is told by line. */
#include "test.h"

#include <string.h>

#include "app/templates/reason_catalogue.h"
#include "base/reason.h"
#include "base/text.h"

static const struct reason_catalogue *read_catalogue(const char *bytes, struct arena *arena,
                                                     struct error_list *problems) {
    return reason_catalogue_read(bytes, strlen(bytes), "xx/reasons.txt", arena, problems);
}

/* Goal: sentences are found whole, with places before, between, beside and behind the text, and reasons in reasons are
 * translated, too. */
static void test_translates(void **state) {
    (void)state;
    auto_arena arena = arena_new();
    auto_error_list problems = ERROR_LIST_EMPTY;
    const struct reason_catalogue *catalogue = read_catalogue("# remark\n"
                                                              "it is cold\n"
                                                              "   fait froid\n"
                                                              "{1}. See: {2}\n"
                                                              "   {1}. Voir : {2}\n"
                                                              "{1} again\n"
                                                              "   encore {1}\n"
                                                              "code {1}{2}, {3}!\n"
                                                              "   {3} ({1}{2})\n"
                                                              "code {1}, and more\n"
                                                              "   plus que {1}\n"
                                                              "untranslated\n",
                                                              arena, &problems);
    assert_int_equal(problems.count, 0);
    static const struct {
        const char *reason, *said;
    } cases[] = {
        {"it is cold", "fait froid"},
        {"it is cold.", "it is cold."},
        {"it is cold. See: 12", "fait froid. Voir : 12"},
        {"it is cold again. See: it is cold", "encore fait froid. Voir : fait froid"},
        {"it is warm again", "encore it is warm"},
        {"it is again again again", "encore encore encore it is"},
        {"code 5, 1!", "1 (5)"},
        {"code 5, and more", "plus que 5"},
        {"untranslated", "untranslated"},
        {"", ""},
        {" again", "encore "},
        {"again", "again"},
        {"code 5", "code 5"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_string_equal(reason_catalogue_translate(&catalogue, 1, cases[i].reason, arena), cases[i].said);
    assert_string_equal(reason_catalogue_translate(NULL, 0, "it is cold", arena), "it is cold");
}

/* Goal: what comes first counts first. */
static void test_order(void **state) {
    (void)state;
    auto_arena arena = arena_new();
    auto_error_list problems = ERROR_LIST_EMPTY;
    const struct reason_catalogue *catalogues[] = {
        read_catalogue("a\n  own a\nb\n", arena, &problems),
        read_catalogue("a\n  other a\nb\n  other b\n", arena, &problems),
    };
    assert_string_equal(reason_catalogue_translate(catalogues, 2, "a", arena), "own a");
    assert_string_equal(reason_catalogue_translate(catalogues, 2, "b", arena), "other b");
}

/* Goal: each fault is told with its line. */
static void test_faults(void **state) {
    (void)state;
    static const struct {
        const char *bytes;
        int line;
        const char *says;
    } cases[] = {
        {"  indented\n", 1, "belongs below a sentence in English"},
        {"a\n  b\n  c\n", 3, "one line to each"},
        {"a\n  b\n\na\n  c\n", 4, "the same sentence stands in line 1"},
        {"a {1}\n  b\n", 2, "{1} is missing"},
        {"a {1}\n  b {1} {2}\n", 2, "there is no {2} in the sentence above"},
        {"a\n  \xff\n", 2, "this is not UTF-8 text"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        auto_arena arena = arena_new();
        auto_error_list problems = ERROR_LIST_EMPTY;
        assert_null(read_catalogue(cases[i].bytes, arena, &problems));
        if (problems.count != 1 || problems.entries[0].line != cases[i].line ||
            !strstr(problems.entries[0].message, cases[i].says))
            fail_msg("%s: line %d, %s", cases[i].bytes, problems.count ? problems.entries[0].line : 0,
                     problems.count ? problems.entries[0].message : "nothing");
    }
}

/* Goal: a file of any size is refused or costs little. */
static void test_size(void **state) {
    (void)state;
    auto_arena arena = arena_new();
    auto_error_list problems = ERROR_LIST_EMPTY;
    auto_text many = TEXT_EMPTY;
    for (int i = 0; i < 500; i++)
        text_append_format(&many, "%d {1}\n", i);
    assert_non_null(read_catalogue(text_string(&many), arena, &problems));
    text_append(&many, "one more\n");
    assert_null(read_catalogue(text_string(&many), arena, &problems));
    assert_string_equal(problems.entries[0].message, "more than 500 sentences");
}

/* Goal: a reason is known by being written, with its places numbered. */
static void test_list(void **state) {
    (void)state;
    auto_arena arena = arena_new();
    struct reason plain = REASON("a reason of this test alone"),
                  filled = REASON_FORMAT(arena, "100%% of %s are %zu", "these", (size_t)3);
    assert_string_equal(plain.text, "a reason of this test alone");
    assert_string_equal(filled.text, "100% of these are 3");
    size_t count, seen = 0;
    const char *const *list = reason_list(arena, &count);
    for (size_t i = 0; i < count; i++) {
        seen += string_equal(list[i], "a reason of this test alone") || string_equal(list[i], "100% of {1} are {2}");
        assert_true(i == 0 || strcmp(list[i - 1], list[i]) < 0);
    }
    assert_int_equal(seen, 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_translates), cmocka_unit_test(test_order),
                                       cmocka_unit_test(test_faults), cmocka_unit_test(test_size),
                                       cmocka_unit_test(test_list)};
    return cmocka_run_group_tests_name("reason catalogue", tests, NULL, NULL);
}
