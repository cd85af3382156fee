#include "mail/reply/reply_text.h"

#include <stdbool.h>
#include <string.h>

#include "base/text.h"
#include "mail/reply/reply_line.h"

struct reader {
    struct reply_line *lines;
    size_t count;
    bool doubtful; /* the first words are somebody else's, and nothing shows where they end */
    const char *warning;
};

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
            reply_line_mark(line - dated, length + dated, kind);
            if (!quoted && own) {
                reply_line_mark(line + length, left - length, REPLY_UNMARKED);
                return;
            }
            reader->doubtful |= !quoted && next < reader->count;
            i += length;
            continue;
        }
        own = own || (reply_device_find(line) != REPLY_DEVICE_LINE && reply_line_speaks(line) &&
                      !reply_footer_begins(line, left));
        i++;
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
    text_trim_end(&out, " \t\r\n"); /* the first line keeps its indentation: it may be code or a list */
    return arena_copy_string(arena, text_string(&out));
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
        if (!length && reply_line_speaks(&inner.lines[i])) {
            char *text = arena_copy_string(arena, text_string(&marked));
            string_trim(text);
            return text;
        }
    }
    return NULL;
}

void reply_text_extract(const char *whole_text, const char *writer, struct arena *arena, struct reply_text *ret) {
    struct reader reader = {0};
    reader.lines = reply_line_split(whole_text, arena, &reader.count);
    reply_quote_mark_armour(reader.lines, reader.count);
    reply_quote_mark(reader.lines, reader.count);
    mark_introductions(&reader);
    reply_signature_mark(reader.lines, reader.count, writer, arena, &reader.warning);
    *ret = (struct reply_text){.own = "", .text = assemble(&reader, false, "", arena), .warning = reader.warning};
    bool anything = reply_line_says_something(ret->text, strlen(ret->text));
    if (reader.doubtful) {
        ret->warning = "it begins with somebody else's words, and nothing shows where they end: all was kept";
    } else if (anything && !reply_signature_is_all(reader.lines, reader.count)) {
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
