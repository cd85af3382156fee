#include "test.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "mail/reply/answers.h"
#include "mail/reply/reply_text.h"

struct sample {
    const char *whole, *answers; /* parted by "|" */
};

static void check_all(const struct sample *samples, size_t count) {
    for (size_t i = 0; i < count; i++) {
        auto_arena arena = arena_new();
        auto_text found = TEXT_EMPTY;
        struct reply_text reply;
        reply_text_extract(samples[i].whole, "", arena, &reply);
        const char **answers;
        size_t answer_count;
        if (reply.quoted)
            answers_find_quoted(reply.quoted, arena, &answers, &answer_count);
        else
            answers_find(reply.own, samples[i].whole, arena, &answers, &answer_count);
        for (size_t j = 0; j < answer_count; j++)
            text_append_format(&found, "%s%s", j ? "|" : "", answers[j]);
        if (!string_equal(text_string(&found), samples[i].answers))
            print_error("whole text:\n%s\n", samples[i].whole);
        assert_string_equal(text_string(&found), samples[i].answers);
    }
}

#define QUOTED                                                                                                         \
    "On Tue, Jul 2, 2013 at 9:15 AM, Letters <p@example.org> wrote:\n\n> How is it going?\n> 1 well\n> 2 slow\n"       \
    "> 3 no contact\n> 4 help\n"

static void test_alone(void **state) {
    /* Goal: one number or word alone on a line is an answer, whatever decorates it and wherever the line stands. */
    (void)state;
    static const struct sample samples[] = {
        {"2", "2"},
        {" 2. ", "2"},
        {"(2)", "2"},
        {"*2*", "2"},
        {"\"2\"", "2"},
        {"#2", "2"},
        {"-> 2", "2"},
        {"2 :)", "2"},
        {"2 \U0001F600", "2"},
        {"02", "2"},
        {"Yes!", "yes"},
        {"STOP", "stop"},
        {"Hi Kate,\n\n3\n\nAnna", "3|anna"},
        {"2\n\nSent from my iPhone\n\n" QUOTED, "2"},
        {QUOTED "\n2\n", "2"},
        {"> How is it going?\n> 1 well\n> 2 slow\n2\n> 3 no contact\n", "2"},
        {"1\n\nno, wait:\n\n2", "1|2"},
        {"2\n2\n", "2"},
        {"d'accord", "d'accord"},
        {"D\u2019ACCORD", "d'accord"},
        {"2 please", "2"},
        {"2, thank you!", "2"},
        {"2 s'il vous plaît", "2"},
        {"2 (slow, but fine)", "2"},
        {"2\u756A", "2"},
        {"\u4E8C\u3002", "2"},
        {"\u2161", "2"},
    };
    check_all(samples, COUNT_OF(samples));
}

static void test_scripts(void **state) {
    /* Goal: digits of any script come out as ASCII, words in lower case by Unicode's rules. */
    (void)state;
    static const struct sample samples[] = {
        {"\uFF12", "2"},        {"\u0662", "2"},    {"\u06F2", "2"},
        {"\u0968", "2"},        {"\u09E8", "2"},    {"\u0E52", "2"},
        {"2\uFE0F\u20E3", "2"}, {"\u2461", "2"},    {"\u200F2\u200E", "2"},
        {"\u0967\u0966", "10"}, {"ДА", "да"},       {"ΝΑΙΣ", "ναις"},
        {"ÇOK", "çok"},         {"はい。", "はい"}, {"是", "是"},
        {"네", "네"},           {"نعم", "نعم"},     {"हाँ", "हाँ"},
        {"ใช่", "ใช่"},           {"Có", "có"},       {"نمی\u200Cدانم", "نمی\u200Cدانم"},
    };
    check_all(samples, COUNT_OF(samples));
}

static void test_first_line(void **state) {
    /* Goal: an answer with a remark behind it counts at the beginning of what was written, after a salutation too. */
    (void)state;
    static const struct sample samples[] = {
        {"2, slow but fine", "2"},
        {"2 - slow", "2"},
        {"2-slow", "2"},
        {"2 \u2013 slow", "2"},
        {"2) slow\n\nMore about it.", "2"},
        {"2. Slow", "2"},
        {"2: slow", "2"},
        {"Yes, we met twice", "yes"},
        {"No. Nothing yet.", "no"},
        {"Fine, thanks!", "fine"},
        {"Hi Kate,\n2, slow but fine\nAnna", "2|anna"},
        {"Dear all!\n\n3 - nothing yet\n", "3"},
        {"Hi Kate, 2", "2"},
        {"> How is it going?\n2, slow\n> Another question\n1 - fine\n", "2|1"},
        {"2 slow\n\n" QUOTED, "2"},
        {"Hello!\n\n2. slow\n\n" QUOTED, "hello|2"},
        {"> 1. well\nx 2. slow\n> 3. no contact\n", "2"},
        {"I think\n4 help\n\n" QUOTED, "4"},
    };
    check_all(samples, COUNT_OF(samples));
}

static void test_forms(void **state) {
    /* Goal: labelled answers and checked boxes count, unchecked ones do not. */
    (void)state;
    static const struct sample samples[] = {
        {"Answer: 2", "2"},
        {"My answer is 2.", "2"},
        {"We wrote a lot about books and films in these weeks, which was very nice.\nAnswer: 2", "2"},
        {"Antwort: gut", "gut"},
        {"Réponse : 3", "3"},
        {"回答：2", "2"},
        {"Option 2", "2"},
        {"[ ] 1 well\n[x] 2 slow\n[ ] 3 nothing", "2"},
        {"\u2610 1\n\u2611 2\n", "2"},
        {"(x) 2", "2"},
        {"- [X] slow", "slow"},
        {"No. 2", "2"},
        {"n\u00B0 2", "2"},
        {"Nr. 2", "2"},
        {"I choose 2", "2"},
        {"It's 2.", "2"},
        {"我的答案是2", "2"},
        {"選２", "2"},
        {"Name: Anna\nAnswer: 2", "2"},
        /* below a divider */
        {"Dear team,\n\n-----\n\nYES", "yes"},
        {"Here are my answers:\n----------\nQuestion 1: yes\nQuestion 2: 3", "yes|3"},
        {"Meine Antwort\n*****\n2", "2"},
        {"```\n#### note ####\n```\n\n2", "note|2"},
    };
    check_all(samples, COUNT_OF(samples));
}

static void test_none(void **state) {
    /* Goal: dates, times, telephone numbers, lists, prose and quoted lines are no answers. */
    (void)state;
    static const struct sample samples[] = {
        {"", ""},
        {QUOTED, ""},
        {"> 2\n", ""},
        {"2013", ""},
        {"10:30", ""},
        {"2/7", ""},
        {"2 July", ""},
        {"2. Mai war ein schöner Tag", ""},
        {"2 weeks ago we met", ""},
        {"2nd", ""},
        {"2?", ""},
        {"20%", ""},
        {"$2", ""},
        {"2 \u20AC", ""},
        {"+1", ""},
        {"+49 30 12 34", ""},
        {"1. First we met.\n2. Then we wrote.", ""},
        {"We are 2", ""},
        {"I have 2 questions.", ""},
        {"1 or 2", ""},
        {"Well, not so good", ""},
        {"Yes we met twice and it was wonderful to hear so much about life there", ""},
        {"No problem at all", ""},
        {"Yes, but it took a long time until we could find a day for it", ""},
        {"2 - 3 times a week", ""},
        {"2 (two) weeks ago we met", ""},
        {"20\u00B0 2", ""},
        {"2 per week", ""},
        {"2 por semana", ""},
        {"2 thanks to Ben", ""},
        {"Not option 2", ""},
        {"I don't choose 2", ""},
        {"2年前", ""},
        {"一、我们见面了", ""},
        {"2, 3", ""},
        {"On Tue, Jul 2, 2013 at 9:15 AM, Anna <anna@example.net> wrote:\n\nHello\n2\n", ""},
    };
    check_all(samples, COUNT_OF(samples));
}

#define OFFERED "> Hello Anna,\n>\n> how is it going? One digit will do:\n>\n"

static void test_quoted(void **state) {
    /* Goal: whoever writes into the quoted list of answers and nothing else has answered where just one thing shows
     * it; the list itself, or two marks, is no answer. */
    (void)state;
    static const struct sample samples[] = {
        {OFFERED "> 1. well\n> 2. slow\n> 3. no contact\n>\n> Kate\n", ""},
        {OFFERED "> 2. slow\n>\n> Kate\n", "2"},
        {OFFERED "> 1. well\n>\n> Kate\n", ""},
        {OFFERED "> 2\n>\n> Kate\n", "2"},
        {OFFERED "> 1. well\n> 2. slow\n> 3. no contact\n>\n> 2\n", "2"},
        {OFFERED "> 1. well\n> [x] 2. slow\n> 3. no contact\n", "2"},
        {OFFERED "> 1. well\n> x 2. slow\n> 3. no contact\n", "2"},
        {OFFERED "> 1. well\n> 2. slow <------\n> 3. no contact\n", "2"},
        {OFFERED "> 1. well\n> 2. slow\n\n> 2\n", "2"},
        {OFFERED "> 1. well\n> 2. slow\n>\n> 2\n\n-- \nAnna\n", "2"},
        {"Sent from my iPhone\n\n" OFFERED "> 1. well\n> 2. slow\n>\n> 2\n", "2"},
        {OFFERED "> 1. well\n> \u2192 2. slow\n> 3. no contact\n", "2"},
        {OFFERED "> 1. well \u2713\n> 2. slow \u2713\n> 3. no contact\n", ""},
        {OFFERED "> [x] 1. well\n> 2. slow\n>\n> 2\n", ""},
        /* of an earlier mail, and the rest of a sentence that was wrapped */
        {OFFERED "> 1. well\n> 2. slow\n>> 2\n", ""},
        {OFFERED "> 1. well\n> 2. slow\n>\n> A coordinator looks at every answer of\n> 4\n", ""},
        /* beside words of their own it is nothing */
        {"See below.\n\n" OFFERED "> [x] 2. slow\n", ""},
    };
    check_all(samples, COUNT_OF(samples));
}

static void test_bounds(void **state) {
    /* Goal: many answers end at a bound, a very long word is none. */
    (void)state;
    auto_text whole = TEXT_EMPTY;
    for (int i = 0; i < 90000; i++)
        text_append_format(&whole, "%d x\nw%c%c%c\n", i % 90, 'a' + i % 26, 'a' + i / 26 % 26, 'a' + i / 676 % 26);
    auto_arena arena = arena_new();
    const char **answers;
    size_t count;
    answers_find(text_string(&whole), text_string(&whole), arena, &answers, &count);
    assert_int_equal(count, 20);
    text_clear(&whole);
    for (int i = 0; i < 100; i++)
        text_append(&whole, "a");
    answers_find(text_string(&whole), "", arena, &answers, &count);
    assert_int_equal(count, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_alone),  cmocka_unit_test(test_scripts), cmocka_unit_test(test_first_line),
        cmocka_unit_test(test_forms),  cmocka_unit_test(test_none),    cmocka_unit_test(test_quoted),
        cmocka_unit_test(test_bounds),
    };
    return cmocka_run_group_tests_name("answers", tests, NULL, NULL);
}
