#include "store/partnerships.h"

#include "store/health.h"
#include "store/participant_reader.h"
#include "store/transaction.h"

/* Members come by position from their unique index: three look-ups beside a row are cheaper than a query a row. */
#define MEMBER_AT(offset)                                                                                              \
    "(SELECT participant FROM member WHERE member.partnership = partnership.id AND left_at IS NULL"                    \
    " ORDER BY position LIMIT 1 OFFSET " offset ")"
#define PARTNERSHIP(FIRST, COLUMN)                                                                                     \
    FIRST(id) COLUMN(round) COLUMN(state) COLUMN(started_at) COLUMN(ends_at) COLUMN(closed_at) COLUMN(created_at)
#define PARTNERSHIP_COLUMNS STATEMENT_COLUMNS(PARTNERSHIP) ", " MEMBER_AT("0") ", " MEMBER_AT("1") ", " MEMBER_AT("2")
STATEMENT_READER(read_columns, struct partnership, PARTNERSHIP)

static void read_partnership(struct statement *row, struct arena *arena, void *item) {
    struct partnership *partnership = item;
    read_columns(row, arena, partnership);
    for (size_t i = 0; i < MEMBERS_MAX; i++) {
        partnership->members[i] = statement_integer(row);
        if (partnership->members[i])
            partnership->member_count = i + 1;
    }
}

static bool members_differ(const int64_t *members, size_t count, struct error *error) {
    bool differ = count >= 2 && count <= MEMBERS_MAX;
    for (size_t i = 0; differ && i < count; i++)
        for (size_t j = 0; j < i; j++)
            differ = differ && members[i] != members[j];
    return differ ||
           error_set(error, ERROR_PERMANENT, "a partnership needs two, or at most three, different participants");
}

bool partnerships_create(struct database *database, int64_t round, const int64_t *members, size_t count,
                         const struct event_cause *cause, int64_t *ret_id, struct error *error) {
    auto_transaction transaction = TRANSACTION_NONE;
    int64_t id;
    if (!members_differ(members, count, error) || !transaction_begin(database, &transaction, error) ||
        !statement_insert(database, "INSERT INTO partnership (round, state, created_at) VALUES (?, 'planned', ?)",
                          VALUES(value_integer(round), value_integer(cause->at)), &id, error))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!statement_run(database, "INSERT INTO member (partnership, participant, position) VALUES (?, ?, ?)",
                           VALUES(value_integer(id), value_integer(members[i]), value_integer((int64_t)i)), error))
            return false;
    if (!events_append_change(database, "partnership planned", &(struct event){.partnership = id, .round = round},
                              cause, error) ||
        !transaction_commit(&transaction, error))
        return false;
    *ret_id = id;
    return true;
}

bool partnerships_find(struct database *database, int64_t id, struct arena *arena, struct partnership *ret,
                       struct error *error) {
    return statement_read_row(database, "SELECT " PARTNERSHIP_COLUMNS " FROM partnership WHERE id = ?",
                              VALUES(value_integer(id)), arena, read_partnership, ret, error);
}

#define ALL "?1 = 0 AND ?2 = 0"
#define OF_ROUND "round = ?1 AND ?2 = 0"
#define OF_PARTICIPANT                                                                                                 \
    "id IN (SELECT partnership FROM member WHERE participant = ?2 AND left_at IS NULL) AND ?1 IN (0, round)"
#define CHOOSE(sql, filter) ((filter)->participant ? sql(OF_PARTICIPANT) : (filter)->round ? sql(OF_ROUND) : sql(ALL))
#define FILTERING(filter)                                                                                              \
    VALUES(value_integer((filter)->round), value_integer((filter)->participant),                                       \
           value_text((filter)->state ? partnership_state_name(*(filter)->state) : NULL))

#define LIST(condition)                                                                                                \
    "SELECT " PARTNERSHIP_COLUMNS " FROM partnership WHERE " condition " AND (?3 IS NULL OR state = ?3) ORDER BY id"

bool partnerships_list(struct database *database, const struct partnership_filter *filter, struct arena *arena,
                       struct partnership_list *ret, struct error *error) {
    return statement_read_rows(database, CHOOSE(LIST, filter), FILTERING(filter), arena, read_partnership, ret, error);
}

#define BY_HEALTH(condition)                                                                                           \
    "SELECT id FROM partnership LEFT JOIN health ON health.partnership = id WHERE " condition                          \
    " AND (?3 IS NULL OR partnership.state = ?3) ORDER BY CASE"                                                        \
    " WHEN partnership.state IN ('ended', 'dissolved') THEN 400 WHEN assessed_at IS NULL OR assessed_at = 0 THEN 300"  \
    " WHEN health.state = 'stopped' THEN 200 ELSE number END, id"

bool partnerships_list_by_health(struct database *database, const struct partnership_filter *filter,
                                 struct arena *arena, struct partnership_ids *ret, struct error *error) {
    return statement_read_rows(database, CHOOSE(BY_HEALTH, filter), FILTERING(filter), arena, statement_read_number,
                               ret, error);
}

static bool list_some(struct database *database, const char *sql, int64_t value, size_t limit, struct arena *arena,
                      struct partnership_list *ret, struct error *error) {
    return statement_read_rows(database, sql, VALUES(value_integer(value), value_limit(limit)), arena, read_partnership,
                               ret, error);
}

bool partnerships_list_planned(struct database *database, int64_t round, size_t limit, struct arena *arena,
                               struct partnership_list *ret, struct error *error) {
    return list_some(database,
                     "SELECT " PARTNERSHIP_COLUMNS " FROM partnership WHERE round = ? AND state = 'planned'"
                     " ORDER BY id LIMIT ?",
                     round, limit, arena, ret, error);
}

bool partnerships_count_planned_members(struct database *database, int64_t round, size_t *ret, struct error *error) {
    return statement_read_count(database,
                                "SELECT count(*) FROM partnership JOIN member ON member.partnership = partnership.id"
                                " WHERE round = ? AND state = 'planned'",
                                VALUES(value_integer(round)), ret, error);
}

bool partnerships_list_to_end(struct database *database, int64_t now, size_t limit, struct arena *arena,
                              struct partnership_list *ret, struct error *error) {
    return list_some(database,
                     "SELECT " PARTNERSHIP_COLUMNS " FROM partnership"
                     " WHERE ends_at <= ? AND state IN ('active', 'held') ORDER BY ends_at, id LIMIT ?",
                     now, limit, arena, ret, error);
}

bool partnerships_any_left(struct database *database, int64_t round, bool *ret, struct error *error) {
    int64_t any;
    if (!statement_read_integer(database,
                                "SELECT EXISTS (SELECT 1 FROM partnership WHERE round = ?"
                                " AND state IN ('planned', 'active', 'held', 'frozen'))",
                                VALUES(value_integer(round)), &any, error))
        return false;
    *ret = any != 0;
    return true;
}

bool partnerships_partners(struct database *database, int64_t partnership, int64_t participant, struct arena *arena,
                           struct participant_list *ret, struct error *error) {
    return statement_read_rows(
        database,
        "SELECT " PARTICIPANT_COLUMNS " FROM member JOIN participant ON participant.id = member.participant"
        " WHERE member.partnership = ? AND member.participant <> ? AND left_at IS NULL ORDER BY member.position",
        VALUES(value_integer(partnership), value_integer(participant)), arena, participant_reader, ret, error);
}

static bool find_existing(struct database *database, int64_t id, struct partnership *ret, struct error *error) {
    if (!partnerships_find(database, id, NULL, ret, error))
        return false;
    if (!ret->id)
        return error_set(error, ERROR_PERMANENT, "there is no partnership %lld", (long long)id);
    return true;
}

static bool append_event(struct database *database, const struct partnership *old, enum partnership_state state,
                         const struct event_cause *cause, struct error *error) {
    return events_append_move(database, "partnership", partnership_state_name(old->state),
                              partnership_state_name(state),
                              &(struct event){.partnership = old->id, .round = old->round}, cause, error);
}

bool partnerships_start(struct database *database, int64_t id, int64_t started_at, int64_t ends_at,
                        const struct event_cause *cause, struct error *error) {
    auto_transaction transaction = TRANSACTION_NONE;
    struct partnership old;
    if (!transaction_begin(database, &transaction, error) || !find_existing(database, id, &old, error))
        return false;
    if (old.state != PARTNERSHIP_PLANNED)
        return error_set(error, ERROR_PERMANENT, "partnership %lld cannot start: it is %s, not planned", (long long)id,
                         partnership_state_name(old.state));
    return statement_run(database,
                         "UPDATE partnership SET state = 'active', started_at = ?2, ends_at = ?3 WHERE id = ?1",
                         VALUES(value_integer(id), value_integer(started_at), value_integer(ends_at)), error) &&
           append_event(database, &old, PARTNERSHIP_ACTIVE, cause, error) && transaction_commit(&transaction, error);
}

bool partnerships_set_state(struct database *database, int64_t id, enum partnership_state state,
                            const struct event_cause *cause, struct error *error) {
    auto_transaction transaction = TRANSACTION_NONE;
    struct partnership old;
    if (!transaction_begin(database, &transaction, error) || !find_existing(database, id, &old, error))
        return false;
    if (old.state != state &&
        (!statement_run(
             database,
             "UPDATE partnership SET state = ?2, closed_at = iif(?2 IN ('ended', 'dissolved'), ?3, NULL) WHERE id = ?1",
             VALUES(value_integer(id), value_text(partnership_state_name(state)), value_integer(cause->at)), error) ||
         !append_event(database, &old, state, cause, error)))
        return false;
    bool rests = state == PARTNERSHIP_HELD || state == PARTNERSHIP_FROZEN;
    return (rests ? health_rest_begin : health_rest_end)(database, REST_HELD, 0, id, cause->at, error) &&
           transaction_commit(&transaction, error);
}

bool partnerships_leave(struct database *database, int64_t id, int64_t participant, const struct event_cause *cause,
                        struct error *error) {
    auto_transaction transaction = TRANSACTION_NONE;
    size_t changed;
    if (!transaction_begin(database, &transaction, error) ||
        !statement_change(
            database, "UPDATE member SET left_at = ?3 WHERE partnership = ?1 AND participant = ?2 AND left_at IS NULL",
            VALUES(value_integer(id), value_integer(participant), value_integer(cause->at)), &changed, error))
        return false;
    if (changed == 0)
        return error_set(error, ERROR_PERMANENT, "participant %lld is no member of partnership %lld",
                         (long long)participant, (long long)id);
    return events_append_change(database, "member left", &(struct event){.partnership = id, .participant = participant},
                                cause, error) &&
           transaction_commit(&transaction, error);
}
