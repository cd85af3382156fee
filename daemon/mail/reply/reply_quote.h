#pragma once
/* The marks at the beginning of quoted lines: ">", and the odd ones of some mail programs. */
#include "mail/reply/reply_line.h"

/* Marks as REPLY_QUOTED what is so by itself. */
void reply_quote_mark(struct reply_line *lines, size_t count);

/* The same for the lines that follow directly below an introduction, where any common mark counts. */
void reply_quote_mark_below(struct reply_line *lines, size_t count);

/* Of a mail that OpenPGP signed in its text (RFC 9580 section 7), marks as REPLY_ARMOUR what is the signature's, and
 * takes off the "- " that signed lines were given (section 7.2). */
void reply_quote_mark_armour(struct reply_line *lines, size_t count);
