#pragma once
/* Mails that tell of deliveries, and what was understood of them. Each is read the whole way, as `inspect` does. */
#include "test.h"

#include <string.h>

#include "base/text.h"
#include "mail/description.h"

static inline struct description describe(const char *mail, struct arena *arena) {
    static const struct description_settings settings = {.separator = '+'};
    struct description description;
    description_make(mail, strlen(mail), &settings, arena, &description);
    return description;
}

/* What was understood: "anna@example.net failed 5.1.1 permanent dead; ..." */
static inline const char *summary(const char *mail, struct arena *arena) {
    struct description description = describe(mail, arena);
    auto_text out = TEXT_EMPTY;
    if (description.kind != MAIL_BOUNCE)
        text_append_format(&out, "%s: %s", mail_kind_name(description.kind), description.why);
    for (size_t i = 0; i < description.bounce_count && description.kind == MAIL_BOUNCE; i++) {
        const struct description_bounce *bounce = &description.bounces[i];
        text_append_format(&out, "%s%s %s %s%s%s", i ? "; " : "", bounce->recipient, bounce->action, bounce->status,
                           bounce->permanent ? " permanent" : "", bounce->address_dead ? " dead" : "");
    }
    return arena_copy_string(arena, text_string(&out));
}

#define FROM_DAEMON "Return-Path: <>\r\nFrom: Mail Delivery System <MAILER-DAEMON@mx.example.org>\r\n"
#define RETURNED                                                                                                       \
    "Return-Path: <iln@example.org>\r\nReceived: from here by there\r\nMessage-ID: <out.7@example.org>\r\n"            \
    "From: iln@example.org\r\nTo: anna@example.net\r\nSubject: Hello\r\n\r\nHello Anna\r\n"

static inline const char *notice(const char *subject, const char *text, struct arena *arena) {
    return arena_format(arena, FROM_DAEMON "To: iln@example.org\r\nSubject: %s\r\n\r\n%s", subject, text);
}
