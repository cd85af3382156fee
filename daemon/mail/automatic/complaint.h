#pragma once
/* Recognising that a mailbox provider reports a recipient's complaint about a mail of ours: RFC 5965 (ARF), and the
 * older and other shapes that providers use. */
#include <stdbool.h>

#include "mail/description.h"
#include "mail/message/message.h"

struct complaint_finding {
    const char *why; /* the evidence, for a person */
    /* What is known of each who complained: recipient ("" where the report hides it) and the Message-ID of the mail
     * complained about ("" where not found); action, status and diagnostic "", nothing permanent. At least one. */
    struct description_bounce *bounces;
    size_t count;
};

/* False where MESSAGE, whose body as text is WHOLE_TEXT, is no complaint. Everything lives in ARENA. */
bool complaint_recognise(const struct message *message, const char *whole_text, struct arena *arena,
                         struct complaint_finding *ret);
