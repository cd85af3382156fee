#include "cli/table.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/wrap.h"

enum { GAP = 2, NARROWEST = 8 };

struct cell {
    char *text; /* printable; owned */
    size_t width;
    enum table_tone tone;
};

struct table {
    const struct table_column *columns;
    size_t column_count;
    struct cell *cells;
    size_t count, capacity;
    size_t *widths; /* NULL: nothing was printed yet */
    bool cuts;
};

struct table *table_new(const struct table_column *columns, size_t count) {
    require(count > 0);
    struct table *table = memory_new(sizeof *table);
    table->columns = columns;
    table->column_count = count;
    return table;
}

static void forget_rows(struct table *table) {
    for (size_t i = 0; i < table->count; i++)
        free(table->cells[i].text);
    table->count = 0;
}

void table_free(struct table *table) {
    if (!table)
        return;
    forget_rows(table);
    free(table->cells);
    free(table->widths);
    free(table);
}

void table_free_pointer(struct table **table) {
    table_free(*table);
    *table = NULL;
}

void table_cell_tone(struct table *table, const char *value, enum table_tone tone) {
    auto_text printable = TEXT_EMPTY;
    text_append_printable(&printable, value ? value : "");
    size_t width = utf8_width(text_string(&printable));
    table->cells = memory_grow(table->cells, &table->capacity, table->count + 1, sizeof *table->cells);
    table->cells[table->count++] = (struct cell){text_steal(&printable), width, tone};
}

void table_cell(struct table *table, const char *value) {
    table_cell_tone(table, value, TONE_PLAIN);
}

void table_cell_format(struct table *table, const char *format, ...) {
    auto_text value = TEXT_EMPTY;
    va_list arguments;
    va_start(arguments, format);
    text_append_format_list(&value, format, arguments);
    va_end(arguments);
    table_cell(table, text_string(&value));
}

size_t table_row_count(const struct table *table) {
    return table->count / table->column_count;
}

/* ---- Widths ---- */

static size_t total(const size_t *widths, size_t count) {
    size_t sum = (count - 1) * GAP;
    for (size_t i = 0; i < count; i++)
        sum += widths[i];
    return sum;
}

/* The widest column that may still give way: one that says it shrinks, else any. */
static size_t next_to_shrink(const struct table *table, const size_t *widths) {
    size_t best = table->column_count;
    for (int willing = 1; willing >= 0 && best == table->column_count; willing--)
        for (size_t i = 0; i < table->column_count; i++)
            if (widths[i] > NARROWEST && (table->columns[i].shrinks || !willing) &&
                (best == table->column_count || widths[i] > widths[best]))
                best = i;
    return best;
}

static size_t *find_widths(const struct table *table, size_t limit) {
    require(table->column_count > 0);
    size_t *widths = memory_new_array(table->column_count, sizeof *widths);
    for (size_t i = 0; i < table->column_count; i++)
        widths[i] = utf8_width(table->columns[i].heading);
    for (size_t i = 0; i < table->count; i++) {
        size_t *width = &widths[i % table->column_count];
        if (table->cells[i].width > *width)
            *width = table->cells[i].width;
    }
    while (limit && total(widths, table->column_count) > limit) {
        size_t column = next_to_shrink(table, widths);
        if (column == table->column_count)
            break;
        widths[column]--;
    }
    return widths;
}

/* ---- Printing ---- */

size_t table_fit(const char *text, size_t columns) {
    size_t length = strlen(text), fitting = 0, taken = 0;
    for (size_t position = 0; position < length; fitting = position) {
        utf8_next(text, length, &position);
        auto_string one = memory_copy_bytes(text + fitting, position - fitting);
        taken += utf8_width(one);
        if (taken > columns)
            break;
    }
    return fitting;
}

static void append_padding(struct text *line, size_t columns) {
    while (columns-- > 0)
        text_append_char(line, ' ');
}

const char *table_tone_code(enum table_tone tone) {
    switch (tone) {
    case TONE_PLAIN:
        return "";
    case TONE_GOOD:
        return "\033[32m";
    case TONE_WARNING:
        return "\033[33m";
    case TONE_BAD:
        return "\033[31m";
    case TONE_FAINT:
        return "\033[2m";
    }
    return "";
}

static void append_cell(struct text *line, const struct table_column *column, const char *text, size_t width, bool last,
                        bool cuts, const char *code) {
    auto_text body = TEXT_EMPTY;
    bool cut = cuts && utf8_width(text) > width;
    text_append_bytes(&body, text, cut ? table_fit(text, width - 1) : strlen(text));
    text_append(&body, cut ? "…" : "");
    size_t used = utf8_width(text_string(&body));
    width = used > width ? used : width;
    if (column->alignment == TABLE_RIGHT)
        append_padding(line, width - used);
    if (*code && body.length)
        text_append_format(line, "%s%s\033[0m", code, text_string(&body));
    else
        text_append(line, text_string(&body));
    if (column->alignment == TABLE_LEFT && !last)
        append_padding(line, width - used);
}

/* ROW NULL prints the headings. */
static void print_row(const struct table *table, FILE *file, const struct cell *row, bool colour) {
    auto_text line = TEXT_EMPTY;
    for (size_t i = 0; i < table->column_count; i++) {
        const char *code = !colour ? "" : row ? table_tone_code(row[i].tone) : "\033[1m";
        if (i)
            append_padding(&line, GAP);
        append_cell(&line, &table->columns[i], row ? row[i].text : table->columns[i].heading, table->widths[i],
                    i + 1 == table->column_count, table->cuts, code);
    }
    while (line.length && line.bytes[line.length - 1] == ' ')
        text_truncate(&line, line.length - 1);
    fprintf(file, "%s\n", text_string(&line));
}

void table_print(struct table *table, FILE *file, size_t width, bool colour) {
    if (!table->widths) {
        table->widths = find_widths(table, width);
        table->cuts = width != 0;
        print_row(table, file, NULL, colour);
    }
    for (size_t row = 0; row < table_row_count(table); row++)
        print_row(table, file, table->cells + row * table->column_count, colour);
    forget_rows(table);
}

void table_print_pairs(const struct table *table, FILE *file, bool colour) {
    size_t widest = 0;
    for (size_t i = 0; i < table->column_count; i++)
        if (utf8_width(table->columns[i].heading) > widest)
            widest = utf8_width(table->columns[i].heading);
    for (size_t i = 0; i < table->column_count && i < table->count; i++) {
        const char *heading = table->columns[i].heading, *code = colour ? table_tone_code(table->cells[i].tone) : "";
        auto_text line = TEXT_EMPTY;
        text_append_format(&line, colour ? "\033[1m%s\033[0m:" : "%s:", heading);
        append_padding(&line, widest - utf8_width(heading) + 1);
        fputs(text_string(&line), file);
        wrap_print(file, table->cells[i].text, widest + 2, table_terminal_width(file), code);
    }
}

/* ---- The terminal ---- */

size_t table_terminal_width(FILE *file) {
    if (!isatty(fileno(file)))
        return 0;
    int64_t columns;
    struct winsize size;
    if (ioctl(fileno(file), TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    if (string_to_integer(getenv("COLUMNS"), &columns) && columns > 0 && columns < 10000)
        return (size_t)columns;
    return 80;
}

bool table_wants_colour(FILE *file) {
    const char *terminal = getenv("TERM");
    return isatty(fileno(file)) && string_is_empty(getenv("NO_COLOR")) && !string_is_empty(terminal) &&
           !string_equal(terminal, "dumb");
}

void table_append_csv(struct text *text, const char *value) {
    text_append_format(text, "\"%s", strchr("=+-@\t", *value) && *value ? "'" : "");
    for (const char *c = value; *c; c++)
        text_append(text, *c == '"' ? "\"\"" : (char[]){*c, '\0'});
    text_append_char(text, '"');
}

void table_csv_field(const char *value, bool last) {
    auto_text field = TEXT_EMPTY;
    table_append_csv(&field, value);
    printf("%s%c", text_string(&field), last ? '\n' : ',');
}
