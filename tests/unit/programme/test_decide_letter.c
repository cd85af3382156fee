/* Goal: what a mail to a partnership address means: a letter that goes to whom it can reach, or a word to us. */
#include "decide_fixture.h"

/* Anna writes to Ben by her own address. */
static int set_up(void **state) {
    struct fixture *fixture = fixture_new();
    struct facts *facts = &fixture->facts;
    fixture->description.text = "Dear Ben, hello.";
    facts->identified_by = IDENTIFIED_BY_TAG;
    facts->tag = (struct tag){.purpose = 'p', .secret = "s", .participant = ANNA, .partnership = PARTNERSHIP};
    facts->tag_is_senders = true;
    facts->letter.relays = true;
    facts->letter.partnership = (struct partnership){.id = PARTNERSHIP, .state = PARTNERSHIP_ACTIVE};
    facts->letter.missing_count = 1;
    facts->letter.missing[0] = BEN;
    *state = fixture;
    return 0;
}

/* TEXT as a letter, with what the parser found in it where answers stand. */
static void write_letter(struct fixture *fixture, const char *text, const char *found) {
    answer(fixture, text, found, NULL);
    run(fixture);
}

static void open_check_in(struct fixture *fixture) {
    fixture->facts.question.open = (struct outbox_row){
        .id = QUESTION, .participant = ANNA, .partnership = PARTNERSHIP, .asks = "check-in", .key = "k"};
}

/* Goal: a letter is passed on, and that is a contact. */
static void test_letter_goes_on(void **state) {
    struct fixture *fixture = *state;
    run(fixture);
    assert_int_equal(expect(fixture, EFFECT_RELAY)->partnership, PARTNERSHIP);
    assert_int_equal(expect(fixture, EFFECT_CONTACT)->channel, CONTACT_RELAY);
    assert_int_equal(fixture->decision.recipient_count, 1);
    assert_int_equal(fixture->decision.recipients[0], BEN);
    assert_true(fixture->decision.letter);
}

/* Goal: a digit or word of an answer that stands alone, with or without politeness, answers the open check-in. */
static void test_lone_answer(void **state) {
    struct fixture *fixture = *state;
    static const struct {
        const char *text, *found;
        int64_t answer;
    } cases[] = {
        {"2", "2", 2},
        {" 2.\n", "2", 2},
        {"2\n\nThanks!", "2", 2},
        {"2, thanks", "2", 2},
        {"\xef\xbc\x92", "2", 2},
        {"(3)", "3", 3},
        {"slow", "slow", 2},
        {"All is well, thank you!", NULL, 1},
    };
    open_check_in(fixture);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        write_letter(fixture, cases[i].text, cases[i].found);
        assert_int_equal(expect(fixture, EFFECT_ANSWER)->answer, cases[i].answer);
        assert_null(find(fixture, EFFECT_RELAY));
    }
}

/* Goal: a short letter in which a digit or such a word stands beside others is a letter. */
static void test_short_letters_are_letters(void **state) {
    struct fixture *fixture = *state;
    static const char *const letters[] = {
        "Dear Wim, number 2.",
        "2 pictures, as promised",
        "2 of 3",
        "Room 2",
        "Slow down, dear!",
        "Is all well?",
        "2?",
        "1, 2",
        "2027-03-01",
        "6",
        "No news from here",
        "Dear Wim,\n\nthis is number\n2",
    };
    open_check_in(fixture);
    for (size_t i = 0; i < COUNT_OF(letters); i++) {
        write_letter(fixture, letters[i], "2");
        expect(fixture, EFFECT_RELAY);
        assert_null(find(fixture, EFFECT_ANSWER));
    }
}

/* Goal: an answer alone on the first line above a longer letter is neither passed on nor counted: the writer says. */
static void test_answer_above_a_letter(void **state) {
    struct fixture *fixture = *state;
    static const char *const letters[] = {"2\n\nDear Ben, we had snow.", "Yes!\n\nI would love to.",
                                          "Hello,\n\n1.\n\nWe met on Friday."};
    open_check_in(fixture);
    for (size_t i = 0; i < COUNT_OF(letters); i++) {
        write_letter(fixture, letters[i], "2");
        expect(fixture, EFFECT_HOLD);
        assert_string_equal(expect(fixture, EFFECT_NOTICE)->detail, "letter-question");
        assert_null(find(fixture, EFFECT_RELAY));
        assert_null(find(fixture, EFFECT_ANSWER));
        assert_int_equal(fixture->decision.recipient_count, 1);
    }
}

/* Goal: with no check-in open, an answer alone is asked about as well. */
static void test_lone_answer_to_nothing(void **state) {
    struct fixture *fixture = *state;
    write_letter(fixture, "2", "2");
    expect(fixture, EFFECT_HOLD);
    assert_string_equal(expect(fixture, EFFECT_NOTICE)->detail, "letter-question");
}

/* Goal: what partners write to each other all the time, "Yes!", is a letter where we asked nothing, and where it
 * answers the partner's own; a digit there is asked about, even with a check-in open. */
static void test_words_between_partners(void **state) {
    struct fixture *fixture = *state;
    static const char *const letters[] = {"Yes!", "Great, thanks!", "No.\n\nI have not been there."};
    for (int replying = 0; replying < 2; replying++) {
        fixture->facts.letter.replies_to_partner = replying == 1;
        for (size_t i = 0; i < COUNT_OF(letters); i++) {
            write_letter(fixture, letters[i], "yes");
            expect(fixture, EFFECT_RELAY);
            assert_null(find(fixture, EFFECT_ANSWER));
        }
        open_check_in(fixture);
    }
    write_letter(fixture, "2", "2");
    expect(fixture, EFFECT_HOLD);
    assert_null(find(fixture, EFFECT_ANSWER));
}

/* Goal: a verb above a letter is asked about; REPORT, alone or not, freezes at once. */
static void test_verbs(void **state) {
    struct fixture *fixture = *state;
    write_letter(fixture, "Stop!\n\nDear Ben, I have to tell you something.", NULL);
    assert_string_equal(expect(fixture, EFFECT_NOTICE)->detail, "letter-question");
    assert_null(find(fixture, EFFECT_PAUSE));
    write_letter(fixture, "stop", NULL);
    expect(fixture, EFFECT_PAUSE);
    write_letter(fixture, "REPORT\n\nHe asks for money.", NULL);
    assert_int_equal(expect(fixture, EFFECT_FREEZE)->partnership, PARTNERSHIP);
    assert_null(find(fixture, EFFECT_RELAY));
    assert_true(fixture->decision.waits);
    assert_false(fixture->decision.letter); /* the coordinators are to read it */
}

/* Goal: a report is heard also where the partner has a copy, and where it may not be the owner's: then nothing is
 * frozen, but a person looks at once. */
static void test_report_in_doubt(void **state) {
    struct fixture *fixture = *state;
    fixture->facts.letter.missing_count = 0;
    fixture->facts.letter.together_with_partner = true;
    write_letter(fixture, "REPORT\n\nI have had enough, Ben.", NULL);
    expect(fixture, EFFECT_FREEZE);
    assert_true(fixture->decision.waits);
    fixture->facts.letter.missing_count = 1;
    for (int unproven = 0; unproven < 2; unproven++) {
        fixture->facts.tag_is_senders = unproven;
        fixture->description.dmarc = unproven ? "fail" : "pass";
        run(fixture);
        expect_case(fixture, CASE_REPORT);
        assert_null(find(fixture, EFFECT_FREEZE));
        assert_null(find(fixture, EFFECT_HOLD));
        assert_true(fixture->decision.waits);
        assert_false(fixture->decision.letter);
    }
}

/* Goal: a letter that may be a report is asked about, also where its sender is not proven; "for the coordinators" makes
 * it a report, of which the alert shows the letter. */
static void test_may_be_a_report(void **state) {
    struct fixture *fixture = *state;
    for (int owner = 0; owner < 2; owner++) {
        fixture->facts.tag_is_senders = owner;
        write_letter(fixture, "Reports say it will snow.", NULL);
        assert_string_equal(expect(fixture, EFFECT_NOTICE)->detail, "letter-question");
        assert_string_equal(expect(fixture, EFFECT_HOLD)->detail, DECIDE_MAY_REPORT);
        assert_string_equal(fixture->decision.reason, DECIDE_MAY_REPORT);
        assert_null(find(fixture, EFFECT_ALERT));
    }
    fixture->facts.answers_used_up = true; /* nobody can be asked */
    write_letter(fixture, "Reports say it will snow.", NULL);
    expect_case(fixture, CASE_REPORT);
    assert_true(fixture->decision.waits);
    ask(fixture);
    fixture->facts.letter.partnership.id = 0;
    fixture->facts.about.asks = "letter";
    fixture->facts.about.inbox = 99;
    for (int report = 0; report < 2; report++) {
        fixture->facts.letter.kept_as_report = report;
        write_letter(fixture, "2", "2");
        expect(fixture, EFFECT_LETTER_END);
        assert_int_equal(find(fixture, EFFECT_FREEZE) != NULL, report);
    }
    assert_int_equal(expect(fixture, EFFECT_FREEZE)->partnership, PARTNERSHIP);
    assert_int_equal(expect_case(fixture, CASE_REPORT)->about, 99);
    assert_string_equal(expect(fixture, EFFECT_NOTICE)->detail, "confirm-report");
}

/* Goal: a report counts that stands in the subject of a mail too large to be read. */
static void test_large_report(void **state) {
    struct fixture *fixture = *state;
    fixture->facts.too_large = true;
    fixture->description.subject = "Report: see the pictures";
    write_letter(fixture, "", NULL);
    expect(fixture, EFFECT_FREEZE);
    assert_true(fixture->decision.waits);
}

static void make_trio(struct fixture *fixture) {
    fixture->facts.letter.missing_count = 2;
    fixture->facts.letter.missing[1] = CLEO;
}

/* Goal: in a trio, who can't be reached keeps the letter from nobody else, and its writer hears whom it missed. */
static void test_trio_with_one_unreachable(void **state) {
    struct fixture *fixture = *state;
    make_trio(fixture);
    fixture->facts.letter.missing_unreachable[0] = true;
    run(fixture);
    expect(fixture, EFFECT_RELAY);
    assert_int_equal(fixture->decision.recipient_count, 1);
    assert_int_equal(fixture->decision.recipients[0], CLEO);
    assert_string_equal(expect(fixture, EFFECT_NOTICE)->detail, "letter-missed");
    assert_int_equal(expect(fixture, EFFECT_NOTICE)->about, BEN);
    assert_int_equal(expect(fixture, EFFECT_NOTICE)->participant, ANNA);
}

/* Goal: where nobody can be reached, nothing passes and it is no contact; who has the letter directly has it. */
static void test_trio_with_nobody_reachable(void **state) {
    struct fixture *fixture = *state;
    make_trio(fixture);
    fixture->facts.letter.missing_unreachable[0] = fixture->facts.letter.missing_unreachable[1] = true;
    run(fixture);
    assert_null(find(fixture, EFFECT_RELAY));
    assert_null(find(fixture, EFFECT_CONTACT));
    assert_string_equal(expect(fixture, EFFECT_NOTICE)->detail, "letter-stopped");
    fixture->facts.letter.missing_count = 1;
    fixture->facts.letter.together_with_partner = true;
    run(fixture);
    assert_null(find(fixture, EFFECT_RELAY));
    assert_int_equal(expect(fixture, EFFECT_CONTACT)->channel, CONTACT_CC);
    assert_string_equal(expect(fixture, EFFECT_NOTICE)->detail, "letter-missed");
}

/* Goal: a member's automatic mail that answers no letter may be one, sent by a scanner: it is not passed on, but a
 * person hears that it lies in the mailbox. What answers a letter, or tells of an absence, needs nobody. */
static void test_letter_by_a_machine(void **state) {
    struct fixture *fixture = *state;
    fixture->description.kind = MAIL_AUTO_REPLY;
    fixture->facts.letter.answers_none = true;
    run(fixture);
    assert_true(fixture->decision.waits);
    assert_true(fixture->decision.unread);
    assert_false(fixture->decision.letter); /* it stays in the mailbox */
    assert_null(find(fixture, EFFECT_RELAY));
    fixture->description.away_until = "2027-03-01";
    run(fixture);
    assert_false(fixture->decision.waits);
    fixture->description.away_until = NULL;
    fixture->facts.letter.answers_none = false;
    run(fixture);
    assert_false(fixture->decision.waits);
    assert_true(fixture->decision.letter);
    expect(fixture, EFFECT_TELL_AWAY);
}

/* Goal: beyond 20 letters in a day they are held, and coordinators hear of it as of a matter of letters. */
static void test_very_many_letters(void **state) {
    struct fixture *fixture = *state;
    fixture->facts.letter.sent_today = 20;
    run(fixture);
    expect(fixture, EFFECT_HOLD);
    expect_case(fixture, CASE_LETTER);
    assert_null(find(fixture, EFFECT_RELAY));
}

/* Goal: whoever is paused and writes all the same hears that nothing passes. */
static void test_writer_is_paused(void **state) {
    struct fixture *fixture = *state;
    fixture->facts.letter.writer_stopped = true;
    run(fixture);
    assert_null(find(fixture, EFFECT_RELAY));
    assert_string_equal(expect(fixture, EFFECT_NOTICE)->detail, "letter-stopped");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_letter_goes_on, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_lone_answer, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_short_letters_are_letters, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_answer_above_a_letter, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_lone_answer_to_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_words_between_partners, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_verbs, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_report_in_doubt, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_may_be_a_report, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_large_report, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_trio_with_one_unreachable, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_trio_with_nobody_reachable, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_letter_by_a_machine, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_writer_is_paused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_very_many_letters, set_up, tear_down),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    test_words_free();
    return failed;
}
