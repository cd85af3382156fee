#pragma once
/* Address lists, message identifiers and dates as they stand in received header fields (RFC 5322 sections 3.3, 3.4,
 * 3.6.4 and 4, and the many ways in which mail departs from them). Linear in time, without recursion, never failing:
 * what has no sense is left out. */
#include <stddef.h>
#include <stdint.h>

#include "mail/message/message.h"

enum { MAILBOX_MAX = 1000, MAILBOX_IDENTIFIERS_MAX = 200 };

/* The mailboxes in an unfolded, undecoded address field; groups are flattened. An entry without any address has "" as
 * its address, or the bare word where it is one ("MAILER-DAEMON"). At most MAILBOX_MAX. */
void mailbox_parse_list(const char *raw, struct arena *arena, const struct message_address **ret, size_t *ret_count);

/* The identifiers in an unfolded References, In-Reply-To or Message-ID field, with angle brackets, without white space.
 * At most MAILBOX_IDENTIFIERS_MAX, of which the last is always the field's last. */
void mailbox_parse_identifiers(const char *raw, struct arena *arena, const char ***ret, size_t *ret_count);

/* UTC seconds of a Date field; 0 where it can't be understood or lies outside 1970 to 2100. Without a zone: UTC. */
int64_t mailbox_parse_date(const char *raw);
