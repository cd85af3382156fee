#include "app/picture.h"

#include <cairo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum {
    SCALE = 2, /* of telephones' screens; the width is theirs, too, so that its writing is as large as the mail's */
    WIDTH = 400,
    MARGIN = 16,
    TITLE = 30,
    ROW = 30,
    BAR = 16,
    LABEL = 118,
    COLUMNS = 130,
    NUMBERS_MOST = 16,
    LABEL_SIZE = 64,
};

struct colour {
    double red, green, blue;
};
static const struct colour paper = {.984, .976, .957}, ink = {.122, .165, .176}, tone = {.09, .412, .42};
static const struct colour of_health[] = {{.09, .412, .42},   {.478, .718, .69}, {.91, .58, .35},
                                          {.659, .263, .106}, {.62, .63, .6},    {.8, .79, .75}};

/* What WORDS say. */
struct said {
    char title[LABEL_SIZE];
    struct {
        long value;
        char label[LABEL_SIZE];
    } items[NUMBERS_MOST];
    size_t count;
    long most;
};

static void copy_cut(char *ret, const char *bytes, size_t length) {
    size_t kept = utf8_cut(bytes, length, LABEL_SIZE - 1);
    memcpy(ret, bytes, kept);
    ret[kept] = '\0';
    string_trim(ret);
}

static void read_words(const char *words, struct said *ret) {
    const char *colon = strrchr(words, ':'), *at = colon ? colon + 1 : words;
    *ret = (struct said){.most = 1};
    if (colon)
        copy_cut(ret->title, words, (size_t)(colon - words));
    while (*at && ret->count < NUMBERS_MOST) {
        size_t length = strcspn(at, ",;");
        char *rest;
        long value = strtol(at, &rest, 10);
        if (rest != at && value >= 0 && rest <= at + length) {
            ret->items[ret->count].value = value;
            copy_cut(ret->items[ret->count++].label, rest, (size_t)(at + length - rest));
            ret->most = value > ret->most ? value : ret->most;
        }
        at += length + (at[length] != '\0');
    }
}

/* ---- Drawing ---- */

static void use(cairo_t *drawing, struct colour colour) {
    cairo_set_source_rgb(drawing, colour.red, colour.green, colour.blue);
}

/* ALIGNED: 0 from X on, 1 until X, 0.5 around it. */
static void draw_text(cairo_t *drawing, const char *text, double x, double y, double aligned) {
    cairo_text_extents_t extents;
    cairo_text_extents(drawing, text, &extents);
    use(drawing, ink);
    cairo_move_to(drawing, x - aligned * extents.x_advance, y);
    cairo_show_text(drawing, text);
}

static const char *number(long value, char buffer[24]) {
    snprintf(buffer, 24, "%ld", value);
    return buffer;
}

static void draw_box(cairo_t *drawing, double x, double y, double width, double height, struct colour colour) {
    use(drawing, colour);
    cairo_rectangle(drawing, x, y, width, height);
    cairo_fill(drawing);
}

static void draw_bars(cairo_t *drawing, const struct said *said, double top) {
    double widest = WIDTH - 2 * MARGIN - LABEL - 40;
    char buffer[24];
    for (size_t i = 0; i < said->count; i++) {
        double y = top + (double)i * ROW, width = widest * (double)said->items[i].value / (double)said->most;
        draw_text(drawing, said->items[i].label, MARGIN, y + 14, 0);
        draw_box(drawing, MARGIN + LABEL, y, width > 2 ? width : 2, BAR, of_health[i % COUNT_OF(of_health)]);
        draw_text(drawing, number(said->items[i].value, buffer), MARGIN + LABEL + width + 10, y + 14, 0);
    }
}

static void draw_columns(cairo_t *drawing, const struct said *said, double top) {
    double step = (WIDTH - 2.0 * MARGIN) / (double)said->count, bottom = top + COLUMNS;
    char buffer[24];
    for (size_t i = 0; i < said->count; i++) {
        double height = (COLUMNS - 22) * (double)said->items[i].value / (double)said->most,
               x = MARGIN + (double)i * step;
        draw_box(drawing, x + step * .12, bottom - (height > 2 ? height : 2), step * .76, height > 2 ? height : 2,
                 tone);
        draw_text(drawing, number(said->items[i].value, buffer), x + step / 2, bottom - height - 7, .5);
    }
}

static cairo_status_t take_bytes(void *text, const unsigned char *bytes, unsigned length) {
    text_append_bytes(text, bytes, length);
    return CAIRO_STATUS_SUCCESS;
}

bool picture_draw(const char *kind, const char *words, struct text *ret_png, struct error *error) {
    bool bars = string_equal(kind, "health");
    struct said said;
    read_words(words, &said);
    if (!said.count || (!bars && !string_equal(kind, "weeks")))
        return error_set(error, ERROR_PERMANENT,
                         "a picture \"%s\" can't be drawn: there are \"health\" and \"weeks\", of words with numbers",
                         kind);
    double top = MARGIN + (*said.title ? TITLE : 0),
           height = top + (bars ? (double)said.count * ROW : COLUMNS) + MARGIN;
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, WIDTH * SCALE, (int)(height * SCALE));
    cairo_t *drawing = cairo_create(surface);
    auto_text png = TEXT_EMPTY;
    cairo_scale(drawing, SCALE, SCALE);
    use(drawing, paper);
    cairo_paint(drawing);
    cairo_select_font_face(drawing, "sans-serif", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(drawing, 16);
    if (*said.title)
        draw_text(drawing, said.title, MARGIN, MARGIN + 15, 0);
    (bars ? draw_bars : draw_columns)(drawing, &said, top);
    cairo_status_t status = cairo_surface_write_to_png_stream(surface, take_bytes, &png);
    cairo_destroy(drawing);
    cairo_surface_destroy(surface);
    if (status != CAIRO_STATUS_SUCCESS)
        return error_set(error, ERROR_TEMPORARY, "a picture can't be drawn: %s", cairo_status_to_string(status));
    text_free(ret_png);
    *ret_png = png;
    png = TEXT_EMPTY;
    return true;
}
