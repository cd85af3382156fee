#include "mail/message/header_decode.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "mail/message/charset.h"
#include "mail/message/transfer.h"

enum { CHARSET_SIZE = 64, PARAMETERS_MOST = 100, NAME_MOST = 100 };

static bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Takes CR, LF and NUL out of what was appended from START on. */
static void drop_breaks(struct text *text, size_t start) {
    size_t kept = start;
    for (size_t i = start; i < text->length; i++)
        if (text->bytes[i] != '\r' && text->bytes[i] != '\n' && text->bytes[i] != '\0')
            text->bytes[kept++] = text->bytes[i];
    text_truncate(text, kept);
}

/* ---- RFC 2047 ---- */

struct encoded_word {
    char charset[CHARSET_SIZE]; /* without RFC 2231's language */
    char encoding;              /* 'b' or 'q' */
    const char *payload, *payload_end, *end;
};

/* Reads `=?charset?e?payload?=` at AT. *SEARCHABLE turns false once no "?=" follows: nobody looks again. */
static bool read_encoded_word(const char *at, const char *limit, struct encoded_word *word, bool *searchable) {
    const char *charset = at + 2, *mark = charset;
    while (mark < limit && *mark != '?' && !is_space(*mark) && mark - charset < CHARSET_SIZE)
        mark++;
    if (mark == charset || limit - mark < 3 || *mark != '?' || mark - charset >= CHARSET_SIZE || mark[2] != '?')
        return false;
    char encoding = mark[1] == 'B' || mark[1] == 'b' ? 'b' : mark[1] == 'Q' || mark[1] == 'q' ? 'q' : 0;
    const char *payload = mark + 3;
    const char *end = encoding && *searchable ? memmem(payload, (size_t)(limit - payload), "?=", 2) : NULL;
    if (!end) {
        *searchable = *searchable && !encoding;
        return false;
    }
    const char *star = memchr(charset, '*', (size_t)(mark - charset));
    *word = (struct encoded_word){.encoding = encoding, .payload = payload, .payload_end = end, .end = end + 2};
    snprintf(word->charset, sizeof word->charset, "%.*s", (int)((star ? star : mark) - charset), charset);
    return true;
}

/* False where nothing of it is base64. */
static bool decode_base64(struct text *bytes, const char *at, const char *end) {
    uint32_t group = 0;
    int digits = 0;
    bool any = at == end;
    for (; at < end; at++) {
        int digit = strchr("-_", *at) ? -1 : transfer_base64_value(*at); /* of base64url's alphabet none is here */
        if (*at == '=') /* padding in the middle: two encodings one after the other */
            digits = 0;
        if (digit < 0)
            continue;
        group = group << 6 | (uint32_t)digit;
        any = true;
        if (++digits > 1)
            text_append_char(bytes, (char)(uint8_t)(group >> (8 - 2 * digits)));
        digits %= 4;
    }
    return any;
}

/* MARK and two hexadecimal digits are a byte; after '=' an underscore is a blank, too. */
static void append_unescaped(struct text *bytes, const char *at, const char *end, char mark) {
    for (; at < end; at++) {
        int high = *at == mark && end - at > 2 ? ascii_hex_value(at[1]) : -1;
        int low = high >= 0 ? ascii_hex_value(at[2]) : -1;
        text_append_char(bytes, low >= 0 ? (char)(uint8_t)(high * 16 + low) : mark == '=' && *at == '_' ? ' ' : *at);
        at += low >= 0 ? 2 : 0;
    }
}

static bool is_blank(const char *at, const char *end) {
    while (at < end && is_space(*at))
        at++;
    return at == end;
}

void header_decode(struct text *text, const char *bytes, size_t length) {
    const char *limit = bytes + length, *raw = bytes; /* RAW: where what is not encoded begins */
    size_t start = text->length;
    auto_text pending = TEXT_EMPTY; /* bytes of adjacent encoded-words of one charset: characters may cross them */
    char charset[CHARSET_SIZE] = "";
    bool after_word = false, searchable = true;
    for (const char *at = bytes; length > 1 && (at = memmem(at, (size_t)(limit - at), "=?", 2));) {
        struct encoded_word word;
        size_t before = pending.length;
        if (!read_encoded_word(at, limit, &word, &searchable)) {
            at += 2;
            continue;
        }
        bool joined = after_word && is_blank(raw, at);
        if (!joined || strcasecmp(word.charset, charset) != 0) {
            if (after_word)
                charset_append_utf8(text, charset, text_string(&pending), pending.length);
            text_clear(&pending);
            before = 0;
            if (!joined)
                charset_append_utf8(text, NULL, raw, (size_t)(at - raw));
            memcpy(charset, word.charset, sizeof charset);
        }
        if (word.encoding == 'q')
            append_unescaped(&pending, word.payload, word.payload_end, '=');
        else if (!decode_base64(&pending, word.payload, word.payload_end) && pending.length == before)
            text_append_bytes(&pending, at, (size_t)(word.end - at));
        after_word = true;
        at = raw = word.end;
    }
    if (after_word)
        charset_append_utf8(text, charset, text_string(&pending), pending.length);
    if (raw < limit)
        charset_append_utf8(text, NULL, raw, (size_t)(limit - raw));
    drop_breaks(text, start);
}

char *header_decode_string(const char *value, struct arena *arena) {
    auto_text text = TEXT_EMPTY;
    header_decode(&text, value, strlen(value));
    return arena_copy_bytes(arena, text_string(&text), text.length);
}

/* ---- RFC 2231 ---- */

struct section {
    const char *base; /* the name without its asterisks, lower case */
    const char *value;
    uint32_t number;
    bool numbered, extended, used;
};

/* "name", "name*", "name*1", "name*1*" */
static struct section read_section(const struct header_parameter *raw, struct arena *arena) {
    char *base = arena_copy_string(arena, raw->name);
    string_lower_ascii(base);
    struct section section = {.base = base, .value = raw->value ? raw->value : ""};
    char *star = strchr(base, '*');
    if (!star)
        return section;
    size_t digits = strspn(star + 1, "0123456789");
    const char *rest = star + 1 + digits;
    if (digits > 3 || (rest[0] != '\0' && (rest[0] != '*' || rest[1] != '\0')) || (digits == 0 && rest[0] == '*'))
        return section; /* no form of RFC 2231: a plain parameter of that odd name */
    for (size_t i = 0; i < digits; i++)
        section.number = section.number * 10 + (uint32_t)(star[1 + i] - '0');
    section.numbered = digits > 0;
    section.extended = digits == 0 || rest[0] == '*';
    *star = '\0';
    return section;
}

/* Splits charset'language'value; CHARSET stays empty where the quotes are missing. */
static const char *read_charset(const char *value, char charset[CHARSET_SIZE]) {
    const char *first = strchr(value, '\''), *second = first ? strchr(first + 1, '\'') : NULL;
    if (!second)
        return value;
    if (first - value < CHARSET_SIZE)
        snprintf(charset, CHARSET_SIZE, "%.*s", (int)(first - value), value);
    return second + 1;
}

/* The next section of BASE, by number; NULL when none is left. */
static struct section *next_section(struct section *sections, size_t count, const char *base) {
    struct section *next = NULL;
    for (size_t i = 0; i < count; i++) {
        struct section *candidate = &sections[i];
        if (!candidate->used && (candidate->numbered || candidate->extended) && string_equal(candidate->base, base) &&
            (!next || candidate->number < next->number))
            next = candidate;
    }
    return next;
}

static char *join_sections(struct section *sections, size_t count, const char *base, struct arena *arena) {
    auto_text bytes = TEXT_EMPTY, joined = TEXT_EMPTY;
    char charset[CHARSET_SIZE] = "";
    bool first = true, extended = false;
    uint32_t last = 0;
    for (struct section *section; (section = next_section(sections, count, base)); first = false) {
        section->used = true;
        if (!first && section->number == last) /* given twice: the first one counts */
            continue;
        last = section->number;
        if (section->extended) {
            const char *value = first ? read_charset(section->value, charset) : section->value;
            append_unescaped(&bytes, value, value + strlen(value), '%');
            extended = true;
        } else {
            text_append(&bytes, section->value);
        }
    }
    if (extended)
        charset_append_utf8(&joined, charset, text_string(&bytes), bytes.length);
    else
        header_decode(&joined, text_string(&bytes), bytes.length);
    drop_breaks(&joined, 0);
    return arena_copy_bytes(arena, text_string(&joined), joined.length);
}

/* Joins and decodes a raw parameter list (names as written, values unquoted) into *RET; returns the count. */
static size_t decode_parameters(const struct header_parameter *raw, size_t count, struct arena *arena,
                                struct header_parameter **ret) {
    struct section *sections = arena_take_array(arena, count, sizeof *sections);
    struct header_parameter *decoded = arena_take_array(arena, count, sizeof *decoded);
    for (size_t i = 0; i < count; i++)
        sections[i] = read_section(&raw[i], arena);
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        if (header_decode_find(decoded, found, sections[i].base))
            continue;
        const char *value = next_section(sections, count, sections[i].base)
                                ? join_sections(sections, count, sections[i].base, arena)
                                : header_decode_string(sections[i].value, arena);
        decoded[found++] = (struct header_parameter){sections[i].base, value};
    }
    *ret = decoded;
    return found;
}

const char *header_decode_find(const struct header_parameter *parameters, size_t count, const char *name) {
    for (size_t i = 0; i < count; i++)
        if (string_equal(parameters[i].name, name))
            return parameters[i].value;
    return NULL;
}

/* ---- Splitting a field ---- */

/* Past a comment at AT, nested ones included; to END where it never closes. */
static const char *skip_comment(const char *at, const char *end) {
    size_t depth = 0;
    for (; at < end; at++) {
        if (*at == '\\' && end - at > 1)
            at++;
        else if (*at == '(')
            depth++;
        else if (*at == ')' && --depth == 0)
            return at + 1;
    }
    return end;
}

const char *header_decode_skip_blanks(const char *at, const char *end) {
    while (at < end && (is_space(*at) || *at == '('))
        at = *at == '(' ? skip_comment(at, end) : at + 1;
    return at;
}

/* Up to one of STOPS, comments left out, blanks at the end trimmed. */
static const char *read_plain(struct text *text, const char *at, const char *end, const char *stops) {
    for (at = header_decode_skip_blanks(at, end); at < end && !strchr(stops, *at ? *at : ' ');) {
        if (*at == '(')
            at = skip_comment(at, end);
        else
            text_append_char(text, *at++ ? at[-1] : ' ');
    }
    text_trim_end(text, " \t\r\n");
    return at;
}

const char *header_decode_quoted(struct text *text, const char *at, const char *end) {
    for (at++; at < end && *at != '"'; at++) {
        if (*at == '\\' && end - at > 1)
            at++;
        if (*at != '\r' && *at != '\n' && *at != '\0')
            text_append_char(text, *at);
    }
    return at < end ? at + 1 : end;
}

/* All up to the semicolon, for the values that senders leave unquoted though they hold spaces or parentheses. */
static const char *read_rest(struct text *text, const char *at, const char *end) {
    for (; at < end && *at != ';'; at++)
        if (*at != '\r' && *at != '\n' && *at != '\0')
            text_append_char(text, *at);
    text_trim_end(text, " \t\r\n");
    return at;
}

static const char *read_value(struct text *value, const char *name, const char *at, const char *end) {
    while (at < end && is_space(*at))
        at++;
    if (at < end && *at == '"')
        return header_decode_quoted(value, at, end);
    if (string_starts_with_ignore_case(name, "filename") || string_starts_with_ignore_case(name, "name") ||
        string_equal_ignore_case(name, "boundary"))
        return read_rest(value, at, end);
    return read_plain(value, at, end, "; \t\r\n"); /* a blank ends it: the semicolon may be missing */
}

/* Printable ASCII without blanks (RFC 2045 section 5.1 allows less); anything else is junk between semicolons. */
static bool is_name(const struct text *text) {
    for (size_t i = 0; i < text->length; i++)
        if (text->bytes[i] <= ' ' || text->bytes[i] >= 127)
            return false;
    return text->length > 0 && text->length <= NAME_MOST;
}

size_t header_decode_field(const char *bytes, size_t length, struct arena *arena, const char **ret_value,
                           struct header_parameter **ret) {
    const char *end = bytes + length;
    auto_text text = TEXT_EMPTY;
    const char *at = read_plain(&text, bytes, end, ";");
    *ret_value = header_decode_string(text_string(&text), arena);
    struct header_parameter *raw = arena_take_array(arena, PARAMETERS_MOST, sizeof *raw);
    size_t count = 0;
    while (at < end && count < PARAMETERS_MOST) {
        at += *at == ';';
        text_clear(&text);
        at = read_plain(&text, at, end, "=;");
        if (at == end || *at != '=' || !is_name(&text)) {
            while (at < end && *at != ';')
                at++;
            continue;
        }
        const char *name = arena_copy_bytes(arena, text.bytes, text.length);
        text_clear(&text);
        at = read_value(&text, name, at + 1, end);
        raw[count++] = (struct header_parameter){name, arena_copy_bytes(arena, text_string(&text), text.length)};
    }
    return decode_parameters(raw, count, arena, ret);
}
