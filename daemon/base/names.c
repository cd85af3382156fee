#include "base/names.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/udata.h>
#include <unicode/uloc.h>
#include <unicode/ures.h>
#include <unicode/ustring.h>

#include "base/fold.h"
#include "base/localise.h"
#include "base/suggest.h"
#include "base/text.h"

#define OWN ""

enum { NAME_BYTES = 512, LANGUAGE_BYTES = 64, LANGUAGES_KEPT = 16, CODES_MOST = 8, BEGINNING_MIN = 4, SLIP_MOST = 3 };

/* Where ICU keeps them: a tree of bundles, and tables in each. */
static const struct {
    const char *tree, *tables[3];
    const char *const *(*codes)(void);
} sources[] = {
    [NAMES_COUNTRIES] = {U_ICUDATA_NAME U_TREE_SEPARATOR_STRING "region",
                         {"Countries", "Countries%short", "Countries%variant"},
                         uloc_getISOCountries},
    [NAMES_LANGUAGES] = {U_ICUDATA_NAME U_TREE_SEPARATOR_STRING "lang",
                         {"Languages", "Languages%short", "Languages%variant"},
                         uloc_getISOLanguages},
};

/* Names that people write and ICU doesn't have; they count in English. */
static const struct synonym {
    enum names_of of;
    const char *name, *code;
} synonyms[] = {
    {NAMES_COUNTRIES, "usa", "US"},
    {NAMES_COUNTRIES, "unitedstatesofamerica", "US"},
    {NAMES_COUNTRIES, "theusa", "US"},
    {NAMES_COUNTRIES, "theus", "US"},
    {NAMES_COUNTRIES, "uk", "GB"},
    {NAMES_COUNTRIES, "theuk", "GB"},
    {NAMES_COUNTRIES, "greatbritain", "GB"},
    {NAMES_COUNTRIES, "england", "GB"},
    {NAMES_COUNTRIES, "scotland", "GB"},
    {NAMES_COUNTRIES, "wales", "GB"},
    {NAMES_COUNTRIES, "northernireland", "GB"},
    {NAMES_COUNTRIES, "korea", "KR"},
    {NAMES_COUNTRIES, "republicofkorea", "KR"},
    {NAMES_COUNTRIES, "holland", "NL"},
    {NAMES_COUNTRIES, "thenetherlands", "NL"},
    {NAMES_COUNTRIES, "czechrepublic", "CZ"},
    {NAMES_COUNTRIES, "turkey", "TR"},
    {NAMES_COUNTRIES, "burma", "MM"},
    {NAMES_COUNTRIES, "myanmar", "MM"},
    {NAMES_COUNTRIES, "ivorycoast", "CI"},
    {NAMES_COUNTRIES, "swaziland", "SZ"},
    {NAMES_COUNTRIES, "capeverde", "CV"},
    {NAMES_COUNTRIES, "hongkong", "HK"},
    {NAMES_COUNTRIES, "macau", "MO"},
    {NAMES_COUNTRIES, "russianfederation", "RU"},
    {NAMES_COUNTRIES, "vietnam", "VN"},
    {NAMES_COUNTRIES, "uae", "AE"},
    {NAMES_COUNTRIES, "palestine", "PS"},
    {NAMES_COUNTRIES, "macedonia", "MK"},
    {NAMES_COUNTRIES, "easttimor", "TL"},
    {NAMES_COUNTRIES, "bosnia", "BA"},
    {NAMES_COUNTRIES, "drcongo", "CD"},
    {NAMES_COUNTRIES, "congo", "CD"}, /* either may be meant */
    {NAMES_COUNTRIES, "congo", "CG"},
    {NAMES_COUNTRIES, "trinidad", "TT"},
    {NAMES_COUNTRIES, "bolivia", "BO"},
    {NAMES_COUNTRIES, "iran", "IR"},
    {NAMES_LANGUAGES, "mandarin", "zh"},
    {NAMES_LANGUAGES, "farsi", "fa"},
    {NAMES_LANGUAGES, "flemish", "nl"},
    {NAMES_LANGUAGES, "castilian", "es"},
    {NAMES_LANGUAGES, "castellano", "es"},
    {NAMES_LANGUAGES, "tagalog", "fil"},
};

struct entry {
    char *name;       /* folded, without blanks */
    const char *code; /* ICU's own string */
};

static struct book {
    struct entry *entries; /* ordered by name, then code */
    size_t count, capacity;
} books[2];

static int compare_strings(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int compare_entries(const void *a, const void *b) {
    const struct entry *left = a, *right = b;
    int order = strcmp(left->name, right->name);
    return order ? order : strcmp(left->code, right->code);
}

/* ICU's lists are not quite ordered. */
static const char **ordered_codes(enum names_of of, size_t *ret_count) {
    const char *const *codes = sources[of].codes();
    size_t count = 0;
    while (codes[count])
        count++;
    const char **ordered = memory_new_array(count, sizeof *ordered);
    memcpy(ordered, codes, count * sizeof *ordered);
    qsort(ordered, count, sizeof *ordered, compare_strings);
    *ret_count = count;
    return ordered;
}

static void add(struct book *book, const char *name, const char *code) {
    auto_text folded = TEXT_EMPTY;
    fold_name(name, &folded);
    if (!folded.length)
        return;
    book->entries = memory_grow(book->entries, &book->capacity, book->count + 1, sizeof *book->entries);
    book->entries[book->count++] = (struct entry){text_steal(&folded), code};
}

static void read_table(struct book *book, UResourceBundle *bundle, const char *name, const char **codes, size_t count) {
    UErrorCode status = U_ZERO_ERROR;
    UResourceBundle *table = ures_getByKey(bundle, name, NULL, &status);
    while (U_SUCCESS(status) && ures_hasNext(table)) {
        const char *key = NULL;
        char bytes[NAME_BYTES];
        int32_t units = 0, used = 0;
        const UChar *said = ures_getNextString(table, &units, &key, &status);
        const char *const *code = key ? bsearch(&key, codes, count, sizeof *codes, compare_strings) : NULL;
        UErrorCode written = U_ZERO_ERROR;
        if (!code || U_FAILURE(status))
            continue;
        u_strToUTF8(bytes, sizeof bytes, &used, said, units, &written);
        if (U_SUCCESS(written) && used < NAME_BYTES)
            add(book, bytes, *code);
    }
    ures_close(table);
}

static const struct book *open_book(enum names_of of) {
    struct book *book = &books[of];
    if (book->count)
        return book;
    size_t code_count, kept = 0;
    const char **codes = ordered_codes(of, &code_count);
    for (int32_t i = 0; i < uloc_countAvailable(); i++) {
        UErrorCode status = U_ZERO_ERROR;
        UResourceBundle *bundle = ures_openDirect(sources[of].tree, uloc_getAvailable(i), &status);
        for (size_t j = 0; U_SUCCESS(status) && j < COUNT_OF(sources[of].tables); j++)
            read_table(book, bundle, sources[of].tables[j], codes, code_count);
        ures_close(bundle);
    }
    for (size_t i = 0; i < code_count; i++)
        if (strlen(codes[i]) == 2)
            add(book, codes[i], codes[i]);
    for (size_t i = 0; i < COUNT_OF(synonyms); i++)
        if (synonyms[i].of == of)
            add(book, synonyms[i].name, synonyms[i].code);
    free(codes);
    qsort(book->entries, book->count, sizeof *book->entries, compare_entries);
    for (size_t i = 0; i < book->count; i++)
        if (kept == 0 || compare_entries(&book->entries[kept - 1], &book->entries[i]) != 0)
            book->entries[kept++] = book->entries[i];
        else
            memory_free_pointer(&book->entries[i].name);
    book->count = kept;
    return book;
}

/* The language that CODE itself is, or that is spoken most in it. */
static void own_language(enum names_of of, const char *code, char language[LANGUAGE_BYTES]) {
    char locale[LANGUAGE_BYTES], likely[LANGUAGE_BYTES];
    UErrorCode status = U_ZERO_ERROR;
    snprintf(locale, sizeof locale, "%s%s", of == NAMES_COUNTRIES ? "und_" : "", code);
    uloc_addLikelySubtags(locale, likely, sizeof likely, &status);
    uloc_getLanguage(likely, language, LANGUAGE_BYTES, &status);
    if (U_FAILURE(status))
        strcpy(language, "en");
}

/* CODE's name in LANGUAGE, or where that is OWN in its own, folded. */
static void name_of(enum names_of of, const char *code, const char *language, struct text *ret) {
    auto_arena arena = arena_new();
    char own[LANGUAGE_BYTES];
    if (string_equal(language, OWN)) {
        own_language(of, code, own);
        language = own;
    }
    text_clear(ret);
    fold_name(of == NAMES_COUNTRIES ? localise_country(arena, code, language)
                                    : localise_language(arena, code, language),
              ret);
}

/* The I-th language to look in; NULL behind the last. */
static const char *look_in(const char *const *languages, size_t count, size_t i) {
    return i < count ? languages[i] : i == count ? "en" : i == count + 1 ? OWN : NULL;
}

/* Whether CODE is called so in a language at hand: English, the given ones, or its own. */
static bool is_called(enum names_of of, const char *code, const char *folded, const char *const *languages,
                      size_t language_count) {
    auto_text name = TEXT_EMPTY;
    bool is_synonym = false;
    for (size_t i = 0; i < COUNT_OF(synonyms); i++)
        if (synonyms[i].of == of && string_equal(synonyms[i].name, folded)) {
            is_synonym = true;
            if (string_equal(synonyms[i].code, code))
                return true;
        }
    if (is_synonym)
        return false;
    const char *language;
    for (size_t i = 0; (language = look_in(languages, language_count, i)); i++) {
        name_of(of, code, language, &name);
        if (string_equal(text_string(&name), folded))
            return true;
    }
    return string_equal_ignore_case(code, folded);
}

/* The names in LANGUAGE, folded, in the order of ICU's codes. Those of the last few languages are kept: asking for each
 * takes long. */
static char *const *names_in(enum names_of of, const char *language) {
    static struct shown {
        enum names_of of;
        char language[LANGUAGE_BYTES];
        char **names;
        size_t count;
    } shown[LANGUAGES_KEPT];
    static size_t next;
    for (size_t i = 0; i < COUNT_OF(shown); i++)
        if (shown[i].names && shown[i].of == of && string_equal(shown[i].language, language))
            return shown[i].names;
    struct shown *kept = &shown[next++ % COUNT_OF(shown)];
    for (size_t i = 0; i < kept->count; i++)
        memory_free_pointer(&kept->names[i]);
    memory_free_pointer(&kept->names);
    *kept = (struct shown){.of = of};
    snprintf(kept->language, sizeof kept->language, "%s", language);
    const char *const *codes = sources[of].codes();
    while (codes[kept->count])
        kept->count++;
    kept->names = memory_new_array(kept->count, sizeof *kept->names);
    for (size_t i = 0; i < kept->count; i++) {
        auto_text name = TEXT_EMPTY;
        name_of(of, codes[i], language, &name);
        kept->names[i] = text_steal(&name);
    }
    return kept->names;
}

/* The codes for which NAME may be a slip, the nearest first, and how far each is. */
static size_t find_near(enum names_of of, const char *name, const char *const *languages, size_t language_count,
                        const char **ret, size_t *ret_distances, size_t most) {
    auto_text folded = TEXT_EMPTY;
    fold_name(name, &folded);
    const char *wanted = text_string(&folded);
    size_t slips = folded.length < 4 ? 0 : folded.length < 6 ? 1 : folded.length < 9 ? 2 : SLIP_MOST, count = 0;
    const char *const *codes = sources[of].codes();
    for (size_t k = 0; codes[k]; k++) {
        size_t nearest = SIZE_MAX;
        const char *language;
        for (size_t i = 0; (language = look_in(languages, language_count, i)); i++) {
            const char *other = names_in(of, language)[k];
            size_t distance = suggest_distance(wanted, other, slips);
            if (distance > slips)
                distance = folded.length >= BEGINNING_MIN && string_starts_with(other, wanted) ? slips + 1 : SIZE_MAX;
            nearest = distance < nearest ? distance : nearest;
        }
        size_t place = count;
        while (place > 0 && ret_distances[place - 1] > nearest)
            place--;
        if (nearest == SIZE_MAX || place >= most)
            continue;
        count += count < most;
        for (size_t i = count - 1; i > place; i--) {
            ret_distances[i] = ret_distances[i - 1];
            ret[i] = ret[i - 1];
        }
        ret_distances[place] = nearest;
        ret[place] = codes[k];
    }
    return count;
}

size_t names_find(enum names_of of, const char *name, const char *const *languages, size_t language_count,
                  const char **ret, size_t most) {
    auto_text folded = TEXT_EMPTY;
    const struct book *book = open_book(of);
    fold_name(name, &folded);
    const char *wanted = text_string(&folded);
    size_t low = 0, high = book->count, count = 0;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(book->entries[middle].name, wanted) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    const char *codes[CODES_MOST];
    for (; low < book->count && count < CODES_MOST && string_equal(book->entries[low].name, wanted); low++)
        codes[count++] = book->entries[low].code;
    size_t called = 0;
    for (size_t i = 0; i < count; i++)
        if (is_called(of, codes[i], wanted, languages, language_count))
            codes[called++] = codes[i];
    count = called ? called : count;
    /* A slip in a language at hand may be a name in a distant one. */
    const char *near[3];
    size_t distances[COUNT_OF(near)], near_count = 0;
    if (count == 1 && !called)
        near_count = find_near(of, wanted, languages, language_count, near, distances, COUNT_OF(near));
    for (size_t i = 0; i < near_count && distances[i] == distances[0]; i++)
        if (!string_equal(near[i], codes[0]))
            codes[count++] = near[i];
    count = count < most ? count : most;
    for (size_t i = 0; i < count; i++)
        ret[i] = codes[i];
    return count;
}

size_t names_near(enum names_of of, const char *name, const char *const *languages, size_t language_count,
                  const char **ret, size_t most) {
    size_t distances[CODES_MOST];
    return find_near(of, name, languages, language_count, ret, distances, most < CODES_MOST ? most : CODES_MOST);
}
