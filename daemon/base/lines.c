#include "base/lines.h"

#include <string.h>

#include "base/text.h"

/* A control character other than those that end lines or part words has no place in a text. */
static bool is_text(const char *bytes, size_t length) {
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)bytes[i] < 0x20 && !strchr("\t\r\n", bytes[i]))
            return false;
    return utf8_is_valid(bytes, length) && !memchr(bytes, '\0', length);
}

const struct line *lines_read(const char *bytes, size_t length, const char *file, struct arena *arena,
                              size_t *ret_count, struct error_list *problems) {
    if (length > LINES_BYTES_MAX) {
        error_list_add(problems, file, 0, "%zu bytes; such a file has at most %d", length, LINES_BYTES_MAX);
        return NULL;
    }
    size_t mark = utf8_mark_length(bytes, length);
    bytes += mark;
    length -= mark;
    struct line *lines = arena_take_array(arena, (size_t)utf8_line_ends(bytes, length) + 1, sizeof *lines);
    size_t count = 0;
    int number = 0;
    for (size_t position = 0; position < length;) {
        const char *start = bytes + position, *end = memchr(start, '\n', length - position);
        size_t line_length = end ? (size_t)(end - start) : length - position;
        position += line_length + 1;
        number++;
        if (!is_text(start, line_length)) {
            error_list_add(problems, file, number, "this is not UTF-8 text; save the file as UTF-8");
            return NULL;
        }
        char *text = arena_copy_bytes(arena, start, line_length);
        bool indented = ascii_is_blank(*text);
        string_trim(text);
        if (*text && *text != '#')
            lines[count++] = (struct line){.text = text, .number = number, .indented = indented};
    }
    *ret_count = count;
    return lines;
}
