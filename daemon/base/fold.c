#include "base/fold.h"

#include <stdbool.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include "base/text.h"

enum { UNITS_MAX = 40 }; /* one character becomes 18 units at most (U+FDFA) */

/* What one character folds to, in UTF-16; the number of units. */
static int32_t fold_character(UChar32 character, UChar units[UNITS_MAX]) {
    UErrorCode status = U_ZERO_ERROR;
    UChar lower[UNITS_MAX];
    int32_t folded =
        unorm2_getDecomposition(unorm2_getNFKCCasefoldInstance(&status), character, lower, UNITS_MAX, &status);
    if (folded < 0 || U_FAILURE(status)) {
        status = U_ZERO_ERROR;
        u_strFromUTF32(lower, UNITS_MAX, &folded, &character, 1, &status);
    }
    int32_t count = unorm2_normalize(unorm2_getNFKDInstance(&status), lower, folded, units, UNITS_MAX, &status);
    return U_SUCCESS(status) ? count : 0;
}

struct folding {
    struct text *out; /* NULL: only counted */
    size_t words;     /* begun */
    bool inside;      /* of a word */
    bool joined;      /* no blanks */
};

static void add(struct folding *folding, uint32_t codepoint) {
    bool ascii = codepoint < 0x80;
    int32_t digit = ascii ? -1 : u_charDigitValue((UChar32)codepoint);
    if (digit >= 0)
        codepoint = (uint32_t)('0' + digit);
    if (ascii ? ascii_is_letter_or_digit((char)codepoint) : digit >= 0 || u_isalnum((UChar32)codepoint)) {
        if (!folding->inside) {
            if (folding->out && folding->words > 0 && !folding->joined)
                text_append_char(folding->out, ' ');
            folding->words++;
        }
        folding->inside = true;
        if (folding->out)
            ascii ? text_append_char(folding->out, (char)codepoint) : text_append_codepoint(folding->out, codepoint);
    } else if (ascii || (u_charType((UChar32)codepoint) != U_NON_SPACING_MARK &&
                         u_charType((UChar32)codepoint) != U_FORMAT_CHAR)) {
        folding->inside = false;
    }
}

static void fold_codepoint(struct folding *folding, uint32_t codepoint) {
    UChar units[UNITS_MAX];
    if (codepoint < 0x80) {
        add(folding, codepoint >= 'A' && codepoint <= 'Z' ? codepoint - 'A' + 'a' : codepoint);
        return;
    }
    int32_t count = fold_character((UChar32)codepoint, units);
    for (int32_t i = 0; i < count;) {
        UChar unit = units[i++];
        UChar32 whole = unit;
        if (U16_IS_LEAD(unit) && i < count && U16_IS_TRAIL(units[i]))
            whole = (UChar32)U16_GET_SUPPLEMENTARY(unit, units[i++]);
        add(folding, (uint32_t)whole);
    }
}

static void fold(const char *bytes, size_t length, bool joined, struct text *ret) {
    struct folding folding = {.out = ret, .joined = joined};
    for (size_t position = 0; position < length;)
        fold_codepoint(&folding, utf8_next(bytes, length, &position));
}

void fold_words(const char *bytes, size_t length, struct text *ret) {
    fold(bytes, length, false, ret);
}

void fold_name(const char *string, struct text *ret) {
    fold(string, strlen(string), true, ret);
}

size_t fold_skip(const char *bytes, size_t length, size_t count) {
    struct folding folding = {0};
    for (size_t position = 0, next = 0; position < length; position = next) {
        fold_codepoint(&folding, utf8_next(bytes, length, &next));
        if (folding.words > count)
            return position;
    }
    return length;
}

size_t fold_count(const char *folded) {
    size_t count = *folded != '\0';
    for (; *folded; folded++)
        count += *folded == ' ';
    return count;
}
