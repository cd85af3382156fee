#include "store/undoables.h"

#include "store/statement.h"

/* clang-format off */
#define UNDOABLE(FIRST, COLUMN) \
    FIRST(participant) COLUMN(what) COLUMN(before) COLUMN(at)
/* clang-format on */
#define UNDOABLE_COLUMNS STATEMENT_COLUMNS(UNDOABLE)
STATEMENT_READER(read_undoable, struct undoable, UNDOABLE)

bool undoables_put(struct database *database, const struct undoable *undoable, struct error *error) {
    return statement_run(database,
                         "INSERT OR REPLACE INTO undoable (participant, what, before, at) VALUES (?, ?, ?, ?)",
                         VALUES(value_integer(undoable->participant), value_text(undoable->what),
                                value_text(undoable->before), value_integer(undoable->at)),
                         error);
}

bool undoables_find(struct database *database, int64_t participant, struct arena *arena, struct undoable *ret,
                    struct error *error) {
    return statement_read_row(database, "SELECT " UNDOABLE_COLUMNS " FROM undoable WHERE participant = ?",
                              VALUES(value_integer(participant)), arena, read_undoable, ret, error);
}

bool undoables_remove(struct database *database, int64_t participant, struct error *error) {
    return statement_run(database, "DELETE FROM undoable WHERE participant = ?", VALUES(value_integer(participant)),
                         error);
}
