#include "store/applicants.h"

#include "store/incidents.h"
#include "store/outbox.h"
#include "store/statement.h"
#include "store/transaction.h"

/* clang-format off */
#define APPLICANT(FIRST, COLUMN) \
    FIRST(id) COLUMN(round) COLUMN(participant) COLUMN(address) COLUMN(language) COLUMN(state) COLUMN(answers) \
    COLUMN(asked_at) COLUMN(reminded_at) COLUMN(expires_at) COLUMN(created_at)
/* clang-format on */
#define APPLICANT_COLUMNS STATEMENT_COLUMNS(APPLICANT)
STATEMENT_READER(read_applicant, struct applicant, APPLICANT)

bool applicants_put(struct database *database, const struct applicant *applicant, const char *address_key,
                    const struct event_cause *cause, int64_t *ret_id, struct error *error) {
    auto_transaction transaction = TRANSACTION_NONE;
    int64_t old, id;
    if (!transaction_begin(database, &transaction, error) ||
        !incidents_refuse_banned(database, applicant->address, address_key, error) ||
        !statement_read_integer(database, "SELECT id FROM applicant WHERE address_key = ? AND round = ?",
                                VALUES(value_text(address_key), value_integer(applicant->round)), &old, error) ||
        !statement_run(database,
                       "INSERT INTO applicant (round, participant, address, address_key, language, state, answers,"
                       " asked_at, reminded_at, expires_at, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                       " ON CONFLICT (address_key, round) DO UPDATE SET participant = excluded.participant,"
                       " address = excluded.address, language = excluded.language, state = excluded.state,"
                       " answers = excluded.answers, asked_at = excluded.asked_at,"
                       " reminded_at = excluded.reminded_at, expires_at = excluded.expires_at",
                       VALUES(value_integer(applicant->round), value_id(applicant->participant),
                              value_text(applicant->address), value_text(address_key), value_text(applicant->language),
                              value_text(applicant_state_name(applicant->state)),
                              value_text(applicant->answers ? applicant->answers : "{}"),
                              value_integer(applicant->asked_at), value_id(applicant->reminded_at),
                              value_integer(applicant->expires_at),
                              value_integer(applicant->created_at ? applicant->created_at : cause->at)),
                       error) ||
        !statement_read_integer(database, "SELECT id FROM applicant WHERE address_key = ? AND round = ?",
                                VALUES(value_text(address_key), value_integer(applicant->round)), &id, error) ||
        (!old &&
         !events_append_change(database, "applicant added",
                               &(struct event){.participant = applicant->participant, .round = applicant->round}, cause,
                               error)) ||
        !transaction_commit(&transaction, error))
        return false;
    *ret_id = id;
    return true;
}

bool applicants_find(struct database *database, int64_t id, struct arena *arena, struct applicant *ret,
                     struct error *error) {
    return statement_read_row(database, "SELECT " APPLICANT_COLUMNS " FROM applicant WHERE id = ?",
                              VALUES(value_integer(id)), arena, read_applicant, ret, error);
}

bool applicants_list_of_address(struct database *database, const char *address_key, struct arena *arena,
                                struct applicant_list *ret, struct error *error) {
    return statement_read_rows(database,
                               "SELECT " APPLICANT_COLUMNS " FROM applicant WHERE address_key = ? ORDER BY id",
                               VALUES(value_text(address_key)), arena, read_applicant, ret, error);
}

bool applicants_list(struct database *database, int64_t round, int64_t after, size_t limit, struct arena *arena,
                     struct applicant_list *ret, struct error *error) {
    return statement_read_rows(
        database, "SELECT " APPLICANT_COLUMNS " FROM applicant WHERE round = ? AND id > ? ORDER BY id LIMIT ?",
        VALUES(value_integer(round), value_integer(after), value_limit(limit)), arena, read_applicant, ret, error);
}

bool applicants_list_to_remind(struct database *database, int64_t asked_by, size_t limit, struct arena *arena,
                               struct applicant_list *ret, struct error *error) {
    return statement_read_rows(database,
                               "SELECT " APPLICANT_COLUMNS
                               " FROM applicant WHERE reminded_at IS NULL AND asked_at <= ? ORDER BY asked_at LIMIT ?",
                               VALUES(value_integer(asked_by), value_limit(limit)), arena, read_applicant, ret, error);
}

bool applicants_list_expired(struct database *database, int64_t expired_by, size_t limit, struct arena *arena,
                             struct applicant_list *ret, struct error *error) {
    return statement_read_rows(
        database, "SELECT " APPLICANT_COLUMNS " FROM applicant WHERE expires_at <= ? ORDER BY expires_at LIMIT ?",
        VALUES(value_integer(expired_by), value_limit(limit)), arena, read_applicant, ret, error);
}

bool applicants_set_reminded(struct database *database, int64_t id, int64_t moment, struct error *error) {
    return statement_run(database, "UPDATE applicant SET reminded_at = ?2 WHERE id = ?1",
                         VALUES(value_integer(id), value_integer(moment)), error);
}

/* What the server replied may name the address as well. */
static bool empty_address(struct database *database, int64_t id, struct error *error) {
    return statement_run(database,
                         "UPDATE outbox SET address = NULL, recipient = NULL, reply_text = NULL WHERE applicant = ?",
                         VALUES(value_integer(id)), error);
}

static bool hand_over(struct database *database, int64_t id, int64_t participant, struct error *error) {
    return statement_run(database,
                         "UPDATE tag SET participant = ?2 WHERE outbox IN (SELECT id FROM outbox WHERE applicant = ?1)",
                         VALUES(value_integer(id), value_integer(participant)), error) &&
           statement_run(database, "UPDATE outbox SET participant = ?2, address = NULL WHERE applicant = ?1",
                         VALUES(value_integer(id), value_integer(participant)), error);
}

bool applicants_remove(struct database *database, int64_t id, int64_t participant, const struct event_cause *cause,
                       struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct applicant old;
    size_t cancelled;
    if (!transaction_begin(database, &transaction, error) || !applicants_find(database, id, arena, &old, error))
        return false;
    return !old.id ||
           (outbox_cancel_of_applicant(database, id, "the application is closed", cause, &cancelled, error) &&
            (participant ? hand_over(database, id, participant, error) : empty_address(database, id, error)) &&
            statement_run(database, "DELETE FROM applicant WHERE id = ?", VALUES(value_integer(id)), error) &&
            events_append_change(database, participant ? "applicant confirmed" : "applicant removed",
                                 &(struct event){.participant = participant, .round = old.round}, cause, error) &&
            transaction_commit(&transaction, error));
}
