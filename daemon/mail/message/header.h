#pragma once
/* Writing header fields (RFC 5322, 2047): each header_append_* adds one whole field with its CRLF, folded at 78
 * columns, pure ASCII. Whatever the value holds, it stays one field: header_clean is applied to every value first.
 * NAME is the field's name, always from our own code. A value that is NULL or has nothing left writes no field. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

enum {
    HEADER_DATE_SIZE = 40,
    HEADER_IDENTIFIER_MAX = 512, /* bytes of a Message-ID; longer ones are left out of References */
};

/* Appends VALUE as one line of valid UTF-8: line breaks and tabs become a space, other controls, bidirectional controls
 * (U+061C, U+200E/F, U+202A-E, U+2066-9) and U+FEFF are dropped, ill-formed bytes become U+FFFD;
 * no space at either end. */
void header_clean(struct text *text, const char *value);

/* Free text (Subject): as it is where it is ASCII, else as encoded-words of at most 75 characters. */
void header_append_unstructured(struct text *text, const char *name, const char *value);

/* Tokens, identifiers and the like that we made ourselves (Auto-Submitted, List-Id): printable ASCII only, anything
 * else is dropped; folded at spaces. */
void header_append_structured(struct text *text, const char *name, const char *value);

/* One mailbox: `Display Name <address>`, the name bare, quoted or encoded as it needs; only <address> where NAME_SHOWN
 * is NULL or empty. ADDRESS must have gone through address_parse and be ASCII. */
void header_append_mailbox(struct text *text, const char *name, const char *name_shown, const char *address);

/* Message identifiers, each with its angle brackets (References, In-Reply-To); what header_is_identifier refuses is
 * left out, and of more than 30 only the first and the last 29 are written. */
void header_append_identifiers(struct text *text, const char *name, const char *const *identifiers, size_t count);

/* True for printable ASCII without spaces in one pair of angle brackets, at most HEADER_IDENTIFIER_MAX bytes: more
 * forgiving than RFC 5322 section 3.6.4, because threads hang on the identifiers that others made. */
bool header_is_identifier(const char *identifier);

/* Date: MOMENT (UTC seconds) as the local time ZONE_MINUTES east of UTC. */
void header_append_date(struct text *text, const char *name, int64_t moment, int zone_minutes);

/* "Mon, 23 Nov 2026 14:41:00 +1100" into BUFFER; returns it. */
const char *header_format_date(int64_t moment, int zone_minutes, char buffer[HEADER_DATE_SIZE]);

/* Appends "<LEFT@DOMAIN>"; characters that an identifier can't hold are dropped. LEFT must be unique in the world. */
void header_append_message_id(struct text *text, const char *left, const char *domain);
