#include "mail/terms.h"

#include <string.h>
#include <unicode/uchar.h>

#include "base/text.h"

bool terms_next(const char **at, const char **ret_word, size_t *ret_length) {
    if (**at == '\0')
        return false;
    *ret_word = *at;
    *ret_length = strcspn(*at, "|");
    *at += *ret_length + ((*at)[*ret_length] == '|');
    return true;
}

/* Chinese, Japanese, Korean, Thai and the Indic scripts: words there touch, or carry endings. */
static bool has_no_bounds(const char *word) {
    return (unsigned char)word[0] >= 0xE0;
}

static bool is_letter_at(const char *text, size_t length, size_t at) {
    while (at > 0 && ((unsigned char)text[at] & 0xC0) == 0x80)
        at--;
    return at < length && u_isalpha((UChar32)utf8_next(text, length, &at));
}

static bool stands_in(const char *text, size_t length, const char *word, size_t word_length) {
    for (size_t from = 0; from + word_length <= length;) {
        const char *found = memmem(text + from, length - from, word, word_length);
        if (!found)
            return false;
        size_t start = (size_t)(found - text), end = start + word_length;
        if (has_no_bounds(word) || ((start == 0 || !is_letter_at(text, length, start - 1)) &&
                                    (end == length || !is_letter_at(text, length, end))))
            return true;
        from = start + 1;
    }
    return false;
}

bool terms_stand_in(const char *text, const char *words) {
    const char *word;
    size_t length = strlen(text), word_length;
    while (terms_next(&words, &word, &word_length))
        if (stands_in(text, length, word, word_length))
            return true;
    return false;
}

bool terms_begin(const char *text, const char *words) {
    const char *word;
    size_t length;
    while (terms_next(&words, &word, &length))
        if (*text == *word && strncmp(text, word, length) == 0)
            return true;
    return false;
}

bool terms_end(const char *text, size_t length, const char *words) {
    const char *word;
    size_t word_length;
    while (terms_next(&words, &word, &word_length))
        if (length >= word_length && word_length > 0 && text[length - 1] == word[word_length - 1] &&
            memcmp(text + length - word_length, word, word_length) == 0)
            return true;
    return false;
}

bool terms_equal(const char *text, size_t length, const char *words) {
    const char *word;
    size_t word_length;
    while (terms_next(&words, &word, &word_length))
        if (length == word_length && *text == *word && memcmp(text, word, length) == 0)
            return true;
    return false;
}

size_t terms_count(const char *text) {
    size_t words = 0;
    while (*text) {
        text += strspn(text, " ");
        words += *text != '\0';
        text += strcspn(text, " ");
    }
    return words;
}
