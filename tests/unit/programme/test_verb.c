/* Goal: a word to the programme is found where it stands alone, in the writer's language or English, and nowhere else.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

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
        {"Dear Ben,\nSTOP", "en", VERB_NONE, false},
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
        {"denunciar", "fr", VERB_NONE, false},
        {"stopover", "en", VERB_NONE, false},
        {"\xff\xfeSTOP", "en", VERB_STOP, true},
        {"please", "en", VERB_NONE, false},
        {"", "en", VERB_NONE, false},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        bool alone = false;
        enum verb verb = verb_find(cases[i].text, test_words_of(cases[i].language), &alone);
        if (verb != cases[i].verb || (verb != VERB_NONE && alone != cases[i].alone))
            fail_msg("%s: %s%s", cases[i].text, verb_name(verb), alone ? ", alone" : "");
    }
}

static void test_hostile_texts(void **state) {
    /* Goal: texts of any length cost little and mean nothing more than their first lines do. */
    (void)state;
    auto_text polite = TEXT_EMPTY, blank = TEXT_EMPTY, wide = TEXT_EMPTY;
    bool alone = true;
    text_append(&polite, "stop\n");
    text_append(&wide, "stop ");
    for (int i = 0; i < 100000; i++) {
        text_append(&polite, "thanks\n");
        text_append(&blank, " \n");
        text_append(&wide, "\uFDFA stop ");
    }
    assert_int_equal(verb_find(text_string(&polite), test_words_of("fr"), &alone), VERB_STOP);
    assert_false(alone);
    assert_int_equal(verb_find(text_string(&blank), test_words_of("fr"), &alone), VERB_NONE);
    assert_int_equal(verb_find(text_string(&wide), test_words_of("fr"), &alone), VERB_NONE);
    text_truncate(&wide, 150);
    assert_int_equal(verb_find(text_string(&wide), test_words_of("fr"), &alone), VERB_NONE);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_verbs), cmocka_unit_test(test_hostile_texts)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    test_words_free();
    return failed;
}
