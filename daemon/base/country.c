#include "base/country.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/uloc.h>

#include "base/clock.h"
#include "base/display_name.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/zone.h"

#define ZONE_TABLE "/usr/share/zoneinfo/zone.tab"
enum { ZONES_MOST = 64 };

/* ---- Names ---- */

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
    char folded[DISPLAY_NAME_SIZE];
    display_name_fold(typed, folded);
    for (size_t i = 0; !code && i < COUNT_OF(synonyms); i++)
        if (string_equal(synonyms[i].name, folded))
            code = synonyms[i].code;
    if (!code)
        code = display_name_find(DISPLAY_NAME_COUNTRY, typed, languages, language_count);
    if (code) {
        memcpy(ret, code, COUNTRY_SIZE);
        return true;
    }
    const char *near = display_name_nearest(DISPLAY_NAME_COUNTRY, typed, languages, language_count);
    if (near)
        return error_set(error, ERROR_PERMANENT, "\"%s\" is no known country; did you mean \"%s\"?", typed, near);
    return error_set(error, ERROR_PERMANENT,
                     "\"%s\" is no known country; write the two letters of ISO 3166-1 (\"NZ\") or the English name.",
                     typed);
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
