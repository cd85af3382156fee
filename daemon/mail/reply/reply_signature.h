#pragma once
/* What closes a mail and is no part of the letter: signatures, device lines, disclaimers, list servers' lines. */
#include "mail/reply/reply_line.h"

/* Marks it as REPLY_SIGNATURE in each run of lines that no quotation interrupts. A divider cuts only before what is
 * known to be no words of the person's: WRITER (name and address, as From has them; "" where unknown) tells their own
 * signature from any other list of names and numbers. What can't be told is left. *RET_WARNING, for a person, says
 * where that was below a signature's own mark. */
void reply_signature_mark(struct reply_line *lines, size_t count, const char *writer, struct arena *arena,
                          const char **ret_warning);

/* True where LINES hold nothing but "-- " and what follows it, which programs add by themselves. */
bool reply_signature_is_all(struct reply_line *lines, size_t count);
