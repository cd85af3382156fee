/* Goal: surveys are asked, answered in any shape, asked once more for what is not clear, corrected, and reminded of
 * once; nobody who can't or won't answer is written to; and what comes after a round happens as each has said. */
#include "examples.h"
#include "mailbox.h"

#include "app/action_application.h"
#include "app/message.h"
#include "store/applicants.h"
#include "store/applications.h"
#include "store/connection.h"
#include "store/surveys.h"

#define ANNA "anna@example.net"
#define BEN "ben@example.com"

static const struct duration month_3 = {.months = 3}, days_3 = {.days = 3}, days_14 = {.days = 14};

static int64_t number(struct fixture *fixture, const char *sql) {
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_prepare_v2(fixture->database->handle, sql, -1, &statement, NULL), SQLITE_OK);
    int64_t value = sqlite3_step(statement) == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : -1;
    sqlite3_finalize(statement);
    return value;
}

/* The standard steps with surveys, as the starter file has them. */
static int open_with_surveys(void **state) {
    static const char *const languages[] = {"en", "fr", "es"};
    fixture_open(state);
    struct fixture *fixture = *state;
    struct configuration *configuration = &fixture->configuration;
    size_t count = configuration->step_count;
    struct step *steps = arena_take_array(fixture->arena, count + 2, sizeof *steps);
    memcpy(steps, configuration->steps, count * sizeof *steps);
    steps[count - 1].asks = "next";
    steps[count] = (struct step){.name = "survey-middle",
                                 .template_name = "survey-middle",
                                 .form = "survey-middle",
                                 .to = STEP_TO_PARTNERSHIP,
                                 .when = {MOMENT_START, month_3},
                                 .at = 9 * SECONDS_PER_HOUR,
                                 .has_expires = true,
                                 .expires = days_14};
    steps[count + 1] = steps[count];
    steps[count + 1].name = steps[count + 1].template_name = steps[count + 1].form = "survey-closing";
    steps[count + 1].when = (struct moment){MOMENT_END, days_3};
    configuration->steps = steps;
    configuration->step_count = count + 2;
    configuration->programme.languages = languages;
    configuration->programme.language_count = 3;
    configuration->programme.relay = RELAY_YES;
    outgoing_free(fixture->outgoing);
    service_close(&fixture->service);
    assert_done(service_open(&fixture->service, configuration, fixture->database, "test", &error));
    fixture_open_outgoing(fixture);
    assert_done(action_round_start(&fixture->service, fixture->round, &count, &error));
    return 0;
}

#define survey_test(function) cmocka_unit_test_setup_teardown(function, open_with_surveys, fixture_close)

/* Day by day: nothing here depends on the hour. */
static void pass_days(struct fixture *fixture, int days) {
    for (int i = 0; i < days; i++)
        for (int half = 0; half < 2; half++) {
            clock_advance_to(clock_now() + SECONDS_PER_DAY / 2);
            fixture_turns(fixture);
        }
}

static void pass_to(struct fixture *fixture, const char *subject) {
    for (int i = 0; i < 400 && !(fixture_count(fixture, ANNA, subject) && fixture_count(fixture, BEN, subject)); i++)
        pass_days(fixture, 1);
    assert_int_equal(fixture_count(fixture, ANNA, subject), 1);
}

static const char *reply(struct fixture *fixture, const char *from, const char *subject, const char *more,
                         const char *text) {
    static int count;
    const char *start = "";
    for (size_t i = 0; i < fixture->fake.started; i++)
        if (string_equal(fixture->fake.letters[i].to, from) && strstr(fixture->fake.letters[i].bytes, subject))
            start = strstr(fixture->fake.letters[i].bytes, "Reply-To: <") + strlen("Reply-To: <");
    if (!*start)
        fail_msg("nothing for %s says \"%s\"", from, subject);
    return arena_format(
        fixture->arena,
        "From: %s\r\nTo: %.*s\r\n%sSubject: Re: your mail\r\nMessage-ID: <s%d@example.net>\r\n"
        "Date: Mon, 25 Jan 2027 10:00:00 +0000\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n%s\r\n",
        from, (int)strcspn(start, ">"), start, more, ++count, text);
}

static enum inbox_state answer(struct mailbox *mailbox, const char *from, const char *subject, const char *text) {
    struct inbox_row row = take(mailbox, reply(mailbox->fixture, from, subject, "", text));
    fixture_turns(mailbox->fixture);
    return row.state;
}

static const char *value_of(struct fixture *fixture, const char *survey, int64_t participant, const char *question) {
    struct survey_value_list values;
    struct survey of = {.round = fixture->round, .name = survey, .participant = participant};
    assert_done(surveys_answers(fixture->database, &of, fixture->arena, &values, &error));
    for (size_t i = 0; i < values.count; i++)
        if (string_equal(values.items[i].question, question))
            return values.items[i].value;
    return "";
}

#define MIDDLE "Halfway"
#define CLOSING "thank you"

/* Goal: a reply in any shape is understood and thanked with what was understood; a later one corrects it; thanks for
 * the thanks bother nobody. The partner's mail has nothing of it. */
static void test_answer_and_correction(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    pass_to(fixture, MIDDLE);
    assert_int_equal(answer(&mailbox, ANNA, MIDDLE, "1. 2\n2. 1, 2\n3. 4\n4. 5\n5. yes\n6. More zebras, please"),
                     INBOX_HANDLED);
    assert_string_equal(value_of(fixture, "survey-middle", fixture->anna, "often"), "fortnightly");
    assert_string_equal(value_of(fixture, "survey-middle", fixture->anna, "channels"), "email,video");
    assert_string_equal(value_of(fixture, "survey-middle", fixture->anna, "going"), "5");
    assert_string_equal(value_of(fixture, "survey-middle", fixture->anna, "more"), "More zebras, please");
    assert_int_equal(fixture_count(fixture, ANNA, "This is what we understood"), 1);
    assert_int_equal(answer(&mailbox, ANNA, "Thank you for your answers", "Thanks!\nAnna"), INBOX_HANDLED);
    assert_int_equal(fixture_count(fixture, ANNA, "This is what we understood"), 1);
    assert_int_equal(answer(&mailbox, ANNA, "Thank you for your answers", "4. 3"), INBOX_HANDLED);
    assert_string_equal(value_of(fixture, "survey-middle", fixture->anna, "going"), "3");
    assert_string_equal(value_of(fixture, "survey-middle", fixture->anna, "often"), "fortnightly");
    assert_int_equal(fixture_count(fixture, ANNA, "This is what we understood"), 2);
    pass_days(fixture, 30);
    assert_int_equal(fixture_count(fixture, ANNA, "still wait for you"), 0);
    assert_int_equal(fixture_count(fixture, BEN, "zebras"), 0);
    assert_int_equal(fixture_count(fixture, "kate@example.org", "zebras"), 0);
}

/* Goal: what is not clear is asked once more, with what is clear kept; what is unclear then counts as not answered. */
static void test_unclear_once(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    pass_to(fixture, MIDDLE);
    assert_int_equal(answer(&mailbox, ANNA, MIDDLE, "1. 7\n2. 1\n4. 9"), INBOX_HANDLED);
    assert_string_equal(value_of(fixture, "survey-middle", fixture->anna, "channels"), "email");
    assert_int_equal(fixture_count(fixture, ANNA, "Nearly there"), 1);
    assert_int_equal(fixture_count(fixture, ANNA, "This is what we understood"), 0);
    assert_int_equal(answer(&mailbox, ANNA, "Nearly there", "1. 1\n4. 9"), INBOX_HANDLED);
    assert_string_equal(value_of(fixture, "survey-middle", fixture->anna, "often"), "weekly");
    assert_string_equal(value_of(fixture, "survey-middle", fixture->anna, "going"), "");
    assert_int_equal(fixture_count(fixture, ANNA, "Nearly there"), 1);
    assert_int_equal(fixture_count(fixture, ANNA, "This is what we understood"), 1);
}

/* Goal: who has not answered is reminded once, a week after the survey was sent; who answered, paused, left, bounces or
 * is frozen is not. */
static void test_reminder(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    pass_to(fixture, MIDDLE);
    answer(&mailbox, ANNA, MIDDLE, "1. 2\n4. 4");
    pass_days(fixture, 40);
    assert_int_equal(fixture_count(fixture, ANNA, "still wait for you"), 0);
    assert_int_equal(fixture_count(fixture, BEN, "still wait for you"), 1);
    assert_int_equal(number(fixture, "SELECT count(*) FROM survey WHERE remind_at IS NOT NULL"), 0);
    assert_int_equal(answer(&mailbox, BEN, "still wait for you", "1. 3\n4. 4"), INBOX_HANDLED);
    assert_string_equal(value_of(fixture, "survey-middle", fixture->ben, "often"), "monthly");
}

static void test_no_reminder(void **state) {
    struct fixture *fixture = *state;
    struct event_cause cause = service_cause(&fixture->service, NULL);
    pass_to(fixture, MIDDLE);
    assert_done(participants_set_state(fixture->database, fixture->anna, PARTICIPANT_PAUSED, &cause, &error));
    assert_done(participants_set_address_state(fixture->database, fixture->ben, ADDRESS_DEAD, &cause, &error));
    pass_days(fixture, 20);
    assert_int_equal(number(fixture, "SELECT count(*) FROM outbox WHERE template = 'survey-reminder'"), 0);
}

static void test_no_reminder_to_frozen(void **state) {
    struct fixture *fixture = *state;
    pass_to(fixture, MIDDLE);
    set_partnership_state(fixture, PARTNERSHIP_FROZEN);
    pass_days(fixture, 20);
    assert_int_equal(number(fixture, "SELECT count(*) FROM outbox WHERE template = 'survey-reminder'"), 0);
}

/* Goal: STOP as a reply to a survey is STOP; a forged reply, or somebody else's, answers nothing. */
static void test_words_and_others(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    fixture->configuration.programme.authserv_id = "mx.example.org";
    pass_to(fixture, MIDDLE);
    take(&mailbox,
         reply(fixture, ANNA, MIDDLE, "Authentication-Results: mx.example.org; dmarc=fail\r\n", "1. 1\n4. 1"));
    assert_string_equal(value_of(fixture, "survey-middle", fixture->anna, "often"), "");
    const char *others = reply(fixture, ANNA, MIDDLE, "", "1. 1\n4. 1");
    assert_int_equal(take(&mailbox, arena_format(fixture->arena, "From: x@example.net%s", strchr(others, '\r'))).state,
                     INBOX_WAITING);
    assert_int_equal(number(fixture, "SELECT count(*) FROM survey_answer"), 0);
    answer(&mailbox, ANNA, MIDDLE, "STOP\n");
    struct participant anna;
    assert_done(participants_find(fixture->database, fixture->anna, fixture->arena, &anna, &error));
    assert_int_equal(anna.state, PARTICIPANT_PAUSED);
    assert_int_equal(number(fixture, "SELECT count(*) FROM survey_answer"), 0);
}

static int64_t open_next_round(struct fixture *fixture) {
    struct event_cause cause = service_cause(&fixture->service, NULL);
    int64_t id;
    assert_done(rounds_create(fixture->database, "2027b", "6 months", &cause, &id, &error));
    assert_done(rounds_set_state(fixture->database, id, ROUND_OPEN, 0, &cause, &error));
    pass_days(fixture, 2);
    return id;
}

/* Goal: the closing mail tells what both did together; "1" and "both" of two who both mean it bring each other's
 * addresses, and who joins is invited to the next round even where nobody else would be. */
static void test_going_on(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    pass_days(fixture, 5);
    for (int i = 0; i < 2; i++) {
        take(&mailbox, mail(fixture, ANNA, way_of(fixture, fixture->anna), "", "Dear Ben, how are you?"));
        take(&mailbox, mail(fixture, BEN, way_of(fixture, fixture->ben), "", "Dear Anna, I am well."));
        pass_days(fixture, 3);
    }
    pass_to(fixture, CLOSING);
    assert_int_equal(fixture_count(fixture, ANNA, "*4 letters* went to and fro between you in 6 months, and"), 1);
    fixture->configuration.enrolment.invite = false;
    assert_int_equal(answer(&mailbox, ANNA, CLOSING, "1"), INBOX_HANDLED);
    assert_int_equal(fixture_count(fixture, ANNA, "We noted"), 1);
    assert_int_equal(fixture_count(fixture, ANNA, BEN), 0);
    assert_int_equal(fixture_count(fixture, BEN, "Going on: the address"), 0);
    assert_int_equal(answer(&mailbox, BEN, CLOSING, "Both, please!\nBen"), INBOX_HANDLED);
    assert_int_equal(fixture_count(fixture, ANNA, "Ben Okoro: " BEN), 1);
    assert_int_equal(fixture_count(fixture, BEN, "Anna Berg: " ANNA), 1);
    open_next_round(fixture);
    assert_int_equal(fixture_count(fixture, BEN, "would you like to take part in"), 1);
    assert_int_equal(fixture_count(fixture, ANNA, "would you like to take part in"), 0);
}

/* Goal: where only one says so nobody's address goes anywhere; a later answer corrects an earlier one, from the mail
 * that told it as well; who wants neither is not invited, and who changes their mind is, at once. */
static void test_neither_and_corrections(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    int64_t counts[ANSWER_DIGITS];
    pass_to(fixture, CLOSING);
    assert_int_equal(fixture_count(fixture, ANNA, "went to and fro"), 0);
    answer(&mailbox, ANNA, CLOSING, "3");
    answer(&mailbox, BEN, CLOSING, "4");
    answer(&mailbox, ANNA, "We noted", "4");
    answer(&mailbox, BEN, "We noted", "3");
    assert_int_equal(number(fixture, "SELECT count(*) FROM outbox WHERE template = 'next-addresses'"), 0);
    assert_done(answers_count_next(fixture->database, fixture->round, counts, &error));
    assert_int_equal(counts[3], 1);
    assert_int_equal(counts[4], 1);
    int64_t round = open_next_round(fixture);
    assert_int_equal(fixture_count(fixture, ANNA, "would you like to take part in"), 0);
    assert_int_equal(fixture_count(fixture, BEN, "would you like to take part in"), 1);
    answer(&mailbox, ANNA, "We noted", "2");
    pass_days(fixture, 1);
    assert_int_equal(fixture_count(fixture, ANNA, "would you like to take part in"), 1);
    int64_t id, said = number(fixture, "SELECT max(at) FROM answer WHERE participant = 1 AND question = 'next'");
    assert_done(action_application_enter(&fixture->service, fixture->anna, round, "country", clock_now(), &id, &error));
    assert_int_equal(number(fixture, "SELECT applied_at FROM application WHERE participant = 1 AND state = 'waiting'"),
                     said);
}

/* Goal: somebody who changed their mind before the addresses went out gives none away. */
static void test_mind_changed_in_time(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    pass_to(fixture, CLOSING);
    answer(&mailbox, ANNA, CLOSING, "1");
    take(&mailbox, reply(fixture, BEN, CLOSING, "", "1"));
    take(&mailbox, reply(fixture, ANNA, CLOSING, "", "4"));
    fixture_turns(fixture);
    assert_int_equal(fixture_count(fixture, ANNA, "Ben Okoro: "), 0);
    assert_int_equal(fixture_count(fixture, BEN, "Anna Berg: "), 0);
}

/* Goal: words that are no answer are asked once more, and a person reads them. */
static void test_next_unclear(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    pass_to(fixture, CLOSING);
    assert_int_equal(answer(&mailbox, ANNA, CLOSING, "It was a wonderful half a year, and I learned so much."),
                     INBOX_HANDLED); /* its words stand in a digest */
    assert_int_equal(fixture_count(fixture, ANNA, "One digit, please"), 1);
    assert_int_equal(answer(&mailbox, ANNA, "One digit, please", "next round"), INBOX_HANDLED);
    assert_int_equal(fixture_count(fixture, ANNA, "you would like to join the next round"), 1);
}

/* Goal: the closing survey comes although the partnership is over, and is thanked for. */
static void test_closing_survey(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    pass_to(fixture, "Looking back");
    assert_int_equal(answer(&mailbox, BEN, "Looking back", "1) 1\n4) 5\n5) I write more slowly now\n6) yes"),
                     INBOX_HANDLED);
    assert_string_equal(value_of(fixture, "survey-closing", fixture->ben, "learned"), "I write more slowly now");
    assert_int_equal(fixture_count(fixture, BEN, "This is what we understood"), 1);
    pass_days(fixture, 10);
    assert_int_equal(fixture_count(fixture, ANNA, "still wait for you"), 2); /* of both surveys */
    assert_int_equal(fixture_count(fixture, BEN, "still wait for you"), 1);
}

/* ---- Random histories ---- */

static size_t count_mails(struct fixture *fixture, int64_t participant) {
    return (size_t)number(fixture, arena_format(fixture->arena,
                                                "SELECT count(*) FROM outbox WHERE participant = %lld AND sent_at > 0"
                                                " AND (template LIKE 'survey-%%' OR template LIKE 'next-%%')",
                                                (long long)participant));
}

static void befall(struct fixture *fixture, struct mailbox *mailbox, int64_t person) {
    static const char *const templates[] = {"survey-middle", "survey-reminder", "survey-thanks", "closing",
                                            "next-noted"};
    static const char *const words[] = {"1. 2\n4. 5\n", "1. 9\n", "Thanks!\n", "1", "3", "4", "Zebras are nice.\n"};
    struct event_cause cause = service_cause(&fixture->service, NULL);
    struct outbox_list rows;
    struct participant now;
    assert_done(participants_find(fixture->database, person, fixture->arena, &now, &error));
    switch (random_below(20)) {
    case 0:
        assert_done(participants_set_state(fixture->database, person, PARTICIPANT_PAUSED, &cause, &error));
        break;
    case 1:
        assert_done(participants_set_address_state(fixture->database, person, ADDRESS_DEAD, &cause, &error));
        break;
    case 2:
        if (random_below(6) == 0)
            assert_done(participants_set_state(fixture->database, person, PARTICIPANT_LEFT, &cause, &error));
        break;
    case 5:
    case 6:
        if (now.state == PARTICIPANT_PAUSED)
            assert_done(participants_set_state(fixture->database, person, PARTICIPANT_ACTIVE, &cause, &error));
        assert_done(participants_set_address_state(fixture->database, person, ADDRESS_GOOD, &cause, &error));
        break;
    case 3:
        if (number(fixture, "SELECT state = 'active' FROM partnership"))
            set_partnership_state(fixture, PARTNERSHIP_FROZEN);
        break;
    case 4:
        if (number(fixture, "SELECT state = 'frozen' FROM partnership"))
            set_partnership_state(fixture, PARTNERSHIP_ACTIVE);
        break;
    default:
        assert_done(outbox_list(fixture->database, &(struct outbox_filter){.participant = person}, fixture->arena,
                                &rows, &error));
        const char *wanted = templates[random_below(COUNT_OF(templates))];
        for (size_t i = rows.count; i > 0; i--)
            if (string_equal(rows.items[i - 1].template_name, wanted) && rows.items[i - 1].state == OUTBOX_SENT) {
                const char *to = tag_of(
                    fixture, &(struct tag){.purpose = 'r', .participant = person, .outbox = rows.items[i - 1].id});
                take(mailbox,
                     mail(fixture, person == fixture->anna ? ANNA : BEN, to, "", words[random_below(COUNT_OF(words))]));
                return;
            }
    }
}

/* Goal: whatever befalls people, no survey and nothing about the end goes to who left, paused or bounces, nothing but
 * an answer while the partnership is frozen; nobody is reminded twice of one survey; and an address goes only to who
 * said that they go on, of who said so. */
static void test_random_histories(void **state) {
    size_t mails = 0, answers = 0;
    (void)state;
    for (unsigned seed = 1; seed <= 12; seed++) {
        void *opened;
        open_with_surveys(&opened);
        struct fixture *fixture = opened;
        struct mailbox mailbox = {fixture, 0};
        const int64_t people[] = {fixture->anna, fixture->ben};
        random_seed(seed);
        for (int day = 0; day < 210; day++) {
            size_t before[2];
            struct participant states[2];
            int64_t frozen = number(fixture, "SELECT state = 'frozen' FROM partnership");
            int64_t unasked = number(fixture, "SELECT count(*) FROM outbox WHERE template IN ('survey-middle',"
                                              " 'survey-closing', 'survey-reminder') AND sent_at > 0");
            for (size_t i = 0; i < 2; i++) {
                before[i] = count_mails(fixture, people[i]);
                assert_done(participants_find(fixture->database, people[i], fixture->arena, &states[i], &error));
            }
            pass_days(fixture, 1);
            for (size_t i = 0; i < 2; i++)
                if (count_mails(fixture, people[i]) > before[i] &&
                    (states[i].state != PARTICIPANT_ACTIVE || states[i].address_state == ADDRESS_DEAD))
                    fail_msg("seed %u, day %d: mail to somebody who should get none", seed, day);
            if (frozen && unasked != number(fixture, "SELECT count(*) FROM outbox WHERE template IN ('survey-middle',"
                                                     " 'survey-closing', 'survey-reminder') AND sent_at > 0"))
                fail_msg("seed %u, day %d: a survey in a frozen partnership", seed, day);
            if (day > 85 && random_below(3) == 0)
                befall(fixture, &mailbox, people[random_below(2)]);
        }
        assert_int_equal(number(fixture, "SELECT count(*) FROM (SELECT 1 FROM outbox WHERE template = 'survey-reminder'"
                                         " GROUP BY participant, step HAVING count(*) > 1)"),
                         0);
        assert_int_equal(number(fixture, "SELECT count(*) FROM outbox WHERE template = 'next-addresses' AND sent_at > 0"
                                         " AND (SELECT count(DISTINCT participant) FROM answer WHERE question = 'next'"
                                         " AND value IN (1, 3)) < 2"),
                         0);
        mails += count_mails(fixture, fixture->anna) + count_mails(fixture, fixture->ben);
        answers += (size_t)number(fixture, "SELECT count(*) FROM survey_answer");
        fixture_close(&opened);
    }
    print_message("# %zu mails, %zu answers\n", mails, answers);
    assert_true(mails > 30 && answers > 10);
}

/* ---- Examples ---- */

enum { EXAMPLES = 9, LANGUAGES = 3 };

struct example {
    const char *subject, *plain;
};

/* The newest message of that template to PARTICIPANT; time goes by until there is one. */
static struct outbox_row wait_for(struct fixture *fixture, int64_t participant, const char *template_name) {
    for (int day = 0; day < 200; day++, pass_days(fixture, 1)) {
        struct outbox_list rows;
        assert_done(outbox_list(fixture->database, &(struct outbox_filter){.participant = participant}, fixture->arena,
                                &rows, &error));
        for (size_t i = rows.count; i > 0; i--)
            if (string_equal(rows.items[i - 1].template_name, template_name) && rows.items[i - 1].state == OUTBOX_SENT)
                return rows.items[i - 1];
    }
    fail_msg("no %s", template_name);
    abort();
}

static struct outbox_row show(struct fixture *fixture, int64_t participant, const char *template_name,
                              struct example *ret) {
    struct outbox_row row = wait_for(fixture, participant, template_name);
    assert_done(message_subject(&fixture->service, &row, fixture->arena, &ret->subject, &error));
    assert_done(message_text(&fixture->service, &row, fixture->arena, &ret->plain, &error));
    return row;
}

static void answer_row(struct mailbox *mailbox, const struct outbox_row *row, const char *from, const char *text) {
    const char *to =
        tag_of(mailbox->fixture, &(struct tag){.purpose = 'r', .participant = row->participant, .outbox = row->id});
    take(mailbox, mail(mailbox->fixture, from, to, "", text));
    fixture_turns(mailbox->fixture);
}

static void run_examples(struct fixture *fixture, const char *language, struct example ret[EXAMPLES]) {
    struct mailbox mailbox = {fixture, 0};
    const char *sql = arena_format(fixture->arena, "UPDATE participant SET language = '%s'", language);
    assert_int_equal(sqlite3_exec(fixture->database->handle, sql, NULL, NULL, NULL), SQLITE_OK);
    pass_days(fixture, 5);
    for (int i = 0; i < 4; i++) {
        take(&mailbox, mail(fixture, ANNA, way_of(fixture, fixture->anna), "",
                            arena_format(fixture->arena, "Dear Ben, this is my letter number %d.", i)));
        take(&mailbox, mail(fixture, BEN, way_of(fixture, fixture->ben), "",
                            arena_format(fixture->arena, "Dear Anna, thank you for your letter number %d.", i)));
        pass_days(fixture, 3);
    }
    struct outbox_row row = show(fixture, fixture->anna, "survey-middle", &ret[0]);
    answer_row(&mailbox, &row, ANNA, "1. 9\n2. 1, 2\n3. 4\n4. 5\n");
    row = show(fixture, fixture->anna, "survey-unclear", &ret[1]);
    answer_row(&mailbox, &row, ANNA, "1. 2\n");
    show(fixture, fixture->anna, "survey-thanks", &ret[2]);
    show(fixture, fixture->ben, "survey-reminder", &ret[3]);
    row = show(fixture, fixture->anna, "closing", &ret[4]);
    answer_row(&mailbox, &row, ANNA, "Zebra!\n");
    row = show(fixture, fixture->anna, "next-unclear", &ret[5]);
    answer_row(&mailbox, &row, ANNA, "3\n");
    wait_for(fixture, fixture->anna, "next-noted");
    sql = "UPDATE answer SET confirmed_by = NULL"; /* as before it was told */
    assert_int_equal(sqlite3_exec(fixture->database->handle, sql, NULL, NULL, NULL), SQLITE_OK);
    show(fixture, fixture->anna, "next-noted", &ret[6]);
    row = wait_for(fixture, fixture->ben, "closing");
    answer_row(&mailbox, &row, BEN, "1\n");
    show(fixture, fixture->anna, "next-addresses", &ret[7]);
    show(fixture, fixture->anna, "survey-closing", &ret[8]);
}

/* Goal: all that a participant is asked and told of surveys and the end stands in the documentation, in each language,
 * as it is sent. */
static void test_examples(void **state) {
    static const char *const languages[LANGUAGES] = {"en", "fr", "es"};
    static const char *const named[LANGUAGES] = {"", ", in French", ", in Spanish"};
    static const char *const headings[EXAMPLES] = {"Halfway",
                                                   "What was not clear, once more",
                                                   "What was understood",
                                                   "The only reminder",
                                                   "The end",
                                                   "No digit in reply",
                                                   "Noted",
                                                   "Both go on",
                                                   "Looking back"};
    struct example examples[LANGUAGES][EXAMPLES];
    void *opened[LANGUAGES];
    auto_text text = TEXT_EMPTY;
    (void)state;
    text_append(&text,
                "# Examples of surveys and the end of a round\n\nWhat participants are asked and told halfway and "
                "at the end, in the built-in texts. Written by\n`make examples` from the templates; a test holds "
                "this page to them. Introductions: [examples.md](examples.md).\n");
    for (size_t i = 0; i < LANGUAGES; i++) {
        open_with_surveys(&opened[i]);
        run_examples(opened[i], languages[i], examples[i]);
    }
    for (size_t i = 0; i < EXAMPLES; i++)
        for (size_t j = 0; j < LANGUAGES; j++) {
            auto_text heading = TEXT_EMPTY, subject = TEXT_EMPTY;
            text_append_format(&heading, "%s%s", headings[i], named[j]);
            text_append_format(&subject, "Subject: %s", examples[j][i].subject);
            examples_append(&text, text_string(&heading), text_string(&subject), examples[j][i].plain);
        }
    examples_hold("docs/examples-surveys.md", &text);
    for (size_t i = 0; i < LANGUAGES; i++)
        fixture_close(&opened[i]);
}

/* ---- Growth ---- */

static int64_t steps_of(struct fixture *fixture) {
    int64_t sum = 0;
    for (sqlite3_stmt *each = NULL; (each = sqlite3_next_stmt(fixture->database->handle, each));)
        sum += sqlite3_stmt_status(each, SQLITE_STMTSTATUS_VM_STEP, true);
    return sum;
}

/* Goal: a reply costs the same however many there are, and a tally the same for each. */
static void test_growth(void **state) {
    static const size_t sizes[] = {100, 1000, 4000};
    double replies[COUNT_OF(sizes)], tallies[COUNT_OF(sizes)];
    (void)state;
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        void *opened;
        fixture_open(&opened);
        struct fixture *fixture = opened;
        struct event_cause cause = service_cause(&fixture->service, NULL);
        struct transaction transaction = TRANSACTION_NONE;
        struct outbox_row row = {.key = "x", .step = "x", .template_name = "x", .participant = 1, .expires_at = 1};
        bool is_new;
        assert_done(transaction_begin(fixture->database, &transaction, &error));
        assert_done(outbox_insert(fixture->database, &row, &cause, &row.id, &is_new, &error));
        for (size_t j = 0; j < sizes[i]; j++) {
            auto_arena passing = arena_new();
            const char *address = arena_format(passing, "p%zu@example.net", j);
            struct participant person = {.name = "Person",
                                         .address = address,
                                         .language = "en",
                                         .country = "SE",
                                         .time_zone = "Europe/Stockholm"};
            struct survey survey = {.name = "survey-middle",
                                    .partnership = fixture->partnership,
                                    .round = fixture->round,
                                    .outbox = row.id};
            const struct survey_value values[] = {{"often", "weekly"}, {"going", "5"}};
            assert_done(participants_add(fixture->database, &person, address, &cause, &survey.participant, &error));
            assert_done(surveys_ask(fixture->database, &survey, &cause, &error));
            survey.id = (int64_t)j + 1;
            if (j + 10 == sizes[i])
                steps_of(fixture);
            assert_done(surveys_answer(fixture->database, &survey, values, 2, "{}", &cause, &error));
        }
        assert_done(transaction_commit(&transaction, &error));
        replies[i] = (double)steps_of(fixture) / 10;
        struct survey_value_list list;
        assert_done(surveys_list_values(fixture->database, fixture->round, "survey-middle", sizes[i], fixture->arena,
                                        &list, &error));
        assert_int_equal(list.count, 2 * sizes[i]);
        tallies[i] = (double)steps_of(fixture) / (double)sizes[i];
        print_message("# %5zu replies: %.0f steps a reply, %.1f a reply in the tally\n", sizes[i], replies[i],
                      tallies[i]);
        fixture_close(&opened);
    }
    for (size_t i = 1; i < COUNT_OF(sizes); i++) {
        assert_true(replies[i] < 1.3 * replies[0]);
        assert_true(tallies[i] < 1.3 * tallies[0]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        survey_test(test_answer_and_correction),
        survey_test(test_unclear_once),
        survey_test(test_reminder),
        survey_test(test_no_reminder),
        survey_test(test_no_reminder_to_frozen),
        survey_test(test_words_and_others),
        survey_test(test_going_on),
        survey_test(test_neither_and_corrections),
        survey_test(test_mind_changed_in_time),
        survey_test(test_next_unclear),
        survey_test(test_closing_survey),
        cmocka_unit_test(test_random_histories),
        cmocka_unit_test(test_examples),
        cmocka_unit_test(test_growth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
