#include "app/action_round.h"

#include "app/action.h"
#include "app/action_partnership.h"
#include "app/scheduling.h"
#include "base/clock.h"
#include "base/localise.h"
#include "base/log.h"
#include "programme/round_rules.h"
#include "store/applications.h"
#include "store/partnerships.h"
#include "store/rounds.h"
#include "store/settings.h"
#include "store/transaction.h"

/* ---- Sign-up, and dates ---- */

static bool refuse_past(const struct service *service, enum round_deed deed, int64_t moment, struct error *error) {
    auto_arena arena = arena_new();
    return error_set(
        error, ERROR_PERMANENT, "%s is past already",
        (deed == DEED_SET_CLOSING ? localise_deadline : localise_opening)(arena, moment, service->zone, "en"));
}

/* What is done by hand has its moment as its date, by which applications count as in time. */
static bool date_by_hand(struct service *service, struct round *round, enum round_deed deed, int64_t closes_at,
                         const struct event_cause *cause, struct error *error) {
    if (deed == DEED_OPEN) {
        if (closes_at && closes_at <= cause->at)
            return refuse_past(service, DEED_SET_CLOSING, closes_at, error);
        if (!round->opens_at || round->opens_at > cause->at)
            round->opens_at = cause->at;
        if (closes_at || round->closes_at <= cause->at)
            round->closes_at = closes_at;
        if (!round_check_dates(round, service->zone, error))
            return false;
    } else if (deed == DEED_CLOSE) {
        round->closes_at = cause->at;
    } else {
        return true;
    }
    return rounds_set_dates(service->database, round, cause, error);
}

static bool enter(struct service *service, int64_t id, enum round_deed deed, enum round_state to, int64_t closes_at,
                  struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct event_cause cause = service_cause(service, NULL);
    struct round round;
    return transaction_begin(service->database, &transaction, error) &&
           action_find_round(service, id, arena, &round, error) &&
           round_check(&round, deed, cause.at, service->zone, error) &&
           date_by_hand(service, &round, deed, closes_at, &cause, error) &&
           rounds_set_state(service->database, id, to, cause.at, &cause, error) &&
           transaction_commit(&transaction, error);
}

bool action_round_open(struct service *service, int64_t id, int64_t closes_at, struct error *error) {
    return enter(service, id, DEED_OPEN, ROUND_OPEN, closes_at, error);
}

bool action_round_close(struct service *service, int64_t id, struct error *error) {
    return enter(service, id, DEED_CLOSE, ROUND_CLOSED, 0, error);
}

bool action_round_archive(struct service *service, int64_t id, struct error *error) {
    return enter(service, id, DEED_ARCHIVE, ROUND_ARCHIVED, 0, error);
}

bool action_round_remove(struct service *service, int64_t id, struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct event_cause cause = service_cause(service, NULL);
    struct round round;
    bool removed;
    if (!transaction_begin(service->database, &transaction, error) ||
        !action_find_round(service, id, arena, &round, error) ||
        !round_check(&round, DEED_REMOVE, cause.at, service->zone, error) ||
        !rounds_remove(service->database, id, &cause, &removed, error))
        return false;
    return removed ? transaction_commit(&transaction, error)
                   : error_set(error, ERROR_PERMANENT,
                               "somebody has applied to the round \"%s\", was taken on for it or locked in it, or has "
                               "had mail of "
                               "it; it stays",
                               round.name);
}

bool action_round_set_dates(struct service *service, const struct round *changed, struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct event_cause cause = service_cause(service, NULL);
    struct round old;
    if (!transaction_begin(service->database, &transaction, error) ||
        !action_find_round(service, changed->id, arena, &old, error))
        return false;
    const struct {
        enum round_deed deed;
        int64_t from, to;
    } dates[] = {
        {DEED_SET_OPENING, old.opens_at, changed->opens_at},
        {DEED_SET_CLOSING, old.closes_at, changed->closes_at},
        {DEED_SET_START, old.starts_at, changed->starts_at},
        {DEED_SET_START, 0, string_equal(old.length, changed->length) ? 0 : INT64_MAX},
    };
    for (size_t i = 0; i < COUNT_OF(dates); i++) {
        if (dates[i].from == dates[i].to)
            continue;
        if (!round_check(&old, dates[i].deed, cause.at, service->zone, error))
            return false;
        if (dates[i].to && dates[i].to <= cause.at)
            return refuse_past(service, dates[i].deed, dates[i].to, error);
    }
    return round_check_dates(changed, service->zone, error) &&
           rounds_set_dates(service->database, changed, &cause, error) && transaction_commit(&transaction, error);
}

/* ---- Starting ---- */

/* The round whose start is under way. */
#define SETTING_STARTING "round_starting"

bool action_round_begin(struct service *service, int64_t id, struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct event_cause cause = service_cause(service, NULL);
    struct round round;
    struct duration length;
    struct partnership_list first;
    if (!transaction_begin(service->database, &transaction, error) ||
        !action_find_round(service, id, arena, &round, error) ||
        !partnerships_list_planned(service->database, id, 1, arena, &first, error))
        return false;
    if (!round_check(&round, DEED_START, cause.at, service->zone, error))
        return false;
    if (first.count == 0)
        return error_set(error, ERROR_PERMANENT,
                         "the round \"%s\" has no partnerships yet; make some first: tandempost match propose %s, or: "
                         "tandempost partnership import FILE.csv --round %s",
                         round.name, round_argument(arena, &round), round_argument(arena, &round));
    return duration_parse(round.length, &length, error) &&
           rounds_set_state(service->database, id, ROUND_RUNNING, cause.at, &cause, error) &&
           settings_set_integer(service->database, SETTING_STARTING, id, error) &&
           transaction_commit(&transaction, error);
}

static bool start_some(struct service *service, void *data, struct arena *arena, int64_t *last, size_t *ret_count,
                       struct error *error) {
    const int64_t *round = data;
    struct partnership_list planned;
    (void)last; /* what was started is planned no more */
    if (!partnerships_list_planned(service->database, *round, SERVICE_PORTION, arena, &planned, error))
        return false;
    for (size_t i = 0; i < planned.count; i++)
        if (!action_partnership_start(service, planned.items[i].id, error))
            return false;
    *ret_count = planned.count;
    return true;
}

/* What people get as such. */
static bool reschedule_some(struct service *service, void *data, struct arena *arena, int64_t *last, size_t *ret_count,
                            struct error *error) {
    const int64_t *round = data;
    struct application_list applications;
    if (!applications_list_of_round(service->database, *round, *last, SERVICE_PORTION, arena, &applications, error))
        return false;
    for (size_t i = 0; i < applications.count; i++) {
        if (!scheduling_rebuild_participant(service, applications.items[i].participant, error))
            return false;
        *last = applications.items[i].id;
    }
    *ret_count = applications.count;
    return true;
}

bool action_round_finish_start(struct service *service, size_t *ret_count, struct error *error) {
    int64_t round;
    size_t people;
    *ret_count = 0;
    return settings_get_integer(service->database, SETTING_STARTING, 0, &round, error) &&
           (!round || (service_change_all(service, start_some, &round, ret_count, error) &&
                       (!scheduling_counts_from_round(service) ||
                        service_change_all(service, reschedule_some, &round, &people, error)) &&
                       settings_remove(service->database, SETTING_STARTING, error)));
}

bool action_round_start(struct service *service, int64_t id, size_t *ret_count, struct error *error) {
    int64_t under_way;
    if (!settings_get_integer(service->database, SETTING_STARTING, 0, &under_way, error))
        return false;
    if (under_way && under_way != id && !action_round_finish_start(service, ret_count, error))
        return false;
    return (under_way == id || action_round_begin(service, id, error)) &&
           action_round_finish_start(service, ret_count, error);
}

/* ---- Ending ---- */

static bool end_if_over(struct service *service, int64_t round, struct error *error) {
    struct event_cause cause = service_cause(service, "its last partnership ended");
    bool left;
    return partnerships_any_left(service->database, round, &left, error) &&
           (left || rounds_set_state(service->database, round, ROUND_ENDING, cause.at, &cause, error));
}

static bool end_some(struct service *service, void *data, struct arena *arena, int64_t *last, size_t *ret_count,
                     struct error *error) {
    struct partnership_list over;
    (void)data, (void)last; /* what was ended is no longer to end */
    if (!partnerships_list_to_end(service->database, clock_now(), SERVICE_PORTION, arena, &over, error))
        return false;
    for (size_t i = 0; i < over.count; i++)
        if (!action_partnership_end(service, over.items[i].id, "its time is over", error) ||
            !end_if_over(service, over.items[i].round, error))
            return false;
    *ret_count = over.count;
    return true;
}

bool action_round_end_what_is_over(struct service *service, size_t *ret_count, struct error *error) {
    auto_arena arena = arena_new();
    struct partnership_list first;
    *ret_count = 0;
    /* Looked at before locking: most turns find nothing. */
    return partnerships_list_to_end(service->database, clock_now(), 1, arena, &first, error) &&
           (first.count == 0 || service_change_all(service, end_some, NULL, ret_count, error));
}

/* ---- By date ---- */

/* What is due of a round at NOW. A start by date begins what was planned by then; what is planned later waits for a
 * person, who may be half through. */
static bool find_due(struct service *service, const struct round *round, int64_t now, enum round_state *ret_to,
                     bool *ret_due, struct error *error) {
    auto_arena arena = arena_new();
    struct round_turn turn = round_next_turn(round);
    struct partnership_list first;
    *ret_to = turn.to;
    *ret_due = turn.at && turn.at <= now;
    if (!*ret_due || turn.to != ROUND_RUNNING)
        return true;
    if (!partnerships_list_planned(service->database, round->id, 1, arena, &first, error))
        return false;
    *ret_due = first.count > 0 && first.items[0].created_at <= turn.at;
    return true;
}

/* In one transaction, as it is by now: somebody may have come before. */
static bool turn_one(struct service *service, int64_t id, bool *ret_turned, struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct event_cause cause = service_cause(service, "its date has come");
    struct round round;
    enum round_state to;
    int64_t under_way;
    if (!transaction_begin(service->database, &transaction, error) ||
        !action_find_round(service, id, arena, &round, error) ||
        !find_due(service, &round, cause.at, &to, ret_turned, error) ||
        !settings_get_integer(service->database, SETTING_STARTING, 0, &under_way, error))
        return false;
    *ret_turned = *ret_turned && (to != ROUND_RUNNING || !under_way); /* one after the other */
    return (!*ret_turned ||
            (to == ROUND_RUNNING ? action_round_begin(service, id, error)
                                 : rounds_set_state(service->database, id, to, cause.at, &cause, error))) &&
           transaction_commit(&transaction, error);
}

bool action_round_turn_by_date(struct service *service, size_t *ret_count, struct error *error) {
    size_t turned, started;
    *ret_count = 0;
    do { /* again, for a round may be opened and closed at once, after an outage */
        auto_arena arena = arena_new();
        struct round_list rounds;
        turned = 0;
        if (!rounds_list_turning(service->database, arena, &rounds,
                                 error)) /* before locking: most turns find nothing */
            return false;
        for (size_t i = 0; i < rounds.count; i++) {
            enum round_state to;
            bool due;
            if (!find_due(service, &rounds.items[i], clock_now(), &to, &due, error) ||
                (due && !turn_one(service, rounds.items[i].id, &due, error)) ||
                (due && to == ROUND_RUNNING && !action_round_finish_start(service, &started, error)))
                return false;
            turned += due;
        }
        *ret_count += turned;
    } while (turned);
    return true;
}

bool action_round_overdue(struct service *service, bool skip, size_t *ret, struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct event_cause cause = service_cause(service, "skipped by a person's decision");
    struct round_list rounds;
    size_t total = 0;
    if ((skip && !transaction_begin(service->database, &transaction, error)) ||
        !rounds_list_turning(service->database, arena, &rounds, error))
        return false;
    for (size_t i = 0; i < rounds.count; i++) {
        struct round *round = &rounds.items[i];
        enum round_state to;
        size_t members;
        bool due;
        if (!find_due(service, round, cause.at, &to, &due, error))
            return false;
        if (!due || to != ROUND_RUNNING)
            continue;
        round->starts_at = 0;
        if (!partnerships_count_planned_members(service->database, round->id, &members, error) ||
            (skip && !rounds_set_dates(service->database, round, &cause, error)))
            return false;
        total += members;
        if (skip)
            log_warning(
                "the round \"%s\" does not start by its date any more; begin it with: tandempost round start %s",
                round->name, round_argument(arena, round));
    }
    *ret = total;
    return !skip || transaction_commit(&transaction, error);
}

bool action_round_next_turn(struct service *service, int64_t *ret, struct error *error) {
    auto_arena arena = arena_new();
    struct round_list rounds;
    int64_t now = clock_now();
    if (!rounds_list_turning(service->database, arena, &rounds, error))
        return false;
    *ret = INT64_MAX;
    for (size_t i = 0; i < rounds.count; i++) {
        struct round_turn turn = round_next_turn(&rounds.items[i]);
        *ret = turn.at > now && turn.at < *ret ? turn.at : *ret;
    }
    return true;
}
