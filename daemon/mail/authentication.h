#pragma once
/* What the receiving server found out about the sender (Authentication-Results, RFC 8601). */
#include <stdbool.h>

#include "mail/message/message.h"

struct authentication_finding {
    const char *authserv_id; /* as the header spells it */
    const char *dmarc;       /* "pass", "fail" or "none" */
};

/* The results of AUTHSERV_ID, compared without case: only the configured server's word counts, and only what it put on
 * top: its first field and those that follow before the next Received field. Anything below came with the mail and may
 * be forged. Where several results on DMARC stand there, one that is no pass outweighs a pass. A result on another
 * domain than that of the From we read (header.from) is a fail; so is any that names no domain where From is not one
 * field with one plainly written mailbox, for then the server may have judged another; and, but for a pass, any where
 * its domain is written in characters that IDNA maps to others, which not every server does. False where there is none
 * or AUTHSERV_ID is NULL. */
bool authentication_read(const struct message *message, const char *authserv_id, struct arena *arena,
                         struct authentication_finding *ret);
