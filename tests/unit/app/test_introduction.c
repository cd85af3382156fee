/* Goal: an introduction tells what its reader's partners agreed to share, in the reader's language and by the reader's
 * clock; and leaves no gap where there is nothing to tell. */
#include "examples.h"
#include "mailbox.h"

#include "app/message.h"
#include "store/applications.h"

#define SHARES_ALL "\"share\":\"town,work,interests,languages\""
#define ANNA                                                                                                           \
    "{\"zone\":\"Europe/Stockholm\",\"languages\":\"sv,en:good,fr:basic\",\"sector\":\"education\","                   \
    "\"stage\":\"long\",\"interests\":\"books,music,food\",\"avoid\":\"Nobody from Mars\",\"rhythm\":\"weekly\","      \
    "\"channels\":\"live\",\"convinced\":\"My secret\"," SHARES_ALL "}"
#define BEN                                                                                                            \
    "{\"zone\":\"Pacific/Auckland\",\"languages\":\"en,fr\",\"sector\":\"other\",\"stage\":\"long\","                  \
    "\"interests\":\"nature,books,music\",\"rhythm\":\"monthly\",\"channels\":\"live\"," SHARES_ALL "}"

static int open_with_relay(void **state) {
    static const char *const languages[] = {"en", "fr", "es"};
    fixture_open(state);
    struct fixture *fixture = *state;
    fixture->configuration.programme.languages = languages;
    fixture->configuration.programme.language_count = COUNT_OF(languages);
    relay(fixture);
    return 0;
}

static void answer(struct fixture *fixture, int64_t participant, const char *answers) {
    struct application application;
    assert_done(
        applications_find(fixture->database, participant, fixture->round, fixture->arena, &application, &error));
    assert_done(applications_set_answers(fixture->database, application.id, answers, &error));
}

static const char *introduction(struct fixture *fixture, int64_t participant, const char *language,
                                const char *answers) {
    struct sample sample = {
        .template_name = "introduction", .participant = participant, .language = language, .answers = answers};
    struct message_rendering rendering;
    assert_done(message_preview(&fixture->service, &sample, fixture->arena, &rendering, &error));
    assert_null(strstr(rendering.plain, "\n\n\n"));
    assert_null(strstr(rendering.plain, "  "));
    return rendering.plain;
}

static void assert_has(const char *text, const char *wanted) {
    if (!strstr(text, wanted))
        fail_msg("no \"%s\" in:\n%s", wanted, text);
}

static void assert_lacks(const char *text, const char *unwanted) {
    if (strstr(text, unwanted))
        fail_msg("\"%s\" in:\n%s", unwanted, text);
}

/* Goal: both share: what they have in common comes apart, the rest beside the name, hours by the reader's clock on
 * every stretch between two clock changes; private answers stay private. */
static void test_both_share(void **state) {
    struct fixture *fixture = *state;
    answer(fixture, fixture->anna, ANNA);
    answer(fixture, fixture->ben, BEN);
    const char *hers = introduction(fixture, fixture->anna, NULL, NULL),
               *his = introduction(fixture, fixture->ben, NULL, NULL);
    assert_has(hers, "Ben Okoro*, New Zealand\n> where it is now Friday 16:00\n> Languages: English, French\n"
                     "> Interests: nature and sports, books and films, music and art\n\n");
    assert_has(hers, "What you have in common:*\n\n- Languages: English\n- Stage: more than 10 years\n"
                     "- Interests: books and films, music and art\n\n");
    assert_has(his, "> Field: education or research\n");
    assert_has(hers, "You said: every week. Ben said: once a month. Find out what suits you both.");
    assert_has(hers, "You would both like to talk as well.");
    assert_has(hers, "\n- 07:00 to 10:00 (for Ben 19:00 to 22:00) and 19:00 to 22:00 (for Ben 07:00 to 10:00, the next "
                     "day)\n- From 28 March on: 07:00 to 11:00 (for Ben 18:00 to 22:00) and 20:00 to 22:00 (for Ben "
                     "07:00 to 09:00, the next day)\n- From 3 April on: 07:00 to 12:00");
    assert_has(his,
               "\n- 07:00 to 10:00 (for Anna 19:00 to 22:00, the day before) and 19:00 to 22:00 (for Anna 07:00 to "
               "10:00)\n- From 28 March on: 07:00 to 09:00 (for Anna 20:00 to 22:00, the day before)");
    assert_has(his, "\n- From 4 April on: 07:00 to 08:00");
    fixture->configuration.matching.awake_from = 8 * SECONDS_PER_HOUR;
    assert_has(introduction(fixture, fixture->anna, NULL, NULL),
               "from 08:00 to 22:00:\n\n- 08:00 to 10:00 (for Ben 20:00");
    assert_lacks(his, "secret");
    assert_lacks(his, "Mars");
    assert_lacks(his, "Time zone");
}

/* Goal: every word of it is in the reader's language, with its marks. */
static void test_in_the_readers_language(void **state) {
    struct fixture *fixture = *state;
    answer(fixture, fixture->anna, ANNA);
    answer(fixture, fixture->ben, BEN);
    const char *french = introduction(fixture, fixture->anna, "fr", NULL),
               *spanish = introduction(fixture, fixture->anna, "es", NULL);
    assert_has(french, "Langues\u202f: anglais, français\n");
    assert_has(french, "- Intérêts\u202f: livres et films, musique et art\n");
    assert_has(french, "Votre souhait\u202f: chaque semaine. Pour Ben\u202f: une fois par mois.");
    assert_has(french,
               "\n- À partir du 28 mars\u202f: de 07:00 à 11:00 (chez Ben de 18:00 à 22:00) et de 20:00 à 22:00 "
               "(chez Ben de 07:00 à 09:00, le lendemain)\n");
    assert_has(spanish, "Idiomas: inglés, francés\n");
    assert_has(spanish, "- Intereses: libros y películas, música y arte\n");
    assert_has(spanish, "\n- A partir del 28 de marzo: de 7:00 a 11:00 (para Ben de 18:00 a 22:00) y de 20:00 a 22:00 "
                        "(para Ben de 7:00 a 9:00 del día siguiente)\n");
}

/* Goal: who shares nothing shares name and country, and neither clock nor languages; who was imported without a form
 * shares what they always did. */
static void test_who_shares_nothing(void **state) {
    struct fixture *fixture = *state;
    answer(fixture, fixture->anna, ANNA);
    answer(fixture, fixture->ben,
           "{\"zone\":\"Pacific/Auckland\",\"languages\":\"en\",\"rhythm\":\"weekly\",\"channels\":\"live\"}");
    const char *hers = introduction(fixture, fixture->anna, NULL, NULL);
    assert_has(hers, "> *Ben Okoro*, New Zealand\n\n*You write first.*");
    assert_lacks(hers, "in common");
    assert_lacks(hers, "Languages");
    assert_has(hers, "\n- 07:00 to 10:00 and 19:00 to 22:00\n- From 28 March on: 07:00 to 11:00 and 20:00 to 22:00\n");
    assert_has(hers, "You both said: every week.");
    assert_has(introduction(fixture, fixture->ben, NULL, NULL), "Interests: books and films, music and art, food");
    hers = introduction(fixture, fixture->anna, NULL, "none");
    assert_has(hers, "> *Ben Okoro*, New Zealand\n> where it is now Friday 16:00\n\n*You write first.*");
    assert_lacks(hers, "to talk");
    assert_has(hers, "A letter every two weeks suits most people.");
}

/* Goal: hours to talk are told only where all want to talk. */
static void test_one_would_rather_write(void **state) {
    struct fixture *fixture = *state;
    answer(fixture, fixture->anna, ANNA);
    answer(fixture, fixture->ben, "{\"zone\":\"Pacific/Auckland\",\"channels\":\"email\"," SHARES_ALL "}");
    const char *hers = introduction(fixture, fixture->anna, NULL, NULL);
    assert_lacks(hers, "to talk");
    assert_lacks(hers, "awake");
    assert_has(hers, "You said: every week. Find out what suits you both.");
}

/* Three who live so that one of them always sleeps. */
static int64_t add_trio(struct fixture *fixture, int64_t *ret_second) {
    static const char *const people[][4] = {{"Carla Díaz", "carla@example.com", "NG", "Africa/Lagos"},
                                            {"Dan Lee", "dan@example.com", "US", "America/Los_Angeles"},
                                            {"Emi Ito", "emi@example.com", "JP", "Asia/Tokyo"}};
    int64_t members[COUNT_OF(people)], trio;
    for (size_t i = 0; i < COUNT_OF(people); i++) {
        members[i] = fixture_add(fixture, people[i][0], people[i][1], people[i][2], people[i][3]);
        answer(fixture, members[i],
               arena_format(fixture->arena,
                            "{\"zone\":\"%s\",\"interests\":\"books,%s\",\"channels\":\"live\","
                            "\"rhythm\":\"weekly\"," SHARES_ALL "}",
                            people[i][3], i ? "food" : "music"));
    }
    assert_done(action_partnership_create(&fixture->service, fixture->round, members, 3, &trio, &error));
    *ret_second = members[1];
    return members[0];
}

/* Goal: a trio has in common what all three have, and where somebody always sleeps it is said kindly. */
static void test_trio(void **state) {
    struct fixture *fixture = *state;
    int64_t dan, carla = add_trio(fixture, &dan);
    const char *hers = introduction(fixture, carla, NULL, NULL);
    assert_has(hers, "- Interests: books and films\n");
    assert_has(hers, "> where it is now Thursday 19:00\n> Interests: books and films, food and cooking\n");
    assert_has(hers, "You all said: every week.");
    assert_has(hers, "You would all like to talk as well,* but you live too far apart");
    answer(fixture, dan, "{\"zone\":\"America/New_York\",\"channels\":\"live\"," SHARES_ALL "}");
    assert_lacks(introduction(fixture, carla, NULL, NULL), "in common");
}

/* Goal: who edits the text can look at one with everything, and one with nothing. */
static void test_made_up(void **state) {
    struct fixture *fixture = *state;
    const char *all = introduction(fixture, fixture->anna, NULL, "all");
    assert_has(all, "What you have in common:");
    assert_has(all, "> Languages: English, Spanish (a little)\n");
    assert_has(all, "You both said: every two weeks.");
    assert_has(all, "You would both like to talk as well.");
    assert_lacks(introduction(fixture, fixture->anna, NULL, NULL), "in common");
}

static void append_example(struct text *out, struct fixture *fixture, const char *heading, int64_t participant,
                           const char *language) {
    examples_append(out, heading, NULL, introduction(fixture, participant, language, NULL));
}

/* Goal: the examples in the documentation are what people get. */
static void test_examples(void **state) {
    struct fixture *fixture = *state;
    auto_text text = TEXT_EMPTY;
    int64_t dan, carla = add_trio(fixture, &dan);
    text_append(&text, "# Examples\n\nWhat participants read, in the built-in texts. Written by `make examples` from "
                       "the templates; a test\nholds this page to them. What who applies is asked and told: "
                       "[examples-applications.md](examples-applications.md).\n");
    append_example(&text, fixture, "An introduction of people who were imported without a form", fixture->ben, "en");
    answer(fixture, fixture->anna, ANNA);
    answer(fixture, fixture->ben, BEN);
    append_example(&text, fixture, "An introduction in which both share everything", fixture->anna, "en");
    append_example(&text, fixture, "The same in French", fixture->anna, "fr");
    append_example(&text, fixture, "The same in Spanish", fixture->anna, "es");
    append_example(&text, fixture, "A trio in which somebody always sleeps", carla, "en");
    append_example(&text, fixture, "The same in French", carla, "fr");
    append_example(&text, fixture, "The same in Spanish", carla, "es");
    examples_hold("docs/examples.md", &text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_both_share, open_with_relay, fixture_close),
        cmocka_unit_test_setup_teardown(test_in_the_readers_language, open_with_relay, fixture_close),
        cmocka_unit_test_setup_teardown(test_who_shares_nothing, open_with_relay, fixture_close),
        cmocka_unit_test_setup_teardown(test_one_would_rather_write, open_with_relay, fixture_close),
        cmocka_unit_test_setup_teardown(test_trio, open_with_relay, fixture_close),
        cmocka_unit_test_setup_teardown(test_made_up, open_with_relay, fixture_close),
        cmocka_unit_test_setup_teardown(test_examples, open_with_relay, fixture_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
