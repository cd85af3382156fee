#pragma once
/* What every delivery checks before any server sees the message, and the forms of an address on the wire. */
#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "net/post_office.h"

/* Starts a result for REQUEST: its id, OUTCOME, STAGE, the reply's CODE (0 where none), the enhanced STATUS (RFC 3463;
 * "" where none) and one printable line about it. */
void envelope_result(struct send_result *result, int64_t id, enum send_outcome outcome, enum send_stage stage, int code,
                     const char *status, const char *reply);

/* True if the request can be put on the wire as it stands. Otherwise fills RET_REFUSAL: an address that isn't
 * local@domain, is longer than a path may be (RFC 5321 section 4.5.3.1.3), or holds a control character, a space or an
 * angle bracket; a message that is empty, or has a CR or LF that isn't part of a CRLF: servers disagree about where
 * such a line ends, so a second message could be smuggled in. */
bool envelope_check(const struct send_request *request, struct send_result *ret_refusal);

/* Appends ADDRESS with its domain as A-labels (RFC 5891); false where the domain has no such form. */
bool envelope_append_address(struct text *text, const char *address);

/* True where the local part needs SMTPUTF8 (RFC 6531). */
bool envelope_local_is_international(const char *address);

/* Appends the message as DATA carries it (RFC 5321 section 4.5.2): dots doubled at the start of lines, a final CRLF,
 * and the final dot's line. True where it holds 8-bit bytes. */
bool envelope_append_wire(struct text *text, const char *bytes, size_t length);

/* Copies STRING as one printable line of at most SIZE - 1 bytes into BUFFER, cut at a whole character. */
void envelope_copy_line(char *buffer, size_t size, const char *string);
