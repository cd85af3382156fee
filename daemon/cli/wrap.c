#include "cli/wrap.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"

enum { ROOM_LEAST = 24, COLUMN_BYTES = 16 };

/* Takes as many words as ROOM holds, at least one; a longer one stands over. */
static void take_words(const char **next, const char *end, size_t room, struct text *line) {
    size_t used = 0;
    while (*next < end) {
        size_t length = strcspn(*next, " \n");
        auto_string word = memory_copy_bytes(*next, length);
        auto_text printable = TEXT_EMPTY;
        text_append_printable(&printable, word);
        size_t width = utf8_width(text_string(&printable));
        if (used && used + 1 + width > room)
            return;
        text_append_format(line, "%s%s", used ? " " : "", text_string(&printable));
        used += width + (used ? 1 : 0);
        *next += length;
        *next += strspn(*next, " ");
    }
}

/* Takes the next line of at most ROOM columns; what fits as it is stays as it is, blanks and all. */
static void take_line(const char **next, size_t room, struct text *line) {
    size_t length = strcspn(*next, "\n");
    const char *end = *next + length;
    /* Far too long a line isn't measured: one of a megabyte would be, again and again, for each line that it makes. */
    bool fits = !room || length <= room * COLUMN_BYTES;
    if (fits) {
        auto_string whole = memory_copy_bytes(*next, length);
        text_append_printable(line, whole);
        fits = !room || utf8_width(text_string(line)) <= room;
    }
    if (fits) {
        *next = end;
    } else {
        text_clear(line);
        take_words(next, end, room, line);
    }
    if (*next == end)
        *next += *end == '\n';
}

void wrap_print(FILE *file, const char *text, size_t column, size_t width, const char *code) {
    size_t room = 0;
    if (width)
        room = width > column + ROOM_LEAST ? width - column : ROOM_LEAST;
    const char *next = text;
    for (bool first = true; first || *next; first = false) {
        auto_text line = TEXT_EMPTY;
        take_line(&next, room, &line);
        if (!first)
            fprintf(file, "%*s", (int)column, "");
        fprintf(file, "%s%s%s\n", line.length ? code : "", text_string(&line), line.length && *code ? "\033[0m" : "");
    }
}
