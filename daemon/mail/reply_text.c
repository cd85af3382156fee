#include "mail/reply_text.h"

#include <stdbool.h>
#include <string.h>

#include "base/text.h"

/* `On Mon, Jul 1, 2013 at 10:00 AM, Anna wrote:` on one or two lines, with a quotation after it. */
static bool introduces_quotation(const char *line, size_t length, const char *rest) {
    while (length > 0 && line[length - 1] == ' ')
        length--;
    if (length < 6 || !string_starts_with(line, "On ") || line[length - 1] != ':')
        return false;
    rest += strspn(rest, " \n");
    return *rest == '>' || *rest == '\0';
}

void reply_text_extract(const char *whole_text, struct arena *arena, struct reply_text *ret) {
    auto_text out = TEXT_EMPTY;
    for (const char *line = whole_text; *line;) {
        size_t length = strcspn(line, "\n");
        const char *next = line + length + (line[length] == '\n');
        if ((length == 2 || length == 3) && string_starts_with(line, "--") && (length == 2 || line[2] == ' '))
            break;
        if (*line != '>' && !introduces_quotation(line, length, next)) {
            text_append_bytes(&out, line, length);
            text_append_char(&out, '\n');
        }
        line = next;
    }
    char *text = arena_copy_string(arena, text_string(&out));
    string_trim(text);
    ret->text = text;
}
