/* Authentication-Results: the input as a header block, or as one value. */
#include <string.h>

#include "harness.h"
#include "mail/authentication.h"
#include "mail/message/parse.h"

void fuzz_prepare(void) {
}

static void check_finding(const struct message *message, const char *authserv_id, struct arena *arena) {
    struct authentication_finding finding;
    if (!authentication_read(message, authserv_id, arena, &finding))
        return;
    fuzz_check_line(finding.authserv_id);
    check(authserv_id && string_equal_ignore_case(finding.authserv_id, authserv_id));
    check(string_equal(finding.dmarc, "pass") || string_equal(finding.dmarc, "fail") ||
          string_equal(finding.dmarc, "none"));
    /* Nothing may pass that nobody said passed. */
    bool said = false;
    for (size_t i = 0; i < message->header_count; i++) {
        auto_string value = memory_copy_string(message->headers[i].raw);
        string_lower_ascii(value);
        said |= strstr(value, "pass") && strstr(value, "dmarc");
    }
    check(said || !string_equal(finding.dmarc, "pass"));
}

void fuzz_try(const char *bytes, size_t length) {
    auto_arena arena = arena_new();
    auto_text mail = TEXT_EMPTY;
    struct message message;
    struct error error = ERROR_INIT;
    if (length % 2)
        text_append(&mail, "Authentication-Results: mx.example.org; ");
    text_append_bytes(&mail, bytes, length);
    text_append(&mail, "\r\n\r\nx");
    if (!message_parse(text_string(&mail), mail.length, arena, &message, &error))
        return;
    check_finding(&message, "mx.example.org", arena);
    check_finding(&message, "", arena);
    check_finding(&message, NULL, arena);
}
