#include "base/display_name.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/uloc.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include "base/memory.h"
#include "base/suggest.h"
#include "base/text.h"

#define ITSELF ""

enum { LOCALE_SIZE = 64, DISTANCE_MOST = 10 };

struct name {
    const char *code, *shown, *folded;
};

/* All names of one kind in one language; kept for as long as the process lives. */
struct name_list {
    enum display_name_kind kind;
    const char *language;
    struct name *names;
    size_t count;
    struct name_list *next;
};

static struct name_list *lists;

/* ---- Folding ---- */

/* U16_NEXT mixes signs; names need nothing beyond the basic plane, but must not break on it. */
static UChar32 next_character(const UChar *string, int32_t length, int32_t *position) {
    UChar unit = string[(*position)++];
    if (!U16_IS_LEAD(unit) || *position >= length || !U16_IS_TRAIL(string[*position]))
        return unit;
    return (UChar32)U16_GET_SUPPLEMENTARY(unit, string[(*position)++]);
}

void display_name_fold(const char *name, char folded[DISPLAY_NAME_SIZE]) {
    UErrorCode status = U_ZERO_ERROR;
    UChar wide[DISPLAY_NAME_SIZE], lower[DISPLAY_NAME_SIZE], apart[DISPLAY_NAME_SIZE];
    folded[0] = '\0';
    u_strFromUTF8(wide, DISPLAY_NAME_SIZE, NULL, name, -1, &status);
    if (U_FAILURE(status) || status == U_STRING_NOT_TERMINATED_WARNING)
        return;
    u_strFoldCase(lower, DISPLAY_NAME_SIZE, wide, -1, U_FOLD_CASE_DEFAULT, &status);
    const UNormalizer2 *normalizer = unorm2_getNFKDInstance(&status);
    int32_t length = unorm2_normalize(normalizer, lower, -1, apart, DISPLAY_NAME_SIZE, &status);
    if (U_FAILURE(status) || length >= DISPLAY_NAME_SIZE)
        return;
    auto_text kept = TEXT_EMPTY;
    for (int32_t i = 0; i < length;) {
        UChar32 character = next_character(apart, length, &i);
        if (u_isalnum(character))
            text_append_codepoint(&kept, (uint32_t)character);
    }
    if (kept.length < DISPLAY_NAME_SIZE)
        strcpy(folded, text_string(&kept));
}

/* ---- Names ---- */

static bool name_in(enum display_name_kind kind, const char *code, const char *language, char name[DISPLAY_NAME_SIZE]) {
    char locale[LOCALE_SIZE], display[LOCALE_SIZE];
    UChar wide[DISPLAY_NAME_SIZE / 2];
    UErrorCode status = U_ZERO_ERROR;
    snprintf(locale, sizeof locale, kind == DISPLAY_NAME_COUNTRY ? "und_%s" : "%s", code);
    uloc_forLanguageTag(*language ? language : code, display, sizeof display, NULL, &status);
    if (kind == DISPLAY_NAME_COUNTRY)
        uloc_getDisplayCountry(locale, display, wide, COUNT_OF(wide), &status);
    else
        uloc_getDisplayLanguage(locale, display, wide, COUNT_OF(wide), &status);
    u_strToUTF8(name, DISPLAY_NAME_SIZE, NULL, wide, -1, &status);
    return U_SUCCESS(status) && status != U_STRING_NOT_TERMINATED_WARNING && !string_equal(name, code);
}

static const struct name_list *names_in(enum display_name_kind kind, const char *language) {
    for (const struct name_list *list = lists; list; list = list->next)
        if (list->kind == kind && string_equal(list->language, language))
            return list;
    const char *const *codes = kind == DISPLAY_NAME_COUNTRY ? uloc_getISOCountries() : uloc_getISOLanguages();
    struct arena *arena = arena_new();
    struct name_list *list = arena_take(arena, sizeof *list);
    size_t all = 0;
    while (codes[all])
        all++;
    *list = (struct name_list){.kind = kind,
                               .language = arena_copy_string(arena, language),
                               .names = arena_take_array(arena, all, sizeof *list->names),
                               .next = lists};
    for (size_t i = 0; i < all; i++) {
        char shown[DISPLAY_NAME_SIZE], folded[DISPLAY_NAME_SIZE];
        if (!name_in(kind, codes[i], language, shown))
            continue;
        display_name_fold(shown, folded);
        list->names[list->count++] =
            (struct name){codes[i], arena_copy_string(arena, shown), arena_copy_string(arena, folded)};
    }
    return lists = list;
}

/* The languages to look in, one after the other; NULL behind the last. */
static const char *look_in(enum display_name_kind kind, const char *const *languages, size_t count, size_t position) {
    if (position == 0)
        return "en";
    if (position <= count)
        return languages[position - 1];
    return position == count + 1 && kind == DISPLAY_NAME_LANGUAGE ? ITSELF : NULL;
}

const char *display_name_find(enum display_name_kind kind, const char *typed, const char *const *languages,
                              size_t count) {
    char folded[DISPLAY_NAME_SIZE];
    const char *language;
    display_name_fold(typed, folded);
    for (size_t i = 0; *folded && (language = look_in(kind, languages, count, i)); i++) {
        const struct name_list *list = names_in(kind, language);
        for (size_t j = 0; j < list->count; j++)
            if (string_equal(list->names[j].folded, folded))
                return list->names[j].code;
    }
    return NULL;
}

const char *display_name_nearest(enum display_name_kind kind, const char *typed, const char *const *languages,
                                 size_t count) {
    const char *nearest = NULL, *language;
    size_t distance = DISTANCE_MOST;
    for (size_t i = 0; (language = look_in(kind, languages, count, i)); i++) {
        const struct name_list *list = names_in(kind, language);
        const char *near =
            list->count ? suggest_nearest_in(typed, &list->names[0].shown, list->count, sizeof *list->names) : NULL;
        if (near && suggest_distance(typed, near, DISTANCE_MOST) < distance) {
            nearest = near;
            distance = suggest_distance(typed, near, DISTANCE_MOST);
        }
    }
    return nearest;
}

bool display_name_exists(enum display_name_kind kind, const char *code) {
    char name[DISPLAY_NAME_SIZE];
    return name_in(kind, code, "en", name);
}
