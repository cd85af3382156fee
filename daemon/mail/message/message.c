#include "mail/message/message.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"

enum { WARNINGS_MAX = 40 };

static const char *find_header(const struct message_header *headers, size_t count, const char *name) {
    for (size_t i = 0; i < count; i++)
        if (string_equal_ignore_case(headers[i].name, name))
            return headers[i].value;
    return NULL;
}

const char *message_header(const struct message *message, const char *name) {
    return find_header(message->headers, message->header_count, name);
}

const char *message_part_header(const struct message_part *part, const char *name) {
    return find_header(part->headers, part->header_count, name);
}

const struct message_part *message_find_part(const struct message_part *root, const char *type, const char *subtype) {
    if ((!type || string_equal(root->type, type)) && (!subtype || string_equal(root->subtype, subtype)))
        return root;
    if (!string_equal(root->type, "multipart"))
        return NULL;
    for (size_t i = 0; i < root->child_count; i++) {
        const struct message_part *found = message_find_part(&root->children[i], type, subtype);
        if (found)
            return found;
    }
    return NULL;
}

void message_warn(struct message *message, const char *format, ...) {
    if (message->warning_count >= WARNINGS_MAX)
        return;
    va_list arguments;
    va_start(arguments, format);
    auto_text warning = TEXT_EMPTY;
    text_append_format_list(&warning, format, arguments);
    va_end(arguments);
    for (size_t i = 0; i < message->warning_count; i++)
        if (string_equal(message->warnings[i], text_string(&warning)))
            return;
    if (!message->warnings)
        message->warnings = arena_take_array(message->arena, WARNINGS_MAX, sizeof *message->warnings);
    bool last = message->warning_count + 1 == WARNINGS_MAX;
    message->warnings[message->warning_count++] =
        last ? "more was odd than is told here" : arena_copy_string(message->arena, text_string(&warning));
}
