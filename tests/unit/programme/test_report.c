/* Goal: whatever begins as a report of misconduct never reaches the partner of its writer, in any language that there
 * are words for; and what friends write of reports, help and stopping freezes nothing. From the mail's bytes on. */
#include "decide_fixture.h"

#include "mail/description.h"

enum outcome { FROZEN, ASKED, PASSED };

/* How a mail is made of what somebody wrote. */
enum shape { PLAIN, SUBJECT, ABOVE_QUOTE, BELOW_SUBJECT, HTML };

struct example {
    enum outcome outcome;
    const char *language;
    enum shape form;
    const char *text;
};

static const char *make_mail(const struct example *example, struct arena *arena) {
    const char *subject = example->form == SUBJECT ? example->text : "Re: Meet Ben Carter";
    const char *head =
        arena_format(arena,
                     "From: Anna <anna@example.net>\r\nTo: iln@example.org\r\nMessage-ID: <1@example.net>\r\n"
                     "MIME-Version: 1.0\r\nContent-Transfer-Encoding: 8bit\r\nSubject: %s\r\n"
                     "Content-Type: text/%s; charset=utf-8\r\n\r\n",
                     subject, example->form == HTML ? "html" : "plain");
    static const char quote[] =
        "On Monday, 1 March 2027 at 10:00, ILN <iln@example.org> wrote:\n"
        "> Dear Anna,\n> \n> Here is your partner.\n> To report something, begin with REPORT.\n";
    switch (example->form) {
    case PLAIN:
        return arena_format(arena, "%s%s\n", head, example->text);
    case SUBJECT:
        return arena_format(arena, "%sHe asked me for money, twice.\n", head);
    case ABOVE_QUOTE:
        return arena_format(arena, "%s%s\n\n%s", head, example->text, quote);
    case BELOW_SUBJECT:
        return arena_format(arena, "%s%s\n\n-- \nAnna Berg\nLibrary of Lund\n", head, example->text);
    case HTML:
        return arena_format(
            arena,
            "%s<html><body><div dir=\"ltr\"><b>%s</b></div><br><div class=\"gmail_quote\">On Monday ILN wrote:"
            "<blockquote class=\"gmail_quote\">Dear Anna, here is your partner.</blockquote></div></body></html>\n",
            head, example->text);
    }
    return "";
}

static void read_mail(const struct example *example, struct fixture *ret) {
    struct description_settings settings = {.address = "iln@example.org", .separator = '+'};
    const char *bytes = make_mail(example, ret->arena);
    description_make(bytes, strlen(bytes), &settings, ret->arena, &ret->description);
    assert_int_equal(ret->description.kind, MAIL_HUMAN);
    ret->facts.sender.language = example->language;
    ret->facts.sender.name = "Anna Berg";
    ret->facts.words = test_words_of(example->language);
}

static const char *outcome_name(const struct fixture *fixture) {
    return find(fixture, EFFECT_FREEZE)  ? "frozen"
           : find(fixture, EFFECT_HOLD)  ? "asked"
           : find(fixture, EFFECT_RELAY) ? "passed on"
                                         : "nothing";
}

static size_t wrong; /* told all at once */

/* Anna writes it to her partnership address. */
static void try_as_letter(const struct example *example) {
    struct fixture *fixture = fixture_new();
    void *state = fixture;
    struct facts *facts = &fixture->facts;
    facts->identified_by = IDENTIFIED_BY_TAG;
    facts->tag = (struct tag){.purpose = 'p', .secret = "s", .participant = ANNA, .partnership = PARTNERSHIP};
    facts->tag_is_senders = facts->letter.relays = true;
    facts->letter.partnership = (struct partnership){.id = PARTNERSHIP, .state = PARTNERSHIP_ACTIVE};
    facts->letter.missing_count = 1;
    facts->letter.missing[0] = BEN;
    read_mail(example, fixture);
    run(fixture);
    bool told = find(fixture, EFFECT_NOTICE) != NULL;
    bool right = example->outcome == FROZEN  ? find(fixture, EFFECT_FREEZE) && find(fixture, EFFECT_ALERT) && told
                 : example->outcome == ASKED ? find(fixture, EFFECT_HOLD) && told && !find(fixture, EFFECT_FREEZE)
                                             : find(fixture, EFFECT_RELAY) && !told;
    if (!right || (example->outcome != PASSED && find(fixture, EFFECT_RELAY)))
        wrong++, print_error("[%s] %s: %s, %s\n", example->language, example->text, outcome_name(fixture),
                             fixture->decision.reason);
    tear_down(&state);
}

/* Anna writes it to the programme. */
static void try_as_message(const struct example *example) {
    struct fixture *fixture = fixture_new();
    void *state = fixture;
    fixture->facts.only_partnership = PARTNERSHIP;
    read_mail(example, fixture);
    run(fixture);
    const struct effect *alert = find(fixture, EFFECT_ALERT);
    if (!alert || alert->case_kind != CASE_REPORT || !find(fixture, EFFECT_NOTICE) || !fixture->decision.waits ||
        (find(fixture, EFFECT_FREEZE) != NULL) != (example->outcome == FROZEN))
        wrong++,
            print_error("[%s] %s, to the programme: %s\n", example->language, example->text, fixture->decision.reason);
    tear_down(&state);
}

static const struct example reports[] = {
    /* English */
    {FROZEN, "en", PLAIN, "REPORT"},
    {FROZEN, "en", PLAIN, "report"},
    {FROZEN, "en", PLAIN, "Report!"},
    {FROZEN, "en", PLAIN, "Report."},
    {FROZEN, "en", PLAIN, "\"Report\""},
    {FROZEN, "en", PLAIN, "*REPORT*"},
    {FROZEN, "en", PLAIN, "Report, please"},
    {FROZEN, "en", PLAIN, "REPORT this partner asked me for money"},
    {FROZEN, "en", PLAIN, "Report: he asked me for money."},
    {FROZEN, "en", PLAIN, "report - he asked me for money"},
    {FROZEN, "en", PLAIN, "Report \xe2\x80\x93 he asked me for money"},
    {FROZEN, "en", PLAIN, "REPORT\n\nHe frightens me."},
    {FROZEN, "en", PLAIN, "Report.  He asked me for money."},
    {FROZEN, "en", PLAIN, "I want to report my partner."},
    {FROZEN, "en", PLAIN, "I would like to report something that happened"},
    {FROZEN, "en", PLAIN, "I'd like to report him"},
    {FROZEN, "en", PLAIN, "Please report this to the coordinators"},
    {FROZEN, "en", PLAIN, "Report abuse"},
    {FROZEN, "en", PLAIN, "Hi Kate, report: he asked me for money."},
    {FROZEN, "en", PLAIN, "Hi Kate,\n\nREPORT he asked me for money."},
    {FROZEN, "en", PLAIN, "Dear coordinators,\n\nI need to report somebody. He wants my bank details, is that usual?"},
    {FROZEN, "en", PLAIN, "Hello! I want to report my partner"},
    {FROZEN, "en", PLAIN, "Hi Kate I want to report my partner"},
    {FROZEN, "en", PLAIN, "RE\xc2\xadPORT he asked me for money"},
    {FROZEN, "en", PLAIN, "Report:he asked me for money"},
    {FROZEN, "en", PLAIN, "> \n\nReport: he asked me for money"},
    {FROZEN, "en", SUBJECT, "REPORT"},
    {FROZEN, "en", SUBJECT, "Report!"},
    {FROZEN, "en", SUBJECT, "Report: my partner"},
    {FROZEN, "en", SUBJECT, "I want to report my partner"},
    {FROZEN, "en", ABOVE_QUOTE, "REPORT"},
    {FROZEN, "en", ABOVE_QUOTE, "Report: he asked me for money."},
    {FROZEN, "en", ABOVE_QUOTE, "REPORT this partner asked me for money"},
    {FROZEN, "en", BELOW_SUBJECT, "report"},
    {FROZEN, "en", HTML, "REPORT"},
    {FROZEN, "en", HTML, "Report: he asked me for money."},
    {FROZEN, "en", HTML, "I want to report my partner"},
    {ASKED, "en", PLAIN, "Report?"},
    {ASKED, "en", PLAIN, "How do I report my partner?"},
    {ASKED, "en", PLAIN, "Report he asked me for money"},
    {FROZEN, "en", PLAIN, "Reporting my partner's behaviour"},
    {ASKED, "en", PLAIN, "Reporting what he wrote to me"},
    {ASKED, "en", SUBJECT, "Report on my partner"},
    /* French */
    {FROZEN, "fr", PLAIN, "SIGNALER"},
    {FROZEN, "fr", PLAIN, "Signaler"},
    {FROZEN, "fr", PLAIN,
     "Signalement : il m\xe2\x80\x99"
     "a demand\xc3\xa9 de l\xe2\x80\x99"
     "argent."},
    {FROZEN, "fr", PLAIN, "Je veux signaler mon correspondant."},
    {FROZEN, "fr", PLAIN, "Bonjour,\n\nje voudrais signaler quelque chose."},
    {FROZEN, "fr", PLAIN, "Bonjour Kate, je souhaite signaler un abus"},
    {FROZEN, "fr", SUBJECT, "Signalement"},
    {FROZEN, "fr", ABOVE_QUOTE, "Je tiens \xc3\xa0 signaler ce qui suit."},
    {FROZEN, "fr", HTML,
     "SIGNALER il m\xe2\x80\x99\xc3\xa9"
     "crit des horreurs"},
    {FROZEN, "fr", PLAIN, "REPORT il me demande de l'argent"},
    {ASKED, "fr", PLAIN, "Signaler il me demande de l'argent"},
    /* Spanish */
    {FROZEN, "es", PLAIN, "DENUNCIAR"},
    {FROZEN, "es", PLAIN, "Denuncia: me pidi\xc3\xb3 dinero."},
    {FROZEN, "es", PLAIN, "Quiero denunciar a mi colega."},
    {FROZEN, "es", PLAIN, "Hola, Kate: quisiera denunciar algo."},
    {FROZEN, "es", PLAIN,
     "Buenos d\xc3\xad"
     "as:\n\nreportar \xe2\x80\x94 me pide dinero"},
    {FROZEN, "es", SUBJECT, "Denuncia"},
    {FROZEN, "es", ABOVE_QUOTE,
     "Me gustar\xc3\xad"
     "a reportar a alguien"},
    {FROZEN, "es", HTML,
     "\xc2\xa1"
     "DENUNCIO! Me pide dinero."},
    {ASKED, "es", PLAIN, "Reporte de lo que pas\xc3\xb3 con mi colega"},
    /* German, Italian, Dutch, Portuguese, and in one that isn't the writer's */
    {FROZEN, "de", PLAIN, "MELDEN"},
    {FROZEN, "de", PLAIN, "Meldung: Er hat mich um Geld gebeten."},
    {FROZEN, "de", PLAIN,
     "Hallo Kate, ich m\xc3\xb6"
     "chte meinen Partner melden."},
    {FROZEN, "de", SUBJECT,
     "Ich m\xc3\xb6"
     "chte etwas melden"},
    {ASKED, "de", PLAIN, "Melden will ich ihn"},
    {FROZEN, "it", PLAIN, "Segnalazione: mi ha chiesto soldi."},
    {FROZEN, "it", PLAIN, "Buongiorno, vorrei segnalare un abuso"},
    {FROZEN, "it", HTML, "SEGNALARE"},
    {FROZEN, "nl", PLAIN, "Melding: hij vroeg mij om geld."},
    {FROZEN, "nl", PLAIN, "Dag Kate,\n\nIk wil mijn partner melden."},
    {FROZEN, "nl", ABOVE_QUOTE, "Melden"},
    {FROZEN, "pt", PLAIN, "Den\xc3\xbancia: pediu-me dinheiro."},
    {FROZEN, "pt", PLAIN, "Ol\xc3\xa1 Kate, quero denunciar o meu colega"},
    {FROZEN, "pt", SUBJECT, "DENUNCIAR"},
    {FROZEN, "sv", PLAIN, "Quiero denunciar a mi colega"},
    {FROZEN, "en", PLAIN, "Je veux signaler mon correspondant"},
    {FROZEN, "fr", PLAIN, "ich will jemanden melden"},
    {FROZEN, "pl", PLAIN,
     "REPORT On chce pieni\xc4\x99"
     "dzy"},
};

static const struct example letters[] = {
    {ASKED, "en", PLAIN, "Reports say it will snow."},
    {ASKED, "en", PLAIN, "Report from Lisbon: the sun is out, and so am I."},
    {ASKED, "en", PLAIN, "Dear Ben, reports of snow have reached us."},
    {ASKED, "en", PLAIN, "Reporting from the beach!"},
    {ASKED, "en", PLAIN, "I'm reporting from Lisbon this week."},
    {ASKED, "en", SUBJECT, "Report from Lisbon"},
    {ASKED, "fr", PLAIN, "Signalement inattendu : le merle est revenu."},
    {ASKED, "es", PLAIN, "Reporte de Lima: llueve."},
    {ASKED, "en", PLAIN, "Stop!\n\nBefore I forget: happy birthday."},
    {ASKED, "en", PLAIN, "Help!\n\nWhat do you give to a boy of ten?"},
    {ASKED, "en", PLAIN, "Dear Ben,\n\nHELP!\n\nThe cat is in the catalogue again."},
    {PASSED, "en", PLAIN, "I finished my report."},
    {PASSED, "en", PLAIN, "Dear Ben, I finished my report at last. How was your week?"},
    {PASSED, "en", PLAIN, "The report is due on Friday, and I have not begun."},
    {PASSED, "en", PLAIN, "Thank you for your report from the fair!"},
    {PASSED, "en", PLAIN, "Our yearly report has forty pages."},
    {PASSED, "en", PLAIN, "We report to a board of nine."},
    {PASSED, "en", PLAIN, "Nothing to report here."},
    {PASSED, "en", PLAIN, "Dear Ben,\n\nnothing new to report, but it snowed."},
    {PASSED, "en", PLAIN, "The weather report promised sun."},
    {PASSED, "en", PLAIN, "School reports came today. She is happy."},
    {PASSED, "en", PLAIN, "A reporter came to the library today."},
    {PASSED, "en", PLAIN, "Reportedly it was the cat."},
    {PASSED, "en", PLAIN, "Stop by when you are in town."},
    {PASSED, "en", PLAIN, "Stop by when you are in town, and help yourself to the cake."},
    {PASSED, "en", PLAIN, "Help yourself!"},
    {PASSED, "en", PLAIN, "Help is on its way, as they say."},
    {PASSED, "en", PLAIN, "Helpful people live here."},
    {PASSED, "en", PLAIN, "Help me choose: the blue or the green one?"},
    {PASSED, "en", PLAIN, "Can you help me with a word in your language?"},
    {PASSED, "en", PLAIN, "I could not stop laughing."},
    {PASSED, "en", PLAIN, "The bus stop is in front of our door."},
    {PASSED, "en", PLAIN, "Please don't stop writing to me!"},
    {PASSED, "en", PLAIN, "It will not stop raining. We have stopped counting."},
    {PASSED, "en", PLAIN, "Stopping at every book takes time."},
    {PASSED, "en", PLAIN, "Start with the soup, they told me."},
    {PASSED, "en", PLAIN, "Starting on Monday we open at nine."},
    {PASSED, "en", PLAIN, "Let me start with your question."},
    {PASSED, "en", PLAIN, "Pause for a moment and look out of the window. What do you see?"},
    {PASSED, "en", PLAIN, "After a pause of two weeks, here I am."},
    {PASSED, "en", PLAIN, "My sister wants to unsubscribe from everything."},
    {PASSED, "en", PLAIN, "I have to write a report about harassment at schools for my course."},
    {PASSED, "en", ABOVE_QUOTE, "Thank you for your letter. I finished my report."},
    {PASSED, "en", HTML, "I finished my report. Stop by when you are in town!"},
    {PASSED, "fr", PLAIN,
     "Je n\xe2\x80\x99"
     "ai rien \xc3\xa0 signaler cette semaine."},
    {PASSED, "fr", PLAIN, "Cher Ben, rien \xc3\xa0 signaler ici, sinon la neige."},
    {PASSED, "fr", PLAIN, "Le rapport est enfin fini."},
    {PASSED, "fr", PLAIN, "Pour arr\xc3\xaater un train, il faut du courage."},
    {PASSED, "fr", PLAIN,
     "Aide-toi, le ciel t\xe2\x80\x99"
     "aidera."},
    {PASSED, "fr", PLAIN, "Une pause au soleil, voil\xc3\xa0 ce qu\xe2\x80\x99il me faut."},
    {PASSED, "fr", PLAIN, "Reprenons o\xc3\xb9 nous en \xc3\xa9tions."},
    {PASSED, "es", PLAIN, "No tengo nada que denunciar, solo que llueve."},
    {PASSED, "es", PLAIN, "El informe est\xc3\xa1 terminado."},
    {PASSED, "es", PLAIN, "Para ti, con cari\xc3\xb1o."},
    {PASSED, "es", PLAIN, "Baja un poco la temperatura por fin."},
    {PASSED, "es", PLAIN, "Ayuda mucho leer por la noche."},
    {PASSED, "es", PLAIN, "La parada del autob\xc3\xbas est\xc3\xa1 delante."},
    {PASSED, "de", PLAIN, "Ich melde mich aus Lissabon."},
    {PASSED, "de", PLAIN,
     "Ich m\xc3\xb6"
     "chte mich endlich melden."},
    {PASSED, "de", PLAIN, "Es gibt nichts zu melden."},
    {PASSED, "de", PLAIN, "Hilfe habe ich gefunden: meine Nachbarin."},
    {PASSED, "it", PLAIN, "Basta poco per essere felici."},
    {PASSED, "it", PLAIN, "Non ho niente da segnalare."},
    {PASSED, "nl", PLAIN, "Er is niets te melden."},
    {PASSED, "nl", PLAIN, "Hulp komt altijd van de buren."},
    {PASSED, "pt", PLAIN, "Nada a relatar por aqui."},
    {PASSED, "pt", PLAIN, "Sair \xc3\xa0 noite faz bem."},
};

static void test_reports(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT_OF(reports); i++) {
        try_as_letter(&reports[i]);
        try_as_message(&reports[i]);
    }
    assert_int_equal(wrong, 0);
}

static void test_letters(void **state) {
    (void)state;
    wrong = 0;
    for (size_t i = 0; i < COUNT_OF(letters); i++)
        try_as_letter(&letters[i]);
    assert_int_equal(wrong, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_reports), cmocka_unit_test(test_letters)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    test_words_free();
    return failed;
}
