#include "store/content.h"

#include "store/statement.h"

bool content_put(struct database *database, int64_t *id, const char *bytes, size_t length, struct error *error) {
    if (*id)
        return statement_run(database, "UPDATE content SET bytes = ?2 WHERE id = ?1",
                             VALUES(value_integer(*id), value_bytes(bytes, length)), error);
    return statement_insert(database, "INSERT INTO content (bytes) VALUES (?)", VALUES(value_bytes(bytes, length)), id,
                            error);
}

struct blob {
    const char *bytes;
    size_t length;
};

static void read_blob(struct statement *row, struct arena *arena, void *item) {
    struct blob *blob = item;
    blob->bytes = statement_bytes(row, arena, &blob->length);
}

bool content_get(struct database *database, int64_t id, struct arena *arena, const char **ret_bytes, size_t *ret_length,
                 struct error *error) {
    struct blob blob;
    if (!statement_read_row(database, "SELECT bytes FROM content WHERE id = ?", VALUES(value_integer(id)), arena,
                            read_blob, &blob, error))
        return false;
    *ret_bytes = blob.bytes;
    *ret_length = blob.length;
    return true;
}

bool content_empty(struct database *database, int64_t id, struct error *error) {
    return !id ||
           statement_run(database, "UPDATE content SET bytes = NULL WHERE id = ?", VALUES(value_integer(id)), error);
}
