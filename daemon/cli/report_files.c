#include "cli/report_files.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/table.h"

static bool cannot(struct error *error, const char *path) {
    return error_set(error, ERROR_PERMANENT, "Can't write %s: %s.", path, strerror(errno));
}

static bool write_file(const char *path, const struct text *text, struct error *error) {
    auto_text beside = TEXT_EMPTY;
    text_append_format(&beside, "%s.new", path);
    FILE *file = fopen(text_string(&beside), "we");
    if (!file)
        return cannot(error, path);
    bool good = fwrite(text_string(text), 1, text->length, file) == text->length;
    good = fclose(file) == 0 && good;
    if (good && rename(text_string(&beside), path) == 0)
        return true;
    cannot(error, path);
    unlink(text_string(&beside));
    return false;
}

bool report_files_write_page(const struct report *report, const char *path, int64_t *ret_size, struct error *error) {
    auto_text page = TEXT_EMPTY;
    report_write_page(report, &page);
    *ret_size = (int64_t)page.length;
    return write_file(path, &page, error);
}

/* ---- CSV ---- */

static void append_table(const struct report_table *table, struct text *csv) {
    for (size_t i = 0; i < table->column_count; i++)
        text_append_format(csv, "%s%c", table->columns[i].name, i + 1 < table->column_count ? ',' : '\n');
    for (size_t i = 0; i < table->row_count; i++)
        for (size_t j = 0; j < table->column_count; j++) {
            const struct report_cell *cell = &report_row(table, i)[j];
            if (table->columns[j].kind == REPORT_NUMBER)
                text_append_format(csv, "%" PRId64, cell->number);
            else
                table_append_csv(csv, cell->text ? cell->text : "");
            text_append_char(csv, j + 1 < table->column_count ? ',' : '\n');
        }
}

bool report_files_write_tables(const struct report *report, const char *directory, struct error *error) {
    if (mkdir(directory, 0777) != 0 && errno != EEXIST)
        return cannot(error, directory);
    for (size_t i = 0; i < report->table_count; i++) {
        auto_text path = TEXT_EMPTY, csv = TEXT_EMPTY;
        text_append_format(&path, "%s/%s.csv", directory, report->tables[i].name);
        append_table(&report->tables[i], &csv);
        if (!write_file(text_string(&path), &csv, error))
            return false;
    }
    return true;
}
