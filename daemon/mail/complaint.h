#pragma once
/* Recognising that a mailbox provider reports a recipient's complaint about a mail of ours (RFC 5965). */
#include <stdbool.h>

#include "mail/description.h"
#include "mail/message.h"

struct complaint_finding {
    const char *why;        /* the evidence, for a person */
    const char *recipient;  /* who complained; "" where the report hides it */
    const char *message_id; /* of the mail complained about; "" where not found */
};

/* False where MESSAGE is no complaint. Everything lives in ARENA. */
bool complaint_recognise(const struct message *message, struct arena *arena, struct complaint_finding *ret);
