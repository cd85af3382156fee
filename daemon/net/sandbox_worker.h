#pragma once
/* The processes behind sandbox.h: keeper, warden, worker. */
#include <stdint.h>

#include "net/sandbox.h"

enum { SANDBOX_MAGIC = 0x74707362, SANDBOX_BATCH_ITEMS = 200 };

/* The request: this, with two descriptors beside it: a sealed memory file (COUNT lengths of 8 bytes, the settings, the
 * items, one behind the other) and where to write the answers. */
struct sandbox_request {
    uint32_t magic, count;
    uint64_t settings_length, total_length; /* TOTAL: of the whole memory file */
};

/* Before each answer, and before each reason why there is none. */
struct sandbox_frame {
    uint32_t index;
    uint32_t failed;
    uint64_t length;
};

/* Readies the task and the filter, then serves requests from SOCKET until all its other ends are closed. Never returns.
 */
_Noreturn void sandbox_worker_keep(int socket, const struct sandbox_task *task, const struct sandbox_limits *limits);
