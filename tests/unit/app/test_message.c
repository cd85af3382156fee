/* Goal: what people read is true of them: who has written, whether they hear from us for the first time, and in which
 * order it comes. */
#include "mailbox.h"

#include "app/message.h"

static const char *text_of(struct fixture *fixture, const char *template_name, int64_t participant,
                           const char *letters) {
    struct sample sample = {.template_name = template_name, .participant = participant, .letters = letters};
    struct message_rendering rendering;
    assert_done(message_preview(&fixture->service, &sample, fixture->arena, &rendering, &error));
    return rendering.plain;
}

static void write_letter(struct mailbox *mailbox, const char *from, int64_t participant) {
    struct fixture *fixture = mailbox->fixture;
    take(mailbox, mail(fixture, from, way_of(fixture, participant), "", "A letter about herons."));
    fixture_turns(fixture);
}

/* Goal: nobody whose letter went through us is told that it is their turn, on either side. */
static void test_first_contact_knows_letters(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    size_t count;
    relay(fixture);
    assert_done(action_round_start(&fixture->service, fixture->round, &count, &error));
    fixture_pass(fixture, 2 * SECONDS_PER_DAY);
    assert_non_null(strstr(text_of(fixture, "first-contact", fixture->anna, NULL), "You were to begin"));
    assert_non_null(strstr(text_of(fixture, "first-contact", fixture->ben, NULL), "Anna Berg was to begin"));
    write_letter(&mailbox, "anna@example.net", fixture->anna);
    const char *hers = text_of(fixture, "first-contact", fixture->anna, NULL),
               *his = text_of(fixture, "first-contact", fixture->ben, NULL);
    assert_null(strstr(hers, "were to begin"));
    assert_non_null(strstr(hers, "Your letter to Ben went out"));
    assert_non_null(strstr(his, "A letter from Anna went out to you"));
    assert_null(strstr(his, "was to begin"));
    write_letter(&mailbox, "ben@example.com", fixture->ben);
    hers = text_of(fixture, "first-contact", fixture->anna, NULL);
    assert_non_null(strstr(hers, "letters have gone to and fro"));
    assert_null(strstr(hers, "found each other"));
}

/* Goal: a check-in tells what was lately, not what was months ago. */
static void test_check_in_knows_what_was_lately(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    size_t count;
    relay(fixture);
    assert_done(action_round_start(&fixture->service, fixture->round, &count, &error));
    fixture_pass(fixture, 2 * SECONDS_PER_DAY);
    write_letter(&mailbox, "anna@example.net", fixture->anna);
    assert_non_null(strstr(text_of(fixture, "check-in", fixture->anna, NULL), "Your letter to Ben went out"));
    assert_non_null(strstr(text_of(fixture, "check-in", fixture->ben, NULL), "A letter from Anna went out to you"));
    clock_advance_to(clock_now() + 40 * SECONDS_PER_DAY);
    assert_null(strstr(text_of(fixture, "check-in", fixture->anna, NULL), "went out"));
}

/* Goal: where letters don't go through us, nobody is told of a silence that we can't know of. */
static void test_no_relay_claims_no_silence(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    size_t count;
    fixture->configuration.programme.relay = RELAY_NO;
    assert_done(service_refresh(&fixture->service, &error));
    assert_done(action_round_start(&fixture->service, fixture->round, &count, &error));
    fixture_pass(fixture, 2 * SECONDS_PER_DAY);
    const char *hers = text_of(fixture, "first-contact", fixture->anna, NULL);
    assert_null(strstr(hers, "no letter"));
    assert_non_null(strstr(hers, "If you are in touch already"));
    take(&mailbox,
         mail(fixture, "anna@example.net", "ben@example.com",
              arena_format(fixture->arena, "Cc: %s\r\n", way_of(fixture, fixture->anna)), "Dear Ben, hello."));
    assert_int_equal(contacts(fixture).count, 1);
    assert_null(strstr(text_of(fixture, "first-contact", fixture->anna, NULL), "were to begin"));
}

/* Goal: whoever edits these texts can look at each case. */
static void test_sample_of_each_case(void **state) {
    struct fixture *fixture = *state;
    relay(fixture);
    assert_non_null(strstr(text_of(fixture, "first-contact", fixture->anna, "both"), "to and fro"));
    assert_non_null(strstr(text_of(fixture, "first-contact", fixture->anna, "yours"), "Your letter to Ben went out"));
    assert_non_null(strstr(text_of(fixture, "first-contact", fixture->anna, "theirs"), "A letter from Ben went out"));
    assert_non_null(strstr(text_of(fixture, "first-contact", fixture->anna, "none"), "You were to begin"));
}

/* ---- The first day ---- */

/* Goal: who is accepted and introduced together gets one mail, in which the introduction greets; nobody is greeted
 * twice.
 */
static void test_one_mail_on_the_first_day(void **state) {
    struct fixture *fixture = *state;
    size_t count;
    assert_done(action_round_start(&fixture->service, fixture->round, &count, &error));
    fixture_pass(fixture, 2 * SECONDS_PER_DAY);
    assert_int_equal(fixture_count(fixture, "anna@example.net", NULL), 1);
    assert_int_equal(fixture_count(fixture, "anna@example.net", "Subject: Meet Ben Okoro"), 1);
    assert_int_equal(fixture_count(fixture, "anna@example.net", "Welcome to Librarians"), 1);
}

/* Goal: who was welcomed days before is not welcomed again by the introduction. */
static void test_welcome_and_introduction_apart(void **state) {
    struct fixture *fixture = *state;
    size_t count;
    fixture_pass(fixture, 2 * SECONDS_PER_DAY);
    assert_int_equal(fixture_count(fixture, "anna@example.net", "Subject: Welcome to"), 1);
    assert_done(action_round_start(&fixture->service, fixture->round, &count, &error));
    fixture_pass(fixture, 2 * SECONDS_PER_DAY);
    assert_int_equal(fixture_count(fixture, "anna@example.net", "Welcome to Librarians"), 1);
    assert_int_equal(fixture_count(fixture, "anna@example.net", "Subject: Meet Ben Okoro"), 1);
}

/* Goal: an outage that makes both late makes one mail of them, too. */
static void test_outage_makes_no_two(void **state) {
    struct fixture *fixture = *state;
    size_t count;
    clock_advance_to(clock_now() + SECONDS_PER_DAY);
    assert_done(action_round_start(&fixture->service, fixture->round, &count, &error));
    clock_advance_to(clock_now() + SECONDS_PER_DAY + 7 * SECONDS_PER_HOUR);
    fixture_turns(fixture);
    fixture_pass(fixture, SECONDS_PER_DAY);
    assert_int_equal(fixture_count(fixture, "anna@example.net", NULL), 1);
    assert_int_equal(fixture_count(fixture, "anna@example.net", "Subject: Meet Ben Okoro"), 1);
}

static void put_row(struct fixture *fixture, const char *step, int64_t due, int priority) {
    struct event_cause cause = service_cause(&fixture->service, NULL);
    struct outbox_row row = {.key = step,
                             .priority = priority,
                             .step = step,
                             .template_name = step,
                             .participant = fixture->anna,
                             .partnership = fixture->partnership,
                             .round = fixture->round,
                             .occurrence = 1,
                             .due_at = due,
                             .expires_at = due + 9 * SECONDS_PER_DAY};
    int64_t id;
    bool is_new;
    assert_done(outbox_insert(fixture->database, &row, &cause, &id, &is_new, &error));
}

/* Goal: one person's messages keep the order in which they are due, and of those due together that of the steps,
 * whatever their priorities and however many connections there are; the next one waits for the result of the one
 * before.
 */
static void test_messages_keep_their_order(void **state) {
    struct fixture *fixture = *state;
    size_t count;
    assert_done(action_round_start(&fixture->service, fixture->round, &count, &error));
    fixture_pass(fixture, 2 * SECONDS_PER_DAY);
    size_t before = fixture->fake.started;
    int64_t due = clock_now();
    put_row(fixture, "introduction", due, PRIORITY_INTRODUCTION);
    put_row(fixture, "closing", due - 60, PRIORITY_INTRODUCTION);
    put_row(fixture, "check-in", due - 120, PRIORITY_BULK);
    put_row(fixture, "discussion", due - 120, PRIORITY_BULK);
    static const char *const subjects[] = {"Something to write about", "Something to write about", "How is it going",
                                           "thank you", "Meet Ben"};
    for (size_t i = 0; i < COUNT_OF(subjects); i++) {
        fixture->fake.silent = true;
        for (int turn = 0; turn < 400 && fixture->fake.started == before + i; turn++) {
            clock_advance_to(clock_now() + 6);
            assert_done(outgoing_turn(fixture->outgoing, 0, -1, true, &error));
        }
        for (int turn = 0; turn < 5; turn++) { /* no other one meanwhile */
            clock_advance_to(clock_now() + 6);
            assert_done(outgoing_turn(fixture->outgoing, 0, -1, true, &error));
        }
        assert_int_equal(fixture->fake.started, before + i + 1);
        assert_non_null(strstr(fixture->fake.letters[before + i].bytes, subjects[i]));
        fixture->fake.silent = false;
        fixture->fake.outcome = i == 0 ? SEND_REFUSED_NOW : SEND_ACCEPTED; /* the first one needs a second try */
        fixture->fake.code = i == 0 ? 451 : 250;
        assert_done(outgoing_turn(fixture->outgoing, 0, -1, false, &error));
    }
}

/* ---- Letters' subjects ---- */

/* Goal: an answer to "Meet Ben Okoro" comes to Ben as an answer to what he was told, in his language; both stay in
 * their thread. */
static void test_subject_is_the_readers(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    static const char *const languages[] = {"en", "es"};
    size_t count;
    struct participant ben;
    struct event_cause cause = service_cause(&fixture->service, NULL);
    fixture->configuration.programme.languages = languages;
    fixture->configuration.programme.language_count = 2;
    assert_done(participants_find(fixture->database, fixture->ben, fixture->arena, &ben, &error));
    ben.language = "es";
    auto_string key = address_key(ben.address);
    assert_done(participants_update(fixture->database, &ben, key, &cause, &error));
    relay(fixture);
    assert_done(action_round_start(&fixture->service, fixture->round, &count, &error));
    fixture_pass(fixture, 2 * SECONDS_PER_DAY);
    struct outbox_row hers, his;
    const char *of = arena_format(fixture->arena, "partnership/%d/introduction/0/", (int)fixture->partnership);
    assert_done(outbox_find_by_key(fixture->database, arena_format(fixture->arena, "%s%d", of, (int)fixture->anna),
                                   fixture->arena, &hers, &error));
    assert_done(outbox_find_by_key(fixture->database, arena_format(fixture->arena, "%s%d", of, (int)fixture->ben),
                                   fixture->arena, &his, &error));
    take(&mailbox, arena_format(fixture->arena,
                                "From: anna@example.net\r\nTo: %s\r\nSubject: AW: Meet Ben Okoro\r\nMessage-ID: "
                                "<answer@example.net>\r\nIn-Reply-To: %s\r\n\r\nHello Ben\r\n",
                                way_of(fixture, fixture->anna), hers.message_id));
    fixture_turns(fixture);
    const char *letter = last_letter(fixture, "ben@example.com")->bytes;
    assert_non_null(strstr(letter, "Subject: AW: Te presentamos a Anna Berg\r\n"));
    assert_non_null(strstr(letter, his.message_id));
    take(&mailbox, arena_format(fixture->arena,
                                "From: ben@example.com\r\nTo: %s\r\nSubject: RE: AW: Te presentamos a Anna Berg\r\n"
                                "Message-ID: <back@example.com>\r\nIn-Reply-To: <answer@example.net>\r\n\r\nHi\r\n",
                                way_of(fixture, fixture->ben)));
    fixture_turns(fixture);
    assert_non_null(strstr(last_letter(fixture, "anna@example.net")->bytes, "Subject: RE: AW: Meet Ben Okoro\r\n"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        fixture_test(test_first_contact_knows_letters), fixture_test(test_check_in_knows_what_was_lately),
        fixture_test(test_no_relay_claims_no_silence),  fixture_test(test_sample_of_each_case),
        fixture_test(test_one_mail_on_the_first_day),   fixture_test(test_welcome_and_introduction_apart),
        fixture_test(test_outage_makes_no_two),         fixture_test(test_messages_keep_their_order),
        fixture_test(test_subject_is_the_readers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
