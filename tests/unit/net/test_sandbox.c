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
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/memory.h"
#include "net/sandbox.h"

static int prepared;

static void prepare(void) {
    prepared = 1;
}

/* Does what the item's first word says; the settings and the item come back otherwise. */
static void work(const char *settings, size_t settings_length, const char *bytes, size_t length, struct text *answer) {
    char word[32] = "";
    memcpy(word, bytes, length < sizeof word - 1 ? length : sizeof word - 1);
    volatile unsigned long spin = 0;
    if (strcmp(word, "crash") == 0)
        __builtin_trap();
    if (strcmp(word, "spin") == 0)
        for (;;)
            spin = spin + 1;
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

static const struct sandbox_task task = {prepare, work};
static const struct sandbox_limits limits = {.memory = 64 << 20, .cpu_ms = 100, .wall_ms = 5000, .answer_max = 1 << 20};

static int start(void **state) {
    struct error error = ERROR_INIT;
    *state = sandbox_start(&task, &limits, &error);
    return *state ? 0 : -1;
}

static int stop(void **state) {
    sandbox_stop(*state);
    return 0;
}

static void run(struct sandbox *sandbox, const char *const *items, size_t count, struct sandbox_output *outputs) {
    struct sandbox_input inputs[300];
    struct error error = ERROR_INIT;
    for (size_t i = 0; i < count; i++)
        inputs[i] = (struct sandbox_input){items[i], strlen(items[i])};
    if (!sandbox_run(sandbox, "S:", 2, inputs, count, outputs, &error))
        fail_msg("%s", error.message);
}

static void test_answers(void **state) {
    /* Goal: every item gets its own answer, in order, over several batches, and none of it is from an unready worker.
     */
    static const char *const items[300] = {"one", "", "three"};
    const char *all[300];
    struct sandbox_output outputs[300];
    for (size_t i = 0; i < COUNT_OF(all); i++)
        all[i] = items[i] ? items[i] : "more";
    run(*state, all, COUNT_OF(all), outputs);
    assert_string_equal(outputs[0].bytes, "1 S:one");
    assert_string_equal(outputs[1].bytes, "1 S:");
    assert_string_equal(outputs[299].bytes, "1 S:more");
    assert_int_equal(prepared, 0);
    sandbox_output_free(outputs, COUNT_OF(outputs));
}

static void test_guilty_alone(void **state) {
    /* Goal: an item that ends its worker comes back as failed with the reason; its neighbours are answered. */
    static const struct {
        const char *item, *reason;
    } bad[] = {{"crash", "the parser crashed with signal 4"},   {"spin", "the parser ran out of time"},
#ifndef __SANITIZE_ADDRESS__
               {"eat", "the parser ran out of memory"},
#endif
               {"talk", "the parser had too much to say"},      {"socket", "the parser tried what it may not do"},
               {"fork", "the parser tried what it may not do"}, {"execute", "the parser tried what it may not do"},
               {"kill", "the parser tried what it may not do"}, {"exit", "the parser ended without an answer"}};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        const char *items[] = {"before", bad[i].item, "between", bad[i].item, bad[i].item, "after"};
        struct sandbox_output outputs[COUNT_OF(items)];
        run(*state, items, COUNT_OF(items), outputs);
        for (size_t j = 0; j < COUNT_OF(items); j++) {
            bool guilty = strcmp(items[j], bad[i].item) == 0;
            assert_int_equal(outputs[j].bytes == NULL, guilty);
            assert_int_equal(outputs[j].reason[0] != '\0', guilty);
            if (guilty && bad[i].reason)
                assert_string_equal(outputs[j].reason, bad[i].reason);
        }
        sandbox_output_free(outputs, COUNT_OF(outputs));
    }
}

static void test_no_files(void **state) {
    /* Goal: a worker that tries to open a file is told that there is none. */
    const char *items[] = {"open"};
    struct sandbox_output output;
    run(*state, items, 1, &output);
    assert_string_equal(output.bytes, "-1 1 S:open");
    sandbox_output_free(&output, 1);
}

static void test_large(void **state) {
    /* Goal: an item larger than any pipe passes through. */
    auto_text large = TEXT_EMPTY;
    while (large.length < 900000)
        text_append(&large, "0123456789");
    const char *items[] = {text_string(&large)};
    struct sandbox_output output;
    run(*state, items, 1, &output);
    assert_int_equal(output.length, large.length + 4);
    assert_string_equal(output.bytes + 4, text_string(&large));
    sandbox_output_free(&output, 1);
}

static void test_shared(void **state) {
    /* Goal: processes that inherited the sandbox use it at once, and one that dies leaves nothing behind for the
     * others. */
    pid_t children[4];
    for (size_t i = 0; i < COUNT_OF(children); i++) {
        children[i] = fork();
        if (children[i] == 0) {
            for (int round = 0; round < 10; round++) {
                char item[32];
                snprintf(item, sizeof item, "%zu-%d", i, round);
                const struct sandbox_input input = {item, strlen(item)};
                struct sandbox_output output;
                struct error error = ERROR_INIT;
                if (i == 3 && round == 5)
                    alarm(1);
                const struct sandbox_input endless = {"spin", 4};
                if (i == 3 && round == 5 && sandbox_run(*state, "", 0, &endless, 1, &output, &error))
                    raise(SIGKILL);
                if (!sandbox_run(*state, "", 0, &input, 1, &output, &error) || !output.bytes ||
                    strcmp(output.bytes + 2, item) != 0)
                    _exit(1);
                sandbox_output_free(&output, 1);
            }
            _exit(0);
        }
    }
    for (size_t i = 0; i < COUNT_OF(children); i++) {
        int status;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_int_equal(i == 3 ? WIFSIGNALED(status) : (WIFEXITED(status) && WEXITSTATUS(status) == 0), 1);
    }
    const char *items[] = {"still there"};
    struct sandbox_output output;
    run(*state, items, 1, &output);
    assert_string_equal(output.bytes, "1 S:still there");
    sandbox_output_free(&output, 1);
}

static void test_letting_go(void **state) {
    /* Goal: a process that inherited the sandbox can let go of it without ending it for its starter. */
    pid_t child = fork();
    if (child == 0) {
        sandbox_stop(*state);
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    const char *items[] = {"x"};
    struct sandbox_output output;
    run(*state, items, 1, &output);
    assert_string_equal(output.bytes, "1 S:x");
    sandbox_output_free(&output, 1);
}

static void test_keeper_gone(void **state) {
    /* Goal: without its keeper the sandbox fails at once, with an error, and is still stopped cleanly. */
    char path[64], children[64] = "";
    snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    assert_non_null(fgets(children, sizeof children, file));
    fclose(file);
    pid_t keeper = (pid_t)strtol(children, NULL, 10);
    assert_true(keeper > 0);
    assert_int_equal(kill(keeper, SIGKILL), 0);
    while (waitid(P_PID, (id_t)keeper, &(siginfo_t){0}, WEXITED | WNOWAIT) < 0)
        ;
    const struct sandbox_input input = {"x", 1};
    struct sandbox_output output;
    struct error error = ERROR_INIT;
    assert_false(sandbox_run(*state, "", 0, &input, 1, &output, &error));
    assert_int_equal(error.class, ERROR_TEMPORARY);
    assert_null(output.bytes);
    sandbox_stop(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_answers, start, stop),
        cmocka_unit_test_setup_teardown(test_guilty_alone, start, stop),
        cmocka_unit_test_setup_teardown(test_no_files, start, stop),
        cmocka_unit_test_setup_teardown(test_large, start, stop),
        cmocka_unit_test_setup_teardown(test_shared, start, stop),
        cmocka_unit_test_setup_teardown(test_letting_go, start, stop),
        cmocka_unit_test_setup_teardown(test_keeper_gone, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
