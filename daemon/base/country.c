#include "base/country.h"

#include <stdio.h>
#include <string.h>
#include <unicode/uloc.h>

#include "base/clock.h"
#include "base/fold.h"
#include "base/localise.h"
#include "base/memory.h"
#include "base/names.h"
#include "base/text.h"
#include "base/zone.h"

#define ZONE_TABLE "/usr/share/zoneinfo/zone.tab"

enum { ALL_ZONES_MOST = 600 };

/* ---- Names ---- */

static bool refuse_name(const char *typed, const char *const *languages, size_t language_count, struct error *error) {
    auto_arena arena = arena_new();
    const char *near;
    if (names_near(NAMES_COUNTRIES, typed, languages, language_count, &near, 1))
        return error_set(error, ERROR_PERMANENT, "\"%s\" is no known country; did you mean \"%s\"?", typed,
                         localise_country(arena, near, "en"));
    return error_set(error, ERROR_PERMANENT,
                     "\"%s\" is no known country; write the two letters of ISO 3166-1 (\"NZ\") or its name.", typed);
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
    const char *code = find_code(typed), *found[2];
    if (!code && names_find(NAMES_COUNTRIES, typed, languages, language_count, found, 2) == 1)
        code = found[0];
    if (!code)
        return refuse_name(typed, languages, language_count, error);
    memcpy(ret, code, COUNTRY_SIZE);
    return true;
}

/* ---- Time zones ---- */

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

size_t country_zones(const char *code, int64_t now, char ret[][COUNTRY_ZONE_SIZE], size_t most) {
    FILE *file = fopen(ZONE_TABLE, "re");
    char line[512], country[8], name[COUNTRY_ZONE_SIZE];
    const struct zone *zones[COUNTRY_ZONES_MOST];
    struct error error = ERROR_INIT;
    size_t count = 0;
    most = most < COUNTRY_ZONES_MOST ? most : COUNTRY_ZONES_MOST;
    while (file && count < most && fgets(line, sizeof line, file)) {
        bool known = line[0] == '#' || sscanf(line, "%7s %*s %63s", country, name) != 2 ||
                     !string_equal(country, code) || !zone_load(name, &zones[count], &error);
        for (size_t i = 0; i < count && !known; i++)
            known = agree(zones[i], zones[count], now);
        if (!known)
            strcpy(ret[count++], name);
    }
    if (file)
        fclose(file);
    return count;
}

bool country_only_zone(const char *code, int64_t now, char ret[COUNTRY_ZONE_SIZE], struct error *error) {
    char zones[3][COUNTRY_ZONE_SIZE];
    size_t count = country_zones(code, now, zones, COUNT_OF(zones));
    if (count == 0)
        return error_set(error, ERROR_PERMANENT,
                         "No time zone is known for %s; it must be given (or is the package tzdata not installed?).",
                         code);
    if (count > 1)
        return error_set(error, ERROR_PERMANENT,
                         "%s has several time zones (%s, %s%s), so the time zone must be given.", code, zones[0],
                         zones[1], count > 2 ? ", ..." : "");
    strcpy(ret, zones[0]);
    return true;
}

bool country_find_zone(const char *name, char ret[COUNTRY_ZONE_SIZE]) {
    /* Read once: long answers are searched for cities. */
    static struct known {
        char zone[COUNTRY_ZONE_SIZE], folded[COUNTRY_ZONE_SIZE], city[COUNTRY_ZONE_SIZE];
    } zones[ALL_ZONES_MOST];
    static size_t count;
    FILE *file = count ? NULL : fopen(ZONE_TABLE, "re");
    char line[512];
    auto_text wanted = TEXT_EMPTY;
    while (file && count < ALL_ZONES_MOST && fgets(line, sizeof line, file)) {
        struct known *known = &zones[count];
        if (line[0] == '#' || sscanf(line, "%*s %*s %63s", known->zone) != 1)
            continue;
        auto_text folded = TEXT_EMPTY, city = TEXT_EMPTY;
        fold_name(known->zone, &folded);
        fold_name(strrchr(known->zone, '/') ? strrchr(known->zone, '/') : known->zone, &city);
        strcpy(known->folded, text_string(&folded));
        strcpy(known->city, text_string(&city));
        count++;
    }
    if (file)
        fclose(file);
    fold_name(name, &wanted);
    for (size_t i = 0; i < count; i++)
        if (string_equal(zones[i].folded, text_string(&wanted)) || string_equal(zones[i].city, text_string(&wanted))) {
            strcpy(ret, zones[i].zone);
            return true;
        }
    return false;
}
