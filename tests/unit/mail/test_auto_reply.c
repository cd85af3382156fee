/* Which mail a program sent and which a person, by the signs of many systems; complaints besides. Each mail is read the
 * whole way, as `inspect` does. */
#include "test.h"

#include <string.h>

#include "base/text.h"
#include "mail/description.h"

static struct description describe(const char *header, const char *body, struct arena *arena) {
    static const struct description_settings settings = {.separator = '+'};
    const char *mail = arena_format(arena, "%s\r\n%s", header, body);
    struct description description;
    description_make(mail, strlen(mail), &settings, arena, &description);
    return description;
}

#define PERSON "From: Anna Berg <anna@example.net>\r\nTo: iln@example.org\r\nDate: Mon, 1 Jul 2013 10:00:00 +0000\r\n"

static void recognises_programs(void **state) {
    /* Goal: vacation notices, challenges, lists, tickets, receipts and robots are automatic, with a reason told. */
    (void)state;
    auto_arena arena = arena_new();
    static const char *const headers[] = {
        PERSON "Subject: hi\r\nAuto-Submitted: auto-replied (vacation)\r\n",
        PERSON "Subject: hi\r\nauto-submitted: AUTO-GENERATED\r\n",
        PERSON "Subject: hi\r\nX-Autoreply: yes\r\n",
        PERSON "Subject: hi\r\nX-Autorespond: hi\r\n",
        PERSON "Subject: hi\r\nPrecedence: auto_reply\r\n",
        PERSON "Subject: hi\r\nPrecedence: junk\r\n",
        PERSON "Subject: hi\r\nPrecedence: bulk\r\nIn-Reply-To: <out.7@example.org>\r\n",
        PERSON "Subject: hi\r\nX-Apple-Action: VACATION\r\n",
        PERSON "Subject: news\r\nList-Unsubscribe: <https://example.net/u>\r\n",
        PERSON "Subject: news\r\nList-Id: <news.example.net>\r\nPrecedence: bulk\r\n",
        "From: News <news@example.net>\r\nSubject: news\r\nList-Id: News <news.example.net>\r\n",
        "From: friends-request@example.net\r\nSubject: Welcome\r\nList-Id: <friends.example.net>\r\n",
        "From: mailman@example.net\r\nSubject: Your membership\r\nPrecedence: list\r\n",
        PERSON "Subject: Automatic reply: Hello\r\nX-Auto-Response-Suppress: All\r\n",
        PERSON "Subject: Abwesenheitsnotiz\r\n",
        PERSON "Subject: =?utf-8?q?R=C3=A9ponse_automatique?= : Bonjour\r\n",
        PERSON "Subject: =?utf-8?b?6Ieq5YuV5b+c562U?=\r\n",
        PERSON "Return-Path: <>\r\nSubject: Out of office\r\n",
        PERSON "Return-Path: <>\r\nSubject: Auto: Hello\r\n",
        PERSON "Subject: AUTO: Anna Berg is out of the office (returning 05.08.2013)\r\n",
        PERSON "Subject: Balasan otomatis: Halo\r\n",
        PERSON "Subject: [Automatisk svar] hej\r\n",
        PERSON "Subject: I'm out of the office: back soon\r\n",
        PERSON "Subject: Out-of-Office Autoreply\r\n",
        PERSON "Subject: *Auto-generated* Your request\r\n",
        PERSON "Return-Path: <>\r\nSubject: I am on annual leave\r\n",
        PERSON "X-Auto-Response-Suppress: All\r\nSubject: Urlaub\r\n",
        "From: friends-admin@example.net\r\nSubject: You are no member\r\nX-MLServer: fml [fml 4.0]\r\n",
        PERSON "Return-Path: <>\r\nSubject: your mail\r\nIn-Reply-To: <out.7@example.org>\r\n",
        "From: noreply@example.net\r\nSubject: Your ticket 12\r\n",
        PERSON "Subject: Read: hello\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; boundary=b;"
               " report-type=disposition-notification\r\n\r\n--b\r\n\r\nread\r\n--b\r\nContent-Type:"
               " message/disposition-notification\r\n\r\nDisposition: manual-action/MDN-sent-manually; displayed\r\n"
               "--b--\r\n",
    };
    for (size_t i = 0; i < COUNT_OF(headers); i++) {
        struct description description = describe(headers[i], "hello\r\n", arena);
        if (description.kind != MAIL_AUTO_REPLY)
            print_message("# %s", headers[i]);
        assert_int_equal(description.kind, MAIL_AUTO_REPLY);
        assert_true(strlen(description.why) > 3);
    }
}

static void leaves_people_alone(void **state) {
    /* Goal: what only looks like a program's stays a person's letter. */
    (void)state;
    auto_arena arena = arena_new();
    static const char *const headers[] = {
        PERSON "Subject: hi\r\n",
        PERSON "Subject: hi\r\nX-Auto-Response-Suppress: All\r\n",
        PERSON "Subject: hi\r\nAuto-Submitted: no\r\n",
        PERSON "Subject: hi\r\nAuto-Submitted: auto-forwarded\r\n",
        PERSON "Subject: hi\r\nX-MS-Exchange-Inbox-Rules-Loop: anna@example.net\r\n",
        PERSON "Subject: hi\r\nX-Autoreply: no\r\n",
        PERSON
        "Subject: Re: hi\r\nIn-Reply-To: <out.7@example.org>\r\nPrecedence: list\r\nList-Id: <school.example>\r\n",
        PERSON "Subject: On vacation until August!\r\n",
        PERSON "Subject: Out of office party\r\n",
        PERSON "Subject: [friends] Outline of the office\r\n",
        PERSON "Subject: I am on annual leave\r\n",
        PERSON "Subject: Auto: eine Frage\r\n",
        PERSON "Subject: Ben is out of the office\r\n",
        PERSON "Subject: Re: Automatic reply: hi\r\n",
        PERSON "Return-Path: <>\r\nSubject: hi\r\n",
    };
    for (size_t i = 0; i < COUNT_OF(headers); i++) {
        struct description description =
            describe(headers[i], "I am on holiday until 5 August. Click here: https://example.net\r\n", arena);
        if (description.kind != MAIL_HUMAN)
            print_message("# %s", headers[i]);
        assert_int_equal(description.kind, MAIL_HUMAN);
        assert_null(description.away_until);
    }
}

static void sees_people_through_lists(void **state) {
    /* Goal: what a person writes through a mailing list is a person's, and the list is told. */
    (void)state;
    auto_arena arena = arena_new();
    static const char *const headers[] = {
        PERSON "Subject: [friends] hi\r\nList-Id: Friends <friends.example.net>\r\nList-Unsubscribe: <mailto:x@y>\r\n",
        PERSON "Subject: hi\r\nPrecedence: list\r\n",
        PERSON "Subject: hi\r\nMailing-List: contact friends-help@example.net; run by ezmlm\r\n",
        PERSON "Subject: Re: hi\r\nIn-Reply-To: <out.7@example.org>\r\nPrecedence: list\r\n",
        "From: Anna Berg via Friends <friends@example.net>\r\nSubject: hi\r\nList-Id: <friends.example.net>\r\n",
    };
    for (size_t i = 0; i < COUNT_OF(headers); i++) {
        struct description description = describe(headers[i], "Hello\r\n", arena);
        if (description.kind != MAIL_HUMAN || !description.through_list)
            print_message("# %s", headers[i]);
        assert_int_equal(description.kind, MAIL_HUMAN);
        assert_true(description.through_list);
    }
    assert_false(describe(PERSON "Subject: hi\r\n", "Hello\r\n", arena).through_list);
}

static void recognises_challenges(void **state) {
    /* Goal: a request to prove to be a person is automatic, even in the dress of a delivery report. */
    (void)state;
    auto_arena arena = arena_new();
    static const char text[] = "Your message is held. To release your message, click https://check.example/1\r\n";
    assert_int_equal(describe("From: noreply@check.example\r\nSubject: Re: Hello\r\n", text, arena).kind,
                     MAIL_AUTO_REPLY);
    static const char report[] = "From: check@check.example\r\nSubject: Re: Hello\r\nMIME-Version: 1.0\r\n"
                                 "Content-Type: multipart/report; boundary=b; report-type=delivery-status\r\n";
    const char *body = arena_format(arena,
                                    "--b\r\n\r\n%s--b\r\nContent-Type: message/delivery-status\r\n\r\n"
                                    "Final-Recipient: rfc822; anna@example.net\r\nAction: delayed\r\n\r\n--b--\r\n",
                                    text);
    assert_int_equal(describe(report, body, arena).kind, MAIL_AUTO_REPLY);
}

static void tells_the_return(void **state) {
    /* Goal: an away notice gives the day of return from its words, counted from its date, or from Apple's own field. */
    (void)state;
    auto_arena arena = arena_new();
    struct description description =
        describe(PERSON "Subject: Automatic reply: Hello\r\n", "I am away until 5 August.\r\n", arena);
    assert_string_equal(description.away_until, "2013-08-05");
    description = describe(PERSON "Subject: Auto: Hello\r\nX-Apple-Action: VACATION\r\n"
                                  "X-Apple-Criteria: {kind=VACATION,endDate=2013-07-20T10:00:00Z}\r\n",
                           "gone\r\n", arena);
    assert_string_equal(description.away_until, "2013-07-20");
    assert_null(describe(PERSON "Auto-Submitted: auto-replied\r\n", "Back soon.\r\n", arena).away_until);
}

#define RETURNED                                                                                                       \
    "Message-ID: <out.7@example.org>\r\nFrom: iln@example.org\r\nTo: anna@example.net\r\nSubject: "                    \
    "Hello\r\n\r\nHello\r\n"

static void recognises_complaints(void **state) {
    /* Goal: feedback reports (RFC 5965), Outlook.com's, Amazon SES's and Apple's unsubscribing are complaints that tell
     * our message and who complained. */
    (void)state;
    auto_arena arena = arena_new();
    static const char report[] = "From: fbl@provider.example\r\nSubject: FW: Hello\r\nMIME-Version: 1.0\r\n"
                                 "Content-Type: multipart/report; report-type=feedback-report; boundary=b\r\n";
    struct description description = describe(
        report,
        "--b\r\n\r\nabuse report\r\n--b\r\nContent-Type: message/feedback-report\r\n\r\n"
        "Feedback-Type: abuse\r\nUser-Agent: x/1\r\nVersion: 1\r\nOriginal-Rcpt-To: <anna@Example.net>\r\n"
        "Original-Rcpt-To: ben@example.net\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n" RETURNED "--b--\r\n",
        arena);
    assert_int_equal(description.kind, MAIL_COMPLAINT);
    assert_string_equal(description.why, "it carries a feedback report: abuse");
    assert_int_equal(description.bounce_count, 2);
    assert_string_equal(description.bounces[0].recipient, "anna@example.net");
    assert_string_equal(description.bounces[1].recipient, "ben@example.net");
    assert_string_equal(description.bounces[1].message_id, "<out.7@example.org>");
    assert_false(description.bounces[0].permanent || description.bounces[0].address_dead);

    static const char *const harmless[] = {"not-spam", "auth-failure"};
    for (size_t i = 0; i < COUNT_OF(harmless); i++) {
        const char *body = arena_format(arena,
                                        "--b\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: %s\r\n"
                                        "Original-Rcpt-To: anna@example.net\r\n\r\n--b--\r\n",
                                        harmless[i]);
        description = describe(report, body, arena);
        assert_int_equal(description.kind, MAIL_COMPLAINT);
        assert_string_equal(description.bounces[0].action, harmless[i]);
    }

    description =
        describe("From: staff@hotmail.com\r\nSubject: complaint about message from 192.0.2.1\r\n"
                 "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n",
                 "--b\r\nContent-Type: message/rfc822\r\n\r\nX-HmXmrOriginalRecipient: anna@example.net\r\n" RETURNED
                 "--b--\r\n",
                 arena);
    assert_int_equal(description.kind, MAIL_COMPLAINT);
    assert_string_equal(description.bounces[0].recipient, "anna@example.net");
    assert_string_equal(description.bounces[0].message_id, "<out.7@example.org>");

    description =
        describe("From: no-reply@sns.amazonaws.com\r\nSubject: AWS Notification Message\r\n",
                 "{\"notificationType\":\"Complaint\",\"complaint\":{\"complainedRecipients\":[{\"emailAddress\":"
                 "\"anna@example.net\"}]},\"mail\":{\"commonHeaders\":{\"messageId\":\"<out.7@example.org>\"}}}\r\n",
                 arena);
    assert_int_equal(description.kind, MAIL_COMPLAINT);
    assert_string_equal(description.bounces[0].recipient, "anna@example.net");
    assert_string_equal(description.bounces[0].message_id, "<out.7@example.org>");

    description =
        describe(PERSON "Subject: unsubscribe\r\nX-Apple-Unsubscribe: true\r\nAuto-Submitted: auto-replied\r\n",
                 "bye\r\n", arena);
    assert_int_equal(description.kind, MAIL_COMPLAINT);
    assert_string_equal(description.bounces[0].recipient, "anna@example.net");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recognises_programs),       cmocka_unit_test(leaves_people_alone),
        cmocka_unit_test(sees_people_through_lists), cmocka_unit_test(recognises_challenges),
        cmocka_unit_test(tells_the_return),          cmocka_unit_test(recognises_complaints),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
