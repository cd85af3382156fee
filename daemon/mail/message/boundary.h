#pragma once
/* Where the parts of a multipart begin and end (RFC 2046 section 5.1). Linear in time. */
#include <stdbool.h>
#include <stddef.h>

#include "mail/message/message.h"

struct boundary_span {
    size_t start, length;
};

/* The parts of BYTES between the lines that are DELIMITER ("--" and the boundary), at most MOST. What is odd is told to
 * MESSAGE. False where no such line stands in BYTES at all. The caller frees *RET. */
bool boundary_split(const char *bytes, size_t length, const char *delimiter, size_t most, struct message *message,
                    struct boundary_span **ret, size_t *ret_count);

/* A delimiter that the header doesn't tell: the first line that looks like one with a part's header after it; NULL
 * where there is none. Lives in ARENA. */
const char *boundary_guess(struct arena *arena, const char *bytes, size_t length);
