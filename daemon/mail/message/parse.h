#pragma once
/* Bytes to message tree (RFC 5322, RFC 2045, RFC 2046), for hostile and merely odd mail: one linear walk with bounds of
 * its own, no recursion beyond PARSE_DEPTH_MAX, no library parser in its way. */
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "mail/message/message.h"

enum {
    PARSE_DEPTH_MAX = 50,              /* parts within parts */
    PARSE_PARTS_MAX = 1000,            /* in one message */
    PARSE_HEADER_MAX = 1048576,        /* bytes of header fields kept, all parts together */
    PARSE_TEXT_MAX = 1048576,          /* bytes of one text part that are read */
    PARSE_TEXTS_MAX = 4 * 1048576,     /* of all text parts together */
    PARSE_MESSAGE_MAX = 128 * 1048576, /* bytes of a message */
};

/* Reads LENGTH bytes into *RET, everything in ARENA; BYTES need not outlive the call. What is missing or wrong is
 * worked around and told in the warnings. Fails (ERROR_PERMANENT) only where there is nothing at all to read, or too
 * much. */
bool message_parse(const char *bytes, size_t length, struct arena *arena, struct message *ret, struct error *error);
