#pragma once
/* Recognising that a mailbox provider reports a recipient's complaint about a mail of ours: RFC 5965 (ARF), and the
 * older and other shapes that providers use. */
#include <stdbool.h>

#include "mail/description.h"
#include "mail/message/message.h"

/* Fills WHY and into the bounces of RET, of which WHOLE_TEXT is read, what is known of each who complained: recipient
 * ("" where the report hides it) and the Message-ID of the mail complained about ("" where not found); action, status
 * and diagnostic "", nothing permanent. At least one. False where MESSAGE is no complaint: RET is untouched. What it
 * points to lives in ARENA. */
bool complaint_recognise(const struct message *message, struct arena *arena, struct description *ret);
