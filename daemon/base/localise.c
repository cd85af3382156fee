#include "base/localise.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/ucal.h>
#include <unicode/udat.h>
#include <unicode/udatpg.h>
#include <unicode/uloc.h>
#include <unicode/unumberformatter.h>
#include <unicode/ustring.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/fold.h"
#include "base/text.h"

enum { NAME_UNITS = 128, PATTERN_UNITS = 64 };

static const char *to_utf8(struct arena *arena, const UChar *units, int32_t length) {
    char bytes[4 * NAME_UNITS];
    int32_t used = 0;
    UErrorCode status = U_ZERO_ERROR;
    u_strToUTF8(bytes, sizeof bytes, &used, units, length, &status);
    return U_SUCCESS(status) && used < (int32_t)sizeof bytes ? arena_copy_bytes(arena, bytes, (size_t)used) : "?";
}

/* The primary subtag alone: "zh-Hant" is "zh", "hup" is no "hu". */
static bool is_language(const char *tag, const char *language) {
    size_t length = strlen(language);
    return string_starts_with_ignore_case(tag, language) && (tag[length] == '\0' || tag[length] == '-');
}

/* The locale for LANGUAGE. Bare English is the international one: most who read it live outside the United States. It
 * also stands in for languages that ICU does not know, instead of whatever this machine's own is. */
static const char *locale_of(const char *language) {
    static const char international[] = "en-001";
    static bool told;
    UErrorCode status = U_ZERO_ERROR;
    if (!told)
        uloc_setDefault("en_001", &status);
    told = true;
    return string_is_empty(language) || string_equal_ignore_case(language, "en") ? international : language;
}

const char *localise_country(struct arena *arena, const char *country, const char *language) {
    char locale[16];
    UChar name[NAME_UNITS];
    UErrorCode status = U_ZERO_ERROR;
    snprintf(locale, sizeof locale, "und_%.2s", country);
    int32_t length = uloc_getDisplayCountry(locale, locale_of(language), name, NAME_UNITS, &status);
    return U_SUCCESS(status) && length > 0 && length < NAME_UNITS ? to_utf8(arena, name, length)
                                                                  : arena_copy_string(arena, country);
}

const char *localise_language(struct arena *arena, const char *named, const char *language) {
    UChar name[NAME_UNITS];
    UErrorCode status = U_ZERO_ERROR;
    int32_t length = uloc_getDisplayLanguage(named, locale_of(language), name, NAME_UNITS, &status);
    return U_SUCCESS(status) && length > 0 && length < NAME_UNITS ? to_utf8(arena, name, length)
                                                                  : arena_copy_string(arena, named);
}

/* A formatter is dear to make: the last few are kept. SKELETON as in Unicode TR 35, "dMMMMy"; with kk for HH midnight
 * is 24:00. */
static UDateFormat *find_formatter(const char *skeleton, const char *language) {
    static struct {
        char language[16], skeleton[16];
        UDateFormat *format;
    } kept[64];
    static size_t next;
    for (size_t i = 0; i < COUNT_OF(kept); i++)
        if (kept[i].format && string_equal(kept[i].language, language) && string_equal(kept[i].skeleton, skeleton))
            return kept[i].format;
    if (strlen(language) >= sizeof kept[0].language || strlen(skeleton) >= sizeof kept[0].skeleton)
        return NULL;
    UErrorCode status = U_ZERO_ERROR;
    UChar wanted[PATTERN_UNITS], pattern[PATTERN_UNITS], utc[] = u"UTC";
    u_uastrncpy(wanted, skeleton, PATTERN_UNITS);
    UChar *to_24 = u_strchr(wanted, u'k'); /* which the generator does not know */
    for (UChar *unit = to_24; unit && *unit == u'k'; unit++)
        *unit = u'H';
    UDateTimePatternGenerator *generator = udatpg_open(language, &status);
    int32_t length = udatpg_getBestPattern(generator, wanted, -1, pattern, PATTERN_UNITS, &status);
    for (int32_t i = 0, quotes = 0; to_24 && i < length; i++) {
        quotes += pattern[i] == u'\'';
        pattern[i] = pattern[i] == u'H' && quotes % 2 == 0 ? u'k' : pattern[i];
    }
    udatpg_close(generator);
    UDateFormat *format =
        U_SUCCESS(status) ? udat_open(UDAT_PATTERN, UDAT_PATTERN, language, utc, -1, pattern, length, &status) : NULL;
    if (!format)
        return NULL;
    size_t place = next++ % COUNT_OF(kept);
    if (kept[place].format)
        udat_close(kept[place].format);
    strcpy(kept[place].language, language);
    strcpy(kept[place].skeleton, skeleton);
    kept[place].format = format;
    return format;
}

static const char *format_local(struct arena *arena, const char *skeleton, int64_t moment, const struct zone *zone,
                                const char *language) {
    struct zone_local local;
    zone_to_local(zone, moment, &local);
    char plain[CIVIL_DATE_SIZE];
    UDateFormat *format = find_formatter(skeleton, locale_of(language));
    if (!format)
        return arena_copy_string(arena, civil_format_date(local.date, plain));
    /* Local civil time, told to ICU as if it were UTC: so the offset is our zone's, not ICU's. */
    UChar written[NAME_UNITS];
    UErrorCode status = U_ZERO_ERROR;
    int32_t length = udat_format(format, 1000.0 * (double)(moment + local.offset), written, NAME_UNITS, NULL, &status);
    if (U_FAILURE(status))
        return arena_copy_string(arena, civil_format_date(local.date, plain));
    const char *text = to_utf8(arena, written, length);
    /* "1er mars": ICU has no pattern for that. */
    const char *day = string_starts_with(text, "1 ") ? text : strstr(text, " 1 ");
    if (!day || !is_language(language, "fr") || !strchr(skeleton, 'd'))
        return text;
    day += *day == ' ';
    return arena_format(arena, "%.*s1er%s", (int)(day - text), text, day + 1);
}

const char *localise_date(struct arena *arena, int64_t moment, const struct zone *zone, const char *language) {
    return format_local(arena, "dMMMMy", moment, zone, language);
}

const char *localise_day(struct arena *arena, int64_t moment, const struct zone *zone, const char *language) {
    return format_local(arena, "dMMMM", moment, zone, language);
}

/* The formatter takes longer than all else in a line of times: what it said is kept. */
const char *localise_time(struct arena *arena, int32_t time_of_day, const char *language) {
    static struct {
        char language[16], text[16];
        int32_t time_of_day;
    } kept[512];
    const char *locale = locale_of(language);
    size_t place = ((size_t)time_of_day / 900 + 96 * (size_t)(locale[0] + locale[1])) % COUNT_OF(kept);
    if (kept[place].time_of_day == time_of_day && string_equal(kept[place].language, locale))
        return arena_copy_string(arena, kept[place].text);
    const char *text = format_local(arena, "HHmm", time_of_day, zone_utc(), language);
    if (strlen(text) < sizeof kept[place].text && strlen(locale) < sizeof kept[place].language) {
        strcpy(kept[place].language, locale);
        strcpy(kept[place].text, text);
        kept[place].time_of_day = time_of_day;
    }
    return text;
}

const char *localise_day_and_time(struct arena *arena, int64_t moment, const struct zone *zone, const char *language) {
    return format_local(arena, "EEEEHHmm", moment, zone, language);
}

const char *localise_moment(struct arena *arena, int64_t moment, const struct zone *zone, const char *language) {
    struct zone_local local;
    zone_to_local(zone, moment, &local);
    return arena_format(arena, "%s (%s)", format_local(arena, "dMMMMyHHmm", moment, zone, language),
                        local.abbreviation);
}

/* ---- Moments that nobody may misread ---- */

const char *localise_city(struct arena *arena, const char *name, const char *language) {
    static const UChar exemplar_city[] = u"VVV";
    const char *city = strrchr(name, '/');
    UChar id[NAME_UNITS], written[NAME_UNITS];
    UErrorCode status = U_ZERO_ERROR;
    if (!city || string_starts_with(name, "Etc/"))
        return NULL;
    u_uastrncpy(id, name, NAME_UNITS);
    ucal_getCanonicalTimeZoneID(id, -1, written, NAME_UNITS, NULL, &status); /* fails for one that ICU does not know */
    UDateFormat *format =
        udat_open(UDAT_PATTERN, UDAT_PATTERN, locale_of(language), id, -1, exemplar_city, -1, &status);
    int32_t length = format ? udat_format(format, 0, written, NAME_UNITS, NULL, &status) : 0;
    udat_close(format);
    if (U_SUCCESS(status))
        return to_utf8(arena, written, length);
    char *plain = arena_copy_string(arena, city + 1);
    for (char *blank = plain; (blank = strchr(blank, '_'));)
        *blank = ' ';
    return plain;
}

/* "du Caire", "d’Auckland", "de Paris". */
static const char *french_of(struct arena *arena, const char *city) {
    if (string_starts_with(city, "Le "))
        return arena_format(arena, "du %s", city + 3);
    auto_text folded = TEXT_EMPTY;
    fold_name(city, &folded);
    bool vowel = folded.length && strchr("aeiou", folded.bytes[0]);
    return arena_format(arena, vowel ? "d’%s" : "de %s", city);
}

static const char *exactly(struct arena *arena, int64_t moment, bool ends, const struct zone *zone,
                           const char *language) {
    static const struct {
        const char *language, *start, *end;
    } words[] = {
        {"en", "midnight at the start of that day", "midnight at the end of that day"},
        {"fr", "minuit, au début de cette journée", "minuit, à la fin de cette journée"},
        {"es", "medianoche, al comienzo de ese día", "medianoche, al final de ese día"},
    };
    struct zone_local local, before;
    auto_text text = TEXT_EMPTY, where = TEXT_EMPTY;
    if (!find_formatter("EEEEdMMMMyHHmm", locale_of(language)))
        language = "en";
    zone_to_local(zone, moment, &local);
    zone_to_local(zone, moment - 1, &before);
    /* Also where the clocks are put forward at midnight, and the day after begins at one o'clock. */
    ends = ends && civil_compare(before.date, local.date) != 0 && before.time_of_day == SECONDS_PER_DAY - 1;
    if (ends) { /* the hours from 1 to 24 call a day's first one 24:00 */
        local = before;
        text_append(&text, format_local(arena, "EEEEdMMMMykkmm", civil_to_days(local.date) * SECONDS_PER_DAY,
                                        zone_utc(), language));
    } else {
        text_append(&text, format_local(arena, "EEEEdMMMMyHHmm", moment, zone, language));
    }
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (is_language(language, words[i].language) && (ends || local.time_of_day == 0))
            text_append_format(&text, " (%s)", ends ? words[i].end : words[i].start);
    bool utc = string_equal(local.abbreviation, "UTC");
    if (ascii_is_letter(local.abbreviation[0]) && !utc)
        text_append_format(&where, "%s, ", local.abbreviation);
    int32_t minutes = abs(local.offset) / SECONDS_PER_MINUTE;
    text_append(&where, "UTC");
    if (!utc)
        text_append_format(&where, "%c%d", local.offset < 0 ? '-' : '+', minutes / 60);
    if (minutes % 60)
        text_append_format(&where, ":%02d", minutes % 60);
    const char *city = localise_city(arena, zone_name(zone), language);
    if (!city)
        text_append_format(&text, ", %s", text_string(&where));
    else if (is_language(language, "en"))
        text_append_format(&text, ", %s time (%s)", city, text_string(&where));
    else if (is_language(language, "fr"))
        text_append_format(&text, ", heure %s (%s)", french_of(arena, city), text_string(&where));
    else if (is_language(language, "es"))
        text_append_format(&text, ", hora de %s (%s)", city, text_string(&where));
    else
        text_append_format(&text, " (%s, %s)", city, text_string(&where));
    return arena_copy_string(arena, text_string(&text));
}

const char *localise_deadline(struct arena *arena, int64_t moment, const struct zone *zone, const char *language) {
    return exactly(arena, moment, true, zone, language);
}

const char *localise_opening(struct arena *arena, int64_t moment, const struct zone *zone, const char *language) {
    return exactly(arena, moment, false, zone, language);
}

int localise_month_named(const char *word, size_t length, const char *const *languages, size_t language_count) {
    auto_arena arena = arena_new();
    for (size_t i = 0; i <= language_count && length >= 3; i++)
        for (int month = 1; month <= 12; month++) {
            int64_t moment = civil_to_days((struct civil_date){2027, month, 1}) * SECONDS_PER_DAY;
            const char *name = format_local(arena, "MMMM", moment, zone_utc(), i ? languages[i - 1] : "en");
            auto_text folded = TEXT_EMPTY;
            fold_name(name, &folded);
            if (strncmp(text_string(&folded), word, length) == 0)
                return month;
        }
    return 0;
}

const char *localise_size(struct arena *arena, int64_t bytes, const char *language) {
    bool large = bytes >= 1000000;
    int64_t number = bytes / (large ? 1000000 : 1000);
    const char *skeleton = large ? "unit/megabyte unit-width-short" : "unit/kilobyte unit-width-short";
    UErrorCode status = U_ZERO_ERROR;
    UChar wanted[PATTERN_UNITS], written[NAME_UNITS];
    u_uastrncpy(wanted, skeleton, PATTERN_UNITS);
    UNumberFormatter *format = unumf_openForSkeletonAndLocale(wanted, -1, locale_of(language), &status);
    UFormattedNumber *result = unumf_openResult(&status);
    unumf_formatInt(format, number, result, &status);
    int32_t length = unumf_resultToString(result, written, NAME_UNITS, &status);
    unumf_closeResult(result);
    unumf_close(format);
    return U_SUCCESS(status) ? to_utf8(arena, written, length)
                             : arena_format(arena, "%" PRId64 " %s", number, large ? "MB" : "kB");
}

const char *localise_first_name(struct arena *arena, const char *name, const char *language) {
    static const char *const family_first[] = {"zh", "ja", "ko", "vi", "hu"};
    for (size_t i = 0; i < COUNT_OF(family_first); i++)
        if (is_language(language, family_first[i]))
            return arena_copy_string(arena, name);
    const char *start = name + strspn(name, " ");
    size_t length = strcspn(start, " ");
    return length > 0 ? arena_copy_bytes(arena, start, length) : arena_copy_string(arena, name);
}
