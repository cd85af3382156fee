#include "mail/message/transfer.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "mail/terms.h"

bool transfer_find(const char *value, enum transfer_encoding *ret) {
    static const struct {
        const char *words;
        enum transfer_encoding encoding;
    } known[] = {
        {"7bit|8bit|binary|7-bit|8-bit", TRANSFER_IDENTITY},
        {"base64", TRANSFER_BASE64},
        {"quoted-printable", TRANSFER_QUOTED_PRINTABLE},
        {"uuencode|x-uuencode|x-uue|uue", TRANSFER_UUENCODE},
    };
    char word[32];
    value += strspn(value, " \t\"");
    snprintf(word, sizeof word, "%.*s", (int)strcspn(value, " \t\";(,"), value);
    string_lower_ascii(word);
    *ret = TRANSFER_IDENTITY;
    for (size_t i = 0; i < COUNT_OF(known); i++)
        if (terms_are(word, known[i].words)) {
            *ret = known[i].encoding;
            return true;
        }
    return false;
}

int transfer_base64_value(char digit) {
    if (digit >= 'A' && digit <= 'Z')
        return digit - 'A';
    if (digit >= 'a' && digit <= 'z')
        return digit - 'a' + 26;
    if (digit >= '0' && digit <= '9')
        return digit - '0' + 52;
    return digit == '+' || digit == '-' ? 62 : digit == '/' || digit == '_' ? 63 : -1;
}

/* After the padding a mailing list may have put its footer in plain text: base64 proper goes on only where the next
 * line holds nothing but the alphabet. Gives that line's end, 0 where base64 is over. */
static size_t base64_goes_on(const char *bytes, size_t length, size_t from) {
    size_t start = from + bytes_span(bytes + from, length - from, "\r\n \t="), i = start;
    for (; i < length && bytes[i] != '\n' && bytes[i] != '\r'; i++)
        if (transfer_base64_value(bytes[i]) < 0 && bytes[i] != '=')
            return 0;
    return i > start && (i - start) % 4 == 0 ? i : 0;
}

static size_t decode_base64(const char *bytes, size_t length, char *out, bool *damaged) {
    size_t written = 0, judged = 0; /* JUDGED: up to here it is base64 without doubt */
    unsigned group = 0, have = 0;
    for (size_t i = 0; i < length; i++) {
        int value = transfer_base64_value(bytes[i]);
        if (value >= 0) {
            group = (group << 6 | (unsigned)value) & 0xFFFFFF;
            if (++have == 4) {
                out[written++] = (char)(group >> 16);
                out[written++] = (char)(group >> 8);
                out[written++] = (char)group;
                have = 0;
            }
            continue;
        }
        if (bytes[i] == '=') {
            if (have >= 2)
                out[written++] = (char)(group >> (have == 3 ? 10 : 4));
            if (have == 3)
                out[written++] = (char)(group >> 2);
            bool ended = have > 0;
            have = 0;
            if (ended && i >= judged)
                judged = base64_goes_on(bytes, length, i);
            if (ended && !judged) {
                for (; i < length; i++)
                    if (!strchr("\r\n \t=", bytes[i]) || !bytes[i])
                        *damaged = true;
                break;
            }
        } else if (!strchr("\r\n \t", bytes[i]) || !bytes[i])
            *damaged = true;
    }
    if (have >= 2) {
        *damaged = true;
        out[written++] = (char)(group >> (have == 3 ? 10 : 4));
        if (have == 3)
            out[written++] = (char)(group >> 2);
    }
    return written;
}

static size_t decode_quoted_printable(const char *bytes, size_t length, char *out, bool *damaged) {
    size_t written = 0, solid = 0; /* SOLID: OUT up to the line's last byte that is no white space */
    for (size_t i = 0; i < length; i++) {
        char c = bytes[i];
        if (c == '\n' || (c == '\r' && i + 1 < length && bytes[i + 1] == '\n')) {
            written = solid; /* white space at a line's end was added on the way (rule 3) */
            if (c == '\r')
                out[written++] = bytes[i++];
            out[written++] = '\n';
            solid = written;
            continue;
        }
        if (c == '=') {
            int high = i + 1 < length ? ascii_hex_value(bytes[i + 1]) : -1;
            int low = i + 2 < length ? ascii_hex_value(bytes[i + 2]) : -1;
            if (high >= 0 && low >= 0) {
                out[written++] = (char)(high << 4 | low);
                solid = written;
                i += 2;
                continue;
            }
            size_t end = i + 1;
            while (end < length && (bytes[end] == ' ' || bytes[end] == '\t'))
                end++;
            if (end < length && bytes[end] == '\r')
                end++;
            if (end >= length || bytes[end] == '\n') { /* a soft line break, or a "=" that ends everything */
                solid = written;
                i = end;
                continue;
            }
            *damaged = true;
        }
        out[written++] = c;
        if (c != ' ' && c != '\t')
            solid = written;
    }
    return written;
}

static unsigned uu_value(char c) {
    return ((unsigned char)c - 32u) & 63u;
}

static size_t decode_uu_line(const char *line, size_t length, char *out) {
    size_t want = uu_value(line[0]), written = 0;
    for (size_t i = 1; i + 1 < length && written < want; i += 4) {
        unsigned a = uu_value(line[i]), b = uu_value(line[i + 1]);
        unsigned c = i + 2 < length ? uu_value(line[i + 2]) : 0, d = i + 3 < length ? uu_value(line[i + 3]) : 0;
        const unsigned three[] = {a << 2 | b >> 4, b << 4 | c >> 2, c << 6 | d};
        for (size_t j = 0; j < 3 && written < want; j++)
            out[written++] = (char)three[j];
    }
    return written;
}

static size_t decode_uu(const char *bytes, size_t length, char *out, bool *damaged) {
    size_t written = 0;
    bool inside = false, ended = false;
    for (size_t i = 0; i < length && !ended;) {
        const char *line = bytes + i, *newline = memchr(line, '\n', length - i);
        size_t whole = newline ? (size_t)(newline - line) : length - i;
        i += whole + 1;
        while (whole > 0 && line[whole - 1] == '\r')
            whole--;
        if (!inside)
            inside = whole > 6 && memcmp(line, "begin ", 6) == 0;
        else if (whole == 3 && memcmp(line, "end", 3) == 0)
            ended = true;
        else if (whole > 0)
            written += decode_uu_line(line, whole, out + written);
    }
    if (!inside) { /* never encoded at all */
        memcpy(out, bytes, length);
        written = length;
    }
    if (!ended)
        *damaged = true;
    return written;
}

char *transfer_decode(enum transfer_encoding encoding, const char *bytes, size_t length, struct arena *arena,
                      size_t *ret_length, bool *ret_damaged) {
    if (encoding == TRANSFER_IDENTITY || length == 0) {
        *ret_length = length;
        return arena_copy_bytes(arena, bytes, length);
    }
    size_t room = encoding == TRANSFER_BASE64 ? length / 4 * 3 + 3 : length;
    char *out = arena_take(arena, room + 1);
    switch (encoding) {
    case TRANSFER_BASE64:
        *ret_length = decode_base64(bytes, length, out, ret_damaged);
        break;
    case TRANSFER_QUOTED_PRINTABLE:
        *ret_length = decode_quoted_printable(bytes, length, out, ret_damaged);
        break;
    case TRANSFER_UUENCODE:
        *ret_length = decode_uu(bytes, length, out, ret_damaged);
        break;
    case TRANSFER_IDENTITY:
        break;
    }
    out[*ret_length] = '\0';
    return out;
}

void transfer_append_base64(struct text *text, const char *bytes, size_t length) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < length; i += 3) {
        uint32_t group = (uint32_t)(unsigned char)bytes[i] << 16;
        if (i + 1 < length)
            group |= (uint32_t)(unsigned char)bytes[i + 1] << 8;
        if (i + 2 < length)
            group |= (unsigned char)bytes[i + 2];
        text_append_char(text, digits[group >> 18]);
        text_append_char(text, digits[(group >> 12) & 63]);
        text_append_char(text, i + 1 < length ? digits[(group >> 6) & 63] : '=');
        text_append_char(text, i + 2 < length ? digits[group & 63] : '=');
    }
}
