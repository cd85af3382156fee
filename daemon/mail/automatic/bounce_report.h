#pragma once
/* Delivery status reports in the standard form: fields in groups, one group a recipient (RFC 3464 section 2, RFC 6533).
 */
#include "base/memory.h"
#include "mail/description.h"

enum { BOUNCE_RECIPIENTS_MAX = 500 };

/* Reads the groups in TEXT (message/delivery-status, or prose that holds such fields) into RET, of COUNT used and
 * BOUNCE_RECIPIENTS_MAX entries; returns the new count. Of an entry, recipient ("" where it names no mail address),
 * action, status and diagnostic are filled in; a recipient that stands there already is not added again. */
size_t bounce_report_read(const char *text, struct description_bounce *ret, size_t count, struct arena *arena);

/* The address in `rfc822; <anna@example.org>`, domain in lower case; "" where it is none. In ARENA. */
const char *bounce_report_address(const char *value, struct arena *arena);
