#pragma once
/* Mail that OpenPGP signed in its text (RFC 9580 section 7). */
#include "mail/reply/reply_line.h"

/* Marks as REPLY_ARMOUR what is the signature's, and takes off the "- " that signed lines were given (section 7.2). */
void reply_armour_mark(struct reply_line *lines, size_t count);
