#include "net/sandbox_jail.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"

static void add_rules(scmp_filter_ctx filter, uint32_t action, const int *calls, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (seccomp_rule_add(filter, action, calls[i], 0) < 0)
            _exit(EXIT_FAILURE);
}

struct sock_fprog sandbox_jail_compile(void) {
    static const int allowed[] = {
        SCMP_SYS(read),
        SCMP_SYS(write),
        SCMP_SYS(munmap),
        SCMP_SYS(mremap),
        SCMP_SYS(brk),
        SCMP_SYS(madvise),
        SCMP_SYS(exit_group),
        SCMP_SYS(exit),
        SCMP_SYS(futex),
        SCMP_SYS(clock_gettime),
        SCMP_SYS(gettimeofday),
        SCMP_SYS(getrandom),
        SCMP_SYS(rt_sigreturn),
        SCMP_SYS(rt_sigprocmask),
        SCMP_SYS(getpid),
        SCMP_SYS(gettid),
        SCMP_SYS(sched_yield),
        SCMP_SYS(restart_syscall),
#if SANDBOX_WITH_SANITIZER
        SCMP_SYS(sigaltstack),
        SCMP_SYS(rt_sigaction),
        SCMP_SYS(sched_getaffinity),
#endif
    };
    /* A library that looks for a file it can do without is told that there is none. */
    static const int absent[] = {
        SCMP_SYS(open),       SCMP_SYS(openat), SCMP_SYS(stat),      SCMP_SYS(newfstatat),
        SCMP_SYS(access),     SCMP_SYS(lstat),  SCMP_SYS(faccessat), SCMP_SYS(readlink),
        SCMP_SYS(readlinkat), SCMP_SYS(fstat),  SCMP_SYS(ioctl),
    };
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    if (!filter) /* the kernel knows no such thing, or may not be asked */
        return (struct sock_fprog){0};
    add_rules(filter, SCMP_ACT_ALLOW, allowed, COUNT_OF(allowed));
    add_rules(filter, SCMP_ACT_ERRNO(ENOENT), absent, COUNT_OF(absent));
    /* Memory, but none that runs. */
    const struct scmp_arg_cmp not_executable = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
    int file = memfd_create("filter", MFD_CLOEXEC);
    if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, not_executable) < 0 ||
        seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, not_executable) < 0 || file < 0 ||
        seccomp_export_bpf(filter, file) < 0)
        _exit(EXIT_FAILURE);
    seccomp_release(filter);
    struct stat status;
    if (fstat(file, &status) < 0)
        _exit(EXIT_FAILURE);
    size_t length = (size_t)status.st_size;
    struct sock_filter *instructions = memory_new(length);
    if (pread(file, instructions, length, 0) != (ssize_t)length)
        _exit(EXIT_FAILURE);
    close(file);
    return (struct sock_fprog){(unsigned short)(length / sizeof *instructions), instructions};
}

static void limit(__rlimit_resource_t resource, size_t most) {
    const struct rlimit both = {most, most};
    if (setrlimit(resource, &both) < 0)
        _exit(SANDBOX_JAIL_REFUSED);
}

static void tell_exhausted(void) {
    _exit(SANDBOX_JAIL_EXHAUSTED);
}

void sandbox_jail_enter(const struct sock_fprog *filter, size_t address_space) {
    if (!filter->filter)
        _exit(SANDBOX_JAIL_REFUSED);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || prctl(PR_SET_DUMPABLE, 0) < 0)
        _exit(SANDBOX_JAIL_REFUSED);
    memory_on_exhausted(tell_exhausted);
    if (!SANDBOX_WITH_SANITIZER)
        limit(RLIMIT_AS, address_space);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_FSIZE, 0);
    limit(RLIMIT_NOFILE, 0);
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, filter) < 0)
        _exit(SANDBOX_JAIL_REFUSED);
}
