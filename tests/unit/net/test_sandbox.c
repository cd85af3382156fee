/* What a batch gets back, whatever its items do. */
#include "unit/net/sandbox_fixture.h"

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
    } bad[] = {{"crash", "the parser crashed with signal 4"},
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

static void test_time(void **state) {
    /* Goal: what an item computes is bounded; what the kernel does for it is not counted, however long that takes. */
    (void)state;
    struct sandbox_limits hasty = limits;
    hasty.user_ms = KERNEL_MS / 4 / SANDBOX_SLOWER;
    struct sandbox *sandbox = start_with(&hasty);
    const char *items[] = {"before", "spin", "kernel", "spin", "after"};
    struct sandbox_output outputs[COUNT_OF(items)];
    run(sandbox, items, COUNT_OF(items), outputs);
    for (size_t i = 0; i < COUNT_OF(items); i++)
        assert_string_equal(outputs[i].reason, strcmp(items[i], "spin") == 0 ? "the parser ran out of time" : "");
    sandbox_output_free(outputs, COUNT_OF(outputs));
    sandbox_stop(sandbox);
}

static void count(void *context) {
    ++*(size_t *)context;
}

static void test_progress(void **state) {
    /* Goal: who waits for many answers hears of each, those that failed too. */
    const char *items[] = {"a", "crash", "b", "crash", "c"};
    struct sandbox_output outputs[COUNT_OF(items)];
    size_t heard = 0;
    sandbox_on_progress(*state, count, &heard);
    run(*state, items, COUNT_OF(items), outputs);
    assert_int_equal(heard, COUNT_OF(items));
    sandbox_output_free(outputs, COUNT_OF(outputs));
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

static void test_batch_counts(void **state) {
    /* Goal: a large item and what is made of it have to do with the worker's memory together. */
    enum { LENGTH = 30 << 20 };
    (void)state;
    struct sandbox_limits tight = limits;
    tight.memory = 48 << 20;
    struct error error = ERROR_INIT;
    struct sandbox *sandbox = start_with(&tight);
    char *bytes = memory_new(LENGTH + 1);
    memset(bytes, 'x', LENGTH);
    const struct sandbox_input input = {bytes, LENGTH};
    struct sandbox_output output;
    assert_true(sandbox_run(sandbox, "", 0, &input, 1, &output, &error));
    free(bytes);
    sandbox_stop(sandbox);
    if (!SANDBOX_WITH_SANITIZER)
        assert_string_equal(output.reason, "the parser ran out of memory");
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
                    ualarm(50000, 0);
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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_answers, start, stop),
        cmocka_unit_test_setup_teardown(test_guilty_alone, start, stop),
        cmocka_unit_test(test_time),
        cmocka_unit_test_setup_teardown(test_progress, start, stop),
        cmocka_unit_test_setup_teardown(test_no_files, start, stop),
        cmocka_unit_test_setup_teardown(test_large, start, stop),
        cmocka_unit_test(test_batch_counts),
        cmocka_unit_test_setup_teardown(test_shared, start, stop),
        cmocka_unit_test_setup_teardown(test_letting_go, start, stop),
    };
    return cmocka_run_group_tests(tests, share, NULL);
}
