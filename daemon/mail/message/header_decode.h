#pragma once
/* Reading header values: RFC 2047 encoded-words and RFC 2231 parameters into UTF-8, forgiving of all that real mail
 * gets wrong. Never fails; time is linear in the input. Safe on hostile bytes. */
#include <stddef.h>

#include "base/memory.h"
#include "base/text.h"

struct header_parameter {
    const char *name;
    const char *value; /* UTF-8 */
};

/* Appends an unstructured value, or one phrase of a structured one, decoded: folds undone, white space between adjacent
 * encoded-words dropped, characters split between two of them joined, unknown charsets and raw 8-bit bytes guessed
 * (charset.h), broken encoded-words left as they stand. The result is valid UTF-8 without CR, LF and NUL. */
void header_decode(struct text *text, const char *bytes, size_t length);

/* The same into an arena. */
char *header_decode_string(const char *value, struct arena *arena);

/* Splits `value; name=value; name*0*=...` (an unfolded or folded raw field body): *RET_VALUE is what stands before the
 * first semicolon, trimmed, comments removed; *RET the parameters, of which at most 100 are read. Continuations
 * (name*0, name*1*) are joined in order of their numbers, charset'language'percent-encoding is decoded and, as many
 * senders do against the rules, so are encoded-words or raw 8-bit bytes in plain values. Names come out in lower case,
 * each once: an RFC 2231 form wins over a plain one. Returns the count; *RET lives in ARENA. */
size_t header_decode_field(const char *bytes, size_t length, struct arena *arena, const char **ret_value,
                           struct header_parameter **ret);

/* The value of a parameter in a decoded list, or NULL. NAME in lower case. */
const char *header_decode_find(const struct header_parameter *parameters, size_t count, const char *name);

/* Past white space and comments (RFC 5322 section 3.2.2) from AT on, up to END. */
const char *header_decode_skip_blanks(const char *at, const char *end);

/* Appends what the quoted string at AT holds; returns what is behind it, END where it never closes. */
const char *header_decode_quoted(struct text *text, const char *at, const char *end);
