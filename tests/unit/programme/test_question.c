#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "programme/question.h"
#include "words.h"

static int meaning_of(const char *a, const char *b, const char *c, const char *language) {
    const char *const answers[] = {a, b, c};
    return question_find_answer(question_find("check-in"), answers, a ? b ? c ? 3 : 2 : 1 : 0, test_words_of(language));
}

/* Goal: digits and words give one meaning, in the person's language and in English. */
static void test_meanings(void **state) {
    (void)state;
    static const struct {
        const char *answer, *language;
        int expected;
    } cases[] = {
        {"1", "en", 1},
        {"2", NULL, 2},
        {"3", "fr", 3},
        {"4", "x", 4},
        {"0", "en", QUESTION_NO_ANSWER},
        {"6", "en", QUESTION_NO_ANSWER},
        {"I'd like to stop", "en", 5},
        {"quiero dejarlo", "es", 5},
        {"j’aimerais arrêter", "fr", 5},
        {"11", "en", QUESTION_NO_ANSWER},
        {"1a", "en", QUESTION_NO_ANSWER},
        {"yes", "en", 1},
        {"fine", "en-NZ", 1},
        {"slow", "en", 2},
        {"no", "en", 3},
        {"help", "en", 4},
        {"oui", "fr-CA", 1},
        {"aide", "fr", 4},
        {"oui", "en", QUESTION_NO_ANSWER},
        {"help", "fr", 4},
        {"sí", "es", 1},
        {"não", "pt-BR", 3},
        {"langsam", "de", 2},
        {"", "en", QUESTION_NO_ANSWER},
        {"yes no", "en", QUESTION_NO_ANSWER},
        {"ye", "en", QUESTION_NO_ANSWER},
        {"yes", "english", 1},
        {"stop", "en", QUESTION_NO_ANSWER},
        {"aiuto", "it", 4},
        {"nee", "nl", 3},
        {"peu", "frr", QUESTION_NO_ANSWER},
        {"na\xcc\x83o", "pt", 3}, /* the tilde apart */
        {"\xff\xfe", "pt", QUESTION_NO_ANSWER},
        {"si", "es", 1},
        {"probleme", "fr", 4},
        {"PROBLÈME", "fr", 4},
        {"todavia no", "es-MX", 3},
        {"à l’aide", "fr", 4},
        {"a l'aide", "fr", 4},
        {"ça va", "fr", 1},
        {"ca va", "fr", 1},
        {"ça va", "es", QUESTION_NO_ANSWER},
        {"ayúdame", "es", 4},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        if (meaning_of(cases[i].answer, NULL, NULL, cases[i].language) != cases[i].expected)
            fail_msg("\"%s\" means %d", cases[i].answer, (meaning_of(cases[i].answer, NULL, NULL, cases[i].language)));
}

/* Goal: a word of any length is harmless. */
static void test_long_words(void **state) {
    (void)state;
    char endless[4096];
    memset(endless, 'a', sizeof endless - 1);
    for (size_t length = sizeof endless - 1; length > 0; length--) {
        endless[length] = '\0';
        assert_int_equal(meaning_of(endless, NULL, NULL, "fr"), QUESTION_NO_ANSWER);
    }
}

/* Goal: several answers that agree are one; that differ, or mix with a number not offered, are never guessed; other
 * words are passed over. */
static void test_several(void **state) {
    (void)state;
    assert_int_equal(meaning_of(NULL, NULL, NULL, "en"), QUESTION_NO_ANSWER);
    assert_int_equal(meaning_of("1", "yes", "fine", "en"), 1);
    assert_int_equal(meaning_of("2", "thanks", NULL, "en"), 2);
    assert_int_equal(meaning_of("thanks", "bye", "2", "en"), 2);
    assert_int_equal(meaning_of("1", "2", NULL, "en"), QUESTION_AMBIGUOUS);
    assert_int_equal(meaning_of("1", "2", "1", "en"), QUESTION_AMBIGUOUS);
    assert_int_equal(meaning_of("yes", "no", NULL, "en"), QUESTION_AMBIGUOUS);
    assert_int_equal(meaning_of("2", "7", NULL, "en"), QUESTION_AMBIGUOUS);
    assert_int_equal(meaning_of("7", "9", NULL, "en"), QUESTION_NO_ANSWER);
}

/* Goal: whole mails as people write them, with greeting, thanks and accents or none; what contradicts itself is never
 * guessed; a sentence is no answer. */
static void test_whole_mails(void **state) {
    (void)state;
    static const struct {
        const char *text, *answer, *language;
        int expected;
    } cases[] = {
        {"Tout va bien, merci !", NULL, "fr", 1},
        {"Bonjour Kate,\n\ntout va bien !\n\nAnna", NULL, "fr", 1},
        {"Bonjour,\nToujours rien...", NULL, "fr-CA", 3},
        {"Oui, tout va bien. Merci beaucoup.", "oui", "fr", 1},
        {"Oui, mais lentement", "oui", "fr", QUESTION_AMBIGUOUS},
        {"J’ai besoin d’aide, s’il vous plaît", NULL, "fr", 4},
        {"Todo bien, ¡gracias!", NULL, "es", 1},
        {"¡Hola!\nAún no", NULL, "es", 3},
        {"Aun no, gracias", NULL, "es", 3},
        {"No, todo bien", "no", "es", QUESTION_AMBIGUOUS},
        {"Poco a poco", NULL, "es", 2},
        {"¿Todo bien?", NULL, "es", QUESTION_NO_ANSWER},
        {"Todo bien", NULL, "en", QUESTION_NO_ANSWER},
        {"All is well, thank you!", NULL, "es", 1},
        {"2\n\nTodo bien", "2", "es", 2},
        {"Hello Kate,\n2", "2", NULL, 2},
        {"Todo bien con mi colega pero quisiera cambiar", NULL, "es", QUESTION_NO_ANSWER},
        {"Well, well", NULL, "en", QUESTION_NO_ANSWER},
        {"Merci beaucoup !", NULL, "fr", QUESTION_NO_ANSWER},
        {"", NULL, "fr", QUESTION_NO_ANSWER},
        {"Bonjour\n", NULL, "fr", QUESTION_NO_ANSWER},
        {NULL, "1", NULL, 1},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        int meaning = question_read_answer(question_find("check-in"), cases[i].text, &cases[i].answer,
                                           cases[i].answer ? 1 : 0, test_words_of(cases[i].language));
        if (meaning != cases[i].expected)
            fail_msg("\"%s\" means %d", cases[i].text, meaning);
    }
}

/* Goal: whatever shows, confirms or reads an answer finds in its row what it needs. */
static void test_rows_are_whole(void **state) {
    (void)state;
    for (const struct question *question = question_table; question->name; question++) {
        assert_ptr_equal(question_find(question->name), question);
        assert_non_null(question->title);
        assert_in_range(question_answer_count(question), 2, QUESTION_ANSWERS_MAX);
        assert_null(question_answer(question, 0));
        assert_null(question_answer(question, question_answer_count(question) + 1));
        for (int i = 1; question->kept && i <= question_answer_count(question); i++)
            assert_true(question->answers[i].says && question->answers[i].flag);
        for (int i = 1; i <= question_answer_count(question); i++)
            assert_int_equal(question->answers[i].in_words != NULL, question->phrases != PHRASE_NO_WORDS);
    }
    assert_null(question_find("feeling"));
    assert_null(question_find(NULL));
}

/* Goal: a question without words is answered by its own digits alone. */
static void test_digits_alone(void **state) {
    (void)state;
    static const char *const answers[] = {"2", "yes", "4", "1"};
    const struct question *letter = question_put_by("letter-confirm");
    const struct words *words = test_words_of("en");
    assert_string_equal(letter->name, "letter");
    assert_int_equal(question_read_answer(letter, "2", answers, 1, words), 2);
    assert_int_equal(question_read_answer(letter, "yes", answers + 1, 1, words), QUESTION_NO_ANSWER);
    assert_int_equal(question_read_answer(letter, "4", answers + 2, 1, words), QUESTION_NO_ANSWER);
    assert_int_equal(question_read_answer(letter, "2 or 1", answers, 4, words), QUESTION_AMBIGUOUS);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows_are_whole), cmocka_unit_test(test_digits_alone),
                                       cmocka_unit_test(test_meanings),       cmocka_unit_test(test_long_words),
                                       cmocka_unit_test(test_several),        cmocka_unit_test(test_whole_mails)};
    int failed = cmocka_run_group_tests_name("answer", tests, NULL, NULL);
    test_words_free();
    return failed;
}
