#include "store/tags.h"

#include "store/statement.h"
#include "store/transaction.h"

#define TAG_COLUMNS "secret, purpose, participant, partnership, outbox"

static void read_tag(struct statement *row, struct arena *arena, void *item) {
    struct tag *tag = item;
    tag->secret = statement_text(row, arena);
    tag->purpose = statement_borrowed_text(row)[0];
    tag->participant = statement_integer(row);
    tag->partnership = statement_integer(row);
    tag->outbox = statement_integer(row);
}

bool tags_find(struct database *database, char purpose, const char *secret, struct arena *arena, struct tag *ret,
               struct error *error) {
    const char word[] = {purpose, '\0'};
    return statement_read_row(database, "SELECT " TAG_COLUMNS " FROM tag WHERE secret = ? AND purpose = ?",
                              VALUES(value_text(secret), value_text(word)), arena, read_tag, ret, error);
}

static bool find_same(struct database *database, const struct tag *wanted, struct arena *arena, struct tag *ret,
                      struct error *error) {
    const char word[] = {wanted->purpose, '\0'};
    if (wanted->purpose == 'p')
        return statement_read_row(
            database, "SELECT " TAG_COLUMNS " FROM tag WHERE participant = ? AND partnership = ? AND purpose = 'p'",
            VALUES(value_integer(wanted->participant), value_integer(wanted->partnership)), arena, read_tag, ret,
            error);
    if (wanted->purpose == 'u')
        return statement_read_row(database, "SELECT " TAG_COLUMNS " FROM tag WHERE participant = ? AND purpose = 'u'",
                                  VALUES(value_integer(wanted->participant)), arena, read_tag, ret, error);
    return statement_read_row(database, "SELECT " TAG_COLUMNS " FROM tag WHERE outbox = ? AND purpose = ?",
                              VALUES(value_integer(wanted->outbox), value_text(word)), arena, read_tag, ret, error);
}

bool tags_find_or_create(struct database *database, const struct tag *wanted, struct arena *arena, struct tag *ret,
                         struct error *error) {
    const char word[] = {wanted->purpose, '\0'};
    auto_transaction transaction = TRANSACTION_NONE;
    struct tag tag;
    if (!transaction_begin(database, &transaction, error) || !find_same(database, wanted, arena, &tag, error))
        return false;
    if (!tag.secret) {
        if (!statement_run(database, "INSERT INTO tag (" TAG_COLUMNS ") VALUES (?, ?, ?, ?, ?)",
                           VALUES(value_text(wanted->secret), value_text(word), value_id(wanted->participant),
                                  value_id(wanted->partnership), value_id(wanted->outbox)),
                           error))
            return false;
        tag = *wanted;
        tag.secret = arena_copy_string(arena, wanted->secret);
    }
    if (!transaction_commit(&transaction, error))
        return false;
    *ret = tag;
    return true;
}
