#include "app/action_round.h"

#include "app/action.h"
#include "app/action_partnership.h"
#include "app/scheduling.h"
#include "base/clock.h"
#include "store/applications.h"
#include "store/partnerships.h"
#include "store/rounds.h"
#include "store/settings.h"
#include "store/transaction.h"

/* ---- Starting ---- */

/* The round whose start is under way. */
#define SETTING_STARTING "round_starting"

static bool begin_start(struct service *service, int64_t id, struct error *error) {
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
    if (round.state == ROUND_RUNNING || round_is_over(round.state))
        return error_set(error, ERROR_PERMANENT, "the round \"%s\" is %s already", round.name,
                         round_state_name(round.state));
    if (first.count == 0)
        return error_set(error, ERROR_PERMANENT,
                         "the round \"%s\" has no partnerships yet; make some first: tandempost partnership import "
                         "FILE.csv --round %s",
                         round.name, round.name);
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
    return (under_way == id || begin_start(service, id, error)) && action_round_finish_start(service, ret_count, error);
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
