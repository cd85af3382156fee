#include "mail/message/header_block.h"

#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "mail/message/charset.h"
#include "mail/message/header_decode.h"

enum { NAME_LENGTH_MAX = 100, CHARSET_WITHIN = 65536 };

struct reader {
    const char *bytes;
    size_t length;
    struct message *message;
    size_t *budget;
    struct message_header *headers;
    size_t count, capacity;
    bool looked_for_charset;
    char charset[41]; /* what the mail says of its text; "" nothing */
};

/* The length of the field name at BYTES, 0 where there is none. */
static size_t name_length(const char *bytes, size_t length) {
    size_t name = 0;
    while (name < length && name <= NAME_LENGTH_MAX && bytes[name] > ' ' && bytes[name] < 0x7F && bytes[name] != ':')
        name++;
    size_t colon = name;
    while (colon < length && (bytes[colon] == ' ' || bytes[colon] == '\t'))
        colon++;
    if (!name || name > NAME_LENGTH_MAX || colon >= length || bytes[colon] != ':')
        return 0;
    bool link = colon + 2 < length && bytes[colon + 1] == '/' && bytes[colon + 2] == '/';
    return link ? 0 : name;
}

bool header_block_is_field(const char *bytes, size_t length) {
    return name_length(bytes, length) > 0;
}

/* The end of the line at START: its LF's place or the end of all. */
static size_t line_end(const struct reader *reader, size_t start) {
    const char *newline = memchr(reader->bytes + start, '\n', reader->length - start);
    return newline ? (size_t)(newline - reader->bytes) : reader->length;
}

static size_t after(const struct reader *reader, size_t end) {
    return end < reader->length ? end + 1 : end;
}

static bool is_blank(const char *bytes, size_t start, size_t end) {
    return bytes_span(bytes + start, end - start, " \t\r") == end - start;
}

static bool is_continuation(const struct reader *reader, size_t start) {
    return start < reader->length && (reader->bytes[start] == ' ' || reader->bytes[start] == '\t');
}

/* Whether the line at START belongs to the field above: it begins with white space, and holds more than that, or (as
 * the obsolete syntax allows) the next one does. */
static bool continues(const struct reader *reader, size_t start) {
    if (!is_continuation(reader, start))
        return false;
    size_t end = line_end(reader, start), next = after(reader, end);
    return !is_blank(reader->bytes, start, end) ||
           (is_continuation(reader, next) && !is_blank(reader->bytes, next, line_end(reader, next)));
}

/* Fields with raw bytes above 127 break the rules, but are mostly in the charset of the text below. */
static const char *charset_of_text(struct reader *reader) {
    static const char word[] = "charset=";
    size_t most = reader->length < CHARSET_WITHIN ? reader->length : CHARSET_WITHIN;
    for (size_t i = 0; !reader->looked_for_charset && i + sizeof word - 1 < most; i++)
        if ((reader->bytes[i] == 'c' || reader->bytes[i] == 'C') &&
            strncasecmp(reader->bytes + i, word, sizeof word - 1) == 0) {
            const char *value = reader->bytes + i + sizeof word - 1;
            size_t left = most - i - (sizeof word - 1), length = 0;
            for (size_t j = *value == '"'; j < left && length < sizeof reader->charset - 1; j++) {
                if (value[j] <= ' ' || strchr("\";", value[j]))
                    break;
                reader->charset[length++] = value[j];
            }
            break;
        }
    reader->looked_for_charset = true;
    bool plain = strncasecmp(reader->charset, "utf-8", 5) == 0 || strncasecmp(reader->charset, "utf-16", 6) == 0;
    return *reader->charset && !plain ? reader->charset : NULL;
}

static void keep(struct reader *reader, size_t start, size_t end) {
    size_t name = name_length(reader->bytes + start, end - start);
    const char *value = memchr(reader->bytes + start + name, ':', end - start - name);
    size_t value_length = value ? (size_t)(reader->bytes + end - ++value) : 0;
    if (reader->count >= HEADER_BLOCK_FIELDS_MAX || *reader->budget < end - start) {
        message_warn(reader->message, "the header is too large: not all of its fields were read");
        return;
    }
    if (value_length > HEADER_BLOCK_VALUE_MAX) {
        message_warn(reader->message, "a header field is too long: its end was cut off");
        value_length = HEADER_BLOCK_VALUE_MAX;
    }
    *reader->budget -= name + value_length;

    struct arena *arena = reader->message->arena;
    auto_text line = TEXT_EMPTY;
    text_reserve(&line, value_length);
    for (size_t i = 0; i < value_length; i++)
        if (value[i] != '\r' && value[i] != '\n' && value[i])
            line.bytes[line.length++] = value[i];
    line.bytes[line.length] = '\0';
    bool valid = utf8_is_valid(line.bytes, line.length);
    if (!valid)
        message_warn(reader->message, "a header field holds bytes that are not UTF-8");
    char *raw = valid ? arena_copy_bytes(arena, line.bytes, line.length)
                      : charset_to_utf8(line.bytes, line.length, charset_of_text(reader), arena, &(size_t){0}, NULL);
    string_trim(raw);
    char *decoded = header_decode_string(raw, arena);
    string_trim(decoded);
    reader->headers = arena_grow(arena, reader->headers, &reader->capacity, reader->count + 1, sizeof *reader->headers);
    reader->headers[reader->count++] =
        (struct message_header){arena_copy_bytes(arena, reader->bytes + start, name), decoded, raw};
}

/* Whether the header goes on after a line that is no part of one: then that line is passed over. */
static bool goes_on(const struct reader *reader, size_t next) {
    return next < reader->length && header_block_is_field(reader->bytes + next, line_end(reader, next) - next);
}

/* The mbox line `From anna Mon Jul  1 10:00:00 2013`, perhaps quoted. */
static bool is_mbox_line(const char *bytes, size_t length) {
    return (length > 5 && memcmp(bytes, "From ", 5) == 0) || (length > 6 && memcmp(bytes, ">From ", 6) == 0);
}

void header_block_read(const char *bytes, size_t length, size_t *budget, struct message *message,
                       struct header_block *ret) {
    struct reader reader = {.bytes = bytes, .length = length, .message = message, .budget = budget};
    size_t place = 0;
    while (place < length) {
        size_t end = line_end(&reader, place), next = after(&reader, end);
        if (is_blank(bytes, place, end)) {
            bool bare = bytes[place] != ' ' && bytes[place] != '\t';
            if (bare || !reader.count || !(goes_on(&reader, next) || is_continuation(&reader, next))) {
                place = next;
                break;
            }
        } else if (header_block_is_field(bytes + place, end - place)) {
            while (continues(&reader, next)) {
                end = line_end(&reader, next);
                next = after(&reader, end);
            }
            keep(&reader, place, end);
        } else if (!is_mbox_line(bytes + place, end - place)) {
            if (!goes_on(&reader, next)) {
                if (reader.count)
                    message_warn(message, "no empty line stands between header and body");
                break;
            }
            message_warn(message, "a line in the header is no header field");
        }
        place = next;
    }
    *ret = (struct header_block){reader.headers, reader.count, place};
}
