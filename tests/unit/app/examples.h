#pragma once
/* Pages of the documentation that show mails as people get them: written by `make examples`, and held to what is so. */
#include "fixture.h"

#include "base/descriptor.h"

/* TEXT in lines that fit a page, its secret addresses shortened. */
static inline void examples_append_wrapped(struct text *out, const char *text) {
    enum { WIDTH = 100 };
    size_t column = 0;
    for (const char *word = text; *word;) {
        size_t length = strcspn(word, " \n"), shown = 0;
        const char *tag = strstr(word, "iln+"), *at = tag ? strchr(tag, '@') : NULL;
        bool has_secret = at && at < word + length && at - tag > ADDRESS_SECRET_MIN;
        auto_text short_word = TEXT_EMPTY;
        text_append_bytes(&short_word, word, has_secret ? (size_t)(tag - word) + strlen("iln+p") : length);
        if (has_secret)
            text_append_format(&short_word, "...%.*s", (int)(word + length - at), at);
        for (const char *byte = text_string(&short_word); *byte; byte++)
            shown += ((unsigned char)*byte & 0xC0) != 0x80;
        if (column > 0)
            text_append_char(out, column + 1 + shown > WIDTH ? '\n' : ' ');
        column = column > 0 && column + 1 + shown <= WIDTH ? column + 1 + shown : shown;
        text_append(out, text_string(&short_word));
        word += length;
        if (*word == '\n') {
            text_append_char(out, '\n');
            column = 0;
        }
        word += *word != '\0';
    }
}

static inline void examples_append(struct text *out, const char *heading, const char *subject, const char *plain) {
    text_append_format(out, "\n## %s\n\n```text\n", heading);
    if (subject)
        text_append_format(out, "%s\n\n", subject);
    examples_append_wrapped(out, plain);
    text_append(out, "```\n");
}

/* EXAMPLES in the environment writes the page anew. */
static inline void examples_hold(const char *path, const struct text *text) {
    auto_text there = TEXT_EMPTY;
    if (getenv("EXAMPLES")) {
        FILE *file = fopen(path, "w");
        assert_non_null(file);
        fputs(text_string(text), file);
        fclose(file);
    }
    assert_true(descriptor_read_file(path, 1 << 20, &there));
    if (strcmp(text_string(text), text_string(&there)) != 0)
        fail_msg("%s is not what people get; write it anew: make examples", path);
}
