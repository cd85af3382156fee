#pragma once
/* How long ago, or how far ahead, roughly and in words. */
#include <stdint.h>

#include "base/memory.h"

/* "a moment", "5 minutes", "3 hours", "2 days", "7 weeks"; SECONDS below 0 count as 0. */
const char *age_words(struct arena *arena, int64_t seconds);
