/* A letter from outside made into new mail of ours: whatever comes in, its header is one that we meant, and every line
 * ends as SMTP wants it. */
#include <string.h>
#include <strings.h>

#include "harness.h"
#include "mail/letter.h"

void fuzz_prepare(void) {
}

/* Leaves out one identifier in three, changes another, keeps the rest. */
static const char *map(void *context, const char *identifier) {
    (void)context;
    check(!strpbrk(identifier, "\r\n"));
    size_t length = strlen(identifier);
    return length % 3 == 0 ? NULL : length % 3 == 1 ? "<ours@example.org>" : identifier;
}

static const char *map_subject(void *context, const char *subject) {
    (void)context;
    return strlen(subject) % 2 ? "Ours" : subject;
}

static void check_line_ends(const char *bytes, size_t length) {
    for (size_t i = 0; i < length; i++) {
        check(bytes[i] != '\n' || (i > 0 && bytes[i - 1] == '\r'));
        check(bytes[i] != '\r' || (i + 1 < length && bytes[i + 1] == '\n'));
    }
}

/* The header's next line; where it is a field's first, its name is one that letters may have. */
static void check_header_line(const char *line, size_t length, size_t *senders) {
    static const char *const allowed[] = {"From",         "To",          "Subject",    "Date",
                                          "Message-ID",   "In-Reply-To", "References", "X-Tandempost",
                                          "MIME-Version", "Content-",    NULL};
    if (*line == ' ' || *line == '\t')
        return;
    const char *colon = memchr(line, ':', length);
    check(colon);
    bool known = false;
    for (size_t i = 0; allowed[i] && !known; i++) {
        size_t name = strlen(allowed[i]);
        known = strncasecmp(line, allowed[i], name) == 0 && (allowed[i][name - 1] == '-' || line + name <= colon);
    }
    check(known);
    *senders += strncasecmp(line, "From:", 5) == 0;
}

static void check_header(const char *bytes) {
    size_t senders = 0;
    const char *line = bytes, *end;
    for (; (end = strstr(line, "\r\n")) && end != line; line = end + 2)
        check_header_line(line, (size_t)(end - line), &senders);
    check(end);
    check(senders == 1 && strncmp(bytes, "From: ", 6) == 0);
}

void fuzz_try(const char *bytes, size_t length) {
    static const struct letter_settings settings = {
        .from_name = "Anna Berg via ILN",
        .writer = "anna@example.net",
        .from_address = "iln+paaaabbbbccccdddd@example.org",
        .to_name = "Ben Okoro",
        .to_address = "ben@example.net",
        .loop_mark = "iln@example.org",
        .message_id = "<new@example.org>",
        .date = 1795443660,
        .map_identifier = map,
        .map_subject = map_subject,
    };
    auto_text letter = TEXT_EMPTY;
    struct error error = ERROR_INIT;
    if (!letter_rewrite(bytes, length, &settings, &letter, &error)) {
        check(error.class == ERROR_PERMANENT && letter.length == 0);
        return;
    }
    check(letter.length <= 16 * length + 4096);
    check_line_ends(text_string(&letter), letter.length);
    check_header(text_string(&letter));
}
