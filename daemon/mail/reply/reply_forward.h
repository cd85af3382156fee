#pragma once
/* What stands above a mail that is quoted or forwarded without marks: a rule with words ("-----Original Message-----"),
 * a header block ("From: ... Sent: ... To: ... Subject: ..."). */
#include "mail/reply/reply_line.h"

/* How many of the COUNT lines at LINES are such a rule, a header block, or both; 0 for none. */
size_t reply_forward_lines(struct reply_line *lines, size_t count);
