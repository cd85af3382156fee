#include "store/inbox.h"

#include <stdio.h>

#include "base/text.h"
#include "store/content.h"
#include "store/health.h"
#include "store/statement.h"
#include "store/transaction.h"

/* clang-format off */
#define INBOX(FIRST, COLUMN) \
    FIRST(id) COLUMN(folder) COLUMN(uidvalidity) COLUMN(uid) COLUMN(message_id) COLUMN(sender) COLUMN(body_hash) \
    COLUMN(size) COLUMN(state) COLUMN(kind) COLUMN(reason) COLUMN(subject) COLUMN(participant) COLUMN(partnership) \
    COLUMN(outbox) COLUMN(content) COLUMN(server_action) COLUMN(received_at) COLUMN(resolved_at) COLUMN(written_at)
/* clang-format on */
#define INBOX_COLUMNS STATEMENT_COLUMNS(INBOX)
STATEMENT_READER(read_row, struct inbox_row, INBOX)

#define POSITION(FIRST, COLUMN) FIRST(uidvalidity) COLUMN(next_uid)
STATEMENT_READER(read_position, struct inbox_position, POSITION)

bool inbox_position(struct database *database, const char *folder, struct inbox_position *ret, struct error *error) {
    return statement_read_row(database, "SELECT uidvalidity, next_uid FROM mailbox WHERE folder = ?",
                              VALUES(value_text(folder)), NULL, read_position, ret, error);
}

bool inbox_set_position(struct database *database, const char *folder, const struct inbox_position *position,
                        struct error *error) {
    return statement_run(
        database,
        "INSERT INTO mailbox (folder, uidvalidity, next_uid) VALUES (?, ?, ?)"
        " ON CONFLICT (folder) DO UPDATE SET uidvalidity = excluded.uidvalidity, next_uid = excluded.next_uid",
        VALUES(value_text(folder), value_integer(position->uidvalidity), value_integer(position->next_uid)), error);
}

bool inbox_exists(struct database *database, const char *folder, int64_t uidvalidity, int64_t uid, bool *ret,
                  struct error *error) {
    int64_t id;
    if (!statement_read_integer(database, "SELECT id FROM inbox WHERE folder = ? AND uidvalidity = ? AND uid = ?",
                                VALUES(value_text(folder), value_integer(uidvalidity), value_integer(uid)), &id, error))
        return false;
    *ret = id != 0;
    return true;
}

static const char *or_empty(const char *string) {
    return string ? string : "";
}

bool inbox_find_duplicate(struct database *database, const struct inbox_row *row, int64_t letter_to, int64_t *ret_id,
                          struct error *error) {
    return statement_read_integer(database,
                                  "SELECT id FROM inbox WHERE message_id = ?1 AND sender = ?2 AND body_hash = ?3"
                                  " AND (?1 <> '' OR (size = ?4 AND received_at = ?5))"
                                  " AND (?6 IS NULL OR partnership IS NULL OR partnership = ?6) ORDER BY id LIMIT 1",
                                  VALUES(value_text(or_empty(row->message_id)), value_text(or_empty(row->sender)),
                                         value_text(row->body_hash), value_integer(row->size),
                                         value_integer(row->received_at), value_id(letter_to)),
                                  ret_id, error);
}

bool inbox_find_same_letter(struct database *database, const struct inbox_row *row, int64_t letter_to, int64_t moment,
                            int64_t *ret_id, struct error *error) {
    return statement_read_integer(database,
                                  "SELECT id FROM inbox WHERE message_id = ?1 AND sender = ?2 AND ?1 <> ''"
                                  " AND written_at = ?5 AND received_at >= ?3"
                                  " AND (?4 IS NULL OR partnership IS NULL OR partnership = ?4)"
                                  " ORDER BY id LIMIT 1",
                                  VALUES(value_text(or_empty(row->message_id)), value_text(or_empty(row->sender)),
                                         value_integer(moment), value_id(letter_to), value_id(row->written_at)),
                                  ret_id, error);
}

bool inbox_reuses_message_id(struct database *database, int64_t id, bool *ret, struct error *error) {
    int64_t earlier;
    if (!statement_read_integer(
            database,
            "SELECT earlier.id FROM inbox AS this CROSS JOIN inbox AS earlier"
            " ON earlier.message_id = this.message_id AND earlier.sender = this.sender"
            " WHERE this.id = ? AND this.message_id <> '' AND earlier.id < this.id AND earlier.state <> 'duplicate'"
            " AND earlier.partnership = this.partnership LIMIT 1",
            VALUES(value_integer(id)), &earlier, error))
        return false;
    *ret = earlier != 0;
    return true;
}

bool inbox_count_from(struct database *database, const char *sender, int64_t moment, size_t *ret, struct error *error) {
    int64_t count;
    if (!statement_read_integer(database, "SELECT count(*) FROM inbox WHERE sender = ? AND received_at >= ?",
                                VALUES(value_text(sender), value_integer(moment)), &count, error))
        return false;
    *ret = (size_t)count;
    return true;
}

bool inbox_strangers_fill(struct database *database, size_t count, int64_t bytes, bool *ret, struct error *error) {
    int64_t full;
    if (!statement_read_integer(database,
                                "SELECT count(*) >= ?1 OR sum(size) >= ?2 FROM (SELECT size FROM inbox"
                                " WHERE state = 'waiting' AND participant IS NULL AND content IS NOT NULL LIMIT ?1)",
                                VALUES(value_limit(count), value_integer(bytes)), &full, error))
        return false;
    *ret = full != 0;
    return true;
}

bool inbox_insert(struct database *database, const struct inbox_row *row, const char *bytes, size_t length,
                  const struct event_cause *cause, int64_t *ret_id, struct error *error) {
    auto_transaction transaction = TRANSACTION_NONE;
    bool waiting = row->state == INBOX_WAITING;
    int64_t id, content = 0;
    if (!transaction_begin(database, &transaction, error) ||
        (waiting && bytes && !content_put(database, &content, bytes, length, error)) ||
        !statement_insert(
            database,
            "INSERT INTO inbox (folder, uidvalidity, uid, message_id, sender, body_hash, size, state, kind, reason,"
            " subject, participant, partnership, outbox, content, server_action, received_at,"
            " written_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            VALUES(value_text(row->folder), value_integer(row->uidvalidity), value_integer(row->uid),
                   value_text(or_empty(row->message_id)), value_text(or_empty(row->sender)), value_text(row->body_hash),
                   value_integer(row->size), value_text(inbox_state_name(row->state)), value_text(row->kind),
                   value_text(row->reason), value_text(waiting ? row->subject : NULL), value_id(row->participant),
                   value_id(row->partnership), value_id(row->outbox), value_id(content),
                   value_text(server_action_name(row->server_action)), value_integer(row->received_at),
                   value_id(row->written_at)),
            &id, error))
        return false;
    char what[80];
    snprintf(what, sizeof what, "inbox %s", inbox_state_name(row->state));
    const struct event ids = {
        .participant = row->participant, .partnership = row->partnership, .outbox = row->outbox, .inbox = id};
    if (!events_append_change(database, what, &ids, cause, error) ||
        (waiting && row->participant && !health_wake(database, row->participant, error)) ||
        !transaction_commit(&transaction, error))
        return false;
    *ret_id = id;
    return true;
}

bool inbox_find(struct database *database, int64_t id, struct arena *arena, struct inbox_row *ret,
                struct error *error) {
    return statement_read_row(database, "SELECT " INBOX_COLUMNS " FROM inbox WHERE id = ?", VALUES(value_integer(id)),
                              arena, read_row, ret, error);
}

#define LIST(condition) "SELECT " INBOX_COLUMNS " FROM inbox WHERE " condition " AND id > ?2 ORDER BY id LIMIT ?3"
#define COUNT(condition) "SELECT count(*) FROM inbox WHERE " condition
#define NEWEST(condition) "SELECT id - 1 FROM inbox WHERE " condition " ORDER BY id DESC LIMIT 1 OFFSET ?2 - 1"
#define OF_STATE "state = ?1"
#define OF_ANY "?1 IS NULL"

static struct value filtering(const struct inbox_filter *filter) {
    return value_text(filter->state ? inbox_state_name(*filter->state) : NULL);
}

bool inbox_list(struct database *database, const struct inbox_filter *filter, struct arena *arena,
                struct inbox_list *ret, struct error *error) {
    return statement_read_rows(database, filter->state ? LIST(OF_STATE) : LIST(OF_ANY),
                               VALUES(filtering(filter), value_integer(filter->after), value_limit(filter->limit)),
                               arena, read_row, ret, error);
}

bool inbox_count(struct database *database, const struct inbox_filter *filter, size_t *ret, struct error *error) {
    return statement_read_count(database, filter->state ? COUNT(OF_STATE) : COUNT(OF_ANY), VALUES(filtering(filter)),
                                ret, error);
}

bool inbox_before_newest(struct database *database, const struct inbox_filter *filter, size_t count, int64_t *ret,
                         struct error *error) {
    return statement_read_integer(database, filter->state ? NEWEST(OF_STATE) : NEWEST(OF_ANY),
                                  VALUES(filtering(filter), value_integer((int64_t)count)), ret, error);
}

bool inbox_content(struct database *database, int64_t id, struct arena *arena, const char **ret_bytes,
                   size_t *ret_length, struct error *error) {
    int64_t content;
    return statement_read_integer(database, "SELECT content FROM inbox WHERE id = ?", VALUES(value_integer(id)),
                                  &content, error) &&
           content_get(database, content, arena, ret_bytes, ret_length, error);
}

bool inbox_hand_to_person(struct database *database, int64_t id, struct reason reason, const char *bytes, size_t length,
                          const struct event_cause *cause, struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct inbox_row old;
    int64_t content = 0;
    if (!transaction_begin(database, &transaction, error) || !inbox_find(database, id, arena, &old, error))
        return false;
    if (old.state != INBOX_HANDLED)
        return true;
    const struct event ids = {
        .participant = old.participant, .partnership = old.partnership, .outbox = old.outbox, .inbox = id};
    return (!bytes || content_put(database, &content, bytes, length, error)) &&
           statement_run(database, "UPDATE inbox SET state = 'waiting', reason = ?2, content = ?3 WHERE id = ?1",
                         VALUES(value_integer(id), value_text(reason.text), value_id(content)), error) &&
           events_append_change(database, "inbox handled -> waiting", &ids, cause, error) &&
           transaction_commit(&transaction, error);
}

bool inbox_resolve(struct database *database, int64_t id, const struct event_cause *cause, struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct inbox_row old;
    if (!transaction_begin(database, &transaction, error) || !inbox_find(database, id, arena, &old, error))
        return false;
    if (!old.id)
        return error_set(error, ERROR_PERMANENT, "there is no inbox message %lld", (long long)id);
    if (old.state != INBOX_WAITING)
        return error_set(error, ERROR_PERMANENT, "inbox message %lld waits for nobody: it is %s", (long long)id,
                         inbox_state_name(old.state));
    const struct event ids = {
        .participant = old.participant, .partnership = old.partnership, .outbox = old.outbox, .inbox = id};
    return content_empty(database, old.content, error) &&
           statement_run(database,
                         "UPDATE inbox SET state = 'resolved', subject = NULL, resolved_at = ?2 WHERE id = ?1",
                         VALUES(value_integer(id), value_integer(cause->at)), error) &&
           events_append_change(database, "inbox waiting -> resolved", &ids, cause, error) &&
           transaction_commit(&transaction, error);
}

bool inbox_list_unmarked(struct database *database, const char *folder, int64_t uidvalidity, size_t limit,
                         struct arena *arena, struct inbox_list *ret, struct error *error) {
    return statement_read_rows(
        database,
        "SELECT " INBOX_COLUMNS " FROM inbox INDEXED BY inbox_unmarked WHERE folder = ? AND uidvalidity = ?"
        " AND server_action IN ('flag', 'move', 'delete') ORDER BY uid LIMIT ?",
        VALUES(value_text(folder), value_integer(uidvalidity), value_limit(limit)), arena, read_row, ret, error);
}

bool inbox_set_marked(struct database *database, int64_t id, struct error *error) {
    return statement_run(database, "UPDATE inbox SET server_action = 'done' WHERE id = ?", VALUES(value_integer(id)),
                         error);
}
