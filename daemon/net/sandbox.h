#pragma once
/* Runs a function on hostile bytes where it can do no harm: in a process without files, network, secrets or the right
 * to anything but computing, bounded in time and memory.
 *
 * What an item may take does not depend on the machine: memory is refused by the allocator, whatever touching it costs,
 * and time is what the function's own code computes (user time). What the kernel does for it meanwhile - pages to
 * make, to swap - and what other processes take from it does not count, as that is no item's fault. Only a worker that
 * hangs is ended by the clock on the wall.
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
    unsigned user_ms;  /* time that one item may compute; the kernel's work for it is left out */
    unsigned wall_ms;  /* time for one item, waiting included */
    size_t answer_max; /* bytes of one answer */
};

/* 128 MB in all, 20 s of computing, 3 minutes with waiting, 8 MB of answer. The largest and the worst of mails are
 * understood within half a second on an ordinary machine: the times are there for faults of the parser's own. */
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

/* From now on calls PROGRESS with CONTEXT after each answer, in this process: an item may take its limits twice, many
 * items minutes in all. */
void sandbox_on_progress(struct sandbox *sandbox, void (*progress)(void *context), void *context);

void sandbox_output_free(struct sandbox_output *outputs, size_t count); /* what they hold, not the array */

/* Whether the keeper lives; without it nothing can be answered any more, and only a new process can start another. For
 * the process that started it, which is told of its end by SIGCHLD. */
bool sandbox_is_alive(const struct sandbox *sandbox);

/* In the process that started it: ends the keeper, for all. Elsewhere: lets go of it. NULL is allowed. */
void sandbox_stop(struct sandbox *sandbox);
