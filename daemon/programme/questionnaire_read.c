/* What is said in a reply to a form (questionnaire.h), and of which question. */
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/fold.h"
#include "base/text.h"
#include "programme/questionnaire.h"

enum {
    LINES_MAX = 1000,        /* of a reply; what is beyond is not looked at */
    LINE_BYTES_MAX = 8000,   /* the same of a line */
    PIECES_MAX = 60,         /* lines that answer one question */
    REST_BYTES_MAX = 16000,  /* kept for a person */
    UNCLEAR_SHARE = 8,       /* one answer in so many may be unclear where they are told by their order alone */
    LISTED_SHARE = 3,        /* of a list, one line in so many at least names its question */
    INSIDE_MIN = 3,          /* answers below lines of ours: then all are there */
    LIST_RUN_MIN = 3,        /* "1 Anna", "2 Sweden", "3 ...": so many make a list without points behind its numbers */
    PREFIX_WORDS_MIN = 2,    /* of a line of ours that a mail program broke */
    NAME_BELOW_WORDS_MAX = 4 /* "Kind regards", "Anna Berg" */
};

/* ---- What we sent, line by line ---- */

enum unit_role {
    UNIT_OTHER = FORM_LINE_END + 1, /* of the mail around the form */
};

struct unit {
    int role; /* enum form_line_role, or UNIT_OTHER */
    size_t question, option;
    const char *folded, *bare; /* BARE: without its number */
    size_t length, bare_length;
};

/* ---- What came back ---- */

enum source {
    SOURCE_OWN,
    SOURCE_QUOTED,
    SOURCE_BELOW
}; /* BELOW: not marked as quoted, and not the person's own text */

struct line {
    const char *text; /* without quotation marks, bullets and blanks at its ends */
    const char *folded;
    enum source source;
    bool deep;        /* quoted twice: of an earlier mail */
    bool after_blank; /* an empty line stands before it */
};

struct piece {
    const char *text, *folded;
    bool after_blank;
};

/* What was found for one question. */
struct found {
    struct piece pieces[PIECES_MAX];
    size_t count;
    bool numbered; /* it was named by its number or label, not by our line */
    bool too_many;
    bool seen[FORM_OPTIONS_MAX];   /* lines of ours that are still there */
    bool marked[FORM_OPTIONS_MAX]; /* those that the person marked */
    size_t seen_count, marked_count;
    bool named, again; /* our line for it was there; twice: of an earlier mail */
    bool more_below;   /* something of ours stands below */
};

enum naming { NAMED_BY_US, NAMED_BY_NUMBER, NAMED_BY_LABEL };

struct reader {
    const struct form_set *forms;
    const struct form *form;
    const struct questionnaire_reply *reply;
    const struct words *words;
    struct arena *arena;
    struct unit *units;
    size_t unit_count, unit_capacity;
    struct line *lines;
    size_t line_count;
    struct found *found;
    struct piece *loose; /* lines of the person's that no question was named for */
    size_t loose_count;
    struct text rest;
    /* Where the reading stands: */
    int question; /* -1: none */
    enum naming naming;
    bool below; /* the last line of ours was not marked as quoted */
    const struct unit *broken;
    size_t broken_at; /* bytes of it that were there */
    bool numbered;    /* enough of the person's lines begin with a number to take it for a question's */
    bool listed;      /* the person numbers their answers */
    bool bare_list;   /* without a point behind the numbers */
    bool plain;       /* they write nothing but answers, one a line, so far as can be seen */
    bool translated;  /* our lines are there in words that we don't know */
    bool unended;     /* of such a line the end may follow */
    int last_number;
    bool closing; /* after a line of politeness: a name may follow */
};

static const char *folded_of(struct reader *reader, const char *text, size_t length) {
    auto_text folded = TEXT_EMPTY;
    fold_words(text, length, &folded);
    return arena_copy_string(reader->arena, text_string(&folded));
}

static void keep(struct reader *reader, const char *text) {
    if (*text && reader->rest.length + strlen(text) < REST_BYTES_MAX)
        text_append_format(&reader->rest, "%s%s", reader->rest.length ? "\n" : "", text);
}

/* ---- Which line of ours? ---- */

static const char *without_number(const char *folded) {
    size_t digits = strspn(folded, "0123456789");
    return digits > 0 && digits <= 2 && folded[digits] == ' ' ? folded + digits + 1 : folded;
}

/* PREFIX stands at the beginning of TEXT, at a word's end. */
static bool begins(const char *text, const char *prefix) {
    size_t length = strlen(prefix);
    return length > 0 && strncmp(text, prefix, length) == 0 && (text[length] == ' ' || text[length] == '\0');
}

/* The unit that is FOLDED, preferably of the question spoken of. */
static const struct unit *find_whole(const struct reader *reader, const char *folded) {
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

/* The unit with which FOLDED begins and then goes on: the person wrote behind it. */
static const struct unit *find_begun(const struct reader *reader, const char *folded) {
    const struct unit *best = NULL;
    for (size_t i = 0; i < reader->unit_count; i++) {
        const struct unit *unit = &reader->units[i];
        if (*unit->folded != *folded)
            continue;
        bool here = (int)unit->question == reader->question;
        if ((unit->role == FORM_LINE_QUESTION || (unit->role == FORM_LINE_OPTION && here) ||
             (unit->role == FORM_LINE_OPTIONS && here)) &&
            begins(folded, unit->folded) && (!best || strlen(unit->folded) > strlen(best->folded)))
            best = unit;
    }
    return best;
}

/* The unit that begins with FOLDED: a mail program broke the line. */
static const struct unit *find_broken(const struct reader *reader, const char *folded) {
    const struct unit *best = NULL;
    if (fold_count(folded) < PREFIX_WORDS_MIN)
        return NULL;
    for (size_t i = 0; i < reader->unit_count; i++) {
        const struct unit *unit = &reader->units[i];
        if (*unit->folded == *folded && begins(unit->folded, folded) &&
            (!best || (int)unit->question == reader->question))
            best = unit;
    }
    return best;
}

/* ---- Units ---- */

static void add_unit(struct reader *reader, int role, size_t question, size_t option, const char *text) {
    const char *folded = folded_of(reader, text, strlen(text));
    if (!*folded)
        return;
    if (reader->unit_count == reader->unit_capacity) {
        size_t capacity = 2 * reader->unit_capacity + 256;
        struct unit *units = arena_take_array(reader->arena, capacity, sizeof *units);
        if (reader->unit_count)
            memcpy(units, reader->units, reader->unit_count * sizeof *units);
        reader->units = units;
        reader->unit_capacity = capacity;
    }
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

static void collect_units(struct reader *reader) {
    const struct questionnaire_reply *reply = reader->reply;
    for (size_t i = 0; i < reader->forms->count; i++) {
        const struct form *form = reader->forms->forms[i];
        add_lines(reader, questionnaire_ask(form, NULL, reply->answers, reader->arena));
        if (reply->answers)
            add_lines(reader, questionnaire_summarise(form, reply->answers, reader->arena));
    }
    for (const char *at = reply->sent ? reply->sent : ""; *at;) {
        size_t length = strcspn(at, "\n");
        const char *folded = folded_of(reader, at, length);
        if (!find_whole(reader, folded))
            add_unit(reader, UNIT_OTHER, SIZE_MAX, 0, folded);
        at += length + (at[length] == '\n');
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

/* Takes a mark off the beginning or the end of TEXT; false where there is none. */
static bool take_mark(char *text) {
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
    if (reader->line_count == LINES_MAX)
        return;
    char *text = arena_copy_bytes(reader->arena, bytes, length);
    string_trim(text);
    text += bullet(text);
    string_trim(text);
    if (!*text)
        return;
    reader->lines[reader->line_count++] = (struct line){.text = text,
                                                        .folded = folded_of(reader, text, strlen(text)),
                                                        .source = source,
                                                        .deep = depth > 1,
                                                        .after_blank = after_blank};
}

/* "2. Sweden": the number; *RET_REST is what stands behind it and its point, *RET_POINTED whether there is one. 0 for a
 * line of another shape. */
static int leading_number(const char *text, const char **ret_rest, bool *ret_pointed) {
    const char *at = text;
    int number = 0;
    size_t digits = 0;
    while (strchr(" #*(QqNn_", *at) && *at)
        at++;
    for (size_t position = 0, length = strlen(at); position < length && digits < 3;) {
        size_t before = position;
        auto_text folded = TEXT_EMPTY;
        utf8_next(at, length, &position);
        fold_words(at + before, position - before, &folded);
        if (folded.length != 1 || !ascii_is_digit(*text_string(&folded))) {
            position = before;
            at += before;
            break;
        }
        number = 10 * number + (*text_string(&folded) - '0');
        digits++;
        if (position == length)
            at += length;
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
        int number = leading_number(at, &rest, &pointed);
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

/* TEXT holds the person's own lines in their order: whatever else stands in the whole is a quotation, or below. */
static void split(struct reader *reader) {
    const char *own = reader->reply->text;
    bool after_blank = true;
    reader->lines = arena_take_array(reader->arena, LINES_MAX, sizeof *reader->lines);
    for (const char *at = reader->reply->whole_text; *at && reader->line_count < LINES_MAX;) {
        size_t length = strcspn(at, "\n"), depth = 0, skipped = 0, end = length;
        while (skipped < length && strchr("> \t", at[skipped]))
            depth += at[skipped++] == '>';
        while (end > 0 && strchr(" \t\r", at[end - 1]))
            end--;
        own += strspn(own, "\n");
        size_t own_length = strcspn(own, "\n"), own_start = 0, own_end = own_length, start = 0;
        while (own_start < own_end && strchr(" \t", own[own_start]))
            own_start++;
        while (own_end > own_start && strchr(" \t\r", own[own_end - 1]))
            own_end--;
        while (start < end && strchr(" \t", at[start]))
            start++;
        bool is_own = own_end > own_start && own_end - own_start == end - start &&
                      strncmp(own + own_start, at + start, end - start) == 0;
        if (is_own || own_end == own_start)
            own += own_length;
        if (skipped >= end)
            after_blank = true;
        else if (end - skipped > LINE_BYTES_MAX)
            keep(reader, "(...)");
        else if (depth)
            add_line(reader, at + skipped, end - skipped, SOURCE_QUOTED, depth, after_blank);
        else if (is_own)
            add_own(reader, at + skipped, end - skipped, after_blank);
        else
            add_line(reader, at + skipped, end - skipped, SOURCE_BELOW, 0, after_blank);
        if (skipped < end)
            after_blank = false;
        at += length + (at[length] == '\n');
    }
}

/* ---- The person's lines ---- */

static void add_piece(struct reader *reader, size_t question, const char *text, bool after_blank) {
    struct found *found = &reader->found[question];
    char *copy = arena_copy_string(reader->arena, text);
    string_trim(copy);
    size_t length = strlen(copy);
    /* A mail program's way to write what was bold. */
    if (length > 2 && strchr("*_", *copy) && copy[length - 1] == *copy) {
        copy[length - 1] = '\0';
        copy++;
    }
    if (!*copy)
        return;
    if (found->count == PIECES_MAX) {
        found->too_many = true;
        return;
    }
    found->pieces[found->count++] =
        (struct piece){copy, folded_of(reader, copy, strlen(copy)), after_blank && found->count > 0};
}

static void begin(struct reader *reader, size_t question, enum naming naming) {
    for (size_t i = 0; i < question; i++)
        reader->found[i].more_below = true;
    reader->question = (int)question;
    reader->naming = naming;
    reader->closing = false;
    if (naming == NAMED_BY_US) {
        reader->found[question].again = reader->found[question].named;
        reader->found[question].named = true;
    }
    if (naming != NAMED_BY_US && !reader->found[question].count)
        reader->found[question].numbered = true;
}

static bool is_own_number(const struct reader *reader, int number, bool pointed, const char *rest) {
    if (number < 1 || (size_t)number > reader->form->count)
        return false;
    return pointed || (*rest && reader->bare_list);
}

/* "Country: Sweden", "2. Country - Sweden": the question, and what stands behind its label; -1 for none. */
static int find_label(const struct reader *reader, const char *text, const char **ret_rest) {
    const char *rest = text;
    bool pointed;
    int number = leading_number(text, &rest, &pointed), best = -1;
    const char *start = number > 0 ? rest : text;
    while (*start && strchr(" *_", *start))
        start++;
    auto_text folded = TEXT_EMPTY;
    fold_words(start, strlen(start), &folded);
    size_t longest = 0, length = strlen(start);
    for (size_t i = 0; i < reader->forms->count; i++)
        for (size_t j = 0; j < reader->form->count; j++) {
            const char *label = reader->forms->forms[i]->questions[j].label_folded;
            if (strlen(label) <= longest || !begins(text_string(&folded), label))
                continue;
            /* What stands between the label and what follows must part them. */
            size_t words = fold_count(label), next = fold_skip(start, length, words);
            size_t last = fold_skip(start, length, words - 1);
            auto_string tail = memory_copy_bytes(start + last, next - last);
            bool parted = strpbrk(tail, ":=\t") || strstr(tail, "\u2013") || strstr(tail, "\u2014") ||
                          strstr(tail, " - ") || strstr(tail, "\uFF1A") || strstr(tail, "\u2192") || next == length;
            if (!parted || (number > 0 && number != (int)j + 1))
                continue;
            longest = strlen(label);
            best = (int)j;
            *ret_rest = start + next;
        }
    return best;
}

static bool is_polite(const struct reader *reader, const struct line *line) {
    return reader->words && *line->folded &&
           (phrase_is_polite(reader->words, line->text, strlen(line->text)) ||
            phrase_is_greeting(reader->words, line->text, strlen(line->text)));
}

/* Of the writer's list the number behind which this line stands. */
static bool read_own_number(struct reader *reader, const struct line *line) {
    const char *rest = "";
    bool pointed = false;
    int number = leading_number(line->text, &rest, &pointed);
    bool under_ours = reader->question >= 0 && reader->naming == NAMED_BY_US;
    if ((!reader->numbered && !under_ours) || !is_own_number(reader, number, pointed, rest))
        return false;
    const struct form_question *current = reader->question >= 0 ? &reader->form->questions[reader->question] : NULL;
    bool copies_option =
        current && (size_t)number <= current->option_count &&
        form_value_option(reader->forms, (size_t)reader->question, folded_of(reader, rest, strlen(rest))) == number - 1;
    if (copies_option && under_ours)
        return false;
    if (under_ours && number - 1 == reader->question && *rest && !reader->found[reader->question].count) {
        add_piece(reader, (size_t)reader->question, rest, line->after_blank);
        return true;
    }
    if (under_ours && (!reader->listed || !*rest))
        return false;
    /* Going back: a number inside of an answer ("3. 1." for the first option), not a list. */
    if (copies_option && number <= reader->last_number)
        return false;
    begin(reader, (size_t)number - 1, NAMED_BY_NUMBER);
    reader->last_number = number;
    if (*rest)
        add_piece(reader, (size_t)number - 1, rest, line->after_blank);
    return true;
}

static void read_own(struct reader *reader, const struct line *line) {
    const char *rest = "";
    int label = reader->plain ? -1 : find_label(reader, line->text, &rest);
    bool under_ours = reader->question >= 0 && reader->naming == NAMED_BY_US;
    /* Under a question of ours an option may be called like another question. */
    if (label >= 0 && (*rest || !under_ours)) {
        begin(reader, (size_t)label, NAMED_BY_LABEL);
        add_piece(reader, (size_t)label, rest, line->after_blank);
        return;
    }
    if (!reader->plain && read_own_number(reader, line))
        return;
    if (is_polite(reader, line) &&
        (reader->question < 0 || reader->found[reader->question].count || line->after_blank)) {
        reader->closing = !phrase_is_greeting(reader->words, line->text, strlen(line->text));
        reader->question = -1;
        return;
    }
    if (reader->closing && fold_count(line->folded) <= NAME_BELOW_WORDS_MAX && reader->question < 0 && reader->listed)
        return;
    struct found *found = reader->question >= 0 ? &reader->found[reader->question] : NULL;
    bool goes_on = found && (reader->naming == NAMED_BY_US || !found->count || !line->after_blank);
    if (goes_on)
        add_piece(reader, (size_t)reader->question, line->text, line->after_blank);
    else
        reader->loose[reader->loose_count++] = (struct piece){line->text, line->folded, reader->closing};
}

/* ---- One line after another ---- */

/* Whether NEXT goes on with UNIT, with which LINE begins. */
static bool is_continued(const struct unit *unit, const struct line *line, const struct line *next) {
    if (!unit || !next || next->after_blank)
        return false;
    const char *left = unit->folded + strlen(line->folded) + 1;
    /* Among the person's lines a single word may be an answer. */
    bool enough = line->source != SOURCE_OWN || fold_count(next->folded) >= PREFIX_WORDS_MIN;
    return (enough && begins(left, next->folded)) || begins(next->folded, left);
}

/* A line that is an option: ours, or after ours the person's. */
static void see_option(struct reader *reader, const struct unit *unit, const struct line *line) {
    struct found *found = &reader->found[unit->question];
    if (!found->seen[unit->option]) {
        found->seen[unit->option] = true;
        found->seen_count++;
    } else if (!found->again) {
        add_piece(reader, unit->question, line->text, line->after_blank);
    }
}

/* True where the line is one of ours. */
static bool read_ours(struct reader *reader, const struct line *line, const struct line *next) {
    const struct unit *unit = find_whole(reader, line->folded);
    size_t skipped;
    if (unit && unit->role == FORM_LINE_OPTION && line->source == SOURCE_OWN && reader->translated)
        return false;
    if (!unit && is_continued(find_broken(reader, line->folded), line, next))
        return false;
    /* An option's words without its number, below another question, are an answer to that. */
    bool elsewhere = unit && unit->role == FORM_LINE_OPTION && (int)unit->question != reader->question &&
                     (line->source == SOURCE_OWN || !string_equal(unit->folded, line->folded));
    if (!unit || (elsewhere && reader->question >= 0) || (elsewhere && line->source == SOURCE_OWN)) {
        unit = find_begun(reader, line->folded);
        if (!unit)
            return false;
        if (unit->role == FORM_LINE_QUESTION)
            begin(reader, unit->question, NAMED_BY_US);
        skipped = fold_skip(line->text, strlen(line->text), fold_count(unit->folded));
        bool whole = unit->role == FORM_LINE_OPTION; /* "(7) somewhere else: a ship" */
        add_piece(reader, unit->question, line->text + (whole ? 0 : skipped), false);
        return true;
    }
    reader->broken = NULL;
    bool alone = fold_count(unit->folded) < PREFIX_WORDS_MIN && unit->role == UNIT_OTHER;
    if (alone && line->source == SOURCE_OWN)
        return false;
    reader->below = line->source == SOURCE_BELOW;
    if (unit->role == FORM_LINE_QUESTION || unit->role == FORM_LINE_ANSWER) {
        begin(reader, unit->question, NAMED_BY_US);
    } else if (unit->role == FORM_LINE_OPTION) {
        if ((int)unit->question == reader->question)
            see_option(reader, unit, line);
    } else if (unit->role == FORM_LINE_PART || unit->role == FORM_LINE_END || unit->role == UNIT_OTHER) {
        for (int i = 0; i <= reader->question; i++)
            reader->found[i].more_below = true;
        reader->question = -1;
    }
    return true;
}

/* The beginning of a line of ours, or what a mail program put on the next line. */
static bool read_broken(struct reader *reader, const struct line *line, const struct line *next) {
    if (reader->broken && !line->after_blank) {
        const struct unit *unit = reader->broken;
        const char *left = unit->folded + reader->broken_at;
        if (begins(left, line->folded)) {
            reader->broken_at += strlen(line->folded) + 1;
            if (reader->broken_at > strlen(unit->folded))
                reader->broken = NULL;
            return true;
        }
        if (begins(line->folded, left)) {
            size_t skipped = fold_skip(line->text, strlen(line->text), fold_count(left));
            if (reader->question >= 0)
                add_piece(reader, (size_t)reader->question, line->text + skipped, false);
            reader->broken = NULL;
            return true;
        }
    }
    reader->broken = NULL;
    const struct unit *unit = find_broken(reader, line->folded);
    if (!unit)
        return false;
    if (!is_continued(unit, line, next) &&
        (line->source == SOURCE_OWN || unit->role == FORM_LINE_OPTION || unit->role == FORM_LINE_OPTIONS))
        return false;
    if (unit->role == FORM_LINE_QUESTION || unit->role == FORM_LINE_ANSWER)
        begin(reader, unit->question, NAMED_BY_US);
    else if (unit->role == FORM_LINE_OPTION && (int)unit->question == reader->question)
        see_option(reader, unit, line);
    reader->below = line->source == SOURCE_BELOW;
    reader->broken = unit;
    reader->broken_at = strlen(line->folded) + 1;
    return true;
}

static bool asks(const char *text) {
    return strchr(text, '?') || strstr(text, "\uFF1F") || strstr(text, "\u061F");
}

/* The question that a line asks in words that we don't know; -1 where it asks none. */
static int asked_by_number(const struct reader *reader, const struct line *line) {
    const char *rest = "";
    bool pointed = false;
    int number = leading_number(line->text, &rest, &pointed);
    if (number < 1 || (size_t)number > reader->form->count || !pointed || !*rest || *line->text == '(' ||
        find_label(reader, line->text, &rest) >= 0)
        return -1;
    /* Only what is marked as quoted is surely ours; else it must ask as our own line does. */
    bool ours = line->source == SOURCE_QUOTED || asks(rest) || !asks(reader->form->questions[number - 1].text);
    return ours ? number - 1 : -1;
}

/* In a form that the mail program translated, numbers are all that is left of our lines. False where the line is the
 * person's, to be read as any other. */
static bool read_translated(struct reader *reader, const struct line *line) {
    const char *rest = "";
    bool pointed = false, ended = asks(line->text) || string_ends_with(line->text, ")");
    int question = asked_by_number(reader, line);
    bool under = reader->question >= 0 && reader->naming == NAMED_BY_US;
    if (question >= 0) {
        begin(reader, (size_t)question, NAMED_BY_US);
        reader->below = line->source != SOURCE_QUOTED;
        reader->unended = !ended;
        return true;
    }
    if (line->source == SOURCE_OWN && !(under && reader->below))
        return false;
    bool option = leading_number(line->text, &rest, &pointed) > 0 && *line->text == '(' && *rest;
    if (line->source != SOURCE_QUOTED && under && !option && !line->after_blank && !reader->unended)
        add_piece(reader, (size_t)reader->question, line->text, false);
    else if (line->after_blank) /* a heading, or the mail's end */
        reader->question = -1;
    reader->unended = reader->unended && !ended;
    return !(line->source == SOURCE_OWN && line->after_blank);
}

/* An option of the current question with the person's mark at it. */
static bool read_marked(struct reader *reader, const struct line *line) {
    struct line bare = *line;
    char *text = arena_copy_string(reader->arena, line->text);
    if (reader->question < 0 || !take_mark(text))
        return false;
    bare.text = text;
    bare.folded = folded_of(reader, text, strlen(text));
    const struct unit *unit = find_whole(reader, bare.folded);
    size_t question = (size_t)reader->question;
    int option = unit && unit->role == FORM_LINE_OPTION && unit->question == question
                     ? (int)unit->option
                     : form_value_option(reader->forms, question, bare.folded); /* "(x) school library" */
    if (option < 0)
        return false;
    struct found *found = &reader->found[question];
    found->marked_count += !found->marked[option];
    found->marked[option] = true;
    return true;
}

static void read_line(struct reader *reader, const struct line *line, const struct line *next) {
    const char *rest = "";
    if (line->deep || read_marked(reader, line) || read_ours(reader, line, next) || read_broken(reader, line, next))
        return;
    if (reader->translated && read_translated(reader, line))
        return;
    if (line->source == SOURCE_OWN) {
        read_own(reader, line);
        return;
    }
    if (reader->translated)
        return;
    /* Our question overwritten: but once it was answered, it may be what an earlier mail said. */
    int label = find_label(reader, line->text, &rest);
    if (label >= 0 && *rest && (line->source == SOURCE_QUOTED || reader->below)) {
        bool answered = reader->reply->answers && reader->reply->answers[label].finding.state != FORM_EMPTY;
        begin(reader, (size_t)label, NAMED_BY_US);
        if (!answered)
            add_piece(reader, (size_t)label, rest, false);
        else
            keep(reader, line->text);
        return;
    }
    bool between = next && next->source == SOURCE_QUOTED; /* what stands between quoted lines is no signature */
    if (reader->question >= 0 && reader->naming == NAMED_BY_US &&
        (line->source == SOURCE_QUOTED || reader->below || between))
        add_piece(reader, (size_t)reader->question, line->text, line->after_blank);
}

/* ---- Before: what kind of reply is it? ---- */

static bool is_asked(const struct reader *reader, size_t question, bool without_zones) {
    return (!reader->reply->asked || reader->reply->asked[question]) &&
           !(without_zones && reader->form->questions[question].kind == FORM_ZONE);
}

static void look_over(struct reader *reader) {
    int last = 0, run = 0, previous = 0;
    size_t by_words = 0, by_number = 0, rising = 0, own = 0, named = 0, numbered = 0, bracketed = 0, higher_each = 0,
           inside = 0;
    const struct unit *above = NULL;
    bool below_quoted = false, above_quoted = false;
    for (size_t i = 0; i < reader->line_count; i++) {
        const struct line *line = &reader->lines[i];
        const char *rest = "";
        bool pointed = false;
        int number = leading_number(line->text, &rest, &pointed);
        bool possible = number > 0 && (size_t)number <= reader->form->count && *rest;
        const struct unit *unit = find_whole(reader, line->folded);
        /* One of our options among the person's lines is ours only where it stands in our order. */
        if (unit && unit->role == FORM_LINE_OPTION && line->source == SOURCE_OWN &&
            !(above && above->question == unit->question &&
              (above->role == FORM_LINE_OPTION ? above->option + 1 == unit->option : unit->option == 0)))
            unit = NULL;
        if (!unit && line->source != SOURCE_OWN)
            unit = find_broken(reader, line->folded);
        unit = unit ? unit : find_begun(reader, line->folded);
        bool ours = unit && unit->role == FORM_LINE_QUESTION;
        if (line->deep)
            continue;
        by_words += ours;
        bool higher = !unit && asked_by_number(reader, line) + 1 > previous;
        by_number += higher;
        previous = higher ? number : previous;
        if (line->source == SOURCE_OWN && !unit && !higher && !is_polite(reader, line)) {
            own++;
            inside += (below_quoted && (above_quoted || !line->after_blank)) ||
                      (above && above->role != FORM_LINE_END && above->role != UNIT_OTHER);
            numbered += possible;
            bracketed += possible && *line->text == '(';
            named += (possible && pointed) || find_label(reader, line->text, &rest) >= 0;
        }
        above = unit;
        above_quoted = line->source != SOURCE_OWN;
        below_quoted = above_quoted || higher;
        if (line->source == SOURCE_OWN && possible && !unit && !higher) {
            rising += pointed && number > last;
            run = number == last + 1 ? run + 1 : 1;
            higher_each += number > last;
            reader->bare_list = reader->bare_list || run >= LIST_RUN_MIN;
            last = number;
        }
    }
    reader->translated = by_number > 2 * by_words;
    if (reader->translated) { /* our options */
        named -= bracketed;
        own -= bracketed;
    }
    /* One may stand below our last line: the list itself. */
    bool inline_answers = inside >= INSIDE_MIN;
    reader->bare_list = reader->bare_list || (higher_each == own && own > LIST_RUN_MIN);
    reader->bare_list = reader->bare_list && !inline_answers && 2 * numbered >= own;
    reader->listed = (rising >= 2 && !inline_answers && LISTED_SHARE * named >= own) || reader->bare_list;
    reader->numbered = LISTED_SHARE * named >= own || reader->bare_list;
    for (int zones = 0; zones <= 1; zones++) {
        size_t asked = 0;
        for (size_t i = 0; i < reader->form->count; i++)
            asked += is_asked(reader, i, zones == 1);
        /* One more: a name at the end. */
        reader->plain = reader->plain || ((own == asked || own == asked + 1) && 2 * named < own && !reader->bare_list &&
                                          !inline_answers);
    }
}

/* ---- After: each question's answer ---- */

static const char *join(struct reader *reader, const struct piece *pieces, size_t count) {
    auto_text joined = TEXT_EMPTY;
    for (size_t i = 0; i < count; i++)
        text_append_format(&joined, "%s%s", i ? "\n" : "", pieces[i].text);
    return arena_copy_string(reader->arena, text_string(&joined));
}

static bool same(const struct form_finding *a, const struct form_finding *b) {
    return a->state == FORM_CLEAR && b->state == FORM_CLEAR && string_equal(a->value, b->value);
}

/* Where a mail program translated the form and marked nothing as quoted, the question itself stands before the answer,
 * and perhaps its options. */
static void drop_translated(struct found *found) {
    size_t from = 0;
    if (!found->numbered || found->count < 2 || !strchr(found->pieces[0].text, '?'))
        return;
    for (from = 1; from < found->count && *found->pieces[from].text == '('; from++)
        ;
    found->count -= from;
    memmove(found->pieces, found->pieces + from, found->count * sizeof *found->pieces);
}

static void read_pieces(struct reader *reader, size_t question, const struct form_context *context,
                        struct form_finding *ret) {
    struct found *found = &reader->found[question];
    enum form_kind kind = reader->form->questions[question].kind;
    size_t first = 1;
    struct form_finding more;
    drop_translated(found);
    while (first < found->count && !found->pieces[first].after_blank)
        first++;
    if (kind == FORM_TEXT && !found->numbered)
        first = found->count;
    form_value_read(reader->forms, question, join(reader, found->pieces, first), context, reader->arena, ret);
    if (kind == FORM_TEXT && found->numbered && ret->state == FORM_CLEAR && strchr(ret->value, '?'))
        *ret = (struct form_finding){.state = FORM_UNCLEAR, .doubt = FORM_NOT_UNDERSTOOD};
    if (first < found->count) {
        const char *extra = join(reader, found->pieces + first, found->count - first);
        form_value_read(reader->forms, question, extra, context, reader->arena, &more);
        bool several = kind == FORM_SEVERAL || kind == FORM_LANGUAGES;
        if (kind == FORM_TEXT || more.state != FORM_CLEAR)
            keep(reader, extra);
        else if (ret->state == FORM_CLEAR && several)
            form_value_read(reader->forms, question, join(reader, found->pieces, found->count), context, reader->arena,
                            ret);
        else if (ret->state == FORM_CLEAR && !same(ret, &more))
            *ret = (struct form_finding){.state = FORM_UNCLEAR, .doubt = FORM_TWO_ANSWERS};
        else if (ret->state != FORM_CLEAR)
            *ret = more;
    }
    if (found->too_many)
        *ret = (struct form_finding){.state = FORM_UNCLEAR, .doubt = FORM_TOO_LONG};
}

/* Options that the person marked, or left when they deleted the others. */
static void read_marks(struct reader *reader, size_t question, const struct form_context *context,
                       struct form_finding *ret) {
    struct found *found = &reader->found[question];
    const struct form_question *asked = &reader->form->questions[question];
    bool left = !found->marked_count && found->seen_count > 0 && found->seen_count < asked->option_count &&
                (asked->kind == FORM_SEVERAL || found->seen_count == 1) && found->more_below && !reader->translated;
    const bool *chosen = left ? found->seen : found->marked;
    auto_text numbers = TEXT_EMPTY;
    for (size_t i = 0; i < asked->option_count; i++)
        if (chosen[i])
            text_append_format(&numbers, "%zu ", i + 1);
    if (numbers.length)
        form_value_read(reader->forms, question, text_string(&numbers), context, reader->arena, ret);
}

/* "Did you mean Sweden?" - "Yes." */
static bool confirms(struct reader *reader, size_t question, struct form_finding *ret) {
    const struct form_answer *before = reader->reply->answers ? &reader->reply->answers[question] : NULL;
    const struct found *found = &reader->found[question];
    enum form_kind kind = reader->form->questions[question].kind;
    if (!before || before->finding.state != FORM_UNCLEAR || before->finding.near_count != 1 || found->count != 1 ||
        kind == FORM_YES_NO || kind == FORM_AGREEMENT ||
        !form_value_says(reader->forms, FORM_YES, found->pieces[0].folded))
        return false;
    *ret = (struct form_finding){.state = FORM_CLEAR, .value = before->finding.near[0]};
    return true;
}

static void read_question(struct reader *reader, size_t question, const struct form_context *context,
                          struct form_finding *ret) {
    struct form_finding marked = {0};
    *ret = (struct form_finding){0};
    if (reader->found[question].count && !confirms(reader, question, ret))
        read_pieces(reader, question, context, ret);
    read_marks(reader, question, context, &marked);
    if (ret->state == FORM_EMPTY)
        *ret = marked;
    else if (marked.state == FORM_CLEAR && reader->found[question].marked_count && !same(ret, &marked))
        *ret = (struct form_finding){.state = FORM_UNCLEAR, .doubt = FORM_TWO_ANSWERS};
}

static const char *known_country(const struct reader *reader, const struct form_finding *findings) {
    for (size_t i = 0; i < reader->form->count; i++)
        if (reader->form->questions[i].kind == FORM_COUNTRY) {
            const struct form_answer *before = reader->reply->answers ? &reader->reply->answers[i] : NULL;
            return findings[i].state == FORM_CLEAR                 ? findings[i].value
                   : before && before->finding.state == FORM_CLEAR ? before->finding.value
                                                                   : NULL;
        }
    return NULL;
}

static void read_all(struct reader *reader, struct form_finding *findings) {
    struct form_context context = {NULL, reader->reply->now};
    for (int zones = 0; zones <= 1; zones++) {
        for (size_t i = 0; i < reader->form->count; i++)
            if ((reader->form->questions[i].kind == FORM_ZONE) == (zones == 1))
                read_question(reader, i, &context, &findings[i]);
        context.country = known_country(reader, findings);
    }
}

/* ---- Answers and nothing else, in the order of the questions ---- */

/* One line for each question that was asked, and nearly every one an answer to its own: else it would be guessed. */
static bool read_in_order(struct reader *reader, bool without_zones, struct form_finding *findings) {
    size_t asked = 0, next = 0, typed = 0, unclear = 0;
    struct form_context context = {NULL, reader->reply->now};
    for (size_t i = 0; i < reader->form->count; i++)
        asked += is_asked(reader, i, without_zones);
    size_t count = reader->loose_count;
    if (count == asked + 1 && reader->loose[count - 1].after_blank) /* a name below "Thanks," */
        count--;
    if (count == 0 || count != asked)
        return false;
    struct form_finding *tried = arena_take_array(reader->arena, reader->form->count, sizeof *tried);
    for (size_t i = 0; i < reader->form->count; i++) {
        if (!is_asked(reader, i, without_zones))
            continue;
        const struct piece *piece = &reader->loose[next++];
        struct found *found = &reader->found[i];
        found->pieces[0] = *piece;
        found->count = 1;
        if (!confirms(reader, i, &tried[i]))
            form_value_read(reader->forms, i, piece->text, &context, reader->arena, &tried[i]);
        found->count = 0;
        bool free = reader->form->questions[i].kind == FORM_TEXT;
        typed += !free && tried[i].state == FORM_CLEAR;
        unclear += !free && tried[i].state == FORM_UNCLEAR;
        if (reader->form->questions[i].kind == FORM_COUNTRY && tried[i].state == FORM_CLEAR)
            context.country = tried[i].value;
    }
    if (asked > 1 && (!typed || unclear > asked / UNCLEAR_SHARE))
        return false;
    memcpy(findings, tried, reader->form->count * sizeof *findings);
    return true;
}

static bool found_anything(const struct reader *reader, const struct form_finding *findings) {
    for (size_t i = 0; i < reader->form->count; i++)
        if (findings[i].state != FORM_EMPTY || reader->found[i].count)
            return true;
    return false;
}

/* "Yes to all", wherever it stands. */
static void agree_to_all(struct reader *reader, struct form_finding *findings) {
    bool all = false;
    size_t kept = 0;
    for (size_t i = 0; i < reader->loose_count; i++)
        if (form_value_says(reader->forms, FORM_ALL, reader->loose[i].folded))
            all = true;
        else
            reader->loose[kept++] = reader->loose[i];
    reader->loose_count = kept;
    for (size_t i = 0; i < reader->form->count; i++)
        for (size_t j = 0; j < reader->found[i].count; j++)
            all = all || (reader->form->questions[i].kind == FORM_AGREEMENT &&
                          form_value_says(reader->forms, FORM_ALL, reader->found[i].pieces[j].folded));
    for (size_t i = 0; i < reader->form->count; i++)
        if (all && reader->form->questions[i].kind == FORM_AGREEMENT && findings[i].state == FORM_EMPTY)
            findings[i] = (struct form_finding){.state = FORM_CLEAR, .value = "yes"};
}

void questionnaire_read(const struct form_set *forms, const struct questionnaire_reply *reply,
                        const struct words *words, struct arena *arena, struct questionnaire_reading *ret) {
    struct reader reader = {
        .forms = forms, .form = forms->forms[0], .reply = reply, .words = words, .arena = arena, .question = -1};
    size_t count = reader.form->count;
    struct form_finding *findings = arena_take_array(arena, count, sizeof *findings);
    reader.found = arena_take_array(arena, count, sizeof *reader.found);
    reader.loose = arena_take_array(arena, LINES_MAX, sizeof *reader.loose);
    collect_units(&reader);
    split(&reader);
    look_over(&reader);
    for (size_t i = 0; i < reader.line_count; i++)
        read_line(&reader, &reader.lines[i], i + 1 < reader.line_count ? &reader.lines[i + 1] : NULL);
    read_all(&reader, findings);
    agree_to_all(&reader, findings);
    bool in_order = !found_anything(&reader, findings) &&
                    (read_in_order(&reader, false, findings) || read_in_order(&reader, true, findings));
    for (size_t i = 0; i < reader.loose_count && !in_order; i++)
        if (!reader.loose[i].after_blank || fold_count(reader.loose[i].folded) > NAME_BELOW_WORDS_MAX)
            keep(&reader, reader.loose[i].text);
    *ret = (struct questionnaire_reading){findings, count, arena_copy_string(arena, text_string(&reader.rest))};
    text_free(&reader.rest);
}
