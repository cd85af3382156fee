#include "base/text.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include "base/error.h"
#include "base/memory.h"

void text_free(struct text *text) {
    free(text->bytes);
    *text = TEXT_EMPTY;
}

void text_clear(struct text *text) {
    text_truncate(text, 0);
}

void text_reserve(struct text *text, size_t more) {
    size_t needed;
    require(!__builtin_add_overflow(text->length, more, &needed) && needed < SIZE_MAX);
    text->bytes = memory_grow(text->bytes, &text->capacity, needed + 1, 1);
    text->bytes[text->length] = '\0';
}

void text_append(struct text *text, const char *string) {
    if (string)
        text_append_bytes(text, string, strlen(string));
}

void text_append_bytes(struct text *text, const void *bytes, size_t length) {
    text_reserve(text, length);
    if (length)
        memcpy(text->bytes + text->length, bytes, length);
    text->length += length;
    text->bytes[text->length] = '\0';
}

void text_append_char(struct text *text, char character) {
    text_append_bytes(text, &character, 1);
}

void text_append_codepoint(struct text *text, uint32_t codepoint) {
    if (codepoint > 0x10FFFF || U_IS_SURROGATE(codepoint))
        codepoint = 0xFFFD;
    uint8_t bytes[U8_MAX_LENGTH];
    size_t length = 0;
    U8_APPEND_UNSAFE(bytes, length, codepoint);
    text_append_bytes(text, bytes, length);
}

void text_append_format(struct text *text, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    text_append_format_list(text, format, arguments);
    va_end(arguments);
}

void text_append_format_list(struct text *text, const char *format, va_list arguments) {
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    require(length >= 0);
    text_reserve(text, (size_t)length);
    vsnprintf(text->bytes + text->length, (size_t)length + 1, format, arguments);
    text->length += (size_t)length;
}

void text_truncate(struct text *text, size_t length) {
    if (length >= text->length)
        return;
    text->length = length;
    text->bytes[length] = '\0';
}

void text_trim_end(struct text *text, const char *characters) {
    size_t length = bytes_trim(text->bytes, text->length, characters);
    if (length < text->length)
        text_truncate(text, length);
}

const char *text_string(const struct text *text) {
    return text->bytes ? text->bytes : "";
}

char *text_steal(struct text *text) {
    text_reserve(text, 0);
    char *bytes = text->bytes;
    *text = TEXT_EMPTY;
    return bytes;
}

bool string_equal(const char *a, const char *b) {
    return a && b ? strcmp(a, b) == 0 : a == b;
}

bool string_equal_ignore_case(const char *a, const char *b) {
    return a && b ? strcasecmp(a, b) == 0 : a == b;
}

bool string_starts_with(const char *string, const char *prefix) {
    return strncmp(string, prefix, strlen(prefix)) == 0;
}

bool string_starts_with_ignore_case(const char *string, const char *prefix) {
    return strncasecmp(string, prefix, strlen(prefix)) == 0;
}

bool string_ends_with(const char *string, const char *suffix) {
    size_t length = strlen(string), suffix_length = strlen(suffix);
    return length >= suffix_length && memcmp(string + length - suffix_length, suffix, suffix_length) == 0;
}

bool string_is_empty(const char *string) {
    return !string || !*string;
}

void string_lower_ascii(char *string) {
    for (; *string; string++)
        if (*string >= 'A' && *string <= 'Z')
            *string = (char)(*string - 'A' + 'a');
}

void string_trim(char *string) {
    size_t length = strlen(string), start = 0;
    while (length > 0 && isspace((unsigned char)string[length - 1]))
        length--;
    while (start < length && isspace((unsigned char)string[start]))
        start++;
    memmove(string, string + start, length - start);
    string[length - start] = '\0';
}

const char *string_next_line(const char **at, size_t *ret_length) {
    const char *line = *at;
    if (!*line)
        return NULL;
    *ret_length = strcspn(line, "\n");
    *at = line + *ret_length + (line[*ret_length] == '\n');
    return line;
}

size_t bytes_span(const char *bytes, size_t length, const char *characters) {
    size_t span = 0;
    while (span < length && bytes[span] && strchr(characters, bytes[span]))
        span++;
    return span;
}

size_t bytes_trim(const char *bytes, size_t length, const char *characters) {
    while (length > 0 && bytes[length - 1] && strchr(characters, bytes[length - 1]))
        length--;
    return length;
}

bool string_to_integer(const char *string, int64_t *ret) {
    if (!string || (!(*string >= '0' && *string <= '9') && *string != '-'))
        return false;
    char *end;
    errno = 0;
    long long value = strtoll(string, &end, 10);
    if (errno || *end || end == string)
        return false;
    *ret = value;
    return true;
}

bool utf8_is_valid(const char *bytes, size_t length) {
    for (size_t position = 0; position < length;) {
        size_t before = position;
        if (utf8_next(bytes, length, &position) == 0xFFFD &&
            !(position - before == 3 && memcmp(bytes + before, "\xEF\xBF\xBD", 3) == 0))
            return false;
    }
    return true;
}

size_t utf8_mark_length(const char *bytes, size_t length) {
    return length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
}

int utf8_line_ends(const char *bytes, size_t length) {
    int count = 0;
    for (size_t i = 0; i < length; i++)
        count += bytes[i] == '\n';
    return count;
}

size_t utf8_cut(const char *bytes, size_t length, size_t most) {
    if (length <= most)
        return length;
    while (most > 0 && ((unsigned char)bytes[most] & 0xC0) == 0x80)
        most--;
    return most;
}

uint32_t utf8_next(const char *bytes, size_t length, size_t *position) {
    /* ICU's macro counts in int32_t: hand it a window of one sequence. */
    const uint8_t *window = (const uint8_t *)bytes + *position;
    int32_t available = length - *position < 4 ? (int32_t)(length - *position) : 4, used = 0;
    UChar32 codepoint;
    U8_NEXT(window, used, available, codepoint);
    if (codepoint < 0) {
        *position += 1;
        return 0xFFFD;
    }
    *position += (size_t)used;
    return (uint32_t)codepoint;
}

static bool is_bidirectional_control(uint32_t codepoint) {
    return codepoint == 0x061C || codepoint == 0x200E || codepoint == 0x200F ||
           (codepoint >= 0x202A && codepoint <= 0x202E) || (codepoint >= 0x2066 && codepoint <= 0x2069);
}

/* What a terminal, or whoever reads a log by lines, may take for more than a character. */
static bool is_control(uint32_t codepoint) {
    return codepoint < 0x20 || (codepoint >= 0x7F && codepoint < 0xA0) || codepoint == 0x2028 || codepoint == 0x2029 ||
           is_bidirectional_control(codepoint);
}

void text_append_printable(struct text *text, const char *string) {
    size_t length = strlen(string);
    for (size_t position = 0; position < length;) {
        uint32_t codepoint = utf8_next(string, length, &position);
        text_append_codepoint(text, is_control(codepoint) ? '?' : codepoint);
    }
}

void text_append_json(struct text *text, const char *json) {
    size_t length = strlen(json);
    for (size_t position = 0; position < length;) {
        uint32_t codepoint = utf8_next(json, length, &position);
        if (codepoint >= 0x20 && is_control(codepoint))
            text_append_format(text, "\\u%04X", codepoint);
        else
            text_append_codepoint(text, codepoint);
    }
}

void text_append_html(struct text *text, const char *bytes, size_t length) {
    for (size_t i = 0; i < length; i++) {
        const char *escaped = bytes[i] == '&'   ? "&amp;"
                              : bytes[i] == '<' ? "&lt;"
                              : bytes[i] == '>' ? "&gt;"
                              : bytes[i] == '"' ? "&quot;"
                                                : NULL;
        text_append(text, escaped);
        if (!escaped)
            text_append_char(text, bytes[i]);
    }
}

size_t utf8_width(const char *string) {
    size_t length = strlen(string), columns = 0;
    for (size_t position = 0; position < length;) {
        UChar32 codepoint = (UChar32)utf8_next(string, length, &position);
        int8_t type = u_charType(codepoint);
        if (type == U_NON_SPACING_MARK || type == U_ENCLOSING_MARK || type == U_FORMAT_CHAR)
            continue;
        int32_t width = u_getIntPropertyValue(codepoint, UCHAR_EAST_ASIAN_WIDTH);
        columns += width == U_EA_WIDE || width == U_EA_FULLWIDTH ? 2 : 1;
    }
    return columns;
}

bool ascii_is_digit(char character) {
    return character >= '0' && character <= '9';
}

bool ascii_is_letter(char character) {
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z');
}

bool ascii_is_letter_or_digit(char character) {
    return ascii_is_letter(character) || ascii_is_digit(character);
}

bool ascii_is_blank(char character) {
    return character == ' ' || character == '\t';
}

int ascii_hex_value(char character) {
    if (ascii_is_digit(character))
        return character - '0';
    if (character >= 'A' && character <= 'F')
        return character - 'A' + 10;
    return character >= 'a' && character <= 'f' ? character - 'a' + 10 : -1;
}
