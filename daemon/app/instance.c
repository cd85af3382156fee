#include "app/instance.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"

enum { ORPHANS_TIMEOUT_MS = 15000, LOCK_PAUSE_MS = 100 };

static int64_t read_pid(int fd) {
    char digits[32] = "";
    ssize_t got = pread(fd, digits, sizeof digits - 1, 0);
    if (got > 0)
        digits[strcspn(digits, "\n")] = '\0';
    int64_t pid = 0;
    string_to_integer(digits, &pid);
    return pid;
}

static bool process_lives(int64_t pid) {
    return pid > 0 && (kill((pid_t)pid, 0) == 0 || errno == EPERM);
}

bool instance_lock(const char *database, int *ret, struct error *error) {
    auto_text path = TEXT_EMPTY;
    text_append_format(&path, "%s.lock", database);
    int fd = open(text_string(&path), O_RDWR | O_CREAT | O_CLOEXEC, 0660);
    if (fd < 0)
        return error_set(error, ERROR_CONFIGURATION, "cannot open the lock file %s: %s%s", text_string(&path),
                         strerror(errno), errno == EACCES ? "; if no tandempost daemon runs, remove that file" : "");
    int64_t give_up = clock_monotonic_ms() + ORPHANS_TIMEOUT_MS;
    while (flock(fd, LOCK_EX | LOCK_NB) < 0) {
        int why = errno;
        int64_t pid = read_pid(fd);
        bool lives = process_lives(pid);
        if (why != EWOULDBLOCK && why != EINTR) {
            error_set(error, ERROR_TEMPORARY, "cannot lock %s: %s", text_string(&path), strerror(why));
            close(fd);
            return false;
        }
        if (lives || clock_monotonic_ms() > give_up) {
            error_set(error, ERROR_CONFIGURATION,
                      "another tandempost (pid %" PRId64
                      ") already serves %s; stop it first, or give this one a database of its own",
                      pid, database);
            close(fd);
            return false;
        }
        nanosleep(&(struct timespec){.tv_nsec = LOCK_PAUSE_MS * 1000000L}, NULL);
    }
    char own[32];
    int length = snprintf(own, sizeof own, "%d\n", (int)getpid());
    if (ftruncate(fd, 0) < 0 || pwrite(fd, own, (size_t)length, 0) != length) {
        error_set(error, ERROR_TEMPORARY, "cannot write the lock file %s: %s", text_string(&path), strerror(errno));
        close(fd);
        return false;
    }
    *ret = fd;
    return true;
}

bool instance_holder(const char *database, int64_t *ret_pid, struct error *error) {
    auto_text path = TEXT_EMPTY;
    text_append_format(&path, "%s.lock", database);
    int fd = open(text_string(&path), O_RDONLY | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT) {
        *ret_pid = 0;
        return true;
    }
    if (fd < 0)
        return error_set(error, ERROR_TEMPORARY, "cannot look at the lock file %s: %s", text_string(&path),
                         strerror(errno));
    /* Held for no longer than this takes: a service that starts just now tries again. */
    bool is_held = flock(fd, LOCK_SH | LOCK_NB) < 0;
    *ret_pid = is_held ? read_pid(fd) : 0;
    close(fd);
    return true;
}
