#pragma once
/* Recognising mail that a program sent, not a person: vacation notices, challenges, lists, robots (RFC 3834). */
#include <stdbool.h>

#include "mail/description.h"
#include "mail/message/message.h"

/* MESSAGE went through a mailing list (RFC 2919, RFC 2369, and what lists used before). */
bool auto_reply_through_list(const struct message *message);

/* Fills WHY and AWAY_UNTIL into RET, of which WHOLE_TEXT is read. False where MESSAGE may be a person's: RET is
 * untouched. What it points to lives in ARENA. */
bool auto_reply_recognise(const struct message *message, struct arena *arena, struct description *ret);

/* True where MESSAGE asks its reader to prove to be a person (challenge-response), in whatever form: some services send
 * it as a delivery report. */
bool auto_reply_is_challenge(const struct message *message, const char *whole_text);
