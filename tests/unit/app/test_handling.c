/* Goal: an incoming message becomes the right rows, once, in one go: described, identified, decided, applied. */
#include "mailbox.h"

#include "store/cases.h"

/* Goal: a digit in reply is recorded once, even if the mail comes twice; the next message says what was understood;
 * another digit in reply to that corrects it. */
static void test_answer_confirmation_correction(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    struct outbox_row question = introduce_and_ask(fixture);
    const char *address = tag_of(fixture, &(struct tag){.purpose = 'r', .outbox = question.id});
    const char *answer = mail(fixture, "Anna <anna@example.net>", address, "", "2");
    assert_int_equal(take(&mailbox, answer).state, INBOX_HANDLED);
    assert_int_equal(take(&mailbox, answer).state, INBOX_DUPLICATE);
    assert_int_equal(check_ins(fixture).count, 1);
    assert_int_equal(check_ins(fixture).items[0].value, 2);

    size_t before = fixture->fake.started;
    fixture_pass(fixture, 25 * SECONDS_PER_DAY);
    assert_true(fixture->fake.started > before);
    assert_int_equal(fixture_count(fixture, "anna@example.net", "you answered *2*") +
                         fixture_count(fixture, "anna@example.net", "*2*"),
                     1);
    struct answer told = check_ins(fixture).items[0];
    assert_true(told.confirmed_by != 0);

    address = tag_of(fixture, &(struct tag){.purpose = 'r', .outbox = told.confirmed_by});
    assert_int_equal(take(&mailbox, mail(fixture, "anna@example.net", address, "", "1")).state, INBOX_HANDLED);
    assert_int_equal(check_ins(fixture).count, 2);
    assert_int_equal(check_ins(fixture).items[1].value, 1);
}

/* Goal: an answer that can't be understood is asked for once, plainly; the plainer question's answer counts for the
 * first. */
static void test_unclear_answer(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    struct outbox_row question = introduce_and_ask(fixture), again;
    const char *address = tag_of(fixture, &(struct tag){.purpose = 'r', .outbox = question.id});
    assert_int_equal(take(&mailbox, mail(fixture, "anna@example.net", address, "", "hm, hard to say")).state,
                     INBOX_HANDLED); /* its words stand in a digest */
    fixture_turns(fixture);
    const char *key = arena_format(fixture->arena, "ask-again/%lld", (long long)question.id);
    assert_done(outbox_find_by_key(fixture->database, key, fixture->arena, &again, &error));
    assert_int_equal(again.state, OUTBOX_SENT);
    assert_int_equal(take(&mailbox, mail(fixture, "anna@example.net", address, "", "well, well")).state, INBOX_WAITING);
    address = tag_of(fixture, &(struct tag){.purpose = 'r', .outbox = again.id});
    assert_int_equal(take(&mailbox, mail(fixture, "anna@example.net", address, "", "3")).state, INBOX_HANDLED);
    assert_int_equal(check_ins(fixture).count, 1);
    assert_int_equal(check_ins(fixture).items[0].outbox, question.id);
}

/* Goal: without our address in it, In-Reply-To ties an answer to its question, and so does the sender's only open
 * question. */
static void test_answer_without_tag(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    struct outbox_row question = introduce_and_ask(fixture);
    const char *reference = arena_format(fixture->arena, "In-Reply-To: %s\r\n", question.message_id);
    assert_int_equal(take(&mailbox, mail(fixture, "anna@example.net", "iln@example.org", reference, "1")).state,
                     INBOX_HANDLED);
    assert_int_equal(take(&mailbox, mail(fixture, "ben@example.com", "iln@example.org", "", "2")).state, INBOX_HANDLED);
    assert_int_equal(check_ins(fixture).count, 2);
}

/* Goal: a letter to the partner with our address in Cc is a contact, and nothing of it is kept. */
static void test_copied_letter(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    introduce_and_ask(fixture);
    const char *partnership = tag_of(
        fixture, &(struct tag){.purpose = 'p', .participant = fixture->ben, .partnership = fixture->partnership});
    const char *copy = arena_format(fixture->arena, "Cc: %s\r\n", partnership);
    struct inbox_row row = take(&mailbox, mail(fixture, "ben@example.com", "Anna <anna@example.net>", copy,
                                               "Kia ora Anna, 2 questions for you"));
    assert_int_equal(row.state, INBOX_HANDLED);
    assert_int_equal(row.content, 0);
    assert_null(row.subject);
    assert_int_equal(contacts(fixture).count, 1);
    assert_int_equal(contacts(fixture).items[0].participant, fixture->ben);
    assert_int_equal(contacts(fixture).items[0].channel, CONTACT_CC);
}

static const char *report(struct fixture *fixture, const char *to) {
    return arena_format(
        fixture->arena,
        "From: MAILER-DAEMON@example.net\r\nTo: %s\r\nSubject: Undelivered Mail\r\nAuto-Submitted: auto-replied\r\n"
        "MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: text/plain\r\n\r\nIt could not be delivered.\r\n--b\r\nContent-Type: "
        "message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.example.net\r\n\r\nFinal-Recipient: rfc822; anna@example.net\r\nAction: failed\r\n"
        "Status: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 no such user\r\n\r\n--b--\r\n",
        to);
}

/* Goal: a bounce to our VERP address marks the address of the person it was sent to; a forged one without it does
 * nothing. */
static void test_bounces(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    struct outbox_row question = introduce_and_ask(fixture);
    const char *verp = tag_of(fixture, &(struct tag){.purpose = 'b', .outbox = question.id});
    struct participant anna;
    assert_int_equal(take(&mailbox, report(fixture, "iln@example.org")).state, INBOX_WAITING);
    assert_done(participants_find(fixture->database, fixture->anna, fixture->arena, &anna, &error));
    assert_int_equal(anna.address_state, ADDRESS_GOOD);
    assert_int_equal(take(&mailbox, report(fixture, verp)).state, INBOX_HANDLED);
    assert_done(participants_find(fixture->database, fixture->anna, fixture->arena, &anna, &error));
    assert_int_equal(anna.address_state, ADDRESS_SUSPECT);
    take(&mailbox, mail(fixture, "anna@example.net", "iln@example.org", "", "I am still here"));
    assert_done(participants_find(fixture->database, fixture->anna, fixture->arena, &anna, &error));
    assert_int_equal(anna.address_state, ADDRESS_GOOD);
}

/* Goal: mail to the pause address, empty as it may be, pauses its owner and nobody else. */
static void test_pause_address(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    struct participant anna;
    introduce_and_ask(fixture);
    const char *address = tag_of(fixture, &(struct tag){.purpose = 'u', .participant = fixture->anna});
    take(&mailbox, mail(fixture, "ben@example.com", address, "", ""));
    assert_done(participants_find(fixture->database, fixture->anna, fixture->arena, &anna, &error));
    assert_int_equal(anna.state, PARTICIPANT_ACTIVE);
    take(&mailbox, mail(fixture, "anna@example.net", address, "", ""));
    assert_done(participants_find(fixture->database, fixture->anna, fixture->arena, &anna, &error));
    assert_int_equal(anna.state, PARTICIPANT_PAUSED);
}

/* Goal: a sender who floods us changes nothing any more and gets no answers. */
static void test_flood(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    struct outbox_row question = introduce_and_ask(fixture);
    const char *address = tag_of(fixture, &(struct tag){.purpose = 'r', .outbox = question.id});
    for (int i = 0; i < 60; i++)
        take(&mailbox, mail(fixture, "anna@example.net", "iln@example.org", "", "la la"));
    assert_int_equal(take(&mailbox, mail(fixture, "anna@example.net", address, "", "2")).state, INBOX_WAITING);
    assert_int_equal(check_ins(fixture).count, 0);
}

/* Goal: strangers, and mail to the help and report addresses, reach a person; the latter two at once. */
static void test_people_are_told(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    struct case_list alerts;
    introduce_and_ask(fixture);
    assert_int_equal(take(&mailbox, mail(fixture, "stranger@example.org", "iln@example.org", "", "Hello?")).state,
                     INBOX_WAITING);
    assert_done(cases_list(fixture->database, &(struct case_filter){.open = true, .but_messages = true}, fixture->arena,
                           &alerts, &error));
    assert_int_equal(alerts.count, 0);
    assert_int_equal(take(&mailbox, mail(fixture, "anna@example.net", "iln+help@example.org", "", "I am lost")).state,
                     INBOX_WAITING);
    assert_int_equal(
        take(&mailbox, mail(fixture, "ben@example.com", "iln+report@example.org", "", "This was not all right")).state,
        INBOX_WAITING);
    assert_done(cases_list(fixture->database, &(struct case_filter){.open = true, .but_messages = true}, fixture->arena,
                           &alerts, &error));
    assert_int_equal(alerts.count, 2);
    fixture_pass(fixture, 2 * SECONDS_PER_DAY);
    /* Two alerts and Monday's digest of all three. */
    assert_int_equal(fixture_count(fixture, "kate@example.org", NULL), 3);
    assert_int_equal(fixture_count(fixture, "kate@example.org", "I am lost"), 2);
    assert_int_equal(fixture_count(fixture, "kate@example.org", "This was not all right"), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        fixture_test(test_answer_confirmation_correction),
        fixture_test(test_unclear_answer),
        fixture_test(test_answer_without_tag),
        fixture_test(test_copied_letter),
        fixture_test(test_bounces),
        fixture_test(test_pause_address),
        fixture_test(test_flood),
        fixture_test(test_people_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
