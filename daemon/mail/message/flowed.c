#include "mail/message/flowed.h"

#include <string.h>

#include "base/memory.h"

enum { LINE_OCTETS_MOST = 998, QUOTED_LINE_MOST = 76, TAB_COLUMNS = 8 };

/* ---- Clean text ---- */

static bool is_plain(char c) {
    return (c >= ' ' && c <= '~') || c == '\n' || c == '\t';
}

/* How many bytes from BYTES + FROM on can be taken as they stand: plain ones and well-formed characters beyond C1. */
static size_t clean_run(const char *bytes, size_t length, size_t from) {
    size_t position = from;
    while (position < length) {
        size_t next = position;
        if (is_plain(bytes[position])) {
            position++;
            continue;
        }
        if ((unsigned char)bytes[position] < 0xC2)
            break;
        uint32_t c = utf8_next(bytes, length, &next);
        if (c < 0xA0 || (c == 0xFFFD && next == position + 1))
            break;
        position = next;
    }
    return position - from;
}

void flowed_clean(struct text *text, const char *string) {
    size_t length = string ? strlen(string) : 0, start = text->length;
    text_reserve(text, length + 1);
    for (size_t position = 0; position < length;) {
        size_t run = clean_run(string, length, position);
        text_append_bytes(text, string + position, run);
        if ((position += run) == length)
            break;
        uint32_t c = utf8_next(string, length, &position);
        if (c == '\r') {
            text_append_char(text, '\n');
            position += string[position] == '\n';
        } else if (c >= 0xA0) {
            text_append_codepoint(text, c);
        }
    }
    if (text->length > start && text->bytes[text->length - 1] != '\n')
        text_append_char(text, '\n');
}

/* ---- format=flowed ---- */

static size_t columns_of(const char *bytes, size_t length, struct text *scratch) {
    size_t i = 0;
    while (i < length && bytes[i] >= ' ' && bytes[i] <= '~')
        i++;
    if (i == length)
        return length;
    text_clear(scratch);
    size_t tabs = 0;
    for (i = 0; i < length; i++) {
        if (bytes[i] == '\t')
            tabs++;
        else
            text_append_char(scratch, bytes[i]);
    }
    return utf8_width(text_string(scratch)) + tabs * TAB_COLUMNS;
}

static bool needs_stuffing(const char *at, const char *end) {
    return at < end && (*at == ' ' || *at == '>' || (end - at >= 5 && memcmp(at, "From ", 5) == 0));
}

static bool is_signature_mark(const char *line, size_t length) {
    return length == 3 && memcmp(line, "-- ", 3) == 0;
}

/* A soft break, unless the line has nothing before its spaces or would become a signature mark. */
static bool can_break(const struct text *text, size_t line) {
    return text->length > line && text->bytes[text->length - 1] == ' ' &&
           !is_signature_mark(text->bytes + line, text->length - line);
}

/* One line wider than FLOWED_LINE_MOST: words and single spaces, one after the other. */
static void wrap_line(struct text *text, const char *at, const char *end, struct text *scratch) {
    size_t line = text->length, columns = 0;
    while (at < end) {
        const char *word_end = *at == ' ' ? at + 1 : memchr(at, ' ', (size_t)(end - at));
        if (!word_end)
            word_end = end;
        size_t width = *at == ' ' ? 1 : columns_of(at, (size_t)(word_end - at), scratch);
        bool space_follows = *at != ' ' && word_end < end;
        if (columns + width + space_follows > FLOWED_WRAP && can_break(text, line)) {
            text_append_char(text, '\n');
            line = text->length;
            columns = 0;
        }
        if (text->length == line && needs_stuffing(at, end)) {
            text_append_char(text, ' ');
            columns++;
        }
        text_append_bytes(text, at, (size_t)(word_end - at));
        columns += width;
        at = word_end;
    }
    text_append_char(text, '\n');
}

void flowed_append(struct text *text, const char *bytes, size_t length) {
    auto_text scratch = TEXT_EMPTY;
    const char *limit = bytes + length;
    text_reserve(text, length + length / 8);
    for (const char *at = bytes; at < limit;) {
        const char *next = memchr(at, '\n', (size_t)(limit - at)), *end = next ? next : limit;
        next = next ? next + 1 : limit;
        if (!is_signature_mark(at, (size_t)(end - at)))
            while (end > at && (end[-1] == ' ' || end[-1] == '\t'))
                end--;
        bool stuffed = needs_stuffing(at, end);
        /* No character has more columns than bytes, but for the tab. */
        bool narrow = end - at + stuffed <= FLOWED_LINE_MOST && !memchr(at, '\t', (size_t)(end - at));
        if (narrow || columns_of(at, (size_t)(end - at), &scratch) + stuffed <= FLOWED_LINE_MOST) {
            if (stuffed)
                text_append_char(text, ' ');
            text_append_bytes(text, at, (size_t)(end - at));
            text_append_char(text, '\n');
        } else {
            wrap_line(text, at, end, &scratch);
        }
        at = next;
    }
}

/* ---- Transfer ---- */

bool flowed_fits_7bit(const char *bytes, size_t length) {
    size_t line = 0;
    for (size_t i = 0; i < length; i++) {
        line = bytes[i] == '\n' ? 0 : line + 1;
        if ((unsigned char)bytes[i] >= 0x80 || line > LINE_OCTETS_MOST)
            return false;
    }
    return true;
}

void flowed_append_crlf(struct text *text, const char *bytes, size_t length) {
    const char *limit = bytes + length;
    for (const char *at = bytes; at < limit;) {
        const char *end = memchr(at, '\n', (size_t)(limit - at));
        text_append_bytes(text, at, (size_t)((end ? end : limit) - at));
        text_append_bytes(text, "\r\n", end ? 2 : 0);
        at = end ? end + 1 : limit;
    }
}

static bool stands_for_itself(char c) {
    return c >= ' ' && c <= '~' && c != '=';
}

static char *put_quoted(char *out, char c) {
    static const char digits[] = "0123456789ABCDEF";
    out[0] = '=';
    out[1] = digits[(unsigned char)c >> 4];
    out[2] = digits[(unsigned char)c & 15];
    return out + 3;
}

/* One line without its LF; returns where the output ends. */
static char *put_quoted_line(char *out, const char *at, const char *end) {
    char *line = out;
    while (at < end) {
        size_t bytes = 1;
        if ((unsigned char)*at >= 0xC0)
            while (at + bytes < end && bytes < 4 && ((unsigned char)at[bytes] & 0xC0) == 0x80)
                bytes++;
        bool last = at + bytes == end;
        bool guarded = out == line && (*at == '.' || (end - at >= 5 && memcmp(at, "From ", 5) == 0));
        bool literal = (stands_for_itself(*at) || *at == '\t') && !guarded && !(last && (*at == ' ' || *at == '\t'));
        size_t cost = literal ? 1 : 3 * bytes;
        if ((size_t)(out - line) + cost > QUOTED_LINE_MOST - (last ? 0 : 1)) {
            memcpy(out, "=\r\n", 3);
            line = out += 3;
            continue; /* what may not begin a line is looked at again */
        }
        if (literal)
            *out++ = *at;
        for (size_t i = 0; !literal && i < bytes; i++)
            out = put_quoted(out, at[i]);
        at += bytes;
    }
    return out;
}

void flowed_append_quoted_printable(struct text *text, const char *bytes, size_t length) {
    const char *limit = bytes + length;
    text_reserve(text, length + 512);
    for (const char *at = bytes; at < limit;) {
        const char *newline = memchr(at, '\n', (size_t)(limit - at)), *end = newline ? newline : limit;
        size_t line = (size_t)(end - at);
        /* Three for each byte, and a soft break after at least 62 of those. */
        text_reserve(text, line * 3 + (line * 3 / 62 + 1) * 3 + 2);
        char *out = put_quoted_line(text->bytes + text->length, at, end);
        if (newline) {
            memcpy(out, "\r\n", 2);
            out += 2;
        }
        text->length = (size_t)(out - text->bytes);
        text->bytes[text->length] = '\0';
        at = newline ? newline + 1 : limit;
    }
}
