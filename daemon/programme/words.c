#include "programme/words.h"

#include <stdlib.h>
#include <string.h>

#include "base/lines.h"
#include "base/suggest.h"
#include "base/text.h"
#include "programme/decide_coordinator.h"
#include "programme/question.h"
#include "programme/verb.h"

enum { SHOWN_MAX = 60, PHRASES_MAX = 500 };

enum { NAMES_MAX = 4 * QUESTION_ANSWERS_MAX + VERB_COUNT + CASE_VERB_COUNT + 4 };

struct name {
    const char *name;
    enum phrase_use use;
    int meaning;
};

/* What several questions share stands there once. */
static void add_name(struct name *names, size_t *count, struct name name) {
    for (size_t i = 0; i < *count; i++)
        if (string_equal(names[i].name, name.name))
            return;
    names[(*count)++] = name;
}

/* All that there are, into RET; how many. */
static size_t list_names(struct name ret[NAMES_MAX]) {
    static const struct name others[] = {
        {"REPORT?", PHRASE_PERHAPS, VERB_REPORT},
        {"JOIN", PHRASE_JOIN, 1},
        {"Days", PHRASE_DAYS, 1},
        {"Weeks", PHRASE_DAYS, 7},
        {"Months", PHRASE_DAYS, 30},
        {"Polite", PHRASE_POLITE, 1},
        {"Greeting", PHRASE_GREETING, 1},
    };
    size_t count = 0;
    for (const struct question *question = question_table; question->name; question++)
        for (int i = 1; i <= QUESTION_ANSWERS_MAX && question->answers[i].in_words; i++)
            add_name(ret, &count, (struct name){question->answers[i].in_words, question->phrases, i});
    for (size_t i = VERB_NONE + 1; i < VERB_COUNT; i++)
        ret[count++] = (struct name){verb_rules[i].word, PHRASE_VERB, (int)verb_rules[i].verb};
    for (size_t i = CASE_VERB_NONE + 1; i < CASE_VERB_COUNT; i++)
        ret[count++] = (struct name){case_verb_rules[i].word, PHRASE_CASE, (int)case_verb_rules[i].verb};
    for (size_t i = 0; i < COUNT_OF(others); i++)
        ret[count++] = others[i];
    return count;
}

/* Where a phrase stands, for telling about the second one. */
struct place {
    const char *folded;
    const struct name *name;
    int line;
};

struct reading {
    const char *file;
    struct arena *arena;
    struct error_list *problems;
    struct name names[NAMES_MAX];
    size_t name_count;
    const struct name *name; /* of the line that is read; NULL after one with an unknown name */
    int lines[NAMES_MAX];
    struct list {
        struct place *items;
        size_t count, capacity;
    } lists[PHRASE_USES];
};

static bool says(enum phrase_use use) {
    return use == PHRASE_ANSWER || use == PHRASE_SURE || use == PHRASE_COMES || use == PHRASE_NEXT ||
           use == PHRASE_VERB || use == PHRASE_CASE;
}

/* Politeness beside an answer says nothing: so it can't be one. An answer may be another's, or a verb as well ("help"),
 * and a coordinator's word a participant's. */
static bool collide(enum phrase_use a, enum phrase_use b) {
    return a == b || (a != PHRASE_DAYS && b != PHRASE_DAYS && (!says(a) || !says(b)));
}

static const struct place *find_place(const struct reading *reading, enum phrase_use use, const char *folded) {
    for (size_t i = 0; i < PHRASE_USES; i++)
        for (size_t j = 0; j < reading->lists[i].count; j++)
            if (collide((enum phrase_use)i, use) && string_equal(reading->lists[i].items[j].folded, folded))
                return &reading->lists[i].items[j];
    return NULL;
}

/* What somebody typed, for a message. */
static void show(const char *typed, struct text *ret) {
    text_append_printable(ret, typed);
    text_truncate(ret, utf8_cut(text_string(ret), ret->length, SHOWN_MAX));
}

static void read_phrase(struct reading *reading, const char *phrase, int line) {
    auto_text folded = TEXT_EMPTY, shown = TEXT_EMPTY;
    show(phrase, &shown);
    phrase_fold(phrase, strlen(phrase), &folded);
    if (!*phrase) {
        error_list_add(reading->problems, reading->file, line, "two commas without a word between them");
        return;
    }
    if (folded.length == 0 || strchr(phrase, '?')) {
        error_list_add(reading->problems, reading->file, line, "\"%s\" would never be found: %s", text_string(&shown),
                       strchr(phrase, '?')                ? "what asks is no answer"
                       : strlen(phrase) > PHRASE_LINE_MAX ? "it is too long"
                                                          : "it holds no letter");
        return;
    }
    const struct place *other = find_place(reading, reading->name->use, text_string(&folded));
    if (other) {
        error_list_add(reading->problems, reading->file, line, "\"%s\" stands under %s already, in line %d%s",
                       text_string(&shown), other->name->name, other->line,
                       other->name == reading->name ? "" : "; it can't mean both");
        return;
    }
    struct list *list = &reading->lists[reading->name->use];
    if (list->count == PHRASES_MAX) {
        error_list_add(reading->problems, reading->file, line, "more than %d words and phrases; the first ones will do",
                       PHRASES_MAX);
        return;
    }
    list->items = memory_grow(list->items, &list->capacity, list->count + 1, sizeof *list->items);
    list->items[list->count++] =
        (struct place){arena_copy_string(reading->arena, text_string(&folded)), reading->name, line};
}

/* Behind a comma at the end of a line stands nothing: the next line goes on. */
static void read_phrases(struct reading *reading, const char *text, int line) {
    for (const char *at = text; reading->name && *at;) {
        size_t length = strcspn(at, ",");
        char *phrase = arena_copy_bytes(reading->arena, at, length);
        string_trim(phrase);
        read_phrase(reading, phrase, line);
        at += length + (at[length] == ',');
    }
}

static void read_name(struct reading *reading, const struct line *line) {
    const char *colon = strchr(line->text, ':');
    reading->name = NULL;
    if (!colon) {
        error_list_add(reading->problems, reading->file, line->number,
                       "expected 'Name: word, word', such as 'STOP: stop, no more mails'; a line that goes on begins "
                       "with a blank");
        return;
    }
    char *name = arena_copy_bytes(reading->arena, line->text, (size_t)(colon - line->text));
    string_trim(name);
    for (size_t i = 0; i < reading->name_count; i++)
        if (string_equal_ignore_case(reading->names[i].name, name)) {
            if (reading->lines[i])
                error_list_add(reading->problems, reading->file, line->number,
                               "a second '%s:'; the first is in line %d", reading->names[i].name, reading->lines[i]);
            else if (!colon[1])
                error_list_add(reading->problems, reading->file, line->number,
                               "'%s:' is empty; leave the line out where there are no words", reading->names[i].name);
            reading->lines[i] = line->number;
            reading->name = &reading->names[i];
            return;
        }
    const char *nearest = suggest_nearest_in(name, reading->names, reading->name_count, sizeof reading->names[0]);
    auto_text shown = TEXT_EMPTY, known = TEXT_EMPTY;
    show(name, &shown);
    for (size_t i = 0; i < reading->name_count; i++)
        text_append_format(&known, "%s%s",
                           i == 0                         ? "known are "
                           : i + 1 == reading->name_count ? " and "
                                                          : ", ",
                           reading->names[i].name);
    error_list_add(reading->problems, reading->file, line->number, "unknown name '%s'; %s%s%s", text_string(&shown),
                   nearest ? "did you mean '" : text_string(&known), nearest ? nearest : "", nearest ? "'?" : "");
}

static struct phrase_list take_list(struct list *list, struct arena *arena) {
    struct phrase *phrases = arena_take_array(arena, list->count, sizeof *phrases);
    for (size_t i = 0; i < list->count; i++)
        phrases[i] = (struct phrase){list->items[i].folded, list->items[i].name->meaning};
    free(list->items);
    return (struct phrase_list){phrases, list->count};
}

const struct phrase_book *words_read(const char *bytes, size_t length, const char *file, struct arena *arena,
                                     struct error_list *problems) {
    size_t count = 0, before = problems->count;
    struct reading reading = {.file = file, .arena = arena, .problems = problems};
    reading.name_count = list_names(reading.names);
    const struct line *lines = lines_read(bytes, length, file, arena, &count, problems);
    for (size_t i = 0; lines && i < count; i++) {
        const char *text = lines[i].text;
        if (!lines[i].indented) {
            read_name(&reading, &lines[i]);
            text = strchr(text, ':') ? strchr(text, ':') + 1 : "";
        } else if (i == 0 || !string_ends_with(lines[i - 1].text, ",")) {
            error_list_add(problems, file, lines[i].number,
                           "a line that begins with a blank goes on with the one above, which must end with a comma");
        }
        read_phrases(&reading, text, lines[i].number);
    }
    struct phrase_book *book = arena_take(arena, sizeof *book);
    for (size_t i = 0; i < PHRASE_USES; i++)
        book->lists[i] = take_list(&reading.lists[i], arena);
    return lines && problems->count == before ? book : NULL;
}

static bool has(const struct phrase_book *book, const struct name *name) {
    const struct phrase_list *list = &book->lists[name->use];
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].meaning == name->meaning)
            return true;
    return false;
}

const char *words_lacking(const struct phrase_book *book, size_t n) {
    struct name names[NAMES_MAX];
    size_t count = list_names(names);
    for (size_t i = 0; i < count; i++)
        if (!has(book, &names[i]) && n-- == 0)
            return names[i].name;
    return NULL;
}
