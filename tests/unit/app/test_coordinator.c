/* Goal: a coordinator deals with every case by replying to the mail that tells of it: what is asked is done and
 * confirmed, what can't be undone is asked back, and nobody else's mail does any of it. */
#include "mailbox.h"

#include <inttypes.h>

#include "app/action_parting.h"
#include "app/notice.h"
#include "store/applications.h"
#include "store/cases.h"
#include "store/incidents.h"
#include "store/notes.h"

#define KATE "kate@example.org"
#define CLEO "cleo@example.org" /* looks after Ben's country */
#define ANNA "anna@example.net"
#define BEN "ben@example.com"

/* Where a reply to the newest mail to ADDRESS goes. */
static const char *reply_to(struct fixture *fixture, const char *address) {
    const char *start = strstr(last_letter(fixture, address)->bytes, "Reply-To: <");
    assert_non_null(start);
    start += strlen("Reply-To: <");
    return arena_copy_bytes(fixture->arena, start, strcspn(start, ">"));
}

static struct inbox_row reply_as(struct mailbox *mailbox, const char *coordinator, const char *text) {
    struct fixture *fixture = mailbox->fixture;
    struct inbox_row row = take(mailbox, mail(fixture, coordinator, reply_to(fixture, coordinator), "", text));
    fixture_turns(fixture);
    return row;
}

static struct inbox_row reply(struct mailbox *mailbox, const char *text) {
    return reply_as(mailbox, KATE, text);
}

static const struct coordinator kate_and_cleo[] = {
    {.name = "Kate", .address = KATE},
    {.name = "Cleo", .address = CLEO, .countries = (const char *const[]){"NZ"}, .country_count = 1},
};

static void with_cleo(struct fixture *fixture) {
    fixture->configuration.coordinators = kate_and_cleo;
    fixture->configuration.coordinator_count = COUNT_OF(kate_and_cleo);
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

/* What was done as it was said makes no mail, and stands in the next digest, on Monday at the latest. */
static bool confirmed(struct fixture *fixture, size_t mails, const char *text) {
    assert_int_equal(fixture_count(fixture, KATE, NULL), mails);
    for (int day = 0; day < 8 && fixture_count(fixture, KATE, NULL) == mails; day++)
        fixture_pass(fixture, SECONDS_PER_DAY);
    return fixture_count(fixture, KATE, NULL) > mails && told(fixture, KATE, text);
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
    struct note_list notes;
    assert_done(notes_list_of_participant(fixture->database, fixture->anna, fixture->arena, &notes, &error));
    assert_int_equal(notes.count, 1);
    assert_non_null(strstr(notes.items[0].text, "I telephoned."));
    reply(&mailbox, "DONE");
    assert_true(told(fixture, KATE, "It had been dealt with before, so nothing was done. It was Kate, on"));
    assert_true(confirmed(fixture, 2, "It is closed.")); /* the case, and what was refused: nothing "is over" */
}

static void test_answer(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    struct case_row row = anna_needs_help(&mailbox);
    reply(&mailbox, "ANSWER Dear Anna,\r\n\r\nI will write to Ben <b>today</b>.\r\nKate");
    assert_true(told(fixture, ANNA, "I will write to Ben <b>today</b>."));
    assert_false(fixture_count(fixture, ANNA, KATE) > 5);
    fixture_pass(fixture, SECONDS_PER_HOUR);
    take(&mailbox, mail(fixture, ANNA, reply_to(fixture, ANNA), "", "Thank you so much, that helps a lot."));
    fixture_turns(fixture);
    assert_int_equal(newest_case(fixture).id, row.id);
    assert_true(told(fixture, KATE, "> Thank you so much, that helps a lot."));
    assert_true(told(fixture, KATE, "- ANSWER and your words"));
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
    const int64_t members[] = {fixture->anna, fixture->ben};
    for (size_t i = 0; i < COUNT_OF(members); i++) {
        struct application application;
        assert_done(
            applications_find(fixture->database, members[i], fixture->round, fixture->arena, &application, &error));
        assert_string_equal(application.waits_for, "partner");
    }
    assert_true(told(fixture, ANNA, "we look for another partner") &&
                told(fixture, BEN, "we look for another partner"));
    assert_true(confirmed(fixture, 3, "its members wait for new partners"));
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
    assert_int_equal(fixture_count(fixture, KATE, NULL), before + 1); /* what was done */
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
    struct case_row remark = newest_case(fixture);
    assert_int_equal(remark.kind, CASE_REMARK);
    for (int day = 0; day < 15 && !fixture_count(fixture, KATE, "We met by video, it was lovely."); day++)
        fixture_pass(fixture, SECONDS_PER_DAY);
    assert_int_equal(fixture_count(fixture, KATE, "We met by video, it was lovely."), 1);
    char *number = arena_format(fixture->arena, "%" PRId64 " ANSWER How nice!", remark.id);
    reply(&mailbox, number);
    assert_true(told(fixture, ANNA, "How nice!"));
    fixture_pass(fixture, 30 * SECONDS_PER_DAY);
    assert_int_equal(fixture_count(fixture, KATE, "We met by video, it was lovely."), 1);
    assert_done(cases_find(fixture->database, remark.id, fixture->arena, &remark, &error));
    assert_true(remark.closed_at > 0);
}

/* Anna reports Ben, whom Cleo looks after; Kate alone hears of it. */
static struct case_row anna_reports(struct mailbox *mailbox) {
    struct fixture *fixture = mailbox->fixture;
    struct inbox_row row = take(mailbox, mail(fixture, ANNA, "iln+report@example.org", "", "He frightens me."));
    fixture_turns(fixture);
    struct case_row open = newest_case(fixture);
    assert_int_equal(open.kind, CASE_REPORT);
    assert_int_equal(open.inbox, row.id);
    assert_null(open.words);
    assert_int_equal(fixture_count(fixture, CLEO, NULL), 0);
    assert_int_equal(fixture_count(fixture, KATE, "He frightens me."), 0);
    assert_int_equal(fixture_count(fixture, BEN, "He frightens me."), 0);
    assert_int_equal(partnership_now(fixture), PARTNERSHIP_FROZEN);
    return open;
}

static enum incident_state incident_now(struct fixture *fixture, int64_t id) {
    struct incident incident;
    assert_done(incidents_find(fixture->database, id, fixture->arena, &incident, &error));
    return incident.state;
}

/* Goal: a report ends with a decision and nothing else; a warning's words go to the other one, and nowhere else. */
static void test_warning(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    with_cleo(fixture);
    introduce_and_ask(fixture);
    struct case_row open = anna_reports(&mailbox);
    assert_true(told(fixture, KATE, "- NO ACTION: ") && told(fixture, KATE, "- WARNING, and") &&
                told(fixture, KATE, "- TERMINATE: ") && told(fixture, KATE, "- BAN: "));
    assert_false(told(fixture, KATE, "- DONE"));
    static const char *const refused[] = {"DONE", "RESUME", "DISSOLVE"};
    for (size_t i = 0; i < COUNT_OF(refused); i++) {
        reply(&mailbox, refused[i]);
        assert_true(told(fixture, KATE, "Nothing was done: a report needs a decision."));
        assert_true(told(fixture, KATE, "- NO ACTION: "));
        assert_int_equal(incident_now(fixture, open.id), INCIDENT_OPEN);
        assert_int_equal(partnership_now(fixture), PARTNERSHIP_FROZEN);
    }
    reply(&mailbox, "WARNING\r\nPlease ask before you telephone.\r\n\r\nStop\r\n");
    assert_true(
        told(fixture, KATE, "Not yet done; when you say YES: The other one is reminded of the rules, and reads"));
    assert_int_equal(incident_now(fixture, open.id), INCIDENT_OPEN);
    reply(&mailbox, "1");
    assert_int_equal(incident_now(fixture, open.id), INCIDENT_WARNING);
    assert_int_equal(partnership_now(fixture), PARTNERSHIP_ACTIVE);
    fixture_pass(fixture, SECONDS_PER_DAY);
    assert_int_equal(fixture_count(fixture, BEN, "Please ask before you telephone."), 1);
    assert_int_equal(fixture_count(fixture, ANNA, "Please ask before you telephone."), 0);
    struct note_list notes;
    assert_done(notes_list_of_participant(fixture->database, fixture->anna, fixture->arena, &notes, &error));
    assert_int_equal(notes.count, 0);
}

/* Goal: a ban is asked back of the one who said it, and does nothing before. */
static void test_ban(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    bool banned;
    with_cleo(fixture);
    introduce_and_ask(fixture);
    struct case_row open = anna_reports(&mailbox);
    reply(&mailbox, "Ban");
    assert_true(told(fixture, KATE, "(Ben Okoro): Not yet done; when you say YES: The other one leaves"));
    assert_true(told(fixture, KATE, "Reply YES within a week"));
    const char *to = reply_to(fixture, KATE);
    take(&mailbox, mail(fixture, CLEO, to, "", "YES"));
    take(&mailbox, mail(fixture, ANNA, to, "", "YES"));
    fixture_turns(fixture);
    assert_done(incidents_is_banned(fixture->database, BEN, &banned, &error));
    assert_false(banned);
    take(&mailbox, mail(fixture, KATE, to, "", "YES"));
    fixture_turns(fixture);
    assert_done(incidents_is_banned(fixture->database, BEN, &banned, &error));
    assert_true(banned);
    assert_int_equal(incident_now(fixture, open.id), INCIDENT_BAN);
    assert_int_equal(partnership_now(fixture), PARTNERSHIP_DISSOLVED);
}

/* Goal: where nobody knows who reported, no decision is offered that needs to know about whom. */
static void test_report_by_a_stranger(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    take(&mailbox, mail(fixture, "mallory@example.com", "iln+report@example.org", "", "Somebody frightens me."));
    fixture_turns(fixture);
    struct case_row open = newest_case(fixture);
    assert_true(told(fixture, KATE, "- NO ACTION: "));
    assert_false(told(fixture, KATE, "- BAN: ") || told(fixture, KATE, "- TERMINATE: "));
    reply(&mailbox, "BAN");
    assert_true(told(fixture, KATE, "it is not clear whom this report is about"));
    reply(&mailbox, "No action");
    assert_int_equal(incident_now(fixture, open.id), INCIDENT_NO_ACTION);
}

/* Goal: whoever hears nothing of a report neither ends what it froze nor learns of it. */
static void test_resume_of_a_reported_one(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    with_cleo(fixture);
    struct outbox_row question = introduce_and_ask(fixture);
    (void)question;
    struct outbox_list questions;
    assert_done(outbox_list_open_questions(fixture->database, fixture->ben, fixture->arena, &questions, &error));
    take(&mailbox,
         mail(fixture, BEN,
              tag_of(fixture,
                     &(struct tag){.purpose = 'r', .participant = fixture->ben, .outbox = questions.items[0].id}),
              "", "4"));
    fixture_turns(fixture);
    assert_int_equal(fixture_count(fixture, CLEO, NULL), 1);
    take(&mailbox, mail(fixture, ANNA, "iln+report@example.org", "", "He frightens me."));
    fixture_turns(fixture);
    assert_int_equal(partnership_now(fixture), PARTNERSHIP_FROZEN);
    reply_as(&mailbox, CLEO, "RESUME");
    assert_int_equal(partnership_now(fixture), PARTNERSHIP_FROZEN);
    assert_true(told(fixture, CLEO, "rests until the programme's coordinators have looked"));
    assert_false(told(fixture, CLEO, "- RESUME") || told(fixture, CLEO, "eport"));
}

/* Goal: whatever letter a coordinator was asked about goes out by a reply, and counts as a contact: one that looked
 * like a program's, those beyond a day's number, and one that its writer had handed to coordinators. */
static void test_letters(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    introduce_and_relay(fixture);
    for (int i = 0; i < 3; i++)
        write_to_ben(&mailbox, "", "Dear Ben, the same as ever.");
    fixture_turns(fixture);
    assert_int_equal(fixture_count(fixture, BEN, "the same as ever"), 2);
    fixture_pass(fixture, 4 * SECONDS_PER_DAY);
    assert_true(told(fixture, KATE, "- LETTER: "));
    reply(&mailbox, "LETTER");
    assert_int_equal(fixture_count(fixture, BEN, "the same as ever"), 3);

    for (int i = 0; i < 22; i++)
        write_to_ben(&mailbox, "", arena_format(fixture->arena, "Dear Ben, number %d of many.", i));
    fixture_turns(fixture);
    assert_int_equal(fixture_count(fixture, BEN, "of many"), 20);
    assert_true(told(fixture, KATE, "- LETTER: "));
    reply(&mailbox, "LETTER");
    assert_int_equal(fixture_count(fixture, BEN, "of many"), 22);

    fixture_pass(fixture, 2 * SECONDS_PER_DAY);
    write_to_ben(&mailbox, "", "Help\r\n\r\nDear Ben, my okapi is ill.");
    fixture_turns(fixture);
    take(&mailbox, mail(fixture, ANNA, reply_to(fixture, ANNA), "", "2"));
    fixture_pass(fixture, 4 * SECONDS_PER_DAY);
    size_t before = contacts(fixture).count;
    assert_int_equal(fixture_count(fixture, BEN, "my okapi is ill"), 0);
    reply(&mailbox, "LETTER");
    assert_int_equal(fixture_count(fixture, BEN, "my okapi is ill"), 1);
    assert_int_equal(contacts(fixture).count, before + 1);
    assert_int_equal(before, 3 + 22);
    assert_true(confirmed(fixture, fixture_count(fixture, KATE, NULL), "The letter is passed on."));
}

/* Goal: two who are proposed become partners by a reply. */
static void test_match(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    int64_t others[] = {fixture_add(fixture, "Carla Ruiz", "carla@example.net", "MX", "America/Mexico_City"),
                        fixture_add(fixture, "Dan Okafor", "dan@example.com", "NG", "Africa/Lagos")},
            second;
    assert_done(action_partnership_create(&fixture->service, fixture->round, others, 2, &second, &error));
    introduce_and_ask(fixture);
    const struct action_parting partings[] = {{.partnership = fixture->partnership, .participant = fixture->anna},
                                              {.partnership = second, .participant = others[0]}};
    for (size_t i = 0; i < COUNT_OF(partings); i++)
        assert_done(action_parting_rematch(&fixture->service, &partings[i], &error));
    fixture_turns(fixture);
    struct case_row offer = newest_case(fixture);
    assert_int_equal(offer.kind, CASE_REMATCH);
    for (int day = 0; day < 8 && !fixture_count(fixture, KATE, "MATCH"); day++)
        fixture_pass(fixture, SECONDS_PER_DAY);
    assert_true(told(fixture, KATE, "Carla Ruiz"));
    reply(&mailbox, arena_format(fixture->arena, "%" PRId64 " Match, please!", offer.id));
    assert_done(cases_find(fixture->database, offer.id, fixture->arena, &offer, &error));
    assert_true(offer.closed_at);
    fixture_pass(fixture, 2 * SECONDS_PER_DAY);
    assert_true(fixture_count(fixture, ANNA, "Carla") > 0);
    fixture_pass(fixture, 7 * SECONDS_PER_DAY);
    assert_true(fixture_count(fixture, KATE, "The two are partners now") > 0);
}

/* Goal: whoever is silent is asked once more by a reply, and the coordinator knows when. */
static void test_nudge(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    introduce_and_ask(fixture);
    struct case_row row = {.kind = CASE_MESSAGE};
    for (int day = 0; day < 90 && !(row.kind == CASE_SILENCE && row.told_at); day++) {
        struct case_list list;
        fixture_pass(fixture, SECONDS_PER_DAY);
        assert_done(cases_list(fixture->database, &(struct case_filter){0}, fixture->arena, &list, &error));
        row = list.count ? list.items[list.count - 1] : row;
        row.told_at = row.at_once ? row.told_at : 0;
    }
    assert_int_equal(row.kind, CASE_SILENCE);
    assert_true(told(fixture, KATE, "- NUDGE: "));
    reply(&mailbox, arena_format(fixture->arena, "%" PRId64 " Nudge", row.id));
    int64_t replied = clock_now();
    assert_done(cases_find(fixture->database, row.id, fixture->arena, &row, &error));
    assert_true(!row.closed_at && row.tell_at >= replied + 7 * SECONDS_PER_DAY);
    size_t before = fixture_count(fixture, ANNA, "Subject: ") + fixture_count(fixture, BEN, "Subject: ");
    fixture_pass(fixture, 10 * SECONDS_PER_DAY);
    assert_true(fixture_count(fixture, ANNA, "Subject: ") + fixture_count(fixture, BEN, "Subject: ") > before);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        fixture_test(test_done),
        fixture_test(test_answer),
        fixture_test(test_asks_first),
        fixture_test(test_stands_still),
        fixture_test(test_nobody_else),
        fixture_test(test_remark),
        fixture_test(test_warning),
        fixture_test(test_ban),
        fixture_test(test_report_by_a_stranger),
        fixture_test(test_resume_of_a_reported_one),
        fixture_test(test_letters),
        fixture_test(test_match),
        fixture_test(test_nudge),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
