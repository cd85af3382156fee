#include "store/overview.h"

#include <string.h>

#include "store/health.h"
#include "store/participant_reader.h"
#include "store/rounds.h"
#include "store/statement.h"

/* Counting what is equal by an index is half as dear as grouping. */
static bool count_partnerships(struct database *database, struct overview_round *round, struct error *error) {
    for (size_t i = 0; i < OVERVIEW_PARTNERSHIP_STATES; i++)
        if (!statement_read_count(
                database, "SELECT count(*) FROM partnership WHERE round = ? AND state = ?",
                VALUES(value_integer(round->round.id), value_text(partnership_state_name((enum partnership_state)i))),
                &round->partnerships[i], error))
            return false;
    return true;
}

/* Most are active: SQLite counts a whole table by its pages, and the others stand in an index of their own. */
static bool count_participants(struct database *database, struct overview *overview, struct error *error) {
    size_t *counts = overview->participants;
    if (!statement_read_count(database, "SELECT count(*) FROM participant", NO_VALUES, &counts[PARTICIPANT_ACTIVE],
                              error))
        return false;
    for (size_t i = PARTICIPANT_ACTIVE + 1; i < OVERVIEW_PARTICIPANT_STATES; i++) {
        if (!statement_read_count(database, "SELECT count(*) FROM participant WHERE state = ? AND state <> 'active'",
                                  VALUES(value_text(participant_state_name((enum participant_state)i))), &counts[i],
                                  error))
            return false;
        counts[PARTICIPANT_ACTIVE] -= counts[i];
    }
    return true;
}

static bool read_rounds(struct database *database, struct arena *arena, struct overview *overview,
                        struct error *error) {
    struct round_list rounds;
    if (!rounds_list(database, arena, &rounds, error))
        return false;
    overview->rounds = arena_take_array(arena, rounds.count + 1, sizeof *overview->rounds);
    overview->round_count = rounds.count;
    for (size_t i = 0; i < rounds.count; i++) {
        overview->rounds[i].round = rounds.items[i];
        if (!count_partnerships(database, &overview->rounds[i], error))
            return false;
    }
    return true;
}

static bool read_count(struct database *database, const char *sql, int64_t since, size_t *ret, struct error *error) {
    return statement_read_count(database, sql, VALUES(value_integer(since)), ret, error);
}

static bool count_outbox(struct database *database, struct overview *overview, struct error *error) {
    static const enum outbox_state shown[] = {OUTBOX_QUEUED, OUTBOX_SENDING, OUTBOX_HELD, OUTBOX_UNCERTAIN};
    for (size_t i = 0; i < COUNT_OF(shown); i++)
        if (!outbox_count(database, &(struct outbox_filter){.state = &shown[i]}, &overview->outbox[shown[i]], error))
            return false;
    return true;
}

bool overview_read(struct database *database, int64_t since, struct arena *arena, struct overview *ret,
                   struct error *error) {
    struct overview overview = {0};
    if (!read_rounds(database, arena, &overview, error) || !count_participants(database, &overview, error) ||
        !count_outbox(database, &overview, error) || !health_count_states(database, overview.health, error) ||
        !read_count(database, "SELECT count(*) FROM outbox WHERE state = 'failed' AND claimed_at >= ?", since,
                    &overview.failed, error) ||
        !read_count(database, "SELECT count(*) FROM outbox WHERE state = 'expired' AND expires_at >= ?", since,
                    &overview.expired, error) ||
        !statement_read_integer(database,
                                "SELECT sent_at FROM outbox WHERE sent_at IS NOT NULL ORDER BY sent_at DESC LIMIT 1",
                                NO_VALUES, &overview.last_sent_at, error) ||
        !statement_read_count(database, "SELECT count(*) FROM inbox WHERE state = 'waiting'", NO_VALUES,
                              &overview.waiting, error) ||
        !statement_read_integer(database, "SELECT min(received_at) FROM inbox WHERE state = 'waiting'", NO_VALUES,
                                &overview.waiting_since, error))
        return false;
    *ret = overview;
    return true;
}

#define BAD_ADDRESSES                                                                                                  \
    " FROM participant WHERE address_state = ?1 AND address_state <> 'good' AND state IN ('active', 'paused')"

bool overview_bad_addresses(struct database *database, enum address_state state, size_t limit, struct arena *arena,
                            struct overview_people *ret, size_t *ret_count, struct error *error) {
    struct value wanted = value_text(address_state_name(state));
    return statement_read_rows(database, "SELECT " PARTICIPANT_COLUMNS BAD_ADDRESSES " ORDER BY id LIMIT ?2",
                               VALUES(wanted, value_limit(limit)), arena, participant_reader, ret, error) &&
           statement_read_count(database, "SELECT count(*)" BAD_ADDRESSES, VALUES(wanted), ret_count, error);
}

/* ---- A week ---- */

#define IN_COUNTRIES(table)                                                                                            \
    "(?1 = ',' OR EXISTS (SELECT 1 FROM member JOIN participant ON participant.id = member.participant"                \
    " WHERE member.partnership = " table ".partnership AND instr(?1, ',' || upper(country) || ',')))"

static bool count_health(struct database *database, const char *countries, struct overview_week *week,
                         struct error *error) {
    auto_statement statement = STATEMENT_NONE;
    bool more;
    if (!statement_open(database,
                        "SELECT state, count(*) FROM health WHERE next_at IS NOT NULL AND " IN_COUNTRIES(
                            "health") " GROUP BY state",
                        VALUES(value_text(countries)), &statement, error))
        return false;
    while (statement_next(&statement, &more, error)) {
        if (!more)
            return true;
        enum health_state state = HEALTH_NEW;
        statement_word(&statement, model_find_health_state, &state);
        week->health[state] = (size_t)statement_integer(&statement);
    }
    return false;
}

/* Of what was silent and is well again, as nobody but the watch closed its case. */
static bool find_back(struct database *database, const char *countries, int64_t since, struct overview_week *week,
                      struct error *error) {
    auto_statement statement = STATEMENT_NONE;
    bool more;
    if (!statement_open(
            database,
            "SELECT partnership FROM case_file WHERE kind = 'silence' AND closed_at IS NOT NULL"
            " AND closed_at >= ?2 AND closed_by NOT LIKE 'command:%' AND " IN_COUNTRIES(
                "case_file") " AND EXISTS (SELECT 1 FROM health WHERE health.partnership = case_file.partnership"
                             " AND state IN ('good', 'slow') AND next_at IS NOT NULL)"
                             " GROUP BY partnership ORDER BY max(closed_at) DESC, partnership LIMIT ?3",
            VALUES(value_text(countries), value_integer(since), value_integer(OVERVIEW_NAMED_MOST)), &statement, error))
        return false;
    for (size_t i = 0; statement_next(&statement, &more, error);) {
        if (!more)
            return true;
        week->back[i++] = statement_integer(&statement);
    }
    return false;
}

static bool find_most(struct database *database, const char *countries, int64_t since, struct overview_week *week,
                      struct error *error) {
    auto_statement statement = STATEMENT_NONE;
    bool row;
    if (!statement_open(
            database,
            "SELECT partnership, count(*) FROM contact WHERE at >= ?2 AND channel IN ('relay', 'cc') AND " IN_COUNTRIES(
                "contact") " GROUP BY +partnership ORDER BY count(*) DESC, partnership LIMIT 1",
            VALUES(value_text(countries), value_integer(since)), &statement, error) ||
        !statement_next(&statement, &row, error))
        return false;
    if (row) {
        week->most = statement_integer(&statement);
        week->most_letters = (size_t)statement_integer(&statement);
    }
    return true;
}

bool overview_read_week(struct database *database, const char *countries, int64_t since, struct overview_week *ret,
                        struct error *error) {
    struct overview_week week = {0};
    if (!count_health(database, countries, &week, error) || !find_back(database, countries, since, &week, error) ||
        !find_most(database, countries, since, &week, error) ||
        !statement_read_count(
            database,
            "SELECT count(*) FROM contact WHERE at >= ?2 AND channel IN ('relay', 'cc') AND " IN_COUNTRIES("contact"),
            VALUES(value_text(countries), value_integer(since)), &week.letters, error) ||
        !statement_read_count(database, "SELECT count(*) FROM answer WHERE at >= ?2 AND " IN_COUNTRIES("answer"),
                              VALUES(value_text(countries), value_integer(since)), &week.answers, error) ||
        !statement_read_count(
            database,
            "SELECT count(*) FROM survey WHERE answered_at IS NOT NULL AND answered_at >= ?2 AND " IN_COUNTRIES(
                "survey"),
            VALUES(value_text(countries), value_integer(since)), &week.surveys, error))
        return false;
    *ret = week;
    return true;
}

bool overview_read_letters(struct database *database, const char *countries, int64_t now, int64_t ret[OVERVIEW_WEEKS],
                           struct error *error) {
    auto_statement statement = STATEMENT_NONE;
    int64_t letters[OVERVIEW_WEEKS] = {0}, since = now - OVERVIEW_WEEKS * INT64_C(604800);
    bool more;
    if (!statement_open(database,
                        "SELECT (at - ?2) / 604800, count(*) FROM contact WHERE at >= ?2 AND at < ?3"
                        " AND channel IN ('relay', 'cc') AND " IN_COUNTRIES("contact") " GROUP BY 1",
                        VALUES(value_text(countries), value_integer(since), value_integer(now)), &statement, error))
        return false;
    while (statement_next(&statement, &more, error)) {
        if (!more) {
            memcpy(ret, letters, sizeof letters);
            return true;
        }
        int64_t week = statement_integer(&statement);
        letters[week] = statement_integer(&statement);
    }
    return false;
}

bool overview_began(struct database *database, int64_t *ret, struct error *error) {
    return statement_read_integer(database, "SELECT min(started_at) FROM partnership WHERE state = 'active'", NO_VALUES,
                                  ret, error);
}
