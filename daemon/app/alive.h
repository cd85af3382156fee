#pragma once
/* Signs of life in a file beside the database, mapped into memory: they cost no write of ours, outlive the process, and
 * after a power cut are at most moments old. */
#include <stdint.h>

#include "base/error.h"

enum alive_part {
    ALIVE_SENDER,  /* its loop went round */
    ALIVE_MAILBOX, /* was read, with or without mail in it */
    ALIVE_PARTS
};

struct alive;

/* The file of DATABASE (its path); made where there is none. */
bool alive_open(const char *database, struct alive **ret, struct error *error);
void alive_close(struct alive *alive); /* NULL is allowed */

void alive_note(struct alive *alive, enum alive_part part, int64_t moment);

/* The last moment noted by whatever process serves or served DATABASE, or may not be read; 0: none. */
int64_t alive_last(const char *database, enum alive_part part);
