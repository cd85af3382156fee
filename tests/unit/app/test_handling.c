/* Goal: an incoming message becomes the right rows, once, in one go: described, identified, decided, applied. */
#include "fixture.h"

#include "app/handling.h"
#include "mail/description.h"
#include "store/alerts.h"
#include "store/check_ins.h"
#include "store/contacts.h"
#include "store/inbox.h"
#include "store/tags.h"

struct mailbox {
    struct fixture *fixture;
    uint32_t uid;
};

/* The two are introduced, and Anna has been asked how it goes. */
static struct outbox_row introduce_and_ask(struct fixture *fixture) {
    size_t count;
    struct outbox_list questions;
    assert_done(action_start_round(&fixture->service, fixture->round, &count, &error));
    fixture_pass(fixture, 9 * SECONDS_PER_DAY);
    assert_done(outbox_list_open_questions(fixture->database, fixture->anna, fixture->arena, &questions, &error));
    assert_int_equal(questions.count, 1);
    return questions.items[0];
}

static const char *tag_of(struct fixture *fixture, const struct tag *wanted) {
    struct tag tag;
    struct tag asked = *wanted;
    asked.secret = "aaaaaaaaaaaaaaaa";
    assert_done(tags_find_or_create(fixture->database, &asked, fixture->arena, &tag, &error));
    return arena_format(fixture->arena, "iln+%c%s@example.org", tag.purpose, tag.secret);
}

/* What the row says that the message became. */
static struct inbox_row take(struct mailbox *mailbox, const char *bytes) {
    struct fixture *fixture = mailbox->fixture;
    struct description_settings settings;
    struct description description;
    struct inbox_list rows;
    bool recorded;
    struct received_message message = {.folder = "INBOX",
                                       .uidvalidity = 1,
                                       .uid = ++mailbox->uid,
                                       .bytes = bytes,
                                       .length = strlen(bytes),
                                       .size = strlen(bytes)};
    service_description_settings(&fixture->service, &settings);
    description_make(bytes, message.length, &settings, fixture->arena, &description);
    assert_done(handling_take(&fixture->service, &message, &description, &recorded, &error));
    assert_true(recorded);
    assert_done(inbox_list(fixture->database, &(struct inbox_filter){0}, fixture->arena, &rows, &error));
    return rows.items[rows.count - 1];
}

static const char *mail(struct fixture *fixture, const char *from, const char *to, const char *more, const char *text) {
    static int number;
    return arena_format(fixture->arena,
                        "From: %s\r\nTo: %s\r\n%sSubject: Re: hello\r\nMessage-ID: <m%d@example.net>\r\n"
                        "Date: Mon, 25 Jan 2027 10:00:00 +0000\r\n\r\n%s\r\n",
                        from, to, more, ++number, text);
}

static struct check_in_list check_ins(struct fixture *fixture) {
    struct check_in_list list;
    assert_done(check_ins_list(fixture->database, fixture->partnership, fixture->arena, &list, &error));
    return list;
}

static struct contact_list contacts(struct fixture *fixture) {
    struct contact_list list;
    assert_done(contacts_list(fixture->database, fixture->partnership, fixture->arena, &list, &error));
    return list;
}

/* Goal: a digit in reply is recorded once, even if the mail comes twice; the next message says what was understood;
 * another digit in reply to that corrects it. */
static void test_answer_confirmation_correction(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    struct outbox_row question = introduce_and_ask(fixture);
    const char *address = tag_of(fixture, &(struct tag){.purpose = 'r', .outbox = question.id});
    const char *answer = mail(fixture, "Anna <anna@example.net>", address, "", "2");
    assert_int_equal(take(&mailbox, answer).state, INBOX_HANDLED);
    assert_int_equal(take(&mailbox, answer).state, INBOX_DUPLICATE);
    assert_int_equal(check_ins(fixture).count, 1);
    assert_int_equal(check_ins(fixture).items[0].answer, 2);

    size_t before = fixture->fake.started;
    fixture_pass(fixture, 25 * SECONDS_PER_DAY);
    assert_true(fixture->fake.started > before);
    assert_int_equal(fixture_count(fixture, "anna@example.net", "you answered *2*") +
                         fixture_count(fixture, "anna@example.net", "*2*"),
                     1);
    struct check_in told = check_ins(fixture).items[0];
    assert_true(told.confirmed_by != 0);

    address = tag_of(fixture, &(struct tag){.purpose = 'r', .outbox = told.confirmed_by});
    assert_int_equal(take(&mailbox, mail(fixture, "anna@example.net", address, "", "1")).state, INBOX_HANDLED);
    assert_int_equal(check_ins(fixture).count, 2);
    assert_int_equal(check_ins(fixture).items[1].answer, 1);
}

/* Goal: an answer that can't be understood is asked for once, plainly; the plainer question's answer counts for the
 * first. */
static void test_unclear_answer(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    struct outbox_row question = introduce_and_ask(fixture), again;
    const char *address = tag_of(fixture, &(struct tag){.purpose = 'r', .outbox = question.id});
    assert_int_equal(take(&mailbox, mail(fixture, "anna@example.net", address, "", "hm, hard to say")).state,
                     INBOX_WAITING);
    fixture_turns(fixture);
    const char *key = arena_format(fixture->arena, "ask-again/%lld", (long long)question.id);
    assert_done(outbox_find_by_key(fixture->database, key, fixture->arena, &again, &error));
    assert_int_equal(again.state, OUTBOX_SENT);
    assert_int_equal(take(&mailbox, mail(fixture, "anna@example.net", address, "", "well, well")).state, INBOX_WAITING);
    address = tag_of(fixture, &(struct tag){.purpose = 'r', .outbox = again.id});
    assert_int_equal(take(&mailbox, mail(fixture, "anna@example.net", address, "", "3")).state, INBOX_HANDLED);
    assert_int_equal(check_ins(fixture).count, 1);
    assert_int_equal(check_ins(fixture).items[0].outbox, question.id);
}

/* Goal: without our address in it, In-Reply-To ties an answer to its question, and so does the sender's only open
 * question. */
static void test_answer_without_tag(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    struct outbox_row question = introduce_and_ask(fixture);
    const char *reference = arena_format(fixture->arena, "In-Reply-To: %s\r\n", question.message_id);
    assert_int_equal(take(&mailbox, mail(fixture, "anna@example.net", "iln@example.org", reference, "1")).state,
                     INBOX_HANDLED);
    assert_int_equal(take(&mailbox, mail(fixture, "ben@example.com", "iln@example.org", "", "2")).state, INBOX_HANDLED);
    assert_int_equal(check_ins(fixture).count, 2);
}

/* Goal: a letter to the partner with our address in Cc is a contact, and nothing of it is kept. */
static void test_copied_letter(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    introduce_and_ask(fixture);
    const char *partnership = tag_of(
        fixture, &(struct tag){.purpose = 'p', .participant = fixture->ben, .partnership = fixture->partnership});
    const char *copy = arena_format(fixture->arena, "Cc: %s\r\n", partnership);
    struct inbox_row row = take(&mailbox, mail(fixture, "ben@example.com", "Anna <anna@example.net>", copy,
                                               "Kia ora Anna, 2 questions for you"));
    assert_int_equal(row.state, INBOX_HANDLED);
    assert_int_equal(row.content, 0);
    assert_null(row.subject);
    assert_int_equal(contacts(fixture).count, 1);
    assert_int_equal(contacts(fixture).items[0].participant, fixture->ben);
    assert_int_equal(contacts(fixture).items[0].channel, CONTACT_CC);
}

static const char *report(struct fixture *fixture, const char *to) {
    return arena_format(
        fixture->arena,
        "From: MAILER-DAEMON@example.net\r\nTo: %s\r\nSubject: Undelivered Mail\r\nAuto-Submitted: auto-replied\r\n"
        "MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: text/plain\r\n\r\nIt could not be delivered.\r\n--b\r\nContent-Type: "
        "message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.example.net\r\n\r\nFinal-Recipient: rfc822; anna@example.net\r\nAction: failed\r\n"
        "Status: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 no such user\r\n\r\n--b--\r\n",
        to);
}

/* Goal: a bounce to our VERP address marks the address of the person it was sent to; a forged one without it does
 * nothing. */
static void test_bounces(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    struct outbox_row question = introduce_and_ask(fixture);
    const char *verp = tag_of(fixture, &(struct tag){.purpose = 'b', .outbox = question.id});
    struct participant anna;
    assert_int_equal(take(&mailbox, report(fixture, "iln@example.org")).state, INBOX_WAITING);
    assert_done(participants_find(fixture->database, fixture->anna, fixture->arena, &anna, &error));
    assert_int_equal(anna.address_state, ADDRESS_GOOD);
    assert_int_equal(take(&mailbox, report(fixture, verp)).state, INBOX_HANDLED);
    assert_done(participants_find(fixture->database, fixture->anna, fixture->arena, &anna, &error));
    assert_int_equal(anna.address_state, ADDRESS_SUSPECT);
    take(&mailbox, mail(fixture, "anna@example.net", "iln@example.org", "", "I am still here"));
    assert_done(participants_find(fixture->database, fixture->anna, fixture->arena, &anna, &error));
    assert_int_equal(anna.address_state, ADDRESS_GOOD);
}

/* Goal: mail to the pause address, empty as it may be, pauses its owner and nobody else. */
static void test_pause_address(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    struct participant anna;
    introduce_and_ask(fixture);
    const char *address = tag_of(fixture, &(struct tag){.purpose = 'u', .participant = fixture->anna});
    take(&mailbox, mail(fixture, "ben@example.com", address, "", ""));
    assert_done(participants_find(fixture->database, fixture->anna, fixture->arena, &anna, &error));
    assert_int_equal(anna.state, PARTICIPANT_ACTIVE);
    take(&mailbox, mail(fixture, "anna@example.net", address, "", ""));
    assert_done(participants_find(fixture->database, fixture->anna, fixture->arena, &anna, &error));
    assert_int_equal(anna.state, PARTICIPANT_PAUSED);
}

/* Goal: a sender who floods us changes nothing any more and gets no answers. */
static void test_flood(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    struct outbox_row question = introduce_and_ask(fixture);
    const char *address = tag_of(fixture, &(struct tag){.purpose = 'r', .outbox = question.id});
    for (int i = 0; i < 60; i++)
        take(&mailbox, mail(fixture, "anna@example.net", "iln@example.org", "", "la la"));
    assert_int_equal(take(&mailbox, mail(fixture, "anna@example.net", address, "", "2")).state, INBOX_WAITING);
    assert_int_equal(check_ins(fixture).count, 0);
}

/* Goal: strangers, and mail to the help and report addresses, reach a person; the latter two at once. */
static void test_people_are_told(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    struct alert_list alerts;
    introduce_and_ask(fixture);
    assert_int_equal(take(&mailbox, mail(fixture, "stranger@example.org", "iln@example.org", "", "Hello?")).state,
                     INBOX_WAITING);
    assert_done(alerts_list(fixture->database, true, fixture->arena, &alerts, &error));
    assert_int_equal(alerts.count, 0);
    assert_int_equal(take(&mailbox, mail(fixture, "anna@example.net", "iln+help@example.org", "", "I am lost")).state,
                     INBOX_WAITING);
    assert_int_equal(
        take(&mailbox, mail(fixture, "ben@example.com", "iln+report@example.org", "", "This was not all right")).state,
        INBOX_WAITING);
    assert_done(alerts_list(fixture->database, true, fixture->arena, &alerts, &error));
    assert_int_equal(alerts.count, 2);
    fixture_pass(fixture, SECONDS_PER_HOUR);
    /* Two alerts and one digest of all three. */
    assert_int_equal(fixture_count(fixture, "kate@example.org", NULL), 3);
    assert_int_equal(fixture_count(fixture, "kate@example.org", "I am lost"), 0);
}

/* ---- Letters ---- */

static const struct fake_letter *last_letter(const struct fixture *fixture, const char *to) {
    for (size_t i = fixture->fake.started; i > 0; i--)
        if (string_equal(fixture->fake.letters[i - 1].to, to))
            return &fixture->fake.letters[i - 1];
    fail_msg("nothing for %s", to);
    abort();
}

static const char *way_of(struct fixture *fixture, int64_t participant) {
    return tag_of(fixture,
                  &(struct tag){.purpose = 'p', .participant = participant, .partnership = fixture->partnership});
}

static void set_partnership_state(struct fixture *fixture, enum partnership_state state) {
    struct event_cause cause = service_cause(&fixture->service, NULL);
    assert_done(partnerships_set_state(fixture->database, fixture->partnership, state, &cause, &error));
}

/* Goal: a letter to the partnership address reaches the partner as new mail that leads back the same way; it is a
 * contact, and when it is delivered nothing of it is left. */
static void test_letter_is_passed_on(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    introduce_and_ask(fixture);
    fixture->configuration.programme.relay = RELAY_YES;
    assert_done(service_refresh(&fixture->service, &error));
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
    introduce_and_ask(fixture);
    fixture->configuration.programme.relay = RELAY_YES;
    assert_done(service_refresh(&fixture->service, &error));
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
    introduce_and_ask(fixture);
    fixture->configuration.programme.relay = RELAY_YES;
    assert_done(service_refresh(&fixture->service, &error));
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

/* Goal: a letter from an address that we don't know is kept back until the owner says that it is theirs. */
static void test_unknown_address_is_asked(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    struct outbox_list questions;
    introduce_and_ask(fixture);
    fixture->configuration.programme.relay = RELAY_YES;
    assert_done(service_refresh(&fixture->service, &error));
    take(&mailbox, mail(fixture, "anna.private@example.org", way_of(fixture, fixture->anna), "",
                        "Dear Ben, from my other address."));
    fixture_turns(fixture);
    assert_int_equal(fixture_count(fixture, "ben@example.com", "my other address"), 0);
    assert_int_equal(fixture_count(fixture, "anna@example.net", "Did you write to Ben"), 1);
    assert_done(outbox_list_open_questions(fixture->database, fixture->anna, fixture->arena, &questions, &error));
    struct outbox_row question = questions.items[questions.count - 1];
    const char *address = tag_of(fixture, &(struct tag){.purpose = 'r', .outbox = question.id});
    take(&mailbox, mail(fixture, "anna@example.net", address, "", "1"));
    fixture_turns(fixture);
    assert_int_equal(fixture_count(fixture, "ben@example.com", "my other address"), 1);
}

/* Goal: a digit that went to the partner's address by mistake is taken as the answer it is; with a word to us on the
 * first line the writer is asked, and "2" brings it to a person. */
static void test_words_to_us(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    struct outbox_list questions;
    introduce_and_ask(fixture);
    fixture->configuration.programme.relay = RELAY_YES;
    assert_done(service_refresh(&fixture->service, &error));
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
    introduce_and_ask(fixture);
    fixture->configuration.programme.relay = RELAY_YES;
    assert_done(service_refresh(&fixture->service, &error));
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

/* Goal: an automatic answer to a letter is never passed on; the writer is told of the absence once. */
static void test_absence_is_told_once(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    introduce_and_ask(fixture);
    fixture->configuration.programme.relay = RELAY_YES;
    assert_done(service_refresh(&fixture->service, &error));
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

int main(void) {
    const struct CMUnitTest tests[] = {
        fixture_test(test_answer_confirmation_correction),
        fixture_test(test_unclear_answer),
        fixture_test(test_answer_without_tag),
        fixture_test(test_copied_letter),
        fixture_test(test_bounces),
        fixture_test(test_pause_address),
        fixture_test(test_flood),
        fixture_test(test_people_are_told),
        fixture_test(test_letter_is_passed_on),
        fixture_test(test_nothing_passes),
        fixture_test(test_after_the_end),
        fixture_test(test_unknown_address_is_asked),
        fixture_test(test_words_to_us),
        fixture_test(test_report_freezes),
        fixture_test(test_absence_is_told_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
