/* A whole mail: the tree, the description that is made of it, and the description's way through JSON and back. */
#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "mail/description.h"
#include "mail/html/html_text.h"
#include "mail/message/charset.h"
#include "mail/message/parse.h"

void fuzz_prepare(void) {
    charset_prepare();
    html_text_prepare();
}

static void check_headers(const struct message_header *headers, size_t count) {
    for (size_t i = 0; i < count; i++) {
        fuzz_check_line(headers[i].name);
        fuzz_check_line(headers[i].value);
        fuzz_check_line(headers[i].raw);
    }
}

static void check_part(const struct message_part *part, size_t length, int depth, size_t *parts) {
    check(depth <= PARSE_DEPTH_MAX + 1 && ++*parts <= PARSE_PARTS_MAX + 1);
    fuzz_check_line(part->type);
    fuzz_check_line(part->subtype);
    const char *const optional[] = {part->charset, part->filename, part->disposition, part->report_type};
    for (size_t i = 0; i < COUNT_OF(optional); i++)
        if (optional[i])
            fuzz_check_line(optional[i]);
    check_headers(part->headers, part->header_count);
    check(part->length <= length);
    check(!part->bytes || part->bytes[part->length] == '\0');
    if (part->text) {
        fuzz_check_text(part->text);
        check(!strchr(part->text, '\r'));
        check(strlen(part->text) <= 4 * part->length + 4);
    }
    for (size_t i = 0; i < part->child_count; i++)
        check_part(&part->children[i], length, depth + 1, parts);
}

static void check_addresses(const struct message_address *list, size_t count) {
    for (size_t i = 0; i < count; i++) {
        fuzz_check_line(list[i].name);
        fuzz_check_line(list[i].address);
    }
}

static void check_lines(const char *const *list, size_t count) {
    for (size_t i = 0; i < count; i++)
        fuzz_check_line(list[i]);
}

static void check_message(const char *bytes, size_t length, struct arena *arena) {
    struct message message;
    struct error error = ERROR_INIT;
    size_t parts = 0;
    if (!message_parse(bytes, length, arena, &message, &error)) {
        check(error.class == ERROR_PERMANENT);
        return;
    }
    check_headers(message.headers, message.header_count);
    check_part(&message.root, length, 0, &parts);
    check_addresses(message.from, message.from_count);
    check_addresses(message.sender, message.sender_count);
    check_addresses(message.reply_to, message.reply_to_count);
    check_addresses(message.to, message.to_count);
    check_addresses(message.cc, message.cc_count);
    fuzz_check_line(message.subject);
    fuzz_check_line(message.message_id);
    check_lines(message.in_reply_to, message.in_reply_to_count);
    check_lines(message.references, message.references_count);
    check_lines(message.warnings, message.warning_count);
    check(message.date >= 0);
}

static void check_description(const struct description *description, size_t length) {
    const char *const lines[] = {description->why,     description->from.name,  description->from.address,
                                 description->subject, description->message_id, description->body_hash};
    check_lines(lines, COUNT_OF(lines));
    fuzz_check_text(description->text);
    fuzz_check_text(description->whole_text);
    check(strlen(description->text) <= strlen(description->whole_text) + 1);
    check(strlen(description->whole_text) <= 16 * length + 1024);
    check(strlen(description->body_hash) == 64);
    check_lines(description->answers, description->answer_count);
    check_lines(description->delivered_to, description->delivered_to_count);
    check(!description->has_tag || (strlen(description->tag_secret) >= 16 && description->tag_purpose));
    check(!description->away_until || strlen(description->away_until) == 10);
    for (size_t i = 0; i < description->bounce_count; i++) {
        const struct description_bounce *bounce = &description->bounces[i];
        const char *const told[] = {bounce->recipient, bounce->action, bounce->status, bounce->diagnostic,
                                    bounce->message_id};
        check_lines(told, COUNT_OF(told));
    }
}

void fuzz_try(const char *bytes, size_t length) {
    static const struct description_settings settings[] = {{"iln@example.org", '+', "mx.example.org", "example"},
                                                           {NULL, '+', NULL, NULL},
                                                           {"@iln.example.org", 0, "", NULL}};
    auto_arena arena = arena_new();
    check_message(bytes, length, arena);
    struct description made, read;
    struct error error = ERROR_INIT;
    description_make(bytes, length, &settings[length % COUNT_OF(settings)], arena, &made);
    check_description(&made, length);
    auto_string first = description_to_json(&made, NULL);
    check(description_from_json(first, strlen(first), arena, &read, &error));
    auto_string second = description_to_json(&read, NULL);
    check(strcmp(first, second) == 0);
}
