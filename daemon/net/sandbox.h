#pragma once
/* Runs a function on hostile bytes where it can do no harm: in a process without files, network, secrets or the right
 * to anything but computing, bounded in time and memory.
 *
 * A keeper process is forked first, before configuration, threads and descriptors exist, so that it holds none of them.
 * For each batch it forks a warden, and the warden a worker under seccomp, which does the work item by item. Where a
 * worker dies, the item it was at is tried once more alone; if that fails too, just this item comes back as failed, and
 * the rest goes on in a new worker. */
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/text.h"

/* What the sandbox is for. Both are called in processes of their own: nothing they change is seen by the caller. */
struct sandbox_task {
    /* Loads whatever would be loaded lazily: a worker can open no file. */
    void (*prepare)(void);
    /* Answers one item. SETTINGS are the same for all items of a batch. */
    void (*work)(const char *settings, size_t settings_length, const char *bytes, size_t length, struct text *answer);
};

struct sandbox_limits {
    size_t memory;     /* bytes that one worker may take beyond what it starts with; its batch is among them */
    unsigned cpu_ms;   /* processor time for one item */
    unsigned wall_ms;  /* time for one item, waiting included */
    size_t answer_max; /* bytes of one answer */
};

/* 128 MB in all, 2 s of processor time, 10 s of waiting, 8 MB of answer. */
extern const struct sandbox_limits sandbox_limits_default;

struct sandbox_input {
    const char *bytes;
    size_t length;
};

struct sandbox_output {
    char *bytes; /* malloc'd, the caller frees; NULL where it failed */
    size_t length;
    char reason[128]; /* why it failed: "the parser ran out of time"; "" otherwise */
};

struct sandbox;

/* Forks the keeper. To be called first in a process, while it has one thread. NULL with ERROR on failure. */
struct sandbox *sandbox_start(const struct sandbox_task *task, const struct sandbox_limits *limits,
                              struct error *error);

/* Answers COUNT inputs; OUTPUTS has as many entries, all filled on success, all empty on failure. Blocks, but never
 * longer than the limits allow for all items. Any process that inherited SANDBOX may call it, at the same time as
 * others. Fails (ERROR_TEMPORARY) only where the sandbox itself can't work: no processes, no memory, the keeper is
 * gone. */
bool sandbox_run(struct sandbox *sandbox, const char *settings, size_t settings_length,
                 const struct sandbox_input *inputs, size_t count, struct sandbox_output *outputs, struct error *error);

void sandbox_output_free(struct sandbox_output *outputs, size_t count); /* what they hold, not the array */

/* Whether the keeper lives; without it nothing can be answered any more, and only a new process can start another. For
 * the process that started it, which is told of its end by SIGCHLD. */
bool sandbox_is_alive(const struct sandbox *sandbox);

/* In the process that started it: ends the keeper, for all. Elsewhere: lets go of it. NULL is allowed. */
void sandbox_stop(struct sandbox *sandbox);
