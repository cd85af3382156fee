/* Delivery reports that are only text, and how they are told from what people and other programs write. */
#include "bounce_fixture.h"

struct example {
    const char *subject, *text, *expected;
};

static const struct example systems[] = {
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
    {"Undelivered Mail Returned to Sender",
     "This is the mail system. You may cut your own words out of the attached returned message.\r\n\r\n"
     "<anna@example.net>: host mx.example.net[192.0.2.1] said: 553\r\n"
     "    <iln@example.org> does not exist (in reply to MAIL FROM command)\r\n"
     "<ben@example.net>: host mx.example.net[192.0.2.1] said: 553\r\n"
     "    <ben@example.net> does not exist (in reply to RCPT TO command)\r\n",
     "anna@example.net failed  permanent; ben@example.net failed  permanent dead"},
    {"Mail delivery failed: returning message to sender",
     "The following address(es) failed:\r\n\r\n  anna@example.net\r\n    Outgoing mail of example.org is held "
     "back.\r\n",
     "anna@example.net failed  permanent"},
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
    {"NDR: Hello", "The server tried to deliver to anna@example.net for 5 days and failed.\r\nconnection timed out\r\n",
     "anna@example.net failed  permanent"},
    {"Message undeliverable", "To: anna@example.net\r\nThe mailbox is full.\r\n", "anna@example.net failed  permanent"},
    {"Undelivered mail",
     "The following addresses did NOT receive a copy of your message:\r\n\r\n  > anna@example.net\r\n\r\n"
     "550 <anna@example.net>, Recipient unknown\r\n",
     "anna@example.net failed  permanent dead"},
    {"Mail delivery failed: returning message to sender",
     "The following address(es) failed:\r\n\r\n  pipe to |/usr/lib/filter\r\n    generated by anna@example.net\r\n"
     "    Child process of address_pipe transport returned 127\r\n",
     "anna@example.net failed  permanent"},
    {"mail delivery error",
     "The log of your batch:\r\n\r\n050 MAIL FROM:<iln@example.org>\r\n250 ok\r\n050 RCPT TO:<anna@example.net>\r\n"
     "250 <anna@example.net> will get it\r\n050 RCPT TO:<ben@example.net>\r\n550 <ben@example.net> No such user\r\n"
     "050 DATA\r\n354 go on\r\n\r\nOriginal message follows:\r\n\r\n" RETURNED,
     "ben@example.net failed  permanent dead"},
    {"Returned mail: see transcript for details",
     "   ----- Transcript of session follows -----\r\n... while talking to mx.example.net.:\r\n"
     "554 <anna@example.net>... User unknown\r\n554 <ben@example.net>... User unknown\r\n"
     "554 <carla@example.net>... mailbox full\r\n\r\n   ----- Original message follows -----\r\n\r\n" RETURNED,
     "anna@example.net failed  permanent dead; ben@example.net failed  permanent dead; "
     "carla@example.net failed  permanent"},
    {"Undeliverable: Hello",
     "Your message did not reach the following recipient(s):\r\n\r\nc=de;a= "
     ";p=example;o=gate;dda:SMTP=ben@example.net; "
     "on Thu, 4 Jul 2013 16:51:51 -0500\r\n    The recipient name is not recognized\r\n\r\n"
     "--- Original message follows. ---\r\n\r\n" RETURNED,
     "ben@example.net failed  permanent dead"},
    {"failure notice",
     "I wasn't able to deliver your message.\r\n\r\n<@relay.example:ben@example.net>:\r\nuser unknown\r\n\r\n"
     "--- Below this line is a copy of the message.\r\n\r\n" RETURNED,
     "ben@example.net failed  permanent dead"},
    {"Undeliverable mail", "Your message to anna@example.net failed after 20 attempts.\r\n",
     "anna@example.net failed  permanent"},
    {"Returned mail: User unknown",
     "   ----- Transcript of session follows -----\r\n554 <anna@example.net>... User unknown\r\n"
     "554 <ben@example.net>: user unknown\r\n554 5.1.1 carla@example.net... User unknown\r\n"
     "554 <dan@example.net>, <eva@example.net>... no such user\r\n\r\n"
     "   ----- Original message follows -----\r\n\r\n" RETURNED,
     "anna@example.net failed  permanent dead; ben@example.net failed  permanent dead; "
     "carla@example.net failed 5.1.1 permanent dead; dan@example.net failed  permanent dead; "
     "eva@example.net failed  permanent dead"},
    {"Undeliverable mail", "550 user unknown\r\n", " failed  permanent"},
    {"Mail Delivery Problem",
     "We were unable to deliver your message.\r\n\r\n--- Original message follows.\r\n\r\n" RETURNED,
     "anna@example.net failed  permanent"},
};

static const struct example languages[] = {
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
     "anna@example.net failed  permanent"},
    {"Mancata consegna",
     "Il messaggio non è stato consegnato a:\r\n\r\nanna@example.net\r\nUtente sconosciuto.\r\n\r\n"
     "--- Messaggio di origine ---\r\n\r\nben@example.net:\r\n",
     "anna@example.net failed  permanent dead"},
    {"Votre message", "Votre courrier n'a pu être livré à :\r\n\r\nanna@example.net\r\n",
     "anna@example.net failed  permanent"},
    {"お知らせ", "メールは届きませんでした。\r\n\r\n anna@example.net\r\n", "anna@example.net failed  permanent"},
    {"系统退信", "收信人anna@example.net的邮箱已满\r\n", "anna@example.net failed  permanent"},
    {"来自example.net的退信", "退信原因：收件人（anna@example.net）不存在。\r\n",
     "anna@example.net failed  permanent dead"},
    {"送信エラー", "次のアドレスに送信できませんでした。\r\n\r\n anna@example.net\r\n\r\nUser unknown\r\n",
     "anna@example.net failed  permanent dead"},
    {"메일 발송 실패", "받는사람 : anna@example.net\r\n존재하지 않는 계정입니다.\r\n",
     "anna@example.net failed  permanent dead"},
};

/* The system that speaks is at mx.example.org. */
static const struct example names[] = {
    {"Delivery problem",
     "Your mail could not be delivered to the following recipients because they take no mail\r\n"
     "that is not allowed:\r\n\tanna\r\n\tben\r\n",
     "anna@mx.example.org failed  permanent; ben@mx.example.org failed  permanent"},
    {"Undeliverable message",
     "The message could not be delivered to the following:\r\n\r\n  anna (mailbox is full)\r\n",
     "anna@mx.example.org failed  permanent"},
    {"Undeliverable message", "Your message could not be delivered for this reason:\r\n\r\n  timeout\r\n",
     " failed  permanent"},
    {"Undeliverable message",
     "It failed for the following recipients:\r\n\r\nNobody told us who they are.\r\n\r\n  Bye\r\n",
     " failed  permanent"},
};

static void check(const struct example *examples, size_t count) {
    auto_arena arena = arena_new();
    for (size_t i = 0; i < count; i++) {
        const char *made = summary(notice(examples[i].subject, examples[i].text, arena), arena);
        if (!string_equal(made, examples[i].expected))
            print_error("# %s\n%s\n", examples[i].subject, examples[i].text);
        assert_string_equal(made, examples[i].expected);
    }
}

static void reads_texts_of_many_systems(void **state) {
    /* Goal: in the shapes that qmail, Exim, Postfix, sendmail, Exchange, Domino, IMail, OpenSMTPD, GMX, Gmail and
     * others use, the recipients and what happened to each are found. */
    (void)state;
    check(systems, COUNT_OF(systems));
}

static void knows_the_returned_mail(void **state) {
    /* Goal: the mail that a text brings back tells which of ours it was, for each of its recipients. */
    (void)state;
    auto_arena arena = arena_new();
    struct description description = describe(notice(systems[0].subject, systems[0].text, arena), arena);
    assert_int_equal(description.bounce_count, 2);
    for (size_t i = 0; i < description.bounce_count; i++)
        assert_string_equal(description.bounces[i].message_id, "<out.7@example.org>");
}

static void reads_texts_in_other_languages(void **state) {
    /* Goal: reports without a standard part are known by their words in the languages of Exchange and of national
     * providers, and addresses end where another script begins. */
    (void)state;
    check(languages, COUNT_OF(languages));
}

static void completes_names_without_domain(void **state) {
    /* Goal: a system that lists its own users by name only is understood, and what merely stands alone on a line is
     * taken for none. */
    (void)state;
    check(names, COUNT_OF(names));
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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_texts_of_many_systems),    cmocka_unit_test(knows_the_returned_mail),
        cmocka_unit_test(reads_texts_in_other_languages), cmocka_unit_test(believes_programs_that_bring_the_mail_back),
        cmocka_unit_test(leaves_other_programs_alone),    cmocka_unit_test(completes_names_without_domain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
