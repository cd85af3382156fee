#include "mail/reply/answer_line.h"

#include <string.h>
#include <unicode/ucasemap.h>
#include <unicode/uchar.h>

#include "base/memory.h"
#include "base/text.h"
#include "mail/terms.h"

enum { ZERO_WIDTH_NON_JOINER = 0x200C, ZERO_WIDTH_JOINER = 0x200D, COMBINING_KEYCAP = 0x20E3 };

static bool is_white(uint32_t c) {
    return u_isUWhiteSpace((UChar32)c);
}

/* Emoji and direction marks around a digit say nothing. */
static bool is_silent(uint32_t c) {
    return c == COMBINING_KEYCAP || (c >= 0xFE00 && c <= 0xFE0F) || c == 0x200B || c == 0xFEFF || c == 0x61C ||
           c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

static bool is_word_character(uint32_t c) {
    if (is_silent(c))
        return false;
    return u_isalpha((UChar32)c) || (U_GET_GC_MASK((UChar32)c) & (U_GC_MN_MASK | U_GC_MC_MASK)) != 0;
}

/* The value of a digit or of a number sign such as a circled or Roman one; -1 for none. */
static int number_value(uint32_t c) {
    int32_t digit = u_charDigitValue((UChar32)c);
    if (digit >= 0)
        return digit;
    bool sign = (U_GET_GC_MASK((UChar32)c) & (U_GC_NO_MASK | U_GC_NL_MASK)) != 0;
    double value = sign ? u_getNumericValue((UChar32)c) : -1;
    return value >= 0 && value <= 20 && value == (double)(int)value ? (int)value : -1;
}

/* Inside of a word: "d'accord", "bien-être", Persian half-spaces. */
static bool joins(uint32_t c) {
    return c == '\'' || c == 0x2019 || c == '-' || c == 0x2010 || c == ZERO_WIDTH_NON_JOINER || c == ZERO_WIDTH_JOINER;
}

static bool is_odd(uint32_t c) {
    return c == '?' || c == 0xFF1F || c == 0x61F || c == 0x37E || c == '%' || c == '/' || c == '\\' || c == '@' ||
           c == 0xB0 || u_charType((UChar32)c) == U_CURRENCY_SYMBOL;
}

static void lower(char text[ANSWER_TOKEN_SIZE]) {
    UErrorCode status = U_ZERO_ERROR;
    char lowered[ANSWER_TOKEN_SIZE];
    UCaseMap *map = ucasemap_open("", 0, &status);
    int32_t length = ucasemap_utf8ToLower(map, lowered, ANSWER_TOKEN_SIZE, text, (int32_t)strlen(text), &status);
    ucasemap_close(map);
    if (U_SUCCESS(status) && length < ANSWER_TOKEN_SIZE)
        memcpy(text, lowered, (size_t)length + 1);
}

/* Scripts that put no blanks between words: a number there is a word of its own. */
static bool touches(uint32_t c) {
    return c >= 0x2E80 && c <= 0xD7FF;
}

/* Reads letters and digits from *POSITION on; a joined pair such as "2nd" is one token. */
static void read_token(const char *bytes, size_t length, size_t *position, struct answer_token *token) {
    auto_text text = TEXT_EMPTY;
    size_t letters = 0, digits = 0;
    uint32_t before = 0;
    while (*position < length) {
        size_t next = *position, after;
        uint32_t c = utf8_next(bytes, length, &next);
        int value = number_value(c);
        after = next;
        if (before && (touches(before) || touches(c)) && (value >= 0) != (number_value(before) >= 0))
            break;
        if (value >= 0) {
            text_append_format(&text, "%d", value);
            digits += value > 9 ? 2 : 1;
        } else if (is_word_character(c)) {
            text_append_codepoint(&text, c);
            letters++;
        } else if (letters && !digits && joins(c) && next < length &&
                   is_word_character(utf8_next(bytes, length, &after)))
            text_append_codepoint(&text, c == 0x2019 ? '\'' : c);
        else if (!is_silent(c))
            break;
        before = is_silent(c) ? before : c;
        *position = next;
    }
    token->kind = letters && !digits ? ANSWER_WORD : digits && digits <= 2 && !letters ? ANSWER_NUMBER : ANSWER_OTHER;
    if (text.length >= ANSWER_TOKEN_SIZE) {
        token->kind = ANSWER_OTHER;
        text_truncate(&text, 0);
    }
    memcpy(token->text, text_string(&text), text.length + 1);
    if (token->kind == ANSWER_WORD)
        lower(token->text);
    /* "02" is 2 */
    if (token->kind == ANSWER_NUMBER && token->text[0] == '0' && token->text[1])
        memmove(token->text, token->text + 1, 2);
}

static size_t after_white(const char *bytes, size_t length, size_t position) {
    while (position < length) {
        size_t next = position;
        uint32_t c = utf8_next(bytes, length, &next);
        if (!is_white(c) && !is_silent(c))
            break;
        position = next;
    }
    return position;
}

/* What stands directly behind a token. */
static void look_behind(const char *bytes, size_t length, size_t position, struct answer_token *token) {
    size_t at = after_white(bytes, length, position);
    token->parted = at > position || at == length;
    token->after = 0;
    token->ends = at == length;
    if (at < length) {
        token->after = utf8_next(bytes, length, &at);
        token->parted = token->parted || at == length || after_white(bytes, length, at) > at;
        token->ends = after_white(bytes, length, at) == length;
    }
}

/* The length of a box at the line's beginning; 0 for none. */
static size_t read_box(const char *bytes, size_t length, struct answer_line *ret) {
    static const char checked[] = "[x]|[X]|(x)|(X)|[*]|[v]|[V]|[\u2713]|[\u2714]|\u2611|\u2612|\u2713|\u2714|\u2705|"
                                  "[х]|[Х]|[\u00D7]|\u25C9|\u25CF";
    static const char unchecked[] = "[ ]|[]|( )|()|[_]|\u2610|\u25CB|\u25A1";
    size_t start = after_white(bytes, length, 0), box;
    while (start < length && strchr("-*", bytes[start]))
        start = after_white(bytes, length, start + 1);
    if ((box = terms_begin(bytes + start, checked)))
        ret->checked = true;
    else if ((box = terms_begin(bytes + start, unchecked)))
        ret->unchecked = true;
    return box ? start + box : 0;
}

bool answer_line_read(const char *bytes, size_t length, struct answer_line *ret) {
    if (length > ANSWER_LINE_MAX)
        return false;
    *ret = (struct answer_line){0};
    for (size_t i = read_box(bytes, length, ret); i < length;) {
        size_t next = i;
        uint32_t c = utf8_next(bytes, length, &next);
        if (number_value(c) < 0 && !is_word_character(c)) {
            size_t ahead = next;
            /* "n° 2" is a number, 20° none that answers; nor are "+49 ..." and "+1" */
            bool numero = c == 0xB0 && ret->count > 0 && string_equal(ret->tokens[ret->count - 1].text, "n");
            if ((is_odd(c) && !numero) ||
                (c == '+' && next < length && number_value(utf8_next(bytes, length, &ahead)) >= 0))
                ret->odd = true;
            i = next;
            continue;
        }
        if (ret->count == ANSWER_TOKENS_MAX)
            return false;
        struct answer_token *token = &ret->tokens[ret->count++];
        read_token(bytes, length, &i, token);
        look_behind(bytes, length, i, token);
    }
    return true;
}
