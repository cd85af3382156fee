#pragma once
/* Recognising that a mail reports on the delivery of another (RFC 3464), and of which. */
#include <stdbool.h>

#include "mail/description.h"
#include "mail/message.h"

struct bounce_finding {
    const char *why; /* the evidence, for a person */
    struct description_bounce *bounces; /* one for each recipient reported on */
    size_t count;
};

/* False where MESSAGE is no report. *RET and all it points to live in ARENA. */
bool bounce_recognise(const struct message *message, struct arena *arena, struct bounce_finding *ret);
