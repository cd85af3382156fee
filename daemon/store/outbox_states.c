/* The ways of an outgoing message from state to state; declared in store/outbox.h. */
#include "base/text.h"
#include "store/content.h"
#include "store/outbox.h"
#include "store/statement.h"
#include "store/transaction.h"

#define TO(state) (1u << OUTBOX_##state)

/* Where a message may go from each state. */
static const unsigned ways[OUTBOX_STATE_COUNT] = {
    [OUTBOX_QUEUED] = TO(SENDING) | TO(CANCELLED) | TO(EXPIRED) | TO(HELD),
    [OUTBOX_SENDING] = TO(SENT) | TO(QUEUED) | TO(FAILED) | TO(UNCERTAIN) | TO(HELD),
    [OUTBOX_UNCERTAIN] = TO(QUEUED) | TO(HELD),
    [OUTBOX_HELD] = TO(QUEUED) | TO(CANCELLED),
    [OUTBOX_FAILED] = TO(QUEUED),
};

static bool ends(enum outbox_state state) {
    return state == OUTBOX_SENT || state == OUTBOX_FAILED || state == OUTBOX_CANCELLED || state == OUTBOX_EXPIRED;
}

#define BEFORE(FIRST, COLUMN)                                                                                          \
    FIRST(id)                                                                                                          \
    COLUMN(state)                                                                                                      \
    COLUMN(message_id) COLUMN(participant) COLUMN(about) COLUMN(partnership) COLUMN(round) COLUMN(inbox) COLUMN(content)
#define BEFORE_COLUMNS STATEMENT_COLUMNS(BEFORE)
STATEMENT_READER(read_before, struct outbox_row, BEFORE)

/* A row as it stands, in *RET, where it may go FROM one state to another. RETURNING would tell the same, and open a
 * table of its own for it each time. */
static bool find_before(struct database *database, int64_t id, enum outbox_state from, enum outbox_state to,
                        struct arena *arena, struct outbox_row *ret, struct error *error) {
    struct outbox_row row;
    if (!statement_read_row(database, "SELECT " BEFORE_COLUMNS " FROM outbox WHERE id = ?", VALUES(value_integer(id)),
                            arena, read_before, &row, error))
        return false;
    if (!row.id)
        return error_set(error, ERROR_PERMANENT, "there is no outbox message %lld", (long long)id);
    if (row.state != from)
        return error_set(error, ERROR_PERMANENT, "outbox message %lld cannot go from %s to %s: it is %s", (long long)id,
                         outbox_state_name(from), outbox_state_name(to), outbox_state_name(row.state));
    *ret = row;
    return true;
}

/* One statement a state entered: each writes only the columns that change, as every one more is an index more. All take
 * the same seven values; the last condition makes SQLite count seven where a statement needs fewer. */
#define ENTER(state, also)                                                                                             \
    "UPDATE outbox SET state = '" state "', reply_code = coalesce(?4, reply_code),"                                    \
    " reply_text = coalesce(?5, reply_text), reason = ?6" also " WHERE id = ?1 AND ?7 IS NOT NULL"

static const char *const entering[OUTBOX_STATE_COUNT] = {
    [OUTBOX_QUEUED] = ENTER("queued", ", next_try_at = iif(?3 = 0, ?2, ?3), expires_at = iif(?7 = 0, expires_at, ?7),"
                                      " resent = resent OR state = 'uncertain'"),
    [OUTBOX_SENDING] = ENTER("sending", ", attempts = attempts + 1, claimed_at = ?2"),
    [OUTBOX_SENT] = ENTER("sent", ", sent_at = ?2"),
    [OUTBOX_FAILED] = ENTER("failed", ""),
    [OUTBOX_UNCERTAIN] = ENTER("uncertain", ""),
    [OUTBOX_HELD] = ENTER("held", ""),
    [OUTBOX_CANCELLED] = ENTER("cancelled", ""),
    [OUTBOX_EXPIRED] = ENTER("expired", ""),
};

bool outbox_enter_state(struct database *database, int64_t id, enum outbox_state from, enum outbox_state to,
                        const struct outbox_changes *changes, const struct event_cause *cause, struct error *error) {
    if (!(ways[from] & 1u << to))
        return error_set(error, ERROR_BUG, "an outbox message never goes from %s to %s (message %lld)",
                         outbox_state_name(from), outbox_state_name(to), (long long)id);
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct outbox_row row;
    const struct outbox_changes none = {0};
    changes = changes ? changes : &none;
    if (!transaction_begin(database, &transaction, error) || !find_before(database, id, from, to, arena, &row, error) ||
        !statement_run(database, entering[to],
                       VALUES(value_integer(id), value_integer(cause->at), value_integer(changes->next_try_at),
                              value_id(changes->reply_code), value_text(changes->reply_text),
                              value_text(changes->reason), value_integer(changes->expires_at)),
                       error))
        return false;
    const struct event ids = {.participant = row.participant ? row.participant : row.about,
                              .partnership = row.partnership,
                              .round = row.round,
                              .outbox = id,
                              .inbox = row.inbox};
    return (!ends(to) || content_empty(database, row.content, error)) &&
           events_append_move(database, "outbox", outbox_state_name(from), outbox_state_name(to), &ids, cause, error) &&
           transaction_commit(&transaction, error);
}

#define CLAIM "UPDATE outbox SET state = 'sending', attempts = attempts + 1, claimed_at = ?2, reason = NULL"

static bool claim(struct database *database, int64_t id, const struct outbox_rendering *rendered, int64_t at,
                  struct error *error) {
    if (!rendered)
        return statement_run(database, CLAIM " WHERE id = ?1", VALUES(value_integer(id), value_integer(at)), error);
    return statement_run(
        database, CLAIM ", recipient = ?3, message_id = ?4, template_hash = ?5, size = ?6 WHERE id = ?1",
        VALUES(value_integer(id), value_integer(at), value_text(rendered->recipient), value_text(rendered->message_id),
               value_text(rendered->template_hash), value_integer((int64_t)rendered->length)),
        error);
}

static bool keep_bytes(struct database *database, const struct outbox_row *row, const struct outbox_rendering *rendered,
                       struct error *error) {
    int64_t content = row->content;
    return content_put(database, &content, rendered->bytes, rendered->length, error) &&
           (content == row->content || statement_run(database, "UPDATE outbox SET content = ?2 WHERE id = ?1",
                                                     VALUES(value_integer(row->id), value_integer(content)), error));
}

bool outbox_claim(struct database *database, int64_t id, const struct outbox_rendering *rendered,
                  const struct event_cause *cause, struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct outbox_row row;
    if (!transaction_begin(database, &transaction, error) ||
        !find_before(database, id, OUTBOX_QUEUED, OUTBOX_SENDING, arena, &row, error))
        return false;
    if (rendered && row.message_id && !string_equal(row.message_id, rendered->message_id))
        return error_set(error, ERROR_BUG, "outbox message %lld would get a second Message-ID", (long long)id);
    return claim(database, id, rendered, cause->at, error) &&
           (!rendered || (rendered->bytes ? keep_bytes(database, &row, rendered, error)
                                          : content_empty(database, row.content, error))) &&
           transaction_commit(&transaction, error);
}

bool outbox_unclaim(struct database *database, int64_t id, int64_t at, struct error *error) {
    return statement_run(database,
                         "UPDATE outbox SET state = 'queued', attempts = attempts - 1, next_try_at = ?2"
                         " WHERE id = ?1 AND state = 'sending'",
                         VALUES(value_integer(id), value_integer(at)), error);
}

static bool cancel_all(struct database *database, const char *sql, int64_t of, const char *reason,
                       const struct event_cause *cause, size_t *ret_count, struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    DATABASE_LIST(, int64_t) ids;
    if (!transaction_begin(database, &transaction, error) ||
        !statement_read_rows(database, sql, VALUES(value_integer(of)), arena, statement_read_number, &ids, error))
        return false;
    for (size_t i = 0; i < ids.count; i++)
        if (!outbox_enter_state(database, ids.items[i], OUTBOX_QUEUED, OUTBOX_CANCELLED,
                                &(struct outbox_changes){.reason = reason}, cause, error))
            return false;
    if (!transaction_commit(&transaction, error))
        return false;
    *ret_count = ids.count;
    return true;
}

/* The plus keeps SQLite from choosing the index on the state, which knows nothing of whom it is for. */
bool outbox_cancel_of_participant(struct database *database, int64_t participant, const char *reason,
                                  const struct event_cause *cause, size_t *ret_count, struct error *error) {
    return cancel_all(database, "SELECT id FROM outbox WHERE participant = ? AND +state = 'queued' ORDER BY id",
                      participant, reason, cause, ret_count, error);
}

bool outbox_cancel_of_partnership(struct database *database, int64_t partnership, const char *reason,
                                  const struct event_cause *cause, size_t *ret_count, struct error *error) {
    return cancel_all(database,
                      "SELECT id FROM outbox WHERE partnership = ? AND +state = 'queued' AND step <> 'letter'"
                      " ORDER BY id",
                      partnership, reason, cause, ret_count, error);
}

bool outbox_cancel_of_applicant(struct database *database, int64_t applicant, const char *reason,
                                const struct event_cause *cause, size_t *ret_count, struct error *error) {
    return cancel_all(database, "SELECT id FROM outbox WHERE applicant = ? AND +state = 'queued' ORDER BY id",
                      applicant, reason, cause, ret_count, error);
}
