#pragma once
/* A sandbox whose work is to misbehave as it is told. */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include <dirent.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>

#include "base/clock.h"
#include "base/descriptor.h"
#include "base/memory.h"
#include "net/sandbox.h"
#include "net/sandbox_jail.h"
#include "net/sandbox_worker.h"
#include "patience.h"

/* Nothing here ends by time: what must is given a sandbox with less of it. */
enum { ENDLESS_MS = 24 * 3600 * 1000, KERNEL_MS = 400 };
static const struct sandbox_limits limits = {
    .memory = 64 << 20, .user_ms = ENDLESS_MS, .wall_ms = ENDLESS_MS, .answer_max = 1 << 20};

/* Memory that the test shares with its workers. */
static struct {
    _Atomic bool waits; /* a worker is in the item "wait" ... */
    _Atomic bool go_on; /* ... until this is set */
} * shared;

static int prepared;

static inline void prepare(void) {
    prepared = 1;
}

static inline int64_t used_ms(clockid_t clock) {
    struct timespec used;
    assert_int_equal(clock_gettime(clock, &used), 0);
    return used.tv_sec * 1000 + used.tv_nsec / 1000000;
}

/* Has the kernel work for this process, for longer than KERNEL_MS. */
static inline void use_kernel(void) {
    const clockid_t user = (clockid_t)(~0u << 3 | 1);
    static char bytes[1 << 20];
    while (used_ms(CLOCK_PROCESS_CPUTIME_ID) - used_ms(user) < KERNEL_MS)
        (void)!getrandom(bytes, sizeof bytes, 0);
}

/* Does what the item's first word says; the settings and the item come back otherwise. */
static inline void work(const char *settings, size_t settings_length, const char *bytes, size_t length,
                        struct text *answer) {
    char word[32] = "";
    memcpy(word, bytes, length < sizeof word - 1 ? length : sizeof word - 1);
    volatile unsigned long spin = 0;
    if (strcmp(word, "crash") == 0)
        __builtin_trap();
    if (strcmp(word, "spin") == 0)
        for (;;)
            spin = spin + 1;
    if (strcmp(word, "kernel") == 0)
        use_kernel();
    if (strcmp(word, "eat") == 0)
        for (;;)
            memset(memory_new(1 << 20), 1, 1 << 20);
    if (strcmp(word, "talk") == 0)
        for (int i = 0; i < 300000; i++)
            text_append(answer, "blah");
    if (strcmp(word, "socket") == 0)
        socket(AF_INET, SOCK_STREAM, 0);
    if (strcmp(word, "fork") == 0)
        fork();
    if (strcmp(word, "execute") == 0)
        mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (strcmp(word, "kill") == 0)
        kill(getppid(), SIGKILL);
    if (strcmp(word, "open") == 0)
        text_append_format(answer, "%d ", open("/etc/passwd", O_RDONLY));
    if (strcmp(word, "exit") == 0)
        _exit(0);
    text_append_format(answer, "%d ", prepared);
    text_append_bytes(answer, settings, settings_length);
    text_append_bytes(answer, bytes, length);
}

static inline void pause_ms(long milliseconds) {
    static const int never = 0;
    const struct timespec time = {milliseconds / 1000, milliseconds % 1000 * 1000000};
    syscall(SYS_futex, &never, FUTEX_WAIT, 0, &time, NULL, 0); /* the one way to wait that a worker has */
}

/* What a worker could do that a mail has taken over: write answers of its own making. */
static inline void lie(const char *word) {
    const int answers = 3;
    struct sandbox_frame frame = {.length = 5};
    if (strcmp(word, "lie-index") == 0)
        frame.index = 77;
    else if (strcmp(word, "lie-length") == 0)
        frame.length = UINT64_MAX;
    else if (strcmp(word, "lie-failed") == 0)
        frame.failed = 1;
    else if (strcmp(word, "dribble") == 0)
        frame.length = limits.answer_max;
    descriptor_write(answers, &frame, sizeof frame);
    while (strcmp(word, "dribble") == 0) {
        descriptor_write(answers, "x", 1);
        pause_ms(10);
    }
    descriptor_write(answers, "extra", 5);
}

static inline void work_or_lie(const char *settings, size_t settings_length, const char *bytes, size_t length,
                               struct text *answer) {
    char word[32] = "";
    memcpy(word, bytes, length < sizeof word - 1 ? length : sizeof word - 1);
    shared->waits = strcmp(word, "wait") == 0;
    while (shared->waits && !shared->go_on)
        pause_ms(5);
    if (strncmp(word, "lie-", 4) == 0 || strcmp(word, "dribble") == 0)
        lie(word);
    work(settings, settings_length, bytes, length, answer);
}

static const struct sandbox_task task = {prepare, work_or_lie};

/* The group's setup. */
static inline int share(void **state) {
    (void)state;
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return shared == MAP_FAILED ? -1 : 0;
}

static inline struct sandbox *start_with(const struct sandbox_limits *some) {
    struct error error = ERROR_INIT;
    shared->waits = shared->go_on = false;
    struct sandbox *sandbox = sandbox_start(&task, some, &error);
    assert_non_null(sandbox);
    return sandbox;
}

static inline int start(void **state) {
    *state = start_with(&limits);
    return 0;
}

static inline int stop(void **state) {
    sandbox_stop(*state);
    return 0;
}

static inline void run(struct sandbox *sandbox, const char *const *items, size_t count,
                       struct sandbox_output *outputs) {
    struct sandbox_input inputs[300];
    struct error error = ERROR_INIT;
    for (size_t i = 0; i < count; i++)
        inputs[i] = (struct sandbox_input){items[i], strlen(items[i])};
    if (!sandbox_run(sandbox, "S:", 2, inputs, count, outputs, &error))
        fail_msg("%s", error.message);
}
