#include "mail/auto_reply.h"

#include <string.h>

#include "base/text.h"

static const char *evidence(struct arena *arena, const char *name, const char *value) {
    auto_text why = TEXT_EMPTY;
    text_append_format(&why, "%s: ", name);
    text_append_printable(&why, value);
    text_truncate(&why, 200);
    return arena_copy_string(arena, text_string(&why));
}

bool auto_reply_recognise(const struct message *message, const char *whole_text, struct arena *arena,
                          struct auto_reply_finding *ret) {
    (void)whole_text;
    static const struct {
        const char *name, *value; /* VALUE: how it begins; NULL: whatever it is */
    } signs[] = {
        {"Precedence", "auto_reply"}, {"Precedence", "auto-reply"}, {"Precedence", "bulk"},  {"Precedence", "list"},
        {"Precedence", "junk"},       {"X-Autoreply", NULL},        {"X-Autorespond", NULL}, {"List-Id", NULL},
        {"Feedback-ID", NULL},
    };
    const char *submitted = message_header(message, "Auto-Submitted");
    if (submitted && *submitted && !string_starts_with_ignore_case(submitted, "no")) {
        *ret = (struct auto_reply_finding){.why = evidence(arena, "Auto-Submitted", submitted)};
        return true;
    }
    for (size_t i = 0; i < COUNT_OF(signs); i++) {
        const char *value = message_header(message, signs[i].name);
        if (value && *value && (!signs[i].value || string_starts_with_ignore_case(value, signs[i].value))) {
            *ret = (struct auto_reply_finding){.why = evidence(arena, signs[i].name, value)};
            return true;
        }
    }
    return false;
}
