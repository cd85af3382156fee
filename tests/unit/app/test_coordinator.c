/* Goal: a coordinator deals with every case by replying to the mail that tells of it: what is asked is done and
 * confirmed, what can't be undone is asked back, and nobody else's mail does any of it. */
#include "mailbox.h"

#include <inttypes.h>

#include "app/notice.h"
#include "store/cases.h"
#include "store/notes.h"

#define KATE "kate@example.org"
#define ANNA "anna@example.net"

/* Where a reply to the newest mail to ADDRESS goes. */
static const char *reply_to(struct fixture *fixture, const char *address) {
    const char *start = strstr(last_letter(fixture, address)->bytes, "Reply-To: <");
    assert_non_null(start);
    start += strlen("Reply-To: <");
    return arena_copy_bytes(fixture->arena, start, strcspn(start, ">"));
}

static struct inbox_row reply(struct mailbox *mailbox, const char *text) {
    struct fixture *fixture = mailbox->fixture;
    struct inbox_row row = take(mailbox, mail(fixture, KATE, reply_to(fixture, KATE), "", text));
    fixture_turns(fixture);
    return row;
}

static bool told(struct fixture *fixture, const char *address, const char *text) {
    const char *bytes = last_letter(fixture, address)->bytes;
    const char *unfolded = bytes; /* flowed lines end with a blank */
    auto_text joined = TEXT_EMPTY;
    for (const char *at = unfolded; *at; at++) {
        if (at[0] == ' ' && at[1] == '\r' && at[2] == '\n')
            at += 2, text_append(&joined, " ");
        else
            text_append_bytes(&joined, at, 1);
    }
    bool found = strstr(text_string(&joined), text);
    if (!found)
        print_error("no \"%s\" in:\n%s\n", text, bytes);
    return found;
}

static struct case_row newest_case(struct fixture *fixture) {
    struct case_list list;
    assert_done(cases_list(fixture->database, &(struct case_filter){0}, fixture->arena, &list, &error));
    assert_true(list.count > 0);
    return list.items[list.count - 1];
}

static enum partnership_state partnership_now(struct fixture *fixture) {
    struct partnership row;
    assert_done(partnerships_find(fixture->database, fixture->partnership, fixture->arena, &row, &error));
    return row.state;
}

/* Anna asks for help in reply to her introduction, so that the case knows her partnership; Kate has heard. */
static struct case_row anna_needs_help(struct mailbox *mailbox) {
    struct fixture *fixture = mailbox->fixture;
    struct outbox_row question = introduce_and_ask(fixture);
    take(mailbox,
         mail(fixture, ANNA,
              tag_of(fixture, &(struct tag){.purpose = 'r', .participant = fixture->anna, .outbox = question.id}), "",
              "4\r\n\r\nBen has not written for weeks & I feel *lost*."));
    fixture_turns(fixture);
    struct case_row row = newest_case(fixture);
    assert_int_equal(row.kind, CASE_HELP);
    assert_string_equal(row.words, "4\n\nBen has not written for weeks & I feel *lost*.");
    assert_true(told(fixture, KATE, "> Ben has not written for weeks & I feel *lost*."));
    assert_true(told(fixture, KATE, "- ANSWER and your words"));
    return row;
}

static void test_done(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    struct case_row row = anna_needs_help(&mailbox);
    assert_int_equal(reply(&mailbox, "Done. I telephoned.\r\n\r\nKate").state, INBOX_HANDLED);
    assert_done(cases_find(fixture->database, row.id, fixture->arena, &row, &error));
    assert_string_equal(row.closed_by, "command:Kate");
    assert_null(row.words);
    assert_true(told(fixture, KATE, "It is closed."));
    struct note_list notes;
    assert_done(notes_list_of_participant(fixture->database, fixture->anna, fixture->arena, &notes, &error));
    assert_int_equal(notes.count, 1);
    assert_non_null(strstr(notes.items[0].text, "I telephoned."));
    assert_int_equal(fixture_count(fixture, KATE, NULL), 2); /* the case, and the confirmation: nothing "is over" */
    reply(&mailbox, "DONE");
    assert_true(told(fixture, KATE, "It had been dealt with before, so nothing was done. It was Kate, on"));
}

static void test_answer(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    struct case_row row = anna_needs_help(&mailbox);
    reply(&mailbox, "ANSWER Dear Anna,\r\n\r\nI will write to Ben <b>today</b>.\r\nKate");
    assert_true(told(fixture, KATE, "Your answer goes out now"));
    assert_true(told(fixture, ANNA, "I will write to Ben <b>today</b>."));
    assert_false(fixture_count(fixture, ANNA, KATE) > 5);
    fixture_pass(fixture, SECONDS_PER_HOUR);
    take(&mailbox, mail(fixture, ANNA, reply_to(fixture, ANNA), "", "Thank you so much, that helps a lot."));
    fixture_turns(fixture);
    assert_int_equal(newest_case(fixture).id, row.id);
    assert_true(told(fixture, KATE, "> Thank you so much, that helps a lot."));
    reply(&mailbox, "FAIT");
    assert_done(cases_find(fixture->database, row.id, fixture->arena, &row, &error));
    assert_true(row.closed_at);
}

static void test_asks_first(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    anna_needs_help(&mailbox);
    reply(&mailbox, "Dissolve");
    assert_int_equal(partnership_now(fixture), PARTNERSHIP_ACTIVE);
    assert_true(told(fixture, KATE, "Reply YES within a week"));
    reply(&mailbox, "no");
    assert_int_equal(partnership_now(fixture), PARTNERSHIP_ACTIVE);
    reply(&mailbox, "REMATCH");
    reply(&mailbox, "Yes.");
    assert_int_equal(partnership_now(fixture), PARTNERSHIP_DISSOLVED);
    assert_true(told(fixture, KATE, "its members wait for new partners"));
}

static void test_stands_still(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    struct participant anna;
    anna_needs_help(&mailbox);
    reply(&mailbox, "HOLD\r\nSTOP\r\nSNOOZE 3 weeks");
    assert_int_equal(partnership_now(fixture), PARTNERSHIP_HELD);
    assert_done(participants_find(fixture->database, fixture->anna, fixture->arena, &anna, &error));
    assert_int_equal(anna.state, PARTICIPANT_PAUSED);
    size_t before = fixture_count(fixture, KATE, NULL);
    fixture_pass(fixture, 20 * SECONDS_PER_DAY);
    assert_int_equal(fixture_count(fixture, KATE, NULL), before);
    reply(&mailbox, "RESUME");
    assert_int_equal(partnership_now(fixture), PARTNERSHIP_ACTIVE);
    assert_done(participants_find(fixture->database, fixture->anna, fixture->arena, &anna, &error));
    assert_int_equal(anna.state, PARTICIPANT_ACTIVE);
    fixture_pass(fixture, 2 * SECONDS_PER_DAY);
    assert_true(fixture_count(fixture, KATE, NULL) > before + 1);
}

/* Goal: nobody but the coordinator whom the mail told does anything by it, and not for ever. */
static void test_nobody_else(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    struct case_row row = anna_needs_help(&mailbox);
    const char *to = reply_to(fixture, KATE);
    fixture->configuration.programme.authserv_id = "mx.example.org";
    take(&mailbox, mail(fixture, KATE, to,
                        "Authentication-Results: mx.example.org; dmarc=fail header.from=example.org\r\n", "DONE"));
    take(&mailbox, mail(fixture, ANNA, to, "", "DONE"));
    take(&mailbox, mail(fixture, "mallory@example.com", to, "", "DONE"));
    assert_done(cases_find(fixture->database, row.id, fixture->arena, &row, &error));
    assert_int_equal(row.closed_at, 0);
    fixture_pass(fixture, 61 * SECONDS_PER_DAY);
    take(&mailbox, mail(fixture, KATE, to, "", "DONE"));
    fixture_turns(fixture);
    assert_true(told(fixture, KATE, "older than 60 days"));
    assert_done(cases_find(fixture->database, row.id, fixture->arena, &row, &error));
    assert_int_equal(row.closed_at, 0);
}

/* Goal: words beside an answer are read once, in a digest, and can be answered; nobody is asked to decide anything. */
static void test_remark(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    struct outbox_row question = introduce_and_ask(fixture);
    struct inbox_row row =
        take(&mailbox,
             mail(fixture, ANNA,
                  tag_of(fixture, &(struct tag){.purpose = 'r', .participant = fixture->anna, .outbox = question.id}),
                  "", "1\r\n\r\nWe met by video, it was lovely."));
    assert_int_equal(row.state, INBOX_HANDLED);
    assert_int_equal(newest_case(fixture).kind, CASE_REMARK);
    fixture_pass(fixture, 8 * SECONDS_PER_DAY);
    assert_int_equal(fixture_count(fixture, KATE, "We met by video, it was lovely."), 1);
    struct case_row remark = newest_case(fixture);
    char *number = arena_format(fixture->arena, "%" PRId64 " ANSWER How nice!", remark.id);
    reply(&mailbox, number);
    assert_true(told(fixture, ANNA, "How nice!"));
    fixture_pass(fixture, 30 * SECONDS_PER_DAY);
    assert_int_equal(fixture_count(fixture, KATE, "We met by video, it was lovely."), 1);
    assert_done(cases_find(fixture->database, remark.id, fixture->arena, &remark, &error));
    assert_true(remark.closed_at > 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        fixture_test(test_done),         fixture_test(test_answer),      fixture_test(test_asks_first),
        fixture_test(test_stands_still), fixture_test(test_nobody_else), fixture_test(test_remark),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
