#include "app/report/report_chart.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "app/report/report_world.h"
#include "base/memory.h"

void report_chart_append_text(struct text *html, const char *string) {
    auto_text printable = TEXT_EMPTY;
    text_append_printable(&printable, string);
    text_append_html(html, text_string(&printable), printable.length);
}

/* ---- Bars ---- */

void report_chart_bar(struct text *svg, int64_t value, int64_t most) {
    if (value > 0)
        text_append_format(svg,
                           "<svg class=\"bar\" width=\"100%%\" height=\"8\" aria-hidden=\"true\" focusable=\"false\">"
                           "<rect width=\"%.1f%%\" height=\"8\" rx=\"2\"/></svg>",
                           100 * (double)value / (double)(most > value ? most : value));
}

/* ---- The map ---- */

enum { LARGEST = 42, SMALLEST = 12, MARK = 11, CORNER = 16 };

/* In the middle of them all; false where none of them is on the map. */
static bool find_place(const char *codes, struct report_place *ret, bool *ret_several) {
    struct report_place sum = {0}, place;
    int count = 0;
    *ret_several = strchr(codes, ' ') != NULL;
    for (const char *at = codes; *at;) {
        size_t length = strcspn(at, " ");
        auto_string code = memory_copy_bytes(at, length);
        at += length + strspn(at + length, " ");
        if (!report_world_find(code, &place))
            continue;
        sum.x += place.x;
        sum.y += place.y;
        count++;
    }
    if (count)
        *ret = (struct report_place){sum.x / count, sum.y / count};
    return count > 0;
}

static void append_dot(struct text *svg, const struct report_dot *dot, int64_t most) {
    struct report_place at;
    bool several;
    if (!find_place(dot->codes, &at, &several))
        return;
    double radius = LARGEST * sqrt((double)dot->people / (double)most);
    text_append_format(svg, "<circle class=\"%s\" cx=\"%.0f\" cy=\"%.0f\" r=\"%.0f\"><title>", several ? "ring" : "dot",
                       at.x, at.y, radius > SMALLEST ? radius : SMALLEST);
    report_chart_append_text(svg, dot->name);
    text_append_format(svg, ": %" PRId64 "</title></circle>", dot->people);
}

/* A square on its corner for a country's, on its side for the programme's. */
static void append_mark(struct text *svg, const struct report_mark *mark) {
    struct report_place at;
    bool several;
    if (!find_place(mark->code, &at, &several))
        return;
    if (mark->programme)
        text_append_format(svg, "<path class=\"mark\" d=\"M%.0f %.0fh%dv%dh-%dz\"", at.x - MARK, at.y - MARK, 2 * MARK,
                           2 * MARK, 2 * MARK);
    else
        text_append_format(svg, "<path class=\"mark\" d=\"M%.0f %.0fl%d %dl-%d %dl-%d-%dz\"", at.x, at.y - CORNER,
                           CORNER, CORNER, CORNER, CORNER, CORNER, CORNER);
    text_append(svg, "><title>");
    report_chart_append_text(svg, mark->name);
    text_append(svg, "</title></path>");
}

static void append_land(struct text *svg) {
    size_t length;
    text_append(svg, "<path class=\"land\" d=\"");
    for (const char *at = NULL, *piece; (piece = report_world_land(&at, &length));)
        text_append_bytes(svg, piece, length);
    text_append(svg, "\"/>");
}

void report_chart_map(struct text *svg, const char *id, const char *title, const struct report_dot *dots, size_t count,
                      const struct report_mark *marks, size_t mark_count) {
    struct report_place size = report_world_size();
    int64_t most = 1;
    text_append_format(
        svg, "<svg class=\"map\" viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-labelledby=\"%s-title %s-about\">", size.x,
        size.y, id, id);
    text_append_format(svg, "<title id=\"%s-title\">", id);
    report_chart_append_text(svg, title);
    text_append_format(svg, "</title><desc id=\"%s-about\">", id);
    for (size_t i = 0; i < count; i++) {
        most = dots[i].people > most ? dots[i].people : most;
        text_append(svg, i ? "; " : "");
        report_chart_append_text(svg, dots[i].name);
        text_append_format(svg, ": %" PRId64, dots[i].people);
    }
    text_append(svg, "</desc>");
    append_land(svg);
    for (size_t i = 0; i < count; i++)
        append_dot(svg, &dots[i], most);
    for (size_t i = 0; i < mark_count; i++)
        append_mark(svg, &marks[i]);
    text_append(svg, "</svg>");
}

/* ---- Strips ---- */

enum { CELL = 10, GAP = 1, CELL_HEIGHT = 16, STRIP_HEIGHT = 26, BELOW = 21 };

static int shade_of(int64_t letters) {
    return letters >= REPORT_STRIP_SHADES ? REPORT_STRIP_SHADES - 1 : (int)letters;
}

/* All cells of one shade are one path: a programme has many strips. */
static void append_shade(struct text *svg, int shade, int64_t weeks, const struct report_strip_week *list,
                         size_t count) {
    auto_text path = TEXT_EMPTY;
    size_t next = 0;
    for (int64_t week = 1; week <= weeks; week++) {
        while (next < count && list[next].week < week)
            next++;
        int64_t letters = next < count && list[next].week == week ? list[next].letters : 0;
        if (shade_of(letters) == shade)
            text_append_format(&path, "M%" PRId64 " 0h%dv%dh-%dz", (week - 1) * CELL, CELL - GAP, CELL_HEIGHT,
                               CELL - GAP);
    }
    if (path.length)
        text_append_format(svg, "<path class=\"h%d\" d=\"%s\"/>", shade, text_string(&path));
}

void report_chart_strip(struct text *svg, const char *title, int64_t weeks, int64_t most,
                        const struct report_strip_week *list, size_t count) {
    text_append_format(svg, "<svg class=\"strip\" viewBox=\"0 0 %" PRId64 " %d\" role=\"img\"><title>",
                       (most > weeks ? most : weeks) * CELL, STRIP_HEIGHT);
    report_chart_append_text(svg, title);
    text_append(svg, "</title>");
    for (int shade = 0; shade < REPORT_STRIP_SHADES; shade++)
        append_shade(svg, shade, weeks, list, count);
    for (size_t i = 0; i < count; i++) {
        int64_t left = (list[i].week - 1) * CELL;
        bool both = list[i].check_ins && list[i].warnings;
        if (list[i].check_ins)
            text_append_format(svg, "<circle class=\"answer\" cx=\"%.1f\" cy=\"%d\" r=\"2\"/>",
                               (double)left + (both ? 2 : 4.5), BELOW);
        if (list[i].warnings)
            text_append_format(svg, "<path class=\"warning\" d=\"M%.1f %dl3 6h-6z\"/>", (double)left + (both ? 7 : 4.5),
                               BELOW - 3);
    }
    text_append(svg, "</svg>");
}
