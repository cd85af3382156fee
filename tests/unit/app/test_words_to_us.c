/* Goal: what a word to us asks for is done, told and can be taken back, and nobody else's mail does it. */
#include "mailbox.h"

#include "app/configuration/configuration.h"
#include "base/civil.h"
#include "store/schedule.h"

static const char anna_writes[] = "Anna <anna@example.net>", plain[] = "iln@example.org";

static struct participant anna_of(struct fixture *fixture) {
    struct participant anna;
    assert_done(participants_find(fixture->database, fixture->anna, fixture->arena, &anna, &error));
    return anna;
}

/* Anna writes TEXT; the last mail that she has a day later. */
static const char *say(struct mailbox *mailbox, const char *text) {
    struct fixture *fixture = mailbox->fixture;
    take(mailbox, mail(fixture, anna_writes, plain, "", text));
    fixture_turns(fixture);
    const char *told = last_letter(fixture, "anna@example.net")->bytes;
    fixture_pass(fixture, 2 * SECONDS_PER_DAY);
    return told;
}

static const char *reply_to(struct fixture *fixture, const char *template_name) {
    struct outbox_list rows;
    assert_done(outbox_list(fixture->database, &(struct outbox_filter){0}, fixture->arena, &rows, &error));
    for (size_t i = rows.count; i > 0; i--)
        if (string_equal(rows.items[i - 1].template_name, template_name))
            return tag_of(fixture, &(struct tag){.purpose = 'r', .outbox = rows.items[i - 1].id});
    fail_msg("no mail of %s", template_name);
    abort();
}

static void two_languages(struct fixture *fixture) {
    static const char *const languages[] = {"en", "fr"};
    fixture->configuration.programme.languages = languages;
    fixture->configuration.programme.language_count = 2;
}

/* Goal: a pause until a day ends on it by itself, at the hour of our mails where its owner lives, and its owner is
 * told; nothing goes out before. */
static void test_pause_until(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    introduce_and_ask(fixture);
    char day[CIVIL_DATE_SIZE];
    int64_t today = clock_now() / SECONDS_PER_DAY;
    civil_format_date(civil_from_days(today + 40), day);
    const char *told = say(&mailbox, arena_format(fixture->arena, "Pause until %s, please", day));
    assert_non_null(strstr(told, "we begin again"));
    assert_int_equal(anna_of(fixture).state, PARTICIPANT_PAUSED);
    assert_int_equal(anna_of(fixture).resumes_at, (today + 40) * SECONDS_PER_DAY + 8 * SECONDS_PER_HOUR);
    size_t had = fixture_count(fixture, "anna@example.net", NULL);
    fixture_pass(fixture, 37 * SECONDS_PER_DAY);
    assert_int_equal(anna_of(fixture).state, PARTICIPANT_PAUSED);
    assert_int_equal(fixture_count(fixture, "anna@example.net", NULL), had);
    fixture_pass(fixture, 2 * SECONDS_PER_DAY);
    assert_int_equal(anna_of(fixture).state, PARTICIPANT_ACTIVE);
    assert_int_equal(anna_of(fixture).resumes_at, 0);
    assert_int_equal(fixture_count(fixture, "anna@example.net", "Your pause is over"), 1);
    fixture_pass(fixture, 30 * SECONDS_PER_DAY);
    assert_int_equal(fixture_count(fixture, "anna@example.net", "Your pause is over"), 1);
}

/* Goal: a word without a day, a coordinator and START end what a day would have. */
static void test_pause_loses_its_end(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    introduce_and_ask(fixture);
    say(&mailbox, "pause for 2 weeks");
    assert_true(anna_of(fixture).resumes_at > 0);
    say(&mailbox, "pause");
    assert_int_equal(anna_of(fixture).resumes_at, 0);
    say(&mailbox, "pause for 2 weeks");
    say(&mailbox, "start");
    assert_int_equal(anna_of(fixture).state, PARTICIPANT_ACTIVE);
    assert_int_equal(anna_of(fixture).resumes_at, 0);
    say(&mailbox, "pause for 2 weeks");
    fixture->service.actor = "command:kate";
    assert_done(action_participant_resume(&fixture->service, fixture->anna, NULL, &error));
    assert_done(action_participant_pause(&fixture->service, fixture->anna, NULL, &error));
    fixture->service.actor = "daemon";
    say(&mailbox, "pause until tomorrow");
    fixture_pass(fixture, 20 * SECONDS_PER_DAY);
    assert_int_equal(anna_of(fixture).state, PARTICIPANT_PAUSED); /* hers to end, not Anna's */
    say(&mailbox, "undo");
    assert_int_equal(anna_of(fixture).state, PARTICIPANT_PAUSED);
}

/* Goal: UNDO takes back a pause, its end, a start and a language, once, and says what. */
static void test_undo(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    introduce_and_ask(fixture);
    two_languages(fixture);
    assert_non_null(strstr(say(&mailbox, "undo"), "nothing to take back"));
    say(&mailbox, "PAUSE");
    assert_non_null(strstr(say(&mailbox, "UNDO"), "taken back"));
    assert_int_equal(anna_of(fixture).state, PARTICIPANT_ACTIVE);
    assert_non_null(strstr(say(&mailbox, "UNDO"), "nothing to take back"));
    say(&mailbox, "pause for 3 months");
    int64_t until = anna_of(fixture).resumes_at;
    say(&mailbox, "start");
    assert_int_equal(anna_of(fixture).state, PARTICIPANT_ACTIVE);
    assert_non_null(strstr(say(&mailbox, "undo that"), "a pause"));
    assert_int_equal(anna_of(fixture).state, PARTICIPANT_PAUSED);
    assert_int_equal(anna_of(fixture).resumes_at, until);
    say(&mailbox, "pause");
    assert_int_equal(anna_of(fixture).resumes_at, 0);
    say(&mailbox, "undo");
    assert_int_equal(anna_of(fixture).resumes_at, until);
    say(&mailbox, "start");
    say(&mailbox, "Language: French");
    assert_string_equal(anna_of(fixture).language, "fr");
    assert_non_null(strstr(say(&mailbox, "annuler"), "write to you in"));
    assert_string_equal(anna_of(fixture).language, "en");
    say(&mailbox, "Language: French");
    fixture_pass(fixture, 40 * SECONDS_PER_DAY);
    say(&mailbox, "annuler");
    assert_string_equal(anna_of(fixture).language, "fr"); /* too long ago */
}

/* Goal: an answer is taken back with the contact that it was, and may be given anew. */
static void test_undo_of_an_answer(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    struct outbox_row question = introduce_and_ask(fixture);
    struct outbox_list open;
    const char *address = tag_of(fixture, &(struct tag){.purpose = 'r', .outbox = question.id});
    take(&mailbox, mail(fixture, anna_writes, address, "", "2"));
    assert_int_equal(check_ins(fixture).count, 1);
    assert_int_equal(contacts(fixture).count, 1);
    assert_non_null(strstr(say(&mailbox, "UNDO\n\nThanks!\nAnna Berg"), "Your last answer"));
    assert_int_equal(check_ins(fixture).count, 0);
    assert_int_equal(contacts(fixture).count, 0);
    assert_done(outbox_list_open_questions(fixture->database, fixture->anna, fixture->arena, &open, &error));
    assert_int_equal(open.count, 1);
    take(&mailbox, mail(fixture, anna_writes, address, "", "1"));
    assert_int_equal(check_ins(fixture).items[0].value, 1);
}

/* Goal: a language that the programme has is used from then on; of another the ones that there are are told. */
static void test_language(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    introduce_and_ask(fixture);
    two_languages(fixture);
    const char *told = say(&mailbox, "LANGUAGE German");
    assert_non_null(strstr(told, "Which language would you like"));
    assert_non_null(strstr(told, "fran"));
    assert_string_equal(anna_of(fixture).language, "en");
    assert_non_null(strstr(say(&mailbox, "LANGUAGE"), "Which language would you like"));
    assert_non_null(strstr(say(&mailbox, "Please write to me in French"), "Langue de nos messages"));
    assert_string_equal(anna_of(fixture).language, "fr");
}

/* Goal: this month's topic comes again, whole and once; before there was one that is said. */
static void test_topic(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    introduce_and_ask(fixture);
    assert_non_null(strstr(say(&mailbox, "topic"), "There is no topic"));
    fixture_pass(fixture, 24 * SECONDS_PER_DAY);
    struct outbox_row first = last_row(fixture, "discussion");
    say(&mailbox, "Send me the topic again, please");
    struct outbox_row again = last_row(fixture, "discussion");
    assert_true(again.id != first.id);
    assert_int_equal(again.state, OUTBOX_SENT);
    assert_int_equal(again.occurrence, first.occurrence);
    assert_int_equal(again.participant, fixture->anna);
}

/* Goal: STATUS tells the dates, what comes next, both ways' letters, and nothing that the partner told us. */
static void test_status(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    introduce_and_ask(fixture);
    const char *told = say(&mailbox, "STATUS");
    assert_non_null(strstr(told, "With Ben Okoro"));
    assert_non_null(strstr(told, "We have seen no letter of yours"));
    assert_non_null(strstr(told, "Next from us"));
    assert_non_null(strstr(told, "UNDO: takes back"));
    relay(fixture);
    write_to_ben(&mailbox, "", "Dear Ben, the harbour is frozen.");
    struct outbox_list open;
    assert_done(outbox_list_open_questions(fixture->database, fixture->ben, fixture->arena, &open, &error));
    const char *bens = tag_of(fixture, &(struct tag){.purpose = 'r', .outbox = open.items[0].id});
    take(&mailbox, mail(fixture, "ben@example.com", bens, "", "3"));
    told = say(&mailbox, "Where do I stand?");
    told = say(&mailbox, "status");
    assert_non_null(strstr(told, "Your last letter"));
    assert_null(strstr(told, "heard"));
    say(&mailbox, "PAUSE");
    assert_non_null(strstr(say(&mailbox, "STATUS"), "You have a pause"));
}

/* Goal: an address changes once it is confirmed at the one on file and answered from the new one; neither alone, nor
 * anybody else, changes it. */
static void test_address(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    introduce_and_ask(fixture);
    assert_non_null(strstr(say(&mailbox, "ADDRESS new@example.org"), "Your new address: is it right?"));
    assert_int_equal(fixture_count(fixture, "new@example.org", NULL), 0);
    take(&mailbox,
         mail(fixture, anna_writes, plain, "", "1")); /* no reply: whoever forges her address can write that */
    fixture_turns(fixture);
    assert_int_equal(fixture_count(fixture, "new@example.org", NULL), 0);
    const char *sure = reply_to(fixture, "address-sure");
    take(&mailbox, mail(fixture, "thief@example.org", sure, "", "1"));
    fixture_turns(fixture);
    assert_int_equal(fixture_count(fixture, "new@example.org", NULL), 0);
    take(&mailbox, mail(fixture, anna_writes, sure, "", "Yes, please!"));
    fixture_turns(fixture);
    assert_int_equal(fixture_count(fixture, "new@example.org", "Is this your new address?"), 1);
    assert_int_equal(fixture_count(fixture, "anna@example.net", "Now look for our mail"), 1);
    assert_string_equal(anna_of(fixture).address, "anna@example.net");
    const char *proof = reply_to(fixture, "address-prove");
    take(&mailbox, mail(fixture, "thief@example.org", proof, "", "1"));
    assert_string_equal(anna_of(fixture).address, "anna@example.net");
    take(&mailbox, mail(fixture, "new@example.org", proof, "", "STOP"));
    assert_int_equal(anna_of(fixture).state, PARTICIPANT_ACTIVE);
    take(&mailbox, mail(fixture, "new@example.org", proof, "", "1\n\nThank you"));
    fixture_turns(fixture);
    assert_string_equal(anna_of(fixture).address, "new@example.org");
    assert_int_equal(fixture_count(fixture, "new@example.org", "We write to you here from now on"), 1);
}

/* Goal: "no", another's address, and one that takes no mail change nothing; the last is told at the one on file, which
 * stays good. */
static void test_address_refused(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    introduce_and_ask(fixture);
    say(&mailbox, "ADDRESS new@example.org");
    take(&mailbox, mail(fixture, anna_writes, reply_to(fixture, "address-sure"), "", "2"));
    fixture_turns(fixture);
    assert_int_equal(fixture_count(fixture, "new@example.org", NULL), 0);
    fixture_pass(fixture, 8 * SECONDS_PER_DAY);
    say(&mailbox, "ADDRESS ben@example.com");
    struct inbox_row row = take(&mailbox, mail(fixture, anna_writes, reply_to(fixture, "address-sure"), "", "1"));
    assert_int_equal(row.state, INBOX_WAITING);
    assert_int_equal(fixture_count(fixture, "ben@example.com", "new address"), 0);
    fixture_pass(fixture, 8 * SECONDS_PER_DAY);
    say(&mailbox, "ADDRESS nwe@example.org");
    take(&mailbox, mail(fixture, anna_writes, reply_to(fixture, "address-sure"), "", "1"));
    fixture->fake.outcome = SEND_REFUSED;
    fixture->fake.stage = STAGE_RECIPIENT;
    fixture->fake.code = 550;
    fixture->fake.status = "5.1.1";
    fixture_turns(fixture);
    fixture->fake.outcome = SEND_ACCEPTED;
    fixture_pass(fixture, SECONDS_PER_DAY);
    assert_string_equal(anna_of(fixture).address, "anna@example.net");
    assert_int_equal(fixture_count(fixture, "anna@example.net", "nwe@example.org does not take our mail"), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        fixture_test(test_pause_until),
        fixture_test(test_pause_loses_its_end),
        fixture_test(test_undo),
        fixture_test(test_undo_of_an_answer),
        fixture_test(test_language),
        fixture_test(test_topic),
        fixture_test(test_status),
        fixture_test(test_address),
        fixture_test(test_address_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
