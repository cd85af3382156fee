/* Goal: what mail that people write means, from every sender, without any I/O. */
#include "decide_fixture.h"

static int set_up(void **state) {
    *state = fixture_new();
    return 0;
}

/* Goal: one digit in reply to a check-in is recorded, closes the question, counts as a contact, and needs no person. */
static void test_digit_is_recorded(void **state) {
    struct fixture *fixture = *state;
    ask(fixture);
    answer(fixture, "2", "2", NULL);
    run(fixture);
    assert_false(fixture->decision.waits);
    assert_non_null(find(fixture, EFFECT_CHECK_IN));
    assert_int_equal(expect(fixture, EFFECT_CHECK_IN)->answer, 2);
    assert_int_equal(expect(fixture, EFFECT_CHECK_IN)->partnership, PARTNERSHIP);
    assert_int_equal(expect(fixture, EFFECT_ANSWERED)->outbox, QUESTION);
    assert_int_equal(expect(fixture, EFFECT_CONTACT)->channel, CONTACT_CHECK_IN);
    assert_non_null(find(fixture, EFFECT_REACHABLE));
}

/* Goal: "I have not heard from my partner" is recorded but is no sign of contact. */
static void test_silence_is_no_contact(void **state) {
    struct fixture *fixture = *state;
    ask(fixture);
    answer(fixture, "3", "3", NULL);
    run(fixture);
    assert_int_equal(expect(fixture, EFFECT_CHECK_IN)->answer, 3);
    assert_null(find(fixture, EFFECT_CONTACT));
}

/* Goal: who asks for help reaches a person at once. */
static void test_help_reaches_a_person(void **state) {
    struct fixture *fixture = *state;
    ask(fixture);
    answer(fixture, "4", "4", NULL);
    run(fixture);
    assert_true(fixture->decision.waits);
    assert_non_null(find(fixture, EFFECT_ALERT));
    assert_int_equal(expect(fixture, EFFECT_CHECK_IN)->answer, 4);
}

/* Goal: words beside the digit are never lost: the answer counts and a person reads the rest. */
static void test_words_beside_the_answer_are_read(void **state) {
    struct fixture *fixture = *state;
    ask(fixture);
    answer(fixture, "1\nWe met by video and it was lovely, thank you!", "1", NULL);
    run(fixture);
    assert_non_null(find(fixture, EFFECT_CHECK_IN));
    assert_true(fixture->decision.waits);
}

/* Goal: thanks, greetings, the writer's name and the place that we know they write from are no words that a person must
 * read; anything else, however politely packed, is. */
static void test_politeness_beside_the_answer(void **state) {
    struct fixture *fixture = *state;
    static const char *const nothing[] = {
        "1 - all good, thank you so much and warm greetings from Lima",
        "1\nThank you very much!\nKind regards,\nAna Quispe",
        "Hello,\n1, everything is fine, many thanks and best wishes",
    };
    static const char *const something[] = {
        "1 - all good, thank you so much and warm greetings from Cusco, where I moved",
        "1\nThank you very much, Ana is ill.\nKind regards,\nAna Quispe",
        "1, all good, many thanks, but slowly",
        "1 - all good, thank you, and greetings from Lima?",
        "1, thank you so much, please call me\nBest wishes",
    };
    ask(fixture);
    fixture->facts.sender.name = "Ana Quispe";
    fixture->facts.sender.time_zone = "America/Lima";
    for (size_t i = 0; i < COUNT_OF(nothing) + COUNT_OF(something); i++) {
        bool more = i >= COUNT_OF(nothing);
        answer(fixture, more ? something[i - COUNT_OF(nothing)] : nothing[i], "1", NULL);
        run(fixture);
        assert_non_null(find(fixture, EFFECT_CHECK_IN));
        if (fixture->decision.waits != more)
            fail_msg("%s", fixture->description.text);
    }
}

/* Goal: no answer or several different ones are never guessed: asked once more, the second time only a person looks. */
static void test_unclear_is_asked_once(void **state) {
    struct fixture *fixture = *state;
    ask(fixture);
    answer(fixture, "1 or 3", "1", "3");
    run(fixture);
    assert_non_null(find(fixture, EFFECT_ASK_AGAIN));
    assert_null(find(fixture, EFFECT_CHECK_IN));
    assert_true(fixture->decision.waits);
    fixture->facts.asked_before = 1;
    run(fixture);
    assert_null(find(fixture, EFFECT_ASK_AGAIN));
    assert_true(fixture->decision.waits);
}

/* Goal: a mail that is no reply to a message of ours is about the only open question where it answers it clearly;
 * otherwise it is an ordinary message, and the question is not put again. */
static void test_only_open_question(void **state) {
    struct fixture *fixture = *state;
    ask(fixture);
    fixture->facts.identified_by = IDENTIFIED_BY_OPEN_QUESTION;
    fixture->facts.tag = (struct tag){0};
    answer(fixture, "2", "2", NULL);
    run(fixture);
    assert_int_equal(expect(fixture, EFFECT_CHECK_IN)->answer, 2);
    static const char *const others[] = {"The library has a new roof.", "1 or 3"};
    for (size_t i = 0; i < 2; i++) {
        answer(fixture, others[i], i ? "1" : NULL, i ? "3" : NULL);
        run(fixture);
        assert_null(find(fixture, EFFECT_ASK_AGAIN));
        assert_null(find(fixture, EFFECT_CHECK_IN));
        assert_true(fixture->decision.waits);
        assert_string_equal(fixture->decision.reason, "a participant's message");
    }
    fixture->facts.about.asks = "letter";
    answer(fixture, "Which letter do you mean?", NULL, NULL);
    run(fixture);
    assert_string_equal(fixture->decision.reason, "a participant's message");
    answer(fixture, "1", "1", NULL);
    run(fixture);
    assert_non_null(find(fixture, EFFECT_LETTER_GO));
}

/* Goal: what came with an empty return path is understood like all else, but gets no automatic answer. */
static void test_empty_return_path_gets_no_answer(void **state) {
    struct fixture *fixture = *state;
    ask(fixture);
    fixture->description.null_sender = true;
    answer(fixture, "hmm", NULL, NULL);
    run(fixture);
    assert_null(find(fixture, EFFECT_ASK_AGAIN));
    assert_true(fixture->decision.waits);
    answer(fixture, "2", "2", NULL);
    run(fixture);
    assert_int_equal(expect(fixture, EFFECT_CHECK_IN)->answer, 2);
}

/* Goal: a letter between partners with a copy to us is logged and nothing else happens. */
static void test_copied_letter_is_logged(void **state) {
    struct fixture *fixture = *state;
    fixture->facts.together_count = 1;
    fixture->facts.together[0] = PARTNERSHIP;
    fixture->description.text = "Dear Ben, 1 thing I wanted to tell you ...";
    run(fixture);
    assert_false(fixture->decision.waits);
    assert_int_equal(expect(fixture, EFFECT_CONTACT)->channel, CONTACT_CC);
    assert_int_equal(expect(fixture, EFFECT_CONTACT)->participant, ANNA);
    assert_null(find(fixture, EFFECT_CHECK_IN));
}

/* Goal: an answer to a check-in counts although the partner is in copy; a letter with a digit in it is none. */
static void test_answer_copied_to_the_partner(void **state) {
    struct fixture *fixture = *state;
    ask(fixture);
    fixture->facts.together_count = 1;
    fixture->facts.together[0] = PARTNERSHIP;
    answer(fixture, "2", "2", NULL);
    run(fixture);
    assert_int_equal(expect(fixture, EFFECT_CHECK_IN)->answer, 2);
    answer(fixture, "Dear Ben, how is it going?", NULL, NULL);
    run(fixture);
    assert_null(find(fixture, EFFECT_ASK_AGAIN));
    assert_int_equal(expect(fixture, EFFECT_CONTACT)->channel, CONTACT_CC);
}

/* Goal: a report reaches a person also where the partner has a copy of it. */
static void test_report_copied_to_the_partner(void **state) {
    struct fixture *fixture = *state;
    fixture->facts.together_count = 1;
    fixture->facts.together[0] = PARTNERSHIP;
    fixture->description.text = "REPORT\n\nI have had enough, Ben.";
    run(fixture);
    expect(fixture, EFFECT_ALERT);
    assert_true(fixture->decision.waits);
    assert_false(fixture->decision.letter);
}

/* Goal: a word to us that is all of a reply to any message of ours: STOP pauses, HELP and REPORT are told at once. In a
 * sentence, or in a mail that is no reply of theirs, it is a word like others. */
static void test_words_in_a_reply(void **state) {
    struct fixture *fixture = *state;
    ask(fixture);
    answer(fixture, "STOP", NULL, NULL);
    run(fixture);
    assert_int_equal(expect(fixture, EFFECT_PAUSE)->participant, ANNA);
    assert_null(find(fixture, EFFECT_ASK_AGAIN));
    fixture->facts.about.asks = NULL;
    static const char *const told[] = {"Help, please!", "Report\nHe asks for money."};
    for (size_t i = 0; i < COUNT_OF(told); i++) {
        answer(fixture, told[i], NULL, NULL);
        run(fixture);
        expect(fixture, EFFECT_ALERT);
        assert_null(find(fixture, EFFECT_PAUSE));
        assert_true(fixture->decision.waits);
    }
    answer(fixture, "Stop by when you are in town.", NULL, NULL);
    run(fixture);
    assert_null(find(fixture, EFFECT_PAUSE));
    fixture->facts.about.participant = ANNA + 1;
    answer(fixture, "STOP", NULL, NULL);
    run(fixture);
    assert_null(find(fixture, EFFECT_PAUSE));
}

/* Goal: a tag works only for the person it was made for; in other hands it changes nothing. */
static void test_stolen_tag_does_nothing(void **state) {
    struct fixture *fixture = *state;
    ask(fixture);
    fixture->facts.tag_is_senders = false;
    fixture->facts.sender.id = 9;
    answer(fixture, "2", "2", NULL);
    run(fixture);
    assert_int_equal(fixture->decision.count, 0);
    assert_true(fixture->decision.waits);
}

/* Goal: mail that fails DMARC where we trust the verdict changes nothing, whatever it says. */
static void test_unproven_sender_does_nothing(void **state) {
    struct fixture *fixture = *state;
    ask(fixture);
    answer(fixture, "2", "2", NULL);
    fixture->description.dmarc = "fail";
    run(fixture);
    assert_int_equal(fixture->decision.count, 0);
    assert_true(fixture->decision.waits);
}

/* Goal: the pause address pauses at once, and only its owner. */
static void test_pause(void **state) {
    struct fixture *fixture = *state;
    fixture->facts.tag = (struct tag){.purpose = 'u', .secret = "s", .participant = ANNA};
    fixture->facts.tag_is_senders = true;
    run(fixture);
    assert_non_null(find(fixture, EFFECT_PAUSE));
    fixture->facts.tag_is_senders = false;
    run(fixture);
    assert_null(find(fixture, EFFECT_PAUSE));
}

/* Goal: what can't be read, strangers, and people who left go to a person, with a reason and without effects. */
static void test_the_rest_goes_to_a_person(void **state) {
    struct fixture *fixture = *state;
    fixture->facts.sender.state = PARTICIPANT_LEFT;
    run(fixture);
    assert_true(fixture->decision.waits);
    assert_int_equal(fixture->decision.count, 0);
    fixture->facts.sender = (struct participant){0};
    run(fixture);
    assert_true(fixture->decision.waits);
    fixture->description.kind = MAIL_UNREADABLE;
    fixture->description.why = "crashed";
    run(fixture);
    assert_true(fixture->decision.waits);
    assert_non_null(fixture->decision.reason);
    assert_true(*fixture->decision.reason != '\0');
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_digit_is_recorded, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_silence_is_no_contact, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_help_reaches_a_person, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_words_beside_the_answer_are_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_politeness_beside_the_answer, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_unclear_is_asked_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_only_open_question, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_empty_return_path_gets_no_answer, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_copied_letter_is_logged, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_answer_copied_to_the_partner, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_report_copied_to_the_partner, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_words_in_a_reply, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_stolen_tag_does_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_unproven_sender_does_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_pause, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_the_rest_goes_to_a_person, set_up, tear_down),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    test_words_free();
    return failed;
}
