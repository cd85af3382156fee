#include "mail/answers.h"

#include <stdbool.h>
#include <string.h>
#include <unicode/ucasemap.h>
#include <unicode/uchar.h>

#include "base/text.h"

enum { ANSWERS_MAX = 20, ANSWER_LENGTH_MAX = 40 };

/* LINE as an answer: one word or number alone on its line, punctuation around it dropped. "" where it is none. */
static void as_answer(const char *line, size_t length, struct text *answer) {
    text_clear(answer);
    bool ended = false;
    for (size_t i = 0; i < length;) {
        UChar32 c = (UChar32)utf8_next(line, length, &i);
        bool letter = u_isalnum(c) || u_charType(c) == U_NON_SPACING_MARK;
        if (letter && ended) {
            text_clear(answer);
            return;
        }
        if (letter)
            text_append_codepoint(answer,
                                  (uint32_t)(u_charDigitValue(c) >= 0 ? '0' + u_charDigitValue(c) : u_tolower(c)));
        else if (answer->length)
            ended = true;
    }
    if (answer->length > ANSWER_LENGTH_MAX)
        text_clear(answer);
}

void answers_find(const char *text, const char *whole_text, struct arena *arena, const char ***ret, size_t *ret_count) {
    (void)whole_text;
    const char **answers = arena_take_array(arena, ANSWERS_MAX, sizeof *answers);
    size_t count = 0;
    auto_text answer = TEXT_EMPTY;
    for (const char *line = text; *line && count < ANSWERS_MAX;) {
        size_t length = strcspn(line, "\n");
        as_answer(line, length < 200 ? length : 0, &answer);
        bool known = answer.length == 0;
        for (size_t i = 0; i < count && !known; i++)
            known = string_equal(answers[i], text_string(&answer));
        if (!known)
            answers[count++] = arena_copy_string(arena, text_string(&answer));
        line += length + (line[length] == '\n');
    }
    *ret = answers;
    *ret_count = count;
}
