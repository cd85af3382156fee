#include "mail/reply/reply_text.h"

#include <stdbool.h>
#include <string.h>

#include "base/text.h"
#include "mail/reply/reply_armour.h"
#include "mail/reply/reply_attribution.h"
#include "mail/reply/reply_footer.h"
#include "mail/reply/reply_forward.h"
#include "mail/reply/reply_line.h"
#include "mail/reply/reply_quote.h"
#include "mail/reply/reply_signature.h"
#include "mail/reply/reply_words.h"

enum {
    SIGNATURE_LINES_MAX = 20, /* below "-- " */
    SIGNATURE_BYTES_MAX = 1500,
    RULED_LINES_MAX = 10, /* below a line of dashes, which may as well be the person's own */
    RULED_BYTES_MAX = 500,
    DASHED_LINES_MAX = 4,     /* below a single dash or star */
    ADVERTISED_RULE_MIN = 30, /* bytes of the rule that webmailers draw above their advertisement */
    ADVERTISED_LINES_MAX = 4,
    ADVERTISED_SENTENCES_MAX = 3,
    FOOTER_LINES_MAX = 25,
    SIGNATURE_SENTENCES_MAX = 3, /* a motto has as many lines; more are somebody's letter */
    SENTENCE_WORD_MIN = 4,       /* letters before a full stop: "Str." is an abbreviation */
    SENTENCE_LINE_MIN = 30,      /* bytes of a line that ends a sentence; "Thanks!" is a closing */
};

struct reader {
    struct reply_line *lines;
    size_t count;
    bool doubtful; /* the first words are somebody else's, and nothing shows where they end */
    const char *warning;
};

static void mark(struct reader *reader, size_t from, size_t to, enum reply_line_kind kind) {
    for (size_t i = from; i < to; i++)
        if (reader->lines[i].kind != REPLY_BLANK)
            reader->lines[i].kind = kind;
}

static bool says_something(const struct reader *reader, size_t from, size_t to) {
    for (size_t i = from; i < to; i++)
        if (reader->lines[i].kind == REPLY_TEXT &&
            reply_line_says_something(reader->lines[i].folded, strlen(reader->lines[i].folded)))
            return true;
    return false;
}

/* ---- Quotations ---- */

static size_t next_solid(const struct reader *reader, size_t i) {
    while (i < reader->count && reader->lines[i].kind == REPLY_BLANK)
        i++;
    return i;
}

/* GroupWise introduces with ">>> On ... wrote:" or ">>> Anna Berg 02.07.2013 09:15 >>>": no quoted line, where it
 * stands alone. */
static size_t groupwise_lines(struct reader *reader, size_t i, bool *ret_certain) {
    struct reply_line *line = &reader->lines[i];
    if (line->kind != REPLY_QUOTED || !string_starts_with(line->folded, ">>>") ||
        (i > 0 && reader->lines[i - 1].kind == REPLY_QUOTED) ||
        (i + 1 < reader->count && reader->lines[i + 1].kind == REPLY_QUOTED))
        return 0;
    line->kind = REPLY_TEXT;
    size_t length = reply_attribution_lines(line, i, reader->count - i, ret_certain);
    if (!length)
        line->kind = REPLY_QUOTED;
    return length;
}

/* The lines that introduce a quotation tell whose the lines below are, even if those are not marked. */
static void mark_introductions(struct reader *reader) {
    bool own = false; /* something of the person's stands above */
    for (size_t i = 0; i < reader->count;) {
        struct reply_line *line = &reader->lines[i];
        size_t left = reader->count - i, length = 0;
        bool certain = true;
        enum reply_line_kind kind = REPLY_FORWARDED;
        if (line->kind == REPLY_TEXT)
            length = reply_forward_lines(line, left);
        if (!length && line->kind == REPLY_TEXT) {
            kind = REPLY_ATTRIBUTION;
            length = reply_attribution_lines(line, i, left, &certain);
        } else if (!length) {
            kind = REPLY_ATTRIBUTION;
            length = groupwise_lines(reader, i, &certain);
        }
        size_t next = length ? next_solid(reader, i + length) : i;
        if (length && next < reader->count)
            reply_quote_mark_below(&reader->lines[next], reader->count - next);
        bool quoted = next < reader->count && reader->lines[next].kind == REPLY_QUOTED;
        if (length && (quoted || certain)) {
            bool dated = kind == REPLY_ATTRIBUTION && i > 0 && (i == 1 || line[-2].kind != REPLY_TEXT) &&
                         reply_attribution_is_date(line - 1, length);
            mark(reader, i - dated, i + length, kind);
            if (!quoted && own) {
                mark(reader, i + length, reader->count, REPLY_UNMARKED);
                return;
            }
            reader->doubtful |= !quoted && next < reader->count;
            i += length;
            continue;
        }
        enum reply_signature_mark signature = reply_signature_mark(line);
        own = own ||
              (signature != REPLY_MARK_DEVICE && says_something(reader, i, i + 1) && !reply_footer_begins(line, left));
        i++;
    }
}

/* ---- Signatures, in a run of lines that no quotation interrupts ---- */

/* A digit alone is an answer wherever it stands. */
static bool is_lone_digit(const struct reply_line *line) {
    size_t length = 0;
    const char *start = reply_line_undecorated(line->folded, &length);
    while (length > 1 && strchr(".:,!", start[length - 1]))
        length--;
    return length == 1 && *start >= '0' && *start <= '9';
}

/* "[1] https://example.org/": what the text above points at, so the person's own. */
static bool is_footnote(const struct reply_line *line) {
    const char *at = line->folded;
    size_t digits = *at == '[' ? strspn(at + 1, "0123456789") : 0;
    return digits > 0 && string_starts_with(at + 1 + digits, "]") && at[digits + 2] != '\0';
}

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}

/* A question, or a sentence that ends in the line or at its end: prose, where signatures have names and addresses. */
static bool is_prose(const struct reply_line *line) {
    size_t letters = 0, length = strlen(line->folded);
    for (size_t i = 0; i < length; i++) {
        if (strchr(".!?", line->folded[i]) && letters >= SENTENCE_WORD_MIN &&
            ((line->folded[i + 1] == ' ' && is_letter(line->folded[i + 2])) ||
             (line->folded[i + 1] == '\0' && length >= SENTENCE_LINE_MIN)))
            return true;
        letters = is_letter(line->folded[i]) ? letters + 1 : 0;
    }
    return string_ends_with(line->folded, "?");
}

struct limits {
    size_t lines, bytes, sentences;
};

static bool fits(const struct reader *reader, size_t from, size_t to, struct limits limits) {
    size_t lines = 0, bytes = 0, sentences = 0;
    for (size_t i = from; i < to; i++) {
        const struct reply_line *line = &reader->lines[i];
        if (line->kind != REPLY_TEXT)
            continue;
        lines++;
        bytes += line->length;
        sentences += is_prose(line);
        if (lines > limits.lines || bytes > limits.bytes || sentences > limits.sentences || is_lone_digit(line) ||
            is_footnote(line))
            return false;
    }
    return true;
}

/* "Heading" and a line of dashes of the same length below. */
static bool underlines(const struct reader *reader, size_t i) {
    if (i == 0 || reader->lines[i - 1].kind != REPLY_TEXT)
        return false;
    size_t above = utf8_width(reader->lines[i - 1].folded), rule = utf8_width(reader->lines[i].folded);
    return rule >= 4 && rule <= above + 2 && above <= rule + 2;
}

/* A lone star or dash among items that begin with one is an empty item. */
static bool is_empty_item(const struct reader *reader, size_t i, size_t end) {
    const char *mark = reader->lines[i].folded;
    return strlen(mark) == 1 && ((i > 0 && reader->lines[i - 1].folded[0] == *mark) ||
                                 (i + 1 < end && reader->lines[i + 1].folded[0] == *mark));
}

/* "Get messages as they come in the new Yahoo! Mail" below a long rule. */
static bool is_advertised(const struct reader *reader, size_t i, size_t end) {
    if (strlen(reader->lines[i].folded) < ADVERTISED_RULE_MIN ||
        !fits(reader, i + 1, end, (struct limits){ADVERTISED_LINES_MAX, RULED_BYTES_MAX, ADVERTISED_SENTENCES_MAX}))
        return false;
    for (size_t line = i + 1; line < end; line++)
        if (reply_words_stand_in(reader->lines[line].folded, "http|https|www|yahoo|msn|hotmail|gmail|aol|gmx|web.de"))
            return true;
    return false;
}

static bool begins_signature(struct reader *reader, size_t i, size_t end) {
    switch (reply_signature_mark(&reader->lines[i])) {
    case REPLY_MARK_DELIMITER:
        if (fits(reader, i + 1, end,
                 (struct limits){SIGNATURE_LINES_MAX, SIGNATURE_BYTES_MAX, SIGNATURE_SENTENCES_MAX}))
            return true;
        reader->warning = "what follows the signature's mark is long, or an answer: it was kept";
        return false;
    case REPLY_MARK_RULE:
        return !underlines(reader, i) && !is_empty_item(reader, i, end) &&
               (fits(reader, i + 1, end,
                     (struct limits){strlen(reader->lines[i].folded) > 1 ? RULED_LINES_MAX : DASHED_LINES_MAX,
                                     RULED_BYTES_MAX, 0}) ||
                is_advertised(reader, i, end));
    case REPLY_MARK_NONE:
    case REPLY_MARK_DEVICE:
    case REPLY_MARK_DEVICE_TOO:
        return false;
    }
    return false;
}

/* The program's page, below the line that names it. */
static bool is_address_below_device(const struct reader *reader, size_t i) {
    const char *address = reader->lines[i].folded;
    return i > 0 && !strchr(address, ' ') &&
           (string_starts_with(address, "http") || string_starts_with(address, "www.") ||
            string_starts_with(address, "<http")) &&
           reply_signature_mark(&reader->lines[i - 1]) == REPLY_MARK_DEVICE;
}

/* "Sent from my iPhone": whole paragraphs, the end of the run's last one, or its first lines: phones put the writer
 * below what they add. */
static void mark_device_lines(struct reader *reader, size_t start, size_t end) {
    size_t last = end;
    while (last > start && reader->lines[last - 1].kind == REPLY_BLANK)
        last--;
    size_t first = next_solid(reader, start);
    while (first < end && reply_signature_mark(&reader->lines[first]) == REPLY_MARK_DEVICE)
        mark(reader, first, first + 1, REPLY_SIGNATURE), first++;
    for (size_t i = start; i < end;) {
        size_t stop = i;
        while (stop < end && reader->lines[stop].kind != REPLY_BLANK)
            stop++;
        size_t from = stop;
        bool sure = false;
        while (from > i) {
            enum reply_signature_mark found = reply_signature_mark(&reader->lines[from - 1]);
            bool known = reader->lines[from - 1].kind == REPLY_SIGNATURE || found == REPLY_MARK_DEVICE ||
                         is_address_below_device(reader, from - 1);
            if (!known && found != REPLY_MARK_DEVICE_TOO)
                break;
            sure |= known;
            from--;
        }
        if (sure && (from == i || stop == last))
            mark(reader, from, stop, REPLY_SIGNATURE);
        i = stop + (stop == i);
    }
}

static void mark_footer(struct reader *reader, size_t start, size_t end, bool own) {
    for (size_t i = start; i < end; i++) {
        bool first = i == start || reader->lines[i - 1].kind != REPLY_TEXT ||
                     reply_signature_mark(&reader->lines[i - 1]) == REPLY_MARK_RULE;
        own = own || says_something(reader, i, i + 1);
        if (!first || !reply_footer_begins(&reader->lines[i], end - i))
            continue;
        size_t stop = i;
        while (stop < end && reader->lines[stop].kind == REPLY_TEXT)
            stop++;
        if (own && fits(reader, i, end, (struct limits){FOOTER_LINES_MAX, SIZE_MAX, SIZE_MAX}))
            stop = end;
        mark(reader, i, stop, REPLY_SIGNATURE);
    }
}

static void mark_signatures(struct reader *reader) {
    bool own = false;
    for (size_t start = 0; start < reader->count;) {
        size_t end = start;
        while (end < reader->count && (reader->lines[end].kind == REPLY_TEXT || reader->lines[end].kind == REPLY_BLANK))
            end++;
        mark_device_lines(reader, start, end);
        mark_footer(reader, start, end, own);
        bool parted = false; /* by a rule that was the person's own: then the next one is, too */
        for (size_t i = start; i < end; i++) {
            bool rule = reply_signature_mark(&reader->lines[i]) == REPLY_MARK_RULE;
            if (own && !(rule && parted) && begins_signature(reader, i, end)) {
                mark(reader, i, end, REPLY_SIGNATURE);
                break;
            }
            parted = parted || (rule && own && !underlines(reader, i) && strlen(reader->lines[i].folded) > 1);
            own = own || says_something(reader, i, i + 1);
        }
        start = end + 1;
    }
}

/* ---- What is left ---- */

static bool is_kept(const struct reader *reader, const struct reply_line *line, bool unmarked_too) {
    return line->kind == REPLY_TEXT || (line->kind == REPLY_QUOTED && reader->doubtful) ||
           (unmarked_too && (line->kind == REPLY_UNMARKED || line->kind == REPLY_SIGNATURE));
}

/* The kept lines; one empty line where something was left out, and GAP on a line of its own where that was quoted. */
static char *assemble(const struct reader *reader, bool unmarked_too, const char *gap, struct arena *arena) {
    auto_text out = TEXT_EMPTY;
    bool left_out = false, quoted = false;
    size_t blanks = 0;
    for (size_t i = 0; i < reader->count; i++) {
        const struct reply_line *line = &reader->lines[i];
        if (line->kind == REPLY_BLANK) {
            blanks++;
        } else if (is_kept(reader, line, unmarked_too)) {
            for (blanks = left_out ? 1 : blanks; blanks > 0 && out.length > 0; blanks--)
                text_append_char(&out, '\n');
            if (quoted && out.length > 0)
                text_append(&out, gap);
            left_out = quoted = false;
            blanks = 0;
            text_append_bytes(&out, line->bytes, line->length);
            text_append_char(&out, '\n');
        } else {
            left_out = true;
            quoted = quoted || line->kind == REPLY_QUOTED;
        }
    }
    char *text = arena_copy_string(arena, text_string(&out));
    size_t length = strlen(text); /* the first line keeps its indentation: it may be code or a list */
    while (length > 0 && strchr(" \t\r\n", text[length - 1]))
        length--;
    text[length] = '\0';
    return text;
}

/* The marked quotations, if more than their introductions stand in them. */
static const char *quoted_text(const struct reader *reader, struct arena *arena) {
    auto_text bare = TEXT_EMPTY, marked = TEXT_EMPTY;
    for (size_t i = 0; i < reader->count; i++) {
        const struct reply_line *line = &reader->lines[i];
        if (line->kind == REPLY_BLANK && i > 0 && line[-1].kind == REPLY_QUOTED)
            text_append_char(&marked, '\n');
        if (line->kind == REPLY_QUOTED) {
            text_append_bytes(&marked, line->bytes, line->length);
            text_append_char(&marked, '\n');
            text_append(&bare, line->folded + strspn(line->folded, "> |"));
            text_append_char(&bare, '\n');
        }
    }
    struct reader inner = {0};
    inner.lines = reply_line_split(text_string(&bare), arena, &inner.count);
    bool certain;
    for (size_t i = 0, length; i < inner.count; i += length ? length : 1) {
        length = inner.lines[i].kind == REPLY_TEXT
                     ? reply_attribution_lines(&inner.lines[i], i, inner.count - i, &certain)
                     : 0;
        if (!length && says_something(&inner, i, i + 1)) {
            char *text = arena_copy_string(arena, text_string(&marked));
            string_trim(text);
            return text;
        }
    }
    return NULL;
}

/* Nothing but "-- " and what follows it, which programs add by themselves. */
static bool is_only_signature(const struct reader *reader) {
    size_t first = 0;
    while (first < reader->count && reader->lines[first].kind != REPLY_TEXT)
        first++;
    return first < reader->count && reply_signature_mark(&reader->lines[first]) == REPLY_MARK_DELIMITER &&
           fits(reader, first + 1, reader->count,
                (struct limits){SIGNATURE_LINES_MAX, SIGNATURE_BYTES_MAX, SIGNATURE_SENTENCES_MAX});
}

void reply_text_extract(const char *whole_text, struct arena *arena, struct reply_text *ret) {
    struct reader reader = {0};
    reader.lines = reply_line_split(whole_text, arena, &reader.count);
    reply_armour_mark(reader.lines, reader.count);
    reply_quote_mark(reader.lines, reader.count);
    mark_introductions(&reader);
    mark_signatures(&reader);
    *ret = (struct reply_text){.own = "", .text = assemble(&reader, false, "", arena), .warning = reader.warning};
    bool anything = reply_line_says_something(ret->text, strlen(ret->text));
    if (reader.doubtful) {
        ret->warning = "it begins with somebody else's words, and nothing shows where they end: all was kept";
    } else if (anything && !is_only_signature(&reader)) {
        ret->own = assemble(&reader, false, "\f\n", arena);
        return;
    } else
        ret->quoted = quoted_text(&reader, arena);
    if (!anything) {
        const char *more = assemble(&reader, true, "", arena);
        if (!reply_line_says_something(more, strlen(more)))
            more = ret->quoted ? ret->quoted : "";
        if (*more) {
            ret->text = more;
            ret->warning = "nothing stands outside of quotations and signatures: they were kept";
        }
    }
}
