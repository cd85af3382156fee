#include "mail/terms.h"

#include <limits.h>
#include <string.h>
#include <strings.h>
#include <unicode/uchar.h>

#include "base/text.h"

enum { GAP_MAX = 80 }; /* bytes that a '*' may stand for */

bool terms_next(struct term *term) {
    if (!*term->rest)
        return false;
    term->word = term->rest;
    term->length = strcspn(term->rest, "|");
    term->rest += term->length + (term->rest[term->length] == '|');
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
    size_t length = strlen(text);
    for (struct term term = {.rest = words}; terms_next(&term);)
        if (stands_in(text, length, term.word, term.length))
            return true;
    return false;
}

/* A stop within "example.org" ends no sentence. */
static bool ends_sentence(const char *text) {
    return strchr(".;!", *text) && (text[1] == ' ' || !text[1]);
}

static bool contains(const char *text, size_t length, const char *word, size_t word_length) {
    const char *gap = memchr(word, '*', word_length), *end = text + length;
    size_t stem = gap ? (size_t)(gap - word) : word_length, rest = gap ? word_length - stem - 1 : 0;
    for (const char *at = text; (at = memmem(at, (size_t)(end - at), word, stem)); at++) {
        size_t span = 0;
        while (gap && span < GAP_MAX && at[stem + span] && !ends_sentence(at + stem + span))
            span++;
        if (!gap || memmem(at + stem, span, gap + 1, rest))
            return true;
    }
    return false;
}

bool terms_contain(const char *text, const char *words) {
    size_t length = strlen(text);
    bool present[UCHAR_MAX + 1] = {false}; /* most words are of other scripts */
    for (size_t i = 0; i < length; i++)
        present[(unsigned char)text[i]] = true;
    for (struct term term = {.rest = words}; terms_next(&term);)
        if (term.length > 0 && present[(unsigned char)*term.word] &&
            present[(unsigned char)term.word[term.length - 1]] && contains(text, length, term.word, term.length))
            return true;
    return false;
}

size_t terms_begin(const char *text, const char *words) {
    for (struct term term = {.rest = words}; terms_next(&term);)
        if (*text == *term.word && strncmp(text, term.word, term.length) == 0)
            return term.length;
    return 0;
}

size_t terms_begin_ignore_case(const char *text, const char *words) {
    for (struct term term = {.rest = words}; terms_next(&term);)
        if (strncasecmp(text, term.word, term.length) == 0)
            return term.length;
    return 0;
}

size_t terms_end(const char *text, size_t length, const char *words) {
    for (struct term term = {.rest = words}; terms_next(&term);)
        if (length >= term.length && term.length > 0 && text[length - 1] == term.word[term.length - 1] &&
            memcmp(text + length - term.length, term.word, term.length) == 0)
            return term.length;
    return 0;
}

bool terms_equal(const char *text, size_t length, const char *words) {
    for (struct term term = {.rest = words}; terms_next(&term);)
        if (length == term.length && *text == *term.word && memcmp(text, term.word, length) == 0)
            return true;
    return false;
}

bool terms_are(const char *text, const char *words) {
    return terms_equal(text, strlen(text), words);
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

char *terms_fold(const char *text, struct arena *arena) {
    auto_text out = TEXT_EMPTY;
    size_t length = strlen(text);
    for (size_t i = 0; i < length;) {
        uint32_t c = utf8_next(text, length, &i);
        bool blank = c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == 0xA0;
        if (blank && out.length && out.bytes[out.length - 1] != ' ')
            text_append_char(&out, ' ');
        if (!blank)
            text_append_codepoint(&out, c == 0x2019 ? '\'' : (uint32_t)u_tolower((UChar32)c));
    }
    return arena_copy_string(arena, text_string(&out));
}
