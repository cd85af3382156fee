#pragma once
/* How a round went, as tables: everything that the report shows, in HTML, CSV and JSON alike. Without NAMES nobody can
 * be told from it: people are not named, and what fewer than five of them answered, or where they live, is shown
 * together with others (programme/tally.h). */
#include "app/service.h"
#include "base/model.h"

enum report_chart {
    REPORT_PLAIN,  /* numbers alone */
    REPORT_BARS,   /* of the first column of numbers */
    REPORT_MAP,    /* likewise, where the codes of the first column are */
    REPORT_STRIPS, /* a strip a row, of the next table's rows with the same first cell */
    REPORT_HIDDEN, /* the page shows it with the table before it */
};

enum report_chapter { REPORT_PEOPLE, REPORT_TOUCH, REPORT_PARTNERSHIPS, REPORT_CARE, REPORT_SERVICE, REPORT_CHAPTERS };

enum report_kind { REPORT_TEXT, REPORT_NUMBER };

struct report_column {
    const char *name;    /* in CSV and JSON */
    const char *heading; /* for people; NULL: not shown to them */
    enum report_kind kind;
};

struct report_cell {
    const char *text; /* of a column of text; NULL: nothing */
    int64_t number;
};

enum { REPORT_COLUMNS_MOST = 12, REPORT_TABLES_MOST = 64 };

struct report_table {
    const char *name;       /* "survey-middle-often": of the file, and in JSON */
    const char *title;      /* a heading */
    const char *note;       /* what is counted: sentences; NULL: the title says all */
    const char *when_empty; /* where there is no row */
    enum report_chapter chapter;
    enum report_chart chart;
    const struct report_column *columns;
    size_t column_count, row_count, capacity;
    struct report_cell *cells; /* row by row */
};

struct report {
    const char *programme;
    struct round round;
    bool names;
    int64_t made_at, from, until; /* the time that the service's work is counted in */
    const struct zone *zone;      /* the programme's */
    int64_t people, countries, partnerships, letters;
    struct report_table tables[REPORT_TABLES_MOST]; /* of each chapter in the order in which they are read */
    size_t table_count;
};

/* In ARENA. All is of one moment but for answers to forms, which are read first. Not inside a transaction that reads:
 * forms that were edited are noted. */
bool report_read(struct service *service, const struct round *round, bool names, struct arena *arena,
                 struct report *ret, struct error *error);

const struct report_cell *report_row(const struct report_table *table, size_t row); /* its first cell */

/* Adds a page of HTML that needs nothing else (app/report/report_page.c). */
void report_write_page(const struct report *report, struct text *out);
