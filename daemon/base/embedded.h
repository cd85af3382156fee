#pragma once
/* Files carried inside the binary: schema/, templates/ and config/ as they stood when it was built. */
#include <stddef.h>

struct embedded_file {
    const char *path;  /* as in the source tree: "schema/0001_start.sql"; ordered by name */
    const char *bytes; /* NUL-terminated */
    size_t length;
};

extern const struct embedded_file embedded_files[];
extern const size_t embedded_file_count;
