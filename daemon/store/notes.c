#include "store/notes.h"

#include "store/statement.h"

#define NOTE(FIRST, COLUMN)                                                                                            \
    FIRST(id) COLUMN(partnership) COLUMN(participant) COLUMN(case_file) COLUMN(author) COLUMN(at) COLUMN(text)
STATEMENT_READER(read_note, struct note, NOTE)

bool notes_add(struct database *database, const struct note *note, int64_t *ret_id, struct error *error) {
    return statement_insert(database,
                            "INSERT INTO note (partnership, participant, case_file, author, at, text)"
                            " VALUES (?, ?, ?, ?, ?, ?)",
                            VALUES(value_id(note->partnership), value_id(note->participant), value_id(note->case_file),
                                   value_text(note->author), value_integer(note->at), value_text(note->text)),
                            ret_id, error);
}

bool notes_find(struct database *database, int64_t id, struct arena *arena, struct note *ret, struct error *error) {
    return statement_read_row(database, "SELECT " STATEMENT_COLUMNS(NOTE) " FROM note WHERE id = ?",
                              VALUES(value_integer(id)), arena, read_note, ret, error);
}

#define NOTES_WHERE(condition) "SELECT " STATEMENT_COLUMNS(NOTE) " FROM note WHERE " condition " ORDER BY at, id"

static bool list(struct database *database, const char *sql, int64_t of, struct arena *arena, struct note_list *ret,
                 struct error *error) {
    return statement_read_rows(database, sql, VALUES(value_integer(of)), arena, read_note, ret, error);
}

bool notes_list_of_partnership(struct database *database, int64_t partnership, struct arena *arena,
                               struct note_list *ret, struct error *error) {
    return list(database, NOTES_WHERE("partnership = ?"), partnership, arena, ret, error);
}

bool notes_list_of_participant(struct database *database, int64_t participant, struct arena *arena,
                               struct note_list *ret, struct error *error) {
    return list(database, NOTES_WHERE("participant = ?"), participant, arena, ret, error);
}
