#include "mail/bounce.h"

#include <string.h>

#include "base/text.h"

enum { RECIPIENTS_MAX = 500 };

/* The value of field NAME in the group of lines at GROUP, unfolded; NULL where it has none. */
static char *group_field(const char *group, size_t length, const char *name, struct arena *arena) {
    auto_text value = TEXT_EMPTY;
    bool inside = false, found = false;
    size_t name_length = strlen(name);
    for (size_t i = 0; i < length;) {
        const char *line = group + i, *newline = memchr(line, '\n', length - i);
        size_t line_length = newline ? (size_t)(newline - line) : length - i;
        i += line_length + 1;
        if (inside && (line[0] == ' ' || line[0] == '\t')) {
            text_append_bytes(&value, line, line_length);
            continue;
        }
        inside = !found && line_length > name_length && line[name_length] == ':' &&
                 string_starts_with_ignore_case(line, name);
        if (inside) {
            found = true;
            text_append_bytes(&value, line + name_length + 1, line_length - name_length - 1);
        }
    }
    if (!found)
        return NULL;
    char *copy = arena_copy_string(arena, text_string(&value));
    string_trim(copy);
    return copy;
}

/* What follows the type in `rfc822; anna@example.org`. */
static const char *typed_value(const char *value) {
    if (!value)
        return "";
    const char *semicolon = strchr(value, ';');
    value = semicolon ? semicolon + 1 : value;
    return value + strspn(value, " \t");
}

static char *recipient_of(const char *value, struct arena *arena) {
    char *address = arena_copy_string(arena, typed_value(value));
    string_trim(address);
    size_t length = strlen(address);
    if (length > 1 && address[0] == '<' && address[length - 1] == '>') {
        address[length - 1] = '\0';
        address++;
    }
    char *at = strrchr(address, '@');
    if (at)
        string_lower_ascii(at);
    return address;
}

static bool says_address_dead(const char *status) {
    static const char *const dead[] = {"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"};
    for (size_t i = 0; i < COUNT_OF(dead); i++)
        if (string_equal(status, dead[i]))
            return true;
    return false;
}

static void read_group(const char *group, size_t length, const char *message_id, struct arena *arena,
                       struct bounce_finding *finding) {
    char *final = group_field(group, length, "Final-Recipient", arena);
    char *original = group_field(group, length, "Original-Recipient", arena);
    char *action = group_field(group, length, "Action", arena), *status = group_field(group, length, "Status", arena);
    if (!final && !original && !action)
        return;
    if (finding->count >= RECIPIENTS_MAX)
        return;
    if (status)
        status[strspn(status, "0123456789.")] = '\0';
    if (action) {
        string_lower_ascii(action);
        action[strspn(action, "abcdefghijklmnopqrstuvwxyz")] = '\0';
    }
    auto_text diagnostic = TEXT_EMPTY;
    text_append_printable(&diagnostic, typed_value(group_field(group, length, "Diagnostic-Code", arena)));
    bool failed = string_equal(action, "failed");
    finding->bounces[finding->count++] = (struct description_bounce){
        .recipient = recipient_of(final ? final : original, arena),
        .action = action ? action : "failed",
        .status = status ? status : "",
        .permanent = failed && (!status || status[0] != '4'),
        .address_dead = failed && status && says_address_dead(status),
        .diagnostic = arena_copy_string(arena, text_string(&diagnostic)),
        .message_id = message_id,
    };
}

static const char *original_message_id(const struct message_part *part, struct arena *arena) {
    for (size_t i = 0; i < part->child_count; i++) {
        const struct message_part *child = &part->children[i];
        const char *id = !string_equal(part->type, "multipart") ? message_part_header(child, "Message-ID")
                                                                : original_message_id(child, arena);
        if (id && *id)
            return arena_copy_string(arena, id);
    }
    return "";
}

bool bounce_recognise(const struct message *message, struct arena *arena, struct bounce_finding *ret) {
    const struct message_part *report = message_find_part(&message->root, "message", "delivery-status");
    if (!report)
        report = message_find_part(&message->root, "message", "global-delivery-status");
    if (!report || !report->text)
        return false;
    struct bounce_finding finding = {.why = "it carries a delivery report (message/delivery-status)"};
    finding.bounces = arena_take_array(arena, RECIPIENTS_MAX, sizeof *finding.bounces);
    const char *message_id = original_message_id(&message->root, arena);
    for (const char *group = report->text; *group;) {
        const char *end = strstr(group, "\n\n");
        size_t length = end ? (size_t)(end - group) : strlen(group);
        read_group(group, length, message_id, arena, &finding);
        group += length + strspn(group + length, "\n");
    }
    *ret = finding;
    return true;
}
