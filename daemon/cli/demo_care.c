#include "cli/demo_care.h"

#include <inttypes.h>

#include "base/clock.h"
#include "base/text.h"
#include "cli/table.h"
#include "cli/wrap.h"
#include "programme/question.h"

enum { MINUTES_A_DECISION = 2, INDENT = 8 };

void demo_care_print_counted(FILE *file, const struct demo_counted *lines, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (lines[i].count)
            fprintf(file, "%6zu  %s\n", lines[i].count, lines[i].what);
}

/* ---- Coordinators ---- */

/* By template. */
static const struct {
    const char *template_name, *what;
} kinds[] = {
    {"coordinator-alert", "told of one case at once"},
    {"coordinator-waiting", "told of all that waits, or of the week"},
    {"coordinator-done", "confirmed what a reply had brought about"},
    {"coordinator-clear", "told that a case is over"},
    {"coordinator-report", "told of a report of misconduct"},
};

static const char *what_it_does(const char *template_name) {
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (string_equal(kinds[i].template_name, template_name))
            return kinds[i].what;
    return template_name;
}

static void print_desk(FILE *file, const struct simulation_care *care) {
    fprintf(file, "%6zu  mails to coordinators, %zu to the one who got most:\n", care->mail_total, care->busiest);
    for (size_t i = 0; i < care->mail_kinds; i++)
        fprintf(file, "%12zu  %s\n", care->mails[i].count, what_it_does(care->mails[i].template_name));
    fprintf(file, "%6zu  decisions, by %zu replies: %zu minutes at %d a decision\n", care->desk.decisions,
            care->desk.replies, care->desk.decisions * MINUTES_A_DECISION, MINUTES_A_DECISION);
    if (care->desk.commands)
        fprintf(file, "%6zu  shell commands\n", care->desk.commands);
    else
        fprintf(file, "  none  shell commands\n");
}

/* ---- Silences ---- */

static int64_t days_until_alert(const struct simulation_silence *silence, int64_t since) {
    return (silence->alerted_at - since) / SECONDS_PER_DAY;
}

static void print_silences(FILE *file, const struct simulation_care *care, size_t width) {
    auto_arena arena = arena_new();
    if (care->silence_count)
        fprintf(file, "\nThose who fell silent for good, and when a mail told a coordinator:\n");
    for (size_t i = 0; i < care->silence_count; i++) {
        const struct simulation_silence *silence = &care->silences[i];
        const char *told =
            silence->alerted_at
                ? arena_format(
                      arena, "when a letter had waited %" PRId64 " days, %" PRId64 " after any sign of life%s: %s",
                      days_until_alert(silence, silence->owed_since), days_until_alert(silence, silence->since),
                      silence->true_reason ? "" : " (and not of this one)", silence->reason)
                : "never";
        fprintf(file, "%*s", INDENT, "");
        wrap_print(file, arena_format(arena, "%s, %s", silence->name, told), INDENT + 2, width, "");
    }
    const struct demo_counted lines[] = {
        {care->nudged, "people were asked kindly, as a letter had waited long with them"},
        {care->nudged_steady, "of them write steadily"},
        {care->unasked_most, "unasked mails at most came to one person within a week"},
        {care->rematched, "people got a new partner in the running round"},
    };
    fprintf(file, "\n");
    demo_care_print_counted(file, lines, COUNT_OF(lines));
    if (!care->nudged_steady)
        fprintf(file, "  none  of those who write steadily was asked\n");
    if (care->incidents && !care->incident_leaks)
        fprintf(file, "  none  of what was reported stands outside of its own table: not in a copy of\n"
                      "        the database, nor in anybody's mail\n");
}

/* ---- Surveys, and what comes next ---- */

static void print_surveys(FILE *file, const struct simulation_care *care, bool colour) {
    static const struct table_column columns[] = {
        {"SURVEY", TABLE_LEFT, false},     {"ASKED", TABLE_RIGHT, false},
        {"ANSWERED", TABLE_RIGHT, false},  {"AFTER A REMINDER", TABLE_RIGHT, false},
        {"QUESTIONS", TABLE_RIGHT, false}, {"WRONG", TABLE_RIGHT, false}};
    if (!care->survey_count)
        return;
    struct table *table cleanup(table_free_pointer) = table_new(columns, COUNT_OF(columns));
    for (size_t i = 0; i < care->survey_count; i++) {
        const struct simulation_survey_account *survey = &care->surveys[i];
        table_cell(table, survey->name);
        table_cell_format(table, "%zu", survey->asked);
        table_cell_format(table, "%zu", survey->answered);
        table_cell_format(table, "%zu", survey->reminded);
        table_cell_format(table, "%zu", survey->questions);
        table_cell_format(table, "%zu", survey->wrong);
    }
    fprintf(file, "\n");
    table_print(table, file, 0, colour);
}

static void print_next(FILE *file, const struct simulation_care *care) {
    const struct question *next = question_find(QUESTION_NEXT);
    size_t all = 0, on = 0, join = 0;
    for (int digit = 1; digit <= question_answer_count(next); digit++) {
        size_t people = (size_t)care->next[digit];
        all += people;
        on += question_goes_on(digit) ? people : 0;
        join += question_joins(digit) ? people : 0;
    }
    if (all)
        fprintf(file,
                "\nWhat comes next: %zu said it. %zu go on writing with the same partner, %zu join\n"
                "the next round, %" PRId64 " do neither.\n",
                all, on, join, care->next[question_answer_count(next)]);
}

void demo_care_print(FILE *file, const struct simulated_round *round, size_t width, bool colour) {
    print_desk(file, &round->care);
    print_silences(file, &round->care, width);
    print_surveys(file, &round->care, colour);
    print_next(file, &round->care);
}
