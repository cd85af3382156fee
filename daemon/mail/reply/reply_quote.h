#pragma once
/* The marks at the beginning of quoted lines: ">", and the odd ones of some mail programs. */
#include "mail/reply/reply_line.h"

/* Marks as REPLY_QUOTED what is so by itself. */
void reply_quote_mark(struct reply_line *lines, size_t count);

/* The same for the lines that follow directly below an introduction, where any common mark counts. */
void reply_quote_mark_below(struct reply_line *lines, size_t count);
