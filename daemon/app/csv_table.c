#include "app/csv_table.h"

#include <csv.h>
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

struct reader {
    struct arena *arena;
    struct csv_row *rows; /* the heading first */
    size_t count, capacity;
    const char **fields; /* of the row being read */
    size_t field_count, field_capacity;
    int line, row_line; /* row_line 0: no row has begun */
    bool row_has_text;
};

static void field_found(void *bytes, size_t length, void *data) {
    struct reader *reader = data;
    char *field = arena_copy_bytes(reader->arena, bytes ? bytes : "", length);
    string_trim(field);
    reader->row_has_text = reader->row_has_text || *field;
    if (reader->field_count >= CSV_TABLE_COLUMNS_MOST)
        return;
    reader->fields =
        memory_grow(reader->fields, &reader->field_capacity, reader->field_count + 1, sizeof *reader->fields);
    reader->fields[reader->field_count++] = field;
}

static void row_found(int terminator, void *data) {
    (void)terminator;
    struct reader *reader = data;
    if (reader->row_has_text) {
        struct csv_row row = {.line = reader->row_line, .count = reader->field_count};
        row.fields = arena_take_array(reader->arena, row.count, sizeof *row.fields);
        memcpy(row.fields, reader->fields, row.count * sizeof *row.fields);
        reader->rows = memory_grow(reader->rows, &reader->capacity, reader->count + 1, sizeof *reader->rows);
        reader->rows[reader->count++] = row;
    }
    reader->field_count = 0;
    reader->row_line = 0;
    reader->row_has_text = false;
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
    for (size_t i = 0; i < length; i++) {
        bool line_end = bytes[i] == '\n' || bytes[i] == '\r';
        if (!reader->row_line && !line_end)
            reader->row_line = reader->line;
        if (csv_parse(parser, bytes + i, 1, field_found, row_found, reader) != 1)
            return false;
        if (bytes[i] == '\n' || (bytes[i] == '\r' && (i + 1 == length || bytes[i + 1] != '\n')))
            reader->line++;
    }
    return csv_fini(parser, field_found, row_found, reader) == 0;
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
    struct reader reader = {.arena = arena};
    struct csv_parser parser;
    require(csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) == 0);
    csv_set_delim(&parser, find_delimiter(bytes, length));
    bool good = feed(&parser, &reader, bytes, length);
    csv_free(&parser);
    free(reader.fields);
    if (!good)
        error_list_add(
            errors, path, reader.row_line ? reader.row_line : reader.line,
            "A quote (\") stands wrong in this row: a field with quotes or delimiters inside is put in quotes, "
            "and quotes within it are doubled.");
    else if (!reader.count)
        good = error_list_add(errors, path, 0, "There is nothing in it.");
    if (good) {
        *ret = (struct csv_table){.heading = reader.rows[0], .count = reader.count - 1};
        ret->rows = arena_take_array(arena, ret->count, sizeof *ret->rows);
        if (ret->count)
            memcpy(ret->rows, reader.rows + 1, ret->count * sizeof *ret->rows);
    }
    free(reader.rows);
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
