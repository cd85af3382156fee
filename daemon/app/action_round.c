#include "app/action_round.h"

#include "app/action.h"
#include "app/action_partnership.h"
#include "app/scheduling.h"
#include "base/clock.h"
#include "store/applications.h"
#include "store/partnerships.h"
#include "store/rounds.h"
#include "store/transaction.h"

bool action_round_start(struct service *service, int64_t id, size_t *ret_count, struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct event_cause cause = service_cause(service, NULL);
    enum partnership_state planned = PARTNERSHIP_PLANNED;
    struct round round;
    struct partnership_list partnerships;
    struct application_list applications;
    if (!transaction_begin(service->database, &transaction, error) ||
        !action_find_round(service, id, arena, &round, error))
        return false;
    if (round.state == ROUND_RUNNING || round.state == ROUND_ENDED)
        return error_set(error, ERROR_PERMANENT, "the round \"%s\" is %s already", round.name,
                         round_state_name(round.state));
    if (!rounds_set_state(service->database, id, ROUND_RUNNING, cause.at, &cause, error) ||
        !partnerships_list(service->database, &(struct partnership_filter){.round = id, .state = &planned}, arena,
                           &partnerships, error) ||
        !applications_list_of_round(service->database, id, arena, &applications, error))
        return false;
    if (partnerships.count == 0)
        return error_set(error, ERROR_PERMANENT,
                         "the round \"%s\" has no partnerships yet; make some first: tandempost partnership import "
                         "FILE.csv --round %s",
                         round.name, round.name);
    for (size_t i = 0; i < partnerships.count; i++)
        if (!action_partnership_start(service, partnerships.items[i].id, error))
            return false;
    for (size_t i = 0; i < applications.count; i++) /* steps that count from the round's start */
        if (!scheduling_rebuild_participant(service, applications.items[i].participant, error))
            return false;
    if (!transaction_commit(&transaction, error))
        return false;
    *ret_count = partnerships.count;
    return true;
}

static bool end_if_over(struct service *service, int64_t round, struct arena *arena, struct error *error) {
    struct partnership_list partnerships;
    if (!partnerships_list(service->database, &(struct partnership_filter){.round = round}, arena, &partnerships,
                           error))
        return false;
    for (size_t i = 0; i < partnerships.count; i++)
        if (!partnership_is_over(partnerships.items[i].state))
            return true;
    struct event_cause cause = service_cause(service, "its last partnership ended");
    return rounds_set_state(service->database, round, ROUND_ENDED, cause.at, &cause, error);
}

bool action_round_end_what_is_over(struct service *service, size_t *ret_count, struct error *error) {
    auto_arena arena = arena_new();
    struct partnership_list over;
    int64_t now = clock_now();
    if (!partnerships_list_to_end(service->database, now, arena, &over, error))
        return false;
    if (over.count == 0) {
        *ret_count = 0;
        return true;
    }
    auto_transaction transaction = TRANSACTION_NONE;
    if (!transaction_begin(service->database, &transaction, error) ||
        !partnerships_list_to_end(service->database, now, arena, &over, error))
        return false;
    for (size_t i = 0; i < over.count; i++)
        if (!action_partnership_end(service, over.items[i].id, "its time is over", error) ||
            !end_if_over(service, over.items[i].round, arena, error))
            return false;
    if (!transaction_commit(&transaction, error))
        return false;
    *ret_count = over.count;
    return true;
}
