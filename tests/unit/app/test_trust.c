/* Goal: nobody's words are lost because of what somebody put into a header, and nobody's are taken for another's. */
#include "mailbox.h"

#include "store/cases.h"
#include "store/incidents.h"

/* The programme's mail server is mx.example.org, whose word counts. */
static int open_trusting(void **state) {
    int result = fixture_open(state);
    struct fixture *fixture = *state;
    fixture->configuration.programme.authserv_id = "mx.example.org";
    return result;
}
#define trusting_test(function) cmocka_unit_test_setup_teardown(function, open_trusting, fixture_close)

static const char *mail_with(struct fixture *fixture, const char *header, const char *text) {
    return arena_format(fixture->arena,
                        "%sSubject: hello\r\nMessage-ID: <one@example.net>\r\n"
                        "Date: Mon, 25 Jan 2027 10:00:00 +0000\r\n\r\n%s\r\n",
                        header, text);
}

/* Of which coordinators are told at once. */
static size_t alert_count(struct fixture *fixture) {
    struct case_list list;
    size_t count = 0;
    assert_done(cases_list(fixture->database, &(struct case_filter){.open = true}, fixture->arena, &list, &error));
    for (size_t i = 0; i < list.count; i++)
        count += list.items[i].at_once;
    return count;
}

/* Goal: a mail with two authors, of whom the mail server proved the other one, answers nothing for the first. */
static void test_two_authors(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    struct outbox_row question = introduce_and_ask(fixture);
    const char *to = arena_format(fixture->arena, "To: %s\r\n",
                                  tag_of(fixture, &(struct tag){.purpose = 'r', .outbox = question.id}));
    static const char *const authors[] = {
        "From: anna@example.net\r\nFrom: eve@evil.example\r\n",
        "From: anna@example.net, eve@evil.example\r\n",
        "Sender: anna@example.net\r\n",
    };
    for (size_t i = 0; i < COUNT_OF(authors); i++) {
        const char *header = arena_format(
            fixture->arena, "Authentication-Results: mx.example.org; dmarc=pass header.from=evil.example\r\n%s%s",
            authors[i], to);
        const char *text = arena_format(fixture->arena, "%zu", i + 1);
        assert_int_equal(take(&mailbox, mail_with(fixture, header, text)).state, INBOX_WAITING);
    }
    assert_int_equal(check_ins(fixture).count, 0);
}

/* Anna's second partnership, of the next round, with Carla. */
static int64_t add_partnership(struct fixture *fixture) {
    int64_t round, id;
    size_t count;
    struct event_cause cause = service_cause(&fixture->service, NULL);
    int64_t carla = fixture_add(fixture, "Carla Diaz", "carla@example.com", "ES", "Europe/Madrid");
    assert_done(rounds_create(fixture->database, "2027b", "6 months", &cause, &round, &error));
    assert_done(action_participant_accept(&fixture->service, fixture->anna, round, &error));
    assert_done(action_participant_accept(&fixture->service, carla, round, &error));
    assert_done(action_partnership_create(&fixture->service, round, (int64_t[]){fixture->anna, carla}, 2, &id, &error));
    assert_done(action_round_start(&fixture->service, round, &count, &error));
    return id;
}

/* Goal: one letter to two partnerships is two letters, though its copies differ in nothing but where they went; a copy
 * that comes again is none. */
static void test_one_letter_to_two_partnerships(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    introduce_and_ask(fixture);
    int64_t second = add_partnership(fixture);
    fixture_pass(fixture, 2 * SECONDS_PER_DAY);
    relay(fixture);
    const char *ways[] = {
        way_of(fixture, fixture->anna),
        tag_of(fixture, &(struct tag){.purpose = 'p', .participant = fixture->anna, .partnership = second})};
    const char *letter =
        mail_with(fixture, arena_format(fixture->arena, "From: anna@example.net\r\nTo: %s, %s\r\n", ways[0], ways[1]),
                  "Greetings to both of you, dear pen friends.");
    for (size_t i = 0; i < 4; i++) {
        struct inbox_row row =
            take(&mailbox, arena_format(fixture->arena, "Delivered-To: %s\r\n%s", ways[i % 2], letter));
        assert_int_equal(row.state, i < 2 ? INBOX_HANDLED : INBOX_DUPLICATE);
    }
    fixture_turns(fixture);
    assert_int_equal(fixture_count(fixture, "ben@example.com", "to both of you"), 1);
    assert_int_equal(fixture_count(fixture, "carla@example.com", "to both of you"), 1);
}

/* Goal: a letter that is addressed to the report address as well reaches coordinators at once and is not passed on,
 * whichever of its copies comes first, or alone. */
static void test_report_beside_a_letter(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    introduce_and_ask(fixture);
    relay(fixture);
    const char *way = way_of(fixture, fixture->anna);
    const char *header = arena_format(
        fixture->arena, "Delivered-To: %s\r\nFrom: anna@example.net\r\nTo: %s\r\nCc: iln+report@example.org\r\n", way,
        way);
    struct inbox_row row = take(&mailbox, mail_with(fixture, header, "Look what he wrote to me."));
    assert_int_equal(row.state, INBOX_WAITING);
    assert_int_equal(row.content, 0); /* the incident has it */
    struct incident incident;
    assert_done(incidents_find_of_inbox(fixture->database, row.id, fixture->arena, &incident, &error));
    assert_int_equal(incident.reporter, fixture->anna);
    assert_int_equal(alert_count(fixture), 1);
    fixture_turns(fixture);
    assert_int_equal(fixture_count(fixture, "ben@example.com", "Look what"), 0);
}

/* Goal: somebody who copies our mark into a mail neither hides it from a person nor makes us write. */
static void test_copied_mark(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    introduce_and_ask(fixture);
    size_t before = fixture->fake.started;
    struct inbox_row row =
        take(&mailbox,
             mail_with(fixture, "From: anna@example.net\r\nTo: iln@example.org\r\nX-Tandempost: iln@example.org\r\n",
                       "Where is my partner?"));
    assert_int_equal(row.state, INBOX_WAITING);
    assert_int_not_equal(row.content, 0);
    fixture_turns(fixture);
    assert_int_equal(fixture->fake.started, before);
    row = take(&mailbox,
               mail_with(fixture,
                         "From: ILN+help@example.org\r\nTo: iln@example.org\r\nX-Tandempost: iln@example.org\r\n",
                         "One of ours."));
    assert_int_equal(row.state, INBOX_HANDLED);
}

/* Goal: what a participant sends to the help address is seen even among junk; a stranger's is left there. */
static void test_help_among_junk(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    introduce_and_ask(fixture);
    static const char to[] = "To: iln+help@example.org\r\n";
    const char *known = arena_format(fixture->arena, "From: anna@example.net\r\n%s", to);
    const char *stranger = arena_format(fixture->arena, "From: spam@example.com\r\n%s", to);
    struct inbox_row row;
    assert_true(take_from(&mailbox, true, mail_with(fixture, known, "I am lost"), &row));
    assert_int_equal(row.state, INBOX_WAITING);
    assert_int_equal(alert_count(fixture), 1);
    assert_false(take_from(&mailbox, true, mail_with(fixture, stranger, "Buy!"), &row));
}

/* Goal: strangers who flood the report address make one alert a day; each message waits all the same, and a
 * participant's report still has an alert of its own. */
static void test_flood_of_reports(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    introduce_and_ask(fixture);
    for (int i = 0; i < 200; i++) {
        const char *header = arena_format(fixture->arena, "From: s%d@example.com\r\nTo: iln+report@example.org\r\n", i);
        assert_int_equal(take(&mailbox, mail_with(fixture, header, "Look!")).state, INBOX_WAITING);
    }
    assert_int_equal(alert_count(fixture), 1);
    take(&mailbox, mail_with(fixture, "From: ben@example.com\r\nTo: iln+report@example.org\r\n", "Look!"));
    assert_int_equal(alert_count(fixture), 2);
    fixture_pass(fixture, SECONDS_PER_DAY);
    take(&mailbox, mail_with(fixture, "From: t@example.com\r\nTo: iln+report@example.org\r\n", "Look!"));
    assert_int_equal(alert_count(fixture), 3);
    fixture_turns(fixture);
    assert_true(fixture_count(fixture, "kate@example.org", NULL) < 10);
}

/* Goal: a bounce or complaint that names a message of ours by its Message-ID, which its recipient may have shown
 * around, does nothing where its sender is proven false. */
static void test_forged_reports(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    struct outbox_row question = introduce_and_ask(fixture);
    struct participant anna;
    static const char *const types[] = {
        "report-type=delivery-status; boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822; anna@example.net\r\nAction: failed\r\n"
        "Status: 5.1.1\r\n",
        "report-type=feedback-report; boundary=b\r\n\r\n--b\r\nContent-Type: message/feedback-report\r\n\r\n"
        "Feedback-Type: abuse\r\nVersion: 1\r\n"};
    for (size_t i = 0; i < 4; i++) {
        const char *bytes = arena_format(
            fixture->arena,
            "Authentication-Results: mx.example.org; dmarc=%s header.from=example.net\r\n"
            "From: MAILER-DAEMON@example.net\r\nTo: iln@example.org\r\nMessage-ID: <%zu@example.net>\r\nMIME-Version: "
            "1.0\r\n"
            "Content-Type: multipart/report; %s\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: %s\r\n\r\n"
            "x\r\n--b--\r\n",
            i < 2 ? "fail" : "none", i, types[i % 2], question.message_id);
        struct inbox_row row = take(&mailbox, bytes);
        assert_done(participants_find(fixture->database, fixture->anna, fixture->arena, &anna, &error));
        assert_int_equal(row.state, i < 2 ? INBOX_WAITING : INBOX_HANDLED);
        assert_int_equal(anna.address_state, i < 2 ? ADDRESS_GOOD : ADDRESS_SUSPECT);
        assert_int_equal(anna.state, i < 3 ? PARTICIPANT_ACTIVE : PARTICIPANT_PAUSED);
    }
}

/* Goal: nor does one that came to the address for replies, which whoever was sent the mail on knows as well; the bounce
 * address proves by itself what it answers. */
static void test_forged_bounce_at_reply_address(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    struct outbox_row question = introduce_and_ask(fixture);
    struct participant anna;
    for (size_t i = 0; i < 2; i++) {
        const char *to = tag_of(fixture, &(struct tag){.purpose = "rb"[i], .outbox = question.id});
        const char *bytes = arena_format(
            fixture->arena,
            "Authentication-Results: mx.example.org; dmarc=fail header.from=example.net\r\n"
            "From: MAILER-DAEMON@example.net\r\nTo: %s\r\nMessage-ID: <%zu@example.net>\r\nMIME-Version: 1.0\r\n"
            "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n"
            "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\n"
            "Final-Recipient: rfc822; anna@example.net\r\nAction: failed\r\nStatus: 5.1.1\r\n--b--\r\n",
            to, i);
        struct inbox_row row = take(&mailbox, bytes);
        assert_done(participants_find(fixture->database, fixture->anna, fixture->arena, &anna, &error));
        assert_int_equal(row.state, i == 0 ? INBOX_WAITING : INBOX_HANDLED);
        assert_int_equal(anna.address_state, i == 0 ? ADDRESS_GOOD : ADDRESS_SUSPECT);
    }
}

/* Goal: nobody tells Anna in Ben's name that he is away. */
static void test_forged_absence(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    introduce_and_relay(fixture);
    write_to_ben(&mailbox, "", "Here the snow is deep.");
    static const char *const results[] = {"fail", "pass"};
    for (size_t i = 0; i < COUNT_OF(results); i++) {
        const char *more = arena_format(fixture->arena,
                                        "Authentication-Results: mx.example.org; dmarc=%s header.from=example.com\r\n"
                                        "Auto-Submitted: auto-replied\r\nIn-Reply-To: <1@example.net>\r\n",
                                        results[i]);
        take(&mailbox,
             mail(fixture, "ben@example.com", way_of(fixture, fixture->anna), more, "I am away until 1 March 2027."));
        fixture_turns(fixture);
        assert_int_equal(fixture_count(fixture, "anna@example.net", "is away"), i);
    }
}

/* Goal: a letter that went through somebody who kept our mark and sent it in their own name is for no coordinator to
 * read. */
static void test_marked_letter(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    introduce_and_relay(fixture);
    struct inbox_row row = take(&mailbox, mail(fixture, "list@example.net", way_of(fixture, fixture->anna),
                                               "X-Tandempost: iln@example.org\r\n", "My dear, all is well."));
    assert_int_equal(row.state, INBOX_WAITING);
    assert_int_equal(row.content, 0);
    assert_int_equal(row.server_action, SERVER_FLAG);
}

/* Goal: Anna's letter, which she gave the Message-ID of a mail of ours, doesn't make Ben's answer to her an answer to
 * his check-in. */
static void test_borrowed_message_id(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    struct outbox_row question = introduce_and_ask(fixture);
    relay(fixture);
    take(&mailbox,
         arena_format(fixture->arena,
                      "From: anna@example.net\r\nTo: %s\r\nSubject: my hat\r\nMessage-ID: %s\r\n\r\nHow many?\r\n",
                      way_of(fixture, fixture->anna), question.message_id));
    fixture_turns(fixture);
    const char *bytes = last_letter(fixture, "ben@example.com")->bytes;
    assert_non_null(strstr(bytes, "Subject: my hat\r\n"));
    const char *id = strstr(bytes, "Message-ID: ") + strlen("Message-ID: ");
    const char *more =
        arena_format(fixture->arena, "In-Reply-To: %s\r\n", arena_copy_bytes(fixture->arena, id, strcspn(id, "\r")));
    take(&mailbox, mail(fixture, "ben@example.com", way_of(fixture, fixture->ben), more, "4"));
    assert_int_equal(check_ins(fixture).count, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        trusting_test(test_two_authors),
        trusting_test(test_one_letter_to_two_partnerships),
        trusting_test(test_report_beside_a_letter),
        trusting_test(test_copied_mark),
        trusting_test(test_forged_bounce_at_reply_address),
        trusting_test(test_forged_absence),
        trusting_test(test_marked_letter),
        trusting_test(test_borrowed_message_id),
        trusting_test(test_help_among_junk),
        trusting_test(test_flood_of_reports),
        trusting_test(test_forged_reports),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
