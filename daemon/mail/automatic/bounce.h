#pragma once
/* Recognising that a mail reports on the delivery of another, in the standard form (RFC 3464) or any of the others, and
 * of which mail and recipients. */
#include <stdbool.h>

#include "mail/description.h"
#include "mail/message/message.h"

/* Fills WHY and the bounces into RET, of which WHOLE_TEXT is read: one for each recipient that MESSAGE reports on, or
 * one with none. The recipient is the address that failed (RFC 3464's final recipient; the original one where the final
 * is no mail address). False where MESSAGE is no report: RET is untouched. What it points to lives in ARENA. */
bool bounce_recognise(const struct message *message, struct arena *arena, struct description *ret);
