/* What is said in a reply to a form (questionnaire.h), and of which question. */
#include <stdint.h>
#include <string.h>

#include "base/fold.h"
#include "programme/questionnaire_reply.h"

enum {
    LISTED_SHARE = 3, /* of a list, one line in so many at least names its question */
    INSIDE_MIN = 3,   /* answers below lines of ours: then all are there */
    LIST_RUN_MIN = 3, /* "1 Anna", "2 Sweden", "3 ...": so many make a list without points behind its numbers */
};

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
    if (found->count == QUESTIONNAIRE_PIECES_MAX) {
        found->too_many = true;
        return;
    }
    bool parted = after_blank && found->count > 0;
    found->pieces[found->count++] = (struct piece){copy, questionnaire_reply_fold(reader, copy, strlen(copy)), parted};
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
    int number = questionnaire_reply_number(text, &rest, &pointed), best = -1;
    const char *start = number > 0 ? rest : text;
    while (*start && strchr(" *_", *start))
        start++;
    auto_text folded = TEXT_EMPTY;
    fold_words(start, strlen(start), &folded);
    size_t longest = 0, length = strlen(start);
    for (size_t i = 0; i < reader->forms->count; i++)
        for (size_t j = 0; j < reader->form->count; j++) {
            const char *label = reader->forms->forms[i]->questions[j].label_folded;
            if (strlen(label) <= longest || !questionnaire_reply_begins(text_string(&folded), label))
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
    int number = questionnaire_reply_number(line->text, &rest, &pointed);
    bool under_ours = reader->question >= 0 && reader->naming == NAMED_BY_US;
    if ((!reader->numbered && !under_ours) || !is_own_number(reader, number, pointed, rest))
        return false;
    const struct form_question *current = reader->question >= 0 ? &reader->form->questions[reader->question] : NULL;
    bool copies_option = current && (size_t)number <= current->option_count &&
                         form_value_option(reader->forms, (size_t)reader->question,
                                           questionnaire_reply_fold(reader, rest, strlen(rest))) == number - 1;
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
    if (reader->closing && fold_count(line->folded) <= QUESTIONNAIRE_NAME_WORDS_MAX && reader->question < 0 &&
        reader->listed)
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
    bool enough = line->source != SOURCE_OWN || fold_count(next->folded) >= QUESTIONNAIRE_PREFIX_WORDS_MIN;
    return (enough && questionnaire_reply_begins(left, next->folded)) || questionnaire_reply_begins(next->folded, left);
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
    const struct unit *unit = questionnaire_reply_whole(reader, line->folded);
    size_t skipped;
    if (unit && unit->role == FORM_LINE_OPTION && line->source == SOURCE_OWN && reader->translated)
        return false;
    if (!unit && is_continued(questionnaire_reply_broken(reader, line->folded), line, next))
        return false;
    /* An option's words without its number, below another question, are an answer to that. */
    bool elsewhere = unit && unit->role == FORM_LINE_OPTION && (int)unit->question != reader->question &&
                     (line->source == SOURCE_OWN || !string_equal(unit->folded, line->folded));
    if (!unit || (elsewhere && reader->question >= 0) || (elsewhere && line->source == SOURCE_OWN)) {
        unit = questionnaire_reply_begun(reader, line->folded);
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
    bool alone = fold_count(unit->folded) < QUESTIONNAIRE_PREFIX_WORDS_MIN && unit->role == UNIT_OTHER;
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
        if (questionnaire_reply_begins(left, line->folded)) {
            reader->broken_at += strlen(line->folded) + 1;
            if (reader->broken_at > strlen(unit->folded))
                reader->broken = NULL;
            return true;
        }
        if (questionnaire_reply_begins(line->folded, left)) {
            size_t skipped = fold_skip(line->text, strlen(line->text), fold_count(left));
            if (reader->question >= 0)
                add_piece(reader, (size_t)reader->question, line->text + skipped, false);
            reader->broken = NULL;
            return true;
        }
    }
    reader->broken = NULL;
    const struct unit *unit = questionnaire_reply_broken(reader, line->folded);
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
    int number = questionnaire_reply_number(line->text, &rest, &pointed);
    if (number < 1 || (size_t)number > reader->form->count || !pointed || !*rest || *line->text == '(')
        return -1;
    /* Behind a word that is the same in both languages ("1. Name: ...") there is a question or an answer. */
    if (find_label(reader, line->text, &rest) >= 0 && (line->source != SOURCE_QUOTED || !asks(rest)))
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
    bool option = questionnaire_reply_number(line->text, &rest, &pointed) > 0 && *line->text == '(' && *rest;
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
    if (reader->question < 0 || !questionnaire_reply_take_mark(text))
        return false;
    bare.text = text;
    bare.folded = questionnaire_reply_fold(reader, text, strlen(text));
    const struct unit *unit = questionnaire_reply_whole(reader, bare.folded);
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
            questionnaire_reply_keep(reader, line->text);
        return;
    }
    bool between = next && next->source == SOURCE_QUOTED; /* what stands between quoted lines is no signature */
    if (reader->question >= 0 && reader->naming == NAMED_BY_US &&
        (line->source == SOURCE_QUOTED || reader->below || between))
        add_piece(reader, (size_t)reader->question, line->text, line->after_blank);
}

/* ---- Before: what kind of reply is it? ---- */

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
        int number = questionnaire_reply_number(line->text, &rest, &pointed);
        bool possible = number > 0 && (size_t)number <= reader->form->count && *rest;
        const struct unit *unit = questionnaire_reply_whole(reader, line->folded);
        /* One of our options among the person's lines is ours only where it stands in our order. */
        if (unit && unit->role == FORM_LINE_OPTION && line->source == SOURCE_OWN &&
            !(above && above->question == unit->question &&
              (above->role == FORM_LINE_OPTION ? above->option + 1 == unit->option : unit->option == 0)))
            unit = NULL;
        if (!unit && line->source != SOURCE_OWN)
            unit = questionnaire_reply_broken(reader, line->folded);
        unit = unit ? unit : questionnaire_reply_begun(reader, line->folded);
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
            asked += questionnaire_found_is_asked(reader, i, zones == 1);
        /* One more: a name at the end. */
        reader->plain = reader->plain || ((own == asked || own == asked + 1) && 2 * named < own && !reader->bare_list &&
                                          !inline_answers);
    }
}

void questionnaire_read(const struct form_set *forms, const struct questionnaire_reply *reply,
                        const struct words *words, struct arena *arena, struct questionnaire_reading *ret) {
    struct reader reader = {
        .forms = forms, .form = forms->forms[0], .reply = reply, .words = words, .arena = arena, .question = -1};
    size_t count = reader.form->count;
    struct form_finding *findings = arena_take_array(arena, count, sizeof *findings);
    reader.found = arena_take_array(arena, count, sizeof *reader.found);
    reader.loose = arena_take_array(arena, QUESTIONNAIRE_LINES_MAX, sizeof *reader.loose);
    questionnaire_reply_collect(&reader);
    questionnaire_reply_split(&reader);
    look_over(&reader);
    for (size_t i = 0; i < reader.line_count; i++)
        read_line(&reader, &reader.lines[i], i + 1 < reader.line_count ? &reader.lines[i + 1] : NULL);
    questionnaire_found_read(&reader, findings);
    questionnaire_found_agree(&reader, findings);
    bool in_order = questionnaire_found_in_order(&reader, findings);
    for (size_t i = 0; i < reader.loose_count && !in_order; i++)
        if (!reader.loose[i].after_blank || fold_count(reader.loose[i].folded) > QUESTIONNAIRE_NAME_WORDS_MAX)
            questionnaire_reply_keep(&reader, reader.loose[i].text);
    *ret = (struct questionnaire_reading){findings, count, arena_copy_string(arena, text_string(&reader.rest))};
    text_free(&reader.rest);
}
