/* report: how a round went, as a page, as CSV files, as JSON. */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>

#include "base/text.h"
#include "cli/columns.h"
#include "cli/context.h"
#include "cli/json_value.h"
#include "cli/reference.h"
#include "cli/report_files.h"
#include "cli/wrap.h"

/* ---- For people ---- */

static void print_rows(const struct report_table *table) {
    struct table_column columns[REPORT_COLUMNS_MOST];
    size_t shown = 0;
    for (size_t i = 0; i < table->column_count; i++)
        if (table->columns[i].heading)
            columns[shown++] = (struct table_column){table->columns[i].heading,
                                                     table->columns[i].kind == REPORT_NUMBER ? TABLE_RIGHT : TABLE_LEFT,
                                                     table->columns[i].kind == REPORT_TEXT};
    struct table *out cleanup(table_free_pointer) = table_new(columns, shown);
    for (size_t i = 0; i < table->row_count; i++)
        for (size_t j = 0; j < table->column_count; j++) {
            const struct report_cell *cell = &report_row(table, i)[j];
            if (table->columns[j].heading && table->columns[j].kind == REPORT_NUMBER)
                table_cell_format(out, "%" PRId64, cell->number);
            else if (table->columns[j].heading)
                table_cell(out, cell->text);
        }
    table_print(out, stdout, table_terminal_width(stdout), table_wants_colour(stdout));
}

static void print_people(const struct report *report) {
    for (size_t i = 0; i < report->table_count; i++) {
        const struct report_table *table = &report->tables[i];
        if (table->chart == REPORT_HIDDEN)
            continue;
        printf("%s%s\n", i ? "\n" : "", table->title);
        if (table->note)
            wrap_print(stdout, table->note, 0, table_terminal_width(stdout), "");
        if (table->row_count)
            print_rows(table);
        else
            printf("%s\n", table->when_empty ? table->when_empty : "Nothing.");
    }
}

/* ---- JSON ---- */

static json_t *row_json(const struct report_table *table, size_t row) {
    json_t *object = json_object();
    for (size_t i = 0; i < table->column_count; i++) {
        const struct report_cell *cell = &report_row(table, row)[i];
        json_object_set_new(object, table->columns[i].name,
                            table->columns[i].kind == REPORT_NUMBER ? json_integer(cell->number)
                                                                    : json_value_text(cell->text));
    }
    return object;
}

static void print_json(const struct report *report) {
    json_t *tables = json_object();
    for (size_t i = 0; i < report->table_count; i++) {
        json_t *rows = json_array();
        for (size_t j = 0; j < report->tables[i].row_count; j++)
            json_array_append_new(rows, row_json(&report->tables[i], j));
        json_object_set_new(tables, report->tables[i].name, rows);
    }
    json_value_print(json_pack("{s:o,s:o,s:b,s:o,s:o,s:o,s:o}", "programme", json_value_text(report->programme),
                               "round", json_value_text(report->round.name), "names", report->names, "at",
                               json_value_moment(report->made_at), "from", json_value_moment(report->from), "until",
                               json_value_moment(report->until), "tables", tables));
}

/* ---- The command ---- */

/* The one that runs, else the one that began last, else the newest. */
static bool find_round(struct context *context, struct error *error) {
    struct round_list rounds;
    if (context->round.id)
        return true;
    if (!rounds_list(context->database, context->arena, &rounds, error))
        return false;
    for (size_t i = 0; i < rounds.count; i++) {
        const struct round *round = &rounds.items[i];
        bool later = round->started_at >= context->round.started_at, runs = round->state == ROUND_RUNNING;
        if (runs || (context->round.state != ROUND_RUNNING && later))
            context->round = *round;
    }
    return context->round.id ||
           error_set(error, ERROR_PERMANENT, "There is no round yet, so there is nothing to tell.");
}

static bool show(struct context *context, const struct report *report, struct error *error) {
    const struct invocation *invocation = context->invocation;
    const char *page = invocation_option(invocation, "html"), *tables = invocation_option(invocation, "csv");
    int64_t size;
    if (page && !report_files_write_page(report, page, &size, error))
        return false;
    if (tables && !report_files_write_tables(report, tables, error))
        return false;
    if (invocation->json)
        print_json(report);
    else if (!page && !tables)
        print_people(report);
    if (page && !invocation->json)
        printf("Wrote %s, %s: open it in a browser.\n", page, columns_format_size(context->arena, size));
    if (tables && !invocation->json)
        printf("Wrote %zu tables into %s.\n", report->table_count, tables);
    return true;
}

static int run_report(const struct invocation *invocation) {
    auto_context context = {0};
    struct error error = ERROR_INIT;
    struct report report;
    int code = context_open_as_caller(&context, invocation);
    if (code != EXIT_DONE)
        return code;
    struct service *service = context_find(&context, &error) ? context_look(&context, &error) : NULL;
    bool done =
        service && find_round(&context, &error) &&
        report_read(service, &context.round, invocation_switch(invocation, "names"), context.arena, &report, &error) &&
        show(&context, &report, &error);
    return done ? EXIT_DONE : context_refuse(&error);
}

const struct command report_command = {
    .name = "report",
    .summary = "how a round goes, or went: a page to show around, tables, or JSON",
    .help =
        "Tells of the round that runs, or of the last one: where people live, how far they came, how often partners "
        "were in touch, week by week, how they heard of the programme, early warnings and what came of them, and what "
        "the service itself did.\n"
        "The page needs nothing but a browser, prints well, and holds everything in it. It names nobody, and shows "
        "what "
        "fewer than five people said, or where they live, only together with others; names stand in it with --names: "
        "that one is for coordinators.",
    .flags = COMMAND_LISTS,
    .options = {{"html", 0, "FILE", "write it as one page for a browser", NULL},
                {"csv", 0, "DIR", "write every table as a CSV file into this folder", NULL},
                {"names", 0, NULL, "with people's names, and groups of any size", NULL}},
    .arguments = {{"ROUND", "the round (else the one that runs, or the last)", &reference_to_round, ARGUMENT_OPTIONAL}},
    .run = run_report,
};
