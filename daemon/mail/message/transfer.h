#pragma once
/* Content-Transfer-Encoding (RFC 2045 section 6) and uuencode, read as sloppily as real mail is written. Linear in
 * time; what comes out is never longer than what went in. */
#include <stdbool.h>
#include <stddef.h>

#include "base/memory.h"
#include "base/text.h"

enum transfer_encoding { TRANSFER_IDENTITY, TRANSFER_BASE64, TRANSFER_QUOTED_PRINTABLE, TRANSFER_UUENCODE };

/* The encoding named in a Content-Transfer-Encoding value (any case, comments and quotes tolerated). False for an
 * unknown word; *RET is then TRANSFER_IDENTITY, which is how such a part is best read. */
bool transfer_find(const char *value, enum transfer_encoding *ret);

/* 0 to 63 for a digit of base64 or base64url (RFC 4648 sections 4 and 5); -1 for any other character. */
int transfer_base64_value(char digit);

/* Decodes into ARENA; the result is NUL-terminated besides. *RET_DAMAGED becomes true where bytes had to be skipped or
 * taken literally. */
char *transfer_decode(enum transfer_encoding encoding, const char *bytes, size_t length, struct arena *arena,
                      size_t *ret_length, bool *ret_damaged);

/* Appends LENGTH bytes as base64 (RFC 4648 section 4), on one line. */
void transfer_append_base64(struct text *text, const char *bytes, size_t length);
