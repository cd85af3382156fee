#include "store/statement.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "store/connection.h"

enum { SLOW_MS = 100, CACHE_SLOTS = 2 * STATEMENTS_MOST };

struct statement_slot {
    const char *sql; /* NULL: free */
    sqlite3_stmt *prepared;
    bool busy;
};

struct statement_cache {
    struct statement_slot slots[CACHE_SLOTS];
    size_t used;
};

struct value value_integer(int64_t integer) {
    return (struct value){.type = VALUE_INTEGER, .integer = integer};
}

struct value value_id(int64_t id_or_moment) {
    return (struct value){.type = id_or_moment ? VALUE_INTEGER : VALUE_NULL, .integer = id_or_moment};
}

struct value value_text(const char *text) {
    return (struct value){.type = text ? VALUE_TEXT : VALUE_NULL, .bytes = text, .length = text ? strlen(text) : 0};
}

struct value value_bytes(const void *bytes, size_t length) {
    return (struct value){.type = bytes ? VALUE_BYTES : VALUE_NULL, .bytes = bytes, .length = length};
}

struct value value_limit(size_t limit) {
    return value_integer(limit && limit <= INT64_MAX ? (int64_t)limit : -1);
}

static struct statement_slot *find_slot(struct database *database, const char *sql) {
    if (!database->statements)
        database->statements = memory_new(sizeof *database->statements);
    struct statement_cache *cache = database->statements;
    uintptr_t position = ((uintptr_t)sql >> 3) * 0x9E3779B97F4A7C15u >> 32;
    for (;; position++) {
        struct statement_slot *slot = &cache->slots[position % CACHE_SLOTS];
        if (slot->sql == sql)
            return slot;
        if (!slot->sql) {
            require(++cache->used <= STATEMENTS_MOST);
            slot->sql = sql;
            return slot;
        }
    }
}

static int bind(sqlite3_stmt *prepared, int index, const struct value *value) {
    switch (value->type) {
    case VALUE_NULL:
        return sqlite3_bind_null(prepared, index);
    case VALUE_INTEGER:
        return sqlite3_bind_int64(prepared, index, value->integer);
    case VALUE_TEXT:
        return sqlite3_bind_text64(prepared, index, value->bytes, value->length, SQLITE_STATIC, SQLITE_UTF8);
    case VALUE_BYTES:
        return sqlite3_bind_blob64(prepared, index, value->bytes, value->length, SQLITE_STATIC);
    }
    return SQLITE_MISUSE;
}

bool statement_open(struct database *database, const char *sql, const struct value *values, size_t count,
                    struct statement *ret, struct error *error) {
    if (!connection_is_whole(database, error))
        return false;
    struct statement_slot *slot = find_slot(database, sql);
    require(!slot->busy);
    if (!slot->prepared &&
        sqlite3_prepare_v3(database->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &slot->prepared, NULL) != SQLITE_OK)
        return connection_error(database, "working on", error);
    require(sqlite3_bind_parameter_count(slot->prepared) == (int)count);
    slot->busy = true;
    *ret = (struct statement){.database = database, .slot = slot, .started = clock_monotonic_ms()};
    for (size_t i = 0; i < count; i++)
        if (bind(slot->prepared, (int)i + 1, &values[i]) != SQLITE_OK) {
            connection_error(database, "working on", error);
            statement_close(ret);
            return false;
        }
    return true;
}

bool statement_next(struct statement *statement, bool *ret_row, struct error *error) {
    statement->column = 0;
    int result = sqlite3_step(statement->slot->prepared);
    if (result != SQLITE_ROW && result != SQLITE_DONE) {
        bool reads = sqlite3_stmt_readonly(statement->slot->prepared);
        return connection_error(statement->database, reads ? "reading" : "writing to", error);
    }
    *ret_row = result == SQLITE_ROW;
    return true;
}

void statement_close(struct statement *statement) {
    struct statement_slot *slot = statement->slot;
    if (!slot)
        return;
    sqlite3_reset(slot->prepared);
    sqlite3_clear_bindings(slot->prepared);
    slot->busy = false;
    int64_t elapsed = clock_monotonic_ms() - statement->started;
    if (elapsed > SLOW_MS)
        log_warning("a statement on the database took %lld ms: %s", (long long)elapsed, slot->sql);
    *statement = STATEMENT_NONE;
}

int64_t statement_integer(struct statement *statement) {
    return sqlite3_column_int64(statement->slot->prepared, statement->column++);
}

const char *statement_bytes(struct statement *statement, struct arena *arena, size_t *ret_length) {
    int column = statement->column++;
    *ret_length = 0;
    if (sqlite3_column_type(statement->slot->prepared, column) == SQLITE_NULL)
        return NULL;
    const void *bytes = sqlite3_column_blob(statement->slot->prepared, column);
    *ret_length = (size_t)sqlite3_column_bytes(statement->slot->prepared, column);
    return arena_copy_bytes(arena, bytes, bytes ? *ret_length : 0);
}

const char *statement_text(struct statement *statement, struct arena *arena) {
    size_t length;
    return statement_bytes(statement, arena, &length);
}

const char *statement_borrowed_text(struct statement *statement) {
    const unsigned char *text = sqlite3_column_text(statement->slot->prepared, statement->column++);
    return text ? (const char *)text : "";
}

int statement_column_count(const struct statement *statement) {
    return sqlite3_column_count(statement->slot->prepared);
}

const char *statement_column_name(const struct statement *statement, int column) {
    return sqlite3_column_name(statement->slot->prepared, column);
}

int statement_column_type(const struct statement *statement, int column) {
    return sqlite3_column_type(statement->slot->prepared, column);
}

void statement_take_integer(struct statement *row, struct arena *arena, int64_t *ret) {
    (void)arena;
    *ret = statement_integer(row);
}

void statement_take_flag(struct statement *row, struct arena *arena, bool *ret) {
    (void)arena;
    *ret = statement_integer(row) != 0;
}

void statement_take_text(struct statement *row, struct arena *arena, const char **ret) {
    *ret = statement_text(row, arena);
}

/* NOLINTBEGIN(bugprone-macro-parentheses): a name can't be in parentheses */
#define TAKE_WORD(kind)                                                                                                \
    void statement_take_##kind(struct statement *row, struct arena *arena, enum kind *ret) {                           \
        (void)arena;                                                                                                   \
        statement_word(row, model_find_##kind, ret);                                                                   \
    }
/* NOLINTEND(bugprone-macro-parentheses) */
MODEL_ENUMS(TAKE_WORD)

void statement_read_number(struct statement *row, struct arena *arena, void *item) {
    statement_take_integer(row, arena, item);
}

void statement_read_word(struct statement *row, struct arena *arena, void *item) {
    statement_take_text(row, arena, item);
}

static bool whole_row(const struct statement *statement, struct error *error) {
    if (statement->malformed)
        return error_set(error, ERROR_CONFIGURATION,
                         "reading the database %s: a row holds a word that this version does not know; restore a "
                         "backup or install the version that wrote it",
                         statement->database->path);
    return true;
}

bool statement_read_integer(struct database *database, const char *sql, const struct value *values, size_t count,
                            int64_t *ret, struct error *error) {
    auto_statement statement = STATEMENT_NONE;
    if (!statement_open(database, sql, values, count, &statement, error))
        return false;
    int64_t first = 0;
    bool row = true;
    for (bool is_first = true; row; is_first = false) {
        if (!statement_next(&statement, &row, error))
            return false;
        if (row && is_first)
            first = statement_integer(&statement);
    }
    *ret = first;
    return true;
}

bool statement_run(struct database *database, const char *sql, const struct value *values, size_t count,
                   struct error *error) {
    return statement_read_integer(database, sql, values, count, &(int64_t){0}, error);
}

bool statement_insert(struct database *database, const char *sql, const struct value *values, size_t count,
                      int64_t *ret_id, struct error *error) {
    if (!statement_run(database, sql, values, count, error))
        return false;
    *ret_id = sqlite3_last_insert_rowid(database->handle);
    return true;
}

bool statement_change(struct database *database, const char *sql, const struct value *values, size_t count,
                      size_t *ret_changed, struct error *error) {
    if (!statement_run(database, sql, values, count, error))
        return false;
    *ret_changed = (size_t)sqlite3_changes64(database->handle);
    return true;
}

bool statement_read_count(struct database *database, const char *sql, const struct value *values, size_t count,
                          size_t *ret, struct error *error) {
    int64_t counted;
    if (!statement_read_integer(database, sql, values, count, &counted, error))
        return false;
    *ret = (size_t)counted;
    return true;
}

bool statement_read_one(struct database *database, const char *sql, const struct value *values, size_t count,
                        struct arena *arena, statement_reader *reader, void *item, size_t size, struct error *error) {
    auto_statement statement = STATEMENT_NONE;
    bool row;
    if (!statement_open(database, sql, values, count, &statement, error) || !statement_next(&statement, &row, error))
        return false;
    auto_string read = memory_new(size);
    if (row) {
        reader(&statement, arena, read);
        if (!whole_row(&statement, error))
            return false;
    }
    memcpy(item, read, size);
    return true;
}

bool statement_read_items(struct database *database, const char *sql, const struct value *values, size_t count,
                          struct arena *arena, statement_reader *reader, size_t size, void *ret_items,
                          size_t *ret_count, struct error *error) {
    auto_statement statement = STATEMENT_NONE;
    if (!statement_open(database, sql, values, count, &statement, error))
        return false;
    auto_string items = NULL;
    size_t capacity = 0, read = 0;
    bool row;
    for (;;) {
        if (!statement_next(&statement, &row, error))
            return false;
        if (!row)
            break;
        items = memory_grow(items, &capacity, read + 1, size);
        memset(items + read * size, 0, size);
        reader(&statement, arena, items + read * size);
        if (!whole_row(&statement, error))
            return false;
        read++;
    }
    void *kept = arena_take_array(arena, read, size);
    if (read)
        memcpy(kept, items, read * size);
    memcpy(ret_items, &kept, sizeof kept);
    *ret_count = read;
    return true;
}

void statement_cache_free(struct statement_cache *cache) {
    for (size_t i = 0; cache && i < CACHE_SLOTS; i++)
        sqlite3_finalize(cache->slots[i].prepared);
    free(cache);
}
