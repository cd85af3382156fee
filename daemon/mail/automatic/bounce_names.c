#include "mail/automatic/bounce_names.h"

#include <ctype.h>
#include <string.h>

#include "base/text.h"
#include "mail/automatic/bounce_text.h"

enum { NAME_MAX_LENGTH = 64, ANNOUNCEMENT_MAX = 400 };

/* Whether the paragraph from START, up to END, announces recipients: "... was undeliverable to the following:" */
static bool announces(const char *start, const char *end) {
    while (end > start && strchr(" \t\r\n", end[-1]))
        end--;
    if (end == start || end[-1] != ':')
        return false;
    if (end - start > ANNOUNCEMENT_MAX)
        start = end - ANNOUNCEMENT_MAX;
    size_t length = (size_t)(end - start);
    return memmem(start, length, "recipient", strlen("recipient")) ||
           memmem(start, length, "following", strlen("following"));
}

/* The length of a name that stands alone and indented on LINE, perhaps with the reason in brackets; 0: none does. */
static size_t lone_name(const char *line, const char *end, const char **ret_name, const char **ret_rest) {
    const char *name = line + strspn(line, " \t"), *after = name;
    while (after < end && after - name < NAME_MAX_LENGTH && (isalnum((unsigned char)*after) || strchr("._+-", *after)))
        after++;
    *ret_name = name;
    *ret_rest = after + strspn(after, " \t\r");
    bool alone =
        name > line && after > name && isalnum((unsigned char)*name) && (*ret_rest >= end || **ret_rest == '(');
    return alone ? (size_t)(after - name) : 0;
}

size_t bounce_names_read(const struct message *message, const char *text, struct description_bounce *ret,
                         struct arena *arena) {
    const char *domain = message->from_count ? strchr(message->from[0].address, '@') : NULL;
    const char *paragraph = text, *paragraph_end = text;
    size_t count = 0, length;
    bool announced = false;
    for (const char *line = text, *end, *name, *rest; domain && *line; line = end + (*end == '\n')) {
        end = line + strcspn(line, "\n");
        if (line + strspn(line, " \t\r") >= end) {
            paragraph = announced ? paragraph : end;
        } else if (announced && count < BOUNCE_RECIPIENTS_MAX && (length = lone_name(line, end, &name, &rest))) {
            ret[count++] = (struct description_bounce){
                .recipient = arena_format(arena, "%.*s%s", (int)length, name, domain),
                .action = "failed",
                .status = "",
                .diagnostic = rest < end ? bounce_text_line(rest, (size_t)(end - rest), arena)
                                         : bounce_text_line(paragraph, (size_t)(paragraph_end - paragraph), arena),
                .message_id = "",
            };
        } else if (count) {
            break;
        } else {
            paragraph = announced ? line : paragraph;
            paragraph_end = end;
            announced = announces(paragraph, end);
        }
    }
    return count;
}
