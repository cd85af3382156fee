#pragma once
/* Recognising mail that a program sent, not a person: vacation notices, challenges, lists, robots (RFC 3834). */
#include <stdbool.h>

#include "mail/message/message.h"

struct auto_reply_finding {
    const char *why;        /* the evidence, for a person */
    const char *away_until; /* "2013-08-01": until when the writer says to be away, or when back; NULL where untold */
};

/* MESSAGE went through a mailing list (RFC 2919, RFC 2369, and what lists used before). */
bool auto_reply_through_list(const struct message *message);

/* False where MESSAGE may be a person's. WHOLE_TEXT is its body as text. Everything lives in ARENA. */
bool auto_reply_recognise(const struct message *message, const char *whole_text, struct arena *arena,
                          struct auto_reply_finding *ret);

/* True where MESSAGE asks its reader to prove to be a person (challenge-response), in whatever form: some services send
 * it as a delivery report. */
bool auto_reply_is_challenge(const struct message *message, const char *whole_text);
