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
#define ZONE_RULES "/usr/share/zoneinfo/tzdata.zi" /* its lines "L Zone Other" are other names of zones */

enum { ALL_ZONES_MOST = 1000 };

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

/* All that zones are called, each with the zone it stands for. Read once: long answers are searched for cities. */
static const struct zone_called {
    char zone[COUNTRY_ZONE_SIZE], folded[COUNTRY_ZONE_SIZE], city[COUNTRY_ZONE_SIZE];
    bool is_city; /* unlike "Canada/Eastern" */
} * zone_names(size_t *ret_count) {
    static const char *const continents[] = {"africa", "america", "asia", "atlantic", "europe", "indian", "pacific"};
    static const char *const files[] = {ZONE_TABLE, ZONE_RULES};
    static struct zone_called all[ALL_ZONES_MOST];
    static size_t count;
    for (size_t i = 0, before = count; i < COUNT_OF(files) && !before; i++) {
        FILE *file = fopen(files[i], "re");
        char line[512], name[COUNTRY_ZONE_SIZE];
        while (file && count < ALL_ZONES_MOST && fgets(line, sizeof line, file)) {
            struct zone_called *one = &all[count];
            auto_text folded = TEXT_EMPTY, city = TEXT_EMPTY;
            if (i ? sscanf(line, "L %63s %63s", one->zone, name) != 2 : sscanf(line, "%*2[A-Z] %*s %63s", name) != 1)
                continue;
            if (!i)
                strcpy(one->zone, name);
            fold_name(name, &folded);
            fold_name(strrchr(name, '/') ? strrchr(name, '/') : name, &city);
            strcpy(one->folded, text_string(&folded));
            strcpy(one->city, text_string(&city));
            one->is_city = !i;
            for (size_t j = 0; j < COUNT_OF(continents) && !one->is_city; j++)
                one->is_city = string_starts_with(one->folded, continents[j]);
            count++;
        }
        if (file)
            fclose(file);
    }
    *ret_count = count;
    return all;
}

/* What is called after its part of the country as well ("Canada/Eastern") is where many people live. */
static size_t count_other_names(const char *zone) {
    size_t count, others = 0;
    const struct zone_called *names = zone_names(&count);
    for (size_t i = 0; i < count; i++)
        others += !names[i].is_city && string_equal(names[i].zone, zone);
    return others;
}

/* The country's zones that differ, each by its best known name, in the table's order. */
static size_t find_zones(const char *code, int64_t now, char ret[][COUNTRY_ZONE_SIZE], size_t *ret_others) {
    FILE *file = fopen(ZONE_TABLE, "re");
    char line[512], country[8], name[COUNTRY_ZONE_SIZE];
    const struct zone *zones[COUNTRY_ZONES_MOST];
    struct error error = ERROR_INIT;
    size_t count = 0;
    while (file && count < COUNTRY_ZONES_MOST && fgets(line, sizeof line, file)) {
        if (line[0] == '#' || sscanf(line, "%7s %*s %63s", country, name) != 2 || !string_equal(country, code) ||
            !zone_load(name, &zones[count], &error))
            continue;
        size_t i = 0, others = count_other_names(name);
        while (i < count && !agree(zones[i], zones[count], now))
            i++;
        if (i == count || others > ret_others[i]) {
            strcpy(ret[i], name);
            ret_others[i] = others;
        }
        count += i == count;
    }
    if (file)
        fclose(file);
    return count;
}

size_t country_zones(const char *code, int64_t now, char ret[][COUNTRY_ZONE_SIZE], size_t most) {
    char zones[COUNTRY_ZONES_MOST][COUNTRY_ZONE_SIZE];
    size_t others[COUNTRY_ZONES_MOST], found = find_zones(code, now, zones, others), count = 0;
    for (int known = 1; known >= 0; known--)
        for (size_t i = 0; i < found && count < most; i++)
            if ((others[i] > 0) == known)
                strcpy(ret[count++], zones[i]);
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
    size_t count;
    const struct zone_called *names = zone_names(&count);
    auto_text wanted = TEXT_EMPTY;
    fold_name(name, &wanted);
    for (size_t i = 0; i < count; i++)
        if (string_equal(names[i].folded, text_string(&wanted)) ||
            (names[i].is_city && string_equal(names[i].city, text_string(&wanted)))) {
            strcpy(ret, names[i].zone);
            return true;
        }
    return false;
}

void country_of_zone(const char *name, char ret[COUNTRY_SIZE]) {
    FILE *file = fopen(ZONE_TABLE, "re");
    char line[512], country[COUNTRY_SIZE], zone[COUNTRY_ZONE_SIZE];
    *ret = '\0';
    while (file && !*ret && fgets(line, sizeof line, file))
        if (sscanf(line, "%2[A-Z] %*s %63s", country, zone) == 2 && string_equal(zone, name))
            strcpy(ret, country);
    if (file)
        fclose(file);
}
