#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "app/report/report_making.h"
#include "base/fold.h"
#include "base/text.h"
#include "programme/form_value.h"
#include "programme/tally.h"
#include "store/report.h"
#include "store/surveys.h"

/* The questions that the report shows, by name, in the application and in surveys. */
static const struct asked {
    const char *question, *title, *title_in_survey;
} questions[] = {
    {"heard", "How they heard of us", "How they heard of us"},
    {"convinced", "What convinced them", "What convinced them"},
    {"often", "How often they would like to be in touch", "How often they were in touch, as they say"},
    {"channels", "Who would like to talk live", "By which ways they were in touch"},
};

static const struct report_column answer_columns[] = {{"answer", "Answer", REPORT_TEXT},
                                                      {"people", "People", REPORT_NUMBER}};

/* What was asked where, and what came. */
struct source {
    const struct form *form;
    const char *name; /* "application", or of the survey */
    int64_t answered; /* people */
};

/* ---- Free lines ---- */

struct line {
    const char *text, *folded;
    int64_t people;
};

static int compare_folded(const void *a, const void *b) {
    return strcmp(((const struct line *)a)->folded, ((const struct line *)b)->folded);
}

static int compare_people(const void *a, const void *b) {
    const struct line *one = a, *other = b;
    return one->people != other->people ? (one->people < other->people ? 1 : -1) : strcmp(one->folded, other->folded);
}

/* Lines that say the same in the same words are one. */
static struct line *gather(const struct tally *tally, struct arena *arena, size_t *ret_count) {
    struct line *lines = arena_take_array(arena, tally->line_count + 1, sizeof *lines);
    size_t count = 0;
    for (size_t i = 0; i < tally->line_count; i++) {
        auto_text folded = TEXT_EMPTY;
        fold_words(tally->lines[i], strlen(tally->lines[i]), &folded);
        lines[i] = (struct line){tally->lines[i], arena_copy_string(arena, text_string(&folded)), 1};
    }
    qsort(lines, tally->line_count, sizeof *lines, compare_folded);
    for (size_t i = 0; i < tally->line_count; i++)
        if (count && string_equal(lines[count - 1].folded, lines[i].folded))
            lines[count - 1].people++;
        else
            lines[count++] = lines[i];
    qsort(lines, count, sizeof *lines, compare_people);
    *ret_count = count;
    return lines;
}

/* ---- A table ---- */

static void add_row(struct making *making, struct report_table *table, const char *answer, int64_t people) {
    struct report_cell *row = report_add_row(making, table);
    row[0].text = answer;
    row[1].number = people;
}

static void add_lines(struct making *making, struct report_table *table, const struct tally *tally, int64_t people) {
    size_t count, shown = 0;
    struct line *lines = gather(tally, making->arena, &count);
    int64_t rest = (int64_t)tally->line_count, nothing = people - rest;
    struct tally_group *groups = arena_take_array(making->arena, count + 1, sizeof *groups);
    for (size_t i = 0; i < count; i++)
        groups[i] = (struct tally_group){lines[i].folded, lines[i].people, false};
    groups[count].people = nothing;
    if (!making->report->names)
        tally_hide(groups, count + 1);
    for (; shown < count; shown++)
        if (!groups[shown].hidden) {
            add_row(making, table, lines[shown].text, lines[shown].people);
            rest -= lines[shown].people;
        }
    if (groups[count].hidden)
        add_row(making, table, "other words, or no answer", rest + nothing);
    else if (rest)
        add_row(making, table, "other words", rest);
    if (!groups[count].hidden && nothing)
        add_row(making, table, "no answer", nothing);
}

static void add_options(struct making *making, struct report_table *table, const struct source *source,
                        const struct tally *tally) {
    size_t number = (size_t)(tally->question - source->form->questions);
    auto_text hidden = TEXT_EMPTY;
    for (size_t i = 0; i < tally->group_count; i++) {
        const struct tally_group *group = &tally->groups[i];
        const char *words = group->key ? form_value_show(source->form, number, group->key, making->arena) : "no answer";
        if (making->report->names || !group->hidden) {
            if (group->people || group->key)
                add_row(making, table, arena_copy_string(making->arena, words), group->people);
        } else {
            text_append_format(&hidden, "%s%s", hidden.length ? ", or " : "", words);
        }
    }
    if (hidden.length && tally->together)
        add_row(making, table, arena_copy_string(making->arena, text_string(&hidden)), tally->together);
    else if (hidden.length)
        table->note =
            arena_format(making->arena, "%s Too few, or all but a few, said: %s.", table->note, text_string(&hidden));
}

static void add_question(struct making *making, const struct asked *asked, const struct source *source,
                         const struct survey_value_list *values, int64_t people) {
    struct arena *arena = making->arena;
    const char **names = arena_take_array(arena, values->count + 1, sizeof *names),
               **said = arena_take_array(arena, values->count + 1, sizeof *said);
    size_t count = 0;
    for (size_t i = 0; i < values->count; i++)
        if (string_equal(values->items[i].question, asked->question)) {
            names[count] = values->items[i].question;
            said[count++] = values->items[i].value;
        }
    const struct tally *tally =
        tally_make(source->form, names, said, count, people, arena) + form_find(source->form, asked->question);
    bool applied = string_equal(source->name, APPLICATION_FORM);
    const char *text = tally->question->text + strlen(tally->question->label) + strlen(": ");
    struct report_table *table = report_begin(
        making,
        &(struct report_table){
            .name = arena_format(arena, "%s-%s", source->name, asked->question),
            .title = applied ? asked->title : arena_format(arena, "%s (%s)", asked->title_in_survey, source->name),
            .note = arena_format(arena, "“%s” The answers of %" PRId64 " people are counted.", text, people),
            .when_empty = "Fewer than five have answered.",
            .chapter = applied ? REPORT_PEOPLE : REPORT_TOUCH,
            .chart = REPORT_BARS,
            REPORT_COLUMNS(answer_columns),
        });
    if (!people)
        return;
    if (tally->question->kind == FORM_TEXT)
        add_lines(making, table, tally, people);
    else
        add_options(making, table, source, tally);
}

/* ---- All of them ---- */

static bool add_from(struct making *making, const struct asked *asked, const struct source *source,
                     struct error *error) {
    struct database *database = making->service->database;
    struct survey_value_list values;
    int64_t round = making->report->round.id,
            people = making->report->names ? source->answered : tally_people(source->answered);
    int number = source->form ? form_find(source->form, asked->question) : -1;
    if (number < 0)
        return true;
    bool done =
        string_equal(source->name, APPLICATION_FORM)
            ? report_application_values(database, round, asked->question, (size_t)people, making->arena, &values, error)
            : surveys_list_values(database, round, source->name, (size_t)people, making->arena, &values, error);
    if (done)
        add_question(making, asked, source, &values, people);
    return done;
}

bool report_add_answers(struct making *making, struct error *error) {
    struct templates *templates = making->service->templates;
    struct arena *arena = making->arena;
    struct report_count_list surveys;
    int64_t answered;
    if (!report_surveys(making->service->database, making->report->round.id, arena, &surveys, error) ||
        !report_count_applications(making->service->database, making->report->round.id, &answered, error))
        return false;
    for (size_t i = 0; i <= surveys.count; i++) {
        struct source source = {.name = APPLICATION_FORM, .answered = answered};
        if (i)
            source = (struct source){.name = surveys.items[i - 1].what, .answered = surveys.items[i - 1].numbers[1]};
        source.form = templates_form_in(templates, source.name, NULL, arena);
        for (size_t j = 0; j < COUNT_OF(questions); j++)
            if (!add_from(making, &questions[j], &source, error))
                return false;
    }
    return true;
}
