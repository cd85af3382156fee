#include "test.h"

#include <string.h>

#include "base/clock.h"
#include "base/date_time.h"
#include "base/localise.h"
#include "base/text.h"

static const struct zone *zone_named(const char *name) {
    const struct zone *zone = NULL;
    struct error error = ERROR_INIT;
    if (!zone_load(name, &zone, &error))
        fail_msg("%s", error.message);
    return zone;
}

enum { NOW = 1803445200 }; /* 2027-02-24 05:00 UTC: Wednesday 16:00 in Sydney, Tuesday 19:00 in Honolulu */

static void check(const char *zone, const char *typed, enum date_time_bound bound, const char *expected) {
    int64_t moment = 0;
    char shown[32] = "";
    struct error error = ERROR_INIT;
    if (date_time_parse(typed, bound, NOW, zone_named(zone), &moment, &error))
        clock_format_utc(moment, shown, sizeof shown);
    if (!string_equal(shown, expected))
        fail_msg("\"%s\" in %s: %s%s, not %s", typed, zone, shown, error.message, expected);
}

/* Goal: a moment is taken as people mean it, in the programme's zone; midnight is the end of its day, and a closing on
 * a day is the end of it. */
static void test_typed(void **state) {
    (void)state;
    static const struct {
        const char *typed, *begins, *ends;
    } in_sydney[] = {
        {"2027-02-25", "2027-02-24T13:00:00Z", "2027-02-25T13:00:00Z"},
        {"2027-02-25 18:00", "2027-02-25T07:00:00Z", "2027-02-25T07:00:00Z"},
        {"2027-02-25T18:00", "2027-02-25T07:00:00Z", "2027-02-25T07:00:00Z"},
        {" 9:30:15,  2027-02-25 ", "2027-02-24T22:30:15Z", "2027-02-24T22:30:15Z"},
        {"2027-02-25 00:00", "2027-02-24T13:00:00Z", "2027-02-24T13:00:00Z"},
        {"2027-02-25 24:00", "2027-02-25T13:00:00Z", "2027-02-25T13:00:00Z"},
        {"midnight 2027-02-25", "2027-02-25T13:00:00Z", "2027-02-25T13:00:00Z"},
        {"2027-02-25 midnight", "2027-02-25T13:00:00Z", "2027-02-25T13:00:00Z"},
        {"Midnight on Thursday", "2027-02-25T13:00:00Z", "2027-02-25T13:00:00Z"},
        {"Thursday midnight", "2027-02-25T13:00:00Z", "2027-02-25T13:00:00Z"},
        {"thursday at noon", "2027-02-25T01:00:00Z", "2027-02-25T01:00:00Z"},
        {"Wednesday 16:01", "2027-02-24T05:01:00Z", "2027-02-24T05:01:00Z"}, /* in a minute */
        {"Wednesday 16:00", "2027-03-03T05:00:00Z", "2027-03-03T05:00:00Z"}, /* that is now */
        {"Wednesday", "2027-03-02T13:00:00Z", "2027-02-24T13:00:00Z"},
        {"today", "2027-02-24T05:01:00Z", "2027-02-24T13:00:00Z"}, /* it has begun: in a minute */
        {"2027-02-24", "2027-02-24T05:01:00Z", "2027-02-24T13:00:00Z"},
        {"today 8:00", "2027-02-23T21:00:00Z", "2027-02-23T21:00:00Z"},
        {"tomorrow 8:00", "2027-02-24T21:00:00Z", "2027-02-24T21:00:00Z"},
    };
    for (size_t i = 0; i < COUNT_OF(in_sydney); i++) {
        check("Australia/Sydney", in_sydney[i].typed, DATE_TIME_BEGINS, in_sydney[i].begins);
        check("Australia/Sydney", in_sydney[i].typed, DATE_TIME_ENDS, in_sydney[i].ends);
    }
    check("Pacific/Honolulu", "Wednesday midnight", DATE_TIME_ENDS, "2027-02-25T10:00:00Z");
    check("Pacific/Honolulu", "today", DATE_TIME_ENDS, "2027-02-24T10:00:00Z");
    check("Pacific/Kiritimati", "2027-01-01", DATE_TIME_ENDS, "2027-01-01T10:00:00Z");
}

/* Goal: days on which the clocks change end when they end, also where midnight itself is skipped or comes twice. */
static void test_clock_changes(void **state) {
    (void)state;
    check("Europe/Paris", "2027-03-28", DATE_TIME_ENDS, "2027-03-28T22:00:00Z");       /* of 23 hours */
    check("Europe/Paris", "2027-10-31", DATE_TIME_ENDS, "2027-10-31T23:00:00Z");       /* of 25 */
    check("Europe/Paris", "2027-03-28 02:30", DATE_TIME_ENDS, "2027-03-28T01:30:00Z"); /* skipped: 03:30 */
    check("Europe/Paris", "2027-10-31 02:30", DATE_TIME_ENDS, "2027-10-31T00:30:00Z"); /* comes twice: the first */
    check("America/Santiago", "2027-09-04", DATE_TIME_ENDS, "2027-09-05T04:00:00Z");   /* 00:00 is 01:00 */
    check("America/Santiago", "2027-04-03", DATE_TIME_ENDS, "2027-04-04T04:00:00Z");   /* 23:00 to 24:00 twice */
    check("America/Havana", "2027-11-06", DATE_TIME_ENDS, "2027-11-07T04:00:00Z");     /* 00:00 to 01:00 twice */
}

/* Goal: what is no moment is refused with what would be one. */
static void test_refused(void **state) {
    (void)state;
    static const struct {
        const char *typed, *told;
    } cases[] = {
        {"", "is not a moment; write for example \"2027-02-25 18:00\""},
        {"midnight", "is not a moment"},
        {"18:00", "is not a moment"},
        {"someday", "\"someday\" is not a moment"},
        {"25.2.2027", "is not a moment"},
        {"2027-02-25 2027-02-26", "is not a moment"},
        {"2027-02-25 18:00 midnight", "is not a moment"},
        {"Thursday 2027-02-25", "is not a moment"},
        {"2027-02-30", "that month has 28 days"},
        {"2027-02-25 25:00", "is not a time of day"},
        {"25-02-2027", "write it as year-month-day"},
        {"2027-02-25 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "is not a moment"},
        {"\033[31m", "\"?[31m\" is not a moment"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        int64_t moment = 7;
        struct error error = ERROR_INIT;
        assert_false(date_time_parse(cases[i].typed, DATE_TIME_ENDS, NOW, zone_utc(), &moment, &error));
        assert_int_equal(moment, 7);
        if (!strstr(error.message, cases[i].told))
            fail_msg("\"%s\": %s", cases[i].typed, error.message);
    }
}

/* Goal: a deadline can't be misread: its day, hour and zone, far from Greenwich, in each language, and on the days on
 * which the clocks change. */
static void test_told(void **state) {
    (void)state;
    static const struct {
        const char *zone, *typed, *language, *deadline;
    } cases[] = {
        {"Australia/Sydney", "2027-02-25", "en",
         "Thursday, 25 February 2027 at 24:00 (midnight at the end of that day), Sydney time (AEDT, UTC+11)"},
        {"Australia/Sydney", "2027-02-25 18:00", "en",
         "Thursday, 25 February 2027 at 18:00, Sydney time (AEDT, UTC+11)"},
        {"Australia/Sydney", "2027-02-25", "en-US",
         "Thursday, February 25, 2027 at 24:00 (midnight at the end of that day), Sydney time (AEDT, UTC+11)"},
        {"Australia/Sydney", "2027-02-28", "fr",
         "dimanche 28 février 2027 à 24:00 (minuit, à la fin de cette journée), heure de Sydney (AEDT, UTC+11)"},
        {"Pacific/Auckland", "2027-03-01", "fr-CA",
         "lundi 1er mars 2027 à 24 h 00 (minuit, à la fin de cette journée), heure d’Auckland (NZDT, UTC+13)"},
        {"Africa/Cairo", "2027-02-25 01:00", "fr", "jeudi 25 février 2027 à 01:00, heure du Caire (EET, UTC+2)"},
        {"Africa/Cairo", "2027-02-25", "es",
         "jueves, 25 de febrero de 2027, 24:00 (medianoche, al final de ese día), hora de El Cairo (EET, UTC+2)"},
        {"America/Sao_Paulo", "2027-02-25", "de", "Donnerstag, 25. Februar 2027 um 24:00 (São Paulo, UTC-3)"},
        {"Asia/Kolkata", "2027-02-25 9:05", "en", "Thursday, 25 February 2027 at 09:05, Kolkata time (IST, UTC+5:30)"},
        {"America/Ciudad_Juarez", "2027-02-25 9:05", "en",
         "Thursday, 25 February 2027 at 09:05, Ciudad Juarez time (MST, UTC-7)"},
        {"Etc/GMT-3", "2027-02-25", "en",
         "Thursday, 25 February 2027 at 24:00 (midnight at the end of that day), UTC+3"},
        {"UTC", "2027-02-25 9:05", "no such language at all", "Thursday, 25 February 2027 at 09:05, UTC"},
        {"America/Santiago", "2027-09-04", "en",
         "Saturday, 4 September 2027 at 24:00 (midnight at the end of that day), Santiago time (UTC-4)"},
        {"America/Havana", "2027-11-06", "en",
         "Saturday, 6 November 2027 at 24:00 (midnight at the end of that day), Havana time (CDT, UTC-4)"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        auto_arena arena = arena_new();
        const struct zone *zone = zone_named(cases[i].zone);
        int64_t moment = 0;
        struct error error = ERROR_INIT;
        assert_true(date_time_parse(cases[i].typed, DATE_TIME_ENDS, NOW, zone, &moment, &error));
        assert_string_equal(localise_deadline(arena, moment, zone, cases[i].language), cases[i].deadline);
    }
    auto_arena arena = arena_new();
    const struct zone *sydney = zone_named("Australia/Sydney"), *paris = zone_named("Europe/Paris");
    assert_string_equal(
        localise_opening(arena, 1803560400, sydney, "en"),
        "Friday, 26 February 2027 at 00:00 (midnight at the start of that day), Sydney time (AEDT, UTC+11)");
    int64_t twice = 1824942600; /* 2027-10-31 02:30 in Paris, the first time */
    assert_string_equal(localise_deadline(arena, twice, paris, "en"),
                        "Sunday, 31 October 2027 at 02:30, Paris time (CEST, UTC+2)");
    assert_string_equal(localise_deadline(arena, twice + 3600, paris, "en"),
                        "Sunday, 31 October 2027 at 02:30, Paris time (CET, UTC+1)");
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_typed), cmocka_unit_test(test_clock_changes),
                                       cmocka_unit_test(test_refused), cmocka_unit_test(test_told)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
