#include "store/settings.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/text.h"
#include "store/statement.h"

bool settings_get(struct database *database, const char *name, struct arena *arena, const char **ret,
                  struct error *error) {
    return statement_read_row(database, "SELECT value FROM setting WHERE name = ?", VALUES(value_text(name)), arena,
                              statement_read_word, ret, error);
}

bool settings_get_integer(struct database *database, const char *name, int64_t fallback, int64_t *ret,
                          struct error *error) {
    auto_arena arena = arena_new();
    const char *value;
    if (!settings_get(database, name, arena, &value, error))
        return false;
    int64_t number = fallback;
    if (value && !string_to_integer(value, &number))
        return error_set(error, ERROR_CONFIGURATION, "the database's setting %s should be a number; restore a backup",
                         name);
    *ret = number;
    return true;
}

bool settings_set(struct database *database, const char *name, const char *value, struct error *error) {
    return statement_run(database,
                         "INSERT INTO setting (name, value) VALUES (?, ?)"
                         " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                         VALUES(value_text(name), value_text(value)), error);
}

bool settings_set_integer(struct database *database, const char *name, int64_t value, struct error *error) {
    char digits[24];
    snprintf(digits, sizeof digits, "%" PRId64, value);
    return settings_set(database, name, digits, error);
}

bool settings_remove(struct database *database, const char *name, struct error *error) {
    return statement_run(database, "DELETE FROM setting WHERE name = ?", VALUES(value_text(name)), error);
}
