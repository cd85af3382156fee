#pragma once
/* Failed recipients in reports that keep no standard: which addresses a text written for people names as failed, and
 * what it says about each. Built on the shapes that such texts share, not on any one system's wording. */
#include "mail/automatic/bounce_report.h"
#include "mail/message/message.h"

/* Reads TEXT (the report's words, without the returned mail) into RET, of BOUNCE_RECIPIENTS_MAX entries; returns their
 * count. Of an entry, recipient and diagnostic are filled in: what stands beside and below the address. Addresses of
 * MESSAGE itself (its sender and recipients) count only where there are no others. Everything lives in ARENA. */
size_t bounce_text_read(const struct message *message, const char *text, struct description_bounce *ret,
                        struct arena *arena);

/* The same for recipients whom a system lists by the names that its own users have, without a domain: AOL, GroupWise.
 * Each is completed with the domain that MESSAGE is from; the diagnostic is what stands beside the name, or what
 * announced the list. */
size_t bounce_text_read_names(const struct message *message, const char *text, struct description_bounce *ret,
                              struct arena *arena);

/* What TEXT says about ADDRESS: from the first line that begins with it to the next blank line; NULL where none does.
 */
const char *bounce_text_about(const char *text, const char *address, struct arena *arena);

/* LENGTH BYTES, or as many of them as a diagnostic may have, as one line without what is not printable. In ARENA. */
const char *bounce_text_line(const char *bytes, size_t length, struct arena *arena);
