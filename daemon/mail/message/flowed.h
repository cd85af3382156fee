#pragma once
/* Bodies as they travel: plain text as format=flowed (RFC 3676) and quoted-printable (RFC 2045 section 6.7). Line ends
 * are LF inside; the transfer forms are CRLF. */
#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

enum {
    FLOWED_LINE_MOST = 78, /* columns that a line may have without being wrapped */
    FLOWED_WRAP = 72,      /* columns, the soft break's space included, of a wrapped one; only a longer word has more */
};

/* Appends STRING as valid UTF-8 with LF line ends (CRLF, CR and LF all end a line); other controls but the tab are
 * dropped. Not empty, it ends with LF. */
void flowed_clean(struct text *text, const char *string);

/* Appends clean LF text as format=flowed, DelSp=no: trailing white space dropped, wide lines wrapped at spaces, lines
 * that begin with a space, ">" or "From " stuffed. A line "-- " stays as it is, and none is made. */
void flowed_append(struct text *text, const char *bytes, size_t length);

/* True where LF text can travel as it is: ASCII, no line over 998. */
bool flowed_fits_7bit(const char *bytes, size_t length);

/* Appends LF text with CRLF line ends. */
void flowed_append_crlf(struct text *text, const char *bytes, size_t length);

/* Appends LF text as quoted-printable: lines of at most 76, characters never split between two of them, no line that
 * begins with "." or "From ", no white space at an end. */
void flowed_append_quoted_printable(struct text *text, const char *bytes, size_t length);
