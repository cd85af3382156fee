/* Goal: a message costs the sender few statements, pages and system calls. It counts them, not time. */
#include "fixture.h"

#include <fcntl.h>
#include <unistd.h>

#include "store/connection.h"

enum { PEOPLE = 600 };

/* A message, from its entry in the schedule to its recorded result. */
#define STATEMENTS_MOST 22.0
#define PAGES_MOST 2.0
#define CALLS_MOST 5.5 /* of SQLite's */

/* ---- Counting ---- */

static struct counts {
    int64_t statements, commits, pages, calls;
    sqlite3 *handle;
} counts;

static int count_statement(unsigned kind, void *context, void *statement, void *sql) {
    (void)kind, (void)context, (void)statement;
    counts.commits += string_equal(sql, "COMMIT");
    counts.statements++;
    return 0;
}

static ssize_t (*real_write)(int, const void *, size_t, off_t);
static ssize_t (*real_read)(int, void *, size_t, off_t);
static int (*real_fcntl)(int, int, ...);

static ssize_t counted_write(int file, const void *bytes, size_t length, off_t offset) {
    counts.calls++;
    return real_write(file, bytes, length, offset);
}

static ssize_t counted_read(int file, void *bytes, size_t length, off_t offset) {
    counts.calls++;
    return real_read(file, bytes, length, offset);
}

static int counted_fcntl(int file, int command, void *argument) {
    counts.calls++;
    return real_fcntl(file, command, argument);
}

static void count_call(const char *name, sqlite3_syscall_ptr counted, void *ret_real) {
    sqlite3_vfs *system = sqlite3_vfs_find(NULL);
    sqlite3_syscall_ptr real = system->xGetSystemCall(system, name);
    assert_non_null(real);
    memcpy(ret_real, &real, sizeof real);
    assert_int_equal(system->xSetSystemCall(system, name, counted), SQLITE_OK);
}

static void begin_counting(struct fixture *fixture) {
    counts = (struct counts){.handle = fixture->database->handle};
    sqlite3_trace_v2(counts.handle, SQLITE_TRACE_STMT, count_statement, NULL);
    int ignored;
    sqlite3_db_status(counts.handle, SQLITE_DBSTATUS_CACHE_WRITE, &ignored, &ignored, true);
}

static void end_counting(void) {
    int pages, ignored;
    sqlite3_db_status(counts.handle, SQLITE_DBSTATUS_CACHE_WRITE, &pages, &ignored, true);
    counts.pages = pages;
    sqlite3_trace_v2(counts.handle, 0, NULL, NULL);
}

/* ---- Sending ---- */

static void add_people(struct fixture *fixture, size_t first, size_t count) {
    for (size_t i = first; i < first + count; i++) {
        char address[40];
        snprintf(address, sizeof address, "p%zu@example.net", i);
        fixture_add(fixture, "Person", address, "SE", "Europe/Stockholm");
    }
}

static void test_costs_are_bounded(void **state) {
    struct fixture *fixture = *state;
    outgoing_free(fixture->outgoing); /* with a wire log, as the service has one */
    fixture->fake.connections = 10;
    fixture->outgoing = outgoing_new(&fixture->service, &fixture->fake.sender);
    assert_done(outgoing_keep_wire_log(fixture->outgoing, "wire-log", &error));
    assert_done(outgoing_recover(fixture->outgoing, &error));
    add_people(fixture, 0, PEOPLE);
    clock_advance_to(FIXTURE_START + SECONDS_PER_DAY + 8 * SECONDS_PER_HOUR);
    begin_counting(fixture);
    while (outgoing_count(fixture->outgoing) < PEOPLE)
        assert_done(outgoing_turn(fixture->outgoing, 0, -1, true, &error));
    end_counting();
    double sent = (double)(outgoing_count(fixture->outgoing));
    print_message("# of %.0f messages each: %.1f statements, %.2f commits, %.1f pages, %.1f system calls\n", sent,
                  (double)counts.statements / sent, (double)counts.commits / sent, (double)counts.pages / sent,
                  (double)counts.calls / sent);
    assert_true((double)counts.statements / sent < STATEMENTS_MOST);
    assert_true((double)counts.pages / sent < PAGES_MOST);
    assert_true((double)counts.calls / sent < CALLS_MOST);
}

static int open_on_disk(void **state) {
    return fixture_open_at(state, "tandempost.db");
}

int main(void) {
    char folder[] = "/tmp/test-sending-cost-XXXXXX";
    if (!mkdtemp(folder) || chdir(folder) != 0)
        return 1;
    count_call("pwrite64", (sqlite3_syscall_ptr)counted_write, &real_write);
    count_call("pread64", (sqlite3_syscall_ptr)counted_read, &real_read);
    count_call("fcntl", (sqlite3_syscall_ptr)counted_fcntl, &real_fcntl);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_costs_are_bounded, open_on_disk, fixture_close),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    unlink("tandempost.db");
    unlink("wire-log");
    rmdir(folder);
    return failed;
}
