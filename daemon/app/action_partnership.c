#include "app/action_partnership.h"

#include <inttypes.h>

#include "app/action.h"
#include "app/held.h"
#include "app/letter_notice.h"
#include "app/scheduling.h"
#include "base/clock.h"
#include "programme/round_rules.h"
#include "store/applications.h"
#include "store/participants.h"
#include "store/partnerships.h"
#include "store/transaction.h"

/* A member must not have left, be accepted to the round, and in no other living partnership of it. */
static bool check_member(struct service *service, const struct round *round, int64_t id, struct arena *arena,
                         struct application *ret, struct error *error) {
    struct participant participant;
    struct partnership_list others;
    if (!action_find_participant(service, id, arena, &participant, error))
        return false;
    if (participant_has_left(participant.state))
        return error_set(error, ERROR_PERMANENT, "participant %" PRId64 " has left the programme", id);
    if (!applications_find(service->database, id, round->id, arena, ret, error))
        return false;
    if (ret->id == 0 || ret->state == APPLICATION_APPLIED || ret->state == APPLICATION_WITHDRAWN)
        return error_set(error, ERROR_PERMANENT, "participant %" PRId64 " (%s) is not accepted to the round \"%s\"", id,
                         participant.name, round->name);
    if (!partnerships_list(service->database, &(struct partnership_filter){.round = round->id, .participant = id},
                           arena, &others, error))
        return false;
    for (size_t i = 0; i < others.count; i++)
        if (!partnership_is_over(others.items[i].state))
            return error_set(error, ERROR_PERMANENT,
                             "participant %" PRId64 " (%s) is already in partnership %" PRId64 " of this round", id,
                             participant.name, others.items[i].id);
    return true;
}

bool action_partnership_create(struct service *service, int64_t round_id, const int64_t *members, size_t count,
                               int64_t *ret_id, struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct event_cause cause = service_cause(service, NULL);
    struct round round;
    int64_t id;
    if (!transaction_begin(service->database, &transaction, error) ||
        !action_find_round(service, round_id, arena, &round, error))
        return false;
    if (!round_check(&round, DEED_PLAN, cause.at, service->zone, error))
        return false;
    /* First all that can be refused: an import goes on to the next row then. */
    struct application *applications = arena_take_array(arena, count, sizeof *applications);
    for (size_t i = 0; i < count; i++)
        if (!check_member(service, &round, members[i], arena, &applications[i], error))
            return false;
    if (!partnerships_create(service->database, round_id, members, count, &cause, &id, error))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!applications_set_state(service->database, applications[i].id, APPLICATION_MATCHED, &cause, error))
            return false;
    if (!transaction_commit(&transaction, error))
        return false;
    *ret_id = id;
    return true;
}

bool action_partnership_start(struct service *service, int64_t id, struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct event_cause cause = service_cause(service, NULL);
    struct partnership partnership;
    struct round round;
    struct duration length;
    if (!transaction_begin(service->database, &transaction, error) ||
        !action_find_partnership(service, id, arena, &partnership, error) ||
        !action_find_round(service, partnership.round, arena, &round, error))
        return false;
    if (!round_check(&round, DEED_START_PARTNERSHIP, cause.at, service->zone, error) ||
        !duration_parse(round.length, &length, error))
        return false;
    return partnerships_start(service->database, id, cause.at, sequence_ends_at(cause.at, &length, service->zone),
                              &cause, error) &&
           scheduling_rebuild_partnership(service, id, error) && transaction_commit(&transaction, error);
}

static bool move(struct service *service, int64_t id, enum partnership_state to, const char *why, struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct event_cause cause = service_cause(service, why);
    struct partnership partnership;
    if (!transaction_begin(service->database, &transaction, error) ||
        !action_find_partnership(service, id, arena, &partnership, error))
        return false;
    bool stopped = partnership.state == PARTNERSHIP_HELD || partnership.state == PARTNERSHIP_FROZEN;
    if (to == PARTNERSHIP_ACTIVE ? !stopped : partnership.state != PARTNERSHIP_ACTIVE)
        return error_set(error, ERROR_PERMANENT, "partnership %" PRId64 " is %s, %s", id,
                         partnership_state_name(partnership.state),
                         to == PARTNERSHIP_ACTIVE ? "neither held nor frozen" : "not active");
    if (!partnerships_set_state(service->database, id, to, &cause, error) ||
        !scheduling_rebuild_partnership(service, id, error))
        return false;
    if (to == PARTNERSHIP_ACTIVE &&
        !held_release(service, &(struct outbox_filter){.partnership = id}, HELD_ON_HOLD, error))
        return false;
    return transaction_commit(&transaction, error);
}

bool action_partnership_hold(struct service *service, int64_t id, const char *why, struct error *error) {
    return move(service, id, PARTNERSHIP_HELD, why, error);
}

bool action_partnership_resume(struct service *service, int64_t id, const char *why, struct error *error) {
    return move(service, id, PARTNERSHIP_ACTIVE, why, error);
}

/* Members go back to those who wait for a partner. */
static bool let_members_wait(struct service *service, const struct partnership *partnership,
                             const struct event_cause *cause, struct arena *arena, struct error *error) {
    for (size_t i = 0; i < partnership->member_count; i++) {
        struct application application;
        if (!applications_find(service->database, partnership->members[i], partnership->round, arena, &application,
                               error))
            return false;
        if (application.state == APPLICATION_MATCHED &&
            !applications_set_state(service->database, application.id, APPLICATION_WAITING, cause, error))
            return false;
    }
    return true;
}

/* What was held back because of a hold waits for nobody any more: let go, it is cancelled or too late when it is
 * claimed. */
static bool close_with(struct service *service, int64_t id, enum partnership_state state, const char *why,
                       struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct event_cause cause = service_cause(service, why);
    struct partnership partnership;
    size_t cancelled;
    if (!transaction_begin(service->database, &transaction, error) ||
        !action_find_partnership(service, id, arena, &partnership, error))
        return false;
    if (partnership_is_over(partnership.state))
        return error_set(error, ERROR_PERMANENT, "partnership %" PRId64 " is %s already", id,
                         partnership_state_name(partnership.state));
    if (!partnerships_set_state(service->database, id, state, &cause, error) ||
        !scheduling_rebuild_partnership(service, id, error) ||
        !held_release(service, &(struct outbox_filter){.partnership = id}, HELD_ON_HOLD, error))
        return false;
    if (state == PARTNERSHIP_DISSOLVED &&
        (!outbox_cancel_of_partnership(service->database, id, "the partnership was dissolved", &cause, &cancelled,
                                       error) ||
         !let_members_wait(service, &partnership, &cause, arena, error)))
        return false;
    return transaction_commit(&transaction, error);
}

bool action_partnership_end(struct service *service, int64_t id, const char *why, struct error *error) {
    return close_with(service, id, PARTNERSHIP_ENDED, why, error);
}

bool action_partnership_dissolve_quietly(struct service *service, int64_t id, const char *why, struct error *error) {
    return close_with(service, id, PARTNERSHIP_DISSOLVED, why, error);
}

/* ---- Ended before its time ---- */

enum { TOLD_FOR = 14 * SECONDS_PER_DAY };

/* One mail a member and leaver. WHO left, where others go on. */
static bool tell_others(struct service *service, const struct partnership *partnership, int64_t leaver,
                        const char *template_name, int64_t who, struct arena *arena, struct error *error) {
    for (size_t i = 0; i < partnership->member_count; i++) {
        const struct letter_notice notice = {
            .template_name = template_name,
            .participant = partnership->members[i],
            .partnership = partnership->id,
            .about = who,
            .patience = TOLD_FOR,
            .key = arena_format(arena, "%s/%" PRId64 "/%" PRId64 "/%" PRId64, template_name, partnership->id,
                                partnership->members[i], leaver),
        };
        if (partnership->members[i] != leaver && !letter_notice_queue(service, &notice, error))
            return false;
    }
    return true;
}

static bool leave_trio(struct service *service, const struct partnership *partnership, int64_t leaver, const char *why,
                       struct arena *arena, struct error *error) {
    struct event_cause cause = service_cause(service, why);
    struct application application;
    return partnerships_leave(service->database, partnership->id, leaver, &cause, error) &&
           scheduling_rebuild_partnership(service, partnership->id, error) &&
           applications_find(service->database, leaver, partnership->round, arena, &application, error) &&
           (application.state != APPLICATION_MATCHED ||
            applications_set_state(service->database, application.id, APPLICATION_WAITING, &cause, error)) &&
           (partnership->state == PARTNERSHIP_PLANNED ||
            tell_others(service, partnership, leaver, "trio-goes-on", leaver, arena, error));
}

bool action_partnership_part(struct service *service, int64_t id, int64_t leaver, const char *why,
                             struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct partnership partnership;
    if (!transaction_begin(service->database, &transaction, error) ||
        !action_find_partnership(service, id, arena, &partnership, error))
        return false;
    if (leaver && partnership_is_over(partnership.state))
        return true;
    bool done = leaver && partnership.member_count > 2
                    ? leave_trio(service, &partnership, leaver, why, arena, error)
                    : action_partnership_dissolve_quietly(service, id, why, error) &&
                          (partnership.state == PARTNERSHIP_PLANNED ||
                           tell_others(service, &partnership, leaver, "partner-left", 0, arena, error));
    return done && transaction_commit(&transaction, error);
}

bool action_partnership_dissolve(struct service *service, int64_t id, const char *why, struct error *error) {
    return action_partnership_part(service, id, 0, why, error);
}
