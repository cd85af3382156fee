/* Codes and phrases of delivery reports: what they say about the address. */
#include "test.h"

#include "base/text.h"
#include "mail/automatic/bounce_status.h"

static void weighs_words(void **state) {
    /* Goal: the more telling words win: a full mailbox and a refused sender over "user unknown", that over policy. */
    (void)state;
    auto_arena arena = arena_new();
    static const struct {
        const char *words;
        enum bounce_reason reason;
    } examples[] = {
        {"550 5.1.1 User\r\n unknown", BOUNCE_REASON_ADDRESS},
        {"550-5.1.1 The email account that you tried to reach\r\n550-5.1.1 does not exist.", BOUNCE_REASON_ADDRESS},
        {"552 user unknown: mailbox full", BOUNCE_REASON_FULL},
        {"550 Sender address rejected: user unknown", BOUNCE_REASON_POLICY},
        {"554 Recipient address rejected: Access denied", BOUNCE_REASON_ADDRESS},
        {"554 Access denied", BOUNCE_REASON_POLICY},
        {"Host or domain name not found", BOUNCE_REASON_HOST},
        {"Host not found, try again", BOUNCE_REASON_TEMPORARY},
        {"connection timed out", BOUNCE_REASON_TEMPORARY},
        {"554 DMARC policy", BOUNCE_REASON_POLICY},
        {"Empfänger unbekannt", BOUNCE_REASON_ADDRESS},
        {"554 5.7.1 delivery not authorized, message refused", BOUNCE_REASON_POLICY},
        {"5.1.6 Destination mailbox has moved", BOUNCE_REASON_ADDRESS},
        {"lovely weather", BOUNCE_REASON_UNKNOWN},
        {"", BOUNCE_REASON_UNKNOWN},
    };
    for (size_t i = 0; i < COUNT_OF(examples); i++)
        assert_int_equal(bounce_status_reason(bounce_status_normalise(examples[i].words, arena)), examples[i].reason);
}

static void reads_how_words_stand(void **state) {
    /* Goal: however a server names the one written to and the place, and whatever stands between, what it says of them
     * is understood; what it says of the sender, of a message or of an error is not taken for it. */
    (void)state;
    auto_arena arena = arena_new();
    static const struct {
        const char *words;
        enum bounce_reason reason;
    } examples[] = {
        {"550 The account (anna) has been disabled", BOUNCE_REASON_ADDRESS},
        {"550 unknown or illegal alias: anna", BOUNCE_REASON_ADDRESS},
        {"550 Recipient <anna@example.net> does not exist here", BOUNCE_REASON_ADDRESS},
        {"550 No such virtual mailbox", BOUNCE_REASON_ADDRESS},
        {"550 Unable to find the user", BOUNCE_REASON_ADDRESS},
        {"User anna (anna@example.net) not listed in Domino Directory", BOUNCE_REASON_ADDRESS},
        {"550 user(s) unknown", BOUNCE_REASON_ADDRESS},
        {"550 This mailbox has been retired", BOUNCE_REASON_ADDRESS},
        {"550 email address is not in use", BOUNCE_REASON_ADDRESS},
        {"550 that user’s mailbox couldn’t be found", BOUNCE_REASON_ADDRESS},
        {"550 5.1.0 not our customer", BOUNCE_REASON_ADDRESS},
        {"550 anna is not a valid mailbox here", BOUNCE_REASON_ADDRESS},
        {"550 No account by that name", BOUNCE_REASON_ADDRESS},
        {"550 we accept no email from there", BOUNCE_REASON_UNKNOWN},
        {"550 unable to reach the recipient", BOUNCE_REASON_UNKNOWN},
        {"554 recipient is not on this server", BOUNCE_REASON_ADDRESS},
        {"550 The mailbox in your message is unknown", BOUNCE_REASON_ADDRESS},
        {"554 the mailbox is locked by another process", BOUNCE_REASON_UNKNOWN},
        {"550 return path domain not found", BOUNCE_REASON_UNKNOWN},
        {"Hostname/Domain is invalid", BOUNCE_REASON_HOST},
        {"521 example.net does not accept mail", BOUNCE_REASON_HOST},
        {"550 This domain has expired", BOUNCE_REASON_HOST},
        {"Unknown host: example.net", BOUNCE_REASON_HOST},
        {"550 no valid domain: domain example.net not found", BOUNCE_REASON_HOST},
        {"550 recipient: unknown error", BOUNCE_REASON_UNKNOWN},
        {"550 mailbox does not take what you sent. Unknown reason", BOUNCE_REASON_UNKNOWN},
        {"550 recipient is not accepting mail from your address", BOUNCE_REASON_POLICY},
        {"550 your account is disabled", BOUNCE_REASON_UNKNOWN},
        {"The recipient server did not accept our requests to connect", BOUNCE_REASON_TEMPORARY},
        {"all hosts have been failing for a long time", BOUNCE_REASON_TEMPORARY},
        {"550 HELO host unknown", BOUNCE_REASON_POLICY},
        {"551 <anna@example.net> is a cancelled mailbox", BOUNCE_REASON_ADDRESS},
        {"550 anna@example.net has moved", BOUNCE_REASON_ADDRESS},
        {"550 <anna> is now locked", BOUNCE_REASON_ADDRESS},
        {"554 <mx.example.net> is now locked", BOUNCE_REASON_UNKNOWN},
        {"550 recipient anna is not OK", BOUNCE_REASON_ADDRESS},
        {"550 the status of the account is: inactive", BOUNCE_REASON_ADDRESS},
        {"550 Sorry, no mail box for anna", BOUNCE_REASON_ADDRESS},
        {"550 this user could not be verified", BOUNCE_REASON_ADDRESS},
        {"550 mail for anna can not be accepted. (Account expired) . Message status", BOUNCE_REASON_ADDRESS},
        {"host mx.example.net said: no local delivery", BOUNCE_REASON_UNKNOWN},
        {"550 example.net: no such domain. Mail will not route there", BOUNCE_REASON_HOST},
        {"554 no SMTP service for you, see our block list", BOUNCE_REASON_POLICY},
        {"name server of example.net: unexpected answer", BOUNCE_REASON_TEMPORARY},
        {"dns lookup of example.net: servfail", BOUNCE_REASON_TEMPORARY},
        {"outgoing mail of this account is suspended", BOUNCE_REASON_POLICY},
    };
    for (size_t i = 0; i < COUNT_OF(examples); i++) {
        enum bounce_reason reason = bounce_status_reason(bounce_status_normalise(examples[i].words, arena));
        if (reason != examples[i].reason)
            print_message("# %s: %d\n", examples[i].words, (int)reason);
        assert_int_equal(reason, examples[i].reason);
    }
}

static void reads_other_languages(void **state) {
    /* Goal: that there is no such address, or that its mailbox is full, is understood in many languages, at the
     * beginning of a sentence as well. */
    (void)state;
    auto_arena arena = arena_new();
    static const char *const dead[] = {
        "Die Adresse existiert nicht",
        "Cette adresse n’existe pas",
        "Usuario desconocido",
        "Usuário inexistente",
        "Utente sconosciuto",
        "De mailbox bestaat niet",
        "Mottagaren finns inte",
        "Konto nie istnieje",
        "Schránka neexistuje",
        "Пользователь не найден",
        "宛先のメールアドレスが存在しません",
        "收件人不存在",
        "존재하지 않는 계정입니다",
    };
    static const char *const stuffed[] = {
        "Das Postfach des Empfängers ist voll",
        "La boîte du destinataire est pleine",
        "El buzón está lleno",
        "A caixa postal do usuário está cheia",
        "La casella di posta è piena",
        "Skrzynka odbiorcy jest pełna",
        "Почтовый ящик переполнен",
        "メールボックスがいっぱいです",
        "收信人的邮箱已满",
        "수신자의 메일함 용량이 초과되었습니다",
    };
    for (size_t i = 0; i < COUNT_OF(dead); i++)
        assert_int_equal(bounce_status_reason(bounce_status_normalise(dead[i], arena)), BOUNCE_REASON_ADDRESS);
    for (size_t i = 0; i < COUNT_OF(stuffed); i++)
        assert_int_equal(bounce_status_reason(bounce_status_normalise(stuffed[i], arena)), BOUNCE_REASON_FULL);
    assert_int_equal(bounce_status_reason("das postfach besteht. der mond ist voll"), BOUNCE_REASON_UNKNOWN);
}

static void finds_codes(void **state) {
    /* Goal: enhanced and reply codes are found where they stand, never in addresses, versions or telephone numbers. */
    (void)state;
    static const struct {
        const char *words, *status;
        int reply;
    } examples[] = {
        {"550 5.1.1 no", "5.1.1", 550},
        {"sorry (#5.1.1)", "5.1.1", 0},
        {"smtp 4.7.650: 451 4.7.650 later", "4.7.650", 451},
        {"host 5.9.1.2 said no", "", 0},
        {"version 15.1.2", "", 0},
        {"550-5.7.26 unauthenticated", "5.7.26", 550},
        {"call 480-624-2500", "", 0},
        {"x5.1.1", "", 0},
        {"4.4.1 timed out", "4.4.1", 0},
        {"5.1.0 - error 550-'5.2.2 full'", "5.1.0", 550},
        {"error 999", "", 0},
        {"2.0.0 ok", "", 0},
    };
    for (size_t i = 0; i < COUNT_OF(examples); i++) {
        char status[BOUNCE_STATUS_SIZE] = "";
        bool found = bounce_status_find(examples[i].words, status);
        if (!string_equal(status, examples[i].status) || bounce_status_reply(examples[i].words) != examples[i].reply)
            print_message("# %s: %s %d\n", examples[i].words, status, bounce_status_reply(examples[i].words));
        assert_true(found == (*examples[i].status != '\0'));
        assert_string_equal(status, examples[i].status);
        assert_int_equal(bounce_status_reply(examples[i].words), examples[i].reply);
    }
}

static void knows_codes(void **state) {
    /* Goal: codes of RFC 3463 and its registry mean what they mean; senseless ones mean nothing. */
    (void)state;
    assert_int_equal(bounce_status_code("5.1.1"), BOUNCE_REASON_ADDRESS);
    assert_int_equal(bounce_status_code("5.1.10"), BOUNCE_REASON_HOST);
    assert_int_equal(bounce_status_code("5.2.2"), BOUNCE_REASON_FULL);
    assert_int_equal(bounce_status_code("5.7.509"), BOUNCE_REASON_POLICY);
    assert_int_equal(bounce_status_code("4.4.7"), BOUNCE_REASON_TEMPORARY);
    assert_int_equal(bounce_status_code("5.0.0"), BOUNCE_REASON_UNKNOWN);
    assert_int_equal(bounce_status_code("5"), BOUNCE_REASON_UNKNOWN);
    assert_int_equal(bounce_status_code(""), BOUNCE_REASON_UNKNOWN);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(weighs_words),          cmocka_unit_test(reads_how_words_stand),
        cmocka_unit_test(reads_other_languages), cmocka_unit_test(finds_codes),
        cmocka_unit_test(knows_codes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
