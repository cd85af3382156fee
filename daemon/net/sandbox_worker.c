#include "net/sandbox_worker.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/descriptor.h"
#include "base/memory.h"
#include "net/sandbox_jail.h"

enum { EXIT_TOO_LONG = 78, LOOK_EVERY_MS = 50, ANSWER_FILE = 3 };

struct keeper {
    const struct sandbox_task *task;
    struct sandbox_limits limits;
    struct sock_fprog filter;
    size_t address_space; /* bytes that a worker has before it begins */
};

/* One request as the warden sees it. */
struct batch {
    const char *settings;
    size_t settings_length, count, total_length;
    const char **items;
    size_t *lengths;
};

/* ---- The worker: computes, and may do nothing else ---- */

/* Where the machine has no memory left, the kernel is to take a worker first: that costs one mail, and not the service.
 */
static void volunteer_for_killing(void) {
    int file = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (file >= 0) {
        descriptor_write(file, "1000", 4);
        close(file);
    }
}

static _Noreturn void work(const struct keeper *keeper, const struct batch *batch, size_t first, size_t count, int file,
                           pid_t warden) {
    /* Nobody computes for a warden that is gone. */
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != warden)
        _exit(EXIT_FAILURE);
    volunteer_for_killing();
    /* Only the way out stays open; standard error is kept where a sanitizer may need it. */
    if (dup2(file, ANSWER_FILE) < 0 || close_range(ANSWER_FILE + 1, ~0u, 0) < 0)
        _exit(EXIT_FAILURE);
    if (!SANDBOX_WITH_SANITIZER)
        close_range(0, ANSWER_FILE - 1, 0);
    sandbox_jail_enter(&keeper->filter, keeper->address_space + keeper->limits.memory);
    for (size_t i = first; i < first + count; i++) {
        struct text answer = TEXT_EMPTY;
        keeper->task->work(batch->settings, batch->settings_length, batch->items[i], batch->lengths[i], &answer);
        if (answer.length > keeper->limits.answer_max)
            _exit(EXIT_TOO_LONG);
        const struct sandbox_frame frame = {.index = (uint32_t)i, .length = answer.length};
        if (!descriptor_write(ANSWER_FILE, &frame, sizeof frame) ||
            !descriptor_write(ANSWER_FILE, text_string(&answer), answer.length))
            _exit(EXIT_FAILURE);
        text_free(&answer);
    }
    _exit(EXIT_SUCCESS);
}

/* ---- The warden: watches one batch's workers ---- */

struct worker {
    pid_t process;
    int file;
    bool timed_out;
    int64_t wall_end, user_end; /* ms: when the present item has had its time */
};

/* What the process computed itself, without the kernel's work for it. clock_getcpuclockid(3) names the clock of both
 * together; in its last bits the kernel keeps which of them is meant (2 for both, 1 for this one). */
static int64_t user_ms(pid_t process) {
    clockid_t clock = (clockid_t)(~(unsigned)process << 3 | 1);
    struct timespec used;
    return clock_gettime(clock, &used) < 0 ? 0 : used.tv_sec * 1000 + used.tv_nsec / 1000000;
}

static void start_item(const struct keeper *keeper, struct worker *worker) {
    worker->wall_end = clock_monotonic_ms() + (int64_t)SANDBOX_SLOWER * keeper->limits.wall_ms;
    worker->user_end = user_ms(worker->process) + (int64_t)SANDBOX_SLOWER * keeper->limits.user_ms;
}

static bool start_worker(const struct keeper *keeper, const struct batch *batch, size_t first, size_t count,
                         struct worker *ret) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0)
        return false;
    pid_t warden = getpid(), process = fork();
    if (process == 0)
        work(keeper, batch, first, count, ends[1], warden);
    close(ends[1]);
    if (process < 0) {
        close(ends[0]);
        return false;
    }
    *ret = (struct worker){.process = process, .file = ends[0]};
    start_item(keeper, ret);
    return true;
}

/* False where the worker died, broke the rules or ran out of time. Exits where nobody listens to ANSWERS any more. */
static bool read_from(struct worker *worker, void *buffer, size_t length, int answers) {
    char *place = buffer;
    while (length > 0) {
        struct pollfd waits[] = {{.fd = worker->file, .events = POLLIN}, {.fd = answers, .events = 0}};
        int ready = poll(waits, COUNT_OF(waits), LOOK_EVERY_MS);
        if (ready > 0 && waits[1].revents) /* the worker dies with its parent */
            _exit(EXIT_FAILURE);
        /* Also where bytes come: one that dribbles them could go on for ever. */
        worker->timed_out = clock_monotonic_ms() > worker->wall_end || user_ms(worker->process) > worker->user_end;
        if (worker->timed_out)
            return false;
        if (ready <= 0)
            continue;
        ssize_t got = read(worker->file, place, length);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        place += got;
        length -= (size_t)got;
    }
    return true;
}

/* Passes on the answer to item INDEX; false where there was none. Exits where nobody listens any more. */
static bool pass_answer(const struct keeper *keeper, struct worker *worker, size_t index, int answers) {
    struct sandbox_frame frame;
    start_item(keeper, worker);
    if (!read_from(worker, &frame, sizeof frame, answers) || frame.index != index || frame.failed ||
        frame.length > keeper->limits.answer_max)
        return false;
    char *bytes = memory_new((size_t)frame.length + 1);
    bool whole = read_from(worker, bytes, (size_t)frame.length, answers);
    if (whole &&
        (!descriptor_write(answers, &frame, sizeof frame) || !descriptor_write(answers, bytes, (size_t)frame.length)))
        _exit(EXIT_FAILURE);
    free(bytes);
    return whole;
}

static void end_worker(struct worker *worker, char *reason, size_t size) {
    int status = 0;
    kill(worker->process, SIGKILL);
    close(worker->file);
    while (waitpid(worker->process, &status, 0) < 0 && errno == EINTR)
        ;
    int signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
    if (worker->timed_out && signal == SIGKILL)
        snprintf(reason, size, "the parser ran out of time");
    else if (code == SANDBOX_JAIL_EXHAUSTED)
        snprintf(reason, size, "the parser ran out of memory");
    else if (code == SANDBOX_JAIL_REFUSED)
        snprintf(reason, size, "the parser can't be confined");
    else if (code == EXIT_TOO_LONG)
        snprintf(reason, size, "the parser had too much to say");
    else if (signal == SIGSYS)
        snprintf(reason, size, "the parser tried what it may not do");
    else if (signal && signal != SIGKILL)
        snprintf(reason, size, "the parser crashed with signal %d", signal);
    else
        snprintf(reason, size, "the parser ended without an answer");
}

static void tell_failure(int answers, size_t index, const char *reason) {
    const struct sandbox_frame frame = {.index = (uint32_t)index, .failed = 1, .length = strlen(reason)};
    if (!descriptor_write(answers, &frame, sizeof frame) || !descriptor_write(answers, reason, strlen(reason)))
        _exit(EXIT_FAILURE);
}

/* Answers for all items, in order. */
static void watch(const struct keeper *keeper, const struct batch *batch, int answers) {
    bool alone = false; /* the next item ended a worker that had done others before: perhaps they were to blame */
    char reason[128];
    for (size_t next = 0; next < batch->count;) {
        struct worker worker;
        size_t first = next, count = alone ? 1 : batch->count - next;
        if (!start_worker(keeper, batch, first, count, &worker))
            _exit(EXIT_FAILURE);
        while (next < first + count && pass_answer(keeper, &worker, next, answers))
            next++;
        end_worker(&worker, reason, sizeof reason);
        bool failed = next < first + count, fresh = next == first;
        if (failed && fresh)
            tell_failure(answers, next++, reason);
        alone = failed && !fresh;
    }
}

/* Checks that the request is whole and sealed, and lays its items out. */
static bool open_batch(const struct sandbox_request *request, int memory, struct batch *ret) {
    const int seals = F_SEAL_SHRINK | F_SEAL_WRITE;
    struct stat status;
    size_t lengths = request->count * sizeof(uint64_t);
    if (request->magic != SANDBOX_MAGIC || request->count == 0 || request->count > SANDBOX_BATCH_ITEMS ||
        (fcntl(memory, F_GET_SEALS) & seals) != seals || fstat(memory, &status) < 0 ||
        (uint64_t)status.st_size != request->total_length || request->total_length < lengths)
        return false;
    *ret = (struct batch){.count = request->count, .total_length = request->total_length};
    const char *map = mmap(NULL, ret->total_length, PROT_READ, MAP_SHARED, memory, 0);
    if (map == MAP_FAILED)
        return false;
    size_t left = ret->total_length - lengths;
    if (request->settings_length > left)
        return false;
    ret->settings = map + lengths;
    ret->settings_length = request->settings_length;
    left -= ret->settings_length;
    const char *item = ret->settings + ret->settings_length;
    ret->items = memory_new_array(ret->count, sizeof *ret->items);
    ret->lengths = memory_new_array(ret->count, sizeof *ret->lengths);
    for (size_t i = 0; i < ret->count; i++) {
        uint64_t length;
        memcpy(&length, map + i * sizeof length, sizeof length);
        if (length > left)
            return false;
        ret->items[i] = item;
        ret->lengths[i] = length;
        item += length;
        left -= length;
    }
    return true;
}

/* ---- The keeper ---- */

static ssize_t receive(int socket, struct sandbox_request *request, int files[2]) {
    struct iovec data = {.iov_base = request, .iov_len = sizeof *request};
    union {
        char bytes[CMSG_SPACE(2 * sizeof(int))];
        struct cmsghdr aligned;
    } control = {0};
    struct msghdr message = {
        .msg_iov = &data, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
    ssize_t got = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    const struct cmsghdr *header = got > 0 ? CMSG_FIRSTHDR(&message) : NULL;
    files[0] = files[1] = -1;
    if (header && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS &&
        header->cmsg_len == CMSG_LEN(2 * sizeof(int)))
        memcpy(files, CMSG_DATA(header), 2 * sizeof(int));
    return got;
}

/* Bytes of address space that this process has. */
static size_t address_space(void) {
    unsigned long pages = 0;
    FILE *file = fopen("/proc/self/statm", "re");
    if (!file || fscanf(file, "%lu", &pages) != 1)
        pages = (unsigned long)(256 * 1048576 / sysconf(_SC_PAGESIZE));
    if (file)
        fclose(file);
    return (size_t)pages * (size_t)sysconf(_SC_PAGESIZE);
}

static void shed_everything(int *socket) {
    /* The parent's terminal and files are none of a parser's business. */
    int moved = fcntl(*socket, F_DUPFD_CLOEXEC, 10);
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (moved < 0 || nothing < 0 || dup2(nothing, 0) < 0 || dup2(nothing, 1) < 0)
        _exit(EXIT_FAILURE);
    *socket = moved;
    close_range(3, (unsigned)moved - 1, 0);
    close_range((unsigned)moved + 1, ~0u, 0);
    prctl(PR_SET_NAME, "tandempost-mail");
    /* The parent's signal handlers are not for here, nor what it blocks. */
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_DFL);
    /* It ends when nobody needs it any more, not when a terminal or a service manager says so to the whole group. */
    static const int deaf[] = {SIGINT, SIGHUP, SIGTERM, SIGQUIT, SIGUSR1, SIGUSR2, SIGCHLD};
    for (size_t i = 0; i < COUNT_OF(deaf); i++)
        signal(deaf[i], SIG_IGN);
}

_Noreturn void sandbox_worker_keep(int socket, const struct sandbox_task *task, const struct sandbox_limits *limits) {
    shed_everything(&socket);
    struct keeper keeper = {.task = task, .limits = *limits};
    task->prepare();
    keeper.filter = sandbox_jail_compile();
    keeper.address_space = address_space();
    for (;;) {
        struct sandbox_request request = {0};
        int files[2];
        ssize_t got = receive(socket, &request, files);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            _exit(EXIT_SUCCESS);
        if (got == (ssize_t)sizeof request && files[1] >= 0 && fork() == 0) {
            struct batch batch;
            close(socket);
            signal(SIGCHLD, SIG_DFL);
            if (!open_batch(&request, files[0], &batch))
                _exit(EXIT_FAILURE);
            watch(&keeper, &batch, files[1]);
            _exit(EXIT_SUCCESS);
        }
        if (files[0] >= 0)
            close(files[0]);
        if (files[1] >= 0)
            close(files[1]);
    }
}
