/* Goal: a word to the programme is found where it stands alone, in the writer's language or English, and nowhere else.
 */
#include "test.h"

#include <stdio.h>

#include "base/memory.h"
#include "base/text.h"
#include "programme/verb.h"
#include "words.h"

/* Goal: every form that people write is understood, and words inside sentences are not. */
static void test_verbs(void **state) {
    (void)state;
    static const struct {
        const char *text, *language;
        enum verb verb;
        bool alone;
    } cases[] = {
        {"STOP", "en", VERB_STOP, true},
        {"Stop, please!", "de", VERB_STOP, true},
        {"  help.\n", NULL, VERB_HELP, true},
        {"ARRÊT", "fr", VERB_STOP, true},
        {"Arrêter svp", "fr-CA", VERB_STOP, true},
        {"Ayuda, por favor", "es", VERB_HELP, true},
        {"REPORT\n\nHe wrote something that frightens me.", "en", VERB_REPORT, false},
        {"arrêt", "es", VERB_NONE, false},
        {"arrêt", "fro", VERB_NONE, false},
        {"Stop by when you are here", "en", VERB_NONE, false},
        {"Dear Ben,\nSTOP", "en", VERB_STOP, true},
        {"help stop", "en", VERB_NONE, false},
        {"Arrêtez", "fr", VERB_STOP, true},
        {"ARRETER.", "fr", VERB_STOP, true},
        {"Désabonnez-moi, s’il vous plaît !", "fr", VERB_STOP, true},
        {"À l’aide", "fr", VERB_HELP, true},
        {"a l'aide !!", "fr", VERB_HELP, true},
        {"Signaler\n\nIl m’écrit des choses qui me font peur.", "fr", VERB_REPORT, false},
        {"Reprendre, merci", "fr", VERB_START, true},
        {"PARAR", "es-419", VERB_STOP, true},
        {"Quiero darme de baja, por favor.", "es", VERB_STOP, true},
        {"¡Ayúdenme!", "es", VERB_HELP, true},
        {"AYUDENME", "es", VERB_HELP, true},
        {"Denunciar", "es", VERB_REPORT, true},
        {"Reanudar", "es", VERB_START, true},
        {"Hilfe", "de", VERB_HELP, true},
        {"NA\u0303O ME ESCREVAM MAIS", "pt-BR", VERB_STOP, true},
        {"Bonjour,\n\nSTOP\n\nMerci !", "fr", VERB_STOP, true},
        {"stop\n\nthanks\n\nAnna Berg", "en", VERB_STOP, false},
        {"STOP STOP STOP", "en", VERB_STOP, true},
        {"Stop \U0001F64F", "en", VERB_STOP, true},
        {"S T O P", "en", VERB_NONE, false},
        {"Stop?", "en", VERB_NONE, false},
        {"Stop 2", "en", VERB_NONE, false},
        {"Pour arrêter un train, il faut du courage.", "fr", VERB_NONE, false},
        {"Para ti", "es", VERB_NONE, false},
        {"denunciar", "fr", VERB_REPORT, false},
        {"stopover", "en", VERB_NONE, false},
        {"\xff\xfeSTOP", "en", VERB_STOP, true},
        {"please", "en", VERB_NONE, false},
        {"", "en", VERB_NONE, false},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct verb_reading reading = verb_read("", cases[i].text, NULL, test_words_of(cases[i].language));
        if (reading.verb != cases[i].verb || (reading.verb != VERB_NONE && reading.alone != cases[i].alone))
            fail_msg("%s: %d%s", cases[i].text, (int)reading.verb, reading.alone ? ", alone" : "");
    }
}

/* Goal: where a letter to a partner may be meant, a verb is in doubt; the subject counts where nothing else speaks. */
static void test_doubt(void **state) {
    (void)state;
    static const struct {
        const char *subject, *text;
        enum verb verb;
        bool alone, plain, inside;
    } cases[] = {
        {"", "STOP", VERB_STOP, true, true, false},
        {"Re: Meet Ben", "stop\n\nAnna Berg", VERB_STOP, true, true, false},
        {"STOP", "", VERB_STOP, true, true, false},
        {"Stop, please!", "Hello,\n\nthank you!\n", VERB_STOP, true, true, false},
        {"STOP", "I have no time any more.", VERB_STOP, false, false, false},
        {"STOP", "Help", VERB_HELP, true, false, false},
        {"Re: STOP", "", VERB_NONE, false, false, false},
        {"", "Dear Kate,\n\nHELP", VERB_HELP, true, false, false},
        {"", "Hi Kate, stop!", VERB_STOP, true, false, false},
        {"", "Stop\n\nDear Ben, hello.", VERB_STOP, false, false, false},
        {"", "Remove me from your list", VERB_STOP, true, true, false},
        {"", "Please take me off your list, I have no time.", VERB_STOP, false, false, false},
        {"", "Good morning! I have no time. Please remove me from your list.", VERB_STOP, false, false, true},
        {"", "The bus did not stop. Help yourself.", VERB_NONE, false, false, false},
        {"REPORT", "Help", VERB_REPORT, true, true, false},
        {"Stop", "Report: he asks for money", VERB_REPORT, false, true, false},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct verb_reading is = verb_read(cases[i].subject, cases[i].text, "Anna Berg", test_words_of("en"));
        if (is.verb != cases[i].verb || (is.verb && is.alone != cases[i].alone && is.verb != VERB_REPORT) ||
            is.plain != cases[i].plain || is.inside != cases[i].inside)
            fail_msg("%s | %s: %d alone %d plain %d inside %d", cases[i].subject, cases[i].text, (int)is.verb, is.alone,
                     is.plain, is.inside);
    }
}

/* Goal: texts of any length cost little and mean nothing more than their first lines do. */
static void test_hostile_texts(void **state) {
    (void)state;
    auto_text polite = TEXT_EMPTY, blank = TEXT_EMPTY, wide = TEXT_EMPTY;
    text_append(&polite, "stop\n");
    text_append(&wide, "stop ");
    for (int i = 0; i < 100000; i++) {
        text_append(&polite, "thanks\n");
        text_append(&blank, " \n");
        text_append(&wide, "\uFDFA stop ");
    }
    struct verb_reading reading = verb_read("", text_string(&polite), NULL, test_words_of("fr"));
    assert_int_equal(reading.verb, VERB_STOP);
    assert_false(reading.alone);
    assert_int_equal(verb_read("", text_string(&blank), NULL, test_words_of("fr")).verb, VERB_NONE);
    assert_int_equal(verb_read(text_string(&wide), text_string(&wide), NULL, test_words_of("fr")).verb, VERB_NONE);
    text_truncate(&wide, 150);
    assert_int_equal(verb_read("", text_string(&wide), NULL, test_words_of("fr")).verb, VERB_NONE);
}

static const struct {
    unsigned place;
    const char *name;
} places[] = {
    {VERB_AT_PROGRAMME, "the programme's address, a reply"},
    {VERB_AT_PARTNERSHIP, "the partnership address"},
    {VERB_AT_COPY, "a copy of what the partner got"},
    {VERB_AT_PAUSE, "the pause address"},
    {VERB_AT_HELP, "the help address"},
    {VERB_AT_REPORT, "the report address"},
};

static const char *const writers[] = {
    [VERB_OF_PARTICIPANTS] = "participants",
    [VERB_OF_FORMER] = "participants, also former ones",
    [VERB_OF_ANYBODY] = "anybody",
};

static const char *const needs[] = {
    [VERB_NEEDS_DATE] = "*date*", [VERB_NEEDS_LANGUAGE] = "*language*", [VERB_NEEDS_ADDRESS] = "*address*"};

/* Goal: the page that tells of the verbs has each as it is in the table. */
static void test_documented(void **state) {
    (void)state;
    auto_text page = TEXT_EMPTY;
    FILE *file = fopen("docs/architecture.md", "r");
    assert_non_null(file);
    for (int byte; (byte = fgetc(file)) != EOF;)
        text_append_char(&page, (char)byte);
    fclose(file);
    for (size_t i = VERB_NONE + 1; i < VERB_COUNT; i++) {
        const struct verb_rule *rule = &verb_rules[i];
        auto_text row = TEXT_EMPTY;
        assert_int_equal(rule->verb, i);
        text_append_format(&row, "| %s%s%s | %s | ", rule->word, needs[rule->needs] ? " " : "",
                           needs[rule->needs] ? needs[rule->needs] : "", writers[rule->from]);
        for (size_t j = 0, count = 0; j < COUNT_OF(places); j++)
            if (rule->places & places[j].place)
                text_append_format(&row, "%s%s%s", count++ ? "; " : "", places[j].name,
                                   rule->default_at & places[j].place ? " (whatever is written)" : "");
        text_append_format(&row, " | %s%s%s%s | %s%s%s |\n", rule->asks_first ? "asked first (`" : "",
                           rule->asks_first ? rule->asks_first : "", rule->asks_first ? "`): " : "", rule->about,
                           rule->answer ? "`" : "", rule->answer ? rule->answer : "-", rule->answer ? "`" : "");
        if (!strstr(text_string(&page), text_string(&row)))
            fail_msg("docs/architecture.md lacks: %s", text_string(&row));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_verbs), cmocka_unit_test(test_doubt),
                                       cmocka_unit_test(test_hostile_texts), cmocka_unit_test(test_documented)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    test_words_free();
    return failed;
}
