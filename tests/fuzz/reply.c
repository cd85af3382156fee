/* What a person wrote in a reply, the answers in it, and dates of return. */
#include <string.h>

#include "harness.h"
#include "mail/automatic/vacation.h"
#include "mail/reply/answers.h"
#include "mail/reply/reply_text.h"

void fuzz_prepare(void) {
}

static void check_answers(const struct reply_text *reply, const char *whole, struct arena *arena) {
    const char **answers = NULL;
    size_t count = 0;
    if (reply->quoted)
        answers_find_quoted(reply->quoted, arena, &answers, &count);
    else
        answers_find(reply->own, whole, arena, &answers, &count);
    for (size_t i = 0; i < count; i++) {
        fuzz_check_line(answers[i]);
        check(*answers[i]);
        for (const char *letter = answers[i]; *letter; letter++)
            check(*letter < 'A' || *letter > 'Z');
        for (size_t j = 0; j < i; j++)
            check(strcmp(answers[i], answers[j]) != 0);
    }
}

void fuzz_try(const char *bytes, size_t length) {
    auto_arena arena = arena_new();
    auto_text whole = TEXT_EMPTY;
    /* Its callers hand it UTF-8 with LF line ends. */
    for (size_t i = 0; i < length;) {
        uint32_t codepoint = utf8_next(bytes, length, &i);
        if (codepoint && codepoint != '\r')
            text_append_codepoint(&whole, codepoint);
    }
    struct reply_text reply = {0};
    reply_text_extract(text_string(&whole), "Anna Weber <a.weber@example.net>", arena, &reply);
    fuzz_check_text(reply.text);
    fuzz_check_text(reply.own);
    check(strlen(reply.text) <= whole.length + 1);
    check(strlen(reply.own) <= 2 * whole.length + 4);
    if (reply.warning)
        fuzz_check_line(reply.warning);
    check_answers(&reply, text_string(&whole), arena);
    const char *day = vacation_find_return(text_string(&whole), text_string(&whole), 1795443660, arena);
    check(!day || (strlen(day) == 10 && day[4] == '-' && day[7] == '-'));
}
