#include "programme/verb.h"

#include <string.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include "base/memory.h"
#include "base/text.h"

enum { LINE_UNITS = 64 };

/* Folded as fold() does: lower case, without accents. */
static const struct {
    const char *language, *word;
    enum verb verb;
} words[] = {
    {"en", "stop", VERB_STOP},          {"en", "unsubscribe", VERB_STOP}, {"en", "pause", VERB_STOP},
    {"en", "help", VERB_HELP},          {"en", "report", VERB_REPORT},    {"en", "start", VERB_START},
    {"en", "resume", VERB_START},       {"fr", "arret", VERB_STOP},       {"fr", "arreter", VERB_STOP},
    {"fr", "arretez", VERB_STOP},       {"fr", "aide", VERB_HELP},        {"fr", "signaler", VERB_REPORT},
    {"fr", "signalement", VERB_REPORT}, {"fr", "reprendre", VERB_START},  {"es", "parar", VERB_STOP},
    {"es", "baja", VERB_STOP},          {"es", "pausa", VERB_STOP},       {"es", "ayuda", VERB_HELP},
    {"es", "denunciar", VERB_REPORT},   {"es", "denuncia", VERB_REPORT},  {"es", "reanudar", VERB_START},
};

/* Beside a verb these say nothing. */
static const char *const polite[] = {"please", "pls",   "thanks", "thank", "you",
                                     "svp",    "merci", "por",    "favor", "gracias"};

/* Lower case, accents and everything that is no letter taken away; words parted by one space. Too long: "". */
static void fold(const char *line, size_t length, struct text *ret) {
    UChar units[4 * LINE_UNITS], decomposed[8 * LINE_UNITS];
    UErrorCode status = U_ZERO_ERROR;
    int32_t count = 0;
    u_strFromUTF8WithSub(units, LINE_UNITS, &count, line, (int32_t)length, 0xFFFD, NULL, &status);
    if (U_FAILURE(status) || count >= LINE_UNITS)
        return;
    UChar lower[4 * LINE_UNITS];
    int32_t folded = u_strFoldCase(lower, COUNT_OF(lower), units, count, U_FOLD_CASE_DEFAULT, &status);
    folded =
        unorm2_normalize(unorm2_getNFKDInstance(&status), lower, folded, decomposed, COUNT_OF(decomposed), &status);
    if (U_FAILURE(status))
        return;
    char bytes[8 * LINE_UNITS];
    int32_t used = 0;
    u_strToUTF8WithSub(bytes, sizeof bytes, &used, decomposed, folded, 0xFFFD, NULL, &status);
    if (U_FAILURE(status))
        return;
    for (size_t position = 0; position < (size_t)used;) {
        UChar32 codepoint = (UChar32)utf8_next(bytes, (size_t)used, &position);
        if (u_isalpha(codepoint))
            text_append_codepoint(ret, (uint32_t)codepoint);
        else if (u_charType(codepoint) != U_NON_SPACING_MARK && ret->length > 0 && ret->bytes[ret->length - 1] != ' ')
            text_append_char(ret, ' ');
    }
}

static enum verb find_word(const char *word, const char *language) {
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        bool known =
            string_equal(words[i].language, "en") ||
            (language && strncmp(language, words[i].language, 2) == 0 && !(language[2] >= 'a' && language[2] <= 'z'));
        if (known && string_equal(words[i].word, word))
            return words[i].verb;
    }
    return VERB_NONE;
}

static bool is_polite(const char *word) {
    for (size_t i = 0; i < COUNT_OF(polite); i++)
        if (string_equal(polite[i], word))
            return true;
    return false;
}

static enum verb verb_of_line(const char *line, size_t length, const char *language) {
    auto_text folded = TEXT_EMPTY;
    enum verb found = VERB_NONE;
    fold(line, length, &folded);
    auto_string copy = memory_copy_string(text_string(&folded));
    char *rest = NULL;
    for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
        enum verb verb = find_word(word, language);
        if (verb == VERB_NONE && is_polite(word))
            continue;
        if (verb == VERB_NONE || (found != VERB_NONE && found != verb))
            return VERB_NONE;
        found = verb;
    }
    return found;
}

enum verb verb_find(const char *text, const char *language, bool *ret_alone) {
    const char *line = text ? text + strspn(text, " \t\r\n") : "";
    size_t length = strcspn(line, "\n");
    const char *after = line + length;
    enum verb verb = verb_of_line(line, length, language);
    if (verb != VERB_NONE)
        *ret_alone = after[strspn(after, " \t\r\n.!")] == '\0';
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
