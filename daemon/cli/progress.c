#include "cli/progress.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"

enum { SILENT_MS = 1000, BETWEEN_MS = 100 };

struct progress {
    const char *what;
    size_t total;
    int64_t began, shown; /* milliseconds; shown 0: not yet */
    bool terminal;
};

struct progress *progress_new(const char *what, size_t total) {
    struct progress *progress = memory_new(sizeof *progress);
    *progress = (struct progress){
        .what = what, .total = total, .began = clock_monotonic_ms(), .terminal = isatty(STDERR_FILENO)};
    return progress;
}

void progress_to(struct progress *progress, size_t done) {
    int64_t now = clock_monotonic_ms();
    if (!progress->terminal || now - progress->began < SILENT_MS || now - progress->shown < BETWEEN_MS)
        return;
    progress->shown = now;
    if (progress->total)
        fprintf(stderr, "\r%s: %zu of %zu (%zu %%)\033[K", progress->what, done, progress->total,
                done * 100 / progress->total);
    else
        fprintf(stderr, "\r%s: %zu\033[K", progress->what, done);
    fflush(stderr);
}

void progress_free(struct progress *progress) {
    if (!progress)
        return;
    if (progress->shown)
        fprintf(stderr, "\r\033[K");
    free(progress);
}

void progress_free_pointer(struct progress **progress) {
    progress_free(*progress);
    *progress = NULL;
}
