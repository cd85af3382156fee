#include "test.h"

#include <stdio.h>
#include <string.h>

#include "net/smtp_transaction.h"

static const struct smtp_capabilities plain = {0}, pipelining = {.pipelining = true, .size = true};

static struct smtp_transaction begun(const struct smtp_capabilities *server, bool reset) {
    static const char mail[] = "Subject: hello\r\n\r\nHi\r\n";
    const struct send_request request = {.id = 7,
                                         .envelope_from = "bounces@example.org",
                                         .recipient = "anna@example.net",
                                         .bytes = mail,
                                         .length = sizeof mail - 1};
    struct smtp_transaction transaction = {0};
    smtp_transaction_take(&transaction, &request);
    assert_true(smtp_transaction_begin(&transaction, server, reset));
    return transaction;
}

/* All that is outgoing must be EXPECTED, and leaves in two pieces. */
static void says(struct smtp_transaction *transaction, const char *expected) {
    const char *bytes = "";
    size_t length = smtp_transaction_outgoing(transaction, &bytes);
    assert_string_equal(bytes, expected);
    smtp_transaction_note_sent(transaction, length / 2);
    assert_int_equal(smtp_transaction_outgoing(transaction, &bytes), length - length / 2);
    smtp_transaction_note_sent(transaction, length - length / 2);
    assert_int_equal(smtp_transaction_outgoing(transaction, &bytes), 0);
}

/* All but LEFT bytes of what is outgoing leave. */
static void sends_all_but(struct smtp_transaction *transaction, size_t left) {
    const char *bytes;
    smtp_transaction_note_sent(transaction, smtp_transaction_outgoing(transaction, &bytes) - left);
}

static enum smtp_progress replies(struct smtp_transaction *transaction, int code) {
    struct smtp_reply reply = {.code = code};
    const char *why = NULL;
    snprintf(reply.text, sizeof reply.text, "%d so", code);
    enum smtp_progress progress = smtp_transaction_take_reply(transaction, &reply, &why);
    assert_int_equal(progress == TRANSACTION_OUT_OF_STEP, why != NULL);
    return progress;
}

static void becomes(struct smtp_transaction *transaction, enum send_outcome outcome, enum send_stage stage, int code) {
    assert_true(transaction->decided);
    assert_int_equal(transaction->result.id, 7);
    assert_int_equal(transaction->result.outcome, outcome);
    assert_int_equal(transaction->result.stage, stage);
    assert_int_equal(transaction->result.code, code);
    smtp_transaction_drop(transaction);
}

/* Up to where the message is outgoing. */
static struct smtp_transaction before_message(void) {
    struct smtp_transaction transaction = begun(&pipelining, false);
    sends_all_but(&transaction, 0);
    assert_int_equal(replies(&transaction, 250), TRANSACTION_GOES_ON);
    assert_int_equal(replies(&transaction, 250), TRANSACTION_GOES_ON);
    assert_int_equal(replies(&transaction, 354), TRANSACTION_GOES_ON);
    assert_int_equal(transaction.phase, SMTP_BODY);
    assert_false(transaction.end_may_be_out);
    return transaction;
}

/* Goal: without PIPELINING each command waits for the reply to the one before; with it all go at once. */
static void test_commands(void **state) {
    (void)state;
    struct smtp_transaction slow = begun(&plain, true);
    says(&slow, "RSET\r\n");
    assert_int_equal(replies(&slow, 250), TRANSACTION_GOES_ON);
    says(&slow, "MAIL FROM:<bounces@example.org>\r\n");
    assert_int_equal(replies(&slow, 250), TRANSACTION_GOES_ON);
    says(&slow, "RCPT TO:<anna@example.net>\r\n");
    assert_int_equal(replies(&slow, 251), TRANSACTION_GOES_ON);
    says(&slow, "DATA\r\n");
    assert_int_equal(replies(&slow, 354), TRANSACTION_GOES_ON);
    says(&slow, "Subject: hello\r\n\r\nHi\r\n.\r\n");
    assert_int_equal(replies(&slow, 250), TRANSACTION_DONE);
    becomes(&slow, SEND_ACCEPTED, STAGE_DATA, 250);

    struct smtp_transaction quick = begun(&pipelining, true);
    says(&quick, "RSET\r\nMAIL FROM:<bounces@example.org> SIZE=22\r\nRCPT TO:<anna@example.net>\r\nDATA\r\n");
    smtp_transaction_drop(&quick);
}

/* Goal: the first refusal is the result, in its stage; with PIPELINING the replies to what was said are still awaited.
 */
static void test_refusals(void **state) {
    (void)state;
    struct smtp_transaction slow = begun(&plain, false);
    assert_int_equal(replies(&slow, 530), TRANSACTION_DONE);
    becomes(&slow, SEND_LOGIN_REFUSED, STAGE_MAIL, 530);

    struct smtp_transaction quick = begun(&pipelining, false);
    assert_int_equal(replies(&quick, 250), TRANSACTION_GOES_ON);
    assert_int_equal(replies(&quick, 550), TRANSACTION_GOES_ON);
    assert_int_equal(replies(&quick, 503), TRANSACTION_DONE);
    becomes(&quick, SEND_REFUSED, STAGE_RECIPIENT, 550);

    struct smtp_transaction late = before_message();
    sends_all_but(&late, 0);
    assert_int_equal(replies(&late, 452), TRANSACTION_DONE);
    becomes(&late, SEND_REFUSED_NOW, STAGE_DATA, 452);
}

/* Goal: a server that is out of step gets no message, and a refused message isn't sent because it asks for it. */
static void test_out_of_step(void **state) {
    (void)state;
    struct smtp_transaction reset = begun(&plain, true);
    assert_int_equal(replies(&reset, 500), TRANSACTION_OUT_OF_STEP);
    assert_false(reset.decided);
    smtp_transaction_drop(&reset);

    struct smtp_transaction asked = begun(&plain, false);
    assert_int_equal(replies(&asked, 354), TRANSACTION_OUT_OF_STEP);
    smtp_transaction_drop(&asked);

    struct smtp_transaction refused = begun(&pipelining, false);
    assert_int_equal(replies(&refused, 250), TRANSACTION_GOES_ON);
    assert_int_equal(replies(&refused, 550), TRANSACTION_GOES_ON);
    assert_int_equal(replies(&refused, 354), TRANSACTION_OUT_OF_STEP);
    smtp_transaction_abandon(&refused, "the connection was lost");
    becomes(&refused, SEND_REFUSED, STAGE_RECIPIENT, 550);
}

/* Goal: what is lost counts as not taken until its end may be out, and as uncertain from there on. */
static void test_losses(void **state) {
    (void)state;
    struct smtp_transaction early = before_message();
    sends_all_but(&early, 1);
    smtp_transaction_abandon(&early, "the connection was lost");
    becomes(&early, SEND_UNAVAILABLE, STAGE_DATA, 0);

    struct smtp_transaction late = before_message();
    sends_all_but(&late, 0);
    smtp_transaction_abandon(&late, "the connection was lost");
    becomes(&late, SEND_UNCERTAIN, STAGE_DATA, 0);

    struct smtp_transaction perhaps = before_message();
    smtp_transaction_note_perhaps_sent(&perhaps);
    smtp_transaction_abandon(&perhaps, "the connection was lost");
    becomes(&perhaps, SEND_UNCERTAIN, STAGE_DATA, 0);

    struct smtp_transaction commands = begun(&pipelining, false);
    smtp_transaction_note_perhaps_sent(&commands);
    smtp_transaction_abandon(&commands, "the connection was lost");
    becomes(&commands, SEND_UNAVAILABLE, STAGE_MAIL, 0);
}

/* Goal: a reply in the middle of the message counts if it refuses, or if the end may be out; a yes before counts for
 * nothing. */
static void test_early_replies(void **state) {
    (void)state;
    struct smtp_transaction refused = before_message();
    assert_int_equal(replies(&refused, 552), TRANSACTION_OUT_OF_STEP);
    becomes(&refused, SEND_REFUSED, STAGE_DATA, 552);

    struct smtp_transaction hasty = before_message();
    assert_int_equal(replies(&hasty, 250), TRANSACTION_OUT_OF_STEP);
    smtp_transaction_abandon(&hasty, "out of step");
    becomes(&hasty, SEND_UNAVAILABLE, STAGE_DATA, 0);

    struct smtp_transaction taken = before_message();
    smtp_transaction_note_perhaps_sent(&taken);
    assert_int_equal(replies(&taken, 250), TRANSACTION_OUT_OF_STEP);
    smtp_transaction_abandon(&taken, "out of step");
    becomes(&taken, SEND_ACCEPTED, STAGE_DATA, 250);
}

/* Goal: it can be begun anew elsewhere only while no command of it was answered. */
static void test_unheard(void **state) {
    (void)state;
    struct smtp_transaction transaction = begun(&plain, true);
    assert_true(smtp_transaction_is_unheard(&transaction));
    assert_int_equal(replies(&transaction, 250), TRANSACTION_GOES_ON);
    assert_false(smtp_transaction_is_unheard(&transaction));
    assert_true(smtp_transaction_begin(&transaction, &pipelining, false));
    assert_true(smtp_transaction_is_unheard(&transaction));
    says(&transaction, "MAIL FROM:<bounces@example.org> SIZE=22\r\nRCPT TO:<anna@example.net>\r\nDATA\r\n");
    smtp_transaction_drop(&transaction);
}

/* Goal: an address that this server can't take is refused before anything is said. */
static void test_international_address(void **state) {
    (void)state;
    const struct send_request request = {
        .id = 7, .envelope_from = "", .recipient = "åsa@example.net", .bytes = "\r\nHi\r\n", .length = 6};
    struct smtp_transaction transaction = {0};
    smtp_transaction_take(&transaction, &request);
    assert_false(smtp_transaction_begin(&transaction, &plain, true));
    says(&transaction, "");
    assert_string_equal(transaction.result.status, "5.6.7");
    becomes(&transaction, SEND_REFUSED, STAGE_RECIPIENT, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_commands),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_out_of_step),
        cmocka_unit_test(test_losses),
        cmocka_unit_test(test_early_replies),
        cmocka_unit_test(test_unheard),
        cmocka_unit_test(test_international_address),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
