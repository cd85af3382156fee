#pragma once
/* What the receiving server found out about the sender (Authentication-Results, RFC 8601). */
#include <stdbool.h>

#include "mail/message.h"

struct authentication_finding {
    const char *authserv_id;
    const char *dmarc; /* "pass", "fail" or "none" */
};

/* The topmost Authentication-Results of AUTHSERV_ID: only the configured server's word counts, and only the one it put
 * on top; any below may be forged. False where there is none or AUTHSERV_ID is NULL. */
bool authentication_read(const struct message *message, const char *authserv_id, struct arena *arena,
                         struct authentication_finding *ret);
