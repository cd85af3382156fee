/* Return dates in away notices: many languages, many styles, counted from the mail's own date. */
#include "test.h"

#include "base/text.h"
#include "mail/automatic/vacation.h"

enum { MONDAY_1_JULY_2013 = 1372672800 }; /* 10:00 UTC */

struct example {
    const char *subject, *text, *day;
};

static void check_all(const struct example *examples, size_t count) {
    for (size_t i = 0; i < count; i++) {
        auto_arena arena = arena_new();
        const char *day = vacation_find_return(examples[i].subject, examples[i].text, MONDAY_1_JULY_2013, arena);
        if (!string_equal(day, examples[i].day))
            print_message("# %s %s: %s\n", examples[i].subject, examples[i].text, day ? day : "none");
        assert_true(string_equal(day, examples[i].day));
    }
}

static void finds_english_dates(void **state) {
    /* Goal: the usual English notices give their day, with and without year, ordinals and ranges. */
    (void)state;
    static const struct example examples[] = {
        {"Away until 5 August", "", "2013-08-05"},
        {"", "I am away and will be back on August 12th, 2013.", "2013-08-12"},
        {"", "Back in the office on the 3rd of September.", "2013-09-03"},
        {"", "I am travelling July 10-31 and answer when I can.", "2013-07-31"},
        {"", "On leave 10-24 July.", "2013-07-24"},
        {"", "Out from 8 July to 2 August 2013. In urgent cases ring Eva.", "2013-08-02"},
        {"", "On leave from Monday 8th July to Friday, the 19th of July inclusive.", "2013-07-19"},
        {"", "Returning 15-Jul-2013", "2013-07-15"},
        {"", "I return on 2013-07-22.", "2013-07-22"},
        {"", "I'm out until 01/02/2014.", "2014-01-02"},
        {"", "I will be back on 7/22/2013", "2013-07-22"},
        {"", "I am back on Monday.", "2013-07-08"},
        {"", "I'll be back tomorrow.", "2013-07-02"},
        {"", "I am away until January 6.", "2014-01-06"},
    };
    check_all(examples, COUNT_OF(examples));
}

static void finds_dates_in_other_languages(void **state) {
    /* Goal: German, French, Spanish, Portuguese, Italian, Dutch, Swedish, Polish, Russian, Japanese and Chinese notices
     * give theirs. */
    (void)state;
    static const struct example examples[] = {
        {"", "Ich bin bis einschließlich 9. August 2013 nicht erreichbar.", "2013-08-09"},
        {"", "Bin wieder ab dem 15.07. im Haus.", "2013-07-15"},
        {"", "Urlaub vom 10.07.2013 bis 31.07.2013.", "2013-07-31"},
        {"", "Ab Mittwoch bin ich zurück.", "2013-07-03"},
        {"", "Je suis absente jusqu'au 1er août inclus.", "2013-08-01"},
        {"", "De retour le lundi 26 août 2013.", "2013-08-26"},
        {"", "Estaré fuera hasta el 15 de agosto de 2013.", "2013-08-15"},
        {"", "Estou de férias até 20 de setembro.", "2013-09-20"},
        {"", "Sono in ferie fino al 18 agosto.", "2013-08-18"},
        {"", "Ik ben afwezig tot 5 augustus.", "2013-08-05"},
        {"", "Afwezig van 10 t/m 20 juli.", "2013-07-20"},
        {"", "Nie ma mnie od 10.07 do 20.07", "2013-07-20"},
        {"", "Urlaub 8.-19. Juli.", "2013-07-19"},
        {"", "С 10 по 20 июля я в отпуске.", "2013-07-20"},
        {"", "Jag är tillbaka den 12 augusti.", "2013-08-12"},
        {"", "Jag är ledig t.o.m. 12 augusti.", "2013-08-12"},
        {"", "7月22日(月)より出社いたします。", "2013-07-22"},
        {"", "휴가기간: 2013.07.04 ~ 2013.07.15", "2013-07-15"},
        {"", "Jestem na urlopie do 14 sierpnia 2013.", "2013-08-14"},
        {"", "Меня не будет до 20 июля.", "2013-07-20"},
        {"", "8月1日まで休暇をいただいております。", "2013-08-01"},
        {"", "我将于2013年7月20日回来。", "2013-07-20"},
        {"", "本人休假至2013年7月20日。", "2013-07-20"},
        {"", "Jeg er ikke på kontoret før 5. august.", "2013-08-05"},
        {"", "Olen lomalla 20.7.2013 asti.", "2013-07-20"},
        {"", "Szabadságon vagyok 2013. augusztus 5-ig.", "2013-08-05"},
        {"", "20 Temmuz 2013 tarihine kadar izindeyim.", "2013-07-20"},
        {"", "Sunt în concediu până pe 20 iulie 2013.", "2013-07-20"},
        {"", "Θα λείπω έως τις 20 Ιουλίου 2013.", "2013-07-20"},
        {"", "אני מחוץ למשרד עד 20.7.2013.", "2013-07-20"},
        {"", "أنا خارج المكتب حتى 20 يوليو 2013.", "2013-07-20"},
        {"", "Saya cuti sampai 20 Agustus 2013.", "2013-08-20"},
        {"", "Tôi nghỉ phép đến ngày 20/7/2013.", "2013-07-20"},
    };
    check_all(examples, COUNT_OF(examples));
}

static void leaves_other_numbers_alone(void **state) {
    /* Goal: telephone numbers, times, days that do not exist, quoted text and dates that say nothing of a return give
     * none. */
    (void)state;
    static const struct example examples[] = {
        {"", "Call +49 30 1234-567 until then.", NULL},
        {"", "Our office opens at 9.30.", NULL},
        {"", "Telefonisch bis 12.10 Uhr.", NULL},
        {"", "I am back on 31 June.", NULL},
        {"", "Thank you for your mail of 28 June 2013.", NULL},
        {"", "I am away.\n> back on 12 August\n", NULL},
        {"", "back on 99/99/9999", NULL},
        {"", "您于2013年6月28日的邮件已收到。", NULL},
        {"", "7月1日にメールをいただきました。", NULL},
        {"", "", NULL},
    };
    check_all(examples, COUNT_OF(examples));
}

static void needs_no_mail_date_for_whole_dates(void **state) {
    /* Goal: without the mail's date, a day with its year is found and one without is not. */
    (void)state;
    auto_arena arena = arena_new();
    assert_string_equal(vacation_find_return("", "back on 5 August 2013", 0, arena), "2013-08-05");
    assert_null(vacation_find_return("", "back on 5 August", 0, arena));
    assert_null(vacation_find_return("", "back on Monday", 0, arena));
    assert_string_equal(vacation_day_of("2020-01-10T14:59:59Z,x", arena), "2020-01-10");
    assert_null(vacation_day_of("soon", arena));
}

static void reads_no_more_than_its_bound(void **state) {
    /* Goal: a huge notice ends quickly and what stands beyond the bound is not read. */
    (void)state;
    auto_arena arena = arena_new();
    auto_text text = TEXT_EMPTY;
    for (size_t i = 0; i < 200000; i++)
        text_append(&text, "1.-");
    text_append(&text, " back on 5 August 2013");
    assert_null(vacation_find_return("", text_string(&text), MONDAY_1_JULY_2013, arena));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_english_dates),          cmocka_unit_test(finds_dates_in_other_languages),
        cmocka_unit_test(leaves_other_numbers_alone),   cmocka_unit_test(needs_no_mail_date_for_whole_dates),
        cmocka_unit_test(reads_no_more_than_its_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
