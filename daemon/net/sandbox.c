#include "net/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/descriptor.h"
#include "base/memory.h"
#include "net/sandbox_jail.h"
#include "net/sandbox_worker.h"

enum { BATCH_BYTES = 32 * 1048576, GRACE_MS = 20000, REASON_MAX = 127 };

const struct sandbox_limits sandbox_limits_default = {
    .memory = (size_t)116 * 1048576, /* 12 more are there at the start: the program, its libraries, its tables */
    .user_ms = 20 * 1000,
    .wall_ms = 180 * 1000,
    .answer_max = (size_t)8 * 1048576,
};

struct sandbox {
    int socket;
    pid_t keeper, starter;
    struct sandbox_limits limits;
    void (*progress)(void *context);
    void *progress_context;
};

struct sandbox *sandbox_start(const struct sandbox_task *task, const struct sandbox_limits *limits,
                              struct error *error) {
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0) {
        error_set(error, ERROR_TEMPORARY, "cannot make a socket for the parser process: %s", strerror(errno));
        return NULL;
    }
    pid_t keeper = fork();
    if (keeper == 0) {
        close(pair[0]);
        sandbox_worker_keep(pair[1], task, limits);
    }
    close(pair[1]);
    if (keeper < 0) {
        close(pair[0]);
        error_set(error, ERROR_TEMPORARY, "cannot start the parser process: %s", strerror(errno));
        return NULL;
    }
    struct sandbox *sandbox = memory_new(sizeof *sandbox);
    *sandbox = (struct sandbox){pair[0], keeper, getpid(), *limits, NULL, NULL};
    return sandbox;
}

bool sandbox_is_alive(const struct sandbox *sandbox) {
    siginfo_t ended = {0};
    /* It stays a zombie until sandbox_stop, so that its number can't become another process's. */
    return waitid(P_PID, (id_t)sandbox->keeper, &ended, WEXITED | WNOHANG | WNOWAIT) == 0 && ended.si_pid == 0;
}

void sandbox_on_progress(struct sandbox *sandbox, void (*progress)(void *context), void *context) {
    sandbox->progress = progress;
    sandbox->progress_context = context;
}

void sandbox_stop(struct sandbox *sandbox) {
    if (!sandbox)
        return;
    bool starter = sandbox->starter == getpid();
    if (starter)
        shutdown(sandbox->socket, SHUT_RDWR);
    close(sandbox->socket);
    while (starter && waitpid(sandbox->keeper, NULL, 0) < 0 && errno == EINTR)
        ;
    free(sandbox);
}

void sandbox_output_free(struct sandbox_output *outputs, size_t count) {
    for (size_t i = 0; i < count; i++) {
        free(outputs[i].bytes);
        outputs[i] = (struct sandbox_output){0};
    }
}

/* The batch in a file of memory that nobody can change any more; -1 with errno on failure. */
static int make_memory_file(const char *settings, size_t settings_length, const struct sandbox_input *inputs,
                            size_t count) {
    int file = memfd_create("tandempost-mail", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    bool whole = file >= 0;
    for (size_t i = 0; i < count && whole; i++) {
        uint64_t length = inputs[i].length;
        whole = descriptor_write(file, &length, sizeof length);
    }
    whole = whole && descriptor_write(file, settings, settings_length);
    for (size_t i = 0; i < count && whole; i++)
        whole = descriptor_write(file, inputs[i].bytes, inputs[i].length);
    whole = whole && fcntl(file, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) == 0;
    if (!whole && file >= 0) {
        int saved = errno;
        close(file);
        errno = saved;
        file = -1;
    }
    return file;
}

static bool send_request(int socket, const struct sandbox_request *request, int memory, int answers) {
    struct iovec data = {.iov_base = (void *)(uintptr_t)request, .iov_len = sizeof *request};
    union {
        char bytes[CMSG_SPACE(2 * sizeof(int))];
        struct cmsghdr aligned;
    } control = {0};
    struct msghdr message = {
        .msg_iov = &data, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    const int files[2] = {memory, answers};
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof files);
    memcpy(CMSG_DATA(header), files, sizeof files);
    ssize_t sent;
    do
        sent = sendmsg(socket, &message, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent == (ssize_t)sizeof *request;
}

/* LENGTH bytes before DEADLINE (monotonic). */
static bool read_all(int file, void *buffer, size_t length, int64_t deadline) {
    char *place = buffer;
    while (length > 0) {
        int64_t left = deadline - clock_monotonic_ms();
        struct pollfd wait = {.fd = file, .events = POLLIN};
        int ready = left > 0 ? poll(&wait, 1, left > 60000 ? 60000 : (int)left) : 0;
        if (left <= 0)
            return false;
        if (ready <= 0)
            continue;
        ssize_t got = read(file, place, length);
        if (got < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (got <= 0)
            return false;
        place += got;
        length -= (size_t)got;
    }
    return true;
}

/* The next answer, which must be the one of INDEX. */
static bool read_answer(const struct sandbox *sandbox, int file, size_t index, struct sandbox_output *output) {
    /* An item may be tried twice. */
    int64_t deadline = clock_monotonic_ms() + SANDBOX_SLOWER * 2 * (int64_t)sandbox->limits.wall_ms + GRACE_MS;
    struct sandbox_frame frame;
    if (!read_all(file, &frame, sizeof frame, deadline) || frame.index != index ||
        frame.length > (frame.failed ? REASON_MAX : sandbox->limits.answer_max))
        return false;
    char *bytes = memory_new((size_t)frame.length + 1);
    if (!read_all(file, bytes, (size_t)frame.length, deadline)) {
        free(bytes);
        return false;
    }
    if (frame.failed) {
        memcpy(output->reason, bytes, (size_t)frame.length);
        free(bytes);
    } else {
        output->bytes = bytes;
        output->length = (size_t)frame.length;
    }
    return true;
}

static bool run_batch(struct sandbox *sandbox, const char *settings, size_t settings_length,
                      const struct sandbox_input *inputs, size_t count, struct sandbox_output *outputs,
                      struct error *error) {
    struct sandbox_request request = {.magic = SANDBOX_MAGIC, .count = (uint32_t)count};
    request.settings_length = settings_length;
    request.total_length = settings_length + count * sizeof(uint64_t);
    for (size_t i = 0; i < count; i++)
        request.total_length += inputs[i].length;
    int answers[2];
    int memory = make_memory_file(settings, settings_length, inputs, count);
    if (memory < 0)
        return error_set(error, ERROR_TEMPORARY, "no memory to hand mail to the parser: %s", strerror(errno));
    if (pipe2(answers, O_CLOEXEC) < 0) {
        error_set(error, ERROR_TEMPORARY, "cannot make a pipe for the parser: %s", strerror(errno));
        close(memory);
        return false;
    }
    bool done = send_request(sandbox->socket, &request, memory, answers[1]);
    if (!done)
        error_set(error, ERROR_TEMPORARY, "the parser process is gone (%s): restart tandempost", strerror(errno));
    close(memory);
    close(answers[1]);
    for (size_t i = 0; i < count && done; i++) {
        done = read_answer(sandbox, answers[0], i, &outputs[i]);
        if (!done)
            error_set(error, ERROR_TEMPORARY, "the parser gave no answer; it is asked again later");
        else if (sandbox->progress)
            sandbox->progress(sandbox->progress_context);
    }
    close(answers[0]);
    return done;
}

bool sandbox_run(struct sandbox *sandbox, const char *settings, size_t settings_length,
                 const struct sandbox_input *inputs, size_t count, struct sandbox_output *outputs,
                 struct error *error) {
    for (size_t i = 0; i < count; i++)
        outputs[i] = (struct sandbox_output){0};
    for (size_t start = 0; start < count;) {
        size_t batch = 0, bytes = 0;
        while (start + batch < count && batch < SANDBOX_BATCH_ITEMS &&
               (batch == 0 || bytes + inputs[start + batch].length <= BATCH_BYTES))
            bytes += inputs[start + batch++].length;
        if (!run_batch(sandbox, settings, settings_length, inputs + start, batch, outputs + start, error)) {
            sandbox_output_free(outputs, count);
            return false;
        }
        start += batch;
    }
    return true;
}
