#pragma once
/* The one growing string. Always NUL-terminated once anything was appended (text_string() is so even when empty);
 * may hold any bytes, NUL included. */
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text {
    char *bytes;   /* owned; NULL while empty */
    size_t length; /* bytes, without the final NUL */
    size_t capacity;
};

#define TEXT_EMPTY ((struct text){0})
/* A text that frees itself at the end of its scope: `auto_text body = TEXT_EMPTY;` */
#define auto_text __attribute__((__cleanup__(text_free))) struct text

void text_free(struct text *text);                       /* leaves it empty and usable */
void text_clear(struct text *text);                      /* keeps the capacity */
void text_reserve(struct text *text, size_t more);       /* room for MORE further bytes */
void text_append(struct text *text, const char *string); /* NULL appends nothing */
void text_append_bytes(struct text *text, const void *bytes, size_t length);
void text_append_char(struct text *text, char character);
void text_append_codepoint(struct text *text, uint32_t codepoint); /* as UTF-8; an invalid one as U+FFFD */
void text_append_format(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_append_format_list(struct text *text, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));
void text_truncate(struct text *text, size_t length);
void text_trim_end(struct text *text, const char *characters); /* takes all of them off the end */
const char *text_string(const struct text *text);              /* never NULL; valid until the next change */
char *text_steal(struct text *text); /* the bytes, owned by the caller; the text is empty after; never NULL */

/* Plain string helpers, all on NUL-terminated strings. */

bool string_equal(const char *a, const char *b);             /* NULL equals only NULL */
bool string_equal_ignore_case(const char *a, const char *b); /* ASCII case only */
bool string_starts_with(const char *string, const char *prefix);
bool string_starts_with_ignore_case(const char *string, const char *prefix);
bool string_ends_with(const char *string, const char *suffix);
bool string_is_empty(const char *string);                 /* NULL or "" */
void string_lower_ascii(char *string);                    /* in place */
void string_trim(char *string);                           /* in place: ASCII white space at both ends */
bool string_to_integer(const char *string, int64_t *ret); /* decimal, the whole string; false leaves *ret */

/* The line that *AT stands at, its length without the LF in *RET_LENGTH; moves *AT to the next. NULL at the end. */
const char *string_next_line(const char **at, size_t *ret_length);

/* How many of LENGTH bytes at the beginning are of CHARACTERS; how many are left without those at the end. */
size_t bytes_span(const char *bytes, size_t length, const char *characters);
size_t bytes_trim(const char *bytes, size_t length, const char *characters);

/* True where LENGTH bytes are well-formed UTF-8. */
bool utf8_is_valid(const char *bytes, size_t length);

/* How many bytes of a byte order mark LENGTH bytes of UTF-8 begin with: 3, or 0 where there is none. */
size_t utf8_mark_length(const char *bytes, size_t length);

/* How many lines end (with LF) within LENGTH bytes. */
int utf8_line_ends(const char *bytes, size_t length);

/* How many of LENGTH bytes of UTF-8 to keep where at most MOST are wanted: all, or so many that no character is cut. */
size_t utf8_cut(const char *bytes, size_t length, size_t most);

/* Decodes one code point at *POSITION (< LENGTH) and moves *POSITION past it; an ill-formed byte gives U+FFFD and
 * moves by one. */
uint32_t utf8_next(const char *bytes, size_t length, size_t *position);

/* Appends STRING made safe for one line of a terminal or log: C0/C1 controls, DEL and bidirectional controls
 * (U+061C, U+200E/F, U+202A-E, U+2066-9) become '?' , ill-formed UTF-8 becomes U+FFFD. */
void text_append_printable(struct text *text, const char *string);

/* Appends JSON so that it says the same, but no terminal takes any of it for a command: DEL, C1 and bidirectional
 * controls, which JSON lets stand in strings as they are, become \uXXXX. */
void text_append_json(struct text *text, const char *json);

/* Appends LENGTH bytes so that they stand for themselves in HTML, in an attribute between double quotes as well. */
void text_append_html(struct text *text, const char *bytes, size_t length);

/* Columns that STRING takes on a terminal (East Asian wide = 2, combining = 0). */
size_t utf8_width(const char *string);

/* Kinds of ASCII characters, whatever the locale; bytes of other characters are of none. */
bool ascii_is_digit(char character);
bool ascii_is_letter(char character);
bool ascii_is_letter_or_digit(char character);
bool ascii_is_blank(char character); /* a space or a tab */

/* What a hexadecimal digit of either case stands for; -1 where it is none. */
int ascii_hex_value(char character);
