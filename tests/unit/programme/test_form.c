/* Goal: a form is a file that volunteers write, and whatever in it could not be meant is told by line, in one language
 * and between languages; each answer is read for what it says, and nothing more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "form_fixture.h"

static const char good[] = "# A remark\n"
                           "Part: You\n"
                           "name: text, required, as name\n"
                           "    Name: What is your name?\n"
                           "country: country, required\n"
                           "    Country: Where do you live?\n"
                           "zone: time zone, required\n"
                           "    Time zone: Which city?\n"
                           "languages: languages\n"
                           "    Languages: Which ones?\n"
                           "Part: Work\n"
                           "sector: one of\n"
                           "    Sector: Where?\n"
                           "    - public: public library | town\n"
                           "    - school: school library\n"
                           "    - long: more than 10 years\n"
                           "topics: several of\n"
                           "    Topics: What?\n"
                           "    - books: books, old and new | books\n"
                           "    - people: people\n"
                           "    - places: places\n"
                           "mood: rating\n"
                           "    Mood: How was it?\n"
                           "trio: yes or no\n"
                           "    Trio: Three?\n"
                           "rules: agreement, required\n"
                           "    Rules: Do you agree?\n"
                           "start: date\n"
                           "    Start: From when?\n";

static void test_good_form(void **state) {
    (void)state;
    auto_arena arena = arena_new();
    const struct form *form = test_form_from(good, "en", arena);
    assert_int_equal(form->count, 10);
    const struct form_question *sector = &form->questions[form_find(form, "sector")];
    assert_int_equal(sector->kind, FORM_ONE_OF);
    assert_false(sector->required);
    assert_string_equal(sector->part, "Work");
    assert_string_equal(sector->label, "Sector");
    assert_int_equal(sector->option_count, 3);
    assert_string_equal(sector->options[0].words[1], "town");
    assert_null(form->questions[1].part);
    assert_int_equal(form_find(form, "nobody"), -1);
}

static void expect_fault(const char *bytes, int line, const char *words) {
    auto_arena arena = arena_new();
    auto_error_list problems = ERROR_LIST_EMPTY;
    assert_null(form_read(bytes, strlen(bytes), "x.form", test_form_words("en", arena), arena, &problems));
    for (size_t i = 0; i < problems.count; i++)
        if (problems.entries[i].line == line && strstr(problems.entries[i].message, words))
            return;
    for (size_t i = 0; i < problems.count; i++)
        print_error("%d: %s\n", problems.entries[i].line, problems.entries[i].message);
    fail_msg("line %d should be told: %s", line, words);
}

static void test_faults(void **state) {
    (void)state;
    expect_fault("", 0, "no question");
    expect_fault("name text\n", 1, "expected 'name: kind'");
    expect_fault("    Name: What?\n", 1, "there is none");
    expect_fault("Name!: text\n", 1, "no name for a question");
    expect_fault("name: txt\n  Name: What?\n", 1, "did you mean 'text'?");
    expect_fault("name: text, needed\n  Name: What?\n", 1, "', required'");
    expect_fault("name: text, as nickname\n  Name: What?\n", 1, "', as ' with name");
    expect_fault("name: text, as name\n  Name: What?\nnick: text, as name\n  Nick: What?\n", 3, "already, in line 1");
    expect_fault("name: rating, as name\n  Name: What?\n", 1, "of the kind 'text', not 'rating'");
    expect_fault("talk: one of, as live\n  Talk: What?\n  - yes: yes\n  - no: no\n", 1, "needs an option 'live'");
    expect_fault("work: text, shared under work\n  Work: What?\n", 1, "no question 'as sharing'");
    expect_fault("work: text, shared under job\n  Work: What?\nshare: several of, as sharing\n  Shared: What?\n"
                 "  - work: work\n  - home: home\n",
                 1, "no option of that key");
    expect_fault("name: text\n", 1, "has no text");
    expect_fault("name: text\n  What is your name?\n", 2, "a short label, a colon");
    expect_fault("name: text\n  Name: What?\n  Name: Who?\n", 3, "has its text already");
    expect_fault("name: text\n  Name: What?\nname: text\n  N: What?\n", 3, "the first is in line 1");
    expect_fault("name: text\n  Name: What?\nnick: text\n  name: What?\n", 4, "the label");
    expect_fault("name: text\n  Name: What?\n  - a: b\n", 3, "has no options");
    expect_fault("kind: one of\n  Kind: What?\n  - a: b\n", 1, "needs two options");
    expect_fault("kind: one of\n  Kind: What?\n  - a: b\n  - a: c\n", 4, "the first is in line 3");
    expect_fault("kind: one of\n  Kind: What?\n  - a: b\n  - c: d | B!\n", 4, "means the option in line 3");
    expect_fault("kind: one of\n  Kind: What?\n  - a:\n  - c: d\n", 3, "has no words");
    expect_fault("kind: one of\n  Kind: What?\n  - a b\n  - c: d\n", 3, "expected '- key: words'");
    expect_fault("Part:\nname: text\n  Name: What?\n", 1, "needs a heading");
    expect_fault("name: text\n  Name: \xFF\n", 2, "UTF-8");
}

static void test_words_faults(void **state) {
    (void)state;
    static const char bytes[] = "Optional: {1}\nOne: x\nOne: y\nSo far: x\nNobody: z\nYes: a,,b\nNo:\n";
    auto_arena arena = arena_new();
    auto_error_list problems = ERROR_LIST_EMPTY;
    auto_text told = TEXT_EMPTY;
    assert_null(form_words_read(bytes, strlen(bytes), "words.txt", "en", arena, &problems));
    for (size_t i = 0; i < problems.count; i++) {
        auto_string line = error_list_format(&problems.entries[i]);
        text_append_format(&told, "%s\n", line);
    }
    static const char *const wanted[] = {"words.txt:1: 'Optional' must hold {1} nowhere",
                                         "words.txt:3: a second 'One:'",
                                         "words.txt:4: 'So far' must hold {1} once",
                                         "words.txt:5: unknown name 'Nobody'",
                                         "words.txt:6: between two commas",
                                         "words.txt:7: 'No:' is empty",
                                         "words.txt: 'End:' is missing"};
    for (size_t i = 0; i < COUNT_OF(wanted); i++)
        if (!strstr(text_string(&told), wanted[i]))
            fail_msg("not told: %s in\n%s", wanted[i], text_string(&told));
}

static void expect_difference(const char *bytes, int line, const char *words) {
    auto_arena arena = arena_new();
    auto_error_list problems = ERROR_LIST_EMPTY;
    const struct form *original = test_form_from("a: text\n A: a?\nb: one of\n B: b?\n - x: x\n - y: y\n", "en", arena);
    assert_false(form_check_same(test_form_from(bytes, "fr", arena), original, &problems));
    assert_int_equal(problems.count, 1);
    assert_int_equal(problems.entries[0].line, line);
    if (!strstr(problems.entries[0].message, words))
        fail_msg("%s", problems.entries[0].message);
}

static void test_differences(void **state) {
    (void)state;
    expect_difference("b: one of\n B: b?\n - x: x\n - y: y\na: text\n A: a?\n", 1, "test.form:1 has 'a'");
    expect_difference("a: text, required\n A: a?\nb: one of\n B: b?\n - x: x\n - y: y\n", 1, "'a' is 'text'");
    expect_difference("a: text\n A: a?\nb: one of\n B: b?\n - x: x\n - z: z\n", 6, "test.form:6 has the option 'y'");
    expect_difference("a: text\n A: a?\nb: one of\n B: b?\n - x: x\n - y: y\n - z: z\n", 3, "has 3 options, and 2");
    expect_difference("a: text\n A: a?\n", 0, "missing here");
    expect_difference("a: text, as name\n A: a?\nb: one of\n B: b?\n - x: x\n - y: y\n", 1, "another role");
}

/* ---- Answers ---- */

static void expect(const char *name, const char *said, const char *value) {
    auto_arena arena = arena_new();
    const struct form *forms[] = {test_form_from(good, "en", arena), test_form_from(good, "fr", arena),
                                  test_form_from(good, "es", arena)};
    struct form_set set = {forms, COUNT_OF(forms)};
    struct form_context context = {.country = "US", .now = TEST_NOW};
    struct form_finding finding;
    form_value_read(&set, (size_t)form_find(forms[0], name), said, &context, arena, &finding);
    auto_text found = TEXT_EMPTY;
    if (finding.state == FORM_CLEAR)
        text_append(&found, finding.value);
    else if (finding.state == FORM_UNCLEAR)
        text_append_format(&found, "?%d", (int)finding.doubt);
    for (size_t i = 0; i < finding.near_count; i++)
        text_append_format(&found, " %s", finding.near[i]);
    if (!string_equal(text_string(&found), value))
        fail_msg("%s \"%s\": \"%s\", not \"%s\"", name, said, text_string(&found), value);
}

static void test_countries(void **state) {
    (void)state;
    static const struct {
        const char *said, *value;
    } cases[] = {{"Sweden", "SE"},
                 {"SWEDEN!", "SE"},
                 {"I live in Sweden.", "SE"},
                 {"Sverige", "SE"},
                 {"se", "SE"},
                 {"Ελλάδα", "GR"},
                 {"Япония", "JP"},
                 {"日本", "JP"},
                 {"cote d’ivoire", "CI"},
                 {"Uppsala, Sweden", "SE"},
                 {"Sweden (Uppsala)", "SE"},
                 {"J'habite en Suède", "SE"},
                 {"Niger", "NE"},
                 {"Nigera", "?2 NE NG"},
                 {"Congo", "?2 CD CG"},
                 {"Guinea", "GN"},
                 {"Papua New Guinea", "PG"},
                 {"New Mexico", "?2 MX"},
                 {"Atlanta, Georgia", "?2 GE"},
                 {"Sweden or Norway", "?2 SE NO"},
                 {"not Sweden", "?2 SE"},
                 {"Sweden?", "?2 SE"},
                 {"Atlantis", "?1"},
                 {"no", "?1"},
                 {"-", ""},
                 {"", ""},
                 {"none", ""},
                 {"?", "?1"}};
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        expect("country", cases[i].said, cases[i].value);
}

static void test_languages(void **state) {
    (void)state;
    static const struct {
        const char *said, *value;
    } cases[] = {{"English", "en"},
                 {"English, French and Swedish", "en,fr,sv"},
                 {"English French", "en,fr"},
                 {"anglais et un peu de suédois", "en,sv:basic"},
                 {"Svenska (native), English (fluent), a little French", "sv:fluent,en:fluent,fr:basic"},
                 {"EN, fr", "en,fr"},
                 {"日本語、英語", "ja,en"},
                 {"I speak English", "en"},
                 {"English\nEnglish", "en"},
                 {"Spanish B1", "es:good"},
                 {"no", "?1"},
                 {"Gibberish", "?1"},
                 {"English and Swedsh", "?2 sv"}};
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        expect("languages", cases[i].said, cases[i].value);
}

static void test_options(void **state) {
    (void)state;
    static const struct {
        const char *name, *said, *value;
    } cases[] = {{"sector", "2", "school"},
                 {"sector", "(2)", "school"},
                 {"sector", "２", "school"},
                 {"sector", "option 2, please", "school"},
                 {"sector", "two", "school"},
                 {"sector", "Deux", "school"},
                 {"sector", "School Library", "school"},
                 {"sector", "2 - school library", "school"},
                 {"sector", "3 - more than 10 years", "long"},
                 {"sector", "town", "public"},
                 {"sector", "2 - public library", "?3"},
                 {"sector", "1 and 2", "?3"},
                 {"sector", "4", "?4"},
                 {"sector", "2 hours", "?1"},
                 {"sector", "not 2", "?1"},
                 {"sector", "schol library", "?2 school"},
                 {"sector", "library", "?2 public school"},
                 {"topics", "1, 3", "books,places"},
                 {"topics", "1 3", "books,places"},
                 {"topics", "1, 2 and 3", "books,people,places"},
                 {"topics", "1\n3", "books,places"},
                 {"topics", "books, old and new; places", "books,places"},
                 {"topics", "places + books", "books,places"},
                 {"topics", "all of them", "books,people,places"},
                 {"topics", "1-3", "?1"},
                 {"topics", "all but 2", "?1"},
                 {"topics", "1, 9", "?4"},
                 {"mood", "4", "4"},
                 {"mood", "4/5", "4"},
                 {"mood", "cinq", "5"},
                 {"mood", "6", "?4"},
                 {"mood", "fine", "?1"},
                 {"trio", "Yes, of course!", "yes"},
                 {"trio", "Oui", "yes"},
                 {"trio", "No, thanks", "no"},
                 {"trio", "yes and no", "?7"},
                 {"trio", "yes, but only in May", "?1"},
                 {"rules", "x", "yes"},
                 {"rules", "I agree", "yes"},
                 {"rules", "no", "?5"},
                 {"rules", "I do not agree", "?7"}};
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        expect(cases[i].name, cases[i].said, cases[i].value);
}

static void test_zones_and_dates(void **state) {
    (void)state;
    static const struct {
        const char *name, *said, *value;
    } cases[] = {{"zone", "Europe/Stockholm", "Europe/Stockholm"},
                 {"zone", "chicago", "America/Chicago"},
                 {"zone", "New York", "America/New_York"},
                 {"zone", "Paris time", "?2 Europe/Paris"},
                 {"zone", "UTC+2",
                  "?6 America/New_York America/Chicago America/Denver America/Phoenix America/Los_Angeles "
                  "America/Anchorage America/Adak Pacific/Honolulu"},
                 {"zone", "Nueva York", "America/New_York"},
                 {"zone", "Los Ángeles", "America/Los_Angeles"},
                 {"start", "2027-02-01", "2027-02-01"},
                 {"start", "1 February 2027", "2027-02-01"},
                 {"start", "1er févr. 2027", "?1"},
                 {"start", "le 3 février 2027", "2027-02-03"},
                 {"start", "13/2/2027", "2027-02-13"},
                 {"start", "1/2/2027", "?2 2027-02-01 2027-01-02"},
                 {"start", "30 February 2027", "?1"},
                 {"start", "soon", "?1"}};
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        expect(cases[i].name, cases[i].said, cases[i].value);
}

static void test_texts(void **state) {
    (void)state;
    expect("name", "  Anna\n  Berg ", "Anna Berg");
    auto_text longer = TEXT_EMPTY;
    while (longer.length + strlen(" word") <= FORM_NAME_BYTES_MAX)
        text_append(&longer, longer.length ? " word" : "word");
    expect("name", text_string(&longer), text_string(&longer));
    text_append(&longer, " word");
    expect("name", text_string(&longer), "?8");
    while (longer.length <= FORM_VALUE_BYTES_MAX)
        text_append(&longer, "word ");
    expect("name", text_string(&longer), "?8");
    while (longer.length <= FORM_SAID_BYTES_MAX)
        text_append(&longer, "word ");
    expect("country", text_string(&longer), "?8");
}

static void test_shown(void **state) {
    (void)state;
    auto_arena arena = arena_new();
    const struct form *french = test_form_from(good, "fr", arena);
    static const struct {
        const char *name, *value, *shown;
    } cases[] = {{"country", "SE", "Suède"},
                 {"languages", "sv,fr:basic", "suédois, français (un peu)"},
                 {"topics", "books,places", "books, old and new, places"},
                 {"zone", "America/New_York", "New York"},
                 {"zone", "Europe/Brussels", "Bruxelles"},
                 {"trio", "no", "non"},
                 {"start", "2027-02-01", "1er février 2027"}};
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_string_equal(form_value_show(french, (size_t)form_find(french, cases[i].name), cases[i].value, arena),
                            cases[i].shown);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good_form),   cmocka_unit_test(test_faults),          cmocka_unit_test(test_words_faults),
        cmocka_unit_test(test_differences), cmocka_unit_test(test_countries),       cmocka_unit_test(test_languages),
        cmocka_unit_test(test_options),     cmocka_unit_test(test_zones_and_dates), cmocka_unit_test(test_texts),
        cmocka_unit_test(test_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
