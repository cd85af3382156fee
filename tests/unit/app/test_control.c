/* Goal: over the line between the supervisor and a worker each side hears what the other says: signs of life, changes
 * of the database, the end; and a line that nobody reads, or that is not there, stops nobody. */
#include "test.h"

#include <sys/socket.h>
#include <unistd.h>

#include "app/control.h"

struct line {
    int supervisor;
    struct control worker;
};

static struct line open_line(void) {
    int ends[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    return (struct line){ends[0], {.fd = ends[1]}};
}

static void close_line(struct line *line) {
    close(line->supervisor);
    close(line->worker.fd);
}

static void sign_of_life_is_no_change(void **state) {
    (void)state;
    struct line line = open_line();
    bool changed = false;
    assert_false(control_heard(line.supervisor, &changed));
    control_beat(&line.worker);
    assert_true(control_heard(line.supervisor, &changed));
    assert_false(changed);
    assert_false(control_heard(line.supervisor, &changed));
    close_line(&line);
}

static void workers_change_is_heard(void **state) {
    (void)state;
    struct line line = open_line();
    bool changed = false;
    control_beat(&line.worker);
    control_tell_changed(&line.worker);
    control_beat(&line.worker);
    assert_true(control_heard(line.supervisor, &changed));
    assert_true(changed);
    changed = false;
    assert_false(control_heard(line.supervisor, &changed));
    assert_false(changed);
    close_line(&line);
}

/* A supervisor that is busy for long hears of it when it looks, and the worker goes on meanwhile. */
static void full_line_keeps_the_word(void **state) {
    (void)state;
    struct line line = open_line();
    bool changed = false;
    for (int i = 0; i < 1000000; i++)
        control_tell_changed(&line.worker);
    assert_true(control_heard(line.supervisor, &changed));
    assert_true(changed);
    close_line(&line);
}

static void without_a_line_nothing_is_said(void **state) {
    (void)state;
    struct control none = {.fd = -1};
    control_tell_changed(&none);
    control_tell_changed(NULL);
    control_read(&none);
    assert_false(none.stop);
}

static void worker_hears_change_and_end(void **state) {
    (void)state;
    struct line line = open_line();
    assert_true(control_say_changed(line.supervisor));
    control_read(&line.worker);
    assert_true(line.worker.changed);
    assert_false(line.worker.stop);
    close(line.supervisor);
    control_read(&line.worker);
    assert_true(line.worker.stop);
    close(line.worker.fd);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sign_of_life_is_no_change),   cmocka_unit_test(workers_change_is_heard),
        cmocka_unit_test(full_line_keeps_the_word),    cmocka_unit_test(without_a_line_nothing_is_said),
        cmocka_unit_test(worker_hears_change_and_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
