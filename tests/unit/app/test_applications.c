/* Goal: whoever writes to join gets the form, and what they reply, in whatever shape, becomes an application that one
 * word confirms; nobody can make the service mail others, and nobody is taken on twice. */
#include "mailbox.h"

#include "app/action_application.h"
#include "app/answer_sheet.h"
#include "store/applicants.h"
#include "store/applications.h"
#include "store/cases.h"
#include "store/connection.h"
#include "store/transaction.h"

#define LINA "lina@example.net"
#define JOIN "iln+join@example.org"

static void run_sql(struct fixture *fixture, const char *sql) {
    char *problem = NULL;
    if (sqlite3_exec(fixture->database->handle, sql, NULL, NULL, &problem) != SQLITE_OK)
        fail_msg("%s: %s", sql, problem);
}

static int64_t number(struct fixture *fixture, const char *sql) {
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_prepare_v2(fixture->database->handle, sql, -1, &statement, NULL), SQLITE_OK);
    int64_t value = sqlite3_step(statement) == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : -1;
    sqlite3_finalize(statement);
    return value;
}

enum { CLOSES_AFTER = 30 * SECONDS_PER_DAY };

/* A second round of the fixture's programme that takes applications. */
static void open_round(struct fixture *fixture) {
    static const char *const languages[] = {"en", "fr", "es"};
    struct event_cause cause = service_cause(&fixture->service, NULL);
    int64_t id;
    fixture->configuration.programme.languages = languages;
    fixture->configuration.programme.language_count = 3;
    fixture->configuration.enrolment.invite = false;
    assert_done(rounds_create(fixture->database, "2027b", "6 months", &cause, &id, &error));
    assert_done(rounds_set_state(fixture->database, id, ROUND_OPEN, 0, &cause, &error));
    run_sql(fixture, arena_format(fixture->arena, "UPDATE round SET closes_at = %lld, starts_at = %lld WHERE id = %lld",
                                  (long long)(FIXTURE_START + CLOSES_AFTER),
                                  (long long)(FIXTURE_START + CLOSES_AFTER + 7 * SECONDS_PER_DAY), (long long)id));
    fixture->round = id;
}

static const char *letter(struct fixture *fixture, const char *from, const char *to, const char *subject,
                          const char *more, const char *text) {
    static int count;
    return arena_format(
        fixture->arena,
        "From: %s\r\nTo: %s\r\n%sSubject: %s\r\nMessage-ID: <a%d@example.net>\r\n"
        "Date: Mon, 25 Jan 2027 10:00:00 +0000\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n%s\r\n",
        from, to, more, subject, ++count, text);
}

/* Where a reply to the last mail to FROM goes. */
static const char *reply_address(struct fixture *fixture, const char *from) {
    const struct fake_letter *last = last_letter(fixture, from);
    assert_non_null(last);
    const char *start = strstr(last->bytes, "Reply-To: <") + strlen("Reply-To: <");
    return arena_copy_bytes(fixture->arena, start, strcspn(start, ">"));
}

static const char *reply_to_last(struct fixture *fixture, const char *from, const char *more, const char *text) {
    return letter(fixture, from, reply_address(fixture, from), "Re: your mail", more, text);
}

static struct inbox_row answer(struct mailbox *mailbox, const char *from, const char *text) {
    struct inbox_row row = take(mailbox, reply_to_last(mailbox->fixture, from, "", text));
    fixture_turns(mailbox->fixture);
    return row;
}

static struct inbox_row join(struct mailbox *mailbox, const char *from) {
    struct inbox_row row = take(mailbox, letter(mailbox->fixture, from, JOIN, "hello", "", "Hello!"));
    fixture_turns(mailbox->fixture);
    return row;
}

#define ALL_BUT(name, country)                                                                                         \
    "1. " name "\n2. " country "\n4. English, a little French\n5. 3\n6. 2\n7. 2, 3\n8. 3\n9. 3\n10. 3\n11. nobody\n"   \
    "12. 2\n13. 2\n14. 2\n15. yes\n16. a friend\n17. the letters\n18. 1, 2, 3, 4\n19. yes\n20. yes\n21. yes\n"

static struct participant person(struct fixture *fixture, const char *address) {
    struct participant found;
    auto_string key = address_key(address);
    assert_done(participants_find_by_address(fixture->database, key, fixture->arena, &found, &error));
    return found;
}

static struct application application_of(struct fixture *fixture, const char *address) {
    struct application found;
    assert_done(applications_find(fixture->database, person(fixture, address).id, fixture->round, fixture->arena,
                                  &found, &error));
    return found;
}

static struct applicant applicant_of(struct fixture *fixture, const char *address) {
    struct applicant_list list;
    auto_string key = address_key(address);
    assert_done(applicants_list_of_address(fixture->database, key, fixture->arena, &list, &error));
    return list.count ? list.items[0] : (struct applicant){0};
}

static bool last_says(struct fixture *fixture, const char *to, const char *text) {
    const struct fake_letter *last = last_letter(fixture, to);
    return last && strstr(last->bytes, text);
}

static void apply(struct mailbox *mailbox, const char *address, const char *text) {
    join(mailbox, address);
    assert_int_equal(answer(mailbox, address, text).state, INBOX_HANDLED);
}

/* Goal: form, answers, summary, yes; then a participant with an application, and nothing of the applicant is left. No
 * word that a stranger wrote freely was sent to an address that nobody had confirmed. */
static void test_whole_way(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    open_round(fixture);
    assert_int_equal(join(&mailbox, LINA).state, INBOX_HANDLED);
    assert_int_equal(fixture_count(fixture, LINA, "In which country do you live?"), 1);
    assert_int_equal(answer(&mailbox, LINA, ALL_BUT("Lina Moe", "Norway")).state, INBOX_HANDLED);
    assert_true(last_says(fixture, LINA, "Is this right?"));
    assert_true(last_says(fixture, LINA, "Norway"));
    assert_true(last_says(fixture, LINA, "Oslo")); /* the time zone follows */
    assert_false(last_says(fixture, LINA, "Lina"));
    assert_false(last_says(fixture, LINA, "the letters"));
    assert_int_equal(person(fixture, LINA).id, 0);
    assert_int_equal(answer(&mailbox, LINA, "Yes, thank you!\nLina").state, INBOX_HANDLED);
    struct participant lina = person(fixture, LINA);
    assert_string_equal(lina.name, "Lina Moe");
    assert_string_equal(lina.country, "NO");
    assert_string_equal(lina.time_zone, "Europe/Oslo");
    assert_int_equal(application_of(fixture, LINA).state, APPLICATION_ACCEPTED);
    assert_int_equal(applicant_of(fixture, LINA).id, 0);
    assert_true(last_says(fixture, LINA, "you take part in 2027b"));
    const char *values;
    assert_done(
        applications_answers(fixture->database, application_of(fixture, LINA).id, fixture->arena, &values, &error));
    assert_non_null(strstr(values, "\"languages\":\"en,fr:basic\""));
    assert_non_null(strstr(values, "\"hours\":\"some\""));
    assert_int_equal(fixture_count(fixture, LINA, NULL), 3);
    assert_int_equal(answer(&mailbox, LINA, "Yes, thank you!\nLina").state, INBOX_HANDLED);
    fixture_pass(fixture, 2 * SECONDS_PER_DAY);
    assert_int_equal(fixture_count(fixture, LINA, "You are in!"), 1); /* the welcome, later */
    assert_int_equal(fixture_count(fixture, LINA, NULL), 4);
    assert_int_equal(fixture_count(fixture, "kate@example.org", NULL), 0);
    /* The same confirmation once more does nothing. */
    assert_int_equal(answer(&mailbox, LINA, "Yes, thank you!\nLina").state, INBOX_WAITING); /* to the welcome */
    assert_int_equal(number(fixture, "SELECT count(*) FROM application WHERE round = 2"), 1);
}

/* Goal: the word as a subject in any of the programme's languages brings the form in that language. */
static void test_languages(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    open_round(fixture);
    static const struct {
        const char *address, *to, *subject, *text, *expected;
    } mails[] = {
        {"a@example.net", "iln@example.org", "JOIN", "", "In which country do you live?"},
        {"b@example.net", "iln@example.org", "Inscription", "", "session"},
        {"c@example.net", "iln@example.org", "Quiero participar", "", "tu pa"},
        {"d@example.net", JOIN, "Bonjour", "Bonjour, j'ai entendu parler de vous. Merci !", "session"},
        {"e@example.net", "iln@example.org", "Hello", "I would like to join", "In which country do you live?"},
        {"f@example.net", JOIN, "(no subject)", "", "In which country do you live?"},
    };
    for (size_t i = 0; i < COUNT_OF(mails); i++) {
        take(&mailbox, letter(fixture, mails[i].address, mails[i].to, mails[i].subject, "", mails[i].text));
        fixture_turns(fixture);
        const struct fake_letter *last = last_letter(fixture, mails[i].address);
        if (!last || !strstr(last->bytes, mails[i].expected))
            fail_msg("%s got no form, or another: %s", mails[i].address, last ? last->bytes : "");
    }
    /* The word inside of a mail is somebody's question. */
    assert_int_equal(
        take(&mailbox, letter(fixture, "g@example.net", "iln@example.org", "Hi", "", "How can one join?\nBo")).state,
        INBOX_WAITING);
}

/* Goal: what is clear is kept, only the rest is asked again, twice at most, then a person decides. */
static void test_half_a_form(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    open_round(fixture);
    join(&mailbox, LINA);
    assert_int_equal(answer(&mailbox, LINA,
                            "1. Lina Moe\n2. Nigr\n4. English\n5. 3\n6. 2\n7. 2, 3\n8. 3\n9. 3\n10. 3\n12. 2\n13. 2\n"
                            "14. 2\n15. yes\n19. yes\n20. yes\n21. yes\n")
                         .state,
                     INBOX_HANDLED);
    assert_true(last_says(fixture, LINA, "Nearly there"));
    assert_true(last_says(fixture, LINA, "Did you mean"));
    assert_false(last_says(fixture, LINA, "What do you work in?"));
    assert_int_equal(answer(&mailbox, LINA, "2. Nigr").state, INBOX_HANDLED);
    assert_true(last_says(fixture, LINA, "Did you mean"));
    size_t before = fixture_count(fixture, LINA, NULL);
    assert_int_equal(answer(&mailbox, LINA, "2. Nigr").state, INBOX_WAITING);
    assert_int_equal(fixture_count(fixture, LINA, NULL), before);
    /* A clear answer still goes on. */
    answer(&mailbox, LINA, "2. Niger");
    assert_true(last_says(fixture, LINA, "Is this right?"));
    assert_true(last_says(fixture, LINA, "Niger"));
}

/* Goal: a correction changes what it names, and is shown again; "yes, but" is not taken for yes. */
static void test_corrections(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    open_round(fixture);
    apply(&mailbox, LINA, ALL_BUT("Lina Moe", "Norway"));
    assert_int_equal(answer(&mailbox, LINA, "2. Finland").state, INBOX_HANDLED);
    assert_true(last_says(fixture, LINA, "Finland"));
    assert_true(last_says(fixture, LINA, "Helsinki"));
    assert_int_equal(answer(&mailbox, LINA, "Hours: 1\n\nThanks!").state, INBOX_HANDLED);
    assert_true(last_says(fixture, LINA, "1 or 2 hours"));
    assert_int_equal(answer(&mailbox, LINA, "Yes, but I would rather have a partner in Asia").state, INBOX_WAITING);
    assert_int_equal(answer(&mailbox, LINA, "Yes\nSweden").state, INBOX_WAITING);
    assert_int_equal(answer(&mailbox, LINA, "Yes?").state, INBOX_WAITING);
    assert_int_equal(person(fixture, LINA).id, 0);
    assert_int_equal(answer(&mailbox, LINA, "Yes\n2. Denmark").state, INBOX_HANDLED);
    assert_true(last_says(fixture, LINA, "Denmark"));
    answer(&mailbox, LINA, "OK");
    assert_string_equal(person(fixture, LINA).country, "DK");
}

/* Goal: only a reply to what we sent confirms: it shows that its writer reads mail at that address. A "yes" from the
 * address alone brings the summary once more; one that is proven forged does and changes nothing, wherever it goes. */
static void test_yes_of_others(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    static const char forged[] = "Authentication-Results: mx.example.org; dmarc=fail header.from=example.net\r\n";
    open_round(fixture);
    fixture->configuration.programme.authserv_id = "mx.example.org";
    apply(&mailbox, LINA, ALL_BUT("Lina Moe", "Norway"));
    static const char *const places[] = {JOIN, "iln@example.org"};
    static const char *const texts[] = {"Yes", "2. Sweden"};
    for (size_t i = 0; i < 4; i++) {
        take(&mailbox, letter(fixture, LINA, places[i / 2], "hello", forged, texts[i % 2]));
        fixture_turns(fixture);
    }
    take(&mailbox, reply_to_last(fixture, LINA, forged, "Yes"));
    fixture_turns(fixture);
    assert_int_equal(fixture_count(fixture, LINA, NULL), 2);
    assert_null(strstr(applicant_of(fixture, LINA).answers, "SE"));
    for (size_t i = 0; i < 2; i++) {
        take(&mailbox, letter(fixture, LINA, places[i], "hello", "", "Yes"));
        fixture_turns(fixture);
    }
    assert_int_equal(person(fixture, LINA).id, 0);
    assert_int_equal(fixture_count(fixture, LINA, "Is this right?"), 3);
    answer(&mailbox, LINA, "Yes");
    assert_int_equal(application_of(fixture, LINA).state, APPLICATION_ACCEPTED);
}

/* Goal: nobody makes the service write to somebody else, or to programs, or without end. */
static void test_strangers(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    open_round(fixture);
    fixture->configuration.programme.authserv_id = "mx.example.org";
    static const char *const harmful[] = {
        "Authentication-Results: mx.example.org; dmarc=fail header.from=example.net\r\n",
        "Return-Path: <>\r\n",
        "List-Id: <list.example.net>\r\nList-Post: <mailto:list@example.net>\r\n",
        "Auto-Submitted: auto-replied\r\n",
        "Precedence: bulk\r\n",
    };
    for (size_t i = 0; i < COUNT_OF(harmful); i++) {
        take(&mailbox, letter(fixture, "victim@example.net", JOIN, "hello", harmful[i], "Hello!"));
        fixture_turns(fixture);
        if (fixture_count(fixture, "victim@example.net", NULL))
            fail_msg("a form was sent in spite of %s", harmful[i]);
    }
    for (int i = 0; i < 5; i++)
        join(&mailbox, i % 2 ? "VICTIM@example.net" : "victim@example.net");
    assert_int_equal(number(fixture, "SELECT count(*) FROM outbox WHERE template = 'application'"), 1);
    fixture_pass(fixture, SECONDS_PER_DAY + SECONDS_PER_HOUR);
    join(&mailbox, "victim@example.net");
    assert_int_equal(number(fixture, "SELECT count(*) FROM outbox WHERE template = 'application'"), 2);
    /* An answering machine that nobody recognises: it answers nothing, so it is not answered. */
    size_t before = fixture->fake.started;
    for (int i = 0; i < 20; i++)
        answer(&mailbox, "victim@example.net", "Thank you for contacting us. Your request has the number 12345.");
    assert_int_equal(fixture_count(fixture, "victim@example.net", NULL), 2);
    assert_int_equal(fixture->fake.started, before);
    /* One that answers for ever. */
    for (int i = 0; i < 40; i++)
        answer(&mailbox, "victim@example.net", i % 2 ? ALL_BUT("Lina Moe", "Norway") : "2. Sweden");
    assert_int_equal(fixture_count(fixture, "victim@example.net", NULL), 11);
}

/* Goal: not more than a thousand forms a day in all. */
static void test_a_thousand_forms(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    open_round(fixture);
    struct arena *arena = fixture->arena;
    for (int i = 0; i < 1003; i++) {
        auto_arena passing = arena_new();
        fixture->arena = passing;
        const char *from = arena_format(passing, "s%d@example.net", i);
        assert_int_equal(take(&mailbox, letter(fixture, from, JOIN, "hello", "", "Hello!")).state,
                         i < 1000 ? INBOX_HANDLED : INBOX_WAITING);
    }
    fixture->arena = arena;
}

/* Goal: who confirms a second before the closing takes part; a second later waits for the next round, and is told. */
static void test_late(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    open_round(fixture);
    clock_advance_to(FIXTURE_START + CLOSES_AFTER - SECONDS_PER_HOUR);
    apply(&mailbox, LINA, ALL_BUT("Lina Moe", "Norway"));
    apply(&mailbox, "bo@example.net", ALL_BUT("Bo Ek", "Sweden"));
    clock_advance_to(FIXTURE_START + CLOSES_AFTER - 1);
    answer(&mailbox, LINA, "yes");
    clock_advance_to(FIXTURE_START + CLOSES_AFTER);
    answer(&mailbox, "bo@example.net", "yes");
    assert_int_equal(application_of(fixture, LINA).state, APPLICATION_ACCEPTED);
    assert_int_equal(application_of(fixture, "bo@example.net").state, APPLICATION_WAITING);
    assert_string_equal(application_of(fixture, "bo@example.net").waits_for, "next");
    assert_true(last_says(fixture, "bo@example.net", "first in line"));
    fixture_pass(fixture, 2 * SECONDS_PER_DAY);
    assert_int_equal(fixture_count(fixture, "bo@example.net", "You are in!"), 0);
}

/* Goal: a reminder, one only; then all is deleted, with the address in what was sent. */
static void test_expiry(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    open_round(fixture);
    join(&mailbox, LINA);
    fixture_pass(fixture, 4 * SECONDS_PER_DAY);
    assert_int_equal(fixture_count(fixture, LINA, NULL), 1);
    fixture_pass(fixture, 3 * SECONDS_PER_DAY);
    assert_int_equal(fixture_count(fixture, LINA, "waits for you"), 1);
    fixture_pass(fixture, 6 * SECONDS_PER_DAY);
    assert_int_not_equal(applicant_of(fixture, LINA).id, 0);
    fixture_pass(fixture, 2 * SECONDS_PER_DAY);
    assert_int_equal(applicant_of(fixture, LINA).id, 0);
    assert_int_equal(fixture_count(fixture, LINA, NULL), 2);
    assert_int_equal(
        number(fixture, "SELECT count(*) FROM outbox WHERE address LIKE 'lina%' OR recipient LIKE 'lina%'"), 0);
}

/* Goal: STOP deletes it, says so once, and keeps no address; a bounce deletes it without a word. */
static void test_gone(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    open_round(fixture);
    join(&mailbox, LINA);
    assert_int_equal(answer(&mailbox, LINA, "STOP").state, INBOX_HANDLED);
    assert_true(last_says(fixture, LINA, "deleted"));
    answer(&mailbox, LINA, "STOP");
    assert_int_equal(fixture_count(fixture, LINA, NULL), 2);
    fixture_pass(fixture, SECONDS_PER_DAY + SECONDS_PER_HOUR);
    assert_int_equal(number(fixture, "SELECT count(*) FROM applicant"), 0);
    assert_int_equal(
        number(fixture, "SELECT count(*) FROM outbox WHERE address LIKE 'lina%' OR recipient LIKE 'lina%'"), 0);
    join(&mailbox, "nobody@example.net");
    const struct fake_letter *sent = last_letter(fixture, "nobody@example.net");
    size_t before = fixture->fake.started;
    take(&mailbox,
         arena_format(fixture->arena,
                      "From: MAILER-DAEMON@example.net\r\nTo: %s\r\nMessage-ID: <bounce@example.net>\r\n"
                      "MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n"
                      "\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\n"
                      "Final-Recipient: rfc822; nobody@example.net\r\nAction: failed\r\nStatus: 5.1.1\r\n--b--\r\n",
                      sent->from));
    fixture_turns(fixture);
    assert_int_equal(number(fixture, "SELECT count(*) FROM applicant"), 0);
    assert_int_equal(fixture->fake.started, before);
}

/* Goal: over the country's share one waits, is told so, is taken in turn when somebody leaves, and overtaken by nobody
 * of the same country. */
static void test_country_share(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    open_round(fixture);
    fixture->configuration.enrolment.country_minimum = 2;
    const char *names[] = {"Ada", "Bea", "Cia", "Dea"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        const char *from = arena_format(fixture->arena, "%s@example.net", names[i]);
        join(&mailbox, from);
        answer(&mailbox, from,
               arena_format(fixture->arena, "1. %s\n%s", names[i], strchr(ALL_BUT("X", "Norway"), '\n') + 1));
        clock_advance_to(clock_now() + 60);
        answer(&mailbox, from, "yes");
    }
    assert_int_equal(application_of(fixture, "Bea@example.net").state, APPLICATION_ACCEPTED);
    assert_string_equal(application_of(fixture, "Cia@example.net").waits_for, "country");
    assert_string_equal(application_of(fixture, "Dea@example.net").waits_for, "country");
    assert_true(last_says(fixture, "Cia@example.net", "waiting list"));
    assert_done(action_participant_leave(&fixture->service, person(fixture, "Ada@example.net").id, "a test", &error));
    fixture_turns(fixture);
    assert_int_equal(application_of(fixture, "Cia@example.net").state, APPLICATION_ACCEPTED);
    assert_true(last_says(fixture, "Cia@example.net", "a place has become free"));
    assert_string_equal(application_of(fixture, "Dea@example.net").waits_for, "country");
    assert_int_equal(number(fixture, "SELECT taken FROM country_places WHERE round = 2 AND country = 'NO'"), 2);
}

/* ---- Shares at random ---- */

enum { SEQUENCES = 2000, STEPS = 24, PEOPLE = 16, COUNTRIES = 3 };

struct member {
    int64_t id, applied_at;
    int country;
    bool in, was_in, waits;
};

static const char *const countries[COUNTRIES] = {"SE", "NO", "FI"};

static void look(struct fixture *fixture, struct member *members) {
    struct application_list list;
    for (size_t i = 0; i < PEOPLE; i++) {
        members[i].was_in = members[i].in;
        members[i].in = members[i].waits = false;
    }
    assert_done(applications_list_of_round(fixture->database, fixture->round, 0, 0, fixture->arena, &list, &error));
    for (size_t i = 0; i < list.count; i++) {
        struct member *member = &members[list.items[i].participant - members[0].id];
        member->in = list.items[i].state == APPLICATION_ACCEPTED;
        member->waits = list.items[i].state == APPLICATION_WAITING;
    }
}

/* Nobody who has come in came after one of the same country who waits. */
static void check_order(const struct member *members) {
    for (size_t i = 0; i < PEOPLE; i++)
        for (size_t j = 0; j < PEOPLE; j++)
            if (members[i].country == members[j].country && members[i].in && !members[i].was_in && members[j].waits &&
                members[i].applied_at > members[j].applied_at)
                fail_msg("%zu has overtaken %zu", i, j);
}

/* Whoever came in found their country's share kept, whoever waits finds it used up; and the counts are true. */
static void check_share(struct fixture *fixture, const struct member *members) {
    int64_t taken[COUNTRIES] = {0}, all = 0, waiting[COUNTRIES] = {0};
    bool grew[COUNTRIES] = {false};
    for (size_t i = 0; i < PEOPLE; i++) {
        taken[members[i].country] += members[i].in;
        all += members[i].in;
        waiting[members[i].country] += members[i].waits;
        grew[members[i].country] |= members[i].in && !members[i].was_in;
    }
    const struct enrolment_settings *settings = &fixture->configuration.enrolment;
    for (int i = 0; i < COUNTRIES; i++) {
        int64_t most = settings->country_share * all / 100;
        struct application_places places;
        if (grew[i] && taken[i] > (most > settings->country_minimum ? most : settings->country_minimum))
            fail_msg("%lld of %lld are of one country", (long long)taken[i], (long long)all);
        if (waiting[i] && enrolment_rules_allow(settings, taken[i], all))
            fail_msg("somebody waits, and there is a place");
        assert_done(applications_count_places(fixture->database, fixture->round, countries[i], &places, &error));
        assert_int_equal(places.taken, all);
        assert_int_equal(places.taken_of_country, taken[i]);
        assert_int_equal(places.waiting_of_country, waiting[i]);
    }
}

static uint32_t dice(uint32_t sides) {
    static uint32_t seed = 12345;
    seed = seed * 1664525 + 1013904223;
    return (seed >> 8) % sides;
}

static void enter_or_leave(struct fixture *fixture, struct member *member) {
    struct event_cause cause = service_cause(&fixture->service, NULL);
    struct application application;
    bool place = false;
    assert_done(applications_find(fixture->database, member->id, fixture->round, fixture->arena, &application, &error));
    if (member->in || member->waits) {
        assert_done(applications_set_state(fixture->database, application.id, APPLICATION_WITHDRAWN, &cause, &error));
        return;
    }
    assert_done(
        action_application_place(&fixture->service, fixture->round, countries[member->country], &place, &error));
    member->applied_at = clock_now();
    assert_done(action_application_enter(&fixture->service, member->id, fixture->round, place ? NULL : "country",
                                         member->applied_at, &application.id, &error));
}

/* Goal: over thousands of sequences of applications and withdrawals, no admission breaks a country's share, nobody is
 * overtaken by a later one of the same country, and nobody waits while there is a place. */
static void test_share_at_random(void **state) {
    struct fixture *fixture = *state;
    struct member members[PEOPLE] = {{0}};
    struct arena *arena = fixture->arena;
    struct transaction transaction = TRANSACTION_NONE;
    open_round(fixture);
    int64_t earlier = fixture->round;
    for (int i = 0; i < PEOPLE; i++) {
        members[i].country = i < PEOPLE / 2 ? 0 : i % COUNTRIES;
        fixture->round = 1;
        members[i].id = fixture_add(fixture, "P", arena_format(arena, "p%d@example.net", i),
                                    countries[members[i].country], "Europe/Oslo");
    }
    fixture->round = earlier;
    for (int i = 0; i < SEQUENCES; i++) {
        auto_arena passing = arena_new();
        fixture->arena = passing;
        fixture->configuration.enrolment.country_share = 20 + 20 * dice(3);
        fixture->configuration.enrolment.country_minimum = 1 + dice(3);
        struct event_cause cause = service_cause(&fixture->service, NULL);
        assert_done(transaction_begin(fixture->database, &transaction, &error));
        run_sql(fixture, "UPDATE round SET state = 'archived'");
        assert_done(rounds_create(fixture->database, arena_format(passing, "r%d", i), "6 months", &cause,
                                  &fixture->round, &error));
        assert_done(rounds_set_state(fixture->database, fixture->round, ROUND_OPEN, 0, &cause, &error));
        look(fixture, members);
        for (int j = 0; j < STEPS; j++) {
            clock_advance_to(clock_now() + 1);
            enter_or_leave(fixture, &members[dice(PEOPLE)]);
            assert_done(action_application_turn(&fixture->service, &error));
            look(fixture, members);
            check_share(fixture, members);
            check_order(members);
        }
        transaction_rollback(&transaction);
    }
    fixture->arena = arena;
}

/* Goal: a second person on one address is not merged into the first, and the same person from a second address is
 * brought to a coordinator. */
static void test_who_is_who(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    open_round(fixture);
    join(&mailbox, "anna@example.net"); /* Anna Berg, of an earlier round */
    assert_true(last_says(fixture, "anna@example.net", "Hello Anna"));
    answer(&mailbox, "anna@example.net", ALL_BUT("Erik Holm", "Sweden"));
    assert_true(last_says(fixture, "anna@example.net", "belongs to Anna Berg"));
    assert_int_equal(answer(&mailbox, "anna@example.net", "yes").state, INBOX_WAITING);
    assert_string_equal(person(fixture, "anna@example.net").name, "Anna Berg");
    answer(&mailbox, "anna@example.net", "1. Anna Maria Berg");
    answer(&mailbox, "anna@example.net", "yes");
    assert_string_equal(person(fixture, "anna@example.net").name, "Anna Maria Berg");
    apply(&mailbox, "other@example.com", ALL_BUT("anna maria BERG", "Sweden"));
    answer(&mailbox, "other@example.com", "yes");
    assert_int_equal(application_of(fixture, "other@example.com").state, APPLICATION_ACCEPTED);
    assert_int_equal(number(fixture, "SELECT count(*) FROM case_file WHERE key LIKE 'namesake/%'"), 1);
    /* An answer from somebody else's address. */
    join(&mailbox, LINA);
    const char *to = reply_address(fixture, LINA);
    assert_int_equal(take(&mailbox, letter(fixture, "x@example.com", to, "Re: x", "", ALL_BUT("X", "Norway"))).state,
                     INBOX_WAITING);
    assert_string_equal(applicant_of(fixture, LINA).answers, "{}");
}

/* Goal: when a round opens, whoever took part before is invited once with their answers, and one word is enough; who is
 * first in line keeps their turn. */
static void test_invitations(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    open_round(fixture);
    clock_advance_to(FIXTURE_START + CLOSES_AFTER - SECONDS_PER_HOUR);
    apply(&mailbox, LINA, ALL_BUT("Lina Moe", "Norway"));
    clock_advance_to(FIXTURE_START + CLOSES_AFTER + 1);
    answer(&mailbox, LINA, "yes");
    int64_t applied_at = application_of(fixture, LINA).applied_at;
    struct event_cause cause = service_cause(&fixture->service, NULL);
    assert_done(rounds_set_state(fixture->database, fixture->round, ROUND_CLOSED, 0, &cause, &error));
    assert_done(rounds_create(fixture->database, "2027c", "6 months", &cause, &fixture->round, &error));
    assert_done(rounds_set_state(fixture->database, fixture->round, ROUND_OPEN, 0, &cause, &error));
    fixture->configuration.enrolment.invite = true;
    fixture_pass(fixture, 2 * SECONDS_PER_DAY);
    assert_int_equal(fixture_count(fixture, LINA, "2027c"), 1);
    assert_true(last_says(fixture, LINA, "Lina Moe"));
    assert_true(last_says(fixture, LINA, "the letters"));
    assert_int_equal(fixture_count(fixture, "anna@example.net", "2027c"), 1); /* has no answers yet: is asked */
    assert_true(last_says(fixture, "anna@example.net", "What do you work in?"));
    assert_false(last_says(fixture, "anna@example.net", "In which country do you live?"));
    clock_advance_to(clock_now() + SECONDS_PER_DAY);
    assert_int_equal(answer(&mailbox, LINA, "Yes please").state, INBOX_HANDLED);
    assert_int_equal(application_of(fixture, LINA).state, APPLICATION_ACCEPTED);
    assert_int_equal(application_of(fixture, LINA).applied_at, applied_at);
    fixture_pass(fixture, SECONDS_PER_DAY);
    assert_int_equal(number(fixture, "SELECT count(*) FROM outbox WHERE template = 'invitation' AND participant = 3"),
                     1);
    assert_int_equal(person(fixture, LINA).id, 3);
}

/* ---- Growth ---- */

static int64_t steps_of(struct fixture *fixture) {
    int64_t sum = 0;
    for (sqlite3_stmt *each = NULL; (each = sqlite3_next_stmt(fixture->database->handle, each));)
        sum += sqlite3_stmt_status(each, SQLITE_STMTSTATUS_VM_STEP, false);
    return sum;
}

/* As many people in the round, and as many who are applying, of ten countries, each with the mails of that. */
static void fill(struct fixture *fixture, int count) {
    run_sql(fixture,
            arena_format(fixture->arena,
                         "CREATE TEMP TABLE n AS WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c"
                         " WHERE n < %d) SELECT n FROM c",
                         count));
    run_sql(fixture,
            "INSERT INTO participant (id, name, name_key, address, address_key, language, country, time_zone, state,"
            " created_at) SELECT 1000 + n, 'Person ' || n, 'person ' || n, 'p' || n || '@example.com',"
            " 'p' || n || '@example.com', 'en', 'A' || char(65 + n % 10), 'UTC', 'active', 1 FROM n;"
            "INSERT INTO application (participant, round, state, accepted_at, applied_at) SELECT 1000 + n, 2,"
            " 'accepted', 1, 1 FROM n;"
            "INSERT INTO applicant (id, round, address, address_key, language, state, asked_at, expires_at, created_at)"
            " SELECT 1000 + n, 2, 'a' || n || '@example.com', 'a' || n || '@example.com', 'en', 'asked', 1800000000,"
            " 1900000000, 1 FROM n;"
            "INSERT INTO outbox (key, state, priority, step, template, applicant, address, round, due_at, expires_at,"
            " next_try_at, sent_at, created_at) SELECT 'x/' || n, 'sent', 10, 'application', 'application-unclear',"
            " 1000 + n, 'a' || n || '@example.com', 2, 1, 1, 1, 1, 1 FROM n; DROP TABLE n");
}

static int64_t cost_of_applying(int people) {
    void *state;
    assert_int_equal(fixture_open(&state), 0);
    struct fixture *fixture = state;
    struct mailbox mailbox = {fixture, 0};
    open_round(fixture);
    fill(fixture, people);
    apply(&mailbox, "first@example.net", ALL_BUT("First One", "Norway")); /* statements are prepared, caches warm */
    answer(&mailbox, "first@example.net", "yes");
    int64_t before = steps_of(fixture);
    apply(&mailbox, LINA, ALL_BUT("Lina Moe", "Norway"));
    answer(&mailbox, LINA, "yes");
    int64_t cost = steps_of(fixture) - before;
    assert_int_equal(application_of(fixture, LINA).state, APPLICATION_ACCEPTED);
    fixture_close(&state);
    return cost;
}

/* Goal: who applies costs the same, however many take part and are applying. */
static void test_costs_are_flat(void **state) {
    (void)state;
    int64_t few = cost_of_applying(100);
    for (int people = 1000; people <= 10000; people *= 10) {
        int64_t many = cost_of_applying(people);
        print_message("# an application: %lld steps among 100, %lld among %d\n", (long long)few, (long long)many,
                      people);
        assert_true(many < few + few / 10);
    }
}

static void fail_from_now_on(void *context, size_t done) {
    struct fixture *fixture = context;
    (void)done;
    run_sql(fixture, "PRAGMA query_only = ON");
}

/* Goal: invitations that are interrupted between two portions are gone on with, and nobody gets two. */
static void test_interrupted_invitations(void **state) {
    struct fixture *fixture = *state;
    struct event_cause cause = service_cause(&fixture->service, NULL);
    struct error problem = ERROR_INIT;
    enum { PEOPLE_BEFORE = 600 };
    open_round(fixture);
    fill(fixture, PEOPLE_BEFORE);
    assert_done(rounds_create(fixture->database, "2027c", "6 months", &cause, &fixture->round, &error));
    assert_done(rounds_set_state(fixture->database, fixture->round, ROUND_OPEN, 0, &cause, &error));
    run_sql(fixture, "UPDATE round SET state = 'running' WHERE id = 2");
    fixture->configuration.enrolment.invite = true;
    fixture->service.advanced = fail_from_now_on;
    fixture->service.advanced_context = fixture;
    assert_false(action_application_turn(&fixture->service, &problem));
    fixture->service.advanced = NULL;
    run_sql(fixture, "PRAGMA query_only = OFF");
    assert_int_equal(number(fixture, "SELECT count(*) FROM outbox WHERE template = 'invitation'"), 500);
    for (int i = 0; i < 2; i++) {
        assert_done(action_application_turn(&fixture->service, &error));
        assert_int_equal(number(fixture, "SELECT count(*) FROM outbox WHERE template = 'invitation'"),
                         PEOPLE_BEFORE + 2); /* Anna and Ben as well */
    }
    assert_int_equal(number(fixture, "SELECT count(*) FROM applicant WHERE round = 3"), PEOPLE_BEFORE + 2);
}

/* Goal: without a round, a coordinator gets the mail. */
static void test_no_round(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    run_sql(fixture, "UPDATE round SET state = 'archived'");
    assert_int_equal(join(&mailbox, LINA).state, INBOX_WAITING);
    assert_int_equal(fixture_count(fixture, LINA, NULL), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        fixture_test(test_whole_way),
        fixture_test(test_languages),
        fixture_test(test_half_a_form),
        fixture_test(test_corrections),
        fixture_test(test_yes_of_others),
        fixture_test(test_strangers),
        fixture_test(test_a_thousand_forms),
        fixture_test(test_late),
        fixture_test(test_expiry),
        fixture_test(test_gone),
        fixture_test(test_country_share),
        fixture_test(test_share_at_random),
        fixture_test(test_who_is_who),
        fixture_test(test_invitations),
        fixture_test(test_no_round),
        cmocka_unit_test(test_costs_are_flat),
        fixture_test(test_interrupted_invitations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
