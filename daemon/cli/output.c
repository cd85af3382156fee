#include "cli/output.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/civil.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/zone.h"
#include "cli/json_value.h"

struct output {
    const struct output_column *columns;
    size_t column_count;
    bool json;
    struct arena *arena;
    const struct zone *zone;
    struct table_column *headings; /* of the columns that people see */
    size_t shown;
    struct table *table; /* NULL with JSON */
    json_t *row;         /* being filled */
    json_t *rows;
    size_t position; /* column of the next value */
};

struct output *output_new(const struct invocation *invocation, const struct output_column *columns) {
    struct output *output = memory_new(sizeof *output);
    output->columns = columns;
    output->json = invocation_json(invocation);
    output->arena = arena_new();
    output->zone = zone_utc();
    while (columns[output->column_count].name)
        output->column_count++;
    output->headings = arena_take_array(output->arena, output->column_count, sizeof *output->headings);
    for (size_t i = 0; i < output->column_count; i++)
        if (columns[i].heading)
            output->headings[output->shown++] = (struct table_column){
                .heading = columns[i].heading,
                .alignment = columns[i].kind == OUTPUT_NUMBER ? TABLE_RIGHT : TABLE_LEFT,
                .shrinks = columns[i].shrinks,
            };
    if (output->json)
        output->rows = json_array();
    else
        output->table = table_new(output->headings, output->shown);
    return output;
}

void output_free(struct output *output) {
    table_free(output->table);
    json_decref(output->row);
    json_decref(output->rows);
    arena_free(output->arena);
    free(output);
}

void output_set_time_zone(struct output *output, const char *zone) {
    struct error error = ERROR_INIT;
    const struct zone *loaded;
    if (zone && zone_load(zone, &loaded, &error))
        output->zone = loaded;
}

/* ---- Values ---- */

static const struct output_column *next_column(struct output *output, enum output_kind kind) {
    const struct output_column *column = &output->columns[output->position];
    require(column->kind == kind);
    output->position = (output->position + 1) % output->column_count;
    return column;
}

/* VALUE is taken over. */
static void put_json(struct output *output, const struct output_column *column, json_t *value) {
    if (!output->row)
        output->row = json_object();
    json_object_set_new(output->row, column->name, value ? value : json_null());
    if (output->position == 0) {
        json_array_append_new(output->rows, output->row);
        output->row = NULL;
    }
}

static json_t *json_text(const char *value) {
    if (!value)
        return json_null();
    json_t *text = json_string(value);
    if (text)
        return text;
    auto_text printable = TEXT_EMPTY; /* not UTF-8 */
    text_append_printable(&printable, value);
    return json_string(text_string(&printable));
}

void output_text_tone(struct output *output, const char *value, enum table_tone tone) {
    const struct output_column *column = next_column(output, OUTPUT_TEXT);
    if (output->json)
        put_json(output, column, json_text(value));
    else if (column->heading)
        table_cell_tone(output->table, value, tone);
}

void output_text(struct output *output, const char *value) {
    output_text_tone(output, value, TONE_PLAIN);
}

void output_number(struct output *output, int64_t value) {
    const struct output_column *column = next_column(output, OUTPUT_NUMBER);
    if (output->json)
        put_json(output, column, json_integer(value));
    else if (column->heading)
        table_cell_format(output->table, "%lld", (long long)value);
}

static void show_moment(struct output *output, int64_t moment) {
    struct zone_local local;
    char date[CIVIL_DATE_SIZE];
    zone_to_local(output->zone, moment, &local);
    table_cell_format(output->table, "%s %02d:%02d%s", civil_format_date(local.date, date), local.time_of_day / 3600,
                      local.time_of_day / 60 % 60, output->zone == zone_utc() ? "Z" : "");
}

void output_moment(struct output *output, int64_t moment) {
    const struct output_column *column = next_column(output, OUTPUT_MOMENT);
    char buffer[32];
    if (output->json)
        put_json(output, column, moment ? json_string(clock_format_utc(moment, buffer, sizeof buffer)) : NULL);
    else if (column->heading && moment)
        show_moment(output, moment);
    else if (column->heading)
        table_cell_tone(output->table, "-", TONE_FAINT);
}

void output_boolean(struct output *output, bool value) {
    const struct output_column *column = next_column(output, OUTPUT_BOOLEAN);
    if (output->json)
        put_json(output, column, json_boolean(value));
    else if (column->heading)
        table_cell(output->table, value ? "yes" : "no");
}

void output_list(struct output *output, const char *const *values, size_t count) {
    const struct output_column *column = next_column(output, OUTPUT_LIST);
    auto_text joined = TEXT_EMPTY;
    json_t *array = output->json ? json_array() : NULL;
    for (size_t i = 0; i < count; i++) {
        if (array)
            json_array_append_new(array, json_text(values[i]));
        text_append_format(&joined, "%s%s", i ? ", " : "", values[i]);
    }
    if (array)
        put_json(output, column, array);
    else if (column->heading && !count)
        table_cell_tone(output->table, "-", TONE_FAINT);
    else if (column->heading)
        table_cell(output->table, text_string(&joined));
}

/* ---- The end ---- */

static void print_json(const struct output *output) {
    for (size_t i = 0; i < json_array_size(output->rows); i++)
        json_value_print_line(json_array_get(output->rows, i));
}

int output_finish(struct output *output, const char *when_empty) {
    require(output->position == 0);
    if (output->json)
        print_json(output);
    else if (table_row_count(output->table))
        table_print(output->table, stdout, table_terminal_width(stdout), table_wants_colour(stdout));
    else if (when_empty)
        printf("%s\n", when_empty);
    output_free(output);
    return EXIT_DONE;
}

int output_finish_single(struct output *output) {
    require(output->position == 0);
    if (output->json)
        print_json(output);
    else if (table_row_count(output->table))
        table_print_pairs(output->table, stdout, table_wants_colour(stdout));
    output_free(output);
    return EXIT_DONE;
}
