/* Goal: a form is asked, answered, asked again only where unclear, and corrected by replying; nothing that somebody
 * wrote is lost, nothing is guessed, and hostile replies cost little. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "app/templates/templates.h"
#include "base/clock.h"
#include "form_fixture.h"
#include "mail/template/markdown.h"
#include "words.h"

enum { NAME, COUNTRY, ZONE, SECTOR, TOPICS, RULES, CONSENT, QUESTIONS };

static const char small[] = "Part: You\n"
                            "name: text, required\n    Name: What is your name?\n"
                            "country: country, required\n    Country: Where do you live?\n"
                            "zone: time zone, required\n    Time zone: Which city? Only where there are several.\n"
                            "Part: Work\n"
                            "sector: one of, required\n    Sector: Where do you work?\n"
                            "    - public: a public library in a town or a village\n"
                            "    - school: a school library\n"
                            "    - other: somewhere else altogether\n"
                            "topics: several of\n    Topics: What do you like?\n"
                            "    - books: books\n    - people: people\n    - places: places\n"
                            "rules: agreement, required\n    Rules: Do you keep to them?\n"
                            "consent: agreement, required\n    Consent: May we keep this?\n";

struct talk {
    struct arena *arena;
    struct form_set forms;
    struct form_answer answers[QUESTIONS];
    struct questionnaire_reading reading;
};

static void begin(struct talk *talk, struct arena *arena) {
    *talk = (struct talk){.arena = arena};
    talk->forms = test_set_of(test_form_from(small, "en", arena), arena);
}

/* What somebody replies with WHOLE as the mail's text, of which TEXT is theirs. */
static void hear(struct talk *talk, const char *whole, const char *text, const bool *asked) {
    struct questionnaire_reply reply = {
        .whole_text = whole, .text = text, .asked = asked, .answers = talk->answers, .now = TEST_NOW};
    questionnaire_read(&talk->forms, &reply, test_words_of("en"), talk->arena, &talk->reading);
    questionnaire_merge(talk->forms.forms[0], talk->reading.findings, TEST_NOW, talk->answers, talk->arena);
}

static void expect(const struct talk *talk, size_t question, const char *value) {
    const struct form_finding *finding = &talk->answers[question].finding;
    const char *found = finding->state == FORM_CLEAR ? finding->value : finding->state == FORM_UNCLEAR ? "?" : "";
    if (!string_equal(found, value))
        fail_msg("%s: \"%s\", not \"%s\"", talk->forms.forms[0]->questions[question].name, found, value);
}

static const char *text_of(struct form_lines lines, struct arena *arena) {
    auto_text text = TEXT_EMPTY;
    for (size_t i = 0; i < lines.count; i++)
        text_append_format(&text, "%s\n", lines.items[i].text);
    return arena_copy_string(arena, text_string(&text));
}

static void expect_text(const char *text, const char *wanted) {
    if (!strstr(text, wanted))
        fail_msg("\"%s\" is not in:\n%s", wanted, text);
}

/* Goal: from the first reply to the last correction. */
static void test_whole_way(void **state) {
    (void)state;
    auto_arena arena = arena_new();
    struct talk talk;
    bool asked[QUESTIONS];
    begin(&talk, arena);
    const char *first = "Hello!\n1. Anna\n2. Nigera\n4. 2\n5. 1, 7\n6. yes\n";
    hear(&talk, first, first, NULL);
    expect(&talk, NAME, "Anna");
    expect(&talk, COUNTRY, "?");
    expect(&talk, ZONE, "");
    expect(&talk, SECTOR, "school");
    expect(&talk, TOPICS, "?");
    expect(&talk, CONSENT, "");
    assert_int_equal(questionnaire_open(talk.forms.forms[0], talk.answers, asked), 4);
    assert_true(asked[COUNTRY] && asked[ZONE] && asked[TOPICS] && asked[CONSENT]);
    for (size_t i = 0; i < QUESTIONS; i++)
        talk.answers[i].asked += asked[i];
    const char *again = text_of(questionnaire_ask(talk.forms.forms[0], asked, talk.answers, arena), arena);
    expect_text(again, "2. Country: Where do you live?\nDid you mean Niger or Nigeria?\n");
    expect_text(again, "There is no such number here.");
    expect_text(again, "7. Consent: May we keep this? (please answer yes)\nWe found no answer");
    assert_null(strstr(again, "1. Name"));
    const char *second =
        "> 2. Country: Where do you live?\n> Did you mean Niger or Nigeria?\nNigeria\n>\n> 5. Topics: What "
        "do you like? (one number or several, if you like)\n> There is no such number here. Which one did "
        "you mean?\n> (1) books, (2) people, (3) places\n1\n> 7. Consent: May we keep this? (please answer "
        "yes)\nyes\n";
    hear(&talk, second, "Nigeria\n\n1\n\nyes", asked);
    expect(&talk, COUNTRY, "NG");
    expect(&talk, ZONE, "Africa/Lagos");
    expect(&talk, TOPICS, "books");
    expect(&talk, CONSENT, "yes");
    assert_int_equal(questionnaire_open(talk.forms.forms[0], talk.answers, asked), 0);
    const char *summary = text_of(questionnaire_summarise(talk.forms.forms[0], talk.answers, arena), arena);
    assert_string_equal(summary, "1. Name: Anna\n2. Country: Nigeria\n3. Time zone: Lagos\n4. Sector: a school "
                                 "library\n5. Topics: books\n6. Rules: yes\n7. Consent: yes\n");
    /* A correction changes what it names, and what follows from that. */
    hear(&talk, "Sorry:\n2. Norway\n\n> 1. Name: Anna\n> 2. Country: Nigeria\n> 4. Sector: a school library\n",
         "Sorry:\n2. Norway", NULL);
    expect(&talk, COUNTRY, "NO");
    expect(&talk, ZONE, "Europe/Oslo");
    expect(&talk, SECTOR, "school");
    expect(&talk, NAME, "Anna");
    hear(&talk, "Country: Australia", "Country: Australia", NULL);
    expect(&talk, COUNTRY, "AU");
    expect(&talk, ZONE, "?");
    hear(&talk, "Sydney", "Sydney", (const bool[QUESTIONS]){[ZONE] = true});
    expect(&talk, ZONE, "Australia/Sydney");
    /* A city as its country and the form's languages call it, or another one of a zone that was called after it. */
    hear(&talk, "Country: USA\nTime zone: New York City", "Country: USA\nTime zone: New York City", NULL);
    expect(&talk, ZONE, "?");
    hear(&talk, "Country: Canada\nTime zone: Montréal", "Country: Canada\nTime zone: Montréal", NULL);
    expect(&talk, ZONE, "America/Toronto");
    /* An unclear correction keeps what was there, and asks. */
    hear(&talk, "4. the third or so", "4. the third or so", NULL);
    expect(&talk, SECTOR, "?");
    assert_string_equal(talk.answers[SECTOR].finding.value, "school");
}

/* Goal: "did you mean" may be answered by yes. */
static void test_confirmed(void **state) {
    (void)state;
    auto_arena arena = arena_new();
    struct talk talk;
    begin(&talk, arena);
    hear(&talk, "2. Swedn", "2. Swedn", NULL);
    expect(&talk, COUNTRY, "?");
    hear(&talk, "Yes, of course", "Yes, of course", (const bool[QUESTIONS]){[COUNTRY] = true});
    expect(&talk, COUNTRY, "SE");
}

/* Goal: an old summary that is quoted is no answer, and an answer beside it is. */
static void test_old_summary(void **state) {
    (void)state;
    auto_arena arena = arena_new();
    struct talk talk;
    begin(&talk, arena);
    hear(&talk, "2. Norway", "2. Norway", NULL);
    hear(&talk, "Thanks!\n\n> 2. Country: Sweden\n>> 2. Country: Denmark\n> 4. Sector: a school library\n", "Thanks!",
         NULL);
    expect(&talk, COUNTRY, "NO");
    assert_non_null(strstr(talk.reading.rest, "2. Country: Sweden"));
}

/* Goal: ticked and left options count, and those that are all still there don't. */
static void test_marks(void **state) {
    (void)state;
    static const struct {
        const char *quoted, *value;
    } cases[] = {
        {"> (1) a public library in a town or a village\n> x (2) a school library\n> (3) somewhere else altogether\n",
         "school"},
        {"> (1) a public library in a town or a village\n> (2) a school library <--\n> (3) somewhere else altogether\n",
         "school"},
        {"> (1) a public library in a town or a village\n> (x) a school library\n> (3) somewhere else altogether\n",
         "school"},
        {"> [ ] (1) a public library in a town or a village\n> [x] (2) a school library\n> [ ] (3) somewhere else "
         "altogether\n",
         "school"},
        {"> x (1) a public library in a town or a village\n> x (2) a school library\n> (3) somewhere else altogether\n",
         "?"},
        {"> (2) a school library\n", "school"},
        {"> (1) a public library in a town or a village\n> (2) a school library\n> (3) somewhere else altogether\n",
         ""},
        {"> (1) a public library in a town\n> or a village\n> (2) a school library\n> (3) somewhere else "
         "altogether\n2\n",
         "school"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        auto_arena arena = arena_new();
        struct talk talk;
        begin(&talk, arena);
        const char *whole = arena_format(arena,
                                         "> 4. Sector: Where do you work? (one number)\n%s>\n> 7. Consent: May we keep "
                                         "this? (please answer yes)\nyes\n",
                                         cases[i].quoted);
        hear(&talk, whole, strstr(cases[i].quoted, "\n2\n") ? "2\n\nyes" : "yes", NULL);
        expect(&talk, SECTOR, cases[i].value);
        expect(&talk, CONSENT, "yes");
    }
}

/* Goal: one yes for all that wants agreement, and for nothing else. */
static void test_yes_to_all(void **state) {
    (void)state;
    auto_arena arena = arena_new();
    struct talk talk;
    begin(&talk, arena);
    hear(&talk, "1. Anna\n2. Sweden\n\nYes to all!", "1. Anna\n2. Sweden\n\nYes to all!", NULL);
    expect(&talk, RULES, "yes");
    expect(&talk, CONSENT, "yes");
    expect(&talk, SECTOR, "");
}

/* Goal: the answer to the only question that was asked again is understood with a name below it. */
static void test_signed_answer(void **state) {
    (void)state;
    static const char quoted[] = "\n\n> 2. Country: Where do you live?\n> Did you mean Canada?\n";
    static const char *const replies[] = {"Canada",
                                          "Canada\n\nAnna",
                                          "Canada\n\nAnna Berg",
                                          "Canada\nAnna",
                                          "Hello,\n\nCanada\n\nBest wishes\nAnna",
                                          "2. Canada\n\nAnna",
                                          "It's Canada.\n\nAnna"};
    for (size_t i = 0; i < 2 * COUNT_OF(replies); i++) {
        auto_arena arena = arena_new();
        struct talk talk;
        bool asked[QUESTIONS] = {[COUNTRY] = true};
        const char *text = replies[i / 2];
        begin(&talk, arena);
        hear(&talk, "1. Anna\n2. Canda\n3. Toronto\n", "1. Anna\n2. Canda\n3. Toronto\n", NULL);
        expect(&talk, COUNTRY, "?");
        hear(&talk, i % 2 ? arena_format(arena, "%s%s", text, quoted) : text, text, asked);
        expect(&talk, COUNTRY, "CA");
        expect(&talk, NAME, "Anna");
    }
}

/* Goal: two answers are asked about, and what belongs to no question is kept for a person. */
static void test_doubts_and_rest(void **state) {
    (void)state;
    auto_arena arena = arena_new();
    struct talk talk;
    begin(&talk, arena);
    const char *text =
        "Hello,\nI am so looking forward to this, you can't imagine!\n\n2. Sweden\nCountry: Norway\n6. yes\n\n"
        "By the way, my cat is called Dewey and sends her love.\n\nKind regards,\nAnna";
    hear(&talk, text, text, NULL);
    expect(&talk, COUNTRY, "?");
    expect(&talk, RULES, "yes");
    expect_text(talk.reading.rest, "looking forward to this");
    expect_text(talk.reading.rest, "my cat is called Dewey");
    assert_null(strstr(talk.reading.rest, "Kind regards"));
    /* Prose is nobody's answer. */
    begin(&talk, arena);
    text = "I'm Anna from Sweden and I work in a school library. Yes!";
    hear(&talk, text, text, NULL);
    for (size_t i = 0; i < QUESTIONS; i++)
        expect(&talk, i, "");
    expect_text(talk.reading.rest, text);
}

/* Goal: in a form that a mail program translated, a label that is the same in both languages is none of an answer. */
static void test_translated(void **state) {
    (void)state;
    auto_arena arena = arena_new();
    struct talk talk;
    begin(&talk, arena);
    const char *text =
        "> 1. Name: Wie heißen Sie?\nAnna\n> 2. Land: Wo leben Sie?\nSchweden\n> 3. Zeitzone: Welche Stadt?\n>\n"
        "> 4. Bereich: Wo arbeiten Sie? (eine Zahl)\n> (1) Archiv\n> (2) Schule\n2\n> 5. Themen: Was mögen Sie?\n"
        "> (1) Bücher, (2) Leute, (3) Orte\n1, 3\n> 6. Regeln: Halten Sie sich daran? (bitte ja)\nja\n"
        "> 7. Zustimmung: Dürfen wir das behalten? (bitte ja)\nja\n";
    hear(&talk, text, "Anna\n\nSchweden\n\n2\n\n1, 3\n\nja\n\nja\n", NULL);
    expect(&talk, NAME, "Anna");
    expect(&talk, COUNTRY, "SE");
    expect(&talk, SECTOR, "school");
    expect(&talk, TOPICS, "books,places");
    expect(&talk, RULES, "yes");
    expect(&talk, CONSENT, "yes");
}

/* Goal: what a stranger wrote goes into our mail bounded, and without force. */
static void test_sent_back(void **state) {
    (void)state;
    auto_arena arena = arena_new();
    struct talk talk;
    begin(&talk, arena);
    auto_text evil = TEXT_EMPTY;
    text_append(&evil, "1. [win](https://evil.example) <b>now</b> https://evil.example ");
    while (evil.length < 900)
        text_append(&evil, "again ");
    hear(&talk, text_string(&evil), text_string(&evil), NULL);
    auto_text plain = TEXT_EMPTY, html = TEXT_EMPTY;
    struct error error = ERROR_INIT;
    const char *markdown =
        templates_form_markdown(questionnaire_summarise(talk.forms.forms[0], talk.answers, arena), arena);
    assert_true(markdown_to_plain(markdown, &plain, &error));
    assert_true(markdown_to_html(markdown, "en", "x", &html, &error));
    assert_null(strstr(text_string(&html), "<a "));
    assert_null(strstr(text_string(&html), "<b>"));
    assert_true(strcspn(text_string(&plain), "\n") < 300);
}

/* Goal: a reply of any size is read in bounded time, and its excess is left out. */
static void test_hostile(void **state) {
    (void)state;
    static const char *const lines[] = {"2. Sweden\n",
                                        "x\n",
                                        "> 2. Country: Where do you live?\n",
                                        "1 2 3 4 5 6 7 8 9\n",
                                        "2 2. 3. 4. 5. 6. 7.\n",
                                        "(((((((((((((((((((\n",
                                        "Country: Country: Country:\n",
                                        "Nigera Swedn Frnce "};
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        auto_arena arena = arena_new();
        struct talk talk;
        begin(&talk, arena);
        auto_text text = TEXT_EMPTY;
        while (text.length < 500000)
            text_append(&text, lines[i]);
        int64_t before = clock_monotonic_ms();
        hear(&talk, text_string(&text), text_string(&text), NULL);
        if (clock_monotonic_ms() - before > 20000)
            fail_msg("%lld ms for %s", (long long)(clock_monotonic_ms() - before), lines[i]);
        assert_true(strlen(talk.reading.rest) < 20000);
    }
    test_words_free();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_signed_answer),   cmocka_unit_test(test_whole_way),  cmocka_unit_test(test_confirmed),
        cmocka_unit_test(test_old_summary),     cmocka_unit_test(test_marks),      cmocka_unit_test(test_yes_to_all),
        cmocka_unit_test(test_doubts_and_rest), cmocka_unit_test(test_translated), cmocka_unit_test(test_sent_back),
        cmocka_unit_test(test_hostile),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
