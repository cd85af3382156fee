#include "mail/reply/reply_line.h"

#include <string.h>
#include <unicode/uchar.h>

#include "base/text.h"
#include "mail/terms.h"

enum {
    NAME_MAX_BYTES = 24,
    CODE_LINES_MAX = 200,
    SPILLING_MIN = 56,          /* columns of a quoted line of which words are on the next one */
    SPILLING_TOGETHER_MIN = 68, /* of both */
    SPILLED_MAX = 30,           /* of those words */
};

/* ">:(" and ">_<" are faces. */
static bool is_face(const char *folded) {
    return strlen(folded) <= 4 && strpbrk(folded + 1, ":;._<") && !strpbrk(folded, "0123456789 ") &&
           !reply_line_says_something(folded, strlen(folded));
}

/* No line with the common mark stands directly above or below. */
static bool stands_alone(const struct reply_line *lines, size_t count, size_t i) {
    return (i == 0 || lines[i - 1].folded[0] != '>') && (i + 1 >= count || lines[i + 1].folded[0] != '>');
}

/* A line "From ..." that a mailbox file has escaped: not one of several. */
static bool is_escaped_from(const struct reply_line *lines, size_t count, size_t i) {
    return lines[i].length > 6 && strncmp(lines[i].bytes, ">From ", 6) == 0 && stands_alone(lines, count, i);
}

/* ">>> Look here <<<" draws attention to itself, and stands alone. */
static bool is_framed(const struct reply_line *lines, size_t count, size_t i) {
    size_t length = strlen(lines[i].folded);
    return length > 4 && string_starts_with(lines[i].folded, ">>") && string_ends_with(lines[i].folded, "<<") &&
           reply_line_says_something(lines[i].folded, length) && stands_alone(lines, count, i);
}

/* "See <https://example.org/" and "> for more": a link in angle brackets that was wrapped, in a text without marks. */
static bool closes_link(const struct reply_line *lines, size_t count, size_t i) {
    const char *link = i > 0 && lines[i - 1].kind == REPLY_TEXT ? strrchr(lines[i - 1].folded, '<') : NULL;
    return link && (string_starts_with(link, "<http") || string_starts_with(link, "<mailto:")) &&
           !strpbrk(link, "> ") && lines[i].folded[1] != '>' && stands_alone(lines, count, i);
}

/* How many bytes of LINE are "Anna>" or "AB>", with what they stand before; 0 for none. */
static size_t name_mark(const struct reply_line *line) {
    if (line->kind != REPLY_TEXT)
        return 0;
    size_t length = strcspn(line->folded, "> <\"/:;,.-=\\");
    if (length == 0 || length > NAME_MAX_BYTES || line->folded[length] != '>')
        return 0;
    char after = line->folded[length + 1];
    return after == ' ' || after == '>' || after == '\0' ? length + 1 : 0;
}

static size_t bar_mark(const struct reply_line *line) {
    const char *bar = line->folded;
    size_t length = line->kind != REPLY_TEXT ? 0
                    : *bar == '|'            ? 1
                                             : terms_begin(bar, "\u00A6|\u2502|\u2503|\u00BB|\u203A");
    return length && (bar[length] == ' ' || bar[length] == '\0' || bar[length] == *bar) ? length : 0;
}

/* Below an introduction the rarer ones count as well. */
static size_t rare_mark(const struct reply_line *line) {
    size_t bar = bar_mark(line);
    return bar                                                                                     ? bar
           : line->kind == REPLY_TEXT && strchr(":}%#", line->folded[0]) && line->folded[1] == ' ' ? 1
                                                                                                   : name_mark(line);
}

/* The number of lines in a row with the same mark. A table has bars at both ends. */
static size_t run_length(const struct reply_line *lines, size_t count, size_t (*find)(const struct reply_line *)) {
    size_t mark = find(&lines[0]), run = 0;
    if (!mark)
        return 0;
    while (run < count && find(&lines[run]) == mark && strncmp(lines[run].folded, lines[0].folded, mark) == 0) {
        size_t length = strlen(lines[run].folded);
        if (*lines[run].folded == '|' && length > 1 && lines[run].folded[length - 1] == '|')
            break;
        run++;
    }
    return run;
}

/* The end of a quoted line that some program wrapped without its mark: a few words in the middle of a sentence, between
 * quoted lines that they touch. Nobody answers there. */
static bool is_spilled(const struct reply_line *lines, size_t count, size_t i) {
    if (i == 0 || i + 1 >= count || lines[i].kind != REPLY_TEXT || lines[i - 1].kind != REPLY_QUOTED ||
        lines[i + 1].kind != REPLY_QUOTED || lines[i - 1].folded[0] != '>' || lines[i + 1].folded[0] != '>')
        return false;
    const char *before = lines[i - 1].folded, *line = lines[i].bytes;
    size_t width = utf8_width(before), start = bytes_span(line, lines[i].length, " \t");
    return width >= SPILLING_MIN && width + utf8_width(lines[i].folded) >= SPILLING_TOGETHER_MIN &&
           utf8_width(lines[i].folded) <= SPILLED_MAX && !strchr(".,:;!?)\"'>", before[strlen(before) - 1]) &&
           start < lines[i].length && u_islower((UChar32)utf8_next(line, lines[i].length, &start));
}

static bool is_fence(const struct reply_line *line) {
    return line->kind == REPLY_TEXT && string_starts_with(line->folded, "```");
}

/* The line after the block of code that begins here and ends; the same line where none does. */
static size_t after_code(const struct reply_line *lines, size_t count, size_t i) {
    for (size_t end = i + 1; end < count && end <= i + CODE_LINES_MAX && is_fence(&lines[i]); end++)
        if (is_fence(&lines[end]))
            return end + 1;
    return i;
}

void reply_quote_mark(struct reply_line *lines, size_t count) {
    for (size_t i = 0; i < count; i++) {
        for (size_t after; i < count && (after = after_code(lines, count, i)) != i;)
            i = after;
        if (i < count && lines[i].kind == REPLY_TEXT && lines[i].folded[0] == '>' && !is_face(lines[i].folded) &&
            !is_escaped_from(lines, count, i) && !is_framed(lines, count, i) && !closes_link(lines, count, i))
            lines[i].kind = REPLY_QUOTED;
    }
    for (size_t i = 0; i < count; i++)
        if (is_spilled(lines, count, i))
            lines[i].kind = REPLY_QUOTED;
}

void reply_quote_mark_below(struct reply_line *lines, size_t count) {
    for (size_t i = 0; i < count;) {
        size_t run = run_length(lines + i, count - i, rare_mark);
        if (!run)
            return;
        reply_line_mark(lines + i, run, REPLY_QUOTED);
        i += run;
        while (i < count && lines[i].kind == REPLY_BLANK)
            i++;
    }
}

/* ---- OpenPGP ---- */

enum { ARMOUR_HEADERS_MAX = 5 }; /* "Hash: SHA256" and the like */

static void undash(struct reply_line *line) {
    if (line->length < 2 || strncmp(line->bytes, "- ", 2) != 0 || !string_starts_with(line->folded, "- "))
        return;
    line->bytes += 2;
    line->length -= 2;
    line->folded += 2;
}

void reply_quote_mark_armour(struct reply_line *lines, size_t count) {
    size_t last = 0; /* end of such a block */
    for (size_t i = 0; i < count; i++)
        if (string_starts_with(lines[i].folded, "-----end pgp "))
            last = i;
    bool signed_text = false, inside = false;
    for (size_t i = 0; i < count; i++) {
        const char *folded = lines[i].folded;
        if (string_equal(folded, "-----begin pgp signed message-----")) {
            signed_text = true;
            reply_line_mark(&lines[i], 1, REPLY_ARMOUR);
            for (size_t j = 1; j < ARMOUR_HEADERS_MAX && i + 1 < count && strchr(lines[i + 1].folded, ':'); j++)
                reply_line_mark(&lines[++i], 1, REPLY_ARMOUR);
            continue;
        }
        if (i < last && (string_equal(folded, "-----begin pgp signature-----") ||
                         string_equal(folded, "-----begin pgp public key block-----"))) {
            inside = true;
            signed_text = false;
        }
        if (inside)
            reply_line_mark(&lines[i], 1, REPLY_ARMOUR);
        else if (signed_text)
            undash(&lines[i]);
        if (string_starts_with(folded, "-----end pgp "))
            inside = false;
    }
}
