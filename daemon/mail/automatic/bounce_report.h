#pragma once
/* Inside of recognising bounces (bounce.h) and complaints (complaint.h) only: the signs and parts of reports. */
#include "base/memory.h"
#include "mail/description.h"
#include "mail/message/message.h"

enum { BOUNCE_RECIPIENTS_MAX = 500 };

/* ---- bounce_report.c: the standard form, fields in groups, one group a recipient (RFC 3464 section 2, RFC 6533), and
 * Amazon SES's ---- */

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

/* ---- bounce_text.c: failed recipients in reports that keep no standard. Built on the shapes that texts written for
 * people share, not on any one system's wording ---- */

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

/* ---- bounce_original.c: our own mail inside a report on it, as an attached message or header (RFC 3462, RFC 6522), or
 * as text below a line that announces it ---- */

/* Where in TEXT the returned mail begins: the offset of the line that announces it, or of its first header field; the
 * length of TEXT where there is none. */
size_t bounce_original_offset(const char *text);

/* The Message-ID of the mail that MESSAGE, a report whose body as text is TEXT, is about, with angle brackets; "" where
 * it can't be told. In ARENA. */
const char *bounce_original_message_id(const struct message *message, const char *text, struct arena *arena);

/* The one recipient in the To field of the returned mail; NULL where there is none, or several. In ARENA. */
const char *bounce_original_recipient(const struct message *message, const char *text, struct arena *arena);

/* ---- bounce_sign.c: signs that a mail without a standard report still is one; who sends it, under which subject, in
 * which words ---- */

enum bounce_notice {
    BOUNCE_NOTICE_NONE,
    BOUNCE_NOTICE_FAILED,
    BOUNCE_NOTICE_DELAYED, /* the system goes on trying */
    BOUNCE_NOTICE_DELIVERED,
};

struct bounce_sign {
    enum bounce_notice notice;
    const char *why; /* the evidence, for a person */
};

/* Judges MESSAGE, whose words without the returned mail are TEXT; RETURNED: a returned mail was found in or with it. In
 * ARENA. */
struct bounce_sign bounce_sign_find(const struct message *message, const char *text, bool returned,
                                    struct arena *arena);
