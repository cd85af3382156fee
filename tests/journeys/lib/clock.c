/* Preloaded into the program by programme.py: its wall clock shows what the test has written into the file $TEST_CLOCK,
 * UTC milliseconds. What measures timeouts (CLOCK_MONOTONIC) goes on as it is, or is moved as well where
 * $TEST_CLOCK_TIMEOUTS is set. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static const volatile int64_t *shown;
static int64_t began;
static int timeouts;

__attribute__((constructor)) static void open_clock(void) {
    const char *path = getenv("TEST_CLOCK");
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    void *map = file < 0 ? MAP_FAILED : mmap(NULL, sizeof *shown, PROT_READ, MAP_SHARED, file, 0);
    if (map == MAP_FAILED)
        abort();
    shown = map;
    began = *shown;
    timeouts = getenv("TEST_CLOCK_TIMEOUTS") != NULL;
    close(file);
}

int clock_gettime(clockid_t id, struct timespec *ret) {
    int64_t now = shown ? *shown : 0;
    if (!shown || (id != CLOCK_REALTIME && id != CLOCK_BOOTTIME)) {
        int code = (int)syscall(SYS_clock_gettime, id, ret);
        if (timeouts && id == CLOCK_MONOTONIC)
            ret->tv_sec += (now - began) / 1000;
        return code;
    }
    *ret = (struct timespec){.tv_sec = now / 1000, .tv_nsec = now % 1000 * 1000000};
    return 0;
}
