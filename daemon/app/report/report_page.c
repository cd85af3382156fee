#include <inttypes.h>
#include <string.h>

#include "app/report/report.h"
#include "app/report/report_chart.h"
#include "base/embedded.h"
#include "base/localise.h"
#include "base/memory.h"

#define STYLE "report/style.css"

/* Where columns of the tables "partnerships" and "weeks" are, as app/report/report_partnerships.c has them. */
enum {
    OF_ID,
    OF_PARTNERS,
    OF_STATE,
    OF_HEALTH,
    OF_BEGAN,
    OF_WEEKS,
    OF_IN_TOUCH,
    OF_LETTERS,
    OF_CHECK_INS,
    OF_WARNINGS,
    OF_REASON
};
enum { WEEK_OF, WEEK_NUMBER, WEEK_LETTERS, WEEK_CHECK_INS, WEEK_WARNINGS };

struct page {
    const struct report *report;
    struct text *out;
    struct arena *arena;
};

static void say(const struct page *page, const char *html) {
    text_append(page->out, html);
}

static void say_text(const struct page *page, const char *text) {
    report_chart_append_text(page->out, text);
}

static void say_element(const struct page *page, const char *opening, const char *text, const char *closing) {
    say(page, opening);
    say_text(page, text);
    say(page, closing);
}

/* ---- Tables ---- */

static size_t first_number(const struct report_table *table) {
    size_t column = 0;
    while (column + 1 < table->column_count && table->columns[column].kind != REPORT_NUMBER)
        column++;
    return column;
}

static int64_t most_of(const struct report_table *table, size_t column) {
    int64_t most = 0;
    for (size_t i = 0; i < table->row_count; i++)
        most = report_row(table, i)[column].number > most ? report_row(table, i)[column].number : most;
    return most;
}

static void say_headings(const struct page *page, const struct report_table *table, size_t from) {
    say(page, "<thead><tr>");
    for (size_t i = from; i < table->column_count; i++)
        if (table->columns[i].heading)
            say_element(page,
                        table->columns[i].kind == REPORT_TEXT ? "<th scope=\"col\" class=\"text\">"
                                                              : "<th scope=\"col\">",
                        table->columns[i].heading, "</th>");
    say(page, "</tr></thead><tbody>");
}

/* The first that is shown heads its row, and has the bar of BARRED (0: none). */
static void say_row(const struct page *page, const struct report_table *table, size_t row, size_t from, size_t barred,
                    int64_t most) {
    const struct report_cell *cells = report_row(table, row);
    bool first = true;
    say(page, "<tr>");
    for (size_t i = from; i < table->column_count; i++) {
        if (!table->columns[i].heading)
            continue;
        bool number = table->columns[i].kind == REPORT_NUMBER;
        say(page, first ? "<th scope=\"row\">" : number ? "<td>" : "<td class=\"text\">");
        if (number)
            text_append_format(page->out, "%" PRId64, cells[i].number);
        else
            say_text(page, cells[i].text ? cells[i].text : "");
        if (first && barred)
            report_chart_bar(page->out, cells[barred].number, most);
        say(page, first ? "</th>" : "</td>");
        first = false;
    }
    say(page, "</tr>");
}

static void say_table(const struct page *page, const struct report_table *table) {
    enum { WIDE = 5 };
    bool wide = table->column_count >= WIDE;
    size_t barred = table->chart == REPORT_BARS ? first_number(table) : 0;
    if (!table->row_count) {
        say_element(page, "<p>", table->when_empty ? table->when_empty : "Nothing.", "</p>");
        return;
    }
    if (wide)
        text_append_format(page->out, "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-labelledby=\"%s\">",
                           table->name);
    text_append_format(page->out, "<table data-table=\"%s\">", table->name);
    say_element(page, "<caption>", table->title, "</caption>");
    say_headings(page, table, 0);
    for (size_t i = 0; i < table->row_count; i++)
        say_row(page, table, i, 0, barred, barred ? most_of(table, barred) : 0);
    say(page, wide ? "</tbody></table></div>" : "</tbody></table>");
}

static void say_heading(const struct page *page, const struct report_table *table) {
    text_append_format(page->out, "<h3 id=\"%s\">", table->name);
    say_element(page, "", table->title, "</h3>");
    if (table->note)
        say_element(page, "<p class=\"note\">", table->note, "</p>");
}

/* ---- The map ---- */

static void say_map(const struct page *page, const struct report_table *table,
                    const struct report_table *coordinators) {
    struct report_dot *dots = arena_take_array(page->arena, table->row_count + 1, sizeof *dots);
    struct report_mark *marks = arena_take_array(page->arena, coordinators->row_count + 1, sizeof *marks);
    bool together = false;
    for (size_t i = 0; i < table->row_count; i++) {
        const struct report_cell *row = report_row(table, i);
        dots[i] = (struct report_dot){row[0].text, row[1].text, row[2].number};
        together |= strchr(row[0].text, ' ') != NULL;
    }
    for (size_t i = 0; i < coordinators->row_count; i++) {
        const struct report_cell *row = report_row(coordinators, i);
        bool programme = row[2].text && strstr(row[2].text, "programme coordinator");
        marks[i] =
            (struct report_mark){row[0].text, arena_format(page->arena, "%s: %s", row[1].text, row[2].text), programme};
    }
    say(page, "<figure>");
    report_chart_map(page->out, "map", table->title, dots, table->row_count, marks, coordinators->row_count);
    say(page, "</figure><ul class=\"legend\">"
              "<li><svg width=\"16\" height=\"16\" viewBox=\"0 0 60 60\" aria-hidden=\"true\"><circle class=\"dot\" "
              "cx=\"30\" cy=\"30\" r=\"27\"/></svg>"
              "people of a country, by area</li>");
    if (together)
        say(page, "<li><svg width=\"16\" height=\"16\" viewBox=\"0 0 60 60\" aria-hidden=\"true\"><circle "
                  "class=\"ring\" cx=\"30\" cy=\"30\" r=\"26\"/></svg>"
                  "several countries together</li>");
    say(page, "<li><svg width=\"14\" height=\"14\" viewBox=\"0 0 40 40\" aria-hidden=\"true\"><rect class=\"mark\" "
              "x=\"6\" y=\"6\" width=\"28\" height=\"28\" transform=\"rotate(45 20 20)\"/></svg>"
              "a country coordinator</li>"
              "<li><svg width=\"14\" height=\"14\" viewBox=\"0 0 40 40\" aria-hidden=\"true\"><rect class=\"mark\" "
              "x=\"4\" y=\"4\" width=\"32\" height=\"32\"/></svg>"
              "the programme’s coordinators</li></ul>"
              "<details class=\"numbers\"><summary>The map in numbers</summary><div class=\"columns\"><div>");
    say_table(page, table);
    say(page, "</div><div>");
    say_table(page, coordinators);
    say(page, "</div></div></details>");
}

/* ---- Strips ---- */

static void say_shades(const struct page *page) {
    static const char *const words[REPORT_STRIP_SHADES] = {"none", "1", "2", "3", "4 letters or more in a week"};
    say(page, "<ul class=\"legend\">");
    for (int i = 0; i < REPORT_STRIP_SHADES; i++)
        text_append_format(page->out,
                           "<li><svg width=\"14\" height=\"14\" aria-hidden=\"true\"><rect class=\"h%d\" width=\"14\" "
                           "height=\"14\"/></svg>%s</li>",
                           i, words[i]);
    say(page, "<li><svg width=\"14\" height=\"14\" viewBox=\"0 0 6 6\" aria-hidden=\"true\"><circle class=\"answer\" "
              "cx=\"3\" cy=\"3\" r=\"2\"/></svg>"
              "a check-in answered</li>"
              "<li><svg width=\"14\" height=\"14\" viewBox=\"0 0 6 6\" aria-hidden=\"true\"><path class=\"warning\" "
              "d=\"M3 0l3 6h-6z\"/></svg>"
              "an early warning</li></ul>");
}

/* Reasons begin as they go on in a mail; here they stand alone. */
static const char *sentence(const struct page *page, const char *reason) {
    bool lower = *reason >= 'a' && *reason <= 'z', ends = string_ends_with(reason, ".");
    return arena_format(page->arena, "%c%s%s", lower ? *reason - 'a' + 'A' : *reason, *reason ? reason + 1 : "",
                        ends ? "" : ".");
}

static void say_opened(const struct page *page, const struct report_cell *row, const struct report_table *weeks,
                       size_t from, size_t until) {
    say_element(page, "<div class=\"opened\"><p>",
                *row[OF_REASON].text ? sentence(page, row[OF_REASON].text) : "Nothing is known yet.", "</p>");
    say_element(page, "<p class=\"note\">",
                arena_format(page->arena,
                             "Began on %s. Letters: %" PRId64 ", in %" PRId64 " of %" PRId64
                             " weeks. Answers to check-ins: %" PRId64 ". Early warnings: %" PRId64 ".",
                             row[OF_BEGAN].text, row[OF_LETTERS].number, row[OF_IN_TOUCH].number, row[OF_WEEKS].number,
                             row[OF_CHECK_INS].number, row[OF_WARNINGS].number),
                "</p>");
    if (from < until) {
        say(page, "<table><caption>Weeks in which something was seen</caption>");
        say_headings(page, weeks, WEEK_NUMBER);
        for (size_t i = from; i < until; i++)
            say_row(page, weeks, i, WEEK_NUMBER, 0, 0);
        say(page, "</tbody></table>");
    }
    say(page, "</div>");
}

/* Those of one partnership stand together, in the order of partnerships. */
static size_t take_weeks(const struct report_table *weeks, size_t from, int64_t partnership,
                         struct report_strip_week *ret) {
    size_t count = 0;
    while (from + count < weeks->row_count && report_row(weeks, from + count)[WEEK_OF].number == partnership) {
        const struct report_cell *row = report_row(weeks, from + count);
        ret[count++] = (struct report_strip_week){row[WEEK_NUMBER].number, row[WEEK_LETTERS].number,
                                                  row[WEEK_CHECK_INS].number, row[WEEK_WARNINGS].number};
    }
    return count;
}

static bool needs_somebody(const char *state) {
    return string_equal(state, "quiet") || string_equal(state, "unclear");
}

static void say_strips(const struct page *page, const struct report_table *table, const struct report_table *weeks) {
    struct report_strip_week *list = arena_take_array(page->arena, weeks->row_count + 1, sizeof *list);
    int64_t most = most_of(table, OF_WEEKS);
    say_shades(page);
    for (size_t i = 0, from = 0; i < table->row_count; i++) {
        const struct report_cell *row = report_row(table, i);
        auto_arena arena = arena_new();
        const struct page one = {page->report, page->out, arena};
        size_t count = take_weeks(weeks, from, row[OF_ID].number, list);
        const char *who = row[OF_PARTNERS].text ? row[OF_PARTNERS].text
                                                : arena_format(arena, "Partnership %" PRId64, row[OF_ID].number);
        say_element(&one, "<details class=\"partnership\"><summary><span class=\"who\">", who, "</span>");
        report_chart_strip(page->out,
                           arena_format(arena, "Letters in %" PRId64 " of %" PRId64 " weeks; warnings: %" PRId64,
                                        row[OF_IN_TOUCH].number, row[OF_WEEKS].number, row[OF_WARNINGS].number),
                           row[OF_WEEKS].number, most, list, count);
        say_element(&one,
                    needs_somebody(row[OF_STATE].text) ? "<span class=\"state needs\">" : "<span class=\"state\">",
                    row[OF_STATE].text, " <span class=\"share\">");
        text_append_format(page->out, "%" PRId64 " of %" PRId64 " weeks</span></span></summary>",
                           row[OF_IN_TOUCH].number, row[OF_WEEKS].number);
        say_opened(&one, row, weeks, from, from + count);
        say(&one, "</details>");
        from += count;
    }
}

/* ---- The page ---- */

/* What is shown with a map, and with strips, stands behind it. */
static void say_section(const struct page *page, const struct report_table *table) {
    enum { WHOLE = 5 };
    bool whole = table->chart == REPORT_MAP || table->chart == REPORT_STRIPS || table->column_count >= WHOLE;
    say(page, whole ? "<section class=\"whole\">" : "<section>");
    say_heading(page, table);
    if (!table->row_count || table->chart == REPORT_PLAIN || table->chart == REPORT_BARS)
        say_table(page, table);
    else if (table->chart == REPORT_MAP)
        say_map(page, table, table + 1);
    else
        say_strips(page, table, table + 1);
    say(page, "</section>");
}

static void say_chapter(const struct page *page, enum report_chapter chapter) {
    static const char *const titles[REPORT_CHAPTERS] = {"The people", "In touch", "The partnerships", "Looked after",
                                                        "The service"};
    const struct report *report = page->report;
    say_element(page, chapter == REPORT_CARE ? "<section class=\"care\"><h2>" : "<section><h2>", titles[chapter],
                "</h2><div class=\"columns\">");
    for (size_t i = 0; i < report->table_count; i++)
        if (report->tables[i].chapter == chapter && report->tables[i].chart != REPORT_HIDDEN)
            say_section(page, &report->tables[i]);
    say(page, "</div></section>");
}

static const char *style(void) {
    const struct embedded_file *file = embedded_files;
    while (!string_equal(file->path, STYLE))
        file++;
    return file->bytes;
}

static const char *count_words(const struct page *page, int64_t count, const char *one, const char *several) {
    return arena_format(page->arena, "%" PRId64 " %s", count, count == 1 ? one : several);
}

static void say_head(const struct page *page) {
    const struct report *report = page->report;
    const char *title = arena_format(page->arena, "%s, %s", report->programme, report->round.name);
    say(page,
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
        "<meta name=\"color-scheme\" content=\"light dark\">"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">");
    say_element(page, "<title>", title, "</title><style>");
    say(page, style());
    say(page, "</style></head>\n<body><header>");
    say_element(page, "<p class=\"programme\">", report->programme, "</p>");
    say_element(page, "<h1>", report->round.name, "</h1>");
    say_element(page, "<p class=\"lead\">",
                arena_format(page->arena, "%s from %s, in %s. They wrote %s that we know of.",
                             count_words(page, report->people, "person", "people"),
                             count_words(page, report->countries, "country", "countries"),
                             count_words(page, report->partnerships, "partnership", "partnerships"),
                             count_words(page, report->letters, "letter", "letters")),
                "</p>");
    say_element(page, "<p class=\"when\">",
                arena_format(page->arena, "%s to %s. As of %s.",
                             localise_date(page->arena, report->from, report->zone, "en"),
                             localise_date(page->arena, report->until, report->zone, "en"),
                             localise_moment(page->arena, report->made_at, report->zone, "en")),
                "</p></header>\n<main>");
}

static void say_foot(const struct page *page) {
    say(page, "</main>\n<footer><p>");
    say(page,
        page->report->names
            ? "This report names people: it is for coordinators. "
            : "Nobody is named here, and what fewer than five people said, or where they live, is shown only together "
              "with others; answers are counted in fives. ");
    say(page, "Written by tandempost " TANDEMPOST_VERSION
              ". The map’s land is Natural Earth’s, which is in the public domain.</p></footer></body></html>\n");
}

void report_write_page(const struct report *report, struct text *out) {
    auto_arena arena = arena_new();
    const struct page page = {report, out, arena};
    say_head(&page);
    for (int chapter = 0; chapter < REPORT_CHAPTERS; chapter++)
        say_chapter(&page, (enum report_chapter)chapter);
    say_foot(&page);
}
