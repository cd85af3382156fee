#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "programme/answer.h"
#include "words.h"

static enum answer_meaning meaning_of(const char *a, const char *b, const char *c, const char *language) {
    const char *const answers[] = {a, b, c};
    return answer_find(answers, a ? b ? c ? 3 : 2 : 1 : 0, test_words_of(language));
}

/* Goal: digits and words give one meaning, in the person's language and in English. */
static void test_meanings(void **state) {
    (void)state;
    static const struct {
        const char *answer, *language;
        enum answer_meaning expected;
    } cases[] = {
        {"1", "en", ANSWER_WELL},
        {"2", NULL, ANSWER_SLOW},
        {"3", "fr", ANSWER_NO_CONTACT},
        {"4", "x", ANSWER_HELP},
        {"0", "en", ANSWER_NONE},
        {"5", "en", ANSWER_NONE},
        {"11", "en", ANSWER_NONE},
        {"1a", "en", ANSWER_NONE},
        {"yes", "en", ANSWER_WELL},
        {"fine", "en-NZ", ANSWER_WELL},
        {"slow", "en", ANSWER_SLOW},
        {"no", "en", ANSWER_NO_CONTACT},
        {"help", "en", ANSWER_HELP},
        {"oui", "fr-CA", ANSWER_WELL},
        {"aide", "fr", ANSWER_HELP},
        {"oui", "en", ANSWER_NONE},
        {"help", "fr", ANSWER_HELP},
        {"sí", "es", ANSWER_WELL},
        {"não", "pt-BR", ANSWER_NO_CONTACT},
        {"langsam", "de", ANSWER_SLOW},
        {"", "en", ANSWER_NONE},
        {"yes no", "en", ANSWER_NONE},
        {"ye", "en", ANSWER_NONE},
        {"yes", "english", ANSWER_WELL},
        {"stop", "en", ANSWER_NONE},
        {"aiuto", "it", ANSWER_HELP},
        {"nee", "nl", ANSWER_NO_CONTACT},
        {"peu", "frr", ANSWER_NONE},
        {"na\xcc\x83o", "pt", ANSWER_NO_CONTACT}, /* the tilde apart */
        {"\xff\xfe", "pt", ANSWER_NONE},
        {"si", "es", ANSWER_WELL},
        {"probleme", "fr", ANSWER_HELP},
        {"PROBLÈME", "fr", ANSWER_HELP},
        {"todavia no", "es-MX", ANSWER_NO_CONTACT},
        {"à l’aide", "fr", ANSWER_HELP},
        {"a l'aide", "fr", ANSWER_HELP},
        {"ça va", "fr", ANSWER_WELL},
        {"ca va", "fr", ANSWER_WELL},
        {"ça va", "es", ANSWER_NONE},
        {"ayúdame", "es", ANSWER_HELP},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        if (meaning_of(cases[i].answer, NULL, NULL, cases[i].language) != cases[i].expected)
            fail_msg("\"%s\" means %s", cases[i].answer,
                     answer_name(meaning_of(cases[i].answer, NULL, NULL, cases[i].language)));
}

/* Goal: a word of any length is harmless. */
static void test_long_words(void **state) {
    (void)state;
    char endless[4096];
    memset(endless, 'a', sizeof endless - 1);
    for (size_t length = sizeof endless - 1; length > 0; length--) {
        endless[length] = '\0';
        assert_int_equal(meaning_of(endless, NULL, NULL, "fr"), ANSWER_NONE);
    }
}

/* Goal: several answers that agree are one; that differ, or mix with a number not offered, are never guessed; other
 * words are passed over. */
static void test_several(void **state) {
    (void)state;
    assert_int_equal(meaning_of(NULL, NULL, NULL, "en"), ANSWER_NONE);
    assert_int_equal(meaning_of("1", "yes", "fine", "en"), ANSWER_WELL);
    assert_int_equal(meaning_of("2", "thanks", NULL, "en"), ANSWER_SLOW);
    assert_int_equal(meaning_of("thanks", "bye", "2", "en"), ANSWER_SLOW);
    assert_int_equal(meaning_of("1", "2", NULL, "en"), ANSWER_AMBIGUOUS);
    assert_int_equal(meaning_of("1", "2", "1", "en"), ANSWER_AMBIGUOUS);
    assert_int_equal(meaning_of("yes", "no", NULL, "en"), ANSWER_AMBIGUOUS);
    assert_int_equal(meaning_of("2", "7", NULL, "en"), ANSWER_AMBIGUOUS);
    assert_int_equal(meaning_of("7", "9", NULL, "en"), ANSWER_NONE);
}

/* Goal: whole mails as people write them, with greeting, thanks and accents or none; what contradicts itself is never
 * guessed; a sentence is no answer. */
static void test_whole_mails(void **state) {
    (void)state;
    static const struct {
        const char *text, *answer, *language;
        enum answer_meaning expected;
    } cases[] = {
        {"Tout va bien, merci !", NULL, "fr", ANSWER_WELL},
        {"Bonjour Kate,\n\ntout va bien !\n\nAnna", NULL, "fr", ANSWER_WELL},
        {"Bonjour,\nToujours rien...", NULL, "fr-CA", ANSWER_NO_CONTACT},
        {"Oui, tout va bien. Merci beaucoup.", "oui", "fr", ANSWER_WELL},
        {"Oui, mais lentement", "oui", "fr", ANSWER_AMBIGUOUS},
        {"J’ai besoin d’aide, s’il vous plaît", NULL, "fr", ANSWER_HELP},
        {"Todo bien, ¡gracias!", NULL, "es", ANSWER_WELL},
        {"¡Hola!\nAún no", NULL, "es", ANSWER_NO_CONTACT},
        {"Aun no, gracias", NULL, "es", ANSWER_NO_CONTACT},
        {"No, todo bien", "no", "es", ANSWER_AMBIGUOUS},
        {"Poco a poco", NULL, "es", ANSWER_SLOW},
        {"¿Todo bien?", NULL, "es", ANSWER_NONE},
        {"Todo bien", NULL, "en", ANSWER_NONE},
        {"All is well, thank you!", NULL, "es", ANSWER_WELL},
        {"2\n\nTodo bien", "2", "es", ANSWER_SLOW},
        {"Hello Kate,\n2", "2", NULL, ANSWER_SLOW},
        {"Todo bien con mi colega pero quisiera cambiar", NULL, "es", ANSWER_NONE},
        {"Well, well", NULL, "en", ANSWER_NONE},
        {"Merci beaucoup !", NULL, "fr", ANSWER_NONE},
        {"", NULL, "fr", ANSWER_NONE},
        {"Bonjour\n", NULL, "fr", ANSWER_NONE},
        {NULL, "1", NULL, ANSWER_WELL},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        enum answer_meaning meaning =
            answer_read(cases[i].text, &cases[i].answer, cases[i].answer ? 1 : 0, test_words_of(cases[i].language));
        if (meaning != cases[i].expected)
            fail_msg("\"%s\" means %s", cases[i].text, answer_name(meaning));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_meanings), cmocka_unit_test(test_long_words),
                                       cmocka_unit_test(test_several), cmocka_unit_test(test_whole_mails)};
    int failed = cmocka_run_group_tests_name("answer", tests, NULL, NULL);
    test_words_free();
    return failed;
}
