#pragma once
/* Delivery status reports in the standard form: fields in groups, one group a recipient (RFC 3464 section 2, RFC 6533);
 * and Amazon SES's. */
#include "base/memory.h"
#include "mail/description.h"

enum { BOUNCE_RECIPIENTS_MAX = 500 };

/* An entry of which nothing more is known than its RECIPIENT ("" for none) and what is said about it. */
struct description_bounce bounce_report_failed(const char *recipient, const char *diagnostic);

/* Reads the groups in TEXT (message/delivery-status, or prose that holds such fields) into RET, of COUNT used and
 * BOUNCE_RECIPIENTS_MAX entries; returns the new count. Of an entry, recipient ("" where it names no mail address),
 * action, status and diagnostic are filled in; a recipient that stands there already is not added again. */
size_t bounce_report_read(const char *text, struct description_bounce *ret, size_t count, struct arena *arena);

/* The address in `rfc822; <anna@example.org>`, domain in lower case; "" where it is none. In ARENA. */
const char *bounce_report_address(const char *value, struct arena *arena);

enum bounce_report_kind { BOUNCE_REPORT_NONE, BOUNCE_REPORT_BOUNCE, BOUNCE_REPORT_COMPLAINT };

/* Reads Amazon SES's notification on a bounce, complaint or delivery, as Amazon SNS mails it (one JSON object as the
 * mail's TEXT), into RET, of BOUNCE_RECIPIENTS_MAX entries, and their number into *RET_COUNT; a delivery is a bounce
 * whose entries are "delivered". BOUNCE_REPORT_NONE (outputs untouched) where TEXT is none. Everything lives in ARENA.
 */
enum bounce_report_kind bounce_report_read_notification(const char *text, struct description_bounce *ret,
                                                        size_t *ret_count, struct arena *arena);
