#include "base/language.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/uloc.h>

#include "base/fold.h"
#include "base/localise.h"
#include "base/memory.h"
#include "base/names.h"
#include "base/text.h"

static bool read_tag(const char *typed, char ret[LANGUAGE_SIZE]) {
    auto_arena arena = arena_new();
    char tag[LANGUAGE_SIZE], locale[LANGUAGE_SIZE], canonical[LANGUAGE_SIZE], code[LANGUAGE_SIZE];
    if (!*typed || strlen(typed) >= sizeof tag)
        return false;
    strcpy(tag, typed);
    for (char *c = tag; *c; c++)
        if (*c == '_')
            *c = '-';
    UErrorCode status = U_ZERO_ERROR;
    int32_t parsed = 0;
    uloc_forLanguageTag(tag, locale, sizeof locale, &parsed, &status);
    if (U_FAILURE(status) || status == U_STRING_NOT_TERMINATED_WARNING || (size_t)parsed != strlen(tag) || !*locale)
        return false;
    uloc_toLanguageTag(locale, canonical, sizeof canonical, true, &status);
    uloc_getLanguage(locale, code, sizeof code, &status);
    if (U_FAILURE(status) || status == U_STRING_NOT_TERMINATED_WARNING || !*code ||
        string_equal(localise_language(arena, code, "en"), code))
        return false;
    strcpy(ret, canonical);
    return true;
}

/* What is almost a tag ("en-") is no name. */
static const char *code_of_name(const char *typed, const char *const *languages, size_t count) {
    const char *codes[2];
    auto_text folded = TEXT_EMPTY;
    fold_name(typed, &folded);
    return names_find(NAMES_LANGUAGES, typed, languages, count, codes, 2) == 1 &&
                   !string_equal(text_string(&folded), codes[0])
               ? codes[0]
               : NULL;
}

bool language_read_tag(const char *typed, char ret[LANGUAGE_SIZE], struct error *error) {
    if (read_tag(typed, ret))
        return true;
    const char *meant = code_of_name(typed, NULL, 0);
    if (meant)
        return error_set(error, ERROR_PERMANENT, "\"%s\" is a language's name; its code is \"%s\".", typed, meant);
    return error_set(error, ERROR_PERMANENT,
                     "\"%.60s\" is no language tag that is known; write one like \"en\" or \"pt-BR\".", typed);
}

bool language_read(const char *typed, const char *const *languages, size_t count, char ret[LANGUAGE_SIZE],
                   struct error *error) {
    if (read_tag(typed, ret))
        return true;
    const char *code = code_of_name(typed, languages, count);
    if (code) {
        strcpy(ret, code);
        return true;
    }
    auto_arena arena = arena_new();
    const char *near;
    if (names_near(NAMES_LANGUAGES, typed, languages, count, &near, 1))
        return error_set(error, ERROR_PERMANENT, "\"%s\" is no known language; did you mean \"%s\"?", typed,
                         localise_language(arena, near, "en"));
    return error_set(error, ERROR_PERMANENT,
                     "\"%.60s\" is no known language; write its name, or a code like \"en\" or \"pt-BR\".", typed);
}

/* SHORTER is TAG, or TAG without its last parts. */
static bool is_form_of(const char *shorter, const char *tag) {
    size_t length = strlen(shorter);
    return string_starts_with_ignore_case(tag, shorter) && (tag[length] == '\0' || tag[length] == '-');
}

const char *language_choose(const char *wanted, const char *const *languages, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (is_form_of(languages[i], wanted))
            return wanted;
    auto_string primary = memory_copy_bytes(wanted, strcspn(wanted, "-"));
    for (size_t i = 0; i < count; i++)
        if (is_form_of(primary, languages[i]))
            return languages[i];
    return languages[0];
}
