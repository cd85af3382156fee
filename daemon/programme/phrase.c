#include "programme/phrase.h"

#include <string.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include "base/memory.h"

enum { LINE_UNITS = PHRASE_LINE_MAX, FOLDED_UNITS = 20 * LINE_UNITS, GREETED_WORDS_MAX = 3 };

/* Beside a phrase these say nothing. */
static const char polite[] =
    "please, pls, thanks, thank you, many thanks, thanks a lot, "
    "s'il vous plaît, s'il te plaît, svp, stp, merci, merci beaucoup, merci d'avance, "
    "por favor, gracias, muchas gracias, mil gracias, bitte, danke, vielen dank, obrigado, obrigada, muito obrigado, "
    "muito obrigada, per favore, per piacere, grazie, grazie mille, alstublieft, alsjeblieft, bedankt, dank u, dank je";

static const char greetings[] = "hello, hi, hey, dear, good morning, good evening, bonjour, bonsoir, salut, coucou, "
                                "cher, chère, chers, hola, buenos días, buenas tardes, buenas noches, buenas, "
                                "estimado, estimada, estimados, querido, querida, hallo, guten tag, guten morgen, "
                                "liebe, lieber, sehr geehrte, olá, oi, bom dia, boa tarde, boa noite, caro, cara, "
                                "ciao, buongiorno, buonasera, salve, dag, beste, goedemorgen, goedemiddag";

void phrase_fold(const char *line, size_t length, struct text *ret) {
    UChar units[LINE_UNITS], lower[3 * LINE_UNITS], apart[FOLDED_UNITS];
    UErrorCode status = U_ZERO_ERROR;
    int32_t count = 0;
    if (length > PHRASE_LINE_MAX)
        return;
    u_strFromUTF8WithSub(units, LINE_UNITS, &count, line, (int32_t)length, 0xFFFD, NULL, &status);
    count = u_strFoldCase(lower, COUNT_OF(lower), units, count, U_FOLD_CASE_DEFAULT, &status);
    count = unorm2_normalize(unorm2_getNFKDInstance(&status), lower, count, apart, FOLDED_UNITS, &status);
    if (U_FAILURE(status))
        return;
    char bytes[4 * FOLDED_UNITS];
    int32_t used = 0;
    u_strToUTF8WithSub(bytes, sizeof bytes, &used, apart, count, 0xFFFD, NULL, &status);
    bool parted = false;
    size_t before = ret->length;
    for (size_t position = 0; U_SUCCESS(status) && position < (size_t)used;) {
        uint32_t codepoint = utf8_next(bytes, (size_t)used, &position);
        if (u_isalnum((UChar32)codepoint)) {
            if (parted && ret->length > before)
                text_append_char(ret, ' ');
            text_append_codepoint(ret, codepoint);
            parted = false;
        } else if (u_charType((UChar32)codepoint) != U_NON_SPACING_MARK) {
            parted = true;
        }
    }
}

/* The longest of PHRASES with which LINE begins, at a word's end; 0 where none does. */
static size_t longest(const char *phrases, const char *line) {
    size_t best = 0;
    for (const char *at = phrases; *at;) {
        size_t length = strcspn(at, ",");
        auto_text folded = TEXT_EMPTY;
        phrase_fold(at, length, &folded);
        if (folded.length > best && string_starts_with(line, text_string(&folded)) &&
            (line[folded.length] == ' ' || line[folded.length] == '\0'))
            best = folded.length;
        at += length + strspn(at + length, ", ");
    }
    return best;
}

static size_t longest_polite(const char *line) {
    size_t thanks = longest(polite, line), greeting = longest(greetings, line);
    return thanks > greeting ? thanks : greeting;
}

/* The first part of a language tag: "pt-BR" is "pt". */
static bool is_language(const char *tag, const char *language) {
    size_t length = strlen(language);
    return tag && string_starts_with_ignore_case(tag, language) &&
           (tag[length] == '\0' || tag[length] == '-' || tag[length] == '_');
}

static size_t longest_of_language(const struct phrase *table, size_t count, const char *language, const char *line,
                                  int *ret_meaning) {
    size_t best = 0;
    for (size_t i = 0; i < count; i++) {
        size_t length = is_language(language, table[i].language) ? longest(table[i].phrases, line) : 0;
        if (length > best) {
            best = length;
            *ret_meaning = table[i].meaning;
        }
    }
    return best;
}

int phrase_find(const struct phrase *table, size_t count, const char *language, const char *line, size_t length) {
    auto_text folded = TEXT_EMPTY;
    int found = PHRASE_NONE;
    if (memchr(line, '?', length))
        return PHRASE_NONE;
    phrase_fold(line, length, &folded);
    for (const char *at = text_string(&folded); *at;) {
        int meaning = PHRASE_NONE;
        size_t taken = longest_of_language(table, count, language, at, &meaning);
        if (taken == 0)
            taken = longest_of_language(table, count, "en", at, &meaning);
        if (taken == 0)
            taken = longest_polite(at);
        if (taken == 0)
            return PHRASE_NONE;
        if (meaning != PHRASE_NONE)
            found = found == PHRASE_NONE || found == meaning ? meaning : PHRASE_MIXED;
        at += taken + (at[taken] == ' ');
    }
    return found;
}

bool phrase_is_polite(const char *line, size_t length) {
    auto_text folded = TEXT_EMPTY;
    phrase_fold(line, length, &folded);
    for (const char *at = text_string(&folded); *at;) {
        size_t taken = longest_polite(at);
        if (taken == 0)
            return false;
        at += taken + (at[taken] == ' ');
    }
    return length <= PHRASE_LINE_MAX;
}

bool phrase_is_greeting(const char *line, size_t length) {
    auto_text folded = TEXT_EMPTY;
    size_t words = 0;
    phrase_fold(line, length, &folded);
    size_t greeting = longest(greetings, text_string(&folded));
    for (const char *at = text_string(&folded) + greeting; greeting && *at; at++)
        words += *at == ' ';
    return greeting > 0 && words <= GREETED_WORDS_MAX;
}
