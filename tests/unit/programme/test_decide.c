/* Goal: what mail that people write means, from every sender, without any I/O. */
#include "decide_fixture.h"

#include "programme/deciding.h"

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
    assert_non_null(find(fixture, EFFECT_ANSWER));
    assert_int_equal(expect(fixture, EFFECT_ANSWER)->answer, 2);
    assert_int_equal(expect(fixture, EFFECT_ANSWER)->partnership, PARTNERSHIP);
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
    assert_int_equal(expect(fixture, EFFECT_ANSWER)->answer, 3);
    assert_null(find(fixture, EFFECT_CONTACT));
}

/* Goal: who asks for help reaches a person at once. */
static void test_help_reaches_a_person(void **state) {
    struct fixture *fixture = *state;
    ask(fixture);
    answer(fixture, "4", "4", NULL);
    run(fixture);
    assert_true(fixture->decision.waits);
    expect_case(fixture, CASE_HELP);
    assert_int_equal(expect(fixture, EFFECT_ANSWER)->answer, 4);
}

/* Goal: words beside the digit are never lost: the answer counts and a person reads the rest. */
static void test_words_beside_the_answer_are_read(void **state) {
    struct fixture *fixture = *state;
    ask(fixture);
    answer(fixture, "1\nWe met by video and it was lovely, thank you!", "1", NULL);
    run(fixture);
    assert_non_null(find(fixture, EFFECT_ANSWER));
    assert_true(fixture->decision.remark);
    assert_non_null(strstr(fixture->decision.words, "by video"));
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
        assert_non_null(find(fixture, EFFECT_ANSWER));
        if ((fixture->decision.waits || fixture->decision.remark) != more)
            fail_msg("%s", fixture->description.text);
    }
}

/* Goal: no answer or several different ones are never guessed: asked once more, which a person only reads; the second
 * time, and where something is asked, a person looks. */
static void test_unclear_is_asked_once(void **state) {
    struct fixture *fixture = *state;
    ask(fixture);
    answer(fixture, "1 or 3", "1", "3");
    run(fixture);
    assert_non_null(find(fixture, EFFECT_ASK_AGAIN));
    assert_null(find(fixture, EFFECT_ANSWER));
    assert_true(fixture->decision.remark && !fixture->decision.waits);
    answer(fixture, "What do you mean by that?", NULL, NULL);
    run(fixture);
    assert_non_null(find(fixture, EFFECT_ASK_AGAIN));
    assert_true(fixture->decision.waits);
    answer(fixture, "1 or 3", "1", "3");
    fixture->facts.question.asked_again = true;
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
    assert_int_equal(expect(fixture, EFFECT_ANSWER)->answer, 2);
    static const char *const others[] = {"The library has a new roof.", "1 or 3"};
    for (size_t i = 0; i < 2; i++) {
        answer(fixture, others[i], i ? "1" : NULL, i ? "3" : NULL);
        run(fixture);
        assert_null(find(fixture, EFFECT_ASK_AGAIN));
        assert_null(find(fixture, EFFECT_ANSWER));
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
    assert_int_equal(expect(fixture, EFFECT_ANSWER)->answer, 2);
}

/* Goal: a person's words that came through a mailing list are acted upon or wait for a person; no answer goes out. */
static void test_list_gets_no_answer(void **state) {
    struct fixture *fixture = *state;
    ask(fixture);
    fixture->description.through_list = true;
    answer(fixture, "hmm", NULL, NULL);
    run(fixture);
    assert_null(find(fixture, EFFECT_ASK_AGAIN));
    assert_true(fixture->decision.waits);
    answer(fixture, "2", "2", NULL);
    run(fixture);
    assert_int_equal(expect(fixture, EFFECT_ANSWER)->answer, 2);
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
    assert_null(find(fixture, EFFECT_ANSWER));
}

/* Goal: an answer to a check-in counts although the partner is in copy; a letter with a digit in it is none. */
static void test_answer_copied_to_the_partner(void **state) {
    struct fixture *fixture = *state;
    ask(fixture);
    fixture->facts.together_count = 1;
    fixture->facts.together[0] = PARTNERSHIP;
    answer(fixture, "2", "2", NULL);
    run(fixture);
    assert_int_equal(expect(fixture, EFFECT_ANSWER)->answer, 2);
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
    expect_case(fixture, CASE_REPORT);
    assert_true(fixture->decision.waits);
    assert_false(fixture->decision.letter);
}

/* Goal: a word to us that is all of a reply to any message of ours: STOP pauses, HELP and REPORT are told at once. In a
 * sentence it is a word like others. */
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
        expect_case(fixture, i == 0 ? CASE_HELP : CASE_REPORT);
        assert_null(find(fixture, EFFECT_PAUSE));
        assert_true(fixture->decision.waits);
    }
    answer(fixture, "Stop by when you are in town.", NULL, NULL);
    run(fixture);
    assert_null(find(fixture, EFFECT_PAUSE));
}

/* What TEXT, below SUBJECT, does when Anna writes it; the confirmation that she gets, or NULL. */
static const char *write_to_us(struct fixture *fixture, const char *subject, const char *text) {
    answer(fixture, text, NULL, NULL);
    fixture->description.subject = subject;
    run(fixture);
    const struct effect *notice = find(fixture, EFFECT_NOTICE);
    return notice ? notice->detail : NULL;
}

/* Goal: words to us work at the programme's plain address, in the subject or the body, and each is confirmed. */
static void test_words_to_the_programme(void **state) {
    struct fixture *fixture = *state;
    static const struct {
        const char *subject, *text, *confirmed;
        int effect;
        bool waits;
    } cases[] = {
        {"STOP", "", "confirm-stop", EFFECT_PAUSE, false},
        {"Hello", "stop", "confirm-stop", EFFECT_PAUSE, false},
        {"Hello", "Pause, please!", "confirm-stop", EFFECT_PAUSE, false},
        {"A request", "Please remove me from your list", "confirm-stop", EFFECT_PAUSE, false},
        {"", "I want to unsubscribe, I have no time.", "confirm-stop", EFFECT_PAUSE, true},
        {"Unsubscribe me", "I have no time any more.", "confirm-stop", EFFECT_PAUSE, true},
        {"START", "", "confirm-start", EFFECT_RESUME, false},
        {"", "Dear Kate,\n\nresume, please.\n\nAnna Berg", "confirm-start", EFFECT_RESUME, true},
        {"Help", "", "confirm-help", EFFECT_ALERT, true},
        {"Hello", "HELP", "confirm-help", EFFECT_ALERT, true},
        {"REPORT", "He asked me for money", "confirm-report", EFFECT_ALERT, true},
        {"", "Report from Lisbon: all is well", "confirm-report", EFFECT_ALERT, true},
    };
    fixture->facts.sender.name = "Anna Berg";
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const char *confirmed = write_to_us(fixture, cases[i].subject, cases[i].text);
        if (!string_equal(confirmed, cases[i].confirmed) || !find(fixture, cases[i].effect) ||
            fixture->decision.waits != cases[i].waits)
            fail_msg("%s | %s: %s", cases[i].subject, cases[i].text, fixture->decision.reason);
        assert_null(find(fixture, EFFECT_FREEZE)); /* which partnership is meant is not clear */
    }
}

/* Goal: a wish to stop in reply to a check-in is no unclear digit; below a clear answer a person reads it. */
static void test_wish_to_stop_in_a_check_in(void **state) {
    struct fixture *fixture = *state;
    ask(fixture);
    static const char *const wishes[] = {"Remove me from your list", "Please take me off, thank you",
                                         "Hello,\nI want to unsubscribe because I am too busy.",
                                         "I am sorry. Please stop writing to me"};
    for (size_t i = 0; i < COUNT_OF(wishes); i++) {
        assert_string_equal(write_to_us(fixture, "Re: How is it going?", wishes[i]), "confirm-stop");
        assert_null(find(fixture, EFFECT_ASK_AGAIN));
    }
    answer(fixture, "3\nPlease remove me from your list.", "3", NULL);
    run(fixture);
    assert_int_equal(expect(fixture, EFFECT_ANSWER)->answer, 3);
    assert_null(find(fixture, EFFECT_PAUSE));
    assert_true(fixture->decision.waits);
    answer(fixture, "Help", "help", NULL);
    run(fixture);
    assert_int_equal(expect(fixture, EFFECT_ANSWER)->answer, 4);
    assert_string_equal(expect(fixture, EFFECT_NOTICE)->detail, "confirm-help");
}

/* Goal: confirmations are bounded, and go to nobody who wants none; a reporter gets one all the same. */
static void test_confirmations_are_bounded(void **state) {
    struct fixture *fixture = *state;
    fixture->facts.answers_used_up = true;
    assert_null(write_to_us(fixture, "STOP", ""));
    expect(fixture, EFFECT_PAUSE);
    assert_string_equal(write_to_us(fixture, "REPORT", ""), "confirm-report");
    fixture->facts.answers_used_up = false;
    fixture->description.null_sender = true;
    assert_null(write_to_us(fixture, "REPORT", ""));
    expect_case(fixture, CASE_REPORT);
    fixture->description.null_sender = false;
    fixture->description.through_list = true;
    assert_null(write_to_us(fixture, "STOP", ""));
    expect(fixture, EFFECT_PAUSE);
}

/* Goal: a pause that a coordinator made is a coordinator's to end. */
static void test_start_of_somebody_paused(void **state) {
    struct fixture *fixture = *state;
    fixture->facts.sender.state = PARTICIPANT_PAUSED;
    assert_string_equal(write_to_us(fixture, "", "START"), "confirm-start");
    expect(fixture, EFFECT_RESUME);
    fixture->facts.paused_by_coordinator = true;
    assert_string_equal(write_to_us(fixture, "", "START"), "confirm-help");
    assert_null(find(fixture, EFFECT_RESUME));
    assert_true(fixture->decision.waits);
}

/* Goal: strangers, who is not proven and who left change nothing and get no answer; of a stranger's report a person
 * hears at once. */
static void test_words_of_others(void **state) {
    struct fixture *fixture = *state;
    static const char *const words[] = {"STOP", "START", "HELP", "REPORT"};
    for (int who = 0; who < 3; who++) {
        fixture->facts.sender.id = who == 0 ? 0 : ANNA;
        fixture->facts.sender.state = who == 1 ? PARTICIPANT_LEFT : PARTICIPANT_ACTIVE;
        fixture->description.dmarc = who == 2 ? "fail" : NULL;
        for (size_t i = 0; i < COUNT_OF(words); i++) {
            assert_null(write_to_us(fixture, words[i], ""));
            assert_int_equal(fixture->decision.count, i == 3 ? 1 : 0);
            assert_true(i != 3 || fixture->decision.reports); /* whoever wrote it: one look too many */
            assert_true(fixture->decision.waits);
        }
    }
}

/* Goal: the help address knows the words as well; whatever else is written there, or to the report address, is a call
 * for help, or a report. */
static void test_help_and_report_addresses(void **state) {
    struct fixture *fixture = *state;
    fixture->facts.only_partnership = PARTNERSHIP;
    fixture->description.plain_tag = "help";
    assert_string_equal(write_to_us(fixture, "Where is my partner", "I hear nothing."), "confirm-help");
    expect_case(fixture, CASE_HELP);
    assert_string_equal(write_to_us(fixture, "", "Stop"), "confirm-stop");
    expect(fixture, EFFECT_PAUSE);
    assert_string_equal(write_to_us(fixture, "", "Report: he wants money"), "confirm-report");
    expect(fixture, EFFECT_FREEZE);
    fixture->description.plain_tag = "report";
    assert_string_equal(write_to_us(fixture, "", "He wants money"), "confirm-report");
    assert_int_equal(expect(fixture, EFFECT_FREEZE)->partnership, PARTNERSHIP);
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
    assert_string_equal(expect(fixture, EFFECT_NOTICE)->detail, "confirm-stop");
    fixture->facts.sender.state = PARTICIPANT_PAUSED; /* a program says it again */
    run(fixture);
    assert_non_null(find(fixture, EFFECT_PAUSE));
    assert_null(find(fixture, EFFECT_NOTICE));
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

/* ---- Words that are confirmed first ---- */

static const struct verb_rule asking = {
    .verb = VERB_STOP, .word = "STOP", .act = NULL, .asks_first = "stop-sure", .answer = "confirm-stop"};

/* Goal: nothing is done at once; its writer is asked, once each time and within the bounds of automatic answers. */
static void test_asks_first(void **state) {
    struct fixture *fixture = *state;
    const struct verb_reading reading = {.verb = VERB_STOP, .alone = true, .argument = "2027-05-03"};
    struct effect effects[DECIDING_EFFECTS_MAX];
    for (int bound = 0; bound < 4; bound++) {
        fixture->decision = (struct decision){.effects = effects, .reason = ""};
        struct deciding deciding = {&fixture->description, &fixture->facts, fixture->arena,
                                    &fixture->decision,    reading,         NULL};
        fixture->description.null_sender = bound == 1;
        fixture->description.through_list = bound == 2;
        fixture->facts.answers_used_up = bound == 3;
        verb_follow(&deciding, &asking, &reading);
        assert_int_equal(fixture->decision.count, bound == 0);
        assert_int_equal(fixture->decision.waits, bound > 0);
        if (bound == 0) {
            assert_int_equal(expect(fixture, EFFECT_ASK_FIRST)->verb, VERB_STOP);
            assert_string_equal(expect(fixture, EFFECT_ASK_FIRST)->detail, "2027-05-03");
        }
    }
}

static void ask_whether_sure(struct fixture *fixture) {
    ask(fixture);
    fixture->facts.now = 1000;
    fixture->facts.about.asks = QUESTION_SURE;
    fixture->facts.about.partnership = 0;
    fixture->facts.about.expires_at = 2000;
    fixture->facts.question.sure_verb = "STOP";
}

/* Goal: only a reply to what asked, with yes and nothing else, does it; its writer is told. */
static void test_sure(void **state) {
    struct fixture *fixture = *state;
    static const char *const yes[] = {"1", "Yes, please!", "yes", "1\n\nThank you\nAnna Berg"};
    ask_whether_sure(fixture);
    fixture->facts.sender.name = "Anna Berg";
    fixture->facts.answers_used_up = true;
    for (size_t i = 0; i < COUNT_OF(yes); i++) {
        answer(fixture, yes[i], yes[i][0] == '1' ? "1" : NULL, NULL);
        run(fixture);
        assert_non_null(expect(fixture, EFFECT_PAUSE));
        assert_int_equal(expect(fixture, EFFECT_ANSWERED)->outbox, QUESTION);
        assert_string_equal(expect(fixture, EFFECT_NOTICE)->detail, "confirm-stop");
        assert_false(fixture->decision.waits);
    }
    fixture->facts.about.answered_at = 900; /* a second time it is told within the bounds only */
    run(fixture);
    assert_non_null(find(fixture, EFFECT_PAUSE));
    assert_null(find(fixture, EFFECT_NOTICE));
}

/* Goal: whatever is not surely a yes changes nothing. */
static void test_not_sure(void **state) {
    struct fixture *fixture = *state;
    static const struct {
        const char *text, *answer;
        bool waits;
    } cases[] = {
        {"2", "2", false},
        {"No, thank you", NULL, false},
        {"1, but first please tell me what you have about me", "1", true},
        {"Yes, if Ben agrees with that.", NULL, true},
        {"What does this mean?", NULL, true},
        {"3", "3", true},
    };
    ask_whether_sure(fixture);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        answer(fixture, cases[i].text, cases[i].answer, NULL);
        run(fixture);
        if (find(fixture, EFFECT_PAUSE) || fixture->decision.waits != cases[i].waits)
            fail_msg("%s: %s", cases[i].text, fixture->decision.reason);
    }
    answer(fixture, "1", "1", NULL);
    fixture->facts.identified_by = IDENTIFIED_BY_OPEN_QUESTION; /* no reply to it */
    fixture->facts.tag = (struct tag){0};
    run(fixture);
    assert_null(find(fixture, EFFECT_PAUSE));
    fixture->facts.identified_by = IDENTIFIED_BY_MESSAGE_ID;
    fixture->facts.about.participant = BEN; /* asked of somebody else */
    run(fixture);
    assert_null(find(fixture, EFFECT_PAUSE));
    fixture->facts.about.participant = ANNA;
    fixture->description.dmarc = "fail";
    run(fixture);
    assert_null(find(fixture, EFFECT_PAUSE));
    fixture->description.dmarc = NULL;
    run(fixture);
    assert_non_null(find(fixture, EFFECT_PAUSE));
    fixture->facts.sender.state = PARTICIPANT_LEFT; /* former ones may be asked, too */
    run(fixture);
    assert_non_null(find(fixture, EFFECT_PAUSE));
}

/* Goal: after a week a yes is asked for anew, and a verb that there is no more does nothing. */
static void test_sure_too_late(void **state) {
    struct fixture *fixture = *state;
    ask_whether_sure(fixture);
    fixture->facts.question.sure_argument = "2027-05-03";
    fixture->facts.now = 2000;
    answer(fixture, "1", "1", NULL);
    run(fixture);
    assert_null(find(fixture, EFFECT_PAUSE));
    assert_string_equal(expect(fixture, EFFECT_ASK_FIRST)->detail, "2027-05-03");
    fixture->facts.now = 1000;
    fixture->facts.question.sure_verb = "GONE";
    run(fixture);
    assert_true(fixture->decision.waits);
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
        cmocka_unit_test_setup_teardown(test_list_gets_no_answer, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_copied_letter_is_logged, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_answer_copied_to_the_partner, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_report_copied_to_the_partner, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_words_in_a_reply, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_words_to_the_programme, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_wish_to_stop_in_a_check_in, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_confirmations_are_bounded, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_start_of_somebody_paused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_words_of_others, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_help_and_report_addresses, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_stolen_tag_does_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_unproven_sender_does_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_pause, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_the_rest_goes_to_a_person, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_asks_first, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_sure, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_not_sure, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_sure_too_late, set_up, tear_down),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    test_words_free();
    return failed;
}
