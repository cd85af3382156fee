/* survey list, survey show. */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cli/columns.h"
#include "cli/context.h"
#include "cli/json_value.h"
#include "cli/reference.h"
#include "cli/wrap.h"
#include "programme/tally.h"
#include "store/surveys.h"

/* ---- list ---- */

static bool list_surveys(struct context *context, struct error *error) {
    static const struct column columns[] = {
        COLUMN(LONG, struct survey_count, name, "survey", "SURVEY"),
        COLUMN(LONG, struct survey_count, round_name, "round", "ROUND"),
        COLUMN(NUMBER, struct survey_count, asked, "asked", "ASKED"),
        COLUMN(NUMBER, struct survey_count, answered, "answered", "ANSWERED"),
        {0},
    };
    struct survey_count_list list;
    if (!surveys_count(context->database, context->arena, &list, error))
        return false;
    columns_list(context, columns, COLUMN_ROWS(list),
                 "No survey was sent yet. A step with a form sends one; see man tandempost.conf.");
    return true;
}

const struct command survey_list_command = {
    .name = "survey list",
    .summary = "which surveys were sent, and how many answered",
    .show = list_surveys,
};

/* ---- show ---- */

struct shown {
    struct survey_count count;
    int64_t people; /* whose answers are counted */
    const struct form *form;
    const struct tally *tallies; /* of each question of FORM */
    struct arena *arena;
};

/* The newest that fits what was typed. */
static bool find_survey(struct context *context, struct survey_count *ret, struct error *error) {
    const char *name = invocation_argument(context->invocation, 0);
    struct survey_count_list list;
    if (!surveys_count(context->database, context->arena, &list, error))
        return false;
    for (size_t i = 0; i < list.count; i++)
        if ((!name || string_equal(list.items[i].name, name)) &&
            (!context->round.id || list.items[i].round == context->round.id)) {
            *ret = list.items[i];
            return true;
        }
    return error_set(error, ERROR_PERMANENT, "No such survey was sent. Those that were: tandempost survey list");
}

static bool tally(struct context *context, struct shown *ret, struct error *error) {
    struct arena *arena = context->arena;
    struct survey_value_list values;
    ret->arena = arena;
    ret->people = tally_people(ret->count.answered);
    ret->form = templates_form_in(context->service->templates, ret->count.name, NULL, arena);
    if (!ret->form)
        return error_set(error, ERROR_CONFIGURATION,
                         "The form \"%s\" is gone: put templates/LANGUAGE/forms/%s.form back to read its answers.",
                         ret->count.name, ret->count.name);
    if (!surveys_list_values(context->database, ret->count.round, ret->count.name, (size_t)ret->people, arena, &values,
                             error))
        return false;
    const char **names = arena_take_array(arena, values.count, sizeof *names),
               **said = arena_take_array(arena, values.count, sizeof *said);
    for (size_t i = 0; i < values.count; i++) {
        names[i] = values.items[i].question;
        said[i] = values.items[i].value;
    }
    ret->tallies = tally_make(ret->form, names, said, values.count, ret->people, arena);
    return true;
}

static const char *words_of(const struct shown *shown, size_t question, const char *key) {
    return key ? form_value_show(shown->form, question, key, shown->arena) : "no answer";
}

/* The groups of a question that are not shown, or NULL where all are. */
static const char *hidden_words(const struct shown *shown, size_t question, const char *between) {
    const struct tally *tally = &shown->tallies[question];
    auto_text words = TEXT_EMPTY;
    for (size_t i = 0; i < tally->group_count; i++)
        if (tally->groups[i].hidden)
            text_append_format(&words, "%s%s", words.length ? between : "",
                               words_of(shown, question, tally->groups[i].key));
    return words.length ? arena_copy_string(shown->arena, text_string(&words)) : NULL;
}

/* One sign for each twentieth of all. */
static const char *bar_of(const struct shown *shown, int64_t people) {
    enum { WHOLE = 20 };
    char bar[WHOLE + 1] = "";
    memset(bar, '#', (size_t)(people * WHOLE / shown->people));
    return arena_copy_string(shown->arena, bar);
}

static void add_row(struct table *table, const char *label, const char *words, const char *people, const char *bar) {
    table_cell(table, label);
    table_cell(table, words);
    table_cell(table, people);
    table_cell(table, bar);
}

static void add_question(const struct shown *shown, size_t question, struct table *table) {
    const struct tally *tally = &shown->tallies[question];
    const char *label = tally->question->label, *hidden = hidden_words(shown, question, ", ");
    for (size_t i = 0; i < tally->group_count; i++) {
        const struct tally_group *group = &tally->groups[i];
        if (group->hidden || (!group->key && !group->people))
            continue;
        add_row(table, label, words_of(shown, question, group->key),
                arena_format(shown->arena, "%" PRId64, group->people), bar_of(shown, group->people));
        label = "";
    }
    if (hidden && tally->together)
        add_row(table, label, hidden, arena_format(shown->arena, "%" PRId64, tally->together), "together");
    else if (hidden)
        add_row(table, label, hidden, "-", "too few, or all but a few");
}

static void print_lines(const struct tally *tally) {
    size_t width = table_terminal_width(stdout);
    if (tally->question->kind != FORM_TEXT)
        return;
    printf("\n");
    wrap_print(stdout, tally->question->text, 0, width, "");
    if (!tally->line_count)
        printf("  Fewer than %d wrote something: shown from %d on.\n", TALLY_LEAST, TALLY_LEAST);
    for (size_t i = 0; i < tally->line_count; i++) {
        printf("  - ");
        wrap_print(stdout, tally->lines[i], 4, width, "");
    }
}

static void print_people(const struct shown *shown) {
    static const struct table_column columns[] = {{"QUESTION", TABLE_LEFT, false},
                                                  {"ANSWER", TABLE_LEFT, true},
                                                  {"PEOPLE", TABLE_RIGHT, false},
                                                  {"", TABLE_LEFT, false}};
    const struct survey_count *count = &shown->count;
    printf("%s, round %s: %" PRId64 " asked, %" PRId64 " answered, %" PRId64 " counted.\n", count->name,
           count->round_name, count->asked, count->answered, shown->people);
    if (shown->people < count->answered)
        printf("Answers are counted in fives, so that nobody's own can be told from the next.\n");
    if (!shown->people)
        return;
    struct table *table cleanup(table_free_pointer) = table_new(columns, COUNT_OF(columns));
    for (size_t i = 0; i < shown->form->count; i++)
        add_question(shown, i, table);
    printf("\n");
    table_print(table, stdout, table_terminal_width(stdout), table_wants_colour(stdout));
    for (size_t i = 0; i < shown->form->count; i++)
        print_lines(&shown->tallies[i]);
}

static json_t *answers_of(const struct shown *shown, size_t question) {
    const struct tally *tally = &shown->tallies[question];
    json_t *answers = json_array();
    for (size_t i = 0; i < tally->group_count; i++) {
        const struct tally_group *group = &tally->groups[i];
        json_t *one = json_object();
        json_object_set_new(one, "answer", group->key ? json_value_text(group->key) : json_null());
        json_object_set_new(one, "words", json_value_text(words_of(shown, question, group->key)));
        json_object_set_new(one, "people", group->hidden ? json_null() : json_integer(group->people));
        json_array_append_new(answers, one);
    }
    return answers;
}

static void print_json(const struct shown *shown) {
    const struct survey_count *count = &shown->count;
    json_t *all = json_object(), *questions = json_array();
    json_object_set_new(all, "survey", json_value_text(count->name));
    json_object_set_new(all, "round", json_value_text(count->round_name));
    json_object_set_new(all, "asked", json_integer(count->asked));
    json_object_set_new(all, "answered", json_integer(count->answered));
    json_object_set_new(all, "counted", json_integer(shown->people));
    for (size_t i = 0; shown->people && i < shown->form->count; i++) {
        const struct tally *tally = &shown->tallies[i];
        json_t *one = json_object(), *lines = json_array();
        json_object_set_new(one, "question", json_value_text(tally->question->name));
        json_object_set_new(one, "words", json_value_text(tally->question->text));
        json_object_set_new(one, "answers", answers_of(shown, i));
        json_object_set_new(one, "hidden_together", tally->together ? json_integer(tally->together) : json_null());
        for (size_t j = 0; j < tally->line_count; j++)
            json_array_append_new(lines, json_value_text(tally->lines[j]));
        json_object_set_new(one, "lines", lines);
        json_array_append_new(questions, one);
    }
    json_object_set_new(all, "questions", questions);
    json_value_print(all);
}

static void print_csv_row(const struct shown *shown, const char *question, const char *answer, const char *people) {
    auto_text printable = TEXT_EMPTY;
    text_append_printable(&printable, answer);
    table_csv_field(shown->count.name, false);
    table_csv_field(shown->count.round_name, false);
    table_csv_field(question, false);
    table_csv_field(text_string(&printable), false);
    table_csv_field(people, true);
}

static void print_csv(const struct shown *shown) {
    printf("survey,round,question,answer,people\n");
    for (size_t i = 0; shown->people && i < shown->form->count; i++) {
        const struct tally *tally = &shown->tallies[i];
        const char *name = tally->question->name, *hidden = hidden_words(shown, i, " | ");
        for (size_t j = 0; j < tally->group_count; j++)
            if (!tally->groups[j].hidden)
                print_csv_row(shown, name, words_of(shown, i, tally->groups[j].key),
                              arena_format(shown->arena, "%" PRId64, tally->groups[j].people));
        if (hidden)
            print_csv_row(shown, name, hidden,
                          tally->together ? arena_format(shown->arena, "%" PRId64, tally->together) : "");
        for (size_t j = 0; j < tally->line_count; j++)
            print_csv_row(shown, name, tally->lines[j], "");
    }
}

static bool show_survey(struct context *context, struct error *error) {
    struct shown shown = {0};
    if (!find_survey(context, &shown.count, error) || !tally(context, &shown, error))
        return false;
    if (invocation_switch(context->invocation, "csv"))
        print_csv(&shown);
    else if (context->invocation->json)
        print_json(&shown);
    else
        print_people(&shown);
    return true;
}

const struct command survey_show_command = {
    .name = "survey show",
    .summary = "what people answered to a survey, counted",
    .help =
        "Shows the newest survey, or that of the name and round: how many gave which answer, and what was written "
        "freely, without names and in alphabetical order.\n"
        "Nobody's own answer can be told from it. A group of fewer than five people is never shown alone, but together "
        "with others, nor what would give it away; of answers of which one may give several, one that nearly all gave "
        "is not shown either. Free lines are shown from five on. Answers are counted in fives, so that looking before "
        "and after one more tells nothing.",
    .flags = COMMAND_SERVICE,
    .options = {{"round", 0, "ROUND", "that of this round", &reference_to_round},
                {"csv", 0, NULL, "as a CSV file", NULL}},
    .arguments = {{"NAME", "the survey: \"survey-middle\"", NULL, ARGUMENT_OPTIONAL}},
    .show = show_survey,
};
