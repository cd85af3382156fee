#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/language.h"
#include "base/localise.h"
#include "base/text.h"

enum { FIRST_OF_MARCH = 1803859200 }; /* 2027-03-01 00:00 UTC, a Monday */

static const struct zone *zone_named(const char *name) {
    const struct zone *zone = NULL;
    struct error error = ERROR_INIT;
    if (!zone_load(name, &zone, &error))
        fail_msg("%s", error.message);
    return zone;
}

/* Goal: dates and times stand as people of the language write them, regions count, and what ICU doesn't know comes out
 * in English, whatever the machine's own language is. */
static void test_dates(void **state) {
    (void)state;
    static const struct {
        const char *language, *date, *day_and_time, *moment;
    } cases[] = {
        {"en", "1 March 2027", "Monday 17:05", "1 March 2027 at 17:05 (UTC)"},
        {"en-US", "March 1, 2027", "Monday 17:05", "March 1, 2027 at 17:05 (UTC)"},
        {"en-AU", "1 March 2027", "Monday 17:05", "1 March 2027 at 17:05 (UTC)"},
        {"fr", "1er mars 2027", "lundi 17:05", "1er mars 2027 à 17:05 (UTC)"},
        {"fr-CA", "1er mars 2027", "lundi 17 h 05", "1er mars 2027 à 17 h 05 (UTC)"},
        {"es", "1 de marzo de 2027", "lunes, 17:05", "1 de marzo de 2027, 17:05 (UTC)"},
        {"es-MX", "1 de marzo de 2027", "lunes 17:05", "1 de marzo de 2027, 17:05 (UTC)"},
        {"tlh", "1 March 2027", "Monday 17:05", "1 March 2027 at 17:05 (UTC)"},
        {"qaa", "1 March 2027", "Monday 17:05", "1 March 2027 at 17:05 (UTC)"},
        {"", "1 March 2027", "Monday 17:05", "1 March 2027 at 17:05 (UTC)"},
        {"no such language at all", "2027-03-01", NULL, NULL},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        auto_arena arena = arena_new();
        int64_t moment = FIRST_OF_MARCH + 17 * 3600 + 5 * 60;
        assert_string_equal(localise_date(arena, moment, zone_utc(), cases[i].language), cases[i].date);
        if (!cases[i].moment)
            continue;
        assert_string_equal(localise_day_and_time(arena, moment, zone_utc(), cases[i].language), cases[i].day_and_time);
        assert_string_equal(localise_moment(arena, moment, zone_utc(), cases[i].language), cases[i].moment);
    }
}

/* Goal: only the first of a month has its ordinal in French. */
static void test_french_days(void **state) {
    (void)state;
    auto_arena arena = arena_new();
    assert_string_equal(localise_date(arena, FIRST_OF_MARCH + 86400, zone_utc(), "fr"), "2 mars 2027");
    assert_string_equal(localise_date(arena, FIRST_OF_MARCH + 10 * 86400, zone_utc(), "fr"), "11 mars 2027");
    assert_string_equal(localise_date(arena, FIRST_OF_MARCH + 31 * 86400, zone_utc(), "fr"), "1er avril 2027");
    assert_string_equal(localise_date(arena, FIRST_OF_MARCH, zone_utc(), "fro"), "1 March 2027");
}

/* Goal: the date is the one where the person lives, by the system's zones. */
static void test_zones(void **state) {
    (void)state;
    auto_arena arena = arena_new();
    const struct zone *mexico = zone_named("America/Mexico_City"), *auckland = zone_named("Pacific/Auckland");
    assert_string_equal(localise_date(arena, FIRST_OF_MARCH, mexico, "es"), "28 de febrero de 2027");
    assert_string_equal(localise_day_and_time(arena, FIRST_OF_MARCH, auckland, "fr"), "lundi 13:00");
    assert_string_equal(localise_day(arena, FIRST_OF_MARCH, zone_utc(), "fr"), "1er mars");
    assert_string_equal(localise_day(arena, FIRST_OF_MARCH, mexico, "es"), "28 de febrero");
    for (int again = 0; again < 2; again++) {
        assert_string_equal(localise_time(arena, 9 * SECONDS_PER_HOUR, "en"), "09:00");
        assert_string_equal(localise_time(arena, 9 * SECONDS_PER_HOUR, "es"), "9:00");
        assert_string_equal(localise_time(arena, 9 * SECONDS_PER_HOUR + 60, "es"), "9:01");
        assert_string_equal(localise_time(arena, 0, "fr"), "00:00");
    }
    assert_string_equal(localise_moment(arena, FIRST_OF_MARCH, auckland, "fr"), "1er mars 2027 à 13:00 (NZDT)");
    /* summer time was abolished there in 2022 */
    assert_string_equal(localise_day_and_time(arena, FIRST_OF_MARCH + 150 * 86400, mexico, "es"), "miércoles, 18:00");
}

/* Goal: countries and languages have the names that people give them; unknown ones keep their codes. */
static void test_names(void **state) {
    (void)state;
    auto_arena arena = arena_new();
    static const struct {
        const char *language, *country, *expected;
    } countries[] = {
        {"en", "DE", "Germany"},           {"fr", "DE", "Allemagne"},  {"es", "DE", "Alemania"},
        {"es-AR", "US", "Estados Unidos"}, {"fr", "US", "États-Unis"}, {"en", "ZZ", "Unknown Region"},
        {"tlh", "DE", "Germany"},
    };
    for (size_t i = 0; i < COUNT_OF(countries); i++)
        assert_string_equal(localise_country(arena, countries[i].country, countries[i].language),
                            countries[i].expected);
    assert_string_equal(localise_language(arena, "es", "fr"), "espagnol");
    assert_string_equal(localise_language(arena, "fr", "es"), "francés");
    assert_string_equal(localise_language(arena, "fr", "fr"), "français");
    assert_string_equal(localise_language(arena, "es", "tlh"), "Spanish");
    assert_string_equal(localise_language(arena, "qaa", "en"), "qaa");
}

/* Goal: people are spoken to by their first name, and by the whole one where the family's comes first. */
static void test_first_names(void **state) {
    (void)state;
    static const struct {
        const char *name, *language, *expected;
    } cases[] = {
        {"Anna Berg", "en", "Anna"},
        {"María José Pérez Gómez", "es", "María"},
        {"Jean-Luc Moreau", "fr", "Jean-Luc"},
        {"Željka", "hr", "Željka"},
        {"Nagy Ildikó", "hu", "Nagy Ildikó"},
        {"田中 花子", "ja-JP", "田中 花子"},
        {"Nguyễn Thị Minh Khai", "vi", "Nguyễn Thị Minh Khai"},
        {"Anna Berg", "hup", "Anna"},
        {" Anna Berg", "fr", "Anna"},
        {"", "fr", ""},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        auto_arena arena = arena_new();
        assert_string_equal(localise_first_name(arena, cases[i].name, cases[i].language), cases[i].expected);
    }
}

/* Goal: a person is written to in their language where the programme has it or a shorter form of it, else in the
 * programme's own. */
static void test_choice_of_language(void **state) {
    (void)state;
    static const char *const ours[] = {"en", "fr", "pt-BR", "zh-Hant"};
    static const struct {
        const char *wanted, *expected;
    } cases[] = {
        {"fr", "fr"}, {"fr-CA", "fr-CA"}, {"en-NZ", "en-NZ"}, {"pt-BR", "pt-BR"},           {"pt", "pt-BR"},
        {"es", "en"}, {"fro", "en"},      {"pt-PT", "pt-BR"}, {"zh-Hant-TW", "zh-Hant-TW"}, {"", "en"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_string_equal(language_choose(cases[i].wanted, ours, COUNT_OF(ours)), cases[i].expected);
}

/* Goal: sizes are written as the language writes them. */
static void test_sizes(void **state) {
    (void)state;
    auto_arena arena = arena_new();
    static const struct {
        int64_t bytes;
        const char *language, *written;
    } cases[] = {
        {25999999, "en", "25 MB"}, {25000000, "fr", "25\u202fMo"},
        {25000000, "es", "25 MB"}, {999999, "fr-CA", "999 ko"},
        {0, "en", "0 kB"},         {1000000, "tlh", "1 MB"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_string_equal(localise_size(arena, cases[i].bytes, cases[i].language), cases[i].written);
}

int main(void) {
    /* A machine that speaks something else. */
    setenv("LC_ALL", "de_DE.UTF-8", 1);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_dates),
        cmocka_unit_test(test_french_days),
        cmocka_unit_test(test_zones),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_first_names),
        cmocka_unit_test(test_choice_of_language),
    };
    return cmocka_run_group_tests_name("localise", tests, NULL, NULL);
}
