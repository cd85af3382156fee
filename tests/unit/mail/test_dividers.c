/* Lines of dashes, stars and the like: what people put between their words, and what stands above a signature. Every
 * body below goes out with every closing, with and without a quoted mail at its end. */
#include "reply_fixture.h"

/* What people write. Every word of it must be left, whatever follows. */
static const char *const bodies[] = {
    /* answers below a divider */
    "Dear team,\n\n-----\n\nYES",
    "Dear team,\n-----\nYES",
    "Here are my answers:\n----------\nQuestion 1: yes\nQuestion 2: no",
    "Hallo zusammen,\n\n=====\n\nNein danke",
    "Bonjour,\n\n*****\n\nOui",
    "Hola:\n\n_____\n\nSí, todo bien",
    "Olá,\n\n~~~~~\n\nTudo certo",
    "Ciao,\n\n#####\n\nBene",
    "Hallo allemaal,\n\n----------\n\nNee, bedankt",
    "Здравствуйте,\n\n-----\n\nДа",
    "Hello!\n\n---\n2",
    "Thanks for asking.\n\n***\n\nAnna Weber\nBen Costa\nClara Diaz",
    "Moved.\n\n--\nNew street\nNew town",
    "I live in\n\n--\nNew York",
    "On Friday we go to the\n--\nKarl May Museum\nRadebeul\n+49 351 1234567",
    "Where I work now\n\n-----\nClinic of Doctor Weber\nwww.clinic.example",
    "These come along\n*****\nAnna Weber +49 30 123456\nBen Costa +34 91 1234567",
    /* sections */
    "Work\n====\nBusy\n\nHome\n====\nQuiet",
    "I was ill last week.\n\n* * *\n\nNow I am well again",
    "Erstens\n-------\nDie Reise\n\nZweitens\n--------\nDas Essen",
    "Premier point\n\n– – –\n\nDeuxième point\n\n– – –\n\nTroisième point",
    "Uno\n\n==========\n\nDos\n\n==========\n\nTres",
    "Un pensiero\n\n———\n\nUn altro",
    "Primeiro\n__________\n\nSegundo\n__________\n\nTerceiro",
    "Первое\n*******\nВторое\n*******\nТретье",
    "Wish list:\n##########\nBooks\nMusic\nMore time",
    /* code */
    "Try this:\n\n```\n#### setup ####\nmake\nmake install\n####\ndone\n```\n\nDid it work",
    "My script:\n\n#!/bin/sh\n# -----\n# build\n# -----\nmake all",
    "The table is\n\n+-----+-----+\n| a   | b   |\n+-----+-----+\n| 1   | 2   |\n+-----+-----+",
    "a | b\n--- | ---\n1 | 2\n3 | 4",
    "mysql> select 1;\nmysql> select 2;\nThat is all",
    "-----BEGIN PGP SIGNATURE-----\nis what I see at the end of your mails\nWhat is it for",
    /* poems and tales */
    "Roses are red\nViolets are blue\n\n***\n\nSugar is sweet\nAnd so are you",
    "Über allen Gipfeln\nIst Ruh\n\n~~~\n\nWarte nur, balde\nRuhest du auch",
    "Sous le pont Mirabeau\n\n--\n\nVienne la nuit\nsonne l'heure",
    "» Bonjour, dit-il\n» Bonsoir, dit-elle\nEt ce fut tout",
    "Caminante no hay camino\n_____\nse hace camino al andar",
    /* lists, recipes, journeys, forms */
    "Shopping\n-\nmilk\n-\nbread",
    "Pancakes\n--------\n2 eggs\n250 g flour\n1/2 l milk\n--------\nFry in butter",
    "Zutaten:\n***\nMehl\nZucker\n***\nZubereitung\nAlles mischen",
    "Our journey\n\nFrom: Berlin\nTo: Praha\nDate: 3 May, 10:15\n-----\nPlatform 5\nSeat 61",
    "The train\n\nFrom: Berlin\nTo: Paris\nDate: 3 May 2024\nSubject: holidays\n\nIt will be fun",
    "Form\n=====\nName: Anna\nFrom: Berlin\nDate: 1.1.2024\nTo: all@example.org\nThe rest",
    "Dear team\n-- \nYES",
    "Hotel\n\n--------------------------------\nHotel Adler\nMain Street 5\n+49 30 1234567\nwww.hotel.example",
    "The doctor you asked for:\n\n---\nDr. Ben Costa\nben@clinic.example\n+34 91 123 45 67",
    "Name: Anna Weber\n_______________\nAge: 31\n_______________\nLanguages: German, French",
    "[x] Monday\n[ ] Tuesday\n-------\n[x] Friday",
    "Read this\n________________________________\nhttps://news.example/article/7",
    "Aufgaben\n\n________________\nAnna macht den Kuchen\nBen bringt Saft",
    "\U0001F600\n---\n\U0001F44D",
    /* what is meant to stand below */
    "See you soon\n\n---\nP.S. My number has changed: +49 30 7654321",
    "Liebe Grüße\n\n---\nPS: Sag es auch Ben, ben@example.com",
};

struct closing {
    const char *text;
    bool kept; /* by the writer, or not known to be anything else */
};

/* The writer is Anna Weber <anna.weber@example.net>. */
static const struct closing closings[] = {
    {"", false},
    {"-- \nAnna Weber\nUniversity of Somewhere\n+49 30 123456", false},
    {"--\nAnna Weber", false},
    {"-----\nAnna Weber\nTel. +49 30 123456\nanna.weber@example.net", false},
    {"________________________________\nDr. Anna Weber\nProjektleitung\nHauptstraße 5, 10115 Berlin\nwww.example.net",
     false},
    {"***\nA. Weber | Universidad de Ejemplo | https://example.net/", false},
    {"_______________________________________________\nfriends mailing list\nfriends@lists.example.org\n"
     "https://lists.example.org/listinfo/friends",
     false},
    {"-- \nYou received this message because you are subscribed to the Google Groups \"friends\" group.\n"
     "To unsubscribe from this group, send an email to friends+unsubscribe@lists.example.org.",
     false},
    {"==========\nThis e-mail and any attachments are confidential and intended for the addressee only. If you have "
     "received it in error, please delete it.",
     false},
    {"---\nDiese E-Mail enthält vertrauliche Informationen. Wenn Sie nicht der richtige Adressat sind, informieren Sie "
     "bitte den Absender.",
     false},
    {"Ce message est confidentiel et destiné exclusivement à son destinataire.", false},
    {"Sent from my iPhone", false},
    {"---\nEnviado desde mi iPhone", false},
    {"Inviato da Outlook per Android", false},
    {"-----\nBest wishes\nAnna", true},
    {"-- \nAnna Weber\n\nP.S. Can you send me the photos?", true},
    {"*****\nCarla\nMario", true},
};

static const char quotation[] =
    "\n\nOn Tue, 2 Jul 2013 at 09:15, Friends <friends@example.org> wrote:\n> How are you?\n";

static void keeps_every_word(void **state) {
    /* Goal: of what a person wrote nothing is lost, whatever dividers stand in it and whatever closes it; and of what
     * is known to be a signature, a footer or a disclaimer nothing stays. */
    (void)state;
    size_t count = 0, kept = 0, exact = 0;
    for (size_t i = 0; i < COUNT_OF(bodies); i++)
        for (size_t j = 0; j < COUNT_OF(closings); j++) {
            auto_arena arena = arena_new();
            const char *end = *closings[j].text ? "\n\n" : "";
            const char *wanted = arena_format(arena, "%s%s%s", bodies[i], closings[j].kept ? end : "",
                                              closings[j].kept ? closings[j].text : "");
            struct reply_text reply;
            reply_text_extract(
                arena_format(arena, "%s%s%s%s", bodies[i], end, closings[j].text, (i + j) % 2 ? quotation : "\n"),
                "Anna Weber <anna.weber@example.net>", arena, &reply);
            count++;
            bool all = string_starts_with(reply.text, wanted);
            kept += all;
            exact += string_equal(reply.text, wanted);
            if (!string_equal(reply.text, wanted))
                print_message("# %s\n# wanted:\n%s\n# left:\n%s\n", all ? "not exact" : "LOST", wanted, reply.text);
        }
    print_message("# %zu mails, no word lost in %zu, exact %zu\n", count, kept, exact);
    assert_int_equal(kept, count);
    assert_int_equal(exact, count);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(keeps_every_word)};
    return cmocka_run_group_tests_name("dividers", tests, NULL, NULL);
}
