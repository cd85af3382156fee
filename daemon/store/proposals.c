#include "store/proposals.h"

#include "store/participant_reader.h"
#include "store/transaction.h"

/* ---- Who is to be brought together ---- */

static void read_candidate(struct statement *row, struct arena *arena, void *item) {
    struct candidate *candidate = item;
    participant_reader(row, arena, &candidate->participant);
    candidate->application = statement_integer(row);
    statement_word(row, model_find_application_state, &candidate->state);
    candidate->answers = statement_text(row, arena);
    candidate->waited = statement_integer(row);
}

#define OF_PARTICIPANT(name) "participant." #name
#define FIRST_OF(name) OF_PARTICIPANT(name)
#define FURTHER_OF(name) ", " OF_PARTICIPANT(name)

bool proposals_candidates(struct database *database, int64_t round, struct arena *arena, struct candidate_list *ret,
                          struct error *error) {
    return statement_read_rows(
        database,
        "SELECT " PARTICIPANT(
            FIRST_OF,
            FURTHER_OF) ", application.id, application.state, answers,"
                        " (SELECT count(*) FROM application AS other WHERE other.participant = application.participant"
                        "   AND other.round <> application.round AND other.state = 'waiting' AND other.waits_for = "
                        "'next'"
                        "   AND other.id > coalesce((SELECT max(matched.id) FROM application AS matched"
                        "     WHERE matched.participant = application.participant AND matched.state = 'matched'), 0))"
                        " FROM application JOIN participant ON participant.id = application.participant"
                        " WHERE application.round = ? AND (application.state = 'accepted'"
                        "   OR (application.state = 'waiting' AND waits_for = 'partner'))"
                        " AND NOT EXISTS (SELECT 1 FROM member JOIN partnership ON partnership.id = member.partnership"
                        "   WHERE member.participant = application.participant AND left_at IS NULL"
                        "   AND partnership.round = application.round"
                        "   AND partnership.state NOT IN ('ended', 'dissolved'))"
                        " ORDER BY application.id",
        VALUES(value_integer(round)), arena, read_candidate, ret, error);
}

#define PAIR(FIRST, COLUMN) FIRST(first) COLUMN(second)
STATEMENT_READER(read_pair, struct parted_pair, PAIR)

bool proposals_parted(struct database *database, int64_t round, struct arena *arena, struct parted_list *ret,
                      struct error *error) {
    return statement_read_rows(
        database,
        "SELECT own.participant, other.participant FROM application"
        " JOIN member AS own ON own.participant = application.participant"
        " JOIN partnership ON partnership.id = own.partnership AND partnership.started_at IS NOT NULL"
        " JOIN member AS other ON other.partnership = own.partnership AND other.participant <> own.participant"
        " WHERE application.round = ?1"
        " UNION SELECT first, second FROM application JOIN forbidden_pair ON first = application.participant"
        " WHERE application.round = ?1"
        " UNION SELECT second, first FROM application JOIN forbidden_pair ON second = application.participant"
        " WHERE application.round = ?1"
        " UNION SELECT first, second FROM application JOIN rematch ON first = application.participant"
        " WHERE application.round = ?1 AND NOT EXISTS (SELECT 1 FROM case_file WHERE case_file.id = rematch.id"
        "   AND closed_at IS NULL)"
        " UNION SELECT second, first FROM application JOIN rematch ON second = application.participant"
        " WHERE application.round = ?1 AND NOT EXISTS (SELECT 1 FROM case_file WHERE case_file.id = rematch.id"
        "   AND closed_at IS NULL) ORDER BY 1, 2",
        VALUES(value_integer(round)), arena, read_pair, ret, error);
}

static bool change_pair(struct database *database, const char *sql, const char *what, int64_t a, int64_t b,
                        const struct event_cause *cause, bool *ret_changed, struct error *error) {
    auto_transaction transaction = TRANSACTION_NONE;
    size_t changed;
    if (!transaction_begin(database, &transaction, error) ||
        !statement_change(database, sql, VALUES(value_integer(a < b ? a : b), value_integer(a < b ? b : a)), &changed,
                          error))
        return false;
    const int64_t both[] = {a, b};
    for (size_t i = 0; changed && i < COUNT_OF(both); i++)
        if (!events_append_change(database, what, &(struct event){.participant = both[i]}, cause, error))
            return false;
    *ret_changed = changed != 0;
    return transaction_commit(&transaction, error);
}

bool proposals_forbid(struct database *database, int64_t a, int64_t b, const struct event_cause *cause,
                      bool *ret_changed, struct error *error) {
    return change_pair(database, "INSERT INTO forbidden_pair (first, second) VALUES (?, ?) ON CONFLICT DO NOTHING",
                       "pair forbidden", a, b, cause, ret_changed, error);
}

bool proposals_allow(struct database *database, int64_t a, int64_t b, const struct event_cause *cause,
                     bool *ret_changed, struct error *error) {
    return change_pair(database, "DELETE FROM forbidden_pair WHERE first = ? AND second = ?", "pair allowed", a, b,
                       cause, ret_changed, error);
}

#define FORBIDDEN(FIRST, COLUMN)                                                                                       \
    FIRST(first)                                                                                                       \
    COLUMN(second) COLUMN(first_name) COLUMN(first_address) COLUMN(second_name) COLUMN(second_address)
STATEMENT_READER(read_forbidden, struct forbidden_pair, FORBIDDEN)

bool proposals_forbidden(struct database *database, struct arena *arena, struct forbidden_list *ret,
                         struct error *error) {
    return statement_read_rows(database,
                               "SELECT first, second, one.name, one.address, other.name, other.address"
                               " FROM forbidden_pair JOIN participant AS one ON one.id = first"
                               " JOIN participant AS other ON other.id = second ORDER BY first, second",
                               NO_VALUES, arena, read_forbidden, ret, error);
}

/* ---- Locks ---- */

bool proposals_unlock(struct database *database, int64_t round, int64_t participant, const struct event_cause *cause,
                      bool *ret_changed, struct error *error) {
    auto_transaction transaction = TRANSACTION_NONE;
    size_t changed;
    if (!transaction_begin(database, &transaction, error) ||
        !statement_change(database,
                          "DELETE FROM locked_member WHERE round = ?1 AND number ="
                          " (SELECT number FROM locked_member WHERE round = ?1 AND participant = ?2)",
                          VALUES(value_integer(round), value_integer(participant)), &changed, error) ||
        (changed && !events_append_change(database, "partners unlocked",
                                          &(struct event){.participant = participant, .round = round}, cause, error)))
        return false;
    *ret_changed = changed != 0;
    return transaction_commit(&transaction, error);
}

bool proposals_lock(struct database *database, int64_t round, const int64_t *members, size_t count,
                    const struct event_cause *cause, struct error *error) {
    auto_transaction transaction = TRANSACTION_NONE;
    int64_t number;
    bool changed;
    if (!transaction_begin(database, &transaction, error))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!proposals_unlock(database, round, members[i], cause, &changed, error))
            return false;
    if (!statement_read_integer(database, "SELECT coalesce(max(number), 0) + 1 FROM locked_member WHERE round = ?",
                                VALUES(value_integer(round)), &number, error))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!statement_run(database,
                           "INSERT INTO locked_member (round, participant, number, position) VALUES (?, ?, ?, ?)",
                           VALUES(value_integer(round), value_integer(members[i]), value_integer(number),
                                  value_integer((int64_t)i)),
                           error) ||
            !events_append_change(database, "partners locked",
                                  &(struct event){.participant = members[i], .round = round}, cause, error))
            return false;
    return transaction_commit(&transaction, error);
}

#define MEMBER(FIRST, COLUMN) FIRST(participant) COLUMN(number) COLUMN(position) COLUMN(fingerprint)
STATEMENT_READER(read_member, struct proposal_member, MEMBER)

bool proposals_locked(struct database *database, int64_t round, struct arena *arena, struct proposal_member_list *ret,
                      struct error *error) {
    return statement_read_rows(database,
                               "SELECT participant, number, position, NULL FROM locked_member WHERE round = ?"
                               " ORDER BY number, position",
                               VALUES(value_integer(round)), arena, read_member, ret, error);
}

/* ---- The proposal ---- */

static bool remove_proposal(struct database *database, int64_t round, struct error *error) {
    return statement_run(database, "DELETE FROM proposal WHERE round = ?", VALUES(value_integer(round)), error);
}

bool proposals_put(struct database *database, const struct proposal_row *row,
                   const struct proposal_member_list *members, const struct event_cause *cause, struct error *error) {
    auto_transaction transaction = TRANSACTION_NONE;
    if (!transaction_begin(database, &transaction, error) || !remove_proposal(database, row->round, error) ||
        !statement_run(database, "INSERT INTO proposal (round, seed, made_at) VALUES (?, ?, ?)",
                       VALUES(value_integer(row->round), value_integer(row->seed), value_integer(row->made_at)), error))
        return false;
    for (size_t i = 0; i < members->count; i++) {
        const struct proposal_member *member = &members->items[i];
        if (!statement_run(database,
                           "INSERT INTO proposal_member (round, participant, number, position, fingerprint)"
                           " VALUES (?, ?, ?, ?, ?)",
                           VALUES(value_integer(row->round), value_integer(member->participant),
                                  value_integer(member->number), value_integer(member->position),
                                  value_text(member->fingerprint)),
                           error))
            return false;
    }
    return events_append_change(database, "matching proposed", &(struct event){.round = row->round}, cause, error) &&
           transaction_commit(&transaction, error);
}

#define PROPOSAL(FIRST, COLUMN) FIRST(round) COLUMN(seed) COLUMN(made_at)
STATEMENT_READER(read_proposal, struct proposal_row, PROPOSAL)

bool proposals_find(struct database *database, int64_t round, struct arena *arena, struct proposal_row *ret,
                    struct error *error) {
    return statement_read_row(database, "SELECT " STATEMENT_COLUMNS(PROPOSAL) " FROM proposal WHERE round = ?",
                              VALUES(value_integer(round)), arena, read_proposal, ret, error);
}

bool proposals_members(struct database *database, int64_t round, struct arena *arena, struct proposal_member_list *ret,
                       struct error *error) {
    return statement_read_rows(database,
                               "SELECT " STATEMENT_COLUMNS(MEMBER) " FROM proposal_member WHERE round = ?"
                                                                   " ORDER BY number, position",
                               VALUES(value_integer(round)), arena, read_member, ret, error);
}

bool proposals_remove(struct database *database, int64_t round, struct error *error) {
    auto_transaction transaction = TRANSACTION_NONE;
    return transaction_begin(database, &transaction, error) && remove_proposal(database, round, error) &&
           statement_run(database, "DELETE FROM locked_member WHERE round = ?", VALUES(value_integer(round)), error) &&
           transaction_commit(&transaction, error);
}

/* ---- Another partner in a running round ---- */

#define REMATCH(FIRST, COLUMN) FIRST(id) COLUMN(round) COLUMN(first) COLUMN(second)
STATEMENT_READER(read_rematch, struct rematch, REMATCH)

bool proposals_offer(struct database *database, const struct rematch *rematch, struct error *error) {
    return statement_run(database, "INSERT INTO rematch (id, round, first, second) VALUES (?, ?, ?, ?)",
                         VALUES(value_integer(rematch->id), value_integer(rematch->round),
                                value_integer(rematch->first), value_integer(rematch->second)),
                         error);
}

bool proposals_find_offer(struct database *database, int64_t id, struct arena *arena, struct rematch *ret,
                          struct error *error) {
    return statement_read_row(database, "SELECT " STATEMENT_COLUMNS(REMATCH) " FROM rematch WHERE id = ?",
                              VALUES(value_integer(id)), arena, read_rematch, ret, error);
}

bool proposals_open_offers(struct database *database, struct arena *arena, struct rematch_list *ret,
                           struct error *error) {
    return statement_read_rows(database,
                               "SELECT rematch.id, round, first, second FROM case_file CROSS JOIN rematch"
                               " ON rematch.id = case_file.id WHERE case_file.closed_at IS NULL"
                               " AND case_file.key >= 'rematch/' AND case_file.key < 'rematch0'",
                               NO_VALUES, arena, read_rematch, ret, error);
}

#define IN_LINE(FIRST, COLUMN) FIRST(round) COLUMN(count) COLUMN(people)
STATEMENT_READER(read_in_line, struct in_line, IN_LINE)

bool proposals_in_line(struct database *database, struct arena *arena, struct in_line_list *ret, struct error *error) {
    return statement_read_rows(database,
                               "SELECT round, count(*), group_concat(application.id) FROM application"
                               " JOIN round ON round.id = application.round AND round.state = 'running'"
                               " WHERE application.state = 'waiting' AND waits_for = 'partner' GROUP BY round",
                               NO_VALUES, arena, read_in_line, ret, error);
}
