/* Goal: what a language's people may answer is read from a file that its speakers can write, and whatever in it could
 * not be meant is told by line. */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "programme/question.h"
#include "programme/verb.h"
#include "words.h"

static const struct phrase_book *read_book(const char *bytes, struct arena *arena, struct error_list *problems) {
    return words_read(bytes, strlen(bytes), "xx/words.txt", arena, problems);
}

/* Goal: remarks, lines that go on, capitals and accents are read as a person would. */
static void test_good_file(void **state) {
    (void)state;
    auto_arena arena = arena_new();
    auto_error_list problems = ERROR_LIST_EMPTY;
    const struct phrase_book *book = read_book("\xEF\xBB\xBF# Esperanto\r\n"
                                               "1: jes, ĉio bone,\r\n"
                                               "   bone ,\r\n"
                                               "\r\n"
                                               "STOP: haltu, HO VE!\n"
                                               "help: helpu\n"
                                               "4: helpu\n"
                                               "Polite: dankon\n"
                                               "Greeting: saluton",
                                               arena, &problems);
    assert_int_equal(problems.count, 0);
    assert_non_null(book);
    struct words words = {&book, 1, &book, 1};
    const char *const answers[] = {"ĉio bone", "helpu"};
    assert_int_equal(question_find_answer(question_find("check-in"), answers, 1, &words), 1);
    assert_int_equal(question_find_answer(question_find("check-in"), answers + 1, 1, &words), 4);
    assert_int_equal(question_read_answer(question_find("check-in"), "Saluton Kate!\nBone, dankon.", NULL, 0, &words),
                     1);
    struct verb_reading reading =
        verb_read("", "Saluton,\n\nho ve! dankon\n", &(struct verb_context){.words = &words, .arena = arena});
    assert_int_equal(reading.verb, VERB_STOP);
    assert_true(reading.alone);
    assert_int_equal(verb_read("", "stop", &(struct verb_context){.words = &words, .arena = arena}).verb, VERB_NONE);
    const char *lacking[] = {"2",       "3",       "5",      "CONTINUE", "NEXT",       "BOTH",
                             "NEITHER", "YES",     "NO",     "COMING",   "NOT COMING", "PERHAPS",
                             "STATUS",  "PAUSE",   "START",  "TOPIC",    "LANGUAGE",   "ADDRESS",
                             "UNDO",    "REMATCH", "REPORT", "MYDATA",   "FORGET",     "CASE NUDGE"};
    for (size_t i = 0; i < COUNT_OF(lacking); i++)
        assert_string_equal(words_lacking(book, i), lacking[i]);
    size_t last = COUNT_OF(lacking);
    while (words_lacking(book, last))
        last++;
    assert_string_equal(words_lacking(book, last - 1), "Months");
}

/* Goal: nothing is understood without words, and digits nevertheless. */
static void test_no_words(void **state) {
    (void)state;
    const char *const answers[] = {"2", "yes"};
    const struct words none = {0};
    assert_int_equal(question_find_answer(question_find("check-in"), answers, 2, NULL), 2);
    assert_int_equal(question_read_answer(question_find("check-in"), "Hello,\nyes", answers, 1, &none), 2);
    assert_int_equal(verb_read("stop", "report", &(struct verb_context){0}).verb, VERB_NONE);
}

/* Goal: each fault is told with its line and what would be right; a file with one is not used at all. */
static void test_faults(void **state) {
    (void)state;
    static const struct {
        const char *bytes;
        int line;
        const char *says;
    } cases[] = {
        {"yes, fine\n", 1, "expected 'Name: word, word'"},
        {"STOPP: halt\n", 1, "did you mean 'STOP'?"},
        {"Farewell: bye\n", 1, "known are 1, 2, 3, 4, 5, CONTINUE, NEXT, BOTH, NEITHER, YES, NO, COMING"},
        {"6: maybe\n", 1, "known are 1, 2, 3, 4, 5, CONTINUE, NEXT, BOTH, NEITHER, YES, NO, COMING"},
        {"1: yes\n2: slow\n1: fine\n", 3, "a second '1:'; the first is in line 1"},
        {"1: yes, no\n3: no\n", 2, "\"no\" stands under 1 already, in line 1; it can't mean both"},
        {"STOP: pause\nSTART: Pausé\n", 2, "stands under STOP already, in line 1"},
        {"1: yes, Yes!\n", 1, "\"Yes!\" stands under 1 already, in line 1"},
        {"Polite: please\nSTOP: please\n", 2, "stands under Polite already"},
        {"Greeting: hello\nPolite: hello\n", 2, "stands under Greeting already"},
        {"1: yes,, fine\n", 1, "two commas without a word between them"},
        {"1: yes, ?!\n", 1, "what asks is no answer"},
        {"1: ...\n", 1, "it holds no letter"},
        {"1:\n", 1, "'1:' is empty"},
        {"  more\n", 1, "which must end with a comma"},
        {"1: yes\n  fine\n", 2, "which must end with a comma"},
        {"1: yes\n2: \xff\n", 2, "this is not UTF-8 text"},
        {"1: y\001s\n", 1, "this is not UTF-8 text"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        auto_arena arena = arena_new();
        auto_error_list problems = ERROR_LIST_EMPTY;
        assert_null(read_book(cases[i].bytes, arena, &problems));
        if (problems.count != 1 || problems.entries[0].line != cases[i].line ||
            !strstr(problems.entries[0].message, cases[i].says))
            fail_msg("%s: %zu faults, first in line %d: %s", cases[i].bytes, problems.count,
                     problems.count ? problems.entries[0].line : 0, problems.count ? problems.entries[0].message : "");
    }
    auto_arena arena = arena_new();
    auto_error_list problems = ERROR_LIST_EMPTY;
    assert_null(read_book("1: yes\nFoo: x\n2: yes\n\n3\n", arena, &problems));
    assert_int_equal(problems.count, 3);
}

/* Goal: a phrase that is longer than any line that is read, and files of any size, are refused or cost little. */
static void test_sizes(void **state) {
    (void)state;
    auto_arena arena = arena_new();
    auto_error_list problems = ERROR_LIST_EMPTY;
    auto_text phrase = TEXT_EMPTY, endless = TEXT_EMPTY;
    text_append(&phrase, "1: ");
    for (int i = 0; i <= PHRASE_LINE_MAX; i++)
        text_append_char(&phrase, 'a');
    assert_null(read_book(text_string(&phrase), arena, &problems));
    assert_non_null(strstr(problems.entries[0].message, "it is too long"));
    for (int i = 0; i < 300000; i++)
        text_append(&endless, "#");
    assert_null(read_book(text_string(&endless), arena, &problems));
    auto_text many = TEXT_EMPTY;
    auto_error_list none = ERROR_LIST_EMPTY;
    text_append(&many, "1: ");
    for (int i = 0; i < 500; i++)
        text_append_format(&many, "word %d,", i);
    assert_non_null(read_book(text_string(&many), arena, &none));
    text_append(&many, " one more");
    assert_null(read_book(text_string(&many), arena, &none));
    assert_non_null(strstr(none.entries[0].message, "more than 500 words"));
}

/* Goal: what somebody typed is shown in a message without a half character. */
static void test_shown_whole(void **state) {
    (void)state;
    auto_arena arena = arena_new();
    auto_error_list problems = ERROR_LIST_EMPTY;
    auto_text name = TEXT_EMPTY;
    text_append(&name, "x");
    for (int i = 0; i < 40; i++)
        text_append(&name, "\u00e9");
    text_append(&name, ": word\n");
    assert_null(read_book(text_string(&name), arena, &problems));
    assert_true(utf8_is_valid(problems.entries[0].message, strlen(problems.entries[0].message)));
}

/* Goal: what comes with the program is right and whole in all its languages. */
static void test_built_in(void **state) {
    (void)state;
    size_t seen = 0;
    for (size_t i = 0; i < embedded_file_count; i++) {
        const struct embedded_file *file = &embedded_files[i];
        if (!string_ends_with(file->path, "/words.txt"))
            continue;
        auto_arena arena = arena_new();
        auto_error_list problems = ERROR_LIST_EMPTY;
        const struct phrase_book *book = words_read(file->bytes, file->length, file->path, arena, &problems);
        if (!book)
            fail_msg("%s:%d: %s", file->path, problems.entries[0].line, problems.entries[0].message);
        if (words_lacking(book, 0))
            fail_msg("%s lacks %s", file->path, words_lacking(book, 0));
        seen++;
    }
    assert_int_equal(seen, 7);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_good_file),   cmocka_unit_test(test_no_words),
                                       cmocka_unit_test(test_faults),      cmocka_unit_test(test_sizes),
                                       cmocka_unit_test(test_shown_whole), cmocka_unit_test(test_built_in)};
    return cmocka_run_group_tests_name("words", tests, NULL, NULL);
}
