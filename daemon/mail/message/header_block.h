#pragma once
/* Finding the header fields in front of a body: RFC 5322 section 2.2, and what arrives in its place. Linear in time. */
#include <stddef.h>

#include "mail/message/message.h"

enum {
    HEADER_BLOCK_VALUE_MAX = 65536, /* bytes of one field; the rest is cut off */
    HEADER_BLOCK_FIELDS_MAX = 1000, /* fields of one header */
};

struct header_block {
    const struct message_header *headers;
    size_t count;
    size_t body; /* where the body begins */
};

/* Reads the header at the start of BYTES. *BUDGET is how many bytes of header may still be kept in this message;
 * further fields are passed over. What was odd is told to MESSAGE, in whose arena everything lives. Where BYTES begin
 * with no header at all, count and body are 0. */
void header_block_read(const char *bytes, size_t length, size_t *budget, struct message *message,
                       struct header_block *ret);

/* Whether the line at BYTES is the beginning of a header field. */
bool header_block_is_field(const char *bytes, size_t length);
