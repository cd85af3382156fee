/* Goal: what needs a coordinator is one case: told once by one mail, told again for as long as it is open, whatever
 * outage lies between, in few and short mails that say what to do. */
#include "mailbox.h"

#include <inttypes.h>

#include "app/incident.h"
#include "app/notice.h"
#include "store/cases.h"
#include "store/connection.h"
#include "store/contacts.h"
#include "store/transaction.h"

#define KATE "kate@example.org"

static const struct fake_letter *newest(struct fixture *fixture, const char *address) {
    static char nothing[1];
    static const struct fake_letter none = {.bytes = nothing};
    for (size_t i = fixture->fake.started; i-- > 0;)
        if (string_equal(fixture->fake.letters[i].to, address))
            return &fixture->fake.letters[i];
    return &none;
}

static bool newest_says(struct fixture *fixture, const char *text) {
    return strstr(newest(fixture, KATE)->bytes, text);
}

static void server_is_away(struct fixture *fixture, int64_t seconds) {
    fixture->fake.outcome = SEND_UNAVAILABLE;
    fixture_pass(fixture, seconds);
    fixture->fake.outcome = SEND_ACCEPTED;
}

static struct inbox_row stranger_writes(struct mailbox *mailbox) {
    return take(mailbox, mail(mailbox->fixture, "stranger@example.com", "iln@example.org", "", "May I join?"));
}

static struct inbox_row anna_reports(struct mailbox *mailbox) {
    return take(mailbox, mail(mailbox->fixture, "anna@example.net", "iln+report@example.org", "", "This is not right"));
}

/* Goal: after an outage of several days coordinators hear what has waited meanwhile, though no other mail comes. */
static void test_outage(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    introduce_and_ask(fixture);
    stranger_writes(&mailbox);
    server_is_away(fixture, 5 * SECONDS_PER_DAY);
    size_t before = fixture_count(fixture, KATE, "*1*");
    fixture_pass(fixture, SECONDS_PER_DAY);
    assert_true(fixture_count(fixture, KATE, "*1*") > before);
}

/* Goal: what can wait is told on Mondays; no more once it is dealt with. */
static void test_told_again(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    introduce_and_ask(fixture);
    assert_done(action_partnership_hold(&fixture->service, fixture->partnership, NULL, &error)); /* nobody is silent */
    int64_t began = clock_now();
    stranger_writes(&mailbox);
    static const struct {
        int day;
        size_t told;
    } by[] = {{1, 0}, {3, 1}, {5, 1}, {10, 2}, {12, 2}};
    for (size_t i = 0; i < COUNT_OF(by); i++) {
        fixture_pass(fixture, began + by[i].day * SECONDS_PER_DAY - 12 * SECONDS_PER_HOUR - clock_now());
        assert_int_equal(fixture_count(fixture, KATE, NULL), by[i].told);
    }
    assert_true(newest_says(fixture, "*1*"));
}

/* Goal: a report outlives any outage, and is told again, first of all and by its name, until somebody closes it. */
static void test_report(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    introduce_and_ask(fixture);
    anna_reports(&mailbox);
    server_is_away(fixture, 20 * SECONDS_PER_DAY);
    size_t before = fixture->fake.started;
    fixture_turns(fixture);
    fixture_pass(fixture, SECONDS_PER_HOUR);
    size_t alerts = 0;
    for (size_t i = before; i < fixture->fake.started; i++)
        alerts += string_equal(fixture->fake.letters[i].to, KATE) &&
                  strstr(fixture->fake.letters[i].bytes, "Subject: Report of misconduct");
    assert_true(alerts > 0);
    stranger_writes(&mailbox);
    fixture_pass(fixture, 30 * SECONDS_PER_DAY);
    assert_true(newest_says(fixture, "Subject: Report of misconduct: still open, and 1 more"));
}

/* Goal: a mail that waits and alerts is told by one mail, not by an alert and a digest. */
static void test_one_case(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    introduce_and_ask(fixture);
    take(&mailbox, mail(fixture, "anna@example.net", "iln+help@example.org", "", "I am lost"));
    fixture_pass(fixture, 3 * SECONDS_PER_HOUR);
    assert_int_equal(fixture_count(fixture, KATE, NULL), 1);
    assert_true(newest_says(fixture, "Anna"));
}

/* Goal: what a coordinator replies to us is in no digest, now or later, whoever else the coordinator is. */
static void test_replies(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    fixture_add(fixture, "Kate Lindqvist", KATE, "SE", "Europe/Stockholm");
    introduce_and_ask(fixture);
    stranger_writes(&mailbox);
    fixture_pass(fixture, 2 * SECONDS_PER_DAY);
    const char *start = strstr(newest(fixture, KATE)->bytes, "Reply-To: <");
    assert_non_null(start);
    start += strlen("Reply-To: <");
    const char *to = arena_copy_bytes(fixture->arena, start, strcspn(start, ">"));
    struct inbox_row reply = take(&mailbox, mail(fixture, KATE, to, "", "Thank you, I will answer."));
    assert_int_equal(reply.state, INBOX_HANDLED);
    reply = take(&mailbox, mail(fixture, "kate@home.example", to, "", "1 DONE"));
    assert_int_equal(reply.state, INBOX_WAITING);
    size_t quoted = fixture_count(fixture, KATE, "\r\n> 1 DONE");
    fixture_pass(fixture, 8 * SECONDS_PER_DAY);
    assert_int_equal(quoted + fixture_count(fixture, KATE, "\r\n> 1 DONE"), 0);
    assert_true(fixture_count(fixture, KATE, "*1*") > 1);
}

/* Goal: a mail is dealt with once, by whichever name it is called: its case is closed with it, and it with its case. */
static void test_one_end(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    struct case_list open;
    const struct case_filter filter = {.open = true};
    introduce_and_ask(fixture);
    struct inbox_row first = stranger_writes(&mailbox), second = anna_reports(&mailbox);
    fixture_turns(fixture);
    assert_done(cases_list(fixture->database, &filter, fixture->arena, &open, &error));
    assert_int_equal(open.count, 2);
    assert_int_equal(open.items[1].kind, CASE_REPORT);
    assert_int_equal(open.items[1].inbox, second.id);
    struct error refused = ERROR_INIT;
    assert_false(notice_close(&fixture->service, &open.items[1], &refused)); /* a report ends with a decision */
    const struct incident_decision decision = {.incident = open.items[1].id, .outcome = INCIDENT_NO_ACTION};
    assert_done(incident_decide(&fixture->service, &decision, &error));
    assert_done(inbox_find(fixture->database, second.id, fixture->arena, &second, &error));
    assert_int_equal(second.state, INBOX_RESOLVED);
    assert_done(notice_resolve(&fixture->service, first.id, &error));
    assert_done(cases_list(fixture->database, &filter, fixture->arena, &open, &error));
    assert_int_equal(open.count, 0);
    assert_done(action_partnership_hold(&fixture->service, fixture->partnership, NULL, &error)); /* nobody is silent */
    fixture_pass(fixture, 8 * SECONDS_PER_DAY);
    assert_int_equal(fixture_count(fixture, KATE, NULL), 2); /* the alert, and that it is over */
    assert_true(newest_says(fixture, "Subject: Report of misconduct (partnership"));
}

/* Goal: a letter that was kept back and turns out to be a report is a report's case, however it came to wait. */
static void test_kept_letter(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    struct outbox_list questions;
    struct case_list open;
    introduce_and_relay(fixture);
    struct inbox_row letter = write_to_ben(&mailbox, "", "Report on what he wrote to me.");
    fixture_turns(fixture);
    assert_done(outbox_list_open_questions(fixture->database, fixture->anna, fixture->arena, &questions, &error));
    const char *address =
        tag_of(fixture, &(struct tag){.purpose = 'r', .outbox = questions.items[questions.count - 1].id});
    take(&mailbox, mail(fixture, "anna@example.net", address, "", "2"));
    assert_done(cases_list(fixture->database, &(struct case_filter){.open = true}, fixture->arena, &open, &error));
    assert_int_equal(open.count, 1);
    assert_int_equal(open.items[0].kind, CASE_REPORT);
    assert_int_equal(open.items[0].inbox, letter.id);
    assert_true(open.items[0].at_once);
}

/* Goal: whatever waits, one mail of a day tells of it, and is short. */
static void test_very_many(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    introduce_and_ask(fixture);
    stranger_writes(&mailbox);
    for (int i = 0; i < 5000; i++) {
        auto_arena passing = arena_new();
        struct notice notice = {.key = arena_format(passing, "message/x%d", i),
                                .kind = CASE_MESSAGE,
                                .reason = {arena_format(passing, "a mail of kind %d", i % 100)}};
        assert_done(notice_raise(&fixture->service, &notice, &error));
    }
    anna_reports(&mailbox);
    fixture_pass(fixture, 2 * SECONDS_PER_DAY);
    assert_int_equal(fixture_count(fixture, KATE, NULL), 2);
    assert_true(newest_says(fixture, "Subject: Report of misconduct: still open, and 5001 more"));
    assert_true(newest_says(fixture, "And 4962 more"));
    const char *bytes = newest(fixture, KATE)->bytes, *picture = strstr(bytes, "Content-Type: image/png");
    assert_in_range(picture ? (size_t)(picture - bytes) : strlen(bytes), 1, 30000);
    fixture_pass(fixture, 20 * SECONDS_PER_DAY);
    assert_int_equal(fixture_count(fixture, KATE, NULL), 5); /* the next day, after three, then each week */
}

/* Goal: what merely tells that something was skipped needs nobody, and ends by itself; nothing else does. */
static void test_lapses(void **state) {
    struct fixture *fixture = *state;
    struct case_list open;
    static const enum case_kind kinds[] = {CASE_SKIPPED, CASE_REPORT, CASE_MESSAGE};
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        assert_done(notice_raise(&fixture->service,
                                 &(struct notice){.key = case_kind_name(kinds[i]), .kind = kinds[i], .reason = {"?"}},
                                 &error));
    fixture_pass(fixture, 60 * SECONDS_PER_DAY);
    assert_done(cases_list(fixture->database, &(struct case_filter){.open = true}, fixture->arena, &open, &error));
    assert_int_equal(open.count, 2);
    assert_int_equal(open.items[0].kind, CASE_REPORT);
}

/* Goal: a subject is short and says what it is and about whom, by first names; of a report it names nobody. */
static void test_subjects(void **state) {
    struct fixture *fixture = *state;
    for (enum case_kind kind = CASE_MESSAGE; kind <= CASE_SERVICE; kind++) {
        struct notice notice = {.key = case_kind_name(kind),
                                .kind = kind,
                                .reason = REASON("This is only an example of a reason: somebody looks at a template."),
                                .partnership = fixture->partnership};
        assert_done(notice_raise(&fixture->service, &notice, &error));
    }
    fixture_turns(fixture);
    assert_int_equal(fixture_count(fixture, KATE, "Subject: Help is asked for: Anna and Ben\r\n"), 1);
    assert_int_equal(fixture_count(fixture, KATE, "Subject: Report of misconduct: partnership 1\r\n"), 1);
    for (size_t i = 0; i < fixture->fake.started; i++) {
        const char *subject = strstr(fixture->fake.letters[i].bytes, "Subject: ");
        assert_non_null(subject);
        assert_in_range(strcspn(subject, "\r"), 1, strlen("Subject: ") + 70);
    }
}

/* Goal: country coordinators are told of theirs alone, in digests as well. */
static void test_countries(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    static const char *const countries[] = {"NZ"};
    static const struct coordinator coordinators[] = {
        {.name = "Kate", .address = KATE},
        {.name = "Mere", .address = "mere@example.org", .countries = countries, .country_count = 1}};
    fixture->configuration.coordinators = coordinators;
    fixture->configuration.coordinator_count = 2;
    introduce_and_ask(fixture);
    stranger_writes(&mailbox);
    take(&mailbox, mail(fixture, "ben@example.com", "iln@example.org", "", "A question."));
    fixture_pass(fixture, 2 * SECONDS_PER_DAY);
    const char *of_stranger = "May I join?", *of_ben = "A question.";
    assert_int_equal(fixture_count(fixture, KATE, of_stranger), 1);
    assert_int_equal(fixture_count(fixture, "mere@example.org", of_stranger), 0);
    assert_int_equal(fixture_count(fixture, KATE, of_ben), 0);
    assert_int_equal(fixture_count(fixture, "mere@example.org", of_ben), 1);
}

/* Goal: of silences of one day one mail tells, those to be decided first; others stand in it as lines. */
static void test_silences_together(void **state) {
    struct fixture *fixture = *state;
    for (int i = 0; i < 5; i++) {
        auto_arena passing = arena_new();
        const struct notice notice = {.key = arena_format(passing, "silence/x%d", i),
                                      .kind = CASE_SILENCE,
                                      .reason = REASON("An example"),
                                      .tell_at = clock_now(),
                                      .in_digest = i % 2};
        assert_done(notice_raise(&fixture->service, &notice, &error));
    }
    fixture_pass(fixture, 2 * SECONDS_PER_HOUR);
    assert_int_equal(fixture_count(fixture, KATE, NULL), 1);
    assert_true(newest_says(fixture, "Subject: 3 things wait for you"));
    assert_true(newest_says(fixture, "- *2* An example"));
    const struct notice later = {
        .key = "silence/y", .kind = CASE_SILENCE, .reason = REASON("An example"), .tell_at = clock_now()};
    assert_done(notice_raise(&fixture->service, &later, &error));
    fixture_pass(fixture, 2 * SECONDS_PER_HOUR);
    assert_int_equal(fixture_count(fixture, KATE, NULL), 1); /* the next morning */
    fixture_pass(fixture, SECONDS_PER_DAY + 4 * SECONDS_PER_HOUR);
    assert_true(newest_says(fixture, "Subject: 4 things wait for you"));
    assert_int_equal(fixture_count(fixture, KATE, NULL), 2);
}

/* Goal: what is to be read once is read, however long the mail that has it can't be sent. */
static void test_remark_after_outage(void **state) {
    struct fixture *fixture = *state;
    const struct notice remark = {
        .key = "message/x", .kind = CASE_REMARK, .reason = REASON("An example"), .words = "How nice it was."};
    assert_done(notice_raise(&fixture->service, &remark, &error));
    server_is_away(fixture, 12 * SECONDS_PER_DAY);
    fixture_pass(fixture, 2 * SECONDS_PER_DAY);
    size_t told = fixture_count(fixture, KATE, "> How nice it was.");
    assert_true(told > 0);
    fixture_pass(fixture, 14 * SECONDS_PER_DAY);
    assert_int_equal(fixture_count(fixture, KATE, "> How nice it was."), told);
}

/* Goal: while a country's coordinator is away the programme's hears of their cases at once, and why; then no more. */
static void test_absence(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    static const char *const countries[] = {"NZ"};
    static const struct coordinator coordinators[] = {
        {.name = "Kate", .address = KATE},
        {.name = "Mere", .address = "mere@example.org", .countries = countries, .country_count = 1}};
    fixture->configuration.coordinators = coordinators;
    fixture->configuration.coordinator_count = 2;
    introduce_and_ask(fixture);
    take(&mailbox, mail(fixture, "ben@example.com", "iln@example.org", "", "A question."));
    fixture_pass(fixture, 2 * SECONDS_PER_DAY);
    assert_int_equal(fixture_count(fixture, "mere@example.org", "A question."), 1);
    assert_int_equal(fixture_count(fixture, KATE, NULL), 0);
    const char *start = strstr(newest(fixture, "mere@example.org")->bytes, "Reply-To: <");
    assert_non_null(start);
    start += strlen("Reply-To: <");
    const char *to = arena_copy_bytes(fixture->arena, start, strcspn(start, ">"));
    struct inbox_row row = take(
        &mailbox, mail(fixture, "mere@example.org", to, "Auto-Submitted: auto-replied\r\n", "I am out of office."));
    assert_int_equal(row.state, INBOX_HANDLED);
    fixture_pass(fixture, SECONDS_PER_HOUR);
    assert_int_equal(fixture_count(fixture, KATE, "A question."), 1);
    assert_true(newest_says(fixture, "Mere is"));
    fixture_pass(fixture, 7 * SECONDS_PER_DAY);
    size_t before = fixture_count(fixture, KATE, "A question.");
    take(&mailbox, mail(fixture, "ben@example.com", "iln@example.org", "", "Another question."));
    fixture_pass(fixture, 8 * SECONDS_PER_DAY);
    assert_true(fixture_count(fixture, "mere@example.org", "Another question.") > 0);
    assert_int_equal(fixture_count(fixture, KATE, "Another question."), 0);
    assert_int_equal(fixture_count(fixture, KATE, "A question."), before);
}

/* Goal: who was told nothing for a month hears that all is well, with numbers; and nobody while nothing goes on. */
static void test_all_is_well(void **state) {
    struct fixture *fixture = *state;
    fixture_pass(fixture, 40 * SECONDS_PER_DAY);
    assert_int_equal(fixture_count(fixture, KATE, NULL), 0);
    introduce_and_ask(fixture);
    for (int day = 0; day < 60; day++) {
        const struct contact letter = {.partnership = fixture->partnership,
                                       .participant = day % 2 ? fixture->anna : fixture->ben,
                                       .at = clock_now(),
                                       .channel = CONTACT_RELAY};
        int64_t id;
        assert_done(contacts_add(fixture->database, &letter, &id, &error));
        fixture_pass(fixture, SECONDS_PER_DAY);
    }
    assert_in_range(fixture_count(fixture, KATE, "Subject: All is well"), 1, 2);
    assert_true(newest_says(fixture, "letters this week: 7"));
    assert_true(newest_says(fixture, "Most letters this week: Anna and Ben, 7"));
    /* In words, and as two pictures. */
    assert_true(newest_says(fixture, "1 well, 0 slow, 0 quiet, 0 not known, 0 new, 0 at rest"));
    assert_true(newest_says(fixture, "Letters a week, the newest last: 0, "));
    const char *picture = strstr(newest(fixture, KATE)->bytes, "Content-Type: image/png");
    assert_non_null(picture);
    assert_non_null(strstr(picture + 1, "Content-Type: image/png"));
    assert_in_range(strlen(newest(fixture, KATE)->bytes), 5000, 60000);
}

/* Goal: a digest costs what it shows, and a count, however many cases are open: memory stands still, and the steps of
 * each open case are few and as many. */
static void test_growth(void **state) {
    static const size_t sizes[] = {100, 1000, 4000};
    double steps[COUNT_OF(sizes)], bytes[COUNT_OF(sizes)];
    (void)state;
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        void *own;
        assert_int_equal(fixture_open(&own), 0);
        struct fixture *fixture = own;
        auto_arena arena = arena_new();
        struct case_list shown;
        size_t count;
        int64_t since, before = 0, after = 0;
        static char words[3000];
        memset(words, 'w', sizeof words - 1);
        auto_transaction transaction = TRANSACTION_NONE;
        assert_done(transaction_begin(fixture->database, &transaction, &error));
        for (size_t j = 0; j < sizes[i]; j++) {
            auto_arena passing = arena_new();
            const struct notice notice = {.key = arena_format(passing, "message/x%zu", j),
                                          .kind = CASE_MESSAGE,
                                          .participant = fixture->anna,
                                          .reason = REASON("An example"),
                                          .words = words};
            assert_done(notice_raise(&fixture->service, &notice, &error));
        }
        assert_done(transaction_commit(&transaction, &error));
        const struct case_reader reader = {.own = ",SE,", .claimed = ",SE,", .present = ",SE,"};
        int most, now;
        sqlite3_status(SQLITE_STATUS_MEMORY_USED, &now, &most, true);
        for (sqlite3_stmt *each = NULL; (each = sqlite3_next_stmt(fixture->database->handle, each));)
            before += sqlite3_stmt_status(each, SQLITE_STMTSTATUS_VM_STEP, false);
        assert_done(cases_list_told(fixture->database, &reader, NOTICE_SHOWN_MOST, arena, &shown, &error));
        assert_done(cases_count_told(fixture->database, &reader, &count, &since, &error));
        for (sqlite3_stmt *each = NULL; (each = sqlite3_next_stmt(fixture->database->handle, each));)
            after += sqlite3_stmt_status(each, SQLITE_STMTSTATUS_VM_STEP, false);
        assert_int_equal(count, sizes[i]);
        assert_int_equal(shown.count, NOTICE_SHOWN_MOST);
        int begun = now;
        sqlite3_status(SQLITE_STATUS_MEMORY_USED, &now, &most, true);
        steps[i] = (double)(after - before) / (double)sizes[i];
        bytes[i] = most - begun;
        fixture_close(&own);
        print_message("# %zu open: %.0f steps each, at most %.0f KB of memory more\n", sizes[i], steps[i],
                      bytes[i] / 1024);
    }
    assert_true(steps[2] < 1.3 * steps[0]);
    assert_true(bytes[2] < 3e6); /* and not the thirty megabytes of words */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        fixture_test(test_one_end),
        fixture_test(test_kept_letter),
        fixture_test(test_very_many),
        fixture_test(test_lapses),
        fixture_test(test_subjects),
        fixture_test(test_countries),
        fixture_test(test_outage),
        fixture_test(test_told_again),
        fixture_test(test_report),
        fixture_test(test_one_case),
        fixture_test(test_replies),
        fixture_test(test_silences_together),
        fixture_test(test_remark_after_outage),
        fixture_test(test_absence),
        fixture_test(test_all_is_well),
        cmocka_unit_test(test_growth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
