/* Codes and phrases of delivery reports: what they say about the address. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "mail/bounce_phrases.h"
#include "mail/bounce_status.h"

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
        {"lovely weather", BOUNCE_REASON_UNKNOWN},
        {"", BOUNCE_REASON_UNKNOWN},
    };
    for (size_t i = 0; i < COUNT_OF(examples); i++)
        assert_int_equal(bounce_phrases_reason(bounce_status_normalise(examples[i].words, arena)), examples[i].reason);
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
        cmocka_unit_test(weighs_words),
        cmocka_unit_test(finds_codes),
        cmocka_unit_test(knows_codes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
