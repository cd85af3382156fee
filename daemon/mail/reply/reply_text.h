#pragma once
/* What a person wrote in a reply, without what they quoted and without their signature. */
#include "base/memory.h"

struct reply_text {
    const char *text; /* trimmed; "" where the whole text says nothing. Where nothing would be left, or where it can't
                         be told who wrote what, more of the whole text than the person's own words */
    const char *own;  /* what surely is the person's; a line "\f" stands for each quotation left out */
    const char
        *quoted; /* the marked quotation, where nothing stands outside of it but what a program adds; else NULL */
    const char *warning; /* what was doubtful, for a person; NULL where nothing was */
};

/* WHOLE_TEXT is the body as text, LF line ends; quotations that were marked in HTML stand behind "> ", signatures after
 * a line "-- ". WRITER is the name and address that it is from, "" where unknown: it tells a signature from a list of
 * other people. Everything lives in ARENA. Linear in time. */
void reply_text_extract(const char *whole_text, const char *writer, struct arena *arena, struct reply_text *ret);
