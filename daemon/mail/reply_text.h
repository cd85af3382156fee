#pragma once
/* What a person wrote in a reply, without what they quoted and without their signature. */
#include "base/memory.h"

struct reply_text {
    const char *text; /* trimmed; "" where nothing is left */
};

/* WHOLE_TEXT is the body as text, LF line ends; quotations that were marked in HTML stand behind "> ", signatures after
 * a line "-- ". Everything lives in ARENA. */
void reply_text_extract(const char *whole_text, struct arena *arena, struct reply_text *ret);
