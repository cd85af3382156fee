/* Goal: letters between partners go through us, each once, to whom they are for, and nothing of them is kept. */
#include "mailbox.h"

/* Goal: a letter to the partnership address reaches the partner as new mail that leads back the same way; it is a
 * contact, and when it is delivered nothing of it is left. */
static void test_letter_is_passed_on(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    introduce_and_relay(fixture);
    const char *more = "Received: from [192.0.2.7] by x\r\nX-Mailer: Secret 1\r\nX-Originating-IP: 192.0.2.7\r\n";
    struct inbox_row row = take(&mailbox, mail(fixture, "Anna <anna@example.net>", way_of(fixture, fixture->anna), more,
                                               "Kia ora Ben, an unmistakable phrase."));
    assert_int_equal(row.state, INBOX_HANDLED);
    assert_int_equal(row.server_action, SERVER_DELETE);
    fixture_turns(fixture);
    const struct fake_letter *letter = last_letter(fixture, "ben@example.com");
    if (!strstr(letter->bytes, "unmistakable phrase"))
        fail_msg("%s: %s", row.reason, letter->bytes);
    assert_non_null(strstr(letter->bytes, "From: Anna Berg via Librarians <"));
    assert_non_null(strstr(letter->bytes, way_of(fixture, fixture->ben)));
    assert_null(strstr(letter->bytes, "anna@example.net"));
    assert_null(strstr(letter->bytes, "192.0.2.7"));
    assert_null(strstr(letter->bytes, "X-Mailer"));
    assert_null(strstr(letter->bytes, "X-Originating-IP"));
    assert_null(strstr(letter->bytes, "Auto-Submitted"));
    assert_int_equal(contacts(fixture).count, 1);
    assert_int_equal(contacts(fixture).items[0].channel, CONTACT_RELAY);
    struct outbox_row sent;
    const char *bytes = NULL;
    size_t length = 0;
    assert_done(outbox_find(fixture->database, letter->id, fixture->arena, &sent, &error));
    assert_int_equal(sent.state, OUTBOX_SENT);
    assert_done(outbox_content(fixture->database, sent.id, fixture->arena, &bytes, &length, &error));
    assert_null(bytes);
}

/* Goal: while nothing passes, nothing does, either way, and the writer is told once a day without a reason. */
static void test_nothing_passes(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    introduce_and_relay(fixture);
    set_partnership_state(fixture, PARTNERSHIP_HELD);
    for (int i = 0; i < 3; i++)
        take(&mailbox, mail(fixture, "anna@example.net", way_of(fixture, fixture->anna), "", "Dear Ben, how are you?"));
    size_t before = fixture_count(fixture, "ben@example.com", NULL);
    fixture_turns(fixture);
    assert_int_equal(fixture_count(fixture, "ben@example.com", NULL), before);
    assert_int_equal(fixture_count(fixture, "anna@example.net", "was not passed on"), 1);
    assert_int_equal(contacts(fixture).count, 0);
}

/* Goal: after the end there are some days' grace, then the writer is told. */
static void test_after_the_end(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    introduce_and_relay(fixture);
    fixture_pass(fixture, 180 * SECONDS_PER_DAY);
    take(&mailbox, mail(fixture, "anna@example.net", way_of(fixture, fixture->anna), "", "One last thing, dear Ben."));
    fixture_turns(fixture);
    assert_int_equal(fixture_count(fixture, "ben@example.com", "One last thing"), 1);
    fixture_pass(fixture, 20 * SECONDS_PER_DAY);
    take(&mailbox, mail(fixture, "anna@example.net", way_of(fixture, fixture->anna), "", "And another, dear Ben."));
    fixture_turns(fixture);
    assert_int_equal(fixture_count(fixture, "ben@example.com", "And another"), 0);
    assert_int_equal(fixture_count(fixture, "anna@example.net", "was not passed on"), 1);
}

/* Goal: a letter from an address that we don't know is kept back until the owner, who reads whence it came and when,
 * says that it is theirs. */
static void test_unknown_address_is_asked(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    struct outbox_list questions;
    introduce_and_relay(fixture);
    take(&mailbox, mail(fixture, "anna.private@example.org", way_of(fixture, fixture->anna), "",
                        "Dear Ben, from my other address."));
    fixture_turns(fixture);
    assert_int_equal(fixture_count(fixture, "ben@example.com", "my other address"), 0);
    assert_int_equal(fixture_count(fixture, "anna@example.net", "Did you write to Ben"), 1);
    assert_int_equal(fixture_count(fixture, "anna@example.net", "from anna.private@example.org, an"), 1);
    assert_done(outbox_list_open_questions(fixture->database, fixture->anna, fixture->arena, &questions, &error));
    struct outbox_row question = questions.items[questions.count - 1];
    const char *address = tag_of(fixture, &(struct tag){.purpose = 'r', .outbox = question.id});
    take(&mailbox, mail(fixture, "anna@example.net", address, "", "1"));
    fixture_turns(fixture);
    assert_int_equal(fixture_count(fixture, "ben@example.com", "my other address"), 1);
}

/* Goal: an answer that comes again, while nothing passes, makes no second contact of one letter. */
static void test_answered_twice(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    struct outbox_list questions;
    introduce_and_relay(fixture);
    take(&mailbox, mail(fixture, "anna.private@example.org", way_of(fixture, fixture->anna), "", "Dear Ben, hello."));
    fixture_turns(fixture);
    assert_done(outbox_list_open_questions(fixture->database, fixture->anna, fixture->arena, &questions, &error));
    const char *address =
        tag_of(fixture, &(struct tag){.purpose = 'r', .outbox = questions.items[questions.count - 1].id});
    set_partnership_state(fixture, PARTNERSHIP_FROZEN);
    for (int i = 0; i < 2; i++) {
        take(&mailbox, mail(fixture, "anna@example.net", address, "", "1"));
        fixture_turns(fixture);
    }
    assert_int_equal(contacts(fixture).count, 1);
    assert_int_equal(fixture_count(fixture, "ben@example.com", "Dear Ben, hello"), 0);
}

/* Goal: no stranger's words get into a mail of ours by way of an address. */
static void test_address_is_no_text(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    introduce_and_relay(fixture);
    take(&mailbox, mail(fixture, "\"call 0900 1234\"@evil.example", way_of(fixture, fixture->anna), "", "Hello Ben"));
    fixture_turns(fixture);
    const char *question = last_letter(fixture, "anna@example.net")->bytes;
    assert_non_null(strstr(question, "Did you write to Ben"));
    assert_null(strstr(question, "0900"));
    assert_non_null(strstr(question, "It came from an address"));
}

/* Goal: a digit that went to the partner's address by mistake is taken as the answer it is; with a word to us on the
 * first line the writer is asked, and "2" brings it to a person. */
static void test_words_to_us(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    struct outbox_list questions;
    introduce_and_relay(fixture);
    take(&mailbox, mail(fixture, "anna@example.net", way_of(fixture, fixture->anna), "", "2"));
    assert_int_equal(check_ins(fixture).count, 1);
    int64_t id = take(&mailbox, mail(fixture, "anna@example.net", way_of(fixture, fixture->anna), "",
                                     "HELP\r\n\r\nI do not know what to write to Ben any more."))
                     .id;
    fixture_turns(fixture);
    assert_int_equal(fixture_count(fixture, "ben@example.com", "any more"), 0);
    assert_done(outbox_list_open_questions(fixture->database, fixture->anna, fixture->arena, &questions, &error));
    const char *address =
        tag_of(fixture, &(struct tag){.purpose = 'r', .outbox = questions.items[questions.count - 1].id});
    take(&mailbox, mail(fixture, "anna@example.net", address, "", "2"));
    struct inbox_row row;
    assert_done(inbox_find(fixture->database, id, fixture->arena, &row, &error));
    assert_int_equal(row.state, INBOX_WAITING);
    fixture_turns(fixture);
    assert_int_equal(fixture_count(fixture, "ben@example.com", "any more"), 0);
}

/* Goal: REPORT freezes at once: the letter goes to a person alone, and nothing passes either way. */
static void test_report_freezes(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    struct partnership partnership;
    introduce_and_relay(fixture);
    struct inbox_row row = take(&mailbox, mail(fixture, "anna@example.net", way_of(fixture, fixture->anna), "",
                                               "REPORT\r\n\r\nHe frightens me."));
    assert_int_equal(row.state, INBOX_WAITING);
    assert_done(partnerships_find(fixture->database, fixture->partnership, fixture->arena, &partnership, &error));
    assert_int_equal(partnership.state, PARTNERSHIP_FROZEN);
    take(&mailbox, mail(fixture, "ben@example.com", way_of(fixture, fixture->ben), "", "Anna, why so silent?"));
    fixture_turns(fixture);
    assert_int_equal(fixture_count(fixture, "anna@example.net", "why so silent"), 0);
    assert_int_equal(fixture_count(fixture, "ben@example.com", "frightens"), 0);
    assert_true(fixture_count(fixture, "kate@example.org", NULL) > 0);
}

/* Goal: what a library's scanner sends for Anna is not passed on and not lost. */
static void test_letter_by_a_scanner(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    introduce_and_relay(fixture);
    struct inbox_row row = write_to_ben(&mailbox, "Auto-Submitted: auto-generated\r\n", "Scanned page");
    assert_int_equal(row.state, INBOX_WAITING);
    assert_int_equal(row.content, 0);
    assert_true(row.server_action != SERVER_DELETE);
    fixture_turns(fixture);
    assert_int_equal(fixture_count(fixture, "ben@example.com", "Scanned page"), 0);
}

/* Goal: an automatic answer to a letter is never passed on; the writer is told of the absence once. */
static void test_absence_is_told_once(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    introduce_and_relay(fixture);
    take(&mailbox, mail(fixture, "anna@example.net", way_of(fixture, fixture->anna), "", "Dear Ben, how are you?"));
    for (int i = 0; i < 3; i++)
        take(&mailbox,
             mail(fixture, "ben@example.com", way_of(fixture, fixture->ben),
                  "Auto-Submitted: auto-replied (vacation)\r\n", "I am out of the office until 1 March 2027."));
    fixture_turns(fixture);
    assert_int_equal(fixture_count(fixture, "anna@example.net", "I am out of the office"), 0);
    assert_int_equal(fixture_count(fixture, "anna@example.net", "Ben is away"), 1);
    assert_int_equal(contacts(fixture).count, 1);
}

/* ---- The introduction goes first ---- */

static struct outbox_row introduction_of(struct fixture *fixture, int64_t participant) {
    struct outbox_row row;
    const char *key = sequence_partnership_key(fixture->arena, fixture->partnership, "introduction", 0, participant);
    assert_done(outbox_find_by_key(fixture->database, key, fixture->arena, &row, &error));
    return row;
}

/* Nine in Stockholm has come, nine in Auckland will in eleven hours. */
static struct outbox_row introduce_anna_alone(struct fixture *fixture) {
    size_t count;
    assert_done(action_round_start(&fixture->service, fixture->round, &count, &error));
    fixture_pass(fixture, 6 * SECONDS_PER_HOUR);
    relay(fixture);
    assert_int_equal(introduction_of(fixture, fixture->ben).id, 0);
    struct outbox_row hers = introduction_of(fixture, fixture->anna);
    assert_int_equal(hers.state, OUTBOX_SENT);
    return hers;
}

static size_t position_of(const struct fixture *fixture, const char *to, const char *text) {
    for (size_t i = 0; i < fixture->fake.started; i++)
        if (string_equal(fixture->fake.letters[i].to, to) && strstr(fixture->fake.letters[i].bytes, text))
            return i;
    fail_msg("nothing to %s with %s", to, text);
    abort();
}

/* Goal: a letter to somebody who has not been introduced brings the introduction forward, comes after it, and belongs
 * to its thread. */
static void test_introduction_goes_first(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    struct outbox_row hers = introduce_anna_alone(fixture);
    write_to_ben(
        &mailbox,
        arena_format(fixture->arena, "In-Reply-To: %s\r\nReferences: %s\r\n", hers.message_id, hers.message_id),
        "Dear Ben, hello from the north.");
    fixture_pass(fixture, 2 * SECONDS_PER_HOUR);
    struct outbox_row his = introduction_of(fixture, fixture->ben);
    assert_int_equal(his.state, OUTBOX_SENT);
    size_t letter = position_of(fixture, "ben@example.com", "hello from the north");
    assert_true(position_of(fixture, "ben@example.com", "Subject: Meet Anna") < letter);
    const char *bytes = fixture->fake.letters[letter].bytes;
    assert_non_null(strstr(bytes, arena_format(fixture->arena, "In-Reply-To: %s\r\n", his.message_id)));
    assert_non_null(strstr(bytes, arena_format(fixture->arena, "References: %s\r\n", his.message_id)));
    assert_null(strstr(bytes, hers.message_id));
    fixture_pass(fixture, SECONDS_PER_DAY);
    assert_int_equal(fixture_count(fixture, "ben@example.com", "Subject: Meet Anna"), 1);
}

/* Goal: also where the server takes the introduction only after hours. */
static void test_introduction_is_late(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    introduce_anna_alone(fixture);
    write_to_ben(&mailbox, "", "Dear Ben, hello from the north.");
    fixture->fake.outcome = SEND_REFUSED_NOW, fixture->fake.stage = STAGE_RECIPIENT, fixture->fake.code = 450;
    fixture_pass(fixture, 5 * SECONDS_PER_HOUR);
    assert_int_equal(fixture_count(fixture, "ben@example.com", "hello from the north"), 0);
    fixture->fake.outcome = SEND_ACCEPTED;
    fixture_pass(fixture, 6 * SECONDS_PER_HOUR);
    assert_int_equal(fixture_count(fixture, "ben@example.com", "hello from the north"), 1);
}

/* Goal: a letter that is held, for it may not be the partner's, brings nothing forward. */
static void test_held_letter_introduces_nobody(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    introduce_anna_alone(fixture);
    take(&mailbox, mail(fixture, "stranger@example.org", way_of(fixture, fixture->anna), "", "Dear Ben, buy this."));
    fixture_pass(fixture, 2 * SECONDS_PER_HOUR);
    assert_int_equal(introduction_of(fixture, fixture->ben).id, 0);
}

/* ---- Three ---- */

/* Goal: of three, one who is paused does not keep the letter from the other, and the writer hears whom it missed. */
static void test_trio(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    int64_t cleo = fixture_add(fixture, "Cleo Diaz", "cleo@example.net", "SE", "Europe/Stockholm");
    int64_t dan = fixture_add(fixture, "Dan Li", "dan@example.com", "SE", "Europe/Stockholm");
    int64_t eva = fixture_add(fixture, "Eva Roth", "eva@example.org", "SE", "Europe/Stockholm");
    assert_done(action_partnership_create(&fixture->service, fixture->round, (int64_t[]){cleo, dan, eva}, 3,
                                          &fixture->partnership, &error));
    size_t count;
    assert_done(action_round_start(&fixture->service, fixture->round, &count, &error));
    fixture_pass(fixture, 2 * SECONDS_PER_DAY);
    relay(fixture);
    assert_done(action_participant_pause(&fixture->service, dan, "test", &error));
    take(&mailbox, mail(fixture, "cleo@example.net", way_of(fixture, cleo), "", "Dear both, a letter for two."));
    fixture_turns(fixture);
    assert_int_equal(fixture_count(fixture, "eva@example.org", "a letter for two"), 1);
    assert_int_equal(fixture_count(fixture, "dan@example.com", "a letter for two"), 0);
    assert_int_equal(fixture_count(fixture, "cleo@example.net", "Dan did not get your letter"), 1);
    assert_int_equal(fixture_count(fixture, "cleo@example.net", "letter went to Eva"), 1);
    assert_int_equal(contacts(fixture).count, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        fixture_test(test_letter_is_passed_on),
        fixture_test(test_nothing_passes),
        fixture_test(test_after_the_end),
        fixture_test(test_unknown_address_is_asked),
        fixture_test(test_answered_twice),
        fixture_test(test_address_is_no_text),
        fixture_test(test_words_to_us),
        fixture_test(test_report_freezes),
        fixture_test(test_letter_by_a_scanner),
        fixture_test(test_absence_is_told_once),
        fixture_test(test_introduction_goes_first),
        fixture_test(test_introduction_is_late),
        fixture_test(test_held_letter_introduces_nobody),
        fixture_test(test_trio),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
