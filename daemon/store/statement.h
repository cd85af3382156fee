#pragma once
/* Inside the store layer only: SQL statements. They are prepared once and kept by the address of their text, so SQL is
 * always a string literal; values are only ever bound. Rows are read column by column, from left to right. */
#include <stddef.h>

#include "base/memory.h"
#include "base/model.h"
#include "store/database.h"

struct value {
    enum { VALUE_NULL, VALUE_INTEGER, VALUE_TEXT, VALUE_BYTES } type;
    int64_t integer;
    const void *bytes; /* stands until the statement is closed */
    size_t length;
};

struct value value_integer(int64_t integer);
struct value value_id(int64_t id_or_moment); /* 0: NULL */
struct value value_text(const char *text);   /* NULL: NULL */
struct value value_bytes(const void *bytes, size_t length);
struct value value_limit(size_t limit); /* for LIMIT; 0: no limit */

/* The values of a statement's parameters, in order: two arguments of the functions below. */
#define VALUES(...)                                                                                                    \
    ((const struct value[]){__VA_ARGS__}), (sizeof((const struct value[]){__VA_ARGS__}) / sizeof(struct value))
#define NO_VALUES NULL, 0

/* So many a connection keeps, a power of two: more than the layer has, which a test counts. */
enum { STATEMENTS_MOST = 1024 };

struct statement_cache;
struct statement_slot;
struct statement {
    struct database *database;
    struct statement_slot *slot; /* NULL: not open */
    int column;                  /* the next to be read */
    int64_t started;             /* monotonic milliseconds */
    bool malformed;              /* a column held what the schema does not allow */
};
#define STATEMENT_NONE ((struct statement){0})
#define auto_statement cleanup(statement_close) struct statement

/* Binds COUNT values to SQL; its rows come by statement_next. No statement of the same SQL may be open. */
bool statement_open(struct database *database, const char *sql, const struct value *values, size_t count,
                    struct statement *ret, struct error *error);

/* The next row; *ret_row is false after the last. */
bool statement_next(struct statement *statement, bool *ret_row, struct error *error);

/* Resets it for its next use; warns where it was slow. */
void statement_close(struct statement *statement);

int64_t statement_integer(struct statement *statement);                       /* NULL: 0 */
const char *statement_text(struct statement *statement, struct arena *arena); /* NULL: NULL */
const char *statement_bytes(struct statement *statement, struct arena *arena, size_t *ret_length);
/* A word of one of the model's enums: FIND is its model_find_ function. */
#define statement_word(statement, find, ret)                                                                           \
    ((void)(find(statement_borrowed_text(statement), ret) || ((statement)->malformed = true)))
const char *statement_borrowed_text(struct statement *statement); /* until the next row; NULL: "" */

/* The row's columns as SQLite knows them, for what reads any of them; the type is SQLite's own. */
int statement_column_count(const struct statement *statement);
const char *statement_column_name(const struct statement *statement, int column);
int statement_column_type(const struct statement *statement, int column);

/* Fills one struct from one row. */
typedef void statement_reader(struct statement *row, struct arena *arena, void *item);
statement_reader statement_read_number, statement_read_word; /* just an int64_t; a const char * */

/* A table's columns, said once: they are called like the fields of its struct, whose types tell how each is read.
 *
 *     #define ROUND(FIRST, COLUMN) FIRST(id) COLUMN(name) COLUMN(state)
 *     STATEMENT_READER(read_round, struct round, ROUND)
 *     ... "SELECT " STATEMENT_COLUMNS(ROUND) " FROM round" ... */
/* clang-format off */
#define STATEMENT_COLUMNS(TABLE) TABLE(STATEMENT_FIRST_NAME, STATEMENT_NAME)
#define STATEMENT_FIRST_NAME(name) #name
#define STATEMENT_NAME(name) ", " #name

#define STATEMENT_READER(reader, type, TABLE) \
    static void reader(struct statement *row, struct arena *arena, void *data) { \
        type *item = data; \
        TABLE(STATEMENT_TAKE, STATEMENT_TAKE) \
    }
#define STATEMENT_TAKE(name) statement_take(row, arena, &item->name);
#define statement_take(row, arena, field) \
    _Generic((field), MODEL_ENUMS(STATEMENT_WORD_TYPE) int64_t *: statement_take_integer, \
             bool *: statement_take_flag, const char **: statement_take_text)(row, arena, field)
#define STATEMENT_WORD_TYPE(kind) enum kind *: statement_take_##kind,

#define STATEMENT_WORD_DECLARED(kind) \
    void statement_take_##kind(struct statement *row, struct arena *arena, enum kind *ret);
MODEL_ENUMS(STATEMENT_WORD_DECLARED)
/* clang-format on */
void statement_take_integer(struct statement *row, struct arena *arena, int64_t *ret);
void statement_take_flag(struct statement *row, struct arena *arena, bool *ret);
void statement_take_text(struct statement *row, struct arena *arena, const char **ret);

/* The whole of a statement in one call: without rows, and with the id of the row that it inserted. */
bool statement_run(struct database *database, const char *sql, const struct value *values, size_t count,
                   struct error *error);
bool statement_insert(struct database *database, const char *sql, const struct value *values, size_t count,
                      int64_t *ret_id, struct error *error);
/* How many rows it changed. */
bool statement_change(struct database *database, const char *sql, const struct value *values, size_t count,
                      size_t *ret_changed, struct error *error);
/* Runs to the end; the first column of the first row, 0 where that is NULL or there is no row. */
bool statement_read_integer(struct database *database, const char *sql, const struct value *values, size_t count,
                            int64_t *ret, struct error *error);
/* The same for what is counted. */
bool statement_read_count(struct database *database, const char *sql, const struct value *values, size_t count,
                          size_t *ret, struct error *error);
/* The first row into *RET, zeroed where there is none; VALUES: as above. */
#define statement_read_row(database, sql, values, arena, reader, ret, error)                                           \
    statement_read_one(database, sql, values, arena, reader, ret, sizeof *(ret), error)
bool statement_read_one(struct database *database, const char *sql, const struct value *values, size_t count,
                        struct arena *arena, statement_reader *reader, void *item, size_t size, struct error *error);
/* All rows into *RET, a `struct x_list { struct x *items; size_t count; }`; VALUES: as above. */
#define statement_read_rows(database, sql, values, arena, reader, ret, error)                                          \
    statement_read_items(database, sql, values, arena, reader, sizeof *(ret)->items, &(ret)->items, &(ret)->count,     \
                         error)
bool statement_read_items(struct database *database, const char *sql, const struct value *values, size_t count,
                          struct arena *arena, statement_reader *reader, size_t size, void *ret_items,
                          size_t *ret_count, struct error *error);

/* Finalises all statements, of which none is open any more. NULL allowed. */
void statement_cache_free(struct statement_cache *cache);
