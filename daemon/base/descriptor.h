#pragma once
/* Reading and writing an open file, pipe or socket to the end, whatever pieces and signals come between. */
#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

/* Appends all that is left to read, at most MOST bytes. False with errno where that fails; EFBIG: there is more
 * than the MOST bytes appended. */
bool descriptor_read(int descriptor, size_t most, struct text *bytes);

/* The same of the file at PATH; errno as open says it where it can't be opened. */
bool descriptor_read_file(const char *path, size_t most, struct text *bytes);

/* Writes all LENGTH bytes; false with errno where not. */
bool descriptor_write(int descriptor, const void *bytes, size_t length);
