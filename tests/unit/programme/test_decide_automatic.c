/* Goal: what mail that programs write means: bounces, complaints, absences and our own coming back, without any I/O. */
#include "decide_fixture.h"

static int set_up(void **state) {
    *state = fixture_new();
    return 0;
}

/* Goal: an "unsubscribe" that a provider passes on to the pause address pauses its owner, and coordinators hear of it,
 * for the owner may have shown the address around; a forged one does nothing. */
static void test_complaint_to_pause_address(void **state) {
    struct fixture *fixture = *state;
    fixture->description.kind = MAIL_COMPLAINT;
    fixture->facts.sender = (struct participant){0};
    fixture->facts.tag = (struct tag){.purpose = 'u', .secret = "s", .participant = ANNA};
    run(fixture);
    assert_int_equal(expect(fixture, EFFECT_PAUSE)->participant, ANNA);
    assert_int_equal(expect_case(fixture, CASE_COMPLAINT)->participant, ANNA);
    assert_false(fixture->decision.waits);
    fixture->description.dmarc = "fail";
    run(fixture);
    assert_int_equal(fixture->decision.count, 0);
    assert_true(fixture->decision.waits);
}

/* Goal: a report that a mail is no spam, or that its authentication failed, is nobody's complaint. */
static void test_harmless_reports(void **state) {
    struct fixture *fixture = *state;
    struct description_bounce entry = {"anna@example.net", "not-spam", "", false, false, "", "<out.7@example.org>"};
    fixture->description.kind = MAIL_COMPLAINT;
    fixture->description.bounces = &entry;
    fixture->description.bounce_count = 1;
    fixture->facts.about = (struct outbox_row){.id = 7, .participant = ANNA};
    run(fixture);
    assert_int_equal(fixture->decision.count, 0);
    assert_false(fixture->decision.waits);
    entry.action = "auth-failure";
    run(fixture);
    assert_int_equal(fixture->decision.count, 0);
    entry.action = "";
    run(fixture);
    assert_int_equal(expect(fixture, EFFECT_COMPLAINT)->participant, ANNA);
    expect_case(fixture, CASE_COMPLAINT);
}

/* Goal: a bounce acts only when it names a message of ours; a delay notice is no failure; a coordinator's bounce
 * alarms. */
static void test_bounces(void **state) {
    struct fixture *fixture = *state;
    struct description_bounce bounce = {"anna@example.net", "failed", "5.1.1", true, true, "", ""};
    fixture->description.kind = MAIL_BOUNCE;
    fixture->description.bounces = &bounce;
    fixture->description.bounce_count = 1;
    fixture->facts.sender = (struct participant){0};
    run(fixture);
    assert_int_equal(fixture->decision.count, 0);
    assert_true(fixture->decision.waits);

    fixture->facts.about = (struct outbox_row){.id = QUESTION, .participant = ANNA, .key = "k"};
    run(fixture);
    assert_false(fixture->decision.waits);
    assert_int_equal(expect(fixture, EFFECT_BOUNCE)->participant, ANNA);
    assert_true(expect(fixture, EFFECT_BOUNCE)->bounce->address_dead);

    bounce.action = "delayed";
    run(fixture);
    assert_int_equal(fixture->decision.count, 0);
    assert_false(fixture->decision.waits);

    bounce.action = "failed";
    fixture->facts.about = (struct outbox_row){.id = QUESTION, .coordinator = "Kate", .key = "k"};
    run(fixture);
    assert_null(find(fixture, EFFECT_BOUNCE));
    expect_case(fixture, CASE_ADDRESS);
}

/* Goal: automatic mail and our own mail coming back never cause an answer. */
static void test_automatic_mail_is_never_answered(void **state) {
    struct fixture *fixture = *state;
    ask(fixture);
    answer(fixture, "I am away, 2 weeks", "2", NULL);
    fixture->description.kind = MAIL_AUTO_REPLY;
    run(fixture);
    assert_null(find(fixture, EFFECT_ANSWER));
    assert_null(find(fixture, EFFECT_ASK_AGAIN));
    assert_non_null(find(fixture, EFFECT_AWAY));
    assert_false(fixture->decision.waits);
    fixture->description.kind = MAIL_HUMAN;
    fixture->description.own_message = true;
    fixture->facts.sender_is_ours = true;
    run(fixture);
    assert_int_equal(fixture->decision.count, 0);
    assert_false(fixture->decision.waits);
}

/* Goal: our mark is no secret. Somebody's own words that carry it wait for a person, but cause no mail, so that a list
 * which keeps the mark and writes in its own name ends no loop by beginning another. */
static void test_our_mark_on_somebody_elses_mail(void **state) {
    struct fixture *fixture = *state;
    ask(fixture);
    answer(fixture, "2", "2", NULL);
    fixture->description.own_message = true;
    run(fixture);
    assert_int_equal(fixture->decision.count, 0);
    assert_true(fixture->decision.waits);
    assert_true(fixture->decision.quiet);
    assert_false(fixture->decision.letter);
    fixture->facts.tag.purpose = 'p';
    run(fixture);
    assert_false(fixture->decision.letter); /* else its words would be gone */
    fixture->description.kind = MAIL_AUTO_REPLY;
    run(fixture);
    assert_false(fixture->decision.waits);
}

/* Goal: what a form sends to the report address, marked as automatic, is seen by a person. */
static void test_automatic_report(void **state) {
    struct fixture *fixture = *state;
    fixture->description.kind = MAIL_AUTO_REPLY;
    fixture->description.plain_tag = "report";
    run(fixture);
    assert_true(fixture->decision.waits);
    fixture->description.plain_tag = "join";
    run(fixture);
    assert_false(fixture->decision.waits);
}

/* Goal: a letter's bounce address hears of its reader's absence, and the writer is told; from anybody else it is only
 * an automatic message. Neither stays in the mailbox, for it may quote the letter. */
static void test_absence_answers_a_letter(void **state) {
    struct fixture *fixture = *state;
    fixture->facts.letter.relays = true;
    fixture->facts.tag = (struct tag){.purpose = 'b', .secret = "s", .outbox = QUESTION};
    fixture->facts.about = (struct outbox_row){
        .id = QUESTION, .step = "letter", .participant = ANNA, .partnership = PARTNERSHIP, .key = "k"};
    fixture->description.kind = MAIL_AUTO_REPLY;
    fixture->description.away_until = "2027-01-03";
    fixture->facts.tag_is_senders = true;
    run(fixture);
    const struct effect *tell = expect(fixture, EFFECT_TELL_AWAY);
    assert_int_equal(tell->participant, ANNA);
    assert_int_equal(tell->partnership, PARTNERSHIP);
    assert_string_equal(tell->detail, "2027-01-03");
    assert_true(fixture->decision.letter);
    assert_false(fixture->decision.waits);

    fixture->facts.tag_is_senders = false;
    run(fixture);
    assert_null(find(fixture, EFFECT_TELL_AWAY));
    assert_true(fixture->decision.letter);
}

/* Goal: what comes to a letter's return path and can't be read as a report may hold the letter: nobody reads it. */
static void test_unread_report(void **state) {
    struct fixture *fixture = *state;
    fixture->facts.letter.relays = true;
    fixture->facts.sender = (struct participant){0};
    fixture->facts.tag = (struct tag){.purpose = 'b', .secret = "s", .outbox = QUESTION};
    fixture->facts.about = (struct outbox_row){.id = QUESTION, .step = "letter", .participant = ANNA, .key = "k"};
    fixture->description.text = "We are sorry, but your letter could not reach him.";
    run(fixture);
    assert_true(fixture->decision.waits);
    assert_true(fixture->decision.unread);
    fixture->facts.about.step = "check-in";
    run(fixture);
    assert_false(fixture->decision.unread);
}

/* Goal: a letter's bounce tells its writer, and the report, which holds the letter, leaves the mailbox. */
static void test_letter_bounces(void **state) {
    struct fixture *fixture = *state;
    struct description_bounce bounce = {"ben@example.net", "failed", "5.1.1", true, true, "", ""};
    fixture->description.kind = MAIL_BOUNCE;
    fixture->description.bounces = &bounce;
    fixture->description.bounce_count = 1;
    fixture->facts.sender = (struct participant){0};
    fixture->facts.about =
        (struct outbox_row){.id = QUESTION, .step = "letter", .participant = ANNA + 1, .about = ANNA, .key = "k"};
    run(fixture);
    assert_int_equal(expect(fixture, EFFECT_NOTICE)->participant, ANNA);
    assert_string_equal(expect(fixture, EFFECT_NOTICE)->detail, "letter-bounced");
    assert_true(fixture->decision.letter);
    bounce.action = "delayed";
    run(fixture);
    assert_null(find(fixture, EFFECT_NOTICE));
    assert_true(fixture->decision.letter);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_complaint_to_pause_address, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_harmless_reports, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_bounces, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_automatic_mail_is_never_answered, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_our_mark_on_somebody_elses_mail, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_automatic_report, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_absence_answers_a_letter, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_unread_report, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_letter_bounces, set_up, tear_down),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    test_words_free();
    return failed;
}
