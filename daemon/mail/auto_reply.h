#pragma once
/* Recognising mail that a program sent, not a person: vacation notices, lists, robots (RFC 3834). */
#include <stdbool.h>

#include "mail/message.h"

struct auto_reply_finding {
    const char *why;        /* the evidence, for a person */
    const char *away_until; /* "2013-08-01", the day the writer is back; NULL where it isn't told */
};

/* False where MESSAGE may be a person's. WHOLE_TEXT is its body as text. Everything lives in ARENA. */
bool auto_reply_recognise(const struct message *message, const char *whole_text, struct arena *arena,
                          struct auto_reply_finding *ret);
