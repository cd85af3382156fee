#pragma once
/* Character sets to UTF-8, through ICU (never iconv, which opens files and so fails in the sandbox). */
#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

/* Appends LENGTH bytes of CHARSET (an IANA or MIME name, any case) as valid UTF-8; what does not map becomes U+FFFD.
 * CHARSET NULL, "", unknown to ICU, or contradicted by the bytes (us-ascii or utf-8 that is not) is guessed: UTF-8
 * where the bytes are well-formed UTF-8, windows-1252 otherwise. Returns false where it had to guess, or to put in
 * U+FFFD. */
bool charset_append_utf8(struct text *text, const char *charset, const char *bytes, size_t length);
