#pragma once
/* Pictures for mails, drawn of the words that say the same: those are their alternative text, in any language. */
#include "base/error.h"
#include "base/text.h"

/* Draws WORDS, "12 well, 3 slow, 1 quiet" or "Letters a week: 4, 0, 7" (a title may stand before a colon), as a PNG.
 * KIND: "health" draws a bar for each number, in the order of programme/health.h (well, slow, quiet, not known, new, at
 * rest); "weeks" a column for each. PERMANENT where the words have no number, or the kind is another. */
bool picture_draw(const char *kind, const char *words, struct text *ret_png, struct error *error);
