#include "store/rounds.h"

#include "base/text.h"
#include "store/statement.h"
#include "store/transaction.h"

#define ROUND(FIRST, COLUMN)                                                                                           \
    FIRST(id)                                                                                                          \
    COLUMN(name)                                                                                                       \
    COLUMN(length)                                                                                                     \
    COLUMN(state)                                                                                                      \
    COLUMN(opens_at) COLUMN(closes_at) COLUMN(starts_at) COLUMN(started_at) COLUMN(ended_at) COLUMN(created_at)
#define ROUND_COLUMNS STATEMENT_COLUMNS(ROUND)
STATEMENT_READER(read_round, struct round, ROUND)

static bool find_by_name(struct database *database, const char *name, struct arena *arena, struct round *ret,
                         struct error *error) {
    return statement_read_row(database, "SELECT " ROUND_COLUMNS " FROM round WHERE name = ?", VALUES(value_text(name)),
                              arena, read_round, ret, error);
}

bool rounds_create(struct database *database, const char *name, const char *length, const struct event_cause *cause,
                   int64_t *ret_id, struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct round existing;
    int64_t id;
    if (!transaction_begin(database, &transaction, error) || !find_by_name(database, name, arena, &existing, error))
        return false;
    if (existing.id)
        return error_set(error, ERROR_PERMANENT, "there is a round \"%s\" already", name);
    if (!statement_insert(database, "INSERT INTO round (name, length, state, created_at) VALUES (?, ?, 'draft', ?)",
                          VALUES(value_text(name), value_text(length), value_integer(cause->at)), &id, error) ||
        !events_append_change(database, "round draft", &(struct event){.round = id}, cause, error) ||
        !transaction_commit(&transaction, error))
        return false;
    *ret_id = id;
    return true;
}

bool rounds_remove(struct database *database, int64_t id, const struct event_cause *cause, bool *ret_removed,
                   struct error *error) {
    auto_transaction transaction = TRANSACTION_NONE;
    int64_t used;
    if (!transaction_begin(database, &transaction, error) ||
        !statement_read_integer(database,
                                "SELECT EXISTS (SELECT 1 FROM application WHERE round = ?1)"
                                " OR EXISTS (SELECT 1 FROM applicant WHERE round = ?1)"
                                " OR EXISTS (SELECT 1 FROM partnership WHERE round = ?1)"
                                " OR EXISTS (SELECT 1 FROM locked_member WHERE round = ?1)"
                                " OR EXISTS (SELECT 1 FROM outbox WHERE round = ?1)",
                                VALUES(value_integer(id)), &used, error))
        return false;
    *ret_removed = !used;
    return used ||
           (statement_run(database, "DELETE FROM country_places WHERE round = ?", VALUES(value_integer(id)), error) &&
            statement_run(database, "DELETE FROM round WHERE id = ?", VALUES(value_integer(id)), error) &&
            events_append_change(database, "round removed", &(struct event){.round = id}, cause, error) &&
            transaction_commit(&transaction, error));
}

bool rounds_find(struct database *database, int64_t id, struct arena *arena, struct round *ret, struct error *error) {
    return statement_read_row(database, "SELECT " ROUND_COLUMNS " FROM round WHERE id = ?", VALUES(value_integer(id)),
                              arena, read_round, ret, error);
}

bool rounds_find_by_reference(struct database *database, const char *reference, struct arena *arena, struct round *ret,
                              struct error *error) {
    struct round found;
    int64_t id;
    if (!find_by_name(database, reference, arena, &found, error))
        return false;
    if (!found.id && string_to_integer(reference, &id))
        return rounds_find(database, id, arena, ret, error);
    *ret = found;
    return true;
}

bool rounds_list(struct database *database, struct arena *arena, struct round_list *ret, struct error *error) {
    return statement_read_rows(database, "SELECT " ROUND_COLUMNS " FROM round ORDER BY id", NO_VALUES, arena,
                               read_round, ret, error);
}

bool rounds_list_turning(struct database *database, struct arena *arena, struct round_list *ret, struct error *error) {
    return statement_read_rows(database,
                               "SELECT " ROUND_COLUMNS " FROM round INDEXED BY round_by_state"
                               " WHERE state IN ('draft', 'open', 'closed', 'matching', 'ending')",
                               NO_VALUES, arena, read_round, ret, error);
}

#define COUNTS(FIRST, COLUMN)                                                                                          \
    FIRST(applicants)                                                                                                  \
    COLUMN(accepted)                                                                                                   \
    COLUMN(waiting_country) COLUMN(waiting_next) COLUMN(waiting_partner) COLUMN(partnerships) COLUMN(active)
STATEMENT_READER(read_counts, struct round_counts, COUNTS)

bool rounds_count(struct database *database, int64_t id, struct round_counts *ret, struct error *error) {
    return statement_read_row(
        database,
        "SELECT (SELECT count(*) FROM applicant WHERE round = ?1 AND state <> 'gone'),"
        " count(*) FILTER (WHERE state IN ('accepted', 'matched')"
        "  OR (state = 'waiting' AND ifnull(waits_for, 'partner') = 'partner')),"
        " count(*) FILTER (WHERE state = 'waiting' AND waits_for = 'country'),"
        " count(*) FILTER (WHERE state = 'waiting' AND waits_for = 'next'),"
        " count(*) FILTER (WHERE state = 'waiting' AND ifnull(waits_for, 'partner') = 'partner'),"
        " (SELECT count(*) FROM partnership WHERE round = ?1),"
        " (SELECT count(*) FROM partnership WHERE round = ?1 AND state = 'active') FROM application WHERE round = ?1",
        VALUES(value_integer(id)), NULL, read_counts, ret, error);
}

#define COUNTRIES(FIRST, COLUMN) FIRST(country) COLUMN(most) COLUMN(people)
STATEMENT_READER(read_countries, struct round_countries, COUNTRIES)

bool rounds_countries(struct database *database, int64_t id, struct arena *arena, struct round_countries *ret,
                      struct error *error) {
    return statement_read_row(database,
                              "SELECT participant.country, count(*), sum(count(*)) OVER () FROM application"
                              " JOIN participant ON participant.id = application.participant"
                              " WHERE round = ? AND (application.state = 'accepted'"
                              "  OR (application.state = 'waiting' AND ifnull(waits_for, 'partner') = 'partner'))"
                              " GROUP BY participant.country ORDER BY count(*) DESC, participant.country LIMIT 1",
                              VALUES(value_integer(id)), arena, read_countries, ret, error);
}

bool rounds_set_dates(struct database *database, const struct round *round, const struct event_cause *cause,
                      struct error *error) {
    auto_transaction transaction = TRANSACTION_NONE;
    return transaction_begin(database, &transaction, error) &&
           statement_run(database,
                         "UPDATE round SET length = ?, opens_at = ?, closes_at = ?, starts_at = ? WHERE id = ?",
                         VALUES(value_text(round->length), value_id(round->opens_at), value_id(round->closes_at),
                                value_id(round->starts_at), value_integer(round->id)),
                         error) &&
           events_append_change(database, "round dates changed", &(struct event){.round = round->id}, cause, error) &&
           transaction_commit(&transaction, error);
}

bool rounds_set_state(struct database *database, int64_t id, enum round_state state, int64_t moment,
                      const struct event_cause *cause, struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct round old;
    if (!transaction_begin(database, &transaction, error) || !rounds_find(database, id, arena, &old, error))
        return false;
    if (!old.id)
        return error_set(error, ERROR_PERMANENT, "there is no round %lld", (long long)id);
    const char *from = round_state_name(old.state), *to = round_state_name(state);
    if (old.state != state &&
        (!statement_run(database,
                        "UPDATE round SET state = ?2,"
                        " started_at = iif(?2 = 'running', coalesce(started_at, ?3), started_at),"
                        " ended_at = iif(?2 = 'ending', coalesce(ended_at, ?3), ended_at) WHERE id = ?1",
                        VALUES(value_integer(id), value_text(to), value_integer(moment)), error) ||
         !events_append_move(database, "round", from, to, &(struct event){.round = id}, cause, error)))
        return false;
    return transaction_commit(&transaction, error);
}
