#pragma once
/* What a mail's bytes themselves tell about their charset, where its header tells nothing or the wrong thing. */
#include <stdbool.h>
#include <stddef.h>

#include "base/memory.h"

/* ICU's name of the likeliest charset of BYTES that are no UTF-8; windows-1252, which gives every byte some meaning,
 * where nothing speaks for another. */
const char *charset_guess(const char *bytes, size_t length);

/* Bytes above 127 prevail: a script that no Western charset writes, whatever was declared. */
bool charset_guess_is_foreign(const char *bytes, size_t length);

/* "UTF-16BE" or "UTF-16LE" for BYTES without a byte order mark: the order in which ASCII characters make sense, big end
 * first where there are none (RFC 2781 section 4.3). */
const char *charset_guess_utf16(const char *bytes, size_t length);

/* TEXT is UTF-8. Where all of it was taken for windows-1252 and encoded a second time on its way ("schÃ¶n"), the text
 * as it was; else NULL. In ARENA. */
char *charset_guess_undouble(const char *text, size_t length, struct arena *arena, size_t *ret_length);

/* The charset that a HTML document's beginning declares for itself; NULL where it does not. In ARENA. */
const char *charset_guess_html(const char *bytes, size_t length, struct arena *arena);
