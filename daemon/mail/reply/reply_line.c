#include "mail/reply/reply_line.h"

#include <string.h>
#include <unicode/uchar.h>

#include "base/text.h"
#include "mail/terms.h"

/* Takes no room on the screen: mail programs put such characters around names, dates and quotations. */
static bool is_invisible(uint32_t c) {
    return c == 0xAD || c == 0x34F || c == 0x61C || (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) ||
           (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || (c >= 0xFE00 && c <= 0xFE0F);
}

static uint32_t fold_character(uint32_t c) {
    static const uint32_t plain[][2] = {{0x2018, '\''}, {0x2019, '\''}, {0x2032, '\''}, {0xFF07, '\''}, {0x201C, '"'},
                                        {0x201D, '"'},  {0x201E, '"'},  {0x201F, '"'},  {0x2033, '"'},  {0xFF02, '"'},
                                        {0xFF1A, ':'},  {0xFF1E, '>'},  {0xFF0C, ','},  {0x60C, ','}};
    for (size_t i = 0; c > 0x7F && i < COUNT_OF(plain); i++)
        if (c == plain[i][0])
            return plain[i][1];
    int32_t digit = c > 0x7F ? u_charDigitValue((UChar32)c) : -1;
    return digit >= 0 ? (uint32_t)('0' + digit) : (uint32_t)u_tolower((UChar32)c);
}

static void fold(struct reply_line *line, struct text *folded) {
    text_clear(folded);
    bool space = false;
    size_t i = 0;
    while (i < line->length && folded->length < REPLY_FOLDED_MAX) {
        uint32_t c = utf8_next(line->bytes, line->length, &i);
        /* some programs make their plain text of HTML badly */
        if (c == '&' && line->length - i >= 5 && strncmp(line->bytes + i, "nbsp;", 5) == 0) {
            c = ' ';
            i += 5;
        }
        if (u_isUWhiteSpace((UChar32)c)) {
            space = folded->length > 0;
        } else if (!is_invisible(c)) {
            if (space)
                text_append_char(folded, ' ');
            space = false;
            text_append_codepoint(folded, fold_character(c));
        }
    }
    line->cut = i < line->length;
}

struct reply_line *reply_line_split(const char *text, struct arena *arena, size_t *ret_count) {
    size_t count = 0, length;
    for (const char *at = text; string_next_line(&at, &length);)
        count++;
    struct reply_line *lines = arena_take_array(arena, count + 1, sizeof *lines);
    auto_text folded = TEXT_EMPTY;
    for (struct reply_line *line = lines; (line->bytes = string_next_line(&text, &line->length)); line++) {
        fold(line, &folded);
        line->folded = folded.length ? arena_copy_string(arena, text_string(&folded)) : "";
        line->kind = folded.length ? REPLY_TEXT : REPLY_BLANK;
    }
    *ret_count = count;
    return lines;
}

bool reply_line_says_something(const char *string, size_t length) {
    for (size_t i = 0; i < length;) {
        UChar32 c = (UChar32)utf8_next(string, length, &i);
        /* an emoji is an answer too: "👍" */
        if (u_isalnum(c) || u_charType(c) == U_OTHER_NUMBER || u_charType(c) == U_LETTER_NUMBER ||
            (u_charType(c) == U_OTHER_SYMBOL && c > 0xFF && c != 0xFFFD))
            return true;
    }
    return false;
}

bool reply_line_speaks(const struct reply_line *line) {
    return line->kind == REPLY_TEXT && reply_line_says_something(line->folded, strlen(line->folded));
}

void reply_line_mark(struct reply_line *lines, size_t count, enum reply_line_kind kind) {
    for (size_t i = 0; i < count; i++)
        if (lines[i].kind != REPLY_BLANK)
            lines[i].kind = kind;
}

const char *reply_line_undecorated(const char *folded, size_t *ret_length) {
    static const char marks[] = "-_*=~#+ ><()[]|", wide[] = "\u2010|\u2013|\u2014|\u1427|\u2015|\u2500|\u2501";
    size_t mark;
    while ((mark = strspn(folded, marks)) || (mark = terms_begin(folded, wide)))
        folded += mark;
    size_t length = bytes_trim(folded, strlen(folded), marks);
    while ((mark = terms_end(folded, length, wide)))
        length = bytes_trim(folded, length - mark, marks);
    *ret_length = length;
    return folded;
}
