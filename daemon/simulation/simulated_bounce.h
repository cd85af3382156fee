#pragma once
/* Mail that comes back, as a mail server writes it (RFC 3464, RFC 6522). */
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

struct simulated_bounce {
    const char *recipient, *envelope_from; /* of the mail that comes back */
    const char *original;
    size_t length;
    int64_t at;
};

/* Appends the report, CRLF line ends. */
void simulated_bounce_write(const struct simulated_bounce *bounce, struct text *out);
