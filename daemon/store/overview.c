#include "store/overview.h"

#include "store/health.h"
#include "store/participant_reader.h"
#include "store/rounds.h"
#include "store/statement.h"

static bool count_partnerships(struct database *database, struct overview *overview, struct error *error) {
    auto_statement statement = STATEMENT_NONE;
    bool more;
    if (!statement_open(database, "SELECT round, state, count(*) FROM partnership GROUP BY round, state", NO_VALUES,
                        &statement, error))
        return false;
    while (statement_next(&statement, &more, error)) {
        if (!more)
            return true;
        enum partnership_state state = PARTNERSHIP_PLANNED;
        int64_t round = statement_integer(&statement);
        statement_word(&statement, model_find_partnership_state, &state);
        size_t count = (size_t)statement_integer(&statement);
        for (size_t i = 0; i < overview->round_count; i++)
            if (overview->rounds[i].round.id == round)
                overview->rounds[i].partnerships[state] = count;
    }
    return false;
}

static bool count_participants(struct database *database, struct overview *overview, struct error *error) {
    auto_statement statement = STATEMENT_NONE;
    bool more;
    if (!statement_open(database, "SELECT state, count(*) FROM participant GROUP BY state", NO_VALUES, &statement,
                        error))
        return false;
    while (statement_next(&statement, &more, error)) {
        if (!more)
            return true;
        enum participant_state state = PARTICIPANT_ACTIVE;
        statement_word(&statement, model_find_participant_state, &state);
        overview->participants[state] = (size_t)statement_integer(&statement);
    }
    return false;
}

static bool read_rounds(struct database *database, struct arena *arena, struct overview *overview,
                        struct error *error) {
    struct round_list rounds;
    if (!rounds_list(database, arena, &rounds, error))
        return false;
    overview->rounds = arena_take_array(arena, rounds.count + 1, sizeof *overview->rounds);
    overview->round_count = rounds.count;
    for (size_t i = 0; i < rounds.count; i++)
        overview->rounds[i].round = rounds.items[i];
    return count_partnerships(database, overview, error);
}

static bool read_count(struct database *database, const char *sql, int64_t since, size_t *ret, struct error *error) {
    return statement_read_count(database, sql, VALUES(value_integer(since)), ret, error);
}

bool overview_read(struct database *database, int64_t since, struct arena *arena, struct overview *ret,
                   struct error *error) {
    struct overview overview = {0};
    if (!read_rounds(database, arena, &overview, error) || !count_participants(database, &overview, error) ||
        !outbox_count_states(database, overview.outbox, error) ||
        !health_count_states(database, overview.health, error) ||
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

bool overview_bad_addresses(struct database *database, struct arena *arena, struct overview_people *ret,
                            struct error *error) {
    return statement_read_rows(database,
                               "SELECT " PARTICIPANT_COLUMNS
                               " FROM participant WHERE address_state <> 'good' AND state IN ('active', 'paused')"
                               " ORDER BY id",
                               NO_VALUES, arena, participant_reader, ret, error);
}
