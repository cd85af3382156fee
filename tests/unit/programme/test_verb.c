/* Goal: a word to the programme is found where it stands alone, in the writer's language or English, and nowhere else.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "programme/verb.h"

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
        {"please", "en", VERB_NONE, false},
        {"", "en", VERB_NONE, false},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        bool alone = false;
        enum verb verb = verb_find(cases[i].text, cases[i].language, &alone);
        if (verb != cases[i].verb || (verb != VERB_NONE && alone != cases[i].alone))
            fail_msg("%s: %s%s", cases[i].text, verb_name(verb), alone ? ", alone" : "");
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_verbs)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
