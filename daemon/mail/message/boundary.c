#include "mail/message/boundary.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* After a delimiter only "--" and white space may stand on its line: the length of that and the line end, SIZE_MAX
 * where something else stands there. */
static size_t rest_of_delimiter(const char *rest, size_t length, bool *ret_last) {
    size_t i = 0;
    bool last = length > 1 && rest[0] == '-' && rest[1] == '-';
    if (last)
        i += 2;
    while (i < length && (rest[i] == ' ' || rest[i] == '\t' || rest[i] == '\r'))
        i++;
    if (i < length && rest[i] != '\n')
        return SIZE_MAX;
    *ret_last = last;
    return i < length ? i + 1 : i;
}

/* The next line at or after FROM that is DELIMITER ("--" and the boundary): its place, LENGTH where there is none.
 * *RET_NEXT is after its line. */
static size_t find_delimiter(const char *bytes, size_t length, size_t from, const char *delimiter, size_t *ret_next,
                             bool *ret_last) {
    size_t delimiter_length = strlen(delimiter);
    while (from < length) {
        const char *found = memmem(bytes + from, length - from, delimiter, delimiter_length);
        if (!found)
            break;
        size_t place = (size_t)(found - bytes);
        if (place == 0 || bytes[place - 1] == '\n') {
            size_t rest = rest_of_delimiter(found + delimiter_length, length - place - delimiter_length, ret_last);
            if (rest != SIZE_MAX) {
                *ret_next = place + delimiter_length + rest;
                return place;
            }
        }
        const char *newline = memchr(found, '\n', length - place);
        if (!newline)
            break;
        from = (size_t)(newline - bytes) + 1;
    }
    return length;
}

const char *boundary_guess(struct arena *arena, const char *bytes, size_t length) {
    for (size_t from = 0; from < length;) {
        const char *newline = memchr(bytes + from, '\n', length - from);
        size_t end = newline ? (size_t)(newline - bytes) : length;
        size_t line = end - from;
        while (line > 0 && strchr(" \t\r", bytes[from + line - 1]) && bytes[from + line - 1])
            line--;
        bool header_follows = length - end > 9 && strncasecmp(bytes + end + 1, "Content-", 8) == 0;
        if (line > 2 && line < 200 && header_follows && memcmp(bytes + from, "--", 2) == 0)
            return arena_copy_bytes(arena, bytes + from, line);
        from = end + 1;
    }
    return NULL;
}

/* The line end before a delimiter belongs to the delimiter. */
static struct boundary_span part_span(const char *bytes, size_t start, size_t end) {
    if (end > start && bytes[end - 1] == '\n')
        end--;
    if (end > start && bytes[end - 1] == '\r')
        end--;
    return (struct boundary_span){start, end - start};
}

bool boundary_split(const char *bytes, size_t length, const char *delimiter, size_t most, struct message *message,
                    struct boundary_span **ret, size_t *ret_count) {
    size_t count = 0, capacity = 0, next = length;
    bool last = false;
    size_t place = find_delimiter(bytes, length, 0, delimiter, &next, &last);
    if (place >= length)
        return false;
    struct boundary_span *spans = NULL;
    while (place < length && !last) {
        size_t start = next;
        if (count >= most) {
            message_warn(message, "the mail has too many parts: not all of them were read");
            break;
        }
        place = find_delimiter(bytes, length, start, delimiter, &next, &last);
        if (place >= length)
            message_warn(message, "a multipart's end is missing: perhaps the mail was cut off");
        if (place >= length && start >= length)
            break;
        spans = memory_grow(spans, &capacity, count + 1, sizeof *spans);
        spans[count++] =
            place < length ? part_span(bytes, start, place) : (struct boundary_span){start, length - start};
    }
    *ret = spans;
    *ret_count = count;
    return true;
}
