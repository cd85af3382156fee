/* What keeper and warden stand: workers taken over, requests that lie, deaths among them. */
#include "unit/net/sandbox_fixture.h"

/* The first child of PROCESS; 0 where it has none. */
static pid_t child_of(pid_t process) {
    char path[64], children[64] = "";
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)process, (int)process);
    FILE *file = fopen(path, "re");
    if (!file)
        return 0;
    if (!fgets(children, sizeof children, file))
        children[0] = '\0';
    fclose(file);
    return (pid_t)strtol(children, NULL, 10);
}

/* Waits until PROCESS has a child, or has none. */
static pid_t await_child(pid_t process, bool wanted) {
    pid_t child;
    AWAIT(((child = child_of(process)) > 0) == wanted);
    return child;
}

/* How many descriptors PROCESS has open, and the highest; -1 where it can't be looked at. */
static int count_files(pid_t process, int *ret_highest) {
    char path[64];
    int count = 0;
    snprintf(path, sizeof path, "/proc/%d/fd", (int)process);
    DIR *directory = opendir(path);
    if (!directory)
        return -1;
    for (const struct dirent *entry; (entry = readdir(directory));)
        if (entry->d_name[0] != '.') {
            count++;
            *ret_highest = (int)strtol(entry->d_name, NULL, 10);
        }
    closedir(directory);
    return count;
}

static void test_lies(void **state) {
    /* Goal: a worker that answers for others, announces too much, or calls an answer a failure is not believed, and
     * costs nobody else's answer. */
    static const char *const lies[] = {"lie-index", "lie-length", "lie-failed"};
    for (size_t i = 0; i < COUNT_OF(lies); i++) {
        const char *items[] = {"before", lies[i], "after"};
        struct sandbox_output outputs[COUNT_OF(items)];
        run(*state, items, COUNT_OF(items), outputs);
        assert_string_equal(outputs[0].bytes, "1 S:before");
        assert_null(outputs[1].bytes);
        assert_string_not_equal(outputs[1].reason, "");
        assert_string_equal(outputs[2].bytes, "1 S:after");
        sandbox_output_free(outputs, COUNT_OF(outputs));
    }
}

static void test_dribble(void **state) {
    /* Goal: a worker that sends its answer byte by byte, or never, without computing, is ended in time. */
    (void)state;
    struct sandbox_limits hasty = limits;
    hasty.wall_ms = 200;
    struct sandbox *sandbox = start_with(&hasty);
    const char *items[] = {"dribble", "wait"};
    struct sandbox_output outputs[COUNT_OF(items)];
    run(sandbox, items, COUNT_OF(items), outputs);
    for (size_t i = 0; i < COUNT_OF(items); i++)
        assert_string_equal(outputs[i].reason, "the parser ran out of time");
    sandbox_output_free(outputs, COUNT_OF(outputs));
    sandbox_stop(sandbox);
}

static void test_requester_killed(void **state) {
    /* Goal: where the one who asked is killed, warden and worker end at once, though nothing was answered yet; and a
     * worker has no descriptor but its way out. */
    pid_t keeper = child_of(getpid()), requester = fork();
    if (requester == 0) {
        const struct sandbox_input input = {"wait", 4};
        struct sandbox_output output;
        struct error error = ERROR_INIT;
        sandbox_run(*state, "", 0, &input, 1, &output, &error);
        _exit(1);
    }
    pid_t warden = await_child(keeper, true), worker = await_child(warden, true);
    AWAIT(shared->waits); /* in its jail */
    int highest = -1, files = count_files(worker, &highest);
    if (files >= 0 && !SANDBOX_WITH_SANITIZER) {
        assert_int_equal(files, 1);
        assert_int_equal(highest, 3);
    }
    assert_int_equal(kill(requester, SIGKILL), 0);
    assert_int_equal(waitpid(requester, NULL, 0), requester);
    await_child(keeper, false);
    AWAIT(kill(worker, 0) < 0);
}

static void test_nothing_left(void **state) {
    /* Goal: the keeper has none of its parent's descriptors, and many batches, failed ones too, leave it no descriptor
     * and no dead child. */
    (void)state;
    int secret = open("/etc/hostname", O_RDONLY), highest = -1; /* without CLOEXEC */
    struct sandbox *sandbox = start_with(&limits);
    const char *items[] = {"x", "crash", "y"};
    struct sandbox_output outputs[COUNT_OF(items)];
    pid_t keeper = child_of(getpid());
    for (int round = 0; round < 50; round++) {
        run(sandbox, items, COUNT_OF(items), outputs);
        sandbox_output_free(outputs, COUNT_OF(outputs));
        if (round == 0)
            await_child(keeper, false);
    }
    await_child(keeper, false);
    if (!SANDBOX_WITH_SANITIZER) /* that one keeps standard input as well */
        assert_int_equal(count_files(keeper, &highest), 4);
    sandbox_stop(sandbox);
    close(secret);
}

static bool send_raw(int socket, const struct sandbox_request *request, size_t length, const int *files, size_t count) {
    struct iovec data = {.iov_base = (void *)(uintptr_t)request, .iov_len = length};
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(2 * sizeof(int))] = "";
    struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1};
    if (count > 0) {
        message.msg_control = control;
        message.msg_controllen = CMSG_SPACE(count * sizeof(int));
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        assert_non_null(header);
        if (!header)
            return false;
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(count * sizeof(int));
        memcpy(CMSG_DATA(header), files, count * sizeof(int));
    }
    return sendmsg(socket, &message, MSG_NOSIGNAL) == (ssize_t)length;
}

/* One item "one" behind its length, sealed or not. */
static int make_file(uint64_t item_length, unsigned seals) {
    int file = memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    assert_true(file >= 0);
    assert_true(descriptor_write(file, &item_length, sizeof item_length) && descriptor_write(file, "one", 3));
    assert_int_equal(fcntl(file, F_ADD_SEALS, seals), 0);
    return file;
}

static void test_bad_requests(void **state) {
    /* Goal: a request that is not whole, not sealed or contradicts itself gets no answer, and harms nobody. */
    (void)state;
    int pair[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
    pid_t keeper = fork();
    if (keeper == 0) {
        close(pair[0]);
        sandbox_worker_keep(pair[1], &task, &limits);
    }
    close(pair[1]);
    const unsigned sealed = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
    const struct {
        struct sandbox_request request;
        uint64_t item_length;
        unsigned seals;
        size_t length, files;
        bool good;
    } cases[] = {
        {{SANDBOX_MAGIC, 1, 0, 11}, 3, sealed, sizeof(struct sandbox_request), 2, true},
        {{SANDBOX_MAGIC, 1, 0, 11}, 3, sealed, sizeof(struct sandbox_request), 1, false},
        {{SANDBOX_MAGIC, 1, 0, 11}, 3, sealed, sizeof(struct sandbox_request), 0, false},
        {{SANDBOX_MAGIC, 1, 0, 11}, 3, sealed, 5, 2, false},
        {{SANDBOX_MAGIC, 1, 0, 11}, 3, F_SEAL_SHRINK, sizeof(struct sandbox_request), 2, false},
        {{SANDBOX_MAGIC, 1, 0, 11}, 3, F_SEAL_WRITE, sizeof(struct sandbox_request), 2, false},
        {{SANDBOX_MAGIC, 1, 0, 11}, 4, sealed, sizeof(struct sandbox_request), 2, false},
        {{SANDBOX_MAGIC, 1, 0, 11}, UINT64_MAX, sealed, sizeof(struct sandbox_request), 2, false},
        {{SANDBOX_MAGIC, 1, 0, 1 << 20}, 3, sealed, sizeof(struct sandbox_request), 2, false},
        {{SANDBOX_MAGIC, 1, UINT64_MAX, 11}, 3, sealed, sizeof(struct sandbox_request), 2, false},
        {{SANDBOX_MAGIC, 2, 0, 11}, 3, sealed, sizeof(struct sandbox_request), 2, false},
        {{SANDBOX_MAGIC, 0, 0, 11}, 3, sealed, sizeof(struct sandbox_request), 2, false},
        {{SANDBOX_MAGIC, UINT32_MAX, 0, 11}, 3, sealed, sizeof(struct sandbox_request), 2, false},
        {{1, 1, 0, 11}, 3, sealed, sizeof(struct sandbox_request), 2, false},
        {{SANDBOX_MAGIC, 1, 0, 11}, 3, sealed, sizeof(struct sandbox_request), 2, true},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        int answers[2], file = make_file(cases[i].item_length, cases[i].seals);
        assert_int_equal(pipe2(answers, O_CLOEXEC), 0);
        const int files[2] = {file, answers[1]};
        assert_true(send_raw(pair[0], &cases[i].request, cases[i].length, files, cases[i].files));
        close(file);
        close(answers[1]);
        struct sandbox_frame frame;
        ssize_t got = read(answers[0], &frame, sizeof frame);
        if (got != (cases[i].good ? (ssize_t)sizeof frame : 0))
            fail_msg("request %zu: %zd bytes came back", i, got);
        close(answers[0]);
    }
    close(pair[0]);
    int status = 1;
    assert_int_equal(waitpid(keeper, &status, 0), keeper);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void test_keeper_gone(void **state) {
    /* Goal: without its keeper the sandbox fails at once, with an error, its starter can see it, and it is still
     * stopped cleanly. */
    pid_t keeper = child_of(getpid());
    assert_true(keeper > 0);
    assert_true(sandbox_is_alive(*state));
    assert_int_equal(kill(keeper, SIGKILL), 0);
    while (waitid(P_PID, (id_t)keeper, &(siginfo_t){0}, WEXITED | WNOWAIT) < 0)
        ;
    assert_false(sandbox_is_alive(*state));
    const struct sandbox_input input = {"x", 1};
    struct sandbox_output output;
    struct error error = ERROR_INIT;
    assert_false(sandbox_run(*state, "", 0, &input, 1, &output, &error));
    assert_int_equal(error.class, ERROR_TEMPORARY);
    assert_null(output.bytes);
    sandbox_stop(NULL);
}

static void test_keeper_gone_midway(void **state) {
    /* Goal: a batch that is under way when the keeper dies is still answered. */
    pid_t keeper = child_of(getpid()), killer = fork();
    if (killer == 0) {
        AWAIT(shared->waits);
        kill(keeper, SIGKILL);
        shared->go_on = true;
        _exit(0);
    }
    const char *items[] = {"wait", "after"};
    struct sandbox_output outputs[COUNT_OF(items)];
    run(*state, items, COUNT_OF(items), outputs);
    assert_string_equal(outputs[0].bytes, "1 S:wait");
    assert_string_equal(outputs[1].bytes, "1 S:after");
    sandbox_output_free(outputs, COUNT_OF(outputs));
    assert_int_equal(waitpid(killer, NULL, 0), killer);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_lies, start, stop),
        cmocka_unit_test(test_dribble),
        cmocka_unit_test_setup_teardown(test_requester_killed, start, stop),
        cmocka_unit_test(test_nothing_left),
        cmocka_unit_test(test_bad_requests),
        cmocka_unit_test_setup_teardown(test_keeper_gone, start, stop),
        cmocka_unit_test_setup_teardown(test_keeper_gone_midway, start, stop),
    };
    return cmocka_run_group_tests(tests, share, NULL);
}
