/* The ways of an outgoing message from state to state; declared in store/outbox.h. */
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

#define ENTERED(FIRST, COLUMN)                                                                                         \
    FIRST(id) COLUMN(participant) COLUMN(about) COLUMN(partnership) COLUMN(round) COLUMN(inbox) COLUMN(content)
#define ENTERED_COLUMNS STATEMENT_COLUMNS(ENTERED)

/* One statement a state entered: each writes only the columns that change, as every one more is an index more. All take
 * the same eight values; the last condition makes SQLite count eight where a statement needs fewer. */
#define ENTER(state, also)                                                                                             \
    "UPDATE outbox SET state = '" state "', reply_code = coalesce(?5, reply_code),"                                    \
    " reply_text = coalesce(?6, reply_text), reason = ?7" also " WHERE id = ?1 AND state = ?2 AND ?8 IS NOT NULL"      \
    " RETURNING " ENTERED_COLUMNS

static const char *const entering[OUTBOX_STATE_COUNT] = {
    [OUTBOX_QUEUED] = ENTER("queued", ", next_try_at = iif(?4 = 0, ?3, ?4), expires_at = iif(?8 = 0, expires_at, ?8),"
                                      " resent = resent OR state = 'uncertain'"),
    [OUTBOX_SENDING] = ENTER("sending", ", attempts = attempts + 1, claimed_at = ?3"),
    [OUTBOX_SENT] = ENTER("sent", ", sent_at = ?3"),
    [OUTBOX_FAILED] = ENTER("failed", ""),
    [OUTBOX_UNCERTAIN] = ENTER("uncertain", ""),
    [OUTBOX_HELD] = ENTER("held", ""),
    [OUTBOX_CANCELLED] = ENTER("cancelled", ""),
    [OUTBOX_EXPIRED] = ENTER("expired", ""),
};

struct entered {
    int64_t id; /* 0: it was not in that state */
    int64_t participant, about, partnership, round, inbox, content;
};

STATEMENT_READER(read_entered, struct entered, ENTERED)

static bool update(struct database *database, int64_t id, enum outbox_state from, enum outbox_state to,
                   const struct outbox_changes *changes, int64_t at, struct entered *ret, struct error *error) {
    auto_statement statement = STATEMENT_NONE;
    if (!statement_open(database, entering[to],
                        VALUES(value_integer(id), value_text(outbox_state_name(from)), value_integer(at),
                               value_integer(changes->next_try_at), value_id(changes->reply_code),
                               value_text(changes->reply_text), value_text(changes->reason),
                               value_integer(changes->expires_at)),
                        &statement, error))
        return false;
    for (bool row = true; row;) {
        if (!statement_next(&statement, &row, error))
            return false;
        if (row)
            read_entered(&statement, NULL, ret);
    }
    return true;
}

static bool refuse(struct database *database, int64_t id, enum outbox_state from, enum outbox_state to,
                   struct error *error) {
    auto_arena arena = arena_new();
    struct outbox_row row;
    if (!outbox_find(database, id, arena, &row, error))
        return false;
    if (!row.id)
        return error_set(error, ERROR_PERMANENT, "there is no outbox message %lld", (long long)id);
    return error_set(error, ERROR_PERMANENT, "outbox message %lld cannot go from %s to %s: it is %s", (long long)id,
                     outbox_state_name(from), outbox_state_name(to), outbox_state_name(row.state));
}

bool outbox_enter_state(struct database *database, int64_t id, enum outbox_state from, enum outbox_state to,
                        const struct outbox_changes *changes, const struct event_cause *cause, struct error *error) {
    if (!(ways[from] & 1u << to))
        return error_set(error, ERROR_BUG, "an outbox message never goes from %s to %s (message %lld)",
                         outbox_state_name(from), outbox_state_name(to), (long long)id);
    auto_transaction transaction = TRANSACTION_NONE;
    struct entered entered = {0};
    if (!transaction_begin(database, &transaction, error) ||
        !update(database, id, from, to, changes ? changes : &(struct outbox_changes){0}, cause->at, &entered, error))
        return false;
    if (!entered.id)
        return refuse(database, id, from, to, error);
    const struct event ids = {.participant = entered.participant ? entered.participant : entered.about,
                              .partnership = entered.partnership,
                              .round = entered.round,
                              .outbox = id,
                              .inbox = entered.inbox};
    return (!ends(to) || content_empty(database, entered.content, error)) &&
           events_append_move(database, "outbox", outbox_state_name(from), outbox_state_name(to), &ids, cause, error) &&
           transaction_commit(&transaction, error);
}

#define CLAIMED(FIRST, COLUMN) FIRST(id) COLUMN(content)
#define CLAIMED_COLUMNS STATEMENT_COLUMNS(CLAIMED)
STATEMENT_READER(read_claimed, struct entered, CLAIMED)

#define CLAIM "UPDATE outbox SET state = 'sending', attempts = attempts + 1, claimed_at = ?2, reason = NULL"

static bool claim(struct database *database, int64_t id, const struct outbox_rendering *rendered, int64_t at,
                  struct arena *arena, struct entered *ret, struct error *error) {
    if (!rendered)
        return statement_read_row(database, CLAIM " WHERE id = ?1 AND state = 'queued' RETURNING " CLAIMED_COLUMNS,
                                  VALUES(value_integer(id), value_integer(at)), arena, read_claimed, ret, error);
    return statement_read_row(database,
                              CLAIM ", recipient = ?3, message_id = ?4, template_hash = ?5, size = ?6"
                                    " WHERE id = ?1 AND state = 'queued' AND coalesce(message_id, ?4) = ?4"
                                    " RETURNING " CLAIMED_COLUMNS,
                              VALUES(value_integer(id), value_integer(at), value_text(rendered->recipient),
                                     value_text(rendered->message_id), value_text(rendered->template_hash),
                                     value_integer((int64_t)rendered->length)),
                              arena, read_claimed, ret, error);
}

static bool keep_bytes(struct database *database, const struct entered *entered,
                       const struct outbox_rendering *rendered, struct error *error) {
    int64_t content = entered->content;
    return content_put(database, &content, rendered->bytes, rendered->length, error) &&
           (content == entered->content ||
            statement_run(database, "UPDATE outbox SET content = ?2 WHERE id = ?1",
                          VALUES(value_integer(entered->id), value_integer(content)), error));
}

bool outbox_claim(struct database *database, int64_t id, const struct outbox_rendering *rendered,
                  const struct event_cause *cause, struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct entered entered = {0};
    if (!transaction_begin(database, &transaction, error) ||
        !claim(database, id, rendered, cause->at, arena, &entered, error))
        return false;
    if (!entered.id)
        return refuse(database, id, OUTBOX_QUEUED, OUTBOX_SENDING, error);
    if (rendered && !(rendered->bytes ? keep_bytes(database, &entered, rendered, error)
                                      : content_empty(database, entered.content, error)))
        return false;
    return transaction_commit(&transaction, error);
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
