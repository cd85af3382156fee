/* Goal: a picture shows the numbers that its words say, in whatever language; whatever they are, nothing fails but what
 * has no number in it. */
#include "test.h"

#include <cairo.h>
#include <string.h>

#include "app/picture.h"
#include "base/memory.h"

struct reading {
    const struct text *png;
    size_t at;
};

static cairo_status_t give(void *context, unsigned char *bytes, unsigned length) {
    struct reading *reading = context;
    if (length > reading->png->length - reading->at)
        return CAIRO_STATUS_READ_ERROR;
    memcpy(bytes, reading->png->bytes + reading->at, length);
    reading->at += length;
    return CAIRO_STATUS_SUCCESS;
}

static cairo_surface_t *draw(const char *kind, const char *words) {
    struct error error = ERROR_INIT;
    auto_text png = TEXT_EMPTY;
    if (!picture_draw(kind, words, &png, &error))
        fail_msg("%s", error.message);
    assert_in_range(png.length, 300, 30000);
    cairo_surface_t *surface = cairo_image_surface_create_from_png_stream(give, &(struct reading){&png, 0});
    assert_int_equal(cairo_surface_status(surface), CAIRO_STATUS_SUCCESS);
    assert_int_equal(cairo_image_surface_get_width(surface), 800);
    return surface;
}

/* How many pixels of the picture's row, or column, have the colour (0xRRGGBB). */
static int count_pixels(cairo_surface_t *surface, uint32_t colour, int row, int column) {
    const unsigned char *data = cairo_image_surface_get_data(surface);
    int stride = cairo_image_surface_get_stride(surface), count = 0;
    int length = row >= 0 ? cairo_image_surface_get_width(surface) : cairo_image_surface_get_height(surface);
    for (int i = 0; i < length; i++) {
        uint32_t pixel;
        memcpy(&pixel, data + (row >= 0 ? row : i) * stride + 4 * (row >= 0 ? i : column), sizeof pixel);
        count += (pixel & 0xFFFFFF) == colour;
    }
    return count;
}

static void bars_are_as_long_as_their_numbers(void **state) {
    /* Goal: of 12, 6 and 0 the second is half as long as the first, and the third hardly there; the labels may be of
     * any language, before or behind a colon. */
    (void)state;
    static const char *const words[] = {"12 well, 6 slow, 0 quiet", "12 vont bien, 6 à la peine, 0 \xE4\xBD\xA0",
                                        "Wie es geht: 12 gut; 6 langsam; 0 still"};
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        cairo_surface_t *surface = draw("health", words[i]);
        int top = 2 * (16 + (i == 2 ? 30 : 0)), first = count_pixels(surface, 0x17696B, top + 4, -1),
            second = count_pixels(surface, 0x7AB7B0, top + 64, -1);
        assert_in_range(first, 380, 440);
        assert_in_range(2 * second, first - 4, first + 4);
        assert_in_range(count_pixels(surface, 0xE89459, top + 124, -1), 1, 6);
        cairo_surface_destroy(surface);
    }
}

static void weeks_are_columns(void **state) {
    /* Goal: ten weeks stand side by side, the highest ten times as high as a tenth of it. */
    (void)state;
    cairo_surface_t *surface = draw("weeks", "Letters a week, the newest last: 1, 0, 2, 3, 4, 5, 6, 7, 8, 10");
    int last = count_pixels(surface, 0x17696B, -1, 800 - 32 - 36), first = count_pixels(surface, 0x17696B, -1, 32 + 36);
    assert_in_range(last, 200, 220);
    assert_in_range(10 * first, last - 20, last + 20);
    cairo_surface_destroy(surface);
}

static void odd_words_do_no_harm(void **state) {
    /* Goal: numbers of any size, too many of them, no label, controls and broken UTF-8 draw something; what has no
     * number, or is of no kind, is refused with what there is. */
    (void)state;
    static const char *const odd[] = {
        "0",
        "1, 2, , 3,",
        "999999999999999999999999 much",
        "1 \xFF\x01\n2",
        ":::5",
        "1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1",
        "7 a very long label, so long that it would reach far beyond what a picture can hold of it"};
    for (size_t i = 0; i < COUNT_OF(odd); i++) {
        cairo_surface_destroy(draw("health", odd[i]));
        cairo_surface_destroy(draw("weeks", odd[i]));
    }
    static const char *const bad[][2] = {
        {"health", ""}, {"weeks", "no number"}, {"health", "-5 less"}, {"cat", "1 cat"}};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct error error = ERROR_INIT;
        auto_text png = TEXT_EMPTY;
        assert_false(picture_draw(bad[i][0], bad[i][1], &png, &error));
        assert_non_null(strstr(error.message, "\"weeks\""));
        assert_int_equal(png.length, 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bars_are_as_long_as_their_numbers),
        cmocka_unit_test(weeks_are_columns),
        cmocka_unit_test(odd_words_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
