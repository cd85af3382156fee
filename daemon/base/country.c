#include "base/country.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/uloc.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/suggest.h"
#include "base/text.h"
#include "base/zone.h"

#define ZONE_TABLE "/usr/share/zoneinfo/zone.tab"
enum { NAME_SIZE = 256, LOCALE_SIZE = 64, ZONES_MOST = 64 };

/* ---- Names ---- */

/* U16_NEXT mixes signs; names of countries need nothing beyond the basic plane, but must not break on it. */
static UChar32 next_character(const UChar *string, int32_t length, int32_t *position) {
    UChar unit = string[(*position)++];
    if (!U16_IS_LEAD(unit) || *position >= length || !U16_IS_TRAIL(string[*position]))
        return unit;
    return (UChar32)U16_GET_SUPPLEMENTARY(unit, string[(*position)++]);
}

/* For comparing: letters and digits only, without case and accents. */
static void fold(const UChar *name, char folded[NAME_SIZE]) {
    UErrorCode status = U_ZERO_ERROR;
    UChar lower[NAME_SIZE], apart[NAME_SIZE];
    folded[0] = '\0';
    u_strFoldCase(lower, NAME_SIZE, name, -1, U_FOLD_CASE_DEFAULT, &status);
    const UNormalizer2 *normalizer = unorm2_getNFKDInstance(&status);
    int32_t length = unorm2_normalize(normalizer, lower, -1, apart, NAME_SIZE, &status);
    if (U_FAILURE(status) || length >= NAME_SIZE)
        return;
    auto_text kept = TEXT_EMPTY;
    for (int32_t i = 0; i < length;) {
        UChar32 character = next_character(apart, length, &i);
        if (u_isalnum(character))
            text_append_codepoint(&kept, (uint32_t)character);
    }
    if (kept.length < NAME_SIZE)
        strcpy(folded, text_string(&kept));
}

static bool country_name(const char *code, const char *language, UChar name[NAME_SIZE]) {
    char locale[LOCALE_SIZE], display[LOCALE_SIZE];
    UErrorCode status = U_ZERO_ERROR;
    snprintf(locale, sizeof locale, "und_%s", code);
    uloc_forLanguageTag(language, display, sizeof display, NULL, &status);
    uloc_getDisplayCountry(locale, display, name, NAME_SIZE, &status);
    return U_SUCCESS(status) && status != U_STRING_NOT_TERMINATED_WARNING;
}

/* Names that people write and ICU's English doesn't have. */
static const struct {
    const char *name, *code;
} synonyms[] = {
    {"usa", "US"},
    {"unitedstatesofamerica", "US"},
    {"uk", "GB"},
    {"greatbritain", "GB"},
    {"england", "GB"},
    {"scotland", "GB"},
    {"wales", "GB"},
    {"northernireland", "GB"},
    {"korea", "KR"},
    {"republicofkorea", "KR"},
    {"holland", "NL"},
    {"thenetherlands", "NL"},
    {"czechrepublic", "CZ"},
    {"turkey", "TR"},
    {"burma", "MM"},
    {"myanmar", "MM"},
    {"ivorycoast", "CI"},
    {"swaziland", "SZ"},
    {"capeverde", "CV"},
    {"hongkong", "HK"},
    {"macau", "MO"},
    {"russianfederation", "RU"},
    {"vietnam", "VN"},
    {"uae", "AE"},
    {"palestine", "PS"},
    {"macedonia", "MK"},
    {"easttimor", "TL"},
    {"bosnia", "BA"},
    {"drcongo", "CD"},
    {"trinidad", "TT"},
    {"bolivia", "BO"},
    {"iran", "IR"},
};

static const char *find_by_name(const char *wanted, const char *language) {
    UChar name[NAME_SIZE];
    char folded[NAME_SIZE];
    for (const char *const *code = uloc_getISOCountries(); *code; code++) {
        if (!country_name(*code, language, name))
            continue;
        fold(name, folded);
        if (string_equal(folded, wanted))
            return *code;
    }
    return NULL;
}

static bool refuse_name(const char *typed, struct error *error) {
    auto_arena arena = arena_new();
    const char *names[512];
    size_t count = 0;
    for (const char *const *code = uloc_getISOCountries(); *code && count < COUNT_OF(names); code++) {
        UChar wide[NAME_SIZE];
        char name[2 * NAME_SIZE];
        int32_t length;
        UErrorCode status = U_ZERO_ERROR;
        if (country_name(*code, "en", wide) && u_strToUTF8(name, sizeof name, &length, wide, -1, &status) &&
            U_SUCCESS(status))
            names[count++] = arena_copy_string(arena, name);
    }
    const char *near = suggest_nearest(typed, names, count);
    if (near)
        return error_set(error, ERROR_PERMANENT, "\"%s\" is no known country; did you mean \"%s\"?", typed, near);
    return error_set(error, ERROR_PERMANENT,
                     "\"%s\" is no known country; write the two letters of ISO 3166-1 (\"NZ\") or the English name.",
                     typed);
}

static const char *find_code(const char *typed) {
    if (strlen(typed) != 2)
        return NULL;
    for (const char *const *code = uloc_getISOCountries(); *code; code++)
        if (string_equal_ignore_case(*code, typed))
            return *code;
    return NULL;
}

bool country_read_code(const char *typed, char ret[COUNTRY_SIZE], struct error *error) {
    const char *code = find_code(typed);
    if (!code && string_equal_ignore_case(typed, "UK"))
        return error_set(error, ERROR_PERMANENT, "\"%s\" is no country code; the United Kingdom is \"GB\".", typed);
    if (!code)
        return error_set(error, ERROR_PERMANENT,
                         "\"%s\" is no country code; write the two letters of ISO 3166-1, such as \"NZ\".", typed);
    memcpy(ret, code, COUNTRY_SIZE);
    return true;
}

bool country_read(const char *typed, const char *const *languages, size_t language_count, char ret[COUNTRY_SIZE],
                  struct error *error) {
    const char *code = find_code(typed);
    UChar wide[NAME_SIZE];
    char wanted[NAME_SIZE];
    UErrorCode status = U_ZERO_ERROR;
    u_strFromUTF8(wide, NAME_SIZE, NULL, typed, -1, &status);
    if (!code && U_SUCCESS(status) && status != U_STRING_NOT_TERMINATED_WARNING) {
        fold(wide, wanted);
        for (size_t i = 0; !code && i < COUNT_OF(synonyms); i++)
            if (string_equal(synonyms[i].name, wanted))
                code = synonyms[i].code;
        if (!code && *wanted)
            code = find_by_name(wanted, "en");
        for (size_t i = 0; !code && *wanted && i < language_count; i++)
            code = find_by_name(wanted, languages[i]);
    }
    if (!code)
        return refuse_name(typed, error);
    memcpy(ret, code, COUNTRY_SIZE);
    return true;
}

/* ---- Time zones ---- */

struct zone_names {
    char names[ZONES_MOST][COUNTRY_ZONE_SIZE];
    size_t count;
};

static bool read_zone_names(const char *code, struct zone_names *zones, struct error *error) {
    FILE *file = fopen(ZONE_TABLE, "re");
    if (!file)
        return error_set(error, ERROR_CONFIGURATION, "Can't read %s; is the package tzdata installed?", ZONE_TABLE);
    char line[512], country[8], name[COUNTRY_ZONE_SIZE];
    while (fgets(line, sizeof line, file) && zones->count < ZONES_MOST)
        if (line[0] != '#' && sscanf(line, "%7s %*s %63s", country, name) == 2 && string_equal(country, code))
            strcpy(zones->names[zones->count++], name);
    fclose(file);
    return true;
}

/* Offsets looked at every few days: far apart enough to be cheap, close enough for every change of the clocks. */
static bool agree(const struct zone *a, const struct zone *b, int64_t now) {
    for (int64_t moment = now; moment < now + INT64_C(2) * 366 * SECONDS_PER_DAY;
         moment += 5 * (int64_t)SECONDS_PER_DAY) {
        struct zone_local local_a, local_b;
        zone_to_local(a, moment, &local_a);
        zone_to_local(b, moment, &local_b);
        if (local_a.offset != local_b.offset)
            return false;
    }
    return true;
}

bool country_only_zone(const char *code, int64_t now, char ret[COUNTRY_ZONE_SIZE], struct error *error) {
    struct zone_names *zones cleanup(memory_free_pointer) = memory_new(sizeof *zones);
    if (!read_zone_names(code, zones, error))
        return false;
    if (!zones->count)
        return error_set(error, ERROR_PERMANENT, "No time zone is known for %s; it must be given.", code);
    const struct zone *first = NULL, *other;
    if (!zone_load(zones->names[0], &first, error))
        return false;
    for (size_t i = 1; i < zones->count; i++) {
        if (!zone_load(zones->names[i], &other, error))
            return false;
        if (!agree(first, other, now))
            return error_set(error, ERROR_PERMANENT,
                             "%s has several time zones (%s, %s%s), so the time zone must be given.", code,
                             zones->names[0], zones->names[i], zones->count > 2 ? ", ..." : "");
    }
    strcpy(ret, zones->names[0]);
    return true;
}
