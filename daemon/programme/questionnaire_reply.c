#include "programme/questionnaire_reply.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/fold.h"
#include "base/text.h"

enum {
    LINE_BYTES_MAX = 8000,  /* of a reply's line that is looked at */
    REST_BYTES_MAX = 16000, /* kept for a person */
};

const char *questionnaire_reply_fold(struct reader *reader, const char *text, size_t length) {
    auto_text folded = TEXT_EMPTY;
    fold_words(text, length, &folded);
    return arena_copy_string(reader->arena, text_string(&folded));
}

void questionnaire_reply_keep(struct reader *reader, const char *text) {
    if (*text && reader->rest.length + strlen(text) < REST_BYTES_MAX)
        text_append_format(&reader->rest, "%s%s", reader->rest.length ? "\n" : "", text);
}

/* ---- Which line of ours? ---- */

static const char *without_number(const char *folded) {
    size_t digits = strspn(folded, "0123456789");
    return digits > 0 && digits <= 2 && folded[digits] == ' ' ? folded + digits + 1 : folded;
}

bool questionnaire_reply_begins(const char *text, const char *prefix) {
    size_t length = strlen(prefix);
    return length > 0 && strncmp(text, prefix, length) == 0 && (text[length] == ' ' || text[length] == '\0');
}

const struct unit *questionnaire_reply_whole(const struct reader *reader, const char *folded) {
    const struct unit *best = NULL;
    size_t length = strlen(folded);
    for (size_t i = 0; i < reader->unit_count; i++) {
        const struct unit *unit = &reader->units[i];
        if (!(unit->length == length && memcmp(unit->folded, folded, length) == 0) &&
            !(unit->bare_length == length && memcmp(unit->bare, folded, length) == 0))
            continue;
        if (!best || (int)unit->question == reader->question)
            best = unit;
        if ((int)unit->question == reader->question)
            break;
    }
    return best;
}

const struct unit *questionnaire_reply_begun(const struct reader *reader, const char *folded) {
    const struct unit *best = NULL;
    for (size_t i = 0; i < reader->unit_count; i++) {
        const struct unit *unit = &reader->units[i];
        if (*unit->folded != *folded)
            continue;
        bool here = (int)unit->question == reader->question;
        if ((unit->role == FORM_LINE_QUESTION || (unit->role == FORM_LINE_OPTION && here) ||
             (unit->role == FORM_LINE_OPTIONS && here)) &&
            questionnaire_reply_begins(folded, unit->folded) && (!best || strlen(unit->folded) > strlen(best->folded)))
            best = unit;
    }
    return best;
}

const struct unit *questionnaire_reply_broken(const struct reader *reader, const char *folded) {
    const struct unit *best = NULL;
    if (fold_count(folded) < QUESTIONNAIRE_PREFIX_WORDS_MIN)
        return NULL;
    for (size_t i = 0; i < reader->unit_count; i++) {
        const struct unit *unit = &reader->units[i];
        if (*unit->folded == *folded && questionnaire_reply_begins(unit->folded, folded) &&
            (!best || (int)unit->question == reader->question))
            best = unit;
    }
    return best;
}

/* ---- Units ---- */

static void add_unit(struct reader *reader, int role, size_t question, size_t option, const char *text) {
    const char *folded = questionnaire_reply_fold(reader, text, strlen(text));
    if (!*folded)
        return;
    reader->units =
        arena_grow(reader->arena, reader->units, &reader->unit_capacity, reader->unit_count + 1, sizeof *reader->units);
    bool numbered = role == FORM_LINE_QUESTION || role == FORM_LINE_OPTION;
    const char *bare = numbered ? without_number(folded) : folded;
    reader->units[reader->unit_count++] =
        (struct unit){role, question, option, folded, bare, strlen(folded), strlen(bare)};
}

static void add_lines(struct reader *reader, struct form_lines lines) {
    for (size_t i = 0; i < lines.count; i++) {
        const struct form_line *line = &lines.items[i];
        add_unit(reader, (int)line->role, line->question, line->option, line->text);
        /* Some write their answer before or over the words in brackets at the end. */
        const char *hint = line->role == FORM_LINE_QUESTION ? strrchr(line->text, '(') : NULL;
        if (hint && string_ends_with(line->text, ")")) {
            auto_string question = memory_copy_bytes(line->text, (size_t)(hint - line->text));
            add_unit(reader, FORM_LINE_QUESTION, line->question, 0, question);
            add_unit(reader, FORM_LINE_REASON, line->question, 0, hint);
        }
    }
}

void questionnaire_reply_collect(struct reader *reader) {
    const struct questionnaire_reply *reply = reader->reply;
    for (size_t i = 0; i < reader->forms->count; i++) {
        const struct form *form = reader->forms->forms[i];
        add_lines(reader, questionnaire_ask(form, NULL, reply->answers, reader->arena));
        if (reply->answers)
            add_lines(reader, questionnaire_summarise(form, reply->answers, reader->arena));
    }
    size_t length;
    for (const char *next = reply->sent ? reply->sent : "", *line; (line = string_next_line(&next, &length));) {
        const char *folded = questionnaire_reply_fold(reader, line, length);
        if (!questionnaire_reply_whole(reader, folded))
            add_unit(reader, UNIT_OTHER, SIZE_MAX, 0, folded);
    }
}

/* ---- Lines ---- */

/* How people tick an option, or point at it. */
static const struct mark {
    const char *sign;
    bool before, behind; /* the line's words */
} marks[] = {
    {"[x]", true, true},      {"[X]", true, true},      {"(x)", true, true},     {"(X)", true, true},
    {"[*]", true, true},      {"[v]", true, true},      {"[V]", true, true},     {"[\u00D7]", true, true},
    {"[\u2713]", true, true}, {"[\u2714]", true, true}, {"\u2611", true, true},  {"\u2612", true, true},
    {"\u2713", true, true},   {"\u2714", true, true},   {"\u2705", true, true},  {"-->", true, false},
    {"->", true, false},      {"=>", true, false},      {"\u2192", true, false}, {"\u27A1", true, false},
    {"x ", true, false},      {"X ", true, false},      {"<--", false, true},    {"<-", false, true},
    {"\u2190", false, true},  {" x", false, true},      {" X", false, true},
};

bool questionnaire_reply_take_mark(char *text) {
    size_t length = strlen(text);
    for (size_t i = 0; i < COUNT_OF(marks); i++) {
        size_t mark = strlen(marks[i].sign);
        bool before = marks[i].before && string_starts_with(text, marks[i].sign);
        if (length <= mark || !(before || (marks[i].behind && string_ends_with(text, marks[i].sign))))
            continue;
        if (before)
            memmove(text, text + mark, length - mark + 1);
        else
            text[length - mark] = '\0';
        string_trim(text);
        return *text != '\0';
    }
    return false;
}

static size_t bullet(const char *text) {
    static const char *const bullets[] = {"- ", "* ", "\u2022 ", "\u00B7 ", "\u2022\t"};
    for (size_t i = 0; i < COUNT_OF(bullets); i++)
        if (string_starts_with(text, bullets[i]))
            return strlen(bullets[i]);
    return 0;
}

static void add_line(struct reader *reader, const char *bytes, size_t length, enum source source, size_t depth,
                     bool after_blank) {
    if (reader->line_count == QUESTIONNAIRE_LINES_MAX)
        return;
    char *text = arena_copy_bytes(reader->arena, bytes, length);
    string_trim(text);
    text += bullet(text);
    string_trim(text);
    if (!*text)
        return;
    reader->lines[reader->line_count++] = (struct line){.text = text,
                                                        .folded = questionnaire_reply_fold(reader, text, strlen(text)),
                                                        .source = source,
                                                        .deep = depth > 1,
                                                        .after_blank = after_blank};
}

int questionnaire_reply_number(const char *text, const char **ret_rest, bool *ret_pointed) {
    const char *at = text;
    int number = 0;
    size_t digits = 0;
    while (strchr(" #*(QqNn_", *at) && *at)
        at++;
    for (size_t next = 0; *at && digits < 3; digits++, at += next, next = 0) {
        auto_text folded = TEXT_EMPTY;
        utf8_next(at, strlen(at), &next);
        fold_words(at, next, &folded);
        if (folded.length != 1 || !ascii_is_digit(*folded.bytes))
            break;
        number = 10 * number + (*folded.bytes - '0');
    }
    if (digits == 0 || digits > 2)
        return 0;
    const char *rest = at;
    while (*rest && strchr(".):=*_- \t", *rest))
        rest++;
    static const char *const wide[] = {"\uFF0E", "\u3002", "\uFF09", "\uFF1A", "\u2013", "\u2014", "\u3001", "\u00A0"};
    for (size_t i = 0; i < COUNT_OF(wide); i++)
        if (string_starts_with(rest, wide[i])) {
            rest += strlen(wide[i]);
            rest += strspn(rest, " \t");
            i = SIZE_MAX;
        }
    auto_string between = memory_copy_bytes(at, (size_t)(rest - at));
    string_trim(between);
    *ret_pointed = *between != '\0' && !string_equal(between, "\u00A0");
    if (rest == at && *rest)
        return 0; /* "2nd" */
    /* "3.5 hours" */
    if (*at == '.' && ascii_is_digit(at[1]))
        return 0;
    *ret_rest = rest;
    return number;
}

/* "1. Anna 2) Sweden 3. Stockholm" on one line: where the next number begins, or 0. */
static size_t next_number(const char *bytes, size_t length, int number) {
    for (size_t i = 1; i + 2 < length; i++) {
        if (bytes[i - 1] != ' ' || !ascii_is_digit(bytes[i]))
            continue;
        size_t digits = ascii_is_digit(bytes[i + 1]) ? 2 : 1;
        if (i + digits + 1 < length && strchr(".)", bytes[i + digits]) && bytes[i + digits + 1] == ' ' &&
            atoi(bytes + i) > number)
            return i;
    }
    return 0;
}

static void add_own(struct reader *reader, const char *bytes, size_t length, bool after_blank) {
    const char *rest;
    bool pointed;
    auto_string whole = memory_copy_bytes(bytes, length);
    string_trim(whole);
    for (const char *at = whole;;) {
        size_t left = strlen(at), cut = 0;
        int number = questionnaire_reply_number(at, &rest, &pointed);
        if (number > 0 && pointed && *rest && left < LINE_BYTES_MAX)
            cut = next_number(rest, strlen(rest), number);
        size_t part = cut ? (size_t)(rest - at) + cut : left;
        add_line(reader, at, part, SOURCE_OWN, 0, after_blank);
        if (!cut)
            return;
        at += part;
        after_blank = false;
    }
}

void questionnaire_reply_split(struct reader *reader) {
    const char *own = reader->reply->text;
    bool after_blank = true;
    reader->lines = arena_take_array(reader->arena, QUESTIONNAIRE_LINES_MAX, sizeof *reader->lines);
    const char *next = reader->reply->whole_text, *at;
    for (size_t length; reader->line_count < QUESTIONNAIRE_LINES_MAX && (at = string_next_line(&next, &length));) {
        size_t depth = 0, skipped = 0, end = bytes_trim(at, length, " \t\r");
        while (skipped < length && strchr("> \t", at[skipped]))
            depth += at[skipped++] == '>';
        own += strspn(own, "\n");
        size_t own_length = strcspn(own, "\n"), own_start = bytes_span(own, own_length, " \t");
        size_t own_end = own_start + bytes_trim(own + own_start, own_length - own_start, " \t\r");
        size_t start = bytes_span(at, end, " \t");
        bool is_own = own_end > own_start && own_end - own_start == end - start &&
                      strncmp(own + own_start, at + start, end - start) == 0;
        if (is_own || own_end == own_start)
            own += own_length;
        if (skipped >= end)
            after_blank = true;
        else if (end - skipped > LINE_BYTES_MAX)
            questionnaire_reply_keep(reader, "(...)");
        else if (depth)
            add_line(reader, at + skipped, end - skipped, SOURCE_QUOTED, depth, after_blank);
        else if (is_own)
            add_own(reader, at + skipped, end - skipped, after_blank);
        else
            add_line(reader, at + skipped, end - skipped, SOURCE_BELOW, 0, after_blank);
        if (skipped < end)
            after_blank = false;
    }
}
