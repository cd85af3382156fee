#pragma once
/* A header field being written: folded as it grows. For header.c, which knows what each field holds. */
#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

enum {
    HEADER_FIELD_LINE_MOST = 78,         /* columns; RFC 5322 section 2.1.1 */
    HEADER_FIELD_ENCODED_LINE_MOST = 76, /* of a line that holds an encoded-word; RFC 2047 section 2 */
};

/* TEXT from LINE on is the line under way. */
struct header_field {
    struct text *text;
    size_t line;
};

/* Appends "NAME: "; the end appends CRLF. */
struct header_field header_field_begin(struct text *text, const char *name);
void header_field_end(struct header_field *field);

/* How many columns of the line are taken. */
size_t header_field_column(const struct header_field *field);
void header_field_fold(struct header_field *field); /* a new line; the caller goes on with a space */

/* True for printable ASCII of words no longer than WORD_MOST, in which no reader sees an encoded-word. */
bool header_field_can_stand_bare(const char *value, size_t word_most);

/* Appends printable ASCII, folding before its spaces; with ESCAPE as the inside of a quoted string. */
void header_field_append_words(struct header_field *field, const char *value, bool escape);

/* Appends clean UTF-8 as encoded-words (RFC 2047), in Q or B as is shorter. */
void header_field_append_encoded(struct header_field *field, const char *bytes, size_t length);
