/* Calendar entries are read by others as they were meant, by the clocks of the dates in question; and what calendar
 * programs answer is understood. */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "mail/calendar.h"
#include "mail/message/parse.h"

#define SOURCE_FOLDER "tests/unit/mail/"

static const struct zone *zone_of(const char *name) {
    const struct zone *zone = NULL;
    struct error error = ERROR_INIT;
    if (!zone_load(name, &zone, &error))
        fail_msg("%s", error.message);
    return zone;
}

static int64_t moment_of(int64_t year, int month, int day, int hour, int minute) {
    return civil_to_days((struct civil_date){year, month, day}) * SECONDS_PER_DAY + hour * SECONDS_PER_HOUR +
           minute * SECONDS_PER_MINUTE;
}

static struct calendar_event example(void) {
    return (struct calendar_event){
        .uid = "abcdefgh234567abcdefgh2345@example.org",
        .sequence = 2,
        .starts_at = moment_of(2027, 3, 4, 18, 0),
        .ends_at = moment_of(2027, 3, 4, 19, 30),
        .zone = zone_of("Europe/Paris"),
        .stamp = moment_of(2027, 2, 1, 9, 0),
        .summary = "Webinar: lettres, sons; et \"silences\"\\ à Orléans, pour tout le monde qui écrit loin de chez soi",
        .url = "https://example.org/meet?a=1,2;b=3",
        .organizer_name = "The \"Friends\": abroad",
        .organizer = "friends+rabcdefgh234567ab@example.org",
        .attendee_name = "Zoë Ångström",
        .attendee_address = "zoe@example.net",
    };
}

static void test_read_by_others(void **state) {
    /* Goal: icalendar and vobject read without a warning what was meant, in every zone and at every edge: clocks that
     * change before, during and after, an hour that comes twice, half hours, no change at all, south and north; and so
     * a change and a cancellation. */
    (void)state;
    static const char *const zones[] = {
        "Europe/Paris",        "America/New_York", "Australia/Sydney",  "Asia/Kathmandu",    "Africa/Lagos",
        "Australia/Lord_Howe", "Europe/Dublin",    "America/Sao_Paulo", "Africa/Casablanca", "UTC",
        "Pacific/Kiritimati"};
    const int64_t starts[] = {moment_of(2027, 3, 4, 18, 0),   moment_of(2027, 3, 28, 0, 30),
                              moment_of(2027, 3, 28, 1, 0),   moment_of(2027, 10, 31, 0, 30),
                              moment_of(2027, 10, 31, 1, 15), moment_of(2027, 11, 7, 5, 30),
                              moment_of(2027, 11, 7, 6, 30),  moment_of(2027, 4, 3, 14, 45),
                              moment_of(2027, 7, 1, 12, 0),   moment_of(2027, 12, 31, 23, 30)};
    FILE *python = popen("/usr/bin/python3 -W error " SOURCE_FOLDER "check_calendar.py", "w");
    assert_non_null(python);
    for (size_t i = 0; i < COUNT_OF(zones) * COUNT_OF(starts); i++) {
        struct calendar_event event = example();
        event.zone = zone_of(zones[i / COUNT_OF(starts)]);
        event.starts_at = starts[i % COUNT_OF(starts)];
        event.ends_at = event.starts_at + SECONDS_PER_HOUR;
        event.cancelled = i % 3 == 2;
        event.accepted = i % 3 == 1;
        auto_text text = TEXT_EMPTY, again = TEXT_EMPTY;
        calendar_build(&event, &text);
        calendar_build(&event, &again);
        assert_string_equal(text_string(&text), text_string(&again));
        fprintf(python, "%lld %lld %s %d %d %s\n%zu\n", (long long)event.starts_at, (long long)event.ends_at,
                calendar_method(&event), event.accepted, (int)event.sequence, zone_name(event.zone), text.length);
        fwrite(text_string(&text), 1, text.length, python);
    }
    assert_int_equal(pclose(python), 0);
}

static bool read_reply(const char *type, const char *calendar, struct arena *arena, struct description_calendar *ret) {
    struct message message;
    struct error error = ERROR_INIT;
    const char *mail = arena_format(arena,
                                    "From: anna@example.com\r\nTo: friends@example.org\r\nSubject: Accepted\r\n"
                                    "MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=x\r\n\r\n"
                                    "--x\r\nContent-Type: text/plain\r\n\r\nAnna has accepted\r\n"
                                    "--x\r\nContent-Type: %s\r\n\r\n%s--x--\r\n",
                                    type, calendar);
    assert_true(message_parse(mail, strlen(mail), arena, &message, &error));
    return calendar_read_reply(&message, arena, ret);
}

#define REPLY(attendee, rest)                                                                                          \
    "BEGIN:VCALENDAR\r\nPRODID:-//x//y//EN\r\nVERSION:2.0\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:abc@example.org\r\n"  \
    "DTSTAMP:20270201T090000Z\r\nORGANIZER:mailto:friends@example.org\r\n" attendee "\r\n" rest                        \
    "END:VEVENT\r\nEND:VCALENDAR\r\n"

static void test_replies(void **state) {
    /* Goal: who accepts, declines or may come, in the ways of several programs; and nothing of what is no clear reply,
     * whatever it claims to be. */
    (void)state;
    static const struct {
        const char *calendar;
        size_t answer, sequence;
    } cases[] = {
        {REPLY("ATTENDEE;PARTSTAT=ACCEPTED;CN=Anna:mailto:anna@example.com", "SEQUENCE:3\r\n"), 1, 3},
        {REPLY(
             "ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=DECLINED;CN=an\r\n na@example.com;X-NUM-GUESTS="
             "0:mailto:anna@example.com",
             "SEQUENCE:0\r\nSUMMARY:Webinar\\, long\r\n"),
         2, 0},
        {REPLY("attendee;partstat=tentative:MAILTO:anna@example.com", ""), 3, 0},
        {REPLY("ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:anna@example.com", ""), 0, 0},
        {REPLY("ATTENDEE;PARTSTAT=DELEGATED:mailto:anna@example.com", ""), 0, 0},
        {REPLY("ATTENDEE:mailto:anna@example.com", ""), 0, 0},
        {REPLY("COMMENT:no attendee", ""), 0, 0},
        {REPLY("ATTENDEE;PARTSTAT=ACCEPTED:mailto:a@b.test\r\nATTENDEE;PARTSTAT=DECLINED:mailto:c@b.test", ""), 0, 0},
        {REPLY("ATTENDEE;PARTSTAT=ACCEPTED:mailto:anna@example.com", "SEQUENCE:-1\r\n"), 0, 0},
        {"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:abc@example.org\r\nATTENDEE;PARTSTAT=ACCEPTED:"
         "mailto:a@b.test\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
         0, 0},
        {"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nEND:VCALENDAR\r\n", 0, 0},
        {"BEGIN:VEVENT\r\nMETHOD:REPLY\r\nUID:abc@example.org\r\n", 0, 0},
        {"nothing of the kind\r\n", 0, 0},
        {"", 0, 0},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        auto_arena arena = arena_new();
        struct description_calendar read = {0};
        bool reply = read_reply("text/calendar; method=REPLY; charset=utf-8", cases[i].calendar, arena, &read);
        if (reply != (cases[i].answer != 0) || read.answer != cases[i].answer || read.sequence != cases[i].sequence)
            fail_msg("case %zu: %d, answer %zu, sequence %zu", i, reply, read.answer, read.sequence);
        if (reply)
            assert_string_equal(read.uid, "abc@example.org");
        assert_false(read_reply("text/plain", cases[i].calendar, arena, &read));
    }
}

static void test_hostile(void **state) {
    /* Goal: what is nested or repeated without end costs little, and is no reply. */
    (void)state;
    static const char *const repeated[] = {
        "BEGIN:VEVENT\r\n", "BEGIN:VALARM\r\n",    "ATTENDEE;PARTSTAT=ACCEPTED:x\r\n", "X",
        "A;B=\"",           "RRULE:FREQ=DAILY\r\n"};
    for (size_t i = 0; i < COUNT_OF(repeated); i++) {
        auto_arena arena = arena_new();
        struct description_calendar read = {0};
        auto_text text = TEXT_EMPTY;
        text_append(&text, "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\n");
        while (text.length < 60000)
            text_append(&text, repeated[i]);
        text_append(&text, "\r\n");
        assert_false(read_reply("text/calendar", text_string(&text), arena, &read));
        while (text.length < 70000)
            text_append(&text, "X-LONG:1\r\n");
        text_append(&text, REPLY("ATTENDEE;PARTSTAT=ACCEPTED:mailto:a@b.test", ""));
        assert_false(read_reply("text/calendar", text_string(&text), arena, &read));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read_by_others),
        cmocka_unit_test(test_replies),
        cmocka_unit_test(test_hostile),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
