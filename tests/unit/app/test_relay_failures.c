/* Goal: the writer of a letter that does not arrive hears of it, kindly and once; the coordinators do where they are
 * said to look into it; and nothing of the letter is kept. */
#include "mailbox.h"

/* Goal: a letter that our own server refuses for good is emptied, its writer is told kindly, and a coordinator, too. */
static void test_refused_letter(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    introduce_and_relay(fixture);
    write_to_ben(&mailbox, "", "Dear Ben, an unmistakable phrase.");
    fixture->fake.outcome = SEND_REFUSED, fixture->fake.stage = STAGE_DATA;
    fixture->fake.code = 554, fixture->fake.status = "5.7.1";
    assert_done(outgoing_turn(fixture->outgoing, 0, -1, true, &error));
    fixture->fake.outcome = SEND_ACCEPTED;
    fixture_turns(fixture);
    struct outbox_row letter = last_row(fixture, "letter");
    assert_int_equal(letter.state, OUTBOX_FAILED);
    assert_emptied(fixture, &letter);
    assert_int_equal(fixture_count(fixture, "anna@example.net", "Your letter to Ben came back"), 1);
    assert_int_equal(fixture_count(fixture, "anna@example.net", "unmistakable"), 0);
    assert_int_equal(fixture_count(fixture, "kate@example.org", "could not be delivered"), 1);
}

/* Goal: one that is larger than our own server takes is told as such. What the server says that it takes is remembered,
 * also for the next start: the next such letter's writer is told at once. */
static void test_letter_larger_than_the_server_takes(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    introduce_and_relay(fixture);
    write_to_ben(&mailbox, "", "Dear Ben, the first one.");
    fixture->fake.outcome = SEND_REFUSED, fixture->fake.stage = STAGE_MAIL;
    fixture->fake.code = 552, fixture->fake.status = "5.3.4", fixture->fake.size_limit = 5000;
    assert_done(outgoing_turn(fixture->outgoing, 0, -1, true, &error));
    fixture->fake.outcome = SEND_ACCEPTED;
    fixture_turns(fixture);
    assert_int_equal(fixture_count(fixture, "anna@example.net", "Your letter to Ben was too large"), 1);
    assert_int_equal(fixture_count(fixture, "anna@example.net", "5 kB"), 1);
    assert_int_equal(fixture_count(fixture, "anna@example.net", "came back"), 0);

    fixture->fake.size_limit = 0;
    fixture_restart(fixture);
    assert_done(service_refresh(&fixture->service, &error));
    char large[6000];
    memset(large, 'x', sizeof large - 1);
    large[sizeof large - 1] = '\0';
    size_t sent = fixture_count(fixture, "ben@example.com", NULL);
    struct inbox_row row = write_to_ben(&mailbox, "", large);
    assert_non_null(strstr(row.reason, "too large"));
    fixture_turns(fixture);
    assert_int_equal(fixture_count(fixture, "ben@example.com", NULL), sent);
    assert_int_equal(fixture_count(fixture, "anna@example.net", "Your letter to Ben was too large"), 2);
    row = take(&mailbox, mail(fixture, "stranger@example.org", way_of(fixture, fixture->anna), "", large));
    assert_int_equal(row.state, INBOX_WAITING);
    assert_int_equal(row.content, 0); /* no letter is read along */
}

/* Goal: a letter that is not taken for five days is given up, emptied, and its writer is told, once. */
static void test_letter_that_is_never_taken(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    introduce_and_relay(fixture);
    write_to_ben(&mailbox, "", "Dear Ben, an unmistakable phrase.");
    fixture->fake.outcome = SEND_REFUSED_NOW, fixture->fake.stage = STAGE_RECIPIENT;
    fixture->fake.code = 450, fixture->fake.status = "4.2.0";
    fixture_pass(fixture, 5 * SECONDS_PER_DAY + SECONDS_PER_HOUR);
    struct outbox_row letter = last_row(fixture, "letter");
    assert_true(letter.state == OUTBOX_FAILED || letter.state == OUTBOX_EXPIRED);
    assert_emptied(fixture, &letter);
    fixture->fake.outcome = SEND_ACCEPTED;
    size_t tries = fixture->fake.started; /* of what was refused meanwhile, too */
    fixture_pass(fixture, SECONDS_PER_DAY);
    size_t told = 0, coordinators = 0;
    for (size_t i = tries; i < fixture->fake.started; i++) {
        told += strstr(fixture->fake.letters[i].bytes, "Your letter to Ben came back") != NULL;
        coordinators += string_equal(fixture->fake.letters[i].to, "kate@example.org") &&
                        strstr(fixture->fake.letters[i].bytes, "could not be delivered");
    }
    assert_int_equal(told, 1);
    assert_int_equal(coordinators, 1);
}

/* Goal: a letter that waited in vain for the end of a pause is dropped, and its writer told without a reason. */
static void test_letter_that_waits_in_vain(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    introduce_and_relay(fixture);
    write_to_ben(&mailbox, "", "Dear Ben, an unmistakable phrase.");
    assert_done(action_participant_pause(&fixture->service, fixture->ben, "test", &error));
    fixture_pass(fixture, 8 * SECONDS_PER_DAY);
    struct outbox_row letter = last_row(fixture, "letter");
    assert_int_equal(letter.state, OUTBOX_CANCELLED);
    assert_emptied(fixture, &letter);
    assert_int_equal(fixture_count(fixture, "ben@example.com", "unmistakable"), 0);
    assert_int_equal(fixture_count(fixture, "anna@example.net", "was not passed on"), 1);
}

/* Goal: so does the writer of letters beyond a day's number that no coordinator let go. */
static void test_too_many_letters(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    introduce_and_relay(fixture);
    for (int i = 0; i < 23; i++)
        write_to_ben(&mailbox, "", arena_format(fixture->arena, "Dear Ben, this is picture %d.", i));
    fixture_turns(fixture);
    assert_int_equal(fixture_count(fixture, "ben@example.com", "this is picture"), 20);
    fixture_pass(fixture, 8 * SECONDS_PER_DAY);
    assert_int_equal(fixture_count(fixture, "ben@example.com", "this is picture"), 20);
    assert_int_equal(fixture_count_state(fixture, OUTBOX_HELD), 0);
    assert_int_equal(fixture_count(fixture, "anna@example.net", "was not passed on"), 1);
}

/* ---- Letters that come back ---- */

static const char *letter_report(struct fixture *fixture, const struct outbox_row *letter, const char *status) {
    return arena_format(
        fixture->arena,
        "From: MAILER-DAEMON@example.net\r\nTo: %s\r\nSubject: Undelivered Mail\r\nAuto-Submitted: auto-replied\r\n"
        "MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: text/plain\r\n\r\nIt could not be delivered (%s).\r\n--b\r\nContent-Type: "
        "message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.net\r\n\r\nFinal-Recipient: rfc822; "
        "ben@example.com\r\nAction: failed\r\nStatus: %s\r\n\r\n--b--\r\n",
        tag_of(fixture, &(struct tag){.purpose = 'b', .outbox = letter->id}), status, status);
}

/* Goal: the first bounce of a letter is told to its writer, who reads that the coordinators know, and to them; a second
 * report about the same letter tells nobody anything new. One that was too large on the way is told as such. */
static void test_letter_comes_back(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    introduce_and_relay(fixture);
    write_to_ben(&mailbox, "", "Dear Ben, the first one.");
    fixture_turns(fixture);
    struct outbox_row letter = last_row(fixture, "letter");
    for (int i = 0; i < 2; i++) {
        take(&mailbox, letter_report(fixture, &letter, i ? "4.2.2" : "4.4.7"));
        fixture_turns(fixture);
    }
    assert_int_equal(fixture_count(fixture, "anna@example.net", "Your letter to Ben came back"), 1);
    assert_int_equal(fixture_count(fixture, "kate@example.org", "could not be delivered"), 1);

    write_to_ben(&mailbox, "", "Dear Ben, the second one.");
    fixture_turns(fixture);
    letter = last_row(fixture, "letter");
    take(&mailbox, letter_report(fixture, &letter, "5.2.3"));
    fixture_turns(fixture);
    assert_int_equal(fixture_count(fixture, "anna@example.net", "Your letter to Ben was too large"), 1);
    assert_int_equal(fixture_count(fixture, "anna@example.net", "the limit is"), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        fixture_test(test_refused_letter),
        fixture_test(test_letter_larger_than_the_server_takes),
        fixture_test(test_letter_that_is_never_taken),
        fixture_test(test_letter_that_waits_in_vain),
        fixture_test(test_too_many_letters),
        fixture_test(test_letter_comes_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
