#pragma once
/* The simple files that people edit besides templates: lines of text, remarks after '#' at a line's beginning, empty
 * lines between them as one likes. Pure. */
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/memory.h"

enum { LINES_BYTES_MAX = 64 * 1024 }; /* a file may not be larger */

struct line {
    const char *text; /* without white space at its ends; never empty */
    int number;       /* from 1 */
    bool indented;    /* white space stood before it: it belongs to the line above */
};

/* The lines of LENGTH bytes that hold something and are no remark, in ARENA. A byte order mark and CRLF are tolerated.
 * What is no UTF-8 text adds to PROBLEMS and gives NULL. */
const struct line *lines_read(const char *bytes, size_t length, const char *file, struct arena *arena,
                              size_t *ret_count, struct error_list *problems);
