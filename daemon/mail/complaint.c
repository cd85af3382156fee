#include "mail/complaint.h"

#include <string.h>

#include "base/text.h"

static const char *field(const char *text, const char *name, struct arena *arena) {
    size_t name_length = strlen(name);
    for (const char *line = text; *line; line += strcspn(line, "\n"), line += *line == '\n')
        if (string_starts_with_ignore_case(line, name) && line[name_length] == ':') {
            const char *value = line + name_length + 1;
            char *copy = arena_copy_bytes(arena, value, strcspn(value, "\n"));
            string_trim(copy);
            return copy;
        }
    return NULL;
}

static const char *embedded_message_id(const struct message_part *part) {
    for (size_t i = 0; i < part->child_count; i++) {
        bool embedded = !string_equal(part->type, "multipart");
        const char *id =
            embedded ? message_part_header(&part->children[i], "Message-ID") : embedded_message_id(&part->children[i]);
        if (id && *id)
            return id;
    }
    return "";
}

bool complaint_recognise(const struct message *message, struct arena *arena, struct complaint_finding *ret) {
    const struct message_part *report = message_find_part(&message->root, "message", "feedback-report");
    if (!report || !report->text)
        return false;
    const char *type = field(report->text, "Feedback-Type", arena);
    const char *recipient = field(report->text, "Original-Rcpt-To", arena);
    char *address = arena_copy_string(arena, recipient ? recipient : "");
    size_t length = strlen(address);
    if (length > 1 && address[0] == '<' && address[length - 1] == '>') {
        address[length - 1] = '\0';
        address++;
    }
    auto_text why = TEXT_EMPTY;
    text_append(&why, "it carries a feedback report");
    if (type) {
        text_append(&why, ": ");
        text_append_printable(&why, type);
    }
    ret->why = arena_copy_string(arena, text_string(&why));
    ret->recipient = address;
    ret->message_id = embedded_message_id(&message->root);
    return true;
}
