#include "store/outbox.h"

#include "base/text.h"
#include "store/connection.h"
#include "store/content.h"
#include "store/statement.h"
#include "store/transaction.h"

/* clang-format off */
#define OUTBOX(FIRST, COLUMN) \
    FIRST(id) COLUMN(key) COLUMN(state) COLUMN(priority) COLUMN(step) COLUMN(template_hash) COLUMN(occurrence) \
    COLUMN(asks) COLUMN(participant) COLUMN(applicant) COLUMN(coordinator) COLUMN(address) COLUMN(about) COLUMN(partnership) \
    COLUMN(round) COLUMN(inbox) COLUMN(detail) COLUMN(due_at) COLUMN(expires_at) COLUMN(next_try_at) \
    COLUMN(attempts) COLUMN(resent) COLUMN(recipient) COLUMN(message_id) COLUMN(content) COLUMN(size) \
    COLUMN(claimed_at) COLUMN(sent_at) COLUMN(answered_at) COLUMN(reply_code) COLUMN(reply_text) COLUMN(reason) \
    COLUMN(created_at)
/* clang-format on */
#define OUTBOX_COLUMNS STATEMENT_COLUMNS(OUTBOX) ", template"
STATEMENT_READER(read_columns, struct outbox_row, OUTBOX)

static void read_row(struct statement *row, struct arena *arena, void *item) {
    struct outbox_row *outbox = item;
    read_columns(row, arena, outbox);
    outbox->template_name = statement_text(row, arena);
}

static bool find(struct database *database, const char *sql, struct value value, struct arena *arena,
                 struct outbox_row *ret, struct error *error) {
    return statement_read_row(database, sql, VALUES(value), arena, read_row, ret, error);
}

bool outbox_insert(struct database *database, const struct outbox_row *row, const struct event_cause *cause,
                   int64_t *ret_id, bool *ret_new, struct error *error) {
    auto_transaction transaction = TRANSACTION_NONE;
    size_t added;
    if (!transaction_begin(database, &transaction, error) ||
        !statement_change(
            database,
            "INSERT INTO outbox (key, state, priority, step, template, occurrence, asks, participant, applicant,"
            " coordinator, address, about, partnership, round, inbox, detail, due_at, expires_at, next_try_at, "
            "created_at)"
            " VALUES (?, 'queued', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING",
            VALUES(value_text(row->key), value_integer(row->priority), value_text(row->step),
                   value_text(row->template_name), value_integer(row->occurrence), value_text(row->asks),
                   value_id(row->participant), value_id(row->applicant), value_text(row->coordinator),
                   value_text(row->address), value_id(row->about), value_id(row->partnership), value_id(row->round),
                   value_id(row->inbox), value_text(row->detail ? row->detail : "{}"), value_integer(row->due_at),
                   value_integer(row->expires_at), value_integer(row->next_try_at ? row->next_try_at : row->due_at),
                   value_integer(cause->at)),
            &added, error))
        return false;
    int64_t id = sqlite3_last_insert_rowid(database->handle); /* RETURNING would read all that may name a message */
    if (!added && !statement_read_integer(database, "SELECT id FROM outbox WHERE key = ?", VALUES(value_text(row->key)),
                                          &id, error))
        return false;
    const struct event ids = {.participant = row->participant ? row->participant : row->about,
                              .partnership = row->partnership,
                              .round = row->round,
                              .outbox = id,
                              .inbox = row->inbox};
    if ((added && !events_append_change(database, "outbox queued", &ids, cause, error)) ||
        !transaction_commit(&transaction, error))
        return false;
    *ret_id = id;
    *ret_new = added != 0;
    return true;
}

bool outbox_find(struct database *database, int64_t id, struct arena *arena, struct outbox_row *ret,
                 struct error *error) {
    return find(database, "SELECT " OUTBOX_COLUMNS " FROM outbox WHERE id = ?", value_integer(id), arena, ret, error);
}

bool outbox_find_by_key(struct database *database, const char *key, struct arena *arena, struct outbox_row *ret,
                        struct error *error) {
    return find(database, "SELECT " OUTBOX_COLUMNS " FROM outbox WHERE key = ?", value_text(key), arena, ret, error);
}

bool outbox_sent_at(struct database *database, const char *key, bool *ret_any, int64_t *ret, struct error *error) {
    int64_t found;
    if (!statement_read_integer(database, "SELECT coalesce(sent_at, 0) + 1 FROM outbox WHERE key = ?",
                                VALUES(value_text(key)), &found, error))
        return false;
    *ret_any = found != 0;
    *ret = found ? found - 1 : 0;
    return true;
}

bool outbox_find_by_message_id(struct database *database, const char *message_id, struct arena *arena,
                               struct outbox_row *ret, struct error *error) {
    return find(database, "SELECT " OUTBOX_COLUMNS " FROM outbox WHERE message_id = ?", value_text(message_id), arena,
                ret, error);
}

/* In the order of its index, so that a long queue is never sorted. */
bool outbox_list_ready(struct database *database, int64_t now, size_t limit, struct arena *arena,
                       struct outbox_list *ret, struct error *error) {
    return statement_read_rows(
        database,
        "SELECT " OUTBOX_COLUMNS " FROM outbox INDEXED BY outbox_queue"
        " WHERE state = 'queued' AND next_try_at <= ? ORDER BY priority, due_at, next_try_at, id LIMIT ?",
        VALUES(value_integer(now), value_limit(limit)), arena, read_row, ret, error);
}

/* Left to itself, SQLite would take the index on the state and read the whole queue. */
bool outbox_next_try(struct database *database, int64_t *ret, struct error *error) {
    return statement_read_integer(database,
                                  "SELECT next_try_at FROM outbox INDEXED BY outbox_next"
                                  " WHERE state = 'queued' ORDER BY next_try_at LIMIT 1",
                                  NO_VALUES, ret, error);
}

bool outbox_list_overdue(struct database *database, int64_t now, size_t limit, struct arena *arena,
                         struct outbox_list *ret, struct error *error) {
    return statement_read_rows(
        database, "SELECT " OUTBOX_COLUMNS " FROM outbox WHERE state = 'queued' AND due_at <= ? ORDER BY id LIMIT ?",
        VALUES(value_integer(now), value_limit(limit)), arena, read_row, ret, error);
}

bool outbox_count_overdue(struct database *database, int64_t now, size_t *ret, struct error *error) {
    return statement_read_count(database, "SELECT count(*) FROM outbox WHERE state = 'queued' AND due_at <= ?",
                                VALUES(value_integer(now)), ret, error);
}

#define RENDERING_STATE(FIRST, COLUMN) FIRST(id) COLUMN(state) COLUMN(message_id) COLUMN(content)
#define RENDERING_STATE_COLUMNS STATEMENT_COLUMNS(RENDERING_STATE)
STATEMENT_READER(read_rendering_state, struct outbox_row, RENDERING_STATE)

bool outbox_set_rendering(struct database *database, int64_t id, const struct outbox_rendering *rendering,
                          struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct outbox_row old;
    if (!transaction_begin(database, &transaction, error) ||
        !statement_read_row(database, "SELECT " RENDERING_STATE_COLUMNS " FROM outbox WHERE id = ?",
                            VALUES(value_integer(id)), arena, read_rendering_state, &old, error))
        return false;
    if (!old.id)
        return error_set(error, ERROR_PERMANENT, "there is no outbox message %lld", (long long)id);
    if (old.state != OUTBOX_QUEUED && old.state != OUTBOX_SENDING)
        return error_set(error, ERROR_PERMANENT, "outbox message %lld cannot be rendered: it is %s", (long long)id,
                         outbox_state_name(old.state));
    if (old.message_id && !string_equal(old.message_id, rendering->message_id))
        return error_set(error, ERROR_BUG, "outbox message %lld would get a second Message-ID", (long long)id);
    return content_put(database, &old.content, rendering->bytes, rendering->length, error) &&
           statement_run(
               database,
               "UPDATE outbox SET recipient = ?2, message_id = ?3, template_hash = ?4, content = ?5, size = ?6"
               " WHERE id = ?1",
               VALUES(value_integer(id), value_text(rendering->recipient), value_text(rendering->message_id),
                      value_text(rendering->template_hash), value_integer(old.content),
                      value_integer((int64_t)rendering->length)),
               error) &&
           transaction_commit(&transaction, error);
}

bool outbox_content(struct database *database, int64_t id, struct arena *arena, const char **ret_bytes,
                    size_t *ret_length, struct error *error) {
    int64_t content;
    return statement_read_integer(database, "SELECT content FROM outbox WHERE id = ?", VALUES(value_integer(id)),
                                  &content, error) &&
           content_get(database, content, arena, ret_bytes, ret_length, error);
}

/* The plus keeps to the partnership's index: there are few rows of each in it. */
bool outbox_find_thread(struct database *database, int64_t partnership, int64_t participant, struct arena *arena,
                        const char **ret, struct error *error) {
    return statement_read_row(database,
                              "SELECT message_id FROM outbox WHERE partnership = ? AND +participant = ?"
                              " AND +state = 'sent' ORDER BY id LIMIT 1",
                              VALUES(value_integer(partnership), value_integer(participant)), arena,
                              statement_read_word, ret, error);
}

bool outbox_count_states(struct database *database, size_t ret_counts[OUTBOX_STATE_COUNT], struct error *error) {
    auto_statement statement = STATEMENT_NONE;
    size_t counts[OUTBOX_STATE_COUNT] = {0};
    if (!statement_open(database, "SELECT state, count(*) FROM outbox GROUP BY state", NO_VALUES, &statement, error))
        return false;
    for (bool row = true; row;) {
        if (!statement_next(&statement, &row, error))
            return false;
        enum outbox_state state;
        if (row && model_find_outbox_state(statement_borrowed_text(&statement), &state))
            counts[state] = (size_t)statement_integer(&statement);
    }
    for (size_t i = 0; i < OUTBOX_STATE_COUNT; i++)
        ret_counts[i] = counts[i];
    return true;
}

bool outbox_count_sent_since(struct database *database, int64_t moment, size_t *ret, int64_t *ret_first_at,
                             struct error *error) {
    size_t count;
    if (!statement_read_count(database, "SELECT count(*) FROM outbox WHERE sent_at >= ?", VALUES(value_integer(moment)),
                              &count, error) ||
        !statement_read_integer(database, "SELECT min(sent_at) FROM outbox WHERE sent_at >= ?",
                                VALUES(value_integer(moment)), ret_first_at, error))
        return false;
    *ret = count;
    return true;
}

bool outbox_count_answers_since(struct database *database, int64_t participant, int64_t moment, size_t *ret,
                                struct error *error) {
    return statement_read_count(
        database,
        "SELECT count(*) FROM outbox WHERE participant = ? AND created_at >= ? AND inbox IS NOT NULL"
        " AND step <> 'letter'",
        VALUES(value_integer(participant), value_integer(moment)), ret, error);
}

/* ?1 chooses by the best index; the others only filter. */
struct listing {
    const char *list, *count, *newest;
};
#define OUTBOX_WHERE(condition)                                                                                        \
    {                                                                                                                  \
        "SELECT " OUTBOX_COLUMNS " FROM outbox WHERE " condition " AND id > ?4 ORDER BY id LIMIT ?5",                  \
            "SELECT count(*) FROM outbox WHERE " condition,                                                            \
            "SELECT id - 1 FROM outbox WHERE " condition " ORDER BY id DESC LIMIT 1 OFFSET ?4 - 1"                     \
    }

static const struct listing *listing_of(const struct outbox_filter *filter) {
    static const struct listing all = OUTBOX_WHERE("?1 = 0 AND ?2 = 0 AND ?3 IS NULL"),
                                of_participant = OUTBOX_WHERE(
                                    "participant = ?1 AND ?2 IN (0, partnership) AND (?3 IS NULL OR state = ?3)"),
                                of_partnership =
                                    OUTBOX_WHERE("?1 = 0 AND partnership = ?2 AND (?3 IS NULL OR state = ?3)"),
                                of_state = OUTBOX_WHERE("?1 = 0 AND ?2 = 0 AND state = ?3");
    return filter->participant   ? &of_participant
           : filter->partnership ? &of_partnership
           : filter->state       ? &of_state
                                 : &all;
}

#define FILTERING(filter)                                                                                              \
    value_integer((filter)->participant), value_integer((filter)->partnership),                                        \
        value_text((filter)->state ? outbox_state_name(*(filter)->state) : NULL)

bool outbox_list(struct database *database, const struct outbox_filter *filter, struct arena *arena,
                 struct outbox_list *ret, struct error *error) {
    return statement_read_rows(database, listing_of(filter)->list,
                               VALUES(FILTERING(filter), value_integer(filter->after), value_limit(filter->limit)),
                               arena, read_row, ret, error);
}

bool outbox_count(struct database *database, const struct outbox_filter *filter, size_t *ret, struct error *error) {
    return statement_read_count(database, listing_of(filter)->count, VALUES(FILTERING(filter)), ret, error);
}

bool outbox_before_newest(struct database *database, const struct outbox_filter *filter, size_t count, int64_t *ret,
                          struct error *error) {
    return statement_read_integer(database, listing_of(filter)->newest,
                                  VALUES(FILTERING(filter), value_integer((int64_t)count)), ret, error);
}

bool outbox_list_open_questions(struct database *database, int64_t participant, struct arena *arena,
                                struct outbox_list *ret, struct error *error) {
    return statement_read_rows(database,
                               "SELECT " OUTBOX_COLUMNS " FROM outbox WHERE participant = ? AND asks IS NOT NULL"
                               " AND answered_at IS NULL AND state = 'sent' ORDER BY sent_at, id",
                               VALUES(value_integer(participant)), arena, read_row, ret, error);
}

bool outbox_postpone(struct database *database, int64_t id, int64_t at, struct error *error) {
    return statement_run(database, "UPDATE outbox SET next_try_at = ?2 WHERE id = ?1 AND state = 'queued'",
                         VALUES(value_integer(id), value_integer(at)), error);
}

bool outbox_hurry(struct database *database, int64_t id, int64_t at, enum outbox_priority priority,
                  struct error *error) {
    return statement_run(
        database, "UPDATE outbox SET next_try_at = ?2, priority = min(priority, ?3) WHERE id = ?1 AND state = 'queued'",
        VALUES(value_integer(id), value_integer(at), value_integer(priority)), error);
}

bool outbox_list_under_way(struct database *database, int64_t participant, struct arena *arena, struct outbox_list *ret,
                           struct error *error) {
    return statement_read_rows(database,
                               "SELECT " OUTBOX_COLUMNS
                               " FROM outbox WHERE participant = ? AND state IN ('queued', 'sending')"
                               " ORDER BY due_at, id",
                               VALUES(value_integer(participant)), arena, read_row, ret, error);
}

bool outbox_was_written_to(struct database *database, int64_t participant, int64_t round, bool *ret,
                           struct error *error) {
    int64_t any = 0;
    if (!statement_read_integer(
            database, "SELECT EXISTS (SELECT 1 FROM outbox WHERE participant = ? AND round = ? AND state = 'sent')",
            VALUES(value_integer(participant), value_integer(round)), &any, error))
        return false;
    *ret = any != 0;
    return true;
}

bool outbox_set_detail(struct database *database, int64_t id, const char *detail, struct error *error) {
    return statement_run(database, "UPDATE outbox SET detail = ?2 WHERE id = ?1",
                         VALUES(value_integer(id), value_text(detail)), error);
}

bool outbox_last_to_coordinator(struct database *database, const char *coordinator, int64_t *ret, struct error *error) {
    return statement_read_integer(
        database,
        "SELECT max(sent_at) FROM outbox WHERE coordinator = ? AND coordinator IS NOT NULL AND sent_at IS NOT NULL",
        VALUES(value_text(coordinator)), ret, error);
}

bool outbox_set_answered(struct database *database, int64_t id, int64_t at, struct error *error) {
    return statement_run(database, "UPDATE outbox SET answered_at = coalesce(answered_at, ?2) WHERE id = ?1",
                         VALUES(value_integer(id), value_integer(at)), error);
}

bool outbox_count_letters_since(struct database *database, int64_t partnership, int64_t writer, int64_t moment,
                                size_t *ret, struct error *error) {
    return statement_read_count(database,
                                "SELECT count(DISTINCT inbox) FROM outbox"
                                " WHERE partnership = ? AND step = 'letter' AND about = ? AND created_at >= ?"
                                " AND state NOT IN ('held', 'cancelled')",
                                VALUES(value_integer(partnership), value_integer(writer), value_integer(moment)), ret,
                                error);
}

bool outbox_count_letters_held(struct database *database, int64_t partnership, int64_t writer, size_t *ret,
                               struct error *error) {
    return statement_read_count(database,
                                "SELECT count(DISTINCT inbox) FROM outbox"
                                " WHERE partnership = ? AND step = 'letter' AND about = ? AND state = 'held'",
                                VALUES(value_integer(partnership), value_integer(writer)), ret, error);
}

bool outbox_count_same_letters_since(struct database *database, int64_t partnership, int64_t writer,
                                     const char *body_hash, int64_t moment, size_t *ret, struct error *error) {
    return statement_read_count(
        database,
        "SELECT count(DISTINCT inbox.id) FROM outbox JOIN inbox ON inbox.id = outbox.inbox"
        " WHERE outbox.partnership = ? AND outbox.step = 'letter' AND outbox.about = ?"
        " AND inbox.body_hash = ? AND outbox.created_at >= ?",
        VALUES(value_integer(partnership), value_integer(writer), value_text(body_hash), value_integer(moment)), ret,
        error);
}

/* By the index on the key; '~' stands after everything that keys are made of. */
bool outbox_find_newest_with_prefix(struct database *database, const char *prefix, struct arena *arena,
                                    struct outbox_row *ret, struct error *error) {
    return find(database,
                "SELECT " OUTBOX_COLUMNS " FROM outbox WHERE key >= ?1 AND key < ?1 || '~' ORDER BY id DESC LIMIT 1",
                value_text(prefix), arena, ret, error);
}

bool outbox_list_stale_letters(struct database *database, int64_t now, struct arena *arena, struct outbox_list *ret,
                               struct error *error) {
    return statement_read_rows(database,
                               "SELECT " OUTBOX_COLUMNS
                               " FROM outbox WHERE state = 'held' AND step = 'letter' AND expires_at <= ? ORDER BY id",
                               VALUES(value_integer(now)), arena, read_row, ret, error);
}

bool outbox_find_newest_of_applicant(struct database *database, int64_t applicant, struct arena *arena,
                                     struct outbox_row *ret, struct error *error) {
    return find(database,
                "SELECT " OUTBOX_COLUMNS
                " FROM outbox WHERE applicant = ? AND +state = 'sent' ORDER BY id DESC LIMIT 1",
                value_integer(applicant), arena, ret, error);
}

bool outbox_count_answers_to(struct database *database, const char *sender, bool only_forms, int64_t moment,
                             size_t *ret, struct error *error) {
    return statement_read_count(database,
                                "SELECT count(*) FROM inbox JOIN outbox ON outbox.inbox = inbox.id"
                                " WHERE inbox.sender = ?1 AND inbox.received_at >= ?3 AND outbox.step <> 'letter'"
                                " AND (?2 = 0 OR outbox.template IN ('application', 'invitation'))",
                                VALUES(value_text(sender), value_integer(only_forms), value_integer(moment)), ret,
                                error);
}

bool outbox_count_forms_since(struct database *database, int64_t moment, size_t *ret, struct error *error) {
    return statement_read_count(
        database,
        "SELECT count(*) FROM outbox WHERE template = 'application' AND inbox IS NOT NULL AND created_at >= ?",
        VALUES(value_integer(moment)), ret, error);
}
