#include "programme/answer.h"

#include <string.h>

#include "base/text.h"

static enum answer_meaning find_phrase(const struct words *words, const char *line, size_t length) {
    int found = phrase_find(words, PHRASE_ANSWER, line, length);
    return found == PHRASE_MIXED ? ANSWER_AMBIGUOUS : (enum answer_meaning)found;
}

/* ANSWER_AMBIGUOUS for a number that was not offered. */
static enum answer_meaning find_one(const struct words *words, const char *answer) {
    if (answer[0] >= '0' && answer[0] <= '9') {
        if (answer[1] == '\0' && answer[0] >= '0' + ANSWER_WELL && answer[0] <= '0' + ANSWER_HELP)
            return (enum answer_meaning)(answer[0] - '0');
        return strspn(answer, "0123456789") == strlen(answer) ? ANSWER_AMBIGUOUS : ANSWER_NONE;
    }
    return find_phrase(words, answer, strlen(answer));
}

enum answer_meaning answer_find(const char *const *answers, size_t count, const struct words *words) {
    enum answer_meaning found = ANSWER_NONE;
    bool stray_number = false, differ = false;
    for (size_t i = 0; i < count; i++) {
        enum answer_meaning one = find_one(words, answers[i]);
        if (one == ANSWER_AMBIGUOUS)
            stray_number = true;
        else if (one != ANSWER_NONE && found != ANSWER_NONE && one != found)
            differ = true;
        else if (one != ANSWER_NONE)
            found = one;
    }
    if (found == ANSWER_NONE)
        return ANSWER_NONE;
    return differ || stray_number ? ANSWER_AMBIGUOUS : found;
}

enum answer_meaning answer_read(const char *text, const char *const *answers, size_t count, const struct words *words) {
    const char *line = text ? text + strspn(text, " \t\r\n") : "";
    size_t length = strcspn(line, "\n");
    if (line[length] && phrase_is_greeting(words, line, length)) {
        line += length + strspn(line + length, " \t\r\n");
        length = strcspn(line, "\n");
    }
    enum answer_meaning standing = answer_find(answers, count, words);
    enum answer_meaning first_line = find_phrase(words, line, length);
    /* "Well, ..." begins sentences of any meaning. */
    if (first_line == ANSWER_NONE || first_line == standing || string_starts_with_ignore_case(line, "well,"))
        return standing;
    return standing == ANSWER_NONE ? first_line : ANSWER_AMBIGUOUS;
}

const char *answer_name(enum answer_meaning meaning) {
    switch (meaning) {
    case ANSWER_NONE:
        return "none";
    case ANSWER_WELL:
        return "well";
    case ANSWER_SLOW:
        return "slow";
    case ANSWER_NO_CONTACT:
        return "no contact";
    case ANSWER_HELP:
        return "help";
    case ANSWER_AMBIGUOUS:
        return "ambiguous";
    }
    return "";
}
