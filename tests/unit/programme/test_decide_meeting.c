/* Goal: replies about live meetings are understood as they are meant, beside the check-in's own answer, and from
 * calendar programs only of who was invited. */
#include "decide_fixture.h"

static int set_up(void **state) {
    *state = fixture_new();
    return 0;
}

static void test_times(void **state) {
    /* Goal: digits behind the check-in's own choose times where there are such, several at will, with the answer or
     * without; what looks like an hour, a date or a slip is asked about once more, as ever. */
    (void)state;
    static const struct {
        const char *text, *first, *second; /* what the parser found */
        size_t proposals;
        int64_t answer, times; /* 0: none */
        bool unclear;
    } cases[] = {
        {"7", "7", NULL, 3, 0, 2, false},
        {"1\n7", "1", "7", 3, 1, 2, false},
        {"1, 7", NULL, NULL, 3, 1, 2, false},
        {"6 et 8.", NULL, NULL, 3, 0, 5, false},
        {"2 6 7 8\n\nAnna", NULL, NULL, 3, 2, 7, false},
        {"(1), 6 & 7", NULL, NULL, 3, 1, 3, false},
        {"1", "1", NULL, 3, 1, 0, false},
        {"8", "8", NULL, 2, 0, 0, true},
        {"7", "7", NULL, 0, 0, 0, true},
        {"1, 7", NULL, NULL, 0, 0, 0, true},
        {"1, 9", NULL, NULL, 3, 0, 0, true},
        {"1, 2", NULL, NULL, 3, 0, 0, true},
        {"6-8", NULL, NULL, 3, 0, 0, true},
        {"6.8", NULL, NULL, 3, 0, 0, true},
        {"6/8", NULL, NULL, 3, 0, 0, true},
        {"at 7", NULL, NULL, 3, 0, 0, true},
        {"7 pm", NULL, NULL, 3, 0, 0, true},
        {"7 of my 8 cats", NULL, NULL, 3, 0, 0, true},
        {"17, 8", NULL, NULL, 3, 0, 0, true},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct fixture *fixture = fixture_new();
        ask(fixture);
        answer(fixture, cases[i].text, cases[i].first, cases[i].second);
        fixture->facts.question.proposals = cases[i].proposals;
        run(fixture);
        const struct effect *kept = find(fixture, EFFECT_ANSWER), *talk = find(fixture, EFFECT_TALK);
        if ((kept ? kept->answer : 0) != cases[i].answer || (talk ? talk->answer : 0) != cases[i].times ||
            (find(fixture, EFFECT_ASK_AGAIN) != NULL) != cases[i].unclear)
            fail_msg("\"%s\": %lld, times %lld: %s", cases[i].text, (long long)(kept ? kept->answer : 0),
                     (long long)(talk ? talk->answer : 0), fixture->decision.reason);
        if (talk) {
            assert_int_equal(talk->outbox, QUESTION);
            assert_int_equal(talk->partnership, PARTNERSHIP);
            assert_int_equal(talk->participant, ANNA);
        }
        assert_int_equal(fixture->decision.waits || fixture->decision.remark, cases[i].unclear);
        tear_down((void *)&fixture);
    }
}

static void test_invitation(void **state) {
    /* Goal: a digit or a word answers an invitation in reply to it, with the invitation's own sequence. */
    struct fixture *fixture = *state;
    static const struct {
        const char *text, *found;
        int64_t answer;
    } cases[] = {{"1", "1", 1},           {"2", "2", 2},      {"3", "3", 3}, {"I'll be there!", NULL, 1},
                 {"Sorry, no.", NULL, 2}, {"maybe", NULL, 3}, {"4", "4", 0}, {"Where is it?", NULL, 0}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        ask(fixture);
        fixture->facts.about.asks = QUESTION_MEETING;
        fixture->facts.question.meeting = 5;
        fixture->facts.question.sequence = 2;
        answer(fixture, cases[i].text, cases[i].found, NULL);
        run(fixture);
        const struct effect *comes = find(fixture, EFFECT_COMES);
        if ((comes ? comes->answer : 0) != cases[i].answer)
            fail_msg("\"%s\": %s", cases[i].text, fixture->decision.reason);
        assert_int_equal(fixture->decision.waits, !comes);
        if (comes) {
            assert_int_equal(comes->about, 5);
            assert_int_equal(comes->count, 2);
        }
    }
}

static void test_calendar(void **state) {
    /* Goal: a calendar program's reply counts, marked as automatic or not, and nothing else happens to it; not of who
     * was not invited, has left, is not proven or writes too much, nor of what came back as a bounce. */
    struct fixture *fixture = *state;
    const struct facts invited = {.sender = {.id = ANNA, .state = PARTICIPANT_ACTIVE}, .question = {.meeting = 5}};
    fixture->description.calendar = (struct description_calendar){"uid@example.org", 3, 2};
    fixture->description.text = "Anna has declined. STOP";
    for (int kind = MAIL_HUMAN; kind <= MAIL_UNREADABLE; kind++) {
        fixture->description.kind = (enum mail_kind)kind;
        fixture->facts = invited;
        run(fixture);
        const struct effect *comes = find(fixture, EFFECT_COMES);
        assert_int_equal(comes != NULL, kind == MAIL_HUMAN || kind == MAIL_AUTO_REPLY);
        if (!comes)
            continue;
        assert_int_equal(fixture->decision.count, 1);
        assert_false(fixture->decision.waits);
        assert_true(comes->about == 5 && comes->participant == ANNA && comes->answer == 2 && comes->count == 3);
    }
    fixture->description.kind = MAIL_HUMAN;
    for (int i = 0; i < 5; i++) {
        fixture->facts = invited;
        fixture->description.dmarc = i == 0 ? "fail" : NULL;
        fixture->facts.question.meeting = i == 1 ? 0 : 5;
        fixture->facts.sender.state = i == 2 ? PARTICIPANT_LEFT : PARTICIPANT_ACTIVE;
        fixture->facts.flooding = i == 3;
        fixture->facts.sender.id = i == 4 ? 0 : ANNA;
        run(fixture);
        assert_null(find(fixture, EFFECT_COMES));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_times),
        cmocka_unit_test_setup_teardown(test_invitation, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_calendar, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
