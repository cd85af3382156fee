#include "programme/form.h"

#include <string.h>

#include "base/fold.h"
#include "base/lines.h"
#include "base/suggest.h"
#include "base/text.h"

enum { PHRASES_MAX = 300, WORDS_OF_OPTION_MAX = 12, NAME_MAX = 40, SHOWN_MAX = 60 };

static const struct kind {
    const char *name;
    enum form_kind kind;
} kinds[] = {
    {"text", FORM_TEXT},       {"one of", FORM_ONE_OF},       {"several of", FORM_SEVERAL},
    {"rating", FORM_RATING},   {"yes or no", FORM_YES_NO},    {"agreement", FORM_AGREEMENT},
    {"country", FORM_COUNTRY}, {"languages", FORM_LANGUAGES}, {"time zone", FORM_ZONE},
    {"date", FORM_DATE},
};

/* By enum form_role - 1. */
static const struct role {
    const char *name;
    enum form_role role;
    enum form_kind kinds[2]; /* that its question may be of */
    const char *option;      /* that it must have */
} roles[] = {
    {"name", FORM_ROLE_NAME, {FORM_TEXT, FORM_TEXT}, NULL},
    {"avoided", FORM_ROLE_AVOIDED, {FORM_TEXT, FORM_TEXT}, NULL},
    {"trio", FORM_ROLE_TRIO, {FORM_YES_NO, FORM_YES_NO}, NULL},
    {"live", FORM_ROLE_LIVE, {FORM_ONE_OF, FORM_SEVERAL}, "live"},
    {"rhythm", FORM_ROLE_RHYTHM, {FORM_ONE_OF, FORM_ONE_OF}, NULL},
    {"sharing", FORM_ROLE_SHARING, {FORM_SEVERAL, FORM_SEVERAL}, NULL},
};

const char *form_kind_name(enum form_kind kind) {
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (kinds[i].kind == kind)
            return kinds[i].name;
    return "";
}

static bool has_options(enum form_kind kind) {
    return kind == FORM_ONE_OF || kind == FORM_SEVERAL;
}

int form_find(const struct form *form, const char *name) {
    for (size_t i = 0; i < form->count; i++)
        if (string_equal(form->questions[i].name, name))
            return (int)i;
    return -1;
}

int form_find_named(const struct form *form, const char *name, struct arena *arena, const char **ret_problem) {
    int position = form_find(form, name);
    const char *near = position < 0 && form->count
                           ? suggest_nearest_in(name, &form->questions[0].name, form->count, sizeof form->questions[0])
                           : NULL;
    if (position < 0)
        *ret_problem =
            near ? arena_format(arena, "The application form has no question \"%s\"; did you mean \"%s\"?", name, near)
                 : arena_format(arena, "The application form (%s) has no question \"%s\".", form->file, name);
    return position;
}

int form_find_role(const struct form *form, enum form_role role) {
    for (size_t i = 0; i < form->count; i++)
        if (form->questions[i].role == role)
            return (int)i;
    return -1;
}

int form_find_kind(const struct form *form, enum form_kind kind) {
    for (size_t i = 0; i < form->count; i++)
        if (form->questions[i].kind == kind)
            return (int)i;
    return -1;
}

/* What somebody typed, for a message. */
static const char *shown(struct arena *arena, const char *typed) {
    auto_text text = TEXT_EMPTY;
    text_append_printable(&text, typed);
    text_truncate(&text, utf8_cut(text_string(&text), text.length, SHOWN_MAX));
    return arena_copy_string(arena, text_string(&text));
}

static char *part_of(struct arena *arena, const char *start, size_t length) {
    char *copy = arena_copy_bytes(arena, start, length);
    string_trim(copy);
    return copy;
}

/* ---- Words ---- */

static const struct saying {
    const char *name;
    bool filled; /* holds {1} */
} sayings[] = {
    [FORM_SAY_OPTIONAL] = {"Optional", false},
    [FORM_SAY_ONE] = {"One", false},
    [FORM_SAY_SEVERAL] = {"Several", false},
    [FORM_SAY_RATING] = {"Rating", false},
    [FORM_SAY_YES_NO] = {"Yes or no", false},
    [FORM_SAY_AGREEMENT] = {"Agreement", false},
    [FORM_SAY_SO_FAR] = {"So far", true},
    [FORM_SAY_NOTHING] = {"Nothing", false},
    [FORM_SAY_YOUR_WORDS] = {"Your words", false},
    [FORM_SAY_OR] = {"Or", false},
    [FORM_SAY_END] = {"End", false},
    [FORM_SAY_MISSING] = {"Missing", false},
    [FORM_SAY_NOT_UNDERSTOOD] = {"Not understood", false},
    [FORM_SAY_DID_YOU_MEAN] = {"Did you mean", true},
    [FORM_SAY_ONLY_ONE] = {"Only one", false},
    [FORM_SAY_NO_SUCH_NUMBER] = {"No such number", false},
    [FORM_SAY_YES_NEEDED] = {"Yes needed", false},
    [FORM_SAY_WHICH_ZONE] = {"Which zone", true},
    [FORM_SAY_TWO_ANSWERS] = {"Two answers", false},
    [FORM_SAY_TOO_LONG] = {"Too long", false},
};

static const char *const lists[] = {
    [FORM_YES] = "Yes",     [FORM_NO] = "No",           [FORM_ALL] = "All",       [FORM_SKIP] = "Skip",
    [FORM_EVERY] = "Every", [FORM_NUMBERS] = "Numbers", [FORM_AND] = "And",       [FORM_FILLER] = "Filler",
    [FORM_BASIC] = "Basic", [FORM_GOOD] = "Good",       [FORM_FLUENT] = "Fluent",
};

static void read_saying(struct form_words *words, size_t i, const char *value, const char *file, int line,
                        struct arena *arena, struct error_list *problems) {
    const char *place = strstr(value, "{1}");
    if (strlen(value) > FORM_LINE_BYTES_MAX)
        error_list_add(problems, file, line, "this is too long; it has %d bytes at most", FORM_LINE_BYTES_MAX);
    else if (sayings[i].filled != (place != NULL) || (place && strstr(place + 1, "{1}")))
        error_list_add(problems, file, line, "'%s' must hold {1} %s", sayings[i].name,
                       sayings[i].filled ? "once: it is where something is filled in"
                                         : "nowhere: nothing is filled in");
    words->says[i] = arena_copy_string(arena, value);
}

static void read_list(struct form_words *words, size_t list, const char *value, const char *file, int line,
                      struct arena *arena, struct error_list *problems) {
    const char **folded = arena_take_array(arena, PHRASES_MAX, sizeof *folded);
    size_t count = 0;
    for (const char *at = value; *at;) {
        size_t length = strcspn(at, ",");
        auto_text text = TEXT_EMPTY;
        fold_words(at, length, &text);
        if (!text.length)
            error_list_add(problems, file, line, "between two commas of '%s' stands no word", lists[list]);
        else if (count == PHRASES_MAX)
            return (void)error_list_add(problems, file, line, "more than %d phrases", PHRASES_MAX);
        else {
            folded[count++] = arena_copy_string(arena, text_string(&text));
        }
        at += length + (at[length] == ',');
    }
    words->lists[list] = (struct form_phrase_list){part_of(arena, value, strcspn(value, ",")), folded, count};
}

/* Sayings come first, then lists. */
static const char *known_name(size_t i) {
    return i < FORM_SAYINGS ? sayings[i].name : lists[i - FORM_SAYINGS];
}

const struct form_words *form_words_read(const char *bytes, size_t length, const char *file, const char *language,
                                         struct arena *arena, struct error_list *problems) {
    size_t count = 0, before = problems->count;
    int seen[FORM_SAYINGS + (int)FORM_PHRASES] = {0};
    struct form_words *words = arena_take(arena, sizeof *words);
    words->language = arena_copy_string(arena, language);
    const struct line *lines = lines_read(bytes, length, file, arena, &count, problems);
    for (size_t i = 0, next = 0; lines && i < count; i = next) {
        auto_text value = TEXT_EMPTY;
        const char *colon = strchr(lines[i].text, ':');
        for (next = i + 1; next < count && lines[next].indented; next++)
            ;
        if (lines[i].indented || !colon) {
            error_list_add(problems, file, lines[i].number,
                           "expected 'Name: words'; a line that goes on begins with a blank");
            continue;
        }
        text_append(&value, colon + 1 + strspn(colon + 1, " \t"));
        for (size_t j = i + 1; j < next; j++)
            text_append_format(&value, " %s", lines[j].text);
        const char *name = part_of(arena, lines[i].text, (size_t)(colon - lines[i].text));
        size_t found = 0;
        while (found < COUNT_OF(seen) && !string_equal_ignore_case(known_name(found), name))
            found++;
        if (found == COUNT_OF(seen)) {
            const char *near = suggest_nearest_in(name, sayings, COUNT_OF(sayings), sizeof sayings[0]);
            near = near ? near : suggest_nearest(name, lists, FORM_PHRASES);
            error_list_add(problems, file, lines[i].number, "unknown name '%s'%s%s%s", shown(arena, name),
                           near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
        } else if (seen[found]) {
            error_list_add(problems, file, lines[i].number, "a second '%s:'; the first is in line %d",
                           known_name(found), seen[found]);
        } else {
            seen[found] = lines[i].number;
            if (!value.length)
                error_list_add(problems, file, lines[i].number, "'%s:' is empty", known_name(found));
            else if (found < FORM_SAYINGS)
                read_saying(words, found, text_string(&value), file, lines[i].number, arena, problems);
            else
                read_list(words, found - FORM_SAYINGS, text_string(&value), file, lines[i].number, arena, problems);
        }
    }
    for (size_t i = 0; lines && i < COUNT_OF(seen); i++)
        if (!seen[i])
            error_list_add(problems, file, 0, "'%s:' is missing", known_name(i));
    return problems->count == before ? words : NULL;
}

/* ---- Questions ---- */

struct reading {
    const char *file;
    struct arena *arena;
    struct error_list *problems;
    struct form_question *questions, *question; /* the one that is read; NULL where its line was faulty */
    struct form_option *options;
    size_t count;
    const char *part;
};

#define fault(reading, line, ...) error_list_add((reading)->problems, (reading)->file, line, __VA_ARGS__)

static bool is_name(const char *name) {
    size_t length = strlen(name);
    bool good = length > 0 && length <= NAME_MAX && ascii_is_letter(*name);
    for (const char *c = name; *c; c++)
        good = good && (ascii_is_letter_or_digit(*c) || *c == '_' || *c == '-') && !(*c >= 'A' && *c <= 'Z');
    return good;
}

static void end_question(struct reading *reading) {
    const struct form_question *question = reading->question;
    if (!question)
        return;
    if (!question->text)
        fault(reading, question->line,
              "the question '%s' has no text; write it in the next line, indented: 'Label: The "
              "question?'",
              question->name);
    if (has_options(question->kind) && question->option_count < 2)
        fault(reading, question->line, "'%s' needs two options at least, lines such as '    - key: words'",
              question->name);
    if (!has_options(question->kind) && question->option_count)
        fault(reading, question->options[0].line, "a question of the kind '%s' has no options",
              form_kind_name(question->kind));
    reading->question = NULL;
}

/* What stands behind the kind. */
static bool read_addition(struct reading *reading, const char *text, int line, struct form_question *question) {
    if (string_equal_ignore_case(text, "required"))
        return question->required = true;
    if (string_starts_with_ignore_case(text, "shared under ")) {
        const char *key = text + strlen("shared under ");
        question->shared_under = part_of(reading->arena, key, strlen(key));
        return true;
    }
    for (size_t i = 0; i < COUNT_OF(roles); i++)
        if (string_starts_with_ignore_case(text, "as ") && string_equal_ignore_case(text + 3, roles[i].name)) {
            question->role = roles[i].role;
            return true;
        }
    return fault(
        reading, line,
        "behind the kind may stand ', required', ', shared under KEY' and ', as ' with name, avoided, trio, live, "
        "rhythm or sharing; not '%s'",
        shown(reading->arena, text));
}

static bool read_kind(struct reading *reading, const char *text, int line, struct form_question *question) {
    const char *name = part_of(reading->arena, text, strcspn(text, ","));
    for (const char *comma = strchr(text, ','); comma; comma = strchr(comma + 1, ','))
        if (!read_addition(reading, part_of(reading->arena, comma + 1, strcspn(comma + 1, ",")), line, question))
            return false;
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (string_equal_ignore_case(kinds[i].name, name)) {
            question->kind = kinds[i].kind;
            return true;
        }
    const char *near = suggest_nearest_in(name, kinds, COUNT_OF(kinds), sizeof kinds[0]);
    return fault(reading, line, "unknown kind '%s'; %s%s%s", shown(reading->arena, name), near ? "did you mean '" : "",
                 near ? near
                      : "there are text, one of, several of, rating, yes or no, agreement, country, languages, "
                        "time zone and date",
                 near ? "'?" : "");
}

static void begin_question(struct reading *reading, const char *name, const char *rest, int line) {
    struct form_question question = {.name = name, .line = line, .part = reading->part};
    struct form sofar = {.questions = reading->questions, .count = reading->count};
    if (!is_name(name)) {
        fault(reading, line, "'%s' is no name for a question; it has small letters, digits and '_', such as 'country'",
              shown(reading->arena, name));
        return;
    }
    if (form_find(&sofar, name) >= 0) {
        fault(reading, line, "a second question '%s'; the first is in line %d", name,
              reading->questions[form_find(&sofar, name)].line);
        return;
    }
    if (!read_kind(reading, rest, line, &question))
        return;
    if (reading->count == FORM_QUESTIONS_MAX) {
        fault(reading, line, "more than %d questions; nobody would answer them", FORM_QUESTIONS_MAX);
        return;
    }
    reading->part = NULL;
    reading->options = arena_take_array(reading->arena, FORM_OPTIONS_MAX, sizeof *reading->options);
    question.options = reading->options;
    reading->question = &reading->questions[reading->count++];
    *reading->question = question;
}

static void read_option(struct reading *reading, const char *text, int line) {
    struct form_question *question = reading->question;
    const char *colon = strchr(text, ':');
    if (!colon) {
        fault(reading, line, "expected '- key: words', such as '- public: public library'");
        return;
    }
    struct form_option option = {.key = part_of(reading->arena, text, (size_t)(colon - text)), .line = line};
    const char **words = arena_take_array(reading->arena, WORDS_OF_OPTION_MAX + 1, sizeof *words);
    const char **folds = arena_take_array(reading->arena, WORDS_OF_OPTION_MAX + 1, sizeof *folds);
    size_t count = 0;
    if (!is_name(option.key))
        fault(reading, line, "'%s' is no key; it has small letters, digits and '_'", shown(reading->arena, option.key));
    for (size_t i = 0; i < question->option_count; i++)
        if (string_equal(question->options[i].key, option.key))
            fault(reading, line, "a second option '%s'; the first is in line %d", option.key,
                  question->options[i].line);
    for (const char *at = colon + 1; at;) {
        size_t length = strcspn(at, "|");
        auto_text folded = TEXT_EMPTY;
        fold_words(at, length, &folded);
        if (count == WORDS_OF_OPTION_MAX) {
            fault(reading, line, "more than %d ways to say '%s'", WORDS_OF_OPTION_MAX, option.key);
            break;
        }
        if (!folded.length) {
            fault(reading, line, "the option '%s' has no words%s", option.key, count ? " behind a bar" : "");
        } else {
            words[count] = part_of(reading->arena, at, length);
            folds[count++] = arena_copy_string(reading->arena, text_string(&folded));
        }
        for (size_t i = 0; i < question->option_count; i++)
            for (const char *const *other = question->options[i].folded; *other; other++)
                if (string_equal(*other, text_string(&folded)))
                    fault(reading, line, "'%s' means the option in line %d already", *other, question->options[i].line);
        at = at[length] ? at + length + 1 : NULL;
    }
    option.words = words;
    option.folded = folds;
    if (question->option_count == FORM_OPTIONS_MAX)
        fault(reading, line, "more than %d options", FORM_OPTIONS_MAX);
    else
        reading->options[question->option_count++] = option;
}

static void read_text(struct reading *reading, const char *text, int line) {
    struct form_question *question = reading->question;
    const char *colon = strchr(text, ':');
    auto_text folded = TEXT_EMPTY;
    if (question->text) {
        fault(reading, line, "'%s' has its text already; an option begins with '- '", question->name);
        return;
    }
    question->text = text;
    question->label = colon ? part_of(reading->arena, text, (size_t)(colon - text)) : "";
    fold_words(question->label, strlen(question->label), &folded);
    if (!colon || !folded.length || strlen(question->label) > FORM_LABEL_BYTES_MAX || !colon[1])
        fault(reading, line,
              "expected a short label, a colon and the question: 'Country: In which country do you live?'");
    question->label_folded = arena_copy_string(reading->arena, text_string(&folded));
    for (size_t i = 0; i + 1 < reading->count && folded.length; i++)
        if (string_equal(reading->questions[i].label_folded, question->label_folded))
            fault(reading, line, "the label '%s' is that of '%s' already", shown(reading->arena, question->label),
                  reading->questions[i].name);
}

static void read_line(struct reading *reading, const struct line *line) {
    const char *colon = strchr(line->text, ':');
    if (strlen(line->text) > FORM_LINE_BYTES_MAX) {
        fault(reading, line->number, "this line is too long; it has %d bytes at most", FORM_LINE_BYTES_MAX);
    } else if (line->indented && reading->question && string_starts_with(line->text, "- ")) {
        read_option(reading, line->text + 2, line->number);
    } else if (line->indented && reading->question) {
        read_text(reading, line->text, line->number);
    } else if (line->indented) {
        if (!reading->count && !reading->problems->count)
            fault(reading, line->number, "an indented line belongs to the question above, and there is none");
    } else if (!colon) {
        end_question(reading);
        fault(reading, line->number, "expected 'name: kind', such as 'country: country, required', or 'Part: heading'");
    } else {
        end_question(reading);
        const char *name = part_of(reading->arena, line->text, (size_t)(colon - line->text));
        const char *rest = part_of(reading->arena, colon + 1, strlen(colon + 1));
        if (!string_equal(name, "Part"))
            begin_question(reading, name, rest, line->number);
        else if (!*rest)
            fault(reading, line->number, "a part needs a heading: 'Part: About you'");
        else
            reading->part = rest;
    }
}

/* ---- Roles ---- */

static bool has_option(const struct form_question *question, const char *key) {
    for (size_t i = 0; i < question->option_count; i++)
        if (string_equal(question->options[i].key, key))
            return true;
    return false;
}

static void check_role(struct reading *reading, const struct form *form, const struct form_question *question) {
    const struct role *role = &roles[question->role - 1];
    const struct form_question *first = &form->questions[form_find_role(form, question->role)];
    if (first != question)
        fault(reading, question->line, "'%s' is as %s already, in line %d", first->name, role->name, first->line);
    if (question->kind != role->kinds[0] && question->kind != role->kinds[1])
        fault(reading, question->line, "what is as %s is of the kind '%s', not '%s'", role->name,
              form_kind_name(role->kinds[0]), form_kind_name(question->kind));
    else if (role->option && !has_option(question, role->option))
        fault(reading, question->line, "what is as %s needs an option '%s'", role->name, role->option);
}

static void check_roles(struct reading *reading, const struct form *form) {
    int sharing = form_find_role(form, FORM_ROLE_SHARING);
    for (size_t i = 0; i < form->count; i++) {
        const struct form_question *question = &form->questions[i];
        if (question->role != FORM_NO_ROLE)
            check_role(reading, form, question);
        if (question->shared_under && (sharing < 0 || !has_option(&form->questions[sharing], question->shared_under)))
            fault(reading, question->line, "'shared under %s': %s", shown(reading->arena, question->shared_under),
                  sharing < 0 ? "there is no question 'as sharing'"
                              : "the question 'as sharing' has no option of that key");
    }
}

const struct form *form_read(const char *bytes, size_t length, const char *file, const struct form_words *words,
                             struct arena *arena, struct error_list *problems) {
    size_t count = 0, before = problems->count;
    const struct line *lines = lines_read(bytes, length, file, arena, &count, problems);
    if (!lines)
        return NULL;
    struct reading reading = {.file = file, .arena = arena, .problems = problems};
    reading.questions = arena_take_array(arena, FORM_QUESTIONS_MAX, sizeof *reading.questions);
    for (size_t i = 0; i < count; i++)
        read_line(&reading, &lines[i]);
    end_question(&reading);
    if (!reading.count && problems->count == before)
        error_list_add(problems, file, 0, "there is no question in it");
    struct form *form = arena_take(arena, sizeof *form);
    *form = (struct form){arena_copy_string(arena, file), words->language, words, reading.questions, reading.count};
    check_roles(&reading, form);
    return problems->count > before ? NULL : form;
}

/* ---- Several languages ---- */

static bool check_question(const struct form *form, const struct form_question *question,
                           const struct form_question *original, const char *original_file,
                           struct error_list *problems) {
    if (!string_equal(question->name, original->name))
        return error_list_add(problems, form->file, question->line,
                              "here %s:%d has '%s'; questions must come in the same "
                              "order in every language",
                              original_file, original->line, original->name);
    if (question->kind != original->kind || question->required != original->required)
        return error_list_add(problems, form->file, question->line, "'%s' is '%s%s' in %s:%d", question->name,
                              form_kind_name(original->kind), original->required ? ", required" : "", original_file,
                              original->line);
    if (question->role != original->role || !string_equal(question->shared_under, original->shared_under))
        return error_list_add(problems, form->file, question->line,
                              "'%s' has another role, or is shared under another key, in %s:%d", question->name,
                              original_file, original->line);
    for (size_t i = 0; i < question->option_count || i < original->option_count; i++) {
        if (i >= question->option_count || i >= original->option_count)
            return error_list_add(problems, form->file, question->line, "'%s' has %zu options, and %zu in %s:%d",
                                  question->name, question->option_count, original->option_count, original_file,
                                  original->line);
        if (!string_equal(question->options[i].key, original->options[i].key))
            return error_list_add(problems, form->file, question->options[i].line, "here %s:%d has the option '%s'",
                                  original_file, original->options[i].line, original->options[i].key);
    }
    return true;
}

bool form_check_same(const struct form *form, const struct form *original, struct error_list *problems) {
    for (size_t i = 0; i < form->count && i < original->count; i++)
        if (!check_question(form, &form->questions[i], &original->questions[i], original->file, problems))
            return false;
    if (form->count != original->count)
        return error_list_add(problems, form->file, 0, "%zu questions, and %zu in %s: the last ones are missing %s",
                              form->count, original->count, original->file,
                              form->count < original->count ? "here" : "there");
    return true;
}
