#pragma once
/* Disclaimers, virus scanners' and list servers' lines, requests to save paper: what stands below a mail and is by
 * nobody who wrote it. */
#include "mail/reply/reply_line.h"

/* The paragraph that begins with the first of the COUNT lines at LINES is one. */
bool reply_footer_begins(const struct reply_line *lines, size_t count);

/* The same, of a paragraph that follows on one: it takes less to be the next of it. */
bool reply_footer_continues(const struct reply_line *lines, size_t count);
