/* Goal: a word to the programme is found where it stands alone, in the writer's language or English, and nowhere else.
 */
#include "test.h"

#include <stdio.h>

#include "base/memory.h"
#include "base/text.h"
#include "programme/verb.h"
#include "words.h"

enum { TODAY = 20820 }; /* 2 January 2027, a Saturday */

static struct arena *arena;

static struct verb_reading read_mail(const char *subject, const char *text, const char *name,
                                     const struct words *words) {
    return verb_read(subject, text, &(struct verb_context){words, name, TODAY, arena});
}

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
        struct verb_reading reading = read_mail("", cases[i].text, NULL, test_words_of(cases[i].language));
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
        struct verb_reading is = read_mail(cases[i].subject, cases[i].text, "Anna Berg", test_words_of("en"));
        if (is.verb != cases[i].verb || (is.verb && is.alone != cases[i].alone && is.verb != VERB_REPORT) ||
            is.plain != cases[i].plain || is.inside != cases[i].inside)
            fail_msg("%s | %s: %d alone %d plain %d inside %d", cases[i].subject, cases[i].text, (int)is.verb, is.alone,
                     is.plain, is.inside);
    }
}

/* Goal: what a verb needs is read behind it, in many languages and ways, and told in one. */
static void test_needs(void **state) {
    (void)state;
    static const struct {
        const char *language, *text;
        enum verb verb;
        const char *argument;
    } cases[] = {
        /* a day: today is Saturday, 2 January 2027 */
        {"en", "PAUSE until 1 September", VERB_PAUSE, "2027-09-01"},
        {"en", "pause until September 1st", VERB_PAUSE, "2027-09-01"},
        {"en", "Pause until 1st of September 2027, please", VERB_PAUSE, "2027-09-01"},
        {"en", "pause till the 1st of september", VERB_PAUSE, "2027-09-01"},
        {"en", "PAUSE: 2027-09-01", VERB_PAUSE, "2027-09-01"},
        {"en", "PAUSE 2027-09-01", VERB_PAUSE, "2027-09-01"},
        {"en", "Pause until 2027/09/01.", VERB_PAUSE, "2027-09-01"},
        {"en", "pause until 15/9", VERB_PAUSE, "2027-09-15"},
        {"en", "pause until 9/15/2027", VERB_PAUSE, "2027-09-15"},
        {"en", "pause until Sep 1, 2027 thanks!", VERB_PAUSE, "2027-09-01"},
        {"en", "Please pause my mail until 1 May", VERB_PAUSE, "2027-05-01"},
        {"en", "Hello,\n\nI need a break until May 1\n\nThank you\nAnna Berg", VERB_PAUSE, "2027-05-01"},
        {"en", "pause for 2 weeks", VERB_PAUSE, "2027-01-16"},
        {"en", "Pause for two weeks please", VERB_PAUSE, "2027-01-16"},
        {"en", "pause for a month", VERB_PAUSE, "2027-02-02"},
        {"en", "pause for the next 3 months", VERB_PAUSE, "2027-04-02"},
        {"en", "pause for 10 days", VERB_PAUSE, "2027-01-12"},
        {"en", "PAUSE for a fortnight", VERB_PAUSE, "2027-01-16"},
        {"en", "pause until monday", VERB_PAUSE, "2027-01-04"},
        {"en", "pause until next Friday", VERB_PAUSE, "2027-01-08"},
        {"en", "Pause until Monday, 1 March", VERB_PAUSE, "2027-03-01"},
        {"en", "pause until tomorrow", VERB_PAUSE, "2027-01-03"},
        {"de", "PAUSE bis 3. Mai", VERB_PAUSE, "2027-05-03"},
        {"de", "pause bis zum 3. Mai", VERB_PAUSE, "2027-05-03"},
        {"de", "Pause bis 3.5.", VERB_PAUSE, "2027-05-03"},
        {"de", "Pause bis 03.05.2027, danke", VERB_PAUSE, "2027-05-03"},
        {"de", "Bitte eine Pause bis Montag", VERB_PAUSE, "2027-01-04"},
        {"de", "Pause für zwei Wochen", VERB_PAUSE, "2027-01-16"},
        {"de", "Ich brauche eine Pause für 4 Wochen", VERB_PAUSE, "2027-01-30"},
        {"de", "Pause für einen Monat", VERB_PAUSE, "2027-02-02"},
        {"fr", "PAUSE jusqu’au 1er mai", VERB_PAUSE, "2027-05-01"},
        {"fr", "pause jusqu'au 1er mai", VERB_PAUSE, "2027-05-01"},
        {"fr", "Pause jusqu’au 14 juillet, merci", VERB_PAUSE, "2027-07-14"},
        {"fr", "Bonjour,\nJ’ai besoin d’une pause jusqu’au 15 août 2027 s’il vous plaît", VERB_PAUSE, "2027-08-15"},
        {"fr", "Pause pendant 2 semaines", VERB_PAUSE, "2027-01-16"},
        {"fr", "pause pour un mois", VERB_PAUSE, "2027-02-02"},
        {"fr", "Pause jusqu’à lundi", VERB_PAUSE, "2027-01-04"},
        {"fr", "pause jusqu’au 14/07/2027", VERB_PAUSE, "2027-07-14"},
        {"es", "PAUSA hasta el 1 de mayo", VERB_PAUSE, "2027-05-01"},
        {"es", "Pausa hasta el 1 de septiembre de 2027, gracias", VERB_PAUSE, "2027-09-01"},
        {"es", "Quiero una pausa hasta el lunes, por favor", VERB_PAUSE, "2027-01-04"},
        {"es", "Necesito una pausa por dos semanas", VERB_PAUSE, "2027-01-16"},
        {"es", "pausa durante un mes", VERB_PAUSE, "2027-02-02"},
        {"it", "pausa fino al 3 maggio", VERB_PAUSE, "2027-05-03"},
        {"it", "Pausa per due settimane, grazie", VERB_PAUSE, "2027-01-16"},
        {"nl", "pauze tot 3 mei", VERB_PAUSE, "2027-05-03"},
        {"nl", "Pauze voor twee weken", VERB_PAUSE, "2027-01-16"},
        {"pt", "pausa até 3 de maio", VERB_PAUSE, "2027-05-03"},
        {"pt-BR", "Preciso de uma pausa por duas semanas", VERB_PAUSE, "2027-01-16"},
        {"fr", "PAUSE until 1 May", VERB_PAUSE, "2027-05-01"},
        {"en", "PAUSE", VERB_PAUSE, NULL},
        /* a language */
        {"en", "LANGUAGE French", VERB_LANGUAGE, "fr"},
        {"en", "language: french", VERB_LANGUAGE, "fr"},
        {"en", "Language fr", VERB_LANGUAGE, "fr"},
        {"en", "LANGUAGE = FR", VERB_LANGUAGE, "fr"},
        {"en", "LANGUAGE pt-BR", VERB_LANGUAGE, "pt-BR"},
        {"en", "Please write to me in Spanish, thank you", VERB_LANGUAGE, "es"},
        {"en", "change my language to German", VERB_LANGUAGE, "de"},
        {"en", "language deutsch", VERB_LANGUAGE, "de"},
        {"en", "My language: español", VERB_LANGUAGE, "es"},
        {"fr", "langue : français", VERB_LANGUAGE, "fr"},
        {"fr", "LANGUE anglais", VERB_LANGUAGE, "en"},
        {"fr", "Écrivez-moi en espagnol, s’il vous plaît", VERB_LANGUAGE, "es"},
        {"fr", "Changer la langue : English", VERB_LANGUAGE, "en"},
        {"es", "Idioma: inglés", VERB_LANGUAGE, "en"},
        {"es", "IDIOMA francés", VERB_LANGUAGE, "fr"},
        {"es", "Escríbanme en francés, por favor", VERB_LANGUAGE, "fr"},
        {"de", "Sprache: Englisch", VERB_LANGUAGE, "en"},
        {"de", "Sprache ändern auf Französisch", VERB_LANGUAGE, "fr"},
        {"it", "Lingua: inglese", VERB_LANGUAGE, "en"},
        {"nl", "Taal: Engels", VERB_LANGUAGE, "en"},
        {"pt", "Idioma: inglês", VERB_LANGUAGE, "en"},
        {"en", "LANGUAGE Blorbish", VERB_LANGUAGE, NULL},
        {"en", "Language: all of them", VERB_LANGUAGE, NULL},
        {"en", "LANGUAGE", VERB_LANGUAGE, NULL},
        {"en", "language", VERB_LANGUAGE, NULL},
        /* an address */
        {"en", "ADDRESS new@example.org", VERB_ADDRESS, "new@example.org"},
        {"en", "address: new@example.org.", VERB_ADDRESS, "new@example.org"},
        {"en", "ADDRESS <New.Anna@Example.org>", VERB_ADDRESS, "New.Anna@Example.org"},
        {"en", "ADDRESS new@example.org <mailto:new@example.org>", VERB_ADDRESS, "new@example.org"},
        {"en", "My new address is new@example.org, thanks", VERB_ADDRESS, "new@example.org"},
        {"en", "Please write to me at new@example.org", VERB_ADDRESS, "new@example.org"},
        {"en", "change my email to new@example.org please", VERB_ADDRESS, "new@example.org"},
        {"fr", "ADRESSE nouvelle@example.org", VERB_ADDRESS, "nouvelle@example.org"},
        {"fr", "Ma nouvelle adresse est nouvelle@example.org, merci", VERB_ADDRESS, "nouvelle@example.org"},
        {"es", "DIRECCIÓN nueva@example.org", VERB_ADDRESS, "nueva@example.org"},
        {"es", "Mi nuevo correo es nueva@example.org", VERB_ADDRESS, "nueva@example.org"},
        {"de", "Neue Adresse: neu@example.org", VERB_ADDRESS, "neu@example.org"},
        {"de", "Meine neue E-Mail-Adresse lautet neu@example.org", VERB_ADDRESS, "neu@example.org"},
        {"it", "Nuovo indirizzo: nuovo@example.org", VERB_ADDRESS, "nuovo@example.org"},
        {"nl", "Mijn nieuwe e-mailadres is nieuw@example.org", VERB_ADDRESS, "nieuw@example.org"},
        {"pt", "O meu novo email é novo@example.org", VERB_ADDRESS, "novo@example.org"},
        {"en", "ADDRESS", VERB_ADDRESS, NULL},
        {"en", "ADDRESS new@example", VERB_ADDRESS, NULL},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct verb_reading is = read_mail("", cases[i].text, "Anna Berg", test_words_of(cases[i].language));
        struct verb_reading subject = read_mail(cases[i].text, "", "Anna Berg", test_words_of(cases[i].language));
        if (is.verb != cases[i].verb || !string_equal(is.argument, cases[i].argument) || !is.alone)
            fail_msg("%s: %d %s%s", cases[i].text, (int)is.verb, is.argument ? is.argument : "-",
                     is.alone ? "" : ", not alone");
        if (!strchr(cases[i].text, '\n') && (subject.verb != is.verb || !string_equal(subject.argument, is.argument)))
            fail_msg("as a subject, %s: %d", cases[i].text, (int)subject.verb);
    }
}

/* Goal: every phrase of every language means its verb to its people, in capitals, with politeness and a name, too. */
static void test_all_phrases(void **state) {
    (void)state;
    static const char *const languages[] = {"en", "fr", "es", "de", "it", "nl", "pt"};
    static const struct {
        const char *before, *behind;
    } frames[] = {{"", ""}, {"", "!"}, {"Hello,\n\n", ".\n\nThank you\nAnna Berg"}, {"*", "*"}};
    size_t tried = 0;
    for (size_t i = 0; i < COUNT_OF(languages); i++) {
        const struct words *words = test_words_of(languages[i]);
        const struct phrase_list *list = &words->own[0]->lists[PHRASE_VERB];
        for (size_t j = 0; j < list->count; j++)
            for (size_t k = 0; k < COUNT_OF(frames); k++, tried++) {
                const char *text =
                    arena_format(arena, "%s%s%s", frames[k].before, list->items[j].folded, frames[k].behind);
                struct verb_reading is = read_mail("", text, "Anna Berg", words);
                if ((int)is.verb != list->items[j].meaning || (is.verb != VERB_REPORT && !is.alone))
                    fail_msg("%s, %s: %d%s", languages[i], text, (int)is.verb, is.alone ? "" : ", not alone");
            }
    }
    assert_true(tried > 3000);
}

/* Goal: letters and questions that hold such words mean nothing to us. */
static void test_letters_are_none(void **state) {
    (void)state;
    static const struct {
        const char *language, *text;
    } cases[] = {
        {"en", "Pause until the rain stops, we said, and then the bus came."},
        {"en", "Language is a funny thing, don't you think?"},
        {"en", "Language: which ones do you speak at home, and why?"},
        {"en", "Write to me in spring, when the library opens."},
        {"en", "Address me as you like."},
        {"en", "My new address is 12 Harbour Street."},
        {"en", "ADDRESS: a@example.org b@example.org"}, /* which? */
        {"en", "Topics we could talk about: books, ships."},
        {"en", "Topic of my letter today is the harbour."},
        {"en", "Status update from the library: the roof is done."},
        {"en", "Undo the knot and you will see."},
        {"en", "pause until 1 May?"},
        {"en", "Shall we pause until 1 May?"},
        {"en", "We paused until 1 May last year."},
        {"fr", "Langue de bois, dit-on chez nous."},
        {"fr", "Le thème de notre fête était la mer."},
        {"fr", "Annuler un voyage, c’est triste."},
        {"fr", "Adresse-toi à la mairie."},
        {"es", "El tema de la fiesta era el mar."},
        {"es", "Dirección norte, siempre dirección norte."},
        {"es", "Situación difícil la del puente."},
        {"de", "Das Thema des Abends war das Meer."},
        {"de", "Adresse und Telefon stehen unten."},
        {"de", "Rückgängig machen kann man das nicht mehr."},
        {"en", "Language\n\nIn our village everybody speaks two of them."},
        {"en", "Address\n\nTwelve Harbour Street is where I grew up."},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct verb_reading is = read_mail("Hello", cases[i].text, "Anna Berg", test_words_of(cases[i].language));
        if (is.verb != VERB_NONE)
            fail_msg("%s: %d", cases[i].text, (int)is.verb);
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
    struct verb_reading reading = read_mail("", text_string(&polite), NULL, test_words_of("fr"));
    assert_int_equal(reading.verb, VERB_STOP);
    assert_false(reading.alone);
    assert_int_equal(read_mail("", text_string(&blank), NULL, test_words_of("fr")).verb, VERB_NONE);
    assert_int_equal(read_mail(text_string(&wide), text_string(&wide), NULL, test_words_of("fr")).verb, VERB_NONE);
    text_truncate(&wide, 150);
    assert_int_equal(read_mail("", text_string(&wide), NULL, test_words_of("fr")).verb, VERB_NONE);
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
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_verbs),
                                       cmocka_unit_test(test_doubt),
                                       cmocka_unit_test(test_needs),
                                       cmocka_unit_test(test_all_phrases),
                                       cmocka_unit_test(test_letters_are_none),
                                       cmocka_unit_test(test_hostile_texts),
                                       cmocka_unit_test(test_documented)};
    arena = arena_new();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(arena);
    test_words_free();
    return failed;
}
