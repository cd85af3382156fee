#pragma once
/* Recognising that a mail reports on the delivery of another, in the standard form (RFC 3464) or any of the others, and
 * of which mail and recipients. */
#include <stdbool.h>

#include "mail/description.h"
#include "mail/message/message.h"

struct bounce_finding {
    const char *why;                    /* the evidence, for a person */
    struct description_bounce *bounces; /* one for each recipient reported on; none where none could be made out */
    size_t count;
};

/* False where MESSAGE, whose body as text is WHOLE_TEXT, is no report. The recipient is the address that failed (RFC
 * 3464's final recipient; the original one where the final is no mail address). *RET and all it points to live in
 * ARENA. */
bool bounce_recognise(const struct message *message, const char *whole_text, struct arena *arena,
                      struct bounce_finding *ret);
