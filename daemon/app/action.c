#include "app/action.h"

#include <inttypes.h>

#include "store/participants.h"
#include "store/partnerships.h"
#include "store/rounds.h"

bool action_find_participant(struct service *service, int64_t id, struct arena *arena, struct participant *ret,
                             struct error *error) {
    if (!participants_find(service->database, id, arena, ret, error))
        return false;
    if (ret->id == 0)
        return error_set(error, ERROR_PERMANENT,
                         "there is no participant %" PRId64 "; see: tandempost participant list", id);
    return true;
}

bool action_find_partnership(struct service *service, int64_t id, struct arena *arena, struct partnership *ret,
                             struct error *error) {
    if (!partnerships_find(service->database, id, arena, ret, error))
        return false;
    if (ret->id == 0)
        return error_set(error, ERROR_PERMANENT,
                         "there is no partnership %" PRId64 "; see: tandempost partnership list", id);
    return true;
}

bool action_find_round(struct service *service, int64_t id, struct arena *arena, struct round *ret,
                       struct error *error) {
    if (!rounds_find(service->database, id, arena, ret, error))
        return false;
    if (ret->id == 0)
        return error_set(error, ERROR_PERMANENT, "there is no round %" PRId64 "; see: tandempost round list", id);
    return true;
}
