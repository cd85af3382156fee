/* Goal: whatever people, mail servers and processes do, a round's books balance: nothing is sent twice or lost, nothing
 * goes to those who left, are paused or on hold, nothing is sent too late. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <ftw.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "cli/demo_report.h"
#include "simulation/simulated_maildir.h"
#include "simulation/simulated_round.h"
#include "store/cases.h"
#include "store/notes.h"
#include "store/outbox.h"
#include "store/partnerships.h"

enum { PARTICIPANTS = 12, SEEDS = 5 };

static struct parser *parser;
static char folder[] = "/tmp/tandempost-simulation-XXXXXX";

static int start(void **state) {
    struct error error = ERROR_INIT;
    (void)state;
    parser = parser_start(&error);
    log_set_level(0);
    return parser && mkdtemp(folder) ? 0 : -1;
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *place) {
    (void)status, (void)type, (void)place;
    return remove(path);
}

static int stop(void **state) {
    (void)state;
    parser_stop(parser);
    return nftw(folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

static void run(struct simulated_round *round, uint64_t seed, enum simulated_cast cast, unsigned restarts) {
    struct error error = ERROR_INIT;
    struct simulated_round_settings settings = {
        .folder = folder, .seed = seed, .participants = PARTICIPANTS, .cast = cast, .restarts = restarts};
    if (!simulated_round_run(round, &settings, parser, &error))
        fail_msg("seed %" PRIu64 ": %s", seed, error.message);
}

static char *report(uint64_t seed) {
    struct simulated_round round;
    struct error error = ERROR_INIT;
    char *bytes = NULL;
    size_t length;
    bool good;
    run(&round, seed, SIMULATED_LIKE_A_PILOT, 0);
    FILE *file = open_memstream(&bytes, &length);
    assert_non_null(file);
    assert_true(demo_report_end(file, &round, false, &good, &error));
    fclose(file);
    assert_true(good);
    simulated_round_free(&round);
    return bytes;
}

static void test_same_seed(void **state) {
    /* Goal: the same seed gives the same report to the letter, another seed another one. */
    (void)state;
    auto_string first = report(7);
    auto_string second = report(7);
    auto_string other = report(8);
    assert_string_equal(first, second);
    assert_string_not_equal(first, other);
}

/* People apply in whatever style; nothing is taken for what it does not mean, what is not clear is asked again, and
 * whoever confirmed takes part and gets a partner. */
static void check_sign_up(const struct simulated_round *round) {
    const struct simulation_sign_up *closed = &round->sign_up, *sign_up = &round->accounts.sign_up;
    assert_int_equal(closed->take_part, PARTICIPANTS);
    assert_int_equal(round->partnerships, PARTICIPANTS / 2);
    assert_int_equal(sign_up->total.wrong, 0);
    assert_int_equal(sign_up->applied, PARTICIPANTS);
    assert_int_equal(sign_up->forms, PARTICIPANTS);
    assert_int_equal(sign_up->accepted, PARTICIPANTS);
    assert_true(sign_up->summaries >= PARTICIPANTS + sign_up->corrected);
    assert_true(sign_up->total.asked_again * 10 < sign_up->total.questions);
}

static void test_whole_round(void **state) {
    /* Goal: where nothing goes wrong, everything planned is sent but to those who are no longer there, once. */
    struct simulated_round round;
    (void)state;
    run(&round, 1, SIMULATED_LIKE_A_PILOT, 0);
    const struct simulation_account *total = &round.accounts.total;
    const struct simulation_letter_account *letters = &round.accounts.letters;
    const struct simulated_record *record = simulated_people_record(round.people);
    check_sign_up(&round);
    assert_true(round.accounts.balanced && round.finished);
    assert_int_equal(simulation_counts(round.simulation).faults, 0);
    assert_int_equal(total->due, PARTICIPANTS * 16 + round.care.rematched * 15);
    assert_true(total->sent > total->due * 7 / 10);
    assert_int_equal(round.accounts.twice + round.accounts.uncertain, 0);
    assert_true(record->letter_count > 20 && record->answer_count > 10);
    assert_true(round.care.silence_count >= 1 && round.care.silences[0].alerted_at);
    assert_int_equal(round.care.incident_leaks, 0);
    assert_true(round.care.unasked_most <= 2);
    size_t heard = 0;
    for (int i = 0; i < SIMULATED_OUTCOMES; i++)
        heard += round.outcomes[i].letters;
    /* Each letter that was passed on or copied is logged as a contact, once. */
    assert_true(letters->passed_on > 20);
    assert_int_equal(letters->held + letters->dropped + letters->open, 0);
    assert_int_equal(heard, letters->passed_on + letters->returned + letters->failed + letters->logged);
    simulated_round_free(&round);
}

static void close_again(struct simulated_round *round, const char *expected) {
    struct simulation_accounts accounts;
    struct error error = ERROR_INIT;
    assert_true(simulation_accounts_close(simulation_service(round->simulation), round->id, &round->plan,
                                          simulated_people_record(round->people), round->arena, &accounts, &error));
    assert_int_equal(accounts.balanced, expected == NULL);
    if (expected && !strstr(accounts.faults, expected))
        fail_msg("expected \"%s\" in\n%s", expected, accounts.faults);
}

static void test_books_find_faults(void **state) {
    /* Goal: books that balance say something: a mail that is missing, a letter's text that is left behind and an
     * answer, to a check-in or to the application form, that was misread are each found. */
    struct simulated_round round;
    struct error error = ERROR_INIT;
    int64_t id;
    (void)state;
    run(&round, 2, SIMULATED_LIKE_A_PILOT, 0);
    close_again(&round, NULL);
    struct simulated_record *record = (struct simulated_record *)(uintptr_t)simulated_people_record(round.people);
    struct simulated_answer *answer = record->answers;
    while (answer->digit == 0 || answer->digit > 4 || strcmp(answer->question, "check-in") != 0)
        answer++;
    answer->digit = answer->digit % 4 + 1;
    close_again(&round, "was noted");
    answer->digit = (answer->digit + 2) % 4 + 1;
    close_again(&round, NULL);
    record->letters[0].participant++;
    close_again(&round, "is a contact of somebody else");
    record->letters[0].participant--;
    const char **country = &record->applicants[0].sheet.meant[1], *meant = *country;
    *country = "IT";
    close_again(&round, "\"IT\", but ");
    *country = meant;
    record->applicants[0].confirmed = false;
    close_again(&round, "is taken on without having confirmed");
    record->applicants[0].confirmed = true;
    size_t unread = 0; /* by whoever opens no mail any more */
    while (!simulated_maildir_take_back(
        simulated_maildir_path(round.configuration.outgoing.maildir, record->applicants[unread].address, round.arena),
        &error))
        assert_true(++unread < record->applicant_count);
    close_again(&round, "0 copies lie in the Maildir");
    const struct note note = {.partnership = 1, .author = "kate", .at = 1, .text = "Is it quiet where you work?"};
    assert_true(notes_add(round.database, &note, &id, &error));
    close_again(&round, "is left in the database");
    simulated_round_free(&round);
}

static int64_t number_from(const char *variable, int64_t otherwise) {
    int64_t number = otherwise;
    const char *value = getenv(variable);
    return value && string_to_integer(value, &number) ? number : otherwise;
}

/* What all the rounds together went through: the tests are worth something only where this is not little. */
static struct {
    size_t rounds, due, sent, skipped, cancelled, held, failed, again, doubles, handed_over, received, restarts;
    size_t letters, passed_on, returned, refused, dropped, asked, understood, missed, open_cases;
    size_t questions, asked_again;
} totals;

static void add_up(const struct simulated_round *round) {
    const struct simulation_account *total = &round->accounts.total;
    const struct simulation_letter_account *letters = &round->accounts.letters;
    struct simulation_counts counts = simulation_counts(round->simulation);
    totals.rounds++;
    totals.due += total->due;
    totals.sent += total->sent;
    totals.skipped += total->skipped;
    totals.cancelled += total->cancelled;
    totals.held += total->held;
    totals.failed += total->failed;
    totals.again += round->accounts.uncertain;
    totals.doubles += round->accounts.twice;
    totals.handed_over += counts.handed_over;
    totals.received += counts.received;
    totals.restarts += counts.restarts;
    totals.letters += letters->written;
    totals.passed_on += letters->passed_on;
    totals.returned += letters->returned;
    totals.refused += letters->refused;
    totals.dropped += letters->dropped + letters->failed;
    totals.asked += letters->asked;
    totals.questions += round->accounts.sign_up.total.questions;
    totals.asked_again += round->accounts.sign_up.total.asked_again;
    for (size_t i = 0; i < SIMULATED_STYLES; i++) {
        totals.understood += round->accounts.styles[i].understood;
        totals.missed += round->accounts.styles[i].unheard;
    }
}

/* Whatever went wrong, coordinators are reminded of all that is open, and no mail to them came to nothing. */
static void check_cases(struct simulated_round *round, uint64_t seed) {
    auto_arena arena = arena_new();
    struct error error = ERROR_INIT;
    struct case_list open;
    struct outbox_list expired;
    enum outbox_state state = OUTBOX_EXPIRED;
    struct database *database = simulation_service(round->simulation)->database;
    assert_true(cases_list(database, &(struct case_filter){.open = true}, arena, &open, &error));
    for (size_t i = 0; i < open.count; i++)
        if (open.items[i].tell_at && open.items[i].tell_at < clock_now() - SECONDS_PER_DAY) /* or put off by one */
            fail_msg("seed %" PRIu64 ": of %s nobody was reminded", seed, open.items[i].key);
    assert_true(outbox_list(database, &(struct outbox_filter){.state = &state}, arena, &expired, &error));
    for (size_t i = 0; i < expired.count; i++)
        if (expired.items[i].coordinator)
            fail_msg("seed %" PRIu64 ": %s expired", seed, expired.items[i].key);
    totals.open_cases += open.count;
}

/* Who was brought together late in the round goes on after it. */
static bool somebody_goes_on(struct simulated_round *round) {
    auto_arena arena = arena_new();
    struct error error = ERROR_INIT;
    struct partnership_list list;
    bool goes_on = false;
    assert_true(partnerships_list(simulation_service(round->simulation)->database, &(struct partnership_filter){0},
                                  arena, &list, &error));
    for (size_t i = 0; i < list.count; i++)
        goes_on |= !partnership_is_over(list.items[i].state) && list.items[i].started_at > round->started_at + 86400;
    return goes_on;
}

static void check_round(uint64_t seed) {
    struct simulated_round round;
    run(&round, seed, SIMULATED_AT_RANDOM, (unsigned)(seed % 4) * 10);
    const char *faults = simulation_faults(round.simulation);
    bool over = round.finished && round.accounts.total.open == 0;
    if (!round.accounts.balanced || *faults || (!over && !somebody_goes_on(&round)))
        fail_msg("seed %" PRIu64 ": %zu still to come\n%s%s", seed, round.accounts.total.open, round.accounts.faults,
                 faults);
    if (round.sign_up.take_part != PARTICIPANTS || round.accounts.sign_up.total.wrong)
        fail_msg("seed %" PRIu64 ": %zu of %d take part, %zu answers to the form were taken for something else", seed,
                 round.sign_up.take_part, PARTICIPANTS, round.accounts.sign_up.total.wrong);
    if (round.accounts.twice > round.accounts.uncertain)
        fail_msg("seed %" PRIu64 ": %zu doubles", seed, round.accounts.twice);
    /* Each incoming mail was recorded once. */
    size_t to_programme = simulated_people_record(round.people)->to_programme;
    if (simulation_counts(round.simulation).received != to_programme)
        fail_msg("seed %" PRIu64 ": %zu mails to the programme, %zu recorded", seed, to_programme,
                 simulation_counts(round.simulation).received);
    add_up(&round);
    check_cases(&round, seed);
    if (getenv("SIMULATION_TELL")) {
        struct error error = ERROR_INIT;
        bool good;
        demo_report_end(stdout, &round, false, &good, &error);
    }
    simulated_round_free(&round);
}

static void test_random_rounds(void **state) {
    /* Goal: the invariants hold for every course of events: people who leave, pause, lose their address, partnerships
     * held and dissolved, a post office that fails in every way, processes that die at any moment. */
    uint64_t first = (uint64_t)number_from("SIMULATION_FIRST_SEED", 1);
    uint64_t count = (uint64_t)number_from("SIMULATION_SEEDS", SEEDS);
    (void)state;
    for (uint64_t seed = first; seed < first + count; seed++)
        check_round(seed);
    print_message("# %zu rounds: %zu due, %zu sent, %zu too late, %zu cancelled, %zu held, %zu failed\n"
                  "# %zu handed over, %zu sent again in doubt (%zu arrived twice), %zu received, %zu restarts\n"
                  "# %zu letters: %zu passed on (%zu after a question), %zu came back, %zu not passed on, %zu dropped\n"
                  "# %zu answers understood, %zu missed; of %zu to the application form %zu were asked again\n",
                  totals.rounds, totals.due, totals.sent, totals.skipped, totals.cancelled, totals.held, totals.failed,
                  totals.handed_over, totals.again, totals.doubles, totals.received, totals.restarts, totals.letters,
                  totals.passed_on, totals.asked, totals.returned, totals.refused, totals.dropped, totals.understood,
                  totals.missed, totals.questions, totals.asked_again);
    assert_true(totals.open_cases > 0);
    assert_true(totals.asked_again > 0);
    assert_true(totals.restarts > 0 && totals.again > 0 && totals.skipped > 0 && totals.cancelled > 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_seed),
        cmocka_unit_test(test_whole_round),
        cmocka_unit_test(test_books_find_faults),
        cmocka_unit_test(test_random_rounds),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
