/* Delivery reports: kind, recipients, what they mean for the address, and whose mail it was. */
#include "bounce_fixture.h"

static const char *report(const char *fields, struct arena *arena) {
    return arena_format(arena,
                        FROM_DAEMON "Subject: Undelivered Mail Returned to Sender\r\nMIME-Version: 1.0\r\n"
                                    "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
                                    "--b\r\n\r\nYour message could not be delivered.\r\n"
                                    "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
                                    "Reporting-MTA: dns; mx.example.org\r\n\r\n%s"
                                    "--b\r\nContent-Type: message/rfc822\r\n\r\n" RETURNED "--b--\r\n",
                        fields);
}

static void reads_standard_reports(void **state) {
    /* Goal: every group of an RFC 3464 report becomes an entry with action, status and meaning. */
    (void)state;
    auto_arena arena = arena_new();
    static const struct {
        const char *fields, *expected;
    } examples[] = {
        {"Final-Recipient: rfc822; anna@Example.NET\r\nAction: failed\r\nStatus: 5.1.1\r\n"
         "Diagnostic-Code: smtp; 550 5.1.1 <anna@example.net>: no such user\r\n\r\n",
         "anna@example.net failed 5.1.1 permanent dead"},
        {"Final-Recipient: RFC822;<a@example.net>\r\nAction: FAILED (gave up)\r\nStatus: 5.2.2 (mailbox full)\r\n\r\n"
         "Final-Recipient: rfc822;b@example.net\r\nAction: delayed\r\nStatus: 4.4.1\r\n\r\n"
         "Final-Recipient: rfc822;c@example.net\r\nAction: delivered\r\nStatus: 2.0.0\r\n\r\n"
         "Final-Recipient: rfc822;d@example.net\r\nAction: relayed\r\nStatus: 2.1.9\r\n\r\n"
         "Final-Recipient: rfc822;e@example.net\r\nAction: expanded\r\nStatus: 2.0.0\r\n\r\n",
         "a@example.net failed 5.2.2 permanent; b@example.net delayed 4.4.1; c@example.net delivered 2.0.0; "
         "d@example.net relayed 2.1.9; e@example.net expanded 2.0.0"},
        {"Final-Recipient: rfc822; anna@example.net\r\nAction: failed\r\nStatus: 5.0.0\r\n"
         "Diagnostic-Code: smtp; 552-5.2.2 The mailbox is\r\n 552 5.2.2 full, over quota\r\n\r\n",
         "anna@example.net failed 5.2.2 permanent"},
        {"Final-Recipient: rfc822; anna@example.net\r\nAction: failed\r\nStatus: 5.7.1\r\n"
         "Diagnostic-Code: smtp; 554 5.7.1 Message blocked, looks like spam\r\n\r\n",
         "anna@example.net failed 5.7.1 permanent"},
        {"Final-Recipient: rfc822; anna@example.net\r\nAction: failed\r\nStatus: 4.4.7\r\n\r\n",
         "anna@example.net failed 4.4.7"},
        {"Final-Recipient: x400; /S=anna/O=example/\r\nOriginal-Recipient: rfc822; anna@example.net\r\nAction: "
         "failed\r\n"
         "Status: 5.1.1\r\n\r\n",
         "anna@example.net failed 5.1.1 permanent dead"},
        {"Final-Recipient: rfc822; anna@example.net\r\nAction: failed\r\nStatus: 5.4.4\r\n"
         "Diagnostic-Code: x-mta; Host or domain name not found\r\n\r\n",
         "anna@example.net failed 5.4.4 permanent dead"},
        {"Final-Recipient: rfc822; a@example.net\r\nAction: failed\r\nStatus: 5.1.2\r\n"
         "Diagnostic-Code: smtp; 550 5.1.2 Bad destination system address\r\n\r\n"
         "Final-Recipient: rfc822; b@example.net\r\nAction: failed\r\nStatus: 4.1.2\r\n"
         "Diagnostic-Code: smtp; 450 4.1.2 Bad destination system address\r\n\r\n",
         "a@example.net failed 5.1.2 permanent dead; b@example.net failed 4.1.2"},
        {"Final-Recipient: rfc822; anna@example.net\r\nAction: failed\r\nStatus: 4.1.1\r\n"
         "Diagnostic-Code: smtp; 450 4.1.1 address not verified, might be an unknown user\r\n\r\n",
         "anna@example.net failed 4.1.1"},
        {"Final-Recipient: rfc822; anna@example.net (Anna)\r\nAction: failed (no such)\r\nStatus: 5.1.1 (x)\r\n\r\n",
         "anna@example.net failed 5.1.1 permanent dead"},
        {"Final-Recipient: utf-8-addr-xtext; j\\x{0a}\\x{202e}@example.net\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n",
         "j\\x{0a}?@example.net failed 5.1.1 permanent dead"},
        {"Final-Recipient: utf-8-addr-xtext; j\\x{fc}rgen@example.net\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n",
         "jürgen@example.net failed 5.1.1 permanent dead"},
        /* what its words say outweighs a code that says another thing */
        {"Final-Recipient: rfc822; anna@example.net\r\nAction: failed\r\nStatus: 5.1.1\r\n"
         "Diagnostic-Code: smtp; 552 5.1.1 max message size exceeded\r\n\r\n",
         "anna@example.net failed 5.1.1 permanent"},
        {"Final-Recipient: rfc822; anna@example.net\r\nAction: failed\r\n"
         "Diagnostic-Code: x-mta; failed after 20 attempts\r\n\r\n",
         "anna@example.net failed  permanent"},
        {"Final-Recipient: rfc822; anna@example.net\r\nAction: failed\r\n\r\n", "anna@example.net failed  permanent"},
        {"Final-Recipient: x-unknown; /somebody/\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
         "Final-Recipient: rfc822; ben@example.net\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n",
         " failed 5.1.1 permanent; ben@example.net failed 5.1.1 permanent dead"},
        /* gateways' and route addresses name the recipient (RFC 2156, RFC 5321 appendix C) */
        {"Final-Recipient: x400; /dda:SMTP=ben@example.net/O=example/C=de/\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n",
         "ben@example.net failed 5.1.1 permanent dead"},
        {"Final-Recipient: x400; c=de;a=example;dda:SMTP=ben(a)example.net;\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n",
         "ben@example.net failed 5.1.1 permanent dead"},
        {"Final-Recipient: rfc822; <@relay.example,@mx.example:ben@Example.net>\r\nAction: failed\r\nStatus: "
         "5.1.1\r\n\r\n",
         "ben@example.net failed 5.1.1 permanent dead"},
        {"Final-Recipient: x400; /DD.RFC-822=ben(a)example.net/C=de/\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n",
         "ben@example.net failed 5.1.1 permanent dead"},
        {"Final-Recipient: x400; /DD.RFC-822=ben(a)example.net/C=de/\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n",
         "ben@example.net failed 5.1.1 permanent dead"},
        {"Final-Recipient: rfc822; IMCEASMTP-ben+40example+2Enet@gate.example\r\nAction: failed\r\nStatus: "
         "5.1.1\r\n\r\n",
         "ben@example.net failed 5.1.1 permanent dead"},
        {"Final-Recipient: rfc822; anna@example.net\r\nStatus: 5.1.1\r\n\r\n"
         "Final-Recipient: rfc822; ANNA@example.net\r\nStatus: 5.1.1\r\n\r\n",
         "anna@example.net failed 5.1.1 permanent dead"},
    };
    for (size_t i = 0; i < COUNT_OF(examples); i++)
        assert_string_equal(summary(report(examples[i].fields, arena), arena), examples[i].expected);
    struct description description = describe(report(examples[0].fields, arena), arena);
    assert_string_equal(description.bounces[0].message_id, "<out.7@example.org>");
    assert_string_equal(description.bounces[0].diagnostic, "550 5.1.1 <anna@example.net>: no such user");
}

static void reads_refusals_as_receipts(void **state) {
    /* Goal: a mailbox that refuses a mail by way of a receipt (Sieve's reject) bounces it. */
    (void)state;
    auto_arena arena = arena_new();
    static const char mail[] =
        FROM_DAEMON "Subject: Automatically rejected mail\r\nMIME-Version: 1.0\r\n"
                    "Content-Type: multipart/report; report-type=disposition-notification; boundary=b\r\n\r\n"
                    "--b\r\n\r\nYour message was automatically rejected:\r\nMailbox is full\r\n"
                    "--b\r\nContent-Type: message/disposition-notification\r\n\r\n"
                    "Final-Recipient: rfc822; anna@example.net\r\nDisposition: automatic-action/"
                    "MDN-sent-automatically; deleted\r\n--b--\r\n";
    assert_string_equal(summary(mail, arena), "anna@example.net failed  permanent");
}

static void believes_listed_recipients(void **state) {
    /* Goal: X-Failed-Recipients decides where it stands; a bounce wins over Auto-Submitted: auto-replied. */
    (void)state;
    auto_arena arena = arena_new();
    static const char mail[] =
        "From: Mail Delivery System <Mailer-Daemon@mx.example.org>\r\nAuto-Submitted: auto-replied\r\n"
        "X-Failed-Recipients: anna@example.net,\r\n ben@example.net\r\nIn-Reply-To: <out.7@example.org>\r\n"
        "Subject: Mail delivery failed\r\n\r\nThe following address(es) failed:\r\n\r\n"
        "  pipe to |/usr/bin/filter\r\n    generated by anna@example.net\r\n\r\n  ben@example.net\r\n"
        "    Unrouteable address\r\n";
    assert_string_equal(summary(mail, arena),
                        "anna@example.net failed  permanent; ben@example.net failed  permanent dead");
    assert_string_equal(describe(mail, arena).bounces[0].message_id, "<out.7@example.org>");
}

static void reads_amazon_notifications(void **state) {
    /* Goal: a bounce told as JSON is read, also where transport cut its line; broken JSON is no bounce. */
    (void)state;
    auto_arena arena = arena_new();
    static const char head[] = "From: no-reply@sns.amazonaws.com\r\nSubject: AWS Notification Message\r\n\r\n";
    const char *mail = arena_format(
        arena,
        "%s{\"notificationType\":\"Bounce\",\"bounce\":{\"bouncedRecipients\":[{\"emailAddress\":\"an!\r\n "
        "na@example.net\","
        "\"action\":\"failed\",\"status\":\"5.1.1\",\"diagnosticCode\":\"smtp; 550 5.1.1 user unknown\"}]},\"mail\":"
        "{\"headers\":[{\"name\":\"Message-ID\",\"value\":\"<out.7@example.org>\"}]}}\r\n\r\n--\r\nunsubscribe\r\n",
        head);
    assert_string_equal(summary(mail, arena), "anna@example.net failed 5.1.1 permanent dead");
    assert_string_equal(describe(mail, arena).bounces[0].message_id, "<out.7@example.org>");
    mail = arena_format(
        arena, "%s{\"notificationType\":\"Delivery\",\"mail\":{\"destination\":[\"anna@example.net\"]}}\r\n", head);
    assert_string_equal(summary(mail, arena), "anna@example.net delivered ");
    /* As an event of a configuration set, wrapped by SNS, and with nothing but SES's own words for the reason. */
    mail = arena_format(arena,
                        "%s{\"eventType\":\"Bounce\",\"bounce\":{\"bounceType\":\"Transient\",\"bounceSubType\":"
                        "\"MailboxFull\",\"bouncedRecipients\":[{\"emailAddress\":\"anna@example.net\"}]}}\r\n",
                        head);
    assert_string_equal(summary(mail, arena), "anna@example.net failed 4.2.2");
    mail = arena_format(arena,
                        "%s{\"Type\":\"Notification\",\"Message\":\"{\\\"notificationType\\\":\\\"Bounce\\\","
                        "\\\"bounce\\\":{\\\"bounceType\\\":\\\"Permanent\\\",\\\"bounceSubType\\\":\\\"NoEmail\\\","
                        "\\\"bouncedRecipients\\\":[{\\\"emailAddress\\\":\\\"anna@example.net\\\"}]}}\"}\r\n",
                        head);
    assert_string_equal(summary(mail, arena), "anna@example.net failed 5.1.1 permanent dead");
    mail = arena_format(arena, "%s{\"notificationType\":\"Bounce\",\"mail\":[[[[\r\n", head);
    assert_int_not_equal(describe(mail, arena).kind, MAIL_BOUNCE);
}

static void leaves_people_alone(void **state) {
    /* Goal: people who write about bounces, forward them or answer under their subject stay people. */
    (void)state;
    auto_arena arena = arena_new();
    static const char *const mails[] = {
        "From: anna@example.net\r\nSubject: Re: Delivery failure\r\n\r\nMy mail to ben@example.com could not be "
        "delivered."
        "\r\n\r\n> failure notice\r\n> <ben@example.com>: user unknown\r\n",
        "From: anna@example.net\r\nSubject: Fwd: Undelivered Mail Returned to Sender\r\n\r\nSee below, what "
        "now?\r\n\r\n"
        "-------- Forwarded Message --------\r\nThis is the mail system at host mx.example.org.\r\n\r\n"
        "<ben@example.com>: host said: 550 user unknown\r\n",
        "From: anna@example.net\r\nSubject: my mailbox\r\n\r\nSorry, my mailbox is full, your letter was returned.\r\n",
        "From: anna@example.net\r\nSubject: Unzustellbar?\r\n\r\nMein Brief an Ben kam als unzustellbar zurück.\r\n",
        "Return-Path: <admin@example.net>\r\nFrom: admin@example.net\r\nSubject: Delivery problem\r\n\r\nMy letter to "
        "Ben "
        "could not be delivered, user unknown. Has he moved?\r\n",
        "Return-Path: <admin@example.net>\r\nFrom: admin@example.net\r\nSubject: Fwd: failure notice\r\n\r\nBen's mail "
        "could not be delivered, why?\r\n\r\n----- Original message -----\r\nReceived: from here by there\r\n",
        /* nobody's From, and an office's that people share */
        "Subject: My new address\r\n\r\nMy address has changed to anna@example.com, please use that.\r\n",
        "Subject: mail\r\n\r\nMy address anna@example.net is no longer valid, the mailbox has been closed.\r\n",
        "Subject: failure notice\r\n\r\nI got a failure notice: my mail to ben@example.com could not be delivered.\r\n",
        "From: Anna Berg <postmaster@example.net>\r\nSubject: Ben\r\n\r\nMy mail to ben@example.com bounced: 550 user "
        "unknown.\r\n",
        "From: postmaster@example.net\r\nSubject: Delivery problem\r\n\r\nMy mail to ben@example.com could not be "
        "delivered: 550 5.1.1 user unknown. What shall I do?\r\n",
        "Return-Path: <postmaster@example.net>\r\nFrom: Postmaster <postmaster@example.net>\r\nSubject: "
        "Undeliverable\r\n"
        "\r\nMy mail to ben@example.com was returned:\r\n\r\n<ben@example.com>: host said: 550 user unknown\r\n",
        "From: postmaster@example.net\r\nSubject: Ben\r\n\r\nMy mail to ben@example.com bounced: 550 user unknown. See:"
        "\r\n\r\n----- Original message -----\r\nReceived: from here by there\r\nTo: ben@example.com\r\n",
        "Return-Path: <delivery@example.net>\r\nFrom: Delivery Service <delivery@example.net>\r\nSubject: Mail "
        "delivery\r\n"
        "\r\nMy mail to ben@example.com was returned, user unknown. Has he moved?\r\n",
        "From: anna@example.net\r\nSubject: mail\r\n\r\nMy mail to you was not delivered, I got this:\r\n"
        "550 5.1.1 user unknown\r\n",
    };
    for (size_t i = 0; i < COUNT_OF(mails); i++)
        assert_int_equal(describe(mails[i], arena).kind, MAIL_HUMAN);
}

static void survives_senseless_reports(void **state) {
    /* Goal: empty, cut off, huge and contradictory reports give some description and never more entries than the bound.
     */
    (void)state;
    auto_arena arena = arena_new();
    assert_string_equal(summary(notice("failure notice", "", arena), arena), " failed  permanent");
    auto_text many = TEXT_EMPTY;
    for (int i = 0; i < 3000; i++)
        text_append_format(&many, "Final-Recipient: rfc822; a%d@example.net\r\nAction: failed\r\n\r\n", i);
    assert_int_equal(describe(report(text_string(&many), arena), arena).bounce_count, 500);
    text_clear(&many);
    for (int i = 0; i < 20000; i++)
        text_append(&many, "<a@b@c@d@@@@@>:\r\n@\r\n");
    assert_int_equal(describe(notice("failure notice", text_string(&many), arena), arena).kind, MAIL_BOUNCE);
    const char *odd =
        report("Final-Recipient\r\n: x\r\nFinal-Recipient:\r\nStatus\r\n\r\nAction: failed\r\n\r\n\r\n", arena);
    assert_int_equal(describe(odd, arena).kind, MAIL_BOUNCE);
}

static void cuts_no_character(void **state) {
    /* Goal: what is too long to be an address, a line or a report is cut between characters, wherever it stands. */
    (void)state;
    for (size_t shift = 0; shift < 4; shift++) {
        auto_arena arena = arena_new();
        auto_text text = TEXT_EMPTY;
        text_append(&text, "There was an error delivering your mail to <");
        for (size_t i = 0; i < 300 + shift; i++)
            text_append(&text, i < shift ? "x" : "\xE2\x82\xAC");
        text_append(&text, "@example.net>: no such user\r\n<a@");
        for (size_t i = 0; i < 300 + shift; i++)
            text_append(&text, i < shift ? "x" : "\xE2\x82\xAC");
        text_append(&text, ".net>: no such user\r\n");
        while (text.length < 65530 + shift)
            text_append(&text, "a");
        text_append(&text, "@\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC.net\r\n\r\n"
                           "--- Below this line is a copy of the message.\r\n\r\nMessage-ID: <");
        for (size_t i = 0; i < 400 + shift; i++)
            text_append(&text, i < shift ? "x" : "\xE2\x82\xAC");
        text_append(&text, "\r\n @example.org>\r\nSubject: x\r\n");
        const struct description made = describe(notice("failure notice", text_string(&text), arena), arena);
        for (size_t i = 0; i < made.bounce_count; i++) {
            const struct description_bounce *bounce = &made.bounces[i];
            const char *const told[] = {bounce->recipient, bounce->diagnostic, bounce->message_id};
            for (size_t j = 0; j < COUNT_OF(told); j++)
                assert_true(utf8_is_valid(told[j], strlen(told[j])));
        }
        assert_true(made.bounce_count > 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_standard_reports),     cmocka_unit_test(reads_refusals_as_receipts),
        cmocka_unit_test(believes_listed_recipients), cmocka_unit_test(reads_amazon_notifications),
        cmocka_unit_test(leaves_people_alone),        cmocka_unit_test(survives_senseless_reports),
        cmocka_unit_test(cuts_no_character),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
