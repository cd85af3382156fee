#include "cli/columns.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "cli/context.h"
#include "cli/json_value.h"

static const void *at(const struct column *column, const void *row) {
    return (const char *)row + column->offset;
}

static const char *text_at(const struct column *column, const void *row) {
    return *(const char *const *)at(column, row);
}

static int64_t number_at(const struct column *column, const void *row) {
    return *(const int64_t *)at(column, row);
}

/* ---- JSON ---- */

static json_t *json_of_words(const struct column *column, const void *row) {
    auto_arena arena = arena_new();
    return json_value_text(column->words(row, arena).text);
}

static json_t *json_of(const struct column *column, const void *row) {
    if (column->words)
        return json_of_words(column, row);
    switch (column->kind) {
    case COLUMN_TEXT:
    case COLUMN_LONG:
        return json_value_text(text_at(column, row));
    case COLUMN_NUMBER:
        return json_integer(number_at(column, row));
    case COLUMN_ID:
    case COLUMN_SIZE:
        return json_value_id(number_at(column, row));
    case COLUMN_MOMENT:
        return json_value_moment(number_at(column, row));
    case COLUMN_BOOLEAN:
        return json_boolean(*(const bool *)at(column, row));
    case COLUMN_LIST:
    case COLUMN_LINES:
        break;
    }
    const struct column_list *list = at(column, row);
    json_t *array = json_array();
    for (size_t i = 0; i < list->count; i++)
        json_array_append_new(array, json_value_text(list->items[i]));
    return array;
}

json_t *columns_object(const struct column *columns, const void *row) {
    json_t *object = json_object();
    for (const struct column *column = columns; column->name || column->heading; column++)
        if (column->name)
            json_object_set_new(object, column->name, json_of(column, row));
    return object;
}

json_t *columns_array(const struct column *columns, struct column_rows rows) {
    json_t *array = json_array();
    for (size_t i = 0; i < rows.count; i++)
        json_array_append_new(array, columns_object(columns, (const char *)rows.items + i * rows.size));
    return array;
}

/* ---- For people ---- */

const char *columns_format_moment(struct arena *arena, const struct zone *zone, int64_t moment) {
    struct zone_local local;
    char date[CIVIL_DATE_SIZE];
    zone_to_local(zone, moment, &local);
    return arena_format(arena, "%s %02d:%02d %s", civil_format_date(local.date, date),
                        local.time_of_day / SECONDS_PER_HOUR, local.time_of_day / SECONDS_PER_MINUTE % 60,
                        local.abbreviation);
}

const char *columns_format_deadline(struct arena *arena, const struct zone *zone, int64_t moment) {
    struct zone_local local, before;
    char date[CIVIL_DATE_SIZE];
    zone_to_local(zone, moment, &local);
    zone_to_local(zone, moment - 1, &before);
    return before.date.day == local.date.day
               ? columns_format_moment(arena, zone, moment)
               : arena_format(arena, "%s 24:00 %s", civil_format_date(before.date, date), before.abbreviation);
}

/* In a table there is room for the zone where it is UTC only. */
static const char *short_moment(struct arena *arena, const struct zone *zone, int64_t moment) {
    const char *whole = columns_format_moment(arena, zone, moment);
    return arena_format(arena, "%.*s%s", (int)(strrchr(whole, ' ') - whole), whole, zone == zone_utc() ? "Z" : "");
}

const char *columns_format_size(struct arena *arena, int64_t bytes) {
    if (bytes < 10000)
        return arena_format(arena, "%" PRId64 " bytes", bytes);
    if (bytes < 10000000)
        return arena_format(arena, "%" PRId64 " KB", (bytes + 500) / 1000);
    return arena_format(arena, "%" PRId64 " MB", (bytes + 500000) / 1000000);
}

static const char *join(struct arena *arena, const struct column_list *list) {
    auto_text joined = TEXT_EMPTY;
    for (size_t i = 0; i < list->count; i++)
        text_append_format(&joined, "%s%s", i ? ", " : "", list->items[i]);
    return arena_copy_string(arena, text_string(&joined));
}

/* Text NULL: not known. */
static struct column_words words_of(const struct column *column, const void *row, const struct zone *zone, bool page,
                                    struct arena *arena) {
    if (column->words)
        return column->words(row, arena);
    int64_t number;
    switch (column->kind) {
    case COLUMN_TEXT:
    case COLUMN_LONG:
        return (struct column_words){text_at(column, row), TONE_PLAIN};
    case COLUMN_NUMBER:
        return (struct column_words){arena_format(arena, "%" PRId64, number_at(column, row)), TONE_PLAIN};
    case COLUMN_ID:
        number = number_at(column, row);
        return (struct column_words){number ? arena_format(arena, "%" PRId64, number) : NULL, TONE_PLAIN};
    case COLUMN_SIZE:
        number = number_at(column, row);
        return (struct column_words){number ? columns_format_size(arena, number) : NULL, TONE_PLAIN};
    case COLUMN_MOMENT:
        number = number_at(column, row);
        if (!number)
            break;
        return (struct column_words){
            page ? columns_format_moment(arena, zone, number) : short_moment(arena, zone, number), TONE_PLAIN};
    case COLUMN_BOOLEAN:
        return (struct column_words){*(const bool *)at(column, row) ? "yes" : "no", TONE_PLAIN};
    case COLUMN_LIST:
    case COLUMN_LINES:
        if (!((const struct column_list *)at(column, row))->count)
            break;
        return (struct column_words){join(arena, at(column, row)), TONE_PLAIN};
    }
    return page ? (struct column_words){NULL, TONE_PLAIN} : (struct column_words){"-", TONE_FAINT};
}

static struct table_column heading_of(const struct column *column) {
    return (struct table_column){
        .heading = column->heading,
        .alignment = column->kind == COLUMN_NUMBER || column->kind == COLUMN_ID ? TABLE_RIGHT : TABLE_LEFT,
        .shrinks = column->kind == COLUMN_LONG || column->kind == COLUMN_LIST,
    };
}

static size_t count_columns(const struct column *columns) {
    size_t count = 0;
    while (columns[count].name || columns[count].heading)
        count++;
    return count;
}

/* Rows on their way to stdout. */
struct printer {
    const struct context *context;
    const struct column *columns;
    struct table_column *headings;
    struct table *table; /* with --json, and before the first row: NULL */
};

static void free_printer(struct printer *printer) {
    table_free(printer->table);
    free(printer->headings);
}
#define auto_printer cleanup(free_printer) struct printer

static void begin_table(struct printer *printer) {
    size_t shown = 0;
    printer->headings = memory_new_array(count_columns(printer->columns), sizeof *printer->headings);
    for (const struct column *column = printer->columns; column->name || column->heading; column++)
        if (column->heading)
            printer->headings[shown++] = heading_of(column);
    printer->table = table_new(printer->headings, shown);
}

static void print_rows(struct printer *printer, struct column_rows rows) {
    bool json = printer->context->invocation->json;
    if (!printer->table && !json && rows.count)
        begin_table(printer);
    for (size_t i = 0; i < rows.count; i++) {
        auto_arena arena = arena_new();
        const void *row = (const char *)rows.items + i * rows.size;
        if (json)
            json_value_print(columns_object(printer->columns, row));
        for (const struct column *column = printer->columns; !json && (column->name || column->heading); column++) {
            if (!column->heading)
                continue;
            struct column_words words = words_of(column, row, printer->context->zone, false, arena);
            table_cell_tone(printer->table, words.text, words.tone);
        }
    }
    if (printer->table)
        table_print(printer->table, stdout, table_terminal_width(stdout), table_wants_colour(stdout));
}

/* To people only. */
static void print_when_empty(const struct printer *printer, const char *when_empty) {
    if (when_empty && !printer->table && !printer->context->invocation->json)
        printf("%s\n", when_empty);
}

void columns_list(const struct context *context, const struct column *columns, struct column_rows rows,
                  const char *when_empty) {
    auto_printer printer = {.context = context, .columns = columns};
    print_rows(&printer, rows);
    print_when_empty(&printer, when_empty);
}

static bool make_rows(struct context *context, struct column_rows items, column_maker *make, size_t row_size,
                      struct column_rows *ret, struct error *error) {
    char *rows = arena_take_array(context->arena, items.count, row_size);
    for (size_t i = 0; i < items.count; i++)
        if (!make(context, (const char *)items.items + i * items.size, rows + i * row_size, error))
            return false;
    *ret = (struct column_rows){rows, items.count, row_size};
    return true;
}

bool columns_list_made(struct context *context, const struct column *columns, struct column_rows items,
                       column_maker *make, size_t row_size, const char *when_empty, struct error *error) {
    struct column_rows rows;
    if (!make_rows(context, items, make, row_size, &rows, error))
        return false;
    columns_list(context, columns, rows, when_empty);
    return true;
}

static bool print_page(struct printer *printer, struct context *context, const struct column_pages *pages,
                       struct column_page *page, struct error *error) {
    if (!pages->read(context, page, error))
        return false;
    struct column_rows rows = page->rows;
    page->count += rows.count;
    if (rows.count)
        memcpy(&page->after, (const char *)rows.items + (rows.count - 1) * rows.size, sizeof page->after);
    if (pages->make && !make_rows(context, rows, pages->make, pages->row_size, &rows, error))
        return false;
    print_rows(printer, rows);
    return true;
}

static bool print_pages(struct printer *printer, struct context *context, const struct column_pages *pages,
                        size_t limit, struct column_page *page, struct error *error) {
    struct arena *lasting = context->arena;
    bool good = true;
    do {
        auto_arena arena = arena_new();
        page->limit = limit - page->count < SERVICE_PORTION ? limit - page->count : SERVICE_PORTION;
        context->arena = arena;
        good = print_page(printer, context, pages, page, error);
        context->arena = lasting;
    } while (good && page->rows.count && page->count < limit);
    return good;
}

bool columns_list_pages(struct context *context, const struct column *columns, const struct column_pages *pages,
                        struct error *error) {
    auto_printer printer = {.context = context, .columns = columns};
    size_t limit = (size_t)invocation_number(context->invocation, "limit", 0);
    struct column_page page = {.wanted = COLUMN_PAGE_NEWEST, .limit = limit}, all = {.wanted = COLUMN_PAGE_COUNT};
    if (limit && pages->newest && !pages->read(context, &page, error))
        return false;
    page.wanted = COLUMN_PAGE_ROWS;
    if (!print_pages(&printer, context, pages, limit ? limit : SIZE_MAX, &page, error) ||
        (page.count == limit && limit && printer.table && !pages->read(context, &all, error)))
        return false;
    if (all.count > page.count)
        printf("%zu of %zu are shown; more with --limit.\n", page.count, all.count);
    print_when_empty(&printer, pages->when_empty);
    return true;
}

struct page {
    struct table_column *headings;
    struct column_words *words;
    size_t count;
};

static void add_line(struct page *page, const struct column *column, struct column_words words) {
    if (string_is_empty(words.text))
        return;
    page->headings[page->count] = heading_of(column);
    page->words[page->count++] = words;
}

static void print_alone(const struct column *columns, const void *row, const struct zone *zone) {
    auto_arena arena = arena_new();
    size_t most = 0;
    for (size_t i = 0; i < count_columns(columns); i++)
        most += columns[i].kind == COLUMN_LINES ? ((const struct column_list *)at(&columns[i], row))->count : 1;
    struct page page = {.headings = arena_take_array(arena, most, sizeof *page.headings),
                        .words = arena_take_array(arena, most, sizeof *page.words)};
    for (const struct column *column = columns; column->name || column->heading; column++) {
        const struct column_list *list = at(column, row);
        if (column->heading && column->kind == COLUMN_LINES)
            for (size_t i = 0; i < list->count; i++)
                add_line(&page, column, (struct column_words){list->items[i], TONE_PLAIN});
        else if (column->heading)
            add_line(&page, column, words_of(column, row, zone, true, arena));
    }
    struct table *table cleanup(table_free_pointer) = page.count ? table_new(page.headings, page.count) : NULL;
    for (size_t i = 0; i < page.count; i++)
        table_cell_tone(table, page.words[i].text, page.words[i].tone);
    if (table)
        table_print_pairs(table, stdout, table_wants_colour(stdout));
}

void columns_show(const struct context *context, const struct column *columns, const void *row) {
    if (context->invocation->json)
        json_value_print(columns_object(columns, row));
    else
        print_alone(columns, row, context->zone);
}
