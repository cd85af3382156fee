#include "base/language.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/uloc.h>
#include <unicode/ustring.h>

#include "base/memory.h"
#include "base/text.h"

enum { NAME_SIZE = 256 };

/* The language's name in English; its own code where ICU has none. */
static bool english_name(const char *locale, char name[NAME_SIZE]) {
    UChar wide[NAME_SIZE / 2];
    UErrorCode status = U_ZERO_ERROR;
    uloc_getDisplayLanguage(locale, "en", wide, NAME_SIZE / 2, &status);
    int32_t length;
    u_strToUTF8(name, NAME_SIZE, &length, wide, -1, &status);
    return U_SUCCESS(status) && status != U_STRING_NOT_TERMINATED_WARNING;
}

static const char *code_of_name(const char *typed) {
    for (const char *const *code = uloc_getISOLanguages(); *code; code++) {
        char name[NAME_SIZE];
        if (english_name(*code, name) && string_equal_ignore_case(name, typed))
            return *code;
    }
    return NULL;
}

bool language_read(const char *typed, char ret[LANGUAGE_SIZE], struct error *error) {
    char tag[LANGUAGE_SIZE], locale[LANGUAGE_SIZE], canonical[LANGUAGE_SIZE], name[NAME_SIZE], code[LANGUAGE_SIZE];
    if (strlen(typed) >= sizeof tag)
        return error_set(error, ERROR_PERMANENT, "\"%.30s...\" is no language tag; write one like \"en\" or \"pt-BR\".",
                         typed);
    strcpy(tag, typed);
    for (char *c = tag; *c; c++)
        if (*c == '_')
            *c = '-';
    UErrorCode status = U_ZERO_ERROR;
    int32_t parsed = 0;
    uloc_forLanguageTag(tag, locale, sizeof locale, &parsed, &status);
    bool well_formed = *tag && U_SUCCESS(status) && status != U_STRING_NOT_TERMINATED_WARNING &&
                       (size_t)parsed == strlen(tag) && *locale;
    if (well_formed) {
        uloc_toLanguageTag(locale, canonical, sizeof canonical, true, &status);
        uloc_getLanguage(locale, code, sizeof code, &status);
        if (U_SUCCESS(status) && status != U_STRING_NOT_TERMINATED_WARNING && english_name(locale, name) &&
            strcmp(name, code) != 0 && *code) {
            strcpy(ret, canonical);
            return true;
        }
    }
    const char *meant = code_of_name(typed);
    if (meant)
        return error_set(error, ERROR_PERMANENT, "\"%s\" is a language's name; its code is \"%s\".", typed, meant);
    return error_set(error, ERROR_PERMANENT,
                     "\"%s\" is no language tag that is known; write one like \"en\" or \"pt-BR\".", typed);
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
