#pragma once
/* Rows shown by one description of their columns: as a table or a page for people, with --json as objects.
 *
 *     static const struct column columns[] = {
 *         COLUMN(NUMBER, struct round, id, "id", "ID"),
 *         COLUMN(LONG, struct round, name, "name", "ROUND"),
 *         COLUMN_WORDS(state_words, "state", "STATE"),
 *         {0}};
 *     columns_list(context, columns, COLUMN_ROWS(rounds), "There is no round yet.");
 */
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"
#include "base/zone.h"
#include "cli/table.h"

struct context; /* cli/context.h */
struct error;   /* base/error.h */

enum column_kind {
    COLUMN_TEXT,    /* const char *; NULL: null, nothing */
    COLUMN_LONG,    /* the same, and may be cut where the terminal is too narrow */
    COLUMN_NUMBER,  /* int64_t */
    COLUMN_ID,      /* the same, but 0 is null, and nothing */
    COLUMN_MOMENT,  /* int64_t; 0: null, "-"; JSON has it in UTC, people in the programme's zone */
    COLUMN_SIZE,    /* int64_t of bytes; people see "120 KB"; 0: null, nothing */
    COLUMN_BOOLEAN, /* bool */
    COLUMN_LIST,    /* struct column_list; JSON: an array; may be cut, too */
    COLUMN_LINES,   /* the same, a line each on a page */
};

struct column_list {
    const char **items;
    size_t count;
};

/* What a cell says, and how. */
struct column_words {
    const char *text;
    enum table_tone tone;
};

struct column {
    const char *name;    /* in JSON; NULL: not there */
    const char *heading; /* of the table, or before the line of a page; NULL: only in JSON */
    enum column_kind kind;
    size_t offset;                                                      /* of the value in the row */
    struct column_words (*words)(const void *row, struct arena *arena); /* instead of a value: made of the whole row */
};

/* What a member must be for its kind: another one does not compile. */
typedef const char *column_of_TEXT, *column_of_LONG;
typedef int64_t column_of_NUMBER, column_of_ID, column_of_MOMENT, column_of_SIZE;
typedef bool column_of_BOOLEAN;
typedef struct column_list column_of_LIST, column_of_LINES;
#define COLUMN_OFFSET(kind, type, member)                                                                              \
    (offsetof(type, member) +                                                                                          \
     0 * sizeof(char[__builtin_types_compatible_p(__typeof__(((type *)0)->member), column_of_##kind) ? 1 : -1]))

#define COLUMN(kind, type, member, name, heading)                                                                      \
    { name, heading, COLUMN_##kind, COLUMN_OFFSET(kind, type, member), NULL }
#define COLUMN_WORDS(words, name, heading)                                                                             \
    { name, heading, COLUMN_TEXT, 0, words }
#define COLUMN_LONG_WORDS(words, name, heading)                                                                        \
    { name, heading, COLUMN_LONG, 0, words }

struct column_rows {
    const void *items;
    size_t count, size; /* how many; of one */
};

/* Of a list as the store gives it, with `items` and `count`. */
#define COLUMN_ROWS(list) ((struct column_rows){(list).items, (list).count, sizeof *(list).items})

/* Prints the rows: a table, or one JSON object a line. WHEN_EMPTY (or NULL) is told to people where there is no row. */
void columns_list(const struct context *context, const struct column *columns, struct column_rows rows,
                  const char *when_empty);

/* The same with each row made of something (ITEM) by MAKE, zeroed before; ROW_SIZE is its size. */
typedef bool column_maker(struct context *context, const void *item, void *row, struct error *error);
bool columns_list_made(struct context *context, const struct column *columns, struct column_rows items,
                       column_maker *make, size_t row_size, const char *when_empty, struct error *error);

/* A list that may be long: read and printed in portions, each in an arena of its own (context->arena meanwhile), so
 * that a million rows take no more memory than a few. No transaction is open in between: whoever reads them in a pager
 * keeps nobody from writing. */
struct column_page {
    enum {
        COLUMN_PAGE_ROWS,  /* wanted: the rows after the one with the id `after`, at most `limit`; none: that was all */
        COLUMN_PAGE_COUNT, /* how many there are at all: where --limit may leave some out */
        COLUMN_PAGE_NEWEST /* into `after`, which id is before the newest `limit`: of lists of the newest */
    } wanted;
    int64_t after;
    size_t limit, count;
    struct column_rows rows; /* each begins with its id (an int64_t), or what else tells its place */
};

struct column_pages {
    bool (*read)(struct context *context, struct column_page *page, struct error *error);
    column_maker *make; /* as above, of ROW_SIZE; NULL: they are shown as they are read */
    size_t row_size;
    bool newest; /* --limit means the newest, not the first */
    const char *when_empty;
};

/* Prints them; at most as many as the option --limit says, and then how many there are. */
bool columns_list_pages(struct context *context, const struct column *columns, const struct column_pages *pages,
                        struct error *error);

/* The option of such a list; WHICH: "the newest so many". */
#define COLUMNS_LIMIT(which)                                                                                           \
    { "limit", 0, "NUMBER", which, COMMAND_NUMBER("is a number of rows", 1, INT64_MAX) }

/* Prints one row: "Heading: value" lines without what is not known, or one JSON object. */
void columns_show(const struct context *context, const struct column *columns, const void *row);

/* For JSON with parts: one row as an object, or all rows as an array of them. */
json_t *columns_object(const struct column *columns, const void *row);
json_t *columns_array(const struct column *columns, struct column_rows rows);

/* "2026-11-23 14:41 AEDT". */
const char *columns_format_moment(struct arena *arena, const struct zone *zone, int64_t moment);

/* The same for what ends then: the end of a day is its 24:00, "2026-11-23 24:00 AEDT". */
const char *columns_format_deadline(struct arena *arena, const struct zone *zone, int64_t moment);

/* "120 KB". */
const char *columns_format_size(struct arena *arena, int64_t bytes);
