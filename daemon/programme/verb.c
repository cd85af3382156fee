#include "programme/verb.h"

#include <string.h>

/* Two verbs that differ are none: never guessed. */
static enum verb verb_of_line(const struct words *words, const char *line, size_t length) {
    int found = phrase_find(words, PHRASE_VERB, line, length);
    return found == PHRASE_MIXED ? VERB_NONE : (enum verb)found;
}

enum { LINES_MAX = 50 }; /* that hold words; more than a few are a letter */

enum verb verb_find(const char *text, const struct words *words, bool *ret_alone) {
    enum verb verb = VERB_NONE;
    bool alone = true;
    size_t lines = 0;
    for (const char *line = text ? text : ""; *line && alone;) {
        size_t length = strcspn(line, "\n");
        if (length > 0 && ++lines > LINES_MAX) {
            alone = false;
        } else if (!phrase_is_polite(words, line, length)) {
            alone = verb == VERB_NONE;
            if (alone && (verb = verb_of_line(words, line, length)) == VERB_NONE)
                return VERB_NONE;
        }
        line += length + (line[length] == '\n');
    }
    if (verb != VERB_NONE)
        *ret_alone = alone;
    return verb;
}

const char *verb_name(enum verb verb) {
    switch (verb) {
    case VERB_NONE:
        return "none";
    case VERB_STOP:
        return "stop";
    case VERB_HELP:
        return "help";
    case VERB_REPORT:
        return "report";
    case VERB_START:
        return "start";
    }
    return "none";
}
