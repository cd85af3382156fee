#pragma once
/* Any charset to UTF-8, by ICU (never iconv: its modules are files, and the sandbox opens none). What a mail declares
 * is a hint: it is often missing, misspelt or wrong. */
#include <stddef.h>

#include "base/memory.h"
#include "base/text.h"

/* Readies ICU for a process that may not open files. Called once, before the sandbox closes. */
void charset_prepare(void);

/* LENGTH bytes said to be in charset DECLARED (NULL: nothing said) as well-formed UTF-8 without NUL or byte order mark,
 * in ARENA, NUL-terminated; *RET_LENGTH is its length. Where the bytes contradict the declaration the bytes win, and
 * *RET_NOTE (optional) tells it in a sentence; else it becomes NULL. Line ends stay as they are. At most 1 GiB. */
char *charset_to_utf8(const char *bytes, size_t length, const char *declared, struct arena *arena, size_t *ret_length,
                      const char **ret_note);

/* The same, appended to TEXT. */
void charset_append_utf8(struct text *text, const char *charset, const char *bytes, size_t length);

/* In place: CRLF and lone CR become LF. Returns the new length. */
size_t charset_unify_line_ends(char *text, size_t length);
