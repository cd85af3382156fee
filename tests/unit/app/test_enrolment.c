#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/csv_table.h"
#include "app/enrolment.h"
#include "app/templates/templates.h"
#include "base/country.h"
#include "base/language.h"
#include "base/text.h"

static const char *const languages[] = {"en", "fr"};
static const struct programme_settings programme = {
    .name = "Friends", .address = "friends@example.org", .languages = languages, .language_count = 2};

static struct templates *templates; /* the built-in ones */
static const struct form_set *forms;

static struct enrolment_sheet sheet_of(const struct csv_table *table) {
    return (struct enrolment_sheet){
        .path = "p.csv", .table = table, .forms = forms, .programme = &programme, .now = 1800000000};
}

/* Reads TEXT; the faults, one a line without the file's name, are left in FAULTS. */
static bool read_people(const char *text, size_t length, struct arena *arena, struct enrolment_list *ret,
                        struct text *faults) {
    struct csv_table table;
    auto_error_list errors = ERROR_LIST_EMPTY;
    struct enrolment_sheet sheet = sheet_of(&table);
    bool good = csv_table_read("p.csv", text, length, arena, &table, &errors) &&
                enrolment_read_table(&sheet, arena, ret, &errors);
    error_list_sort(&errors);
    text_clear(faults);
    for (size_t i = 0; i < errors.count; i++)
        text_append_format(faults, "%d: %s\n", errors.entries[i].line, errors.entries[i].message);
    return good;
}

static void test_columns_in_any_order(void **state) {
    /* Goal: whatever a spreadsheet or a form calls its columns, in whatever order and with whatever delimiter. */
    (void)state;
    static const char *const files[] = {
        "name,email,country\nAnna Berg,anna@example.org,SE\n",
        "\xEF\xBB\xBF"
        "E-mail Address;Country;Full Name\r\nanna@example.org;Sweden;Anna Berg\r\n",
        "Country\tFirst name\tLAST NAME\tMail\nsuède\tAnna\tBerg\t<anna@Example.org>",
        "Prénom;Nom;Courriel;Pays\nAnna;Berg;anna@example.org;Suède\n",
        "Nombre;Apellidos;Correo electrónico;País\nAnna;Berg;anna@example.org;Suecia\n",
        "\"Timestamp\",\"Your country\",\"Name\",\"Email\"\n\"1, 2\",\" Sweden \",\"Anna "
        "Berg\",\"anna@example.org\"\n\n,,,\n",
    };
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        auto_arena arena = arena_new();
        auto_text faults = TEXT_EMPTY;
        struct enrolment_list list;
        if (!read_people(files[i], strlen(files[i]), arena, &list, &faults))
            fail_msg("file %zu: %s", i, text_string(&faults));
        assert_int_equal(list.count, 1);
        assert_int_equal(list.rows[0].line, 2);
        const struct participant *p = &list.rows[0].participant;
        assert_string_equal(p->name, "Anna Berg");
        assert_string_equal(p->address, "anna@example.org");
        assert_string_equal(p->country, "SE");
        assert_string_equal(p->language, "en");
        assert_string_equal(p->time_zone, "Europe/Stockholm");
    }
}

static const char *value_of(const struct enrolment_row *row, const char *question) {
    const char *value = row->answers[form_find(forms->forms[0], question)].finding.value;
    return value ? value : "";
}

/* Reads the columns and the first row of TEXT; false where there was any fault. */
static bool read_first(const char *text, const struct column_settings *columns, size_t column_count, bool whole,
                       struct arena *arena, struct enrolment_sheet *ret_sheet, struct enrolment_row *ret,
                       struct text *faults) {
    struct csv_table *table = arena_take(arena, sizeof *table);
    auto_error_list errors = ERROR_LIST_EMPTY;
    *ret_sheet = sheet_of(table);
    ret_sheet->columns = columns;
    ret_sheet->column_count = column_count;
    bool good = csv_table_read("p.csv", text, strlen(text), arena, table, &errors) &&
                enrolment_find_columns(ret_sheet, whole, arena, &errors) &&
                enrolment_read_row(ret_sheet, 0, whole, arena, ret, &errors);
    text_clear(faults);
    for (size_t i = 0; i < errors.count; i++)
        text_append_format(faults, "%d: %s\n", errors.entries[i].line, errors.entries[i].message);
    return good;
}

static void test_a_web_form(void **state) {
    /* Goal: an export's headings are the form's questions, labels or names in any language; its cells are read like a
     * reply: what is clear is kept, what is not is open, and nothing is lost to line breaks, quotes or ticked boxes. */
    (void)state;
    static const char text[] =
        "\xEF\xBB\xBF\"Horodateur\";\"Adresse e-mail\";\"Dans quel pays vivez-vous ?\";\"Nom\";\"sector\";"
        "\"De quoi aimez-vous parler ?\";\"Conduct\";\"adult\";\"consent\";\"heard\";\"Hours\";E-mail\r\n"
        "\"2026/11/20\";\"wrong\";\"Belgique\";\"Marc \"\"le\"\" Petit\";\"public service\";\"books and films, music "
        "and "
        "art\";\"I agree to the code of conduct.\";\"J'accepte : plus de 18 ans\";\"I am not sure\";\"une "
        "affiche\r\n\r\n"
        "au zoo\";\"a lot\";marc@example.org\r\n";
    auto_arena arena = arena_new();
    auto_text faults = TEXT_EMPTY;
    struct enrolment_sheet sheet;
    struct enrolment_row row;
    size_t ignored_count;
    if (!read_first(text, NULL, 0, false, arena, &sheet, &row, &faults))
        fail_msg("%s", text_string(&faults));
    assert_string_equal(row.participant.address, "marc@example.org");
    assert_string_equal(row.participant.language, "fr"); /* as the headings ask */
    assert_string_equal(value_of(&row, "name"), "Marc \"le\" Petit");
    assert_string_equal(value_of(&row, "country"), "BE");
    assert_string_equal(value_of(&row, "zone"), "Europe/Brussels");
    assert_string_equal(value_of(&row, "sector"), "public");
    assert_string_equal(value_of(&row, "interests"), "books,music");
    assert_string_equal(value_of(&row, "heard"), "une affiche au zoo");
    assert_string_equal(value_of(&row, "conduct"), "yes");
    assert_string_equal(value_of(&row, "adult"), "yes");
    assert_string_equal(value_of(&row, "consent"), "");
    assert_string_equal(value_of(&row, "hours"), "");
    assert_int_equal(row.unclear, 2);
    const char *const *ignored = enrolment_ignored(&sheet, arena, &ignored_count);
    assert_int_equal(ignored_count, 2);
    assert_string_equal(ignored[0], "Horodateur");
    assert_string_equal(ignored[1], "Adresse e-mail");
}

static void test_what_is_asked(void **state) {
    /* Goal: who said all gets a summary, who left something open is asked for that, who said hardly anything gets the
     * whole form. */
    (void)state;
    static const char all[] =
        "email,name,country,languages,sector,stage,interests,wish_sector,wish_stage,wish_interests,"
        "hours,rhythm,channels,trio,conduct,adult,consent\n"
        "a@b.org,Anna,Sweden,English,other,%s,all of the above,any,any,any,1 or 2 hours,weekly,live,no,x,x,%s\n";
    static const struct {
        const char *stage, *consent;
        enum applicant_state state;
        size_t open;
    } cases[] = {{"new", "yes", APPLICANT_SUMMARISED, 0},
                 {"new", "", APPLICANT_UNCLEAR, 1},
                 {"young", "no", APPLICANT_UNCLEAR, 2}};
    auto_text faults = TEXT_EMPTY;
    struct enrolment_sheet sheet;
    struct enrolment_row row;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        auto_arena arena = arena_new();
        auto_text text = TEXT_EMPTY;
        text_append_format(&text, all, string_equal(cases[i].stage, "new") ? "less than 3 years" : cases[i].stage,
                           cases[i].consent);
        if (!read_first(text_string(&text), NULL, 0, false, arena, &sheet, &row, &faults))
            fail_msg("%s", text_string(&faults));
        assert_int_equal(row.state, cases[i].state);
        assert_int_equal(row.open, cases[i].open);
    }
    auto_arena arena = arena_new();
    assert_true(read_first("name,email,country\nAnna,a@b.org,Swedn\n", NULL, 0, false, arena, &sheet, &row, &faults));
    assert_int_equal(row.state, APPLICANT_ASKED);
    assert_false(read_first("name,email,country\nAnna,a.b.org,Sweden\n", NULL, 0, false, arena, &sheet, &row, &faults));
    assert_non_null(strstr(text_string(&faults), "2: address: "));
    assert_false(read_first("name,email,country\nAnna,a@b.org,Swedn\n", NULL, 0, true, arena, &sheet, &row, &faults));
    assert_non_null(strstr(text_string(&faults), "2: country: \"Swedn\" is no known country"));
}

static void test_columns_by_the_configuration(void **state) {
    /* Goal: what the configuration says of a heading comes before all else; several columns of one question are put
     * together; a question that there is not is told where it stands, with the nearest; nothing is guessed between two.
     */
    (void)state;
    static const struct column_settings columns[] = {
        {"Where do you live?", "country", "t.conf", 1},
        {"Given", "name", "t.conf", 2},
        {"Rest", "name", "t.conf", 3},
        {"Contact", "email", "t.conf", 4},
        {"Write to me in", "language", "t.conf", 5},
    };
    static const struct column_settings wrong[] = {{"Where", "contry", "t.conf", 7}};
    auto_arena arena = arena_new();
    auto_text faults = TEXT_EMPTY;
    struct enrolment_sheet sheet;
    struct enrolment_row row;
    if (!read_first("Country,WHERE do you live,given,name,rest,email,contact,Write to me in\n"
                    "France,Sweden,Anna,x,Berg,no,anna@example.org,French\n",
                    columns, COUNT_OF(columns), true, arena, &sheet, &row, &faults))
        fail_msg("%s", text_string(&faults));
    assert_string_equal(row.participant.country, "SE");
    assert_string_equal(row.participant.name, "Anna Berg");
    assert_string_equal(row.participant.address, "anna@example.org");
    assert_string_equal(row.participant.language, "fr");
    assert_false(read_first("name,email,country\nA,a@b.org,SE\n", wrong, 1, true, arena, &sheet, &row, &faults));
    assert_string_equal(text_string(&faults),
                        "7: column \"Where\": The application form has no question \"contry\"; did "
                        "you mean \"country\"?\n");
    assert_false(read_first("name,email,Country,In which country do you live?\nA,a@b.org,SE,SE\n", NULL, 0, true, arena,
                            &sheet, &row, &faults));
    assert_non_null(strstr(text_string(&faults), "1: The columns \"Country\" and \"In which country do you live?\" are "
                                                 "both the question \"country\"."));
}

static void test_every_bad_row(void **state) {
    /* Goal: every fault of every row is told with the line where it stands, also after fields of several lines. */
    (void)state;
    static const char text[] = "name,email,country,language,time zone\n"
                               "\"Anna\n\",anna@example.org,SE,sv,\n"    /* 2, 3 */
                               "Ben,ben@example.org,New Zealand,en,\n"   /* 4: which zone? */
                               "Cy,cy.example.org,Swedn,xx,Asia/Tokio\n" /* 5: all wrong */
                               ",d@example.org,US,en,America/New_York\n" /* 6 */
                               "Anna again,ANNA@example.org,SE,sv,\n"    /* 7: twin of 2 */
                               "Us,friends@example.org,SE\n";            /* 8: the programme itself */
    auto_arena arena = arena_new();
    auto_text faults = TEXT_EMPTY;
    struct enrolment_list list;
    assert_false(read_people(text, strlen(text), arena, &list, &faults));
    static const char *const expected[] = {
        "4: time zone: NZ has several time zones (Pacific/Auckland, Pacific/Chatham)",
        "5: address: ",
        "5: country: \"Swedn\" is no known country; did you mean \"Sweden\"?",
        "5: language: \"xx\"",
        "5: time zone: ",
        "6: name: It is missing.",
        "7: address: It stands on line 2 already.",
        "8: address: This is the programme's own address.",
    };
    for (size_t i = 0; i < COUNT_OF(expected); i++)
        if (!strstr(text_string(&faults), expected[i]))
            fail_msg("not told: %s\nbut:\n%s", expected[i], text_string(&faults));
    size_t lines = 0;
    for (size_t i = 0; i < faults.length; i++)
        lines += faults.bytes[i] == '\n';
    assert_int_equal(lines, COUNT_OF(expected));
}

static void test_our_own_addresses(void **state) {
    /* Goal: nobody is taken on with an address that leads to the programme itself: what is sent there would vanish. */
    (void)state;
    struct programme_settings settings = programme;
    static const struct {
        const char *address;
        char separator;
        bool own;
    } cases[] = {
        {"Friends@Example.org", '+', true},         {"friends+pabcdefghijklmnop@example.org", '+', true},
        {"FRIENDS+anna@example.org", '+', true},    {"friendship@example.org", '+', false},
        {"friends+anna@example.com", '+', false},   {"friends-anna@example.org", '+', false},
        {"pabcdefghijklmnop@example.org", 0, true}, {"anna@example.org", 0, false},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        auto_arena arena = arena_new();
        auto_error_list errors = ERROR_LIST_EMPTY;
        struct participant person;
        struct enrolment_typed typed = {.name = "Anna", .address = cases[i].address, .country = "SE"};
        settings.separator = cases[i].separator;
        if (enrolment_read(&typed, &settings, "", 0, arena, &person, &errors) == cases[i].own)
            fail_msg("%s", cases[i].address);
    }
}

static void test_files_that_are_none(void **state) {
    /* Goal: a file that can't be read as CSV says why, in words that lead to a better one. */
    (void)state;
    static const struct {
        const char *text;
        size_t length;
        const char *words;
    } files[] = {
        {"", 0, "nothing in it"},
        {"\n\n", 2, "nothing in it"},
        {"name,email,country\n", 19, "no person below"},
        {"name,country\nA,SE\n", 18, "no column \"email\""},
        {"email,country\na@b.org,SE\n", 25, "no column \"name\""},
        {"name,email\nA,a@b.org\n", 21, "no column \"country\""},
        {"name,email,country\nAndr\xE9,a@b.org,SE\n", 36, "2: A character here is not UTF-8"},
        {"\xFF\xFEn\0a\0", 6, "UTF-16"},
        {"name\0,x", 7, "NUL"},
        {"name,email,country\nA \"B\" C,a@b.org,SE\n\"open,x\n", 46, "A quote"},
    };
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        auto_arena arena = arena_new();
        auto_text faults = TEXT_EMPTY;
        struct enrolment_list list;
        assert_false(read_people(files[i].text, files[i].length, arena, &list, &faults));
        if (!strstr(text_string(&faults), files[i].words))
            fail_msg("%zu: %s", i, text_string(&faults));
    }
}

static void expect_country(const char *typed, const char *code) {
    struct error error = ERROR_INIT;
    char country[COUNTRY_SIZE] = "";
    if (!country_read(typed, languages, 2, country, &error) && code)
        fail_msg("%s: %s", typed, error.message);
    assert_string_equal(country, code ? code : "");
}

static void test_countries(void **state) {
    /* Goal: a country by code or name, in the programme's languages, whatever the case and accents. */
    (void)state;
    expect_country("nz", "NZ");
    expect_country("New Zealand", "NZ");
    expect_country("Nouvelle-Zélande", "NZ");
    expect_country("cote d'ivoire", "CI");
    expect_country("United States of America", "US");
    expect_country("UK", "GB");
    expect_country("Bosnia & Herzegovina", "BA");
    expect_country("Atlantis", NULL);
    expect_country("", NULL);
    expect_country("\xFF\xFE", NULL);
}

static void test_only_zones(void **state) {
    /* Goal: the zone may be left out just where it can make no difference. */
    (void)state;
    struct error error = ERROR_INIT;
    char zone[COUNTRY_ZONE_SIZE];
    const int64_t now = 1800000000;
    assert_true(country_only_zone("DE", now, zone, &error));
    assert_string_equal(zone, "Europe/Berlin");
    assert_true(country_only_zone("JP", now, zone, &error));
    assert_string_equal(zone, "Asia/Tokyo");
    assert_false(country_only_zone("US", now, zone, &error));
    assert_false(country_only_zone("ES", now, zone, &error));
    assert_non_null(strstr(error.message, "Europe/Madrid"));
}

static void test_well_known_zones(void **state) {
    /* Goal: who is asked for a time zone is offered cities that people know, not the first of a table; and a city that
     * gave a zone its name once is known. */
    (void)state;
    static const struct {
        const char *code, *zones[3];
    } countries[] = {{"CA", {"America/Toronto", "America/Vancouver", "America/Halifax"}},
                     {"AU", {"Australia/Sydney", "Australia/Perth", "Australia/Brisbane"}},
                     {"BR", {"America/Sao_Paulo", "America/Manaus", "America/Rio_Branco"}},
                     {"US", {"America/New_York", "America/Los_Angeles", "Pacific/Honolulu"}}};
    char zones[8][COUNTRY_ZONE_SIZE], zone[COUNTRY_ZONE_SIZE];
    for (size_t i = 0; i < COUNT_OF(countries); i++) {
        size_t count = country_zones(countries[i].code, 1800000000, zones, COUNT_OF(zones)), found = 0;
        for (size_t j = 0; j < count; j++)
            for (size_t k = 0; k < 3; k++)
                found += strcmp(zones[j], countries[i].zones[k]) == 0;
        if (found != 3)
            fail_msg("%s: %zu", countries[i].code, found);
    }
    assert_int_equal(country_zones("CA", 1800000000, zones, 1), 1);
    assert_true(country_find_zone("Montr\u00e9al", zone));
    assert_string_equal(zone, "America/Toronto");
    assert_true(country_find_zone("Buenos Aires", zone));
    assert_false(country_find_zone("Eastern", zone));
}

static void expect_language(const char *typed, const char *tag) {
    struct error error = ERROR_INIT;
    char language[LANGUAGE_SIZE] = "";
    language_read(typed, languages, COUNT_OF(languages), language, &error);
    assert_string_equal(language, tag);
}

static void refuse_language(const char *typed, const char *words) {
    struct error error = ERROR_INIT;
    char language[LANGUAGE_SIZE] = "";
    assert_false(language_read(typed, NULL, 0, language, &error));
    assert_non_null(strstr(error.message, words));
}

static void test_languages(void **state) {
    /* Goal: languages are taken as codes and as names in English, the programme's languages and their own, and come out
     * in one spelling; what is no language is refused, and of a slip what was meant is named. */
    (void)state;
    struct error error = ERROR_INIT;
    char tag[LANGUAGE_SIZE];
    expect_language("German", "de");
    expect_language("deutsch", "de");
    expect_language("ALLEMAND", "de");
    expect_language("pt_BR", "pt-BR");
    expect_language("Portugu\xc3\xaas", "pt");
    expect_language("Portugues", "pt");
    expect_language("\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e", "ja");
    expect_language("\xd0\xa0\xd1\x83\xd1\x81\xd1\x81\xd0\xba\xd0\xb8\xd0\xb9", "ru");
    expect_language("Mandarin", "zh");
    expect_language("te reo", "");
    expect_language("M\xc4\x81ori", "mi");
    expect_language("French", "fr");
    refuse_language("Germn", "did you mean \"German\"?");
    refuse_language("Deutsh", "did you mean \"German\"?");
    refuse_language("xyzzyx", "write its name, or a code");
    assert_false(language_read_tag("German", tag, &error));
    assert_non_null(strstr(error.message, "its code is \"de\""));
    expect_language("en", "en");
    expect_language("PT-br", "pt-BR");
    expect_language("zh_hant_tw", "zh-Hant-TW");
    expect_language("xx", "");
    expect_language("", "");
    expect_language("en-", "");
    expect_language("a very long thing that is surely no language tag at all, whatever one may say of it", "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_columns_in_any_order),
        cmocka_unit_test(test_a_web_form),
        cmocka_unit_test(test_what_is_asked),
        cmocka_unit_test(test_columns_by_the_configuration),
        cmocka_unit_test(test_every_bad_row),
        cmocka_unit_test(test_our_own_addresses),
        cmocka_unit_test(test_files_that_are_none),
        cmocka_unit_test(test_countries),
        cmocka_unit_test(test_only_zones),
        cmocka_unit_test(test_well_known_zones),
        cmocka_unit_test(test_languages),
    };
    auto_arena arena = arena_new();
    templates = templates_new(NULL, "en", NULL);
    forms = templates_form(templates, APPLICATION_FORM, "en", arena);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    templates_free(templates);
    return failed;
}
