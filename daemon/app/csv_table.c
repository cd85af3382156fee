#include "app/csv_table.h"

#include <csv.h>
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/descriptor.h"
#include "base/error.h"
#include "base/fold.h"
#include "base/text.h"

/* ---- The file ---- */

bool csv_table_load(const char *path, char **ret, size_t *ret_length, struct error_list *errors) {
    auto_text bytes = TEXT_EMPTY;
    bool good = string_equal(path, "-") ? descriptor_read(STDIN_FILENO, CSV_TABLE_SIZE_MOST, &bytes)
                                        : descriptor_read_file(path, CSV_TABLE_SIZE_MOST, &bytes);
    if (!good && errno == EFBIG)
        return error_list_add(errors, path, 0, "It is larger than %d MB.", CSV_TABLE_SIZE_MOST / 1024 / 1024);
    if (!good)
        return error_list_add(errors, path, 0, "Can't read it: %s.", strerror(errno));
    *ret_length = bytes.length;
    *ret = text_steal(&bytes);
    return true;
}

/* ---- Rows ---- */

/* Of all rows in turn, where they are; of one row, its fields. */
struct reader {
    struct csv_place *places; /* the heading first */
    size_t count, capacity, at;
    struct csv_place row; /* that is being read; line 0: none has begun */
    bool row_has_text;
    int line;
};

static void field_passed(void *bytes, size_t length, void *data) {
    struct reader *reader = data;
    for (size_t i = 0; i < length && !reader->row_has_text; i++)
        reader->row_has_text = !isspace(((const unsigned char *)bytes)[i]);
}

static void row_found(int terminator, void *data) {
    (void)terminator;
    struct reader *reader = data;
    if (reader->row_has_text) {
        reader->row.length = (uint32_t)reader->at - reader->row.begin;
        reader->places = memory_grow(reader->places, &reader->capacity, reader->count + 1, sizeof *reader->places);
        reader->places[reader->count++] = reader->row;
    }
    reader->row.line = 0;
    reader->row_has_text = false;
}

struct fields {
    struct arena *arena;
    const char *items[CSV_TABLE_COLUMNS_MOST];
    size_t count;
};

static void field_found(void *bytes, size_t length, void *data) {
    struct fields *fields = data;
    if (fields->count >= CSV_TABLE_COLUMNS_MOST)
        return;
    char *field = arena_copy_bytes(fields->arena, bytes ? bytes : "", length);
    string_trim(field);
    fields->items[fields->count++] = field;
}

static void open_parser(struct csv_parser *parser, unsigned char delimiter) {
    require(csv_init(parser, CSV_STRICT | CSV_STRICT_FINI) == 0);
    csv_set_delim(parser, delimiter);
}

static struct csv_row read_fields(const struct csv_table *table, struct csv_place place, struct arena *arena) {
    struct fields fields = {.arena = arena};
    struct csv_parser parser;
    open_parser(&parser, table->delimiter);
    csv_parse(&parser, table->bytes + place.begin, place.length, field_found, NULL, &fields);
    csv_fini(&parser, field_found, NULL, &fields);
    csv_free(&parser);
    struct csv_row row = {.line = place.line, .count = fields.count};
    row.fields = arena_take_array(arena, row.count, sizeof *row.fields);
    memcpy(row.fields, fields.items, row.count * sizeof *row.fields);
    return row;
}

struct csv_row csv_table_row(const struct csv_table *table, size_t number, struct arena *arena) {
    return read_fields(table, table->places[number], arena);
}

static unsigned char find_delimiter(const char *bytes, size_t length) {
    static const char delimiters[] = ",;\t";
    size_t counts[3] = {0}, best = 0;
    bool quoted = false;
    for (size_t i = 0; i < length && (quoted || bytes[i] != '\n'); i++) {
        if (bytes[i] == '"')
            quoted = !quoted;
        for (size_t j = 0; !quoted && j < COUNT_OF(counts); j++)
            counts[j] += bytes[i] == delimiters[j];
    }
    for (size_t j = 1; j < COUNT_OF(counts); j++)
        if (counts[j] > counts[best])
            best = j;
    return (unsigned char)delimiters[best];
}

/* Byte by byte, because libcsv doesn't say where it is. False where a quote stands wrong. */
static bool feed(struct csv_parser *parser, struct reader *reader, const char *bytes, size_t length) {
    reader->line = 1;
    for (reader->at = 0; reader->at < length; reader->at++) {
        const char *byte = bytes + reader->at;
        bool line_end = *byte == '\n' || *byte == '\r';
        if (!reader->row.line && !line_end)
            reader->row = (struct csv_place){.begin = (uint32_t)reader->at, .line = reader->line};
        if (csv_parse(parser, byte, 1, field_passed, row_found, reader) != 1)
            return false;
        if (*byte == '\n' || (*byte == '\r' && (reader->at + 1 == length || byte[1] != '\n')))
            reader->line++;
    }
    return csv_fini(parser, field_passed, row_found, reader) == 0;
}

static bool check_encoding(const char *path, const char *bytes, size_t length, struct error_list *errors) {
    if (length >= 2 && (memcmp(bytes, "\xFF\xFE", 2) == 0 || memcmp(bytes, "\xFE\xFF", 2) == 0))
        return error_list_add(errors, path, 0, "This is UTF-16. Save it as \"CSV UTF-8\".");
    for (size_t position = 0; position < length;) {
        size_t before = position;
        uint32_t codepoint = utf8_next(bytes, length, &position);
        if (codepoint == 0 || (codepoint == 0xFFFD && position - before == 1))
            return error_list_add(errors, path, 1 + utf8_line_ends(bytes, before), "%s Save the file as \"CSV UTF-8\".",
                                  codepoint ? "A character here is not UTF-8." : "A NUL byte: this is no text.");
    }
    return true;
}

bool csv_table_read(const char *path, const char *bytes, size_t length, struct arena *arena, struct csv_table *ret,
                    struct error_list *errors) {
    if (!check_encoding(path, bytes, length, errors))
        return false;
    size_t mark = utf8_mark_length(bytes, length);
    bytes += mark;
    length -= mark;
    struct reader reader = {0};
    struct csv_table table = {.bytes = bytes, .delimiter = find_delimiter(bytes, length)};
    struct csv_parser parser;
    open_parser(&parser, table.delimiter);
    bool good = feed(&parser, &reader, bytes, length);
    csv_free(&parser);
    if (!good)
        error_list_add(
            errors, path, reader.row.line ? reader.row.line : reader.line,
            "A quote (\") stands wrong in this row: a field with quotes or delimiters inside is put in quotes, "
            "and quotes within it are doubled.");
    else if (!reader.count)
        good = error_list_add(errors, path, 0, "There is nothing in it.");
    if (good) {
        table.heading = read_fields(&table, reader.places[0], arena);
        table.count = reader.count - 1;
        table.places = arena_take_array(arena, table.count, sizeof *table.places);
        if (table.count)
            memcpy(table.places, reader.places + 1, table.count * sizeof *table.places);
        *ret = table;
    }
    free(reader.places);
    return good;
}

/* ---- Columns ---- */

int csv_table_column(const struct csv_table *table, const char *const *names) {
    for (; *names; names++)
        for (size_t i = 0; i < table->heading.count; i++) {
            auto_text heading = TEXT_EMPTY;
            fold_name(table->heading.fields[i], &heading);
            if (string_equal(text_string(&heading), *names))
                return (int)i;
        }
    return -1;
}

const char *csv_table_field(const struct csv_row *row, int column) {
    return column >= 0 && (size_t)column < row->count ? row->fields[column] : "";
}
