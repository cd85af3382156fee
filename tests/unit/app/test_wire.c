/* Goal: what is claimed beyond what connections take is neither lost, nor sent twice, nor sent to whom it should not,
 * whatever dies when. */
#include "fixture.h"

#include <aio.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "app/wire.h"
#include "base/descriptor.h"
#include "store/events.h"
#include "store/settings.h"

#define LOG "wire-log"
#define DATABASE "tandempost.db"
enum { PEOPLE = 300, CONNECTIONS = 4 };

/* ---- A disk that keeps what was brought to it, as a power cut would leave it ---- */

#define CUT "cut.db"

static void copy_file(const char *from, const char *to) {
    auto_text bytes = TEXT_EMPTY;
    assert_true(descriptor_read_file(from, 1 << 26, &bytes));
    int file = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_int_equal(write(file, bytes.bytes, bytes.length), bytes.length);
    close(file);
}

static bool disk_busy, power_fails;

/* Instead of the C library's: the disk has taken it only when somebody waits for that. */
int aio_fsync(int operation, struct aiocb *request) {
    (void)operation, (void)request;
    disk_busy = true;
    if (power_fails) {
        copy_file(DATABASE, "next");
        copy_file(DATABASE "-wal", "next-wal");
    }
    return 0;
}

int aio_suspend(const struct aiocb *const *requests, int count, const struct timespec *timeout) {
    (void)requests, (void)count, (void)timeout;
    disk_busy = false;
    if (power_fails) {
        assert_int_equal(rename("next", CUT), 0);
        assert_int_equal(rename("next-wal", CUT "-wal"), 0);
    }
    return 0;
}

int aio_error(const struct aiocb *request) {
    (void)request;
    return disk_busy && power_fails ? EINPROGRESS : 0;
}

ssize_t aio_return(struct aiocb *request) {
    (void)request;
    return 0;
}

/* ---- The sender with a full batch ---- */

static void open_logged(struct fixture *fixture) {
    outgoing_free(fixture->outgoing);
    fixture->fake.connections = CONNECTIONS;
    fixture->fake.waiting_count = 0;
    fixture->fake.silent = false;
    fixture->outgoing = outgoing_new(&fixture->service, &fixture->fake.sender);
    assert_done(outgoing_keep_wire_log(fixture->outgoing, LOG, &error));
    assert_done(outgoing_recover(fixture->outgoing, &error));
}

/* Mail for all is due, some is sent, and the server has just fallen silent: CONNECTIONS messages are with it, and more
 * are claimed. */
static int open_with_full_batch(void **state) {
    unlink(LOG);
    unlink(DATABASE);
    assert_int_equal(fixture_open_at(state, DATABASE), 0);
    struct fixture *fixture = *state;
    open_logged(fixture);
    for (size_t i = 0; i < PEOPLE; i++) {
        char address[40];
        snprintf(address, sizeof address, "p%zu@example.net", i);
        fixture_add(fixture, "Person", address, "SE", "Europe/Stockholm");
    }
    clock_advance_to(FIXTURE_START + SECONDS_PER_DAY + 8 * SECONDS_PER_HOUR);
    while (outgoing_count(fixture->outgoing) < 20)
        assert_done(outgoing_turn(fixture->outgoing, 0, -1, true, &error));
    fixture->fake.silent = true;
    for (int i = 0; i < 3; i++)
        assert_done(outgoing_turn(fixture->outgoing, 0, -1, true, &error));

    assert_int_equal(fixture->fake.waiting_count, CONNECTIONS);
    assert_true(fixture_count_state(fixture, OUTBOX_SENDING) > 2 * CONNECTIONS);
    return 0;
}

static size_t count_events(struct fixture *fixture, const char *what) {
    struct event_list events;
    size_t count = 0;
    assert_done(events_list(fixture->database, &(struct event_filter){0}, fixture->arena, &events, &error));
    for (size_t i = 0; i < events.count; i++)
        count += string_equal(events.items[i].what, what);
    return count;
}

static void check_all_sent(struct fixture *fixture, size_t again) {
    fixture_turns(fixture);
    fixture_turns(fixture);
    size_t twice = 0;
    for (size_t i = 0; i < PEOPLE; i++) {
        char address[40];
        snprintf(address, sizeof address, "p%zu@example.net", i);
        size_t count = fixture_count(fixture, address, NULL);
        assert_in_range(count, 1, 2);
        twice += count == 2;
    }
    assert_int_equal(twice, again);
    assert_int_equal(fixture_count_state(fixture, OUTBOX_SENDING), 0);
}

/* Goal: killed with the batch full, what no connection had is sent as if nothing had been, with its attempts uncounted;
 * uncertain is what connections had. */
static void test_killed(void **state) {
    struct fixture *fixture = *state;
    open_logged(fixture);
    assert_int_equal(count_events(fixture, "outbox sending -> uncertain"), CONNECTIONS);
    check_all_sent(fixture, CONNECTIONS);
    struct outbox_list rows;
    size_t second = 0;
    assert_done(outbox_list(fixture->database, &(struct outbox_filter){0}, fixture->arena, &rows, &error));
    for (size_t i = 0; i < rows.count; i++)
        second += rows.items[i].attempts > 1;
    assert_int_equal(second, CONNECTIONS);
}

/* Goal: results that came and were not committed when the process died are recorded at the next start. */
static void test_killed_with_results(void **state) {
    struct fixture *fixture = *state;
    struct wire_log *log;
    assert_done(wire_log_open(LOG, &log, &error));
    for (size_t i = 0; i < fixture->fake.waiting_count; i++)
        wire_log_note_result(log, &(struct send_result){.id = fixture->fake.waiting[i], .code = 250});
    wire_log_close(log);
    open_logged(fixture);
    assert_int_equal(fixture_count_state(fixture, OUTBOX_SENT), fixture->fake.started);
    assert_int_equal(count_events(fixture, "outbox sending -> uncertain"), 0);
    check_all_sent(fixture, 0);
}

static void check_all_uncertain(struct fixture *fixture) {
    size_t claimed = fixture_count_state(fixture, OUTBOX_SENDING);
    open_logged(fixture);
    assert_int_equal(count_events(fixture, "outbox sending -> uncertain"), claimed);
}

/* Goal: after a power cut nobody can know of anything that was claimed: the wire log is of another boot, or gone. */
static void test_power_cut(void **state) {
    int file = open(LOG, O_WRONLY | O_CLOEXEC);
    assert_int_equal(pwrite(file, "another boot's identifier", 25, 8), 25);
    close(file);
    check_all_uncertain(*state);
}

static void test_log_is_gone(void **state) {
    unlink(LOG);
    check_all_uncertain(*state);
}

/* Goal: a database of an earlier moment, put in this one's place, is not judged by what happened since. */
static void test_older_database(void **state) {
    struct fixture *fixture = *state;
    int64_t number;
    assert_done(settings_get_integer(fixture->database, "exchange", 0, &number, &error));
    assert_done(settings_set_integer(fixture->database, "exchange", number - 1, &error));
    check_all_uncertain(fixture);
}

/* Goal: killed between the commit of claims and the moment when the log bears its number. */
static void test_killed_after_commit(void **state) {
    struct fixture *fixture = *state;
    int64_t number;
    assert_done(settings_get_integer(fixture->database, "exchange", 0, &number, &error));
    assert_done(settings_set_integer(fixture->database, "exchange", number + 1, &error));
    open_logged(fixture);
    assert_int_equal(count_events(fixture, "outbox sending -> uncertain"), CONNECTIONS);
    check_all_sent(fixture, CONNECTIONS);
}

/* Goal: while the server can't be used what is claimed is not tried against it, one after the other. */
static void test_server_goes(void **state) {
    struct fixture *fixture = *state;
    size_t started = fixture->fake.started;
    fixture->fake.outcome = SEND_UNAVAILABLE;
    fixture->fake.silent = false;
    for (int i = 0; i < 10; i++)
        assert_done(outgoing_turn(fixture->outgoing, 0, -1, true, &error));
    assert_true(fixture->fake.started <= started + CONNECTIONS);
    assert_int_equal(fixture_count_state(fixture, OUTBOX_SENDING), 0);
    fixture->fake.outcome = SEND_ACCEPTED;
    fixture_pass(fixture, SECONDS_PER_DAY);
    assert_int_equal(fixture_count_state(fixture, OUTBOX_QUEUED), 0);
}

/* Goal: a pause counts that comes, from another process, after the claim and before a connection has the message. */
static void test_paused_after_claim(void **state) {
    struct fixture *fixture = *state;
    auto_database other = NULL;
    enum outbox_state sending = OUTBOX_SENDING;
    struct event_cause cause = service_cause(&fixture->service, "test");
    struct outbox_list rows;
    struct outbox_row row;
    assert_done(
        outbox_list(fixture->database, &(struct outbox_filter){.state = &sending}, fixture->arena, &rows, &error));
    int64_t last = rows.items[rows.count - 1].id, paused = rows.items[rows.count - 1].participant;
    assert_done(database_open(DATABASE, DATABASE_READ_WRITE, &other, &error));
    assert_done(participants_set_state(other, paused, PARTICIPANT_PAUSED, &cause, &error));
    fixture->fake.silent = false;
    fixture_turns(fixture);
    assert_done(outbox_find(fixture->database, last, fixture->arena, &row, &error));
    assert_int_equal(row.state, OUTBOX_HELD);
    for (size_t i = 0; i < fixture->fake.started; i++)
        assert_int_not_equal(fixture->fake.letters[i].id, last);
    assert_int_equal(fixture_count_state(fixture, OUTBOX_SENDING), 0);
}

/* Goal: a polite stop leaves nothing claimed that no connection has. */
static void test_stop(void **state) {
    struct fixture *fixture = *state;
    struct control control = {.fd = -1, .stop = true};
    fixture->fake.silent = false;
    outgoing_loop(fixture->outgoing, &control);
    assert_int_equal(fixture_count_state(fixture, OUTBOX_SENDING), 0);
    open_logged(fixture);
    check_all_sent(fixture, 0);
}

/* Goal: commits need not wait for the disk, but no connection gets what a power cut could still undo. */
static void test_not_on_disk(void **state) {
    struct fixture *fixture = *state;
    size_t started = fixture->fake.started, count;
    struct wire wire;
    struct wire_claim claim = {.request = {.id = 1, .recipient = "a@b.test", .envelope_from = "", .bytes = ""},
                               .arena = arena_new()};
    fixture->fake.waiting_count = 0;
    wire_begin(&wire, &fixture->service, &fixture->fake.sender, CONNECTIONS);
    assert_done(database_sync_later(fixture->database, &error));
    assert_done(settings_set_integer(fixture->database, "exchange", 1, &error));
    assert_done(database_data_version(fixture->database, &claim.version, &error));
    wire_committed(&wire, 0, &claim, 1, false);
    assert_done(wire_pump(&wire, 1, -1, &count, &error));
    assert_int_equal(fixture->fake.started, started);
    assert_done(database_sync_begin(fixture->database, &error));
    assert_done(wire_pump(&wire, 1, -1, &count, &error));
    assert_int_equal(fixture->fake.started, started + 1);
    wire_end(&wire);
}

static void cut_power(struct fixture *fixture) {
    power_fails = false;
    outgoing_free(steal(fixture->outgoing));
    service_close(&fixture->service);
    database_close(steal(fixture->database));
    unlink(LOG);
    disk_busy = false;
    assert_int_equal(rename(CUT, DATABASE), 0);
    assert_int_equal(rename(CUT "-wal", DATABASE "-wal"), 0);
    assert_done(database_open(DATABASE, DATABASE_READ_WRITE, &fixture->database, &error));
    assert_done(service_open(&fixture->service, &fixture->configuration, fixture->database, "daemon", &error));
    open_logged(fixture);
    assert_done(database_sync_later(fixture->database, &error));
}

static bool was_uncertain(struct fixture *fixture, int64_t outbox) {
    struct event_list events;
    bool was = false;
    assert_done(
        events_list(fixture->database, &(struct event_filter){.outbox = outbox}, fixture->arena, &events, &error));
    for (size_t i = 0; i < events.count; i++)
        was |= string_equal(events.items[i].what, "outbox sending -> uncertain");
    return was;
}

/* Goal: a power cut that takes the last commits with it loses no message, and doubles none but what is uncertain then.
 */
static void test_power_cut_undoes_commits(void **state) {
    struct fixture *fixture = *state;
    struct outbox_list rows;
    size_t twice = 0;
    fixture->fake.silent = false;
    assert_done(database_sync_later(fixture->database, &error));
    for (int cut = 2; cut <= 4; cut++) {
        power_fails = true;
        for (int i = 0; i < cut; i++)
            assert_done(outgoing_turn(fixture->outgoing, 0, -1, true, &error));
        cut_power(fixture);
    }
    fixture_turns(fixture);
    fixture_turns(fixture);
    assert_done(outbox_list(fixture->database, &(struct outbox_filter){0}, fixture->arena, &rows, &error));
    assert_true(rows.count >= PEOPLE);
    for (size_t i = 0; i < rows.count; i++) {
        const struct outbox_row *row = &rows.items[i];
        size_t count = 0;
        for (size_t j = 0; j < fixture->fake.started; j++)
            count += fixture->fake.letters[j].id == row->id;
        bool waits = row->state == OUTBOX_QUEUED && count == 0; /* for its morning */
        assert_true(waits || row->state == OUTBOX_SENT || row->state == OUTBOX_HELD);
        assert_true(waits || (row->state == OUTBOX_SENT && count == 1) || was_uncertain(fixture, row->id));
        assert_in_range(count, row->state == OUTBOX_SENT, 2);
        twice += count == 2;
    }
    assert_true(twice > 0);
}

int main(void) {
    char folder[] = "/tmp/test-wire-XXXXXX";
    if (!mkdtemp(folder) || chdir(folder) != 0)
        return 1;
#define with_full_batch(function) cmocka_unit_test_setup_teardown(function, open_with_full_batch, fixture_close)
    const struct CMUnitTest tests[] = {
        with_full_batch(test_killed),
        with_full_batch(test_killed_with_results),
        with_full_batch(test_power_cut),
        with_full_batch(test_log_is_gone),
        with_full_batch(test_older_database),
        with_full_batch(test_killed_after_commit),
        with_full_batch(test_server_goes),
        with_full_batch(test_paused_after_claim),
        with_full_batch(test_stop),
        with_full_batch(test_not_on_disk),
        with_full_batch(test_power_cut_undoes_commits),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    unlink(LOG);
    unlink(DATABASE);
    unlink(CUT);
    unlink(CUT "-wal");
    rmdir(folder);
    return failed;
}
