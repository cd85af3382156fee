/* Goal: whoever knows our addresses and Message-IDs without being meant to, or has a program that goes wrong, can't
 * make the service write, or keep, without bound, and blocks nobody's letters. */
#include "mailbox.h"

#include "store/cases.h"

/* Of which coordinators are told at once. */
static size_t alert_count(struct fixture *fixture) {
    struct case_list list;
    size_t count = 0;
    assert_done(cases_list(fixture->database, &(struct case_filter){.open = true}, fixture->arena, &list, &error));
    for (size_t i = 0; i < list.count; i++)
        count += list.items[i].at_once;
    return count;
}

static const char *stranger(struct fixture *fixture, int number) {
    return arena_format(fixture->arena, "s%d@example.com", number);
}

static const char *report_on(struct fixture *fixture, const char *to, const char *type, const char *details,
                             const char *message_id) {
    static int number;
    return arena_format(fixture->arena,
                        "From: MAILER-DAEMON@example.net\r\nTo: %s\r\nMessage-ID: <r%d@example.net>\r\n"
                        "MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=%s; boundary=b\r\n\r\n"
                        "--b\r\nContent-Type: message/%s\r\n\r\n%s--b\r\nContent-Type: message/rfc822\r\n\r\n"
                        "Message-ID: %s\r\n\r\nx\r\n--b--\r\n",
                        to, ++number, type, type, details, message_id);
}

static const char failed[] = "Reporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822; x@example.net\r\nAction: failed\r\n"
                             "Status: 5.1.1\r\n";
static const char abuse[] = "Feedback-Type: abuse\r\nVersion: 1\r\n";

/* Goal: a coordinator's address from which everything comes back is told of once, not by one more mail to that address
 * for each that came back from it. */
static void test_coordinator_bounces(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    introduce_and_ask(fixture);
    take(&mailbox, mail(fixture, "anna@example.net", "iln+report@example.org", "", "Look!"));
    size_t returned = 0;
    for (int round = 0; round < 20; round++) {
        fixture_turns(fixture);
        for (; returned < fixture->fake.started; returned++)
            if (string_equal(fixture->fake.letters[returned].to, "kate@example.org"))
                take(&mailbox, report_on(fixture, fixture->fake.letters[returned].from, "delivery-status", failed,
                                         "<x@example.org>"));
    }
    assert_int_equal(fixture_count(fixture, "kate@example.org", NULL),
                     1); /* what comes back stands in the week's list */
}

/* Goal: complaints and reports of misconduct without number, all tied to one participant by a Message-ID that went
 * around, make few mails to coordinators; the next day's are told again. */
static void test_floods_about_one(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    struct outbox_row question = introduce_and_ask(fixture);
    const char *more = arena_format(fixture->arena, "References: %s\r\n", question.message_id);
    for (int i = 0; i < 100; i++) {
        take(&mailbox, report_on(fixture, "iln@example.org", "feedback-report", abuse, question.message_id));
        take(&mailbox, mail(fixture, stranger(fixture, i), "iln+report@example.org", more, "Look!"));
    }
    assert_int_equal(alert_count(fixture), 6);
    fixture_pass(fixture, SECONDS_PER_DAY);
    take(&mailbox, mail(fixture, stranger(fixture, 0), "iln+report@example.org", more, "Look!"));
    assert_int_equal(alert_count(fixture), 7);
}

/* Goal: nobody escapes the day's number by writing their address in another case, and what is beyond it stays in the
 * mailbox alone. */
static void test_quota_in_every_case(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    introduce_and_ask(fixture);
    struct inbox_row row = {0};
    for (int i = 0; i < 60; i++) {
        char from[] = "anna@example.net";
        for (int j = 0; j < 4; j++)
            if (i >> j & 1)
                from[j] = (char)(from[j] - 'a' + 'A');
        row = take(&mailbox, mail(fixture, from, "iln@example.org", "", "hello again"));
        assert_int_equal(row.participant, fixture->anna);
        assert_true(i >= 50 || row.content != 0);
    }
    assert_int_equal(row.content, 0);
    assert_int_equal(row.state, INBOX_WAITING);
}

/* Goal: what strangers write waits for a person, but is kept only so far; what participants write, always. */
static void test_strangers_fill(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    introduce_and_ask(fixture);
    struct inbox_row row = {0};
    struct arena *arena = fixture->arena;
    for (int i = 0; i < 1002; i++) {
        auto_arena passing = arena_new(); /* the list of all rows grows with each */
        fixture->arena = passing;
        row = take(&mailbox, mail(fixture, stranger(fixture, i), "iln@example.org", "", "Buy!"));
        assert_int_equal(row.state, INBOX_WAITING);
        assert_int_equal(row.content != 0, i < 1000);
    }
    fixture->arena = arena;
    row = take(&mailbox, mail(fixture, "anna@example.net", "iln@example.org", "", "Where is my partner?"));
    assert_int_not_equal(row.content, 0);
    struct event_cause cause = service_cause(&fixture->service, NULL);
    assert_done(inbox_resolve(fixture->database, 1, &cause, &error));
    row = take(&mailbox, mail(fixture, stranger(fixture, 0), "iln@example.org", "", "Hello?"));
    assert_int_not_equal(row.content, 0);
}

/* Goal: strangers who know Anna's way to Ben fill no database, write Anna no more than two mails, and take nothing from
 * the number of her own letters. */
static void test_strangers_know_the_way(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    introduce_and_relay(fixture);
    size_t before = fixture_count(fixture, "anna@example.net", NULL);
    for (int i = 0; i < 40; i++) {
        struct inbox_row row = take(&mailbox, mail(fixture, stranger(fixture, i), way_of(fixture, fixture->anna), "",
                                                   arena_format(fixture->arena, "Buy %d!", i)));
        assert_int_equal(row.server_action, i < 20 ? SERVER_DELETE : SERVER_FLAG);
        assert_int_equal(row.content, 0);
    }
    assert_int_equal(fixture_count_state(fixture, OUTBOX_HELD), 20);
    assert_int_equal(write_to_ben(&mailbox, "", "Dear Ben, the lake is frozen.").state, INBOX_HANDLED);
    fixture_turns(fixture);
    assert_int_equal(fixture_count(fixture, "ben@example.com", "the lake is frozen"), 1);
    assert_int_equal(fixture_count(fixture, "anna@example.net", NULL), before + 2);
}

/* Goal: the digest names a participant's message among however many of strangers. */
static void test_drowned_message(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    introduce_and_ask(fixture);
    take(&mailbox, mail(fixture, "anna@example.net", "iln@example.org", "", "Where is my partner?"));
    for (int i = 0; i < 60; i++)
        take(&mailbox, mail(fixture, stranger(fixture, i), "iln@example.org", "", "Buy!"));
    fixture_pass(fixture, 6 * SECONDS_PER_DAY);
    assert_int_equal(fixture_count(fixture, "kate@example.org", "*1* Anna Berg, 24 January"), 1);
    assert_int_equal(fixture_count(fixture, "kate@example.org", "Subject: 61 things"), 1);
    assert_int_equal(fixture_count(fixture, "kate@example.org", "*22* 24 January"), 0);
    assert_int_equal(fixture_count(fixture, "kate@example.org", "*61* 24 January"), 1);
}

static const char *reply_address(struct fixture *fixture, const char *bytes) {
    const char *start = strstr(bytes, "Reply-To: <") + strlen("Reply-To: <");
    return arena_copy_bytes(fixture->arena, start, strcspn(start, ">"));
}

/* Goal: a ticket system behind a coordinator's address, which acknowledges every mail from an address of its own, gets
 * no digest because of what it acknowledged. */
static void test_ticket_system(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    introduce_and_ask(fixture);
    take(&mailbox, mail(fixture, "stranger@example.com", "iln@example.org", "", "May I join?"));
    size_t seen = 0;
    for (int day = 0; day < 6; day++) {
        fixture_pass(fixture, SECONDS_PER_DAY);
        for (; seen < fixture->fake.started; seen++) {
            const struct fake_letter *letter = &fixture->fake.letters[seen];
            if (string_equal(letter->to, "kate@example.org"))
                take(&mailbox, mail(fixture, "tickets@example.net", reply_address(fixture, letter->bytes), "",
                                    arena_format(fixture->arena, "Your question has the number %zu.", seen)));
        }
    }
    assert_int_equal(fixture_count(fixture, "kate@example.org", NULL), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        fixture_test(test_coordinator_bounces),    fixture_test(test_floods_about_one),
        fixture_test(test_quota_in_every_case),    fixture_test(test_strangers_fill),
        fixture_test(test_strangers_know_the_way), fixture_test(test_drowned_message),
        fixture_test(test_ticket_system),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
