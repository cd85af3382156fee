#include "test.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/descriptor.h"
#include "base/memory.h"

static int ends[2];

static void open_pipe(void) {
    assert_int_equal(pipe(ends), 0);
}

/* Goal: exactly MOST bytes are read, one more is EFBIG, and what stood in the text before does not count. */
static void test_bound(void **state) {
    (void)state;
    for (size_t most = 4; most <= 5; most++) {
        auto_text bytes = TEXT_EMPTY;
        text_append(&bytes, "before ");
        open_pipe();
        assert_true(descriptor_write(ends[1], "12345", 5));
        close(ends[1]);
        errno = 0;
        bool read = descriptor_read(ends[0], most, &bytes);
        assert_int_equal(read, most == 5);
        if (read)
            assert_string_equal(text_string(&bytes), "before 12345");
        else
            assert_int_equal(errno, EFBIG);
        close(ends[0]);
    }
}

/* Goal: what can't be read or written is told with its reason. */
static void test_failing(void **state) {
    (void)state;
    auto_text bytes = TEXT_EMPTY;
    errno = 0;
    assert_false(descriptor_read(-1, 10, &bytes));
    assert_int_equal(errno, EBADF);
    errno = 0;
    assert_false(descriptor_read_file("/nonexistent/file", 10, &bytes));
    assert_int_equal(errno, ENOENT);
    assert_false(descriptor_read_file("/", 10, &bytes));
    assert_int_equal(errno, EISDIR);
    signal(SIGPIPE, SIG_IGN);
    open_pipe();
    close(ends[0]);
    errno = 0;
    assert_false(descriptor_write(ends[1], "x", 1));
    assert_int_equal(errno, EPIPE);
    close(ends[1]);
}

static volatile sig_atomic_t interruptions;

static void count_interruption(int number) {
    (void)number;
    interruptions++;
}

/* A signal every two milliseconds that interrupts system calls, or no more. */
static void interrupt(bool on) {
    struct sigaction action = {.sa_handler = count_interruption}; /* without SA_RESTART */
    struct itimerval timer = {{0}, {0}};
    if (on)
        timer.it_interval.tv_usec = timer.it_value.tv_usec = 2000;
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &timer, NULL);
}

/* Goal: more than a pipe holds passes whole through a slow reader and signals in between, on both sides. */
static void test_interrupted(void **state) {
    (void)state;
    enum { LENGTH = 300000 };
    auto_text sent = TEXT_EMPTY, received = TEXT_EMPTY;
    for (int i = 0; sent.length < LENGTH; i++)
        text_append_format(&sent, "%d ", i);
    open_pipe();
    pid_t child = fork();
    if (child == 0) {
        interrupt(true);
        bool written = descriptor_write(ends[1], sent.bytes, sent.length);
        interrupt(false);
        usleep(20000); /* the reader waits for the end meanwhile */
        _exit(written && interruptions > 0 ? 0 : 1);
    }
    close(ends[1]);
    for (int waiting = 0; waiting < 65536; usleep(1000)) /* until the pipe is full */
        assert_int_equal(ioctl(ends[0], FIONREAD, &waiting), 0);
    usleep(20000); /* the writer waits meanwhile */
    interrupt(true);
    bool read = descriptor_read(ends[0], 2 * LENGTH, &received);
    interrupt(false);
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    close(ends[0]);
    assert_true(read);
    assert_int_equal(status, 0);
    assert_true(interruptions > 0);
    assert_int_equal(received.length, sent.length);
    assert_memory_equal(received.bytes, sent.bytes, sent.length);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bound),
        cmocka_unit_test(test_failing),
        cmocka_unit_test(test_interrupted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
