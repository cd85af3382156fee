#pragma once
/* The digits and words that stand where an answer to a question stands: alone on a line, at the beginning of a short
 * first line, behind "Answer:" or a checked box. Never from quoted text, dates, times, phone numbers, numbered lists.
 */
#include <stddef.h>

#include "base/memory.h"

/* OWN is what surely is the person's (reply_text.h), WHOLE_TEXT the whole body: a line that repeats one of the offered
 * answers with its number ("2 slow") is recognised by it. The answers come in the order in which they stand, in lower
 * case with ASCII digits, each once; a number has two digits at most. Everything in ARENA. Linear in time. */
void answers_find(const char *own, const char *whole_text, struct arena *arena, const char ***ret, size_t *ret_count);

/* For a mail of which nothing stands outside of its quotation (QUOTED, reply_text.h): some people write into the list
 * of answers that they were sent. The answer is the one box checked, the one number on a line of its own, the one
 * offered answer with an arrow or a tick, or the only one that was left (not the first: that may be a list of one);
 * with any other, or the whole list, there is none. */
void answers_find_quoted(const char *quoted, struct arena *arena, const char ***ret, size_t *ret_count);
