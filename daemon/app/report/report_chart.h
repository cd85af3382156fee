#pragma once
/* Pictures as inline SVG. Pure: whatever stands in names is text and nothing else. Colours and lines are the page's
 * style sheet's, by class. */
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

/* A bar of VALUE over against MOST, as wide as where it stands; its number stands beside it, so it says nothing to
 * those who don't see it. Nothing where VALUE is 0. */
void report_chart_bar(struct text *svg, int64_t value, int64_t most);

struct report_dot {
    const char *codes; /* of countries, blanks between: more than one are a ring */
    const char *name;  /* "Portugal" */
    int64_t people;
};
/* Where coordinators are: those of a country, or of the programme. */
struct report_mark {
    const char *code, *name;
    int programme;
};

/* The world with a dot for each country, sized by its people. ID: unique in the page, of letters. */
void report_chart_map(struct text *svg, const char *id, const char *title, const struct report_dot *dots, size_t count,
                      const struct report_mark *marks, size_t mark_count);

struct report_strip_week {
    int64_t week, letters, check_ins, warnings; /* week: from 1 */
};

enum { REPORT_STRIP_SHADES = 5 }; /* of none, 1, 2, 3, and more letters */

/* A partnership's weeks from left to right: WEEKS of them, in a picture as wide as MOST are. */
void report_chart_strip(struct text *svg, const char *title, int64_t weeks, int64_t most,
                        const struct report_strip_week *list, size_t count);

/* Appends STRING so that it is text in HTML, without controls. */
void report_chart_append_text(struct text *html, const char *string);
