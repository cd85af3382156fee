#pragma once
/* What tests of reply_text.h begin with. */
#include "test.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "mail/reply/reply_text.h"

/* Without warning: the text that must be left of WHOLE. */
struct reply_sample {
    const char *whole, *text;
};

static inline void check_reply(const char *whole, const char *text, bool warned) {
    auto_arena arena = arena_new();
    struct reply_text reply;
    reply_text_extract(whole, "Anna Berg <anna@example.net>", arena, &reply);
    if (!string_equal(reply.text, text))
        print_error("whole text:\n%s\n", whole);
    assert_string_equal(reply.text, text);
    if ((reply.warning != NULL) != warned)
        print_error("whole text:\n%s\nwarning: %s\n", whole, reply.warning ? reply.warning : "none");
    assert_int_equal(reply.warning != NULL, warned);
}

static inline void check_replies(const struct reply_sample *samples, size_t count) {
    for (size_t i = 0; i < count; i++)
        check_reply(samples[i].whole, samples[i].text, false);
}
