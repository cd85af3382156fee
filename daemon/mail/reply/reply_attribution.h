#pragma once
/* The lines by which mail programs introduce a quotation: "On Monday at 10:00 Anna <anna@example.org> wrote:". */
#include "mail/reply/reply_line.h"

/* How many of the COUNT lines at LINES introduce a quotation together (they may be wrapped); 0 for none. LINES may be
 * looked at before its start where there are BEFORE lines. *RET_CERTAIN: so by itself; otherwise only where a marked
 * quotation follows. */
size_t reply_attribution_lines(struct reply_line *lines, size_t before, size_t count, bool *ret_certain);

/* The line LINES[0] tells the date of the introduction that the COUNT lines below it are, and that tells none. */
bool reply_attribution_is_date(const struct reply_line *lines, size_t count);
