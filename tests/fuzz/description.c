/* The sandbox's answer as a hostile parser process would give it. */
#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "mail/description.h"

void fuzz_prepare(void) {
}

static void check_lines(const char *const *list, size_t count) {
    for (size_t i = 0; i < count; i++)
        fuzz_check_line(list[i]);
}

static void check_addresses(const struct description_address *list, size_t count) {
    for (size_t i = 0; i < count; i++) {
        fuzz_check_line(list[i].name);
        fuzz_check_line(list[i].address);
    }
}

static void check_read(const struct description *read) {
    const char *const lines[] = {read->why, read->message_id, read->subject, read->body_hash};
    check(read->kind >= MAIL_HUMAN && read->kind <= MAIL_UNREADABLE);
    check_lines(lines, COUNT_OF(lines));
    fuzz_check_text(read->text);
    fuzz_check_text(read->whole_text);
    check_addresses(&read->from, 1);
    check_addresses(read->to, read->to_count);
    check_addresses(read->cc, read->cc_count);
    check_lines(read->delivered_to, read->delivered_to_count);
    check_lines(read->in_reply_to, read->in_reply_to_count);
    check_lines(read->references, read->references_count);
    check_lines(read->answers, read->answer_count);
    check_lines(read->warnings, read->warning_count);
    check(!read->has_tag || (strchr("rbpu", read->tag_purpose) && read->tag_secret));
    check(!read->authserv_id == !read->dmarc);
    if (read->plain_tag)
        fuzz_check_line(read->plain_tag);
    if (read->away_until)
        check(strlen(read->away_until) == 10);
    for (size_t i = 0; i < read->bounce_count; i++) {
        const struct description_bounce *bounce = &read->bounces[i];
        const char *const told[] = {bounce->recipient, bounce->action, bounce->status, bounce->diagnostic,
                                    bounce->message_id};
        check_lines(told, COUNT_OF(told));
    }
    for (size_t i = 0; i < read->part_count; i++)
        fuzz_check_line(read->parts[i].type);
}

void fuzz_try(const char *bytes, size_t length) {
    auto_arena arena = arena_new();
    struct description read, again;
    struct error error = ERROR_INIT;
    if (!description_from_json(bytes, length, arena, &read, &error)) {
        check(error.class == ERROR_PERMANENT && *error.message);
        return;
    }
    check_read(&read);
    auto_string first = description_to_json(&read, NULL);
    check(description_from_json(first, strlen(first), arena, &again, &error));
    auto_string second = description_to_json(&again, NULL);
    check(strcmp(first, second) == 0);
}
