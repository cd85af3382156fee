/* Delivery reports, standard and other: kind, recipients, what they mean for the address, and whose mail it was. Each
 * mail is read the whole way, as `inspect` does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "mail/description.h"

static struct description describe(const char *mail, struct arena *arena) {
    static const struct description_settings settings = {.separator = '+'};
    struct description description;
    description_make(mail, strlen(mail), &settings, arena, &description);
    return description;
}

/* "anna@example.net failed 5.1.1 permanent dead; ..." */
static const char *summary(const char *mail, struct arena *arena) {
    struct description description = describe(mail, arena);
    auto_text out = TEXT_EMPTY;
    if (description.kind != MAIL_BOUNCE)
        text_append_format(&out, "%s: %s", mail_kind_name(description.kind), description.why);
    for (size_t i = 0; i < description.bounce_count && description.kind == MAIL_BOUNCE; i++) {
        const struct description_bounce *bounce = &description.bounces[i];
        text_append_format(&out, "%s%s %s %s%s%s", i ? "; " : "", bounce->recipient, bounce->action, bounce->status,
                           bounce->permanent ? " permanent" : "", bounce->address_dead ? " dead" : "");
    }
    return arena_copy_string(arena, text_string(&out));
}

#define FROM_DAEMON "Return-Path: <>\r\nFrom: Mail Delivery System <MAILER-DAEMON@mx.example.org>\r\n"
#define RETURNED                                                                                                       \
    "Return-Path: <iln@example.org>\r\nReceived: from here by there\r\nMessage-ID: <out.7@example.org>\r\n"            \
    "From: iln@example.org\r\nTo: anna@example.net\r\nSubject: Hello\r\n\r\nHello Anna\r\n"

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

static const char *notice(const char *subject, const char *text, struct arena *arena) {
    return arena_format(arena, FROM_DAEMON "To: iln@example.org\r\nSubject: %s\r\n\r\n%s", subject, text);
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
        {"Final-Recipient: rfc822; anna@example.net (Anna)\r\nAction: failed (no such)\r\nStatus: 5.1.1 (x)\r\n\r\n",
         "anna@example.net failed 5.1.1 permanent dead"},
        {"Final-Recipient: utf-8-addr-xtext; j\\x{0a}\\x{202e}@example.net\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n",
         "j\\x{0a}?@example.net failed 5.1.1 permanent dead"},
        {"Final-Recipient: utf-8-addr-xtext; j\\x{fc}rgen@example.net\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n",
         "jürgen@example.net failed 5.1.1 permanent dead"},
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

static void reads_texts_of_many_systems(void **state) {
    /* Goal: in the shapes that qmail, Exim, Postfix, sendmail, Exchange, Domino, IMail, OpenSMTPD, GMX, Gmail and
     * others use, the recipients and what happened to each are found. */
    (void)state;
    auto_arena arena = arena_new();
    static const struct {
        const char *subject, *text, *expected;
    } examples[] = {
        {"failure notice",
         "Hi. This is the qmail-send program at mx.example.org.\r\nI'm afraid I wasn't able to deliver your "
         "message.\r\n"
         "\r\n<anna@example.net>:\r\nSorry, no mailbox here by that name. (#5.1.1)\r\n\r\n<ben@example.net>:\r\n"
         "192.0.2.1 does not like recipient.\r\nRemote host said: 552 disk quota exceeded\r\nGiving up.\r\n\r\n"
         "--- Below this line is a copy of the message.\r\n\r\n" RETURNED,
         "anna@example.net failed 5.1.1 permanent dead; ben@example.net failed  permanent"},
        {"Mail delivery failed: returning message to sender",
         "This message was created automatically by mail delivery software.\r\n\r\nThe following address(es) "
         "failed:\r\n"
         "\r\n  anna@example.net\r\n    host mx.example.net [192.0.2.1]\r\n"
         "    SMTP error from remote mail server after RCPT TO:<anna@example.net>:\r\n    550 5.7.1 Relaying denied\r\n"
         "  ben@example.net\r\n    retry timeout exceeded\r\n\r\n"
         "------ This is a copy of the message, including all the headers. ------\r\n\r\n" RETURNED,
         "anna@example.net failed 5.7.1 permanent; ben@example.net failed "},
        {"Undelivered Mail Returned to Sender",
         "This is the mail system at host mx.example.org.\r\n\r\nFor further assistance, please send mail to"
         " <postmaster@mx.example.org>\r\n\r\n<anna@example.net>: host mx.example.net[192.0.2.1] said: 450 4.1.1\r\n"
         "    <ben@example.com>: Recipient address rejected: User unknown\r\n",
         "anna@example.net failed 4.1.1 dead"},
        {"Returned mail: see transcript for details",
         "   ----- The following addresses had permanent fatal errors -----\r\n<anna@example.net>\r\n"
         "    (reason: 550 Host unknown)\r\n\r\n   ----- Transcript of session follows -----\r\n"
         ">>> MAIL From:<iln@example.org>\r\n<<< 550 Host unknown\r\n",
         "anna@example.net failed  permanent dead"},
        {"Undeliverable: Hello",
         "Your message\r\n\r\n  To:      ben@example.com\r\n  Subject: Hello\r\n\r\ndid not reach the following"
         " recipient(s):\r\n\r\nanna@example.net on Thu, 4 Jul 2013 16:51:51 -0500\r\n"
         "    The recipient name is not recognized\r\n\tThe MTS-ID of the original message is: c=de;a= ;p=x\r\n",
         "anna@example.net failed  permanent dead"},
        {"DELIVERY FAILURE: User anna (anna@example.net) not listed in Domino Directory",
         "Your message\r\n\r\n  Subject: Hello\r\n\r\nwas not delivered to:\r\n\r\n  anna@example.net\r\n\r\n"
         "because:\r\n\r\n  User anna (anna@example.net) not listed in Domino Directory\r\n",
         "anna@example.net failed  permanent dead"},
        {"Undeliverable Mail",
         "User mailbox exceeds allowed size: anna@example.net\r\n\r\nOriginal message follows.\r\n\r\n" RETURNED,
         "anna@example.net failed  permanent"},
        {"Delivery status notification: error",
         "    An error has occurred while attempting to deliver a message for\r\n    the following list of "
         "recipients:\r\n"
         "\r\nanna@example.net: 550 5.1.1 no such user\r\nben@example.net: 552 5.2.2 Mailbox full\r\n\r\n"
         "    Below is a copy of the original message:\r\n\r\n" RETURNED,
         "anna@example.net failed 5.1.1 permanent dead; ben@example.net failed 5.2.2 permanent"},
        {"Mail delivery failed",
         "A message that you sent could not be delivered.\r\n\r\n\"anna@example.net\":\r\nSMTP error from remote server"
         " after RCPT command:\r\nhost: mx.example.net\r\n5.1.1 <anna@example.net>... User Unknown\r\n\r\n"
         "--- The header of the original message is following. ---\r\n\r\n" RETURNED,
         "anna@example.net failed 5.1.1 permanent dead"},
        {"Delivery Status Notification (Delay)",
         "THIS IS A WARNING MESSAGE ONLY.\r\n\r\nDelivery to the following recipient has been delayed:\r\n\r\n"
         "     anna@example.net\r\n\r\nMessage will be retried for 2 more day(s)\r\n\r\n"
         "----- Original message -----\r\n\r\n" RETURNED,
         "anna@example.net delayed "},
        {"Delivery Notification: Delivery has been successful",
         "Your message has been successfully delivered to the following recipients:\r\n\r\n"
         "  Recipient address: anna@example.net\r\n",
         "anna@example.net delivered "},
        {"Non remis : Bonjour",
         "Le message n'a pas pu être remis aux destinataires suivants :\r\n\r\nanna@example.net\r\n"
         "550 5.4.310 DNS domain does not exist\r\n",
         "anna@example.net failed 5.4.310 permanent dead"},
        {"Delivery failed",
         "Your message could not be delivered to: anna@example.net; ben@example.net\r\n\r\nReason: unknown user\r\n",
         "anna@example.net failed  permanent dead; ben@example.net failed  permanent dead"},
        {"Your message to anna@example.net", "The message is undeliverable, the domain could not be found.\r\n",
         "anna@example.net failed  permanent dead"},
        {"Invalid recipient", "The recipient anna@example.net is not valid at this site.\r\n",
         "anna@example.net failed  permanent dead"},
        {"NDR: Hello",
         "The server tried to deliver to anna@example.net for 5 days and failed.\r\nconnection timed out\r\n",
         "anna@example.net failed  permanent"},
        {"Message undeliverable", "To: anna@example.net\r\nThe mailbox is full.\r\n",
         "anna@example.net failed  permanent"},
        {"Undelivered mail",
         "The following addresses did NOT receive a copy of your message:\r\n\r\n  > anna@example.net\r\n\r\n"
         "550 <anna@example.net>, Recipient unknown\r\n",
         "anna@example.net failed  permanent dead"},
        {"Mail delivery failed: returning message to sender",
         "The following address(es) failed:\r\n\r\n  pipe to |/usr/lib/filter\r\n    generated by anna@example.net\r\n"
         "    Child process of address_pipe transport returned 127\r\n",
         "anna@example.net failed  permanent"},
        {"Mail Delivery Problem",
         "We were unable to deliver your message.\r\n\r\n--- Original message follows.\r\n\r\n" RETURNED,
         "anna@example.net failed  permanent dead"},
    };
    for (size_t i = 0; i < COUNT_OF(examples); i++)
        assert_string_equal(summary(notice(examples[i].subject, examples[i].text, arena), arena), examples[i].expected);
    struct description description = describe(notice(examples[0].subject, examples[0].text, arena), arena);
    assert_string_equal(description.bounces[1].message_id, "<out.7@example.org>");
}

static void reads_texts_in_other_languages(void **state) {
    /* Goal: reports without a standard part are known by their words in the languages of Exchange and of national
     * providers, and addresses end where another script begins. */
    (void)state;
    auto_arena arena = arena_new();
    static const struct {
        const char *subject, *text, *expected;
    } examples[] = {
        {"Unzustellbar: Hallo",
         "Fehler bei der Nachrichtenzustellung an folgende Empfänger:\r\n\r\nanna@example.net\r\n"
         "Die Adresse wurde nicht gefunden.\r\n",
         "anna@example.net failed  permanent dead"},
        {"Niedostarczalne: Witaj",
         "Nie można dostarczyć wiadomości do:\r\n\r\nanna@example.net\r\nSkrzynka odbiorcy "
         "jest pełna.\r\n",
         "anna@example.net failed  permanent"},
        {"Δεν ήταν δυνατή η παράδοση: Γεια", "anna@example.net\r\nΗ διεύθυνση δεν υπάρχει.\r\n",
         "anna@example.net failed  permanent dead"},
        {"Mancata consegna", "Il messaggio non è stato consegnato a:\r\n\r\nanna@example.net\r\n",
         "anna@example.net failed  permanent dead"},
        {"系统退信", "收信人anna@example.net的邮箱已满\r\n", "anna@example.net failed  permanent"},
        {"来自example.net的退信", "退信原因：收件人（anna@example.net）不存在。\r\n",
         "anna@example.net failed  permanent dead"},
        {"送信エラー", "次のアドレスに送信できませんでした。\r\n\r\n anna@example.net\r\n\r\nUser unknown\r\n",
         "anna@example.net failed  permanent dead"},
        {"메일 발송 실패", "받는사람 : anna@example.net\r\n존재하지 않는 계정입니다.\r\n",
         "anna@example.net failed  permanent dead"},
    };
    for (size_t i = 0; i < COUNT_OF(examples); i++) {
        const char *mail = notice(examples[i].subject, examples[i].text, arena);
        assert_string_equal(summary(mail, arena), examples[i].expected);
    }
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
                        "anna@example.net failed  permanent dead; ben@example.net failed  permanent dead");
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
        "From: anna@example.net\r\nSubject: mail\r\n\r\nMy mail to you was not delivered, I got this:\r\n"
        "550 5.1.1 user unknown\r\n",
    };
    for (size_t i = 0; i < COUNT_OF(mails); i++)
        assert_int_equal(describe(mails[i], arena).kind, MAIL_HUMAN);
}

static void believes_programs_that_bring_the_mail_back(void **state) {
    /* Goal: a report from an address that tells nothing is known by its subject, its words and the mail in it. */
    (void)state;
    auto_arena arena = arena_new();
    static const char mail[] =
        "Return-Path: <reports@example.com>\r\nFrom: reports@example.com\r\nSubject: Mail delivery failed\r\n"
        "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n"
        "This message was created automatically. Your mail to <anna@example.net> could not be delivered: unknown "
        "user.\r\n"
        "--b\r\nContent-Type: message/rfc822\r\n\r\n" RETURNED "--b--\r\n";
    assert_string_equal(summary(mail, arena), "anna@example.net failed  permanent dead");
}

static void leaves_other_programs_alone(void **state) {
    /* Goal: a shop that could not deliver a parcel reports on no mail. */
    (void)state;
    auto_arena arena = arena_new();
    static const char mail[] =
        "Return-Path: <shop@example.com>\r\nFrom: noreply@example.com\r\nSubject: Delivery failed\r\n\r\n"
        "Your parcel could not be delivered, the address is unknown.\r\n";
    assert_int_equal(describe(mail, arena).kind, MAIL_AUTO_REPLY);
}

static void survives_senseless_reports(void **state) {
    /* Goal: empty, cut off, huge and contradictory reports give some description and never more entries than the bound.
     */
    (void)state;
    auto_arena arena = arena_new();
    assert_string_equal(summary(notice("failure notice", "", arena), arena), " failed  permanent dead");
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
        cmocka_unit_test(cuts_no_character),
        cmocka_unit_test(reads_standard_reports),
        cmocka_unit_test(reads_texts_of_many_systems),
        cmocka_unit_test(believes_listed_recipients),
        cmocka_unit_test(reads_amazon_notifications),
        cmocka_unit_test(leaves_people_alone),
        cmocka_unit_test(reads_texts_in_other_languages),
        cmocka_unit_test(reads_refusals_as_receipts),
        cmocka_unit_test(believes_programs_that_bring_the_mail_back),
        cmocka_unit_test(leaves_other_programs_alone),
        cmocka_unit_test(survives_senseless_reports),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
