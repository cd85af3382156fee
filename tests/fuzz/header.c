/* Header values: encoded-words and parameters, address lists, identifiers, dates; what we write is what we read. */
#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "mail/message/charset.h"
#include "mail/message/header.h"
#include "mail/message/header_decode.h"
#include "mail/message/mailbox.h"

void fuzz_prepare(void) {
    charset_prepare();
}

static void check_field(const char *bytes, size_t length, struct arena *arena) {
    const char *value = NULL;
    struct header_parameter *parameters = NULL;
    size_t count = header_decode_field(bytes, length, arena, &value, &parameters), total = 0;
    fuzz_check_line(value);
    for (size_t i = 0; i < count; i++) {
        fuzz_check_line(parameters[i].name);
        fuzz_check_line(parameters[i].value);
        total += strlen(parameters[i].name) + strlen(parameters[i].value);
        check(header_decode_find(parameters, count, parameters[i].name) == parameters[i].value);
    }
    check(count <= 100 && total <= 8 * length + 64);
}

static void check_mailboxes(const char *raw, struct arena *arena) {
    const struct message_address *list = NULL;
    const char **identifiers = NULL;
    size_t count = 0, identifier_count = 0;
    mailbox_parse_list(raw, arena, &list, &count);
    check(count <= MAILBOX_MAX);
    for (size_t i = 0; i < count; i++) {
        fuzz_check_line(list[i].name);
        fuzz_check_line(list[i].address);
    }
    mailbox_parse_identifiers(raw, arena, &identifiers, &identifier_count);
    check(identifier_count <= MAILBOX_IDENTIFIERS_MAX);
    for (size_t i = 0; i < identifier_count; i++) {
        fuzz_check_line(identifiers[i]);
        size_t length = strlen(identifiers[i]);
        check(length >= 2 && identifiers[i][0] == '<' && identifiers[i][length - 1] == '>');
    }
    int64_t date = mailbox_parse_date(raw);
    check(date >= 0 && date <= INT64_C(4133980800));
}

/* One field, whatever the value holds; and the value comes back. */
static void check_written(const char *value) {
    auto_text field = TEXT_EMPTY, clean = TEXT_EMPTY, back = TEXT_EMPTY;
    header_clean(&clean, value);
    fuzz_check_line(text_string(&clean));
    header_append_unstructured(&field, "Subject", value);
    check((field.length == 0) == (clean.length == 0));
    if (!field.length)
        return;
    check(string_starts_with(text_string(&field), "Subject: ") && string_ends_with(text_string(&field), "\r\n"));
    for (size_t i = 0; i < field.length; i++) {
        check((unsigned char)field.bytes[i] < 128 && field.bytes[i]);
        if (field.bytes[i] == '\n')
            check(i > 0 && field.bytes[i - 1] == '\r' && (i + 1 == field.length || field.bytes[i + 1] == ' '));
    }
    header_decode(&back, field.bytes + 9, field.length - 11);
    check(strcmp(text_string(&back), text_string(&clean)) == 0);
}

void fuzz_try(const char *bytes, size_t length) {
    auto_arena arena = arena_new();
    auto_text decoded = TEXT_EMPTY;
    header_decode(&decoded, bytes, length);
    fuzz_check_line(text_string(&decoded));
    check(decoded.length == strlen(text_string(&decoded)));
    check(decoded.length <= 4 * length + 16);
    check_field(bytes, length, arena);
    auto_string raw = fuzz_string(bytes, length);
    /* Raw values were made UTF-8 and unfolded when the message was parsed. */
    auto_text unfolded = TEXT_EMPTY;
    header_clean(&unfolded, raw);
    check_mailboxes(text_string(&unfolded), arena);
    if (length < 8192)
        check_written(raw);
}
