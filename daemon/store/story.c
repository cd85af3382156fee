#include "store/story.h"

#include "store/statement.h"

static void read_line(struct statement *row, struct arena *arena, void *item) {
    struct story_line *line = item;
    line->at = statement_integer(row);
    line->kind = (enum story_kind)statement_integer(row);
    statement_integer(row); /* for the order only */
    line->participant = statement_integer(row);
    line->outbox = statement_integer(row);
    line->inbox = statement_integer(row);
    line->actor = statement_text(row, arena);
    line->text = statement_text(row, arena);
    line->why = statement_text(row, arena);
    line->step = statement_text(row, arena);
    line->question = statement_text(row, arena);
}

/* The second column of each part is its enum story_kind. */
bool story_read(struct database *database, int64_t partnership, struct arena *arena, struct story *ret,
                struct error *error) {
    return statement_read_rows(
        database,
        "SELECT event.at AS at, 0 AS kind, event.id AS id, event.participant, event.outbox, event.inbox, actor,"
        " what, why, coalesce(step, ''), ''"
        " FROM event LEFT JOIN outbox ON outbox.id = event.outbox WHERE event.partnership = ?1 "
        "UNION ALL SELECT at, 1, id, participant, NULL, inbox, '', channel, '', '', ''"
        " FROM contact WHERE partnership = ?1 "
        "UNION ALL SELECT at, 2, id, participant, outbox, inbox, '', CAST(value AS TEXT), '', '', question"
        " FROM answer WHERE partnership = ?1 "
        "UNION ALL SELECT at, 3, id, participant, NULL, NULL, author, text, '', '', ''"
        " FROM note WHERE partnership = ?1 "
        "ORDER BY at, kind, id",
        VALUES(value_integer(partnership)), arena, read_line, ret, error);
}
