#include "programme/answer.h"

#include <string.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include "base/memory.h"
#include "base/text.h"

/* The words of every language, in lower case: one line a language and meaning, words parted by blanks. To teach
 * tandempost a language, add its four lines. A word may stand once only in each language. */
static const struct answer_words {
    const char *language;
    enum answer_meaning meaning;
    const char *words;
} tables[] = {
    {"en", ANSWER_WELL, "yes yep yeah fine ok okay good great well"},
    {"en", ANSWER_SLOW, "slow slowly little"},
    {"en", ANSWER_NO_CONTACT, "no nope nothing none silence"},
    {"en", ANSWER_HELP, "help problem"},
    {"fr", ANSWER_WELL, "oui bien super parfait"},
    {"fr", ANSWER_SLOW, "lent lentement peu"},
    {"fr", ANSWER_NO_CONTACT, "non rien silence"},
    {"fr", ANSWER_HELP, "aide problème probleme"},
    {"de", ANSWER_WELL, "ja gut prima"},
    {"de", ANSWER_SLOW, "langsam wenig schleppend"},
    {"de", ANSWER_NO_CONTACT, "nein nichts stille"},
    {"de", ANSWER_HELP, "hilfe problem"},
    {"es", ANSWER_WELL, "sí si bien"},
    {"es", ANSWER_SLOW, "lento despacio poco"},
    {"es", ANSWER_NO_CONTACT, "no nada silencio"},
    {"es", ANSWER_HELP, "ayuda problema"},
    {"pt", ANSWER_WELL, "sim bem"},
    {"pt", ANSWER_SLOW, "lento devagar pouco"},
    {"pt", ANSWER_NO_CONTACT, "não nao nada silêncio silencio"},
    {"pt", ANSWER_HELP, "ajuda problema"},
    {"it", ANSWER_WELL, "sì si bene"},
    {"it", ANSWER_SLOW, "lento piano poco"},
    {"it", ANSWER_NO_CONTACT, "no niente nulla silenzio"},
    {"it", ANSWER_HELP, "aiuto problema"},
    {"nl", ANSWER_WELL, "ja goed prima"},
    {"nl", ANSWER_SLOW, "langzaam weinig"},
    {"nl", ANSWER_NO_CONTACT, "nee niets stilte"},
    {"nl", ANSWER_HELP, "hulp probleem"},
};

static bool stands_among(const char *word, const char *words) {
    size_t length = strlen(word);
    for (const char *at = words; length > 0 && *at;) {
        size_t next = strcspn(at, " ");
        if (next == length && strncmp(at, word, length) == 0)
            return true;
        at += next + (at[next] == ' ');
    }
    return false;
}

/* The first part of a language tag: "pt-BR" is "pt". */
static bool is_language(const char *tag, const char *language) {
    size_t length = strlen(language);
    return string_starts_with_ignore_case(tag, language) &&
           (tag[length] == '\0' || tag[length] == '-' || tag[length] == '_');
}

static enum answer_meaning find_word(const char *word, const char *language) {
    if (strchr(word, ' '))
        return ANSWER_NONE;
    for (size_t i = 0; i < COUNT_OF(tables); i++)
        if (is_language(language, tables[i].language) && stands_among(word, tables[i].words))
            return tables[i].meaning;
    return ANSWER_NONE;
}

enum { WORD_SIZE = 128 };

/* Letters and accents composed as in the tables (NFC): some mail programs send them apart. A word too long to stand
 * there is left as it is. */
static const char *compose(const char *word, char buffer[WORD_SIZE]) {
    UErrorCode status = U_ZERO_ERROR;
    UChar apart[WORD_SIZE], composed[WORD_SIZE];
    int32_t length = 0;
    u_strFromUTF8(apart, WORD_SIZE, &length, word, -1, &status);
    const UNormalizer2 *normalizer = unorm2_getNFCInstance(&status);
    length = unorm2_normalize(normalizer, apart, length, composed, WORD_SIZE, &status);
    u_strToUTF8(buffer, WORD_SIZE, NULL, composed, length, &status);
    return status == U_ZERO_ERROR ? buffer : word;
}

/* ANSWER_AMBIGUOUS for a number that was not offered. */
static enum answer_meaning find_one(const char *answer, const char *language) {
    if (answer[0] >= '0' && answer[0] <= '9') {
        if (answer[1] == '\0' && answer[0] >= '0' + ANSWER_WELL && answer[0] <= '0' + ANSWER_HELP)
            return (enum answer_meaning)(answer[0] - '0');
        return strspn(answer, "0123456789") == strlen(answer) ? ANSWER_AMBIGUOUS : ANSWER_NONE;
    }
    char buffer[WORD_SIZE];
    const char *word = compose(answer, buffer);
    enum answer_meaning meaning = language ? find_word(word, language) : ANSWER_NONE;
    return meaning != ANSWER_NONE ? meaning : find_word(word, "en");
}

enum answer_meaning answer_find(const char *const *answers, size_t count, const char *language) {
    enum answer_meaning found = ANSWER_NONE;
    bool stray_number = false, differ = false;
    for (size_t i = 0; i < count; i++) {
        enum answer_meaning one = find_one(answers[i], language);
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
