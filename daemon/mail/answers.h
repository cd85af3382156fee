#pragma once
/* The digits and words that stand where an answer to a question stands. */
#include <stddef.h>

#include "base/memory.h"

/* TEXT is what the person wrote, WHOLE_TEXT the whole body (an answer may have been put among the quoted lines). The
 * answers come in the order in which they stand, in lower case with ASCII digits, each once; everything in ARENA. */
void answers_find(const char *text, const char *whole_text, struct arena *arena, const char ***ret, size_t *ret_count);
