#include "app/action.h"

#include <inttypes.h>

#include "app/notice.h"
#include "app/scheduling.h"
#include "base/clock.h"
#include "base/text.h"
#include "store/applications.h"
#include "store/outbox.h"
#include "store/participants.h"
#include "store/partnerships.h"
#include "store/rounds.h"
#include "store/transaction.h"

static bool find_partnership(struct service *service, int64_t id, struct arena *arena, struct partnership *ret,
                             struct error *error) {
    if (!partnerships_find(service->database, id, arena, ret, error))
        return false;
    if (ret->id == 0)
        return error_set(error, ERROR_PERMANENT,
                         "there is no partnership %" PRId64 "; see: tandempost partnership list", id);
    return true;
}

static bool find_participant(struct service *service, int64_t id, struct arena *arena, struct participant *ret,
                             struct error *error) {
    if (!participants_find(service->database, id, arena, ret, error))
        return false;
    if (ret->id == 0)
        return error_set(error, ERROR_PERMANENT,
                         "there is no participant %" PRId64 "; see: tandempost participant list", id);
    return true;
}

static bool find_round(struct service *service, int64_t id, struct arena *arena, struct round *ret,
                       struct error *error) {
    if (!rounds_find(service->database, id, arena, ret, error))
        return false;
    if (ret->id == 0)
        return error_set(error, ERROR_PERMANENT, "there is no round %" PRId64 "; see: tandempost round list", id);
    return true;
}

bool action_accept(struct service *service, int64_t participant_id, int64_t round_id, struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct event_cause cause = service_cause(service, NULL);
    struct round round;
    struct application application;
    if (!transaction_begin(service->database, &transaction, error) ||
        !find_round(service, round_id, arena, &round, error))
        return false;
    if (round.state == ROUND_ENDED)
        return error_set(error, ERROR_PERMANENT, "the round \"%s\" has ended", round.name);
    if (!applications_find(service->database, participant_id, round_id, arena, &application, error))
        return false;
    if (application.id == 0) {
        application = (struct application){
            .participant = participant_id, .round = round_id, .state = APPLICATION_ACCEPTED, .accepted_at = cause.at};
        if (!applications_add(service->database, &application, &cause, &application.id, error))
            return false;
    } else if (application.state == APPLICATION_APPLIED || application.state == APPLICATION_WITHDRAWN) {
        if (!applications_set_state(service->database, application.id, APPLICATION_ACCEPTED, &cause, error))
            return false;
    }
    return scheduling_rebuild_participant(service, participant_id, error) && transaction_commit(&transaction, error);
}

/* A member must be active, accepted to the round, and in no other living partnership of it. */
static bool check_member(struct service *service, const struct round *round, int64_t id, struct arena *arena,
                         struct application *ret, struct error *error) {
    struct participant participant;
    struct partnership_list others;
    if (!find_participant(service, id, arena, &participant, error))
        return false;
    if (participant.state == PARTICIPANT_LEFT || participant.state == PARTICIPANT_ERASED)
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
        if (others.items[i].state != PARTNERSHIP_ENDED && others.items[i].state != PARTNERSHIP_DISSOLVED)
            return error_set(error, ERROR_PERMANENT,
                             "participant %" PRId64 " (%s) is already in partnership %" PRId64 " of this round", id,
                             participant.name, others.items[i].id);
    return true;
}

bool action_create_partnership(struct service *service, int64_t round_id, const int64_t *members, size_t count,
                               int64_t *ret_id, struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct event_cause cause = service_cause(service, NULL);
    struct round round;
    int64_t id;
    if (!transaction_begin(service->database, &transaction, error) ||
        !find_round(service, round_id, arena, &round, error))
        return false;
    if (round.state == ROUND_ENDED)
        return error_set(error, ERROR_PERMANENT, "the round \"%s\" has ended", round.name);
    for (size_t i = 0; i < count; i++) {
        struct application application;
        if (!check_member(service, &round, members[i], arena, &application, error) ||
            !applications_set_state(service->database, application.id, APPLICATION_MATCHED, &cause, error))
            return false;
    }
    if (!partnerships_create(service->database, round_id, members, count, &cause, &id, error) ||
        !transaction_commit(&transaction, error))
        return false;
    *ret_id = id;
    return true;
}

static bool start_partnership(struct service *service, const struct round *round, const struct partnership *partnership,
                              struct error *error) {
    struct event_cause cause = service_cause(service, NULL);
    struct duration length;
    if (!duration_parse(round->length, &length, error))
        return false;
    return partnerships_start(service->database, partnership->id, cause.at,
                              sequence_ends_at(cause.at, &length, service->zone), &cause, error) &&
           scheduling_rebuild_partnership(service, partnership->id, error);
}

bool action_start_partnership(struct service *service, int64_t id, struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct partnership partnership;
    struct round round;
    if (!transaction_begin(service->database, &transaction, error) ||
        !find_partnership(service, id, arena, &partnership, error) ||
        !find_round(service, partnership.round, arena, &round, error))
        return false;
    if (round.state != ROUND_RUNNING)
        return error_set(error, ERROR_PERMANENT,
                         "the round \"%s\" is not running; start it first: tandempost round start %s", round.name,
                         round.name);
    return start_partnership(service, &round, &partnership, error) && transaction_commit(&transaction, error);
}

bool action_start_round(struct service *service, int64_t id, size_t *ret_count, struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct event_cause cause = service_cause(service, NULL);
    enum partnership_state planned = PARTNERSHIP_PLANNED;
    struct round round;
    struct partnership_list partnerships;
    struct application_list applications;
    if (!transaction_begin(service->database, &transaction, error) || !find_round(service, id, arena, &round, error))
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
        if (!start_partnership(service, &round, &partnerships.items[i], error))
            return false;
    for (size_t i = 0; i < applications.count; i++) /* steps that count from the round's start */
        if (!scheduling_rebuild_participant(service, applications.items[i].participant, error))
            return false;
    if (!transaction_commit(&transaction, error))
        return false;
    *ret_count = partnerships.count;
    return true;
}

/* Rows that were held back for REASON go on; those that came too late meanwhile expire when they are claimed. */
static bool release_held(struct service *service, const struct outbox_filter *which, const char *reason,
                         struct arena *arena, struct error *error) {
    enum outbox_state held = OUTBOX_HELD;
    struct outbox_filter filter = *which;
    filter.state = &held;
    struct event_cause cause = service_cause(service, "resumed");
    struct outbox_list rows;
    if (!outbox_list(service->database, &filter, arena, &rows, error))
        return false;
    for (size_t i = 0; i < rows.count; i++)
        if (string_equal(rows.items[i].reason, reason) &&
            !outbox_enter_state(service->database, rows.items[i].id, OUTBOX_HELD, OUTBOX_QUEUED, NULL, &cause, error))
            return false;
    return true;
}

static bool move_partnership(struct service *service, int64_t id, enum partnership_state to, const char *why,
                             struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct event_cause cause = service_cause(service, why);
    struct partnership partnership;
    if (!transaction_begin(service->database, &transaction, error) ||
        !find_partnership(service, id, arena, &partnership, error))
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
        !release_held(service, &(struct outbox_filter){.partnership = id}, ACTION_ON_HOLD, arena, error))
        return false;
    return transaction_commit(&transaction, error);
}

bool action_hold_partnership(struct service *service, int64_t id, const char *why, struct error *error) {
    return move_partnership(service, id, PARTNERSHIP_HELD, why, error);
}

bool action_resume_partnership(struct service *service, int64_t id, const char *why, struct error *error) {
    return move_partnership(service, id, PARTNERSHIP_ACTIVE, why, error);
}

/* Members go back to those who wait for a partner. What was held back because of a hold waits for nobody any more: let
 * go, it is cancelled or too late when it is claimed. */
static bool close_partnership(struct service *service, const struct partnership *partnership,
                              enum partnership_state state, const char *why, struct arena *arena, struct error *error) {
    struct event_cause cause = service_cause(service, why);
    size_t cancelled;
    if (!partnerships_set_state(service->database, partnership->id, state, &cause, error) ||
        !scheduling_rebuild_partnership(service, partnership->id, error) ||
        !release_held(service, &(struct outbox_filter){.partnership = partnership->id}, ACTION_ON_HOLD, arena, error))
        return false;
    if (state != PARTNERSHIP_DISSOLVED)
        return true;
    if (!outbox_cancel_of_partnership(service->database, partnership->id, "the partnership was dissolved", &cause,
                                      &cancelled, error))
        return false;
    for (size_t i = 0; i < partnership->member_count; i++) {
        struct application application;
        if (!applications_find(service->database, partnership->members[i], partnership->round, arena, &application,
                               error))
            return false;
        if (application.state == APPLICATION_MATCHED &&
            !applications_set_state(service->database, application.id, APPLICATION_WAITING, &cause, error))
            return false;
    }
    return true;
}

static bool is_over(enum partnership_state state) {
    return state == PARTNERSHIP_ENDED || state == PARTNERSHIP_DISSOLVED;
}

bool action_dissolve_partnership(struct service *service, int64_t id, const char *why, struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct partnership partnership;
    if (!transaction_begin(service->database, &transaction, error) ||
        !find_partnership(service, id, arena, &partnership, error))
        return false;
    if (is_over(partnership.state))
        return error_set(error, ERROR_PERMANENT, "partnership %" PRId64 " is %s already", id,
                         partnership_state_name(partnership.state));
    return close_partnership(service, &partnership, PARTNERSHIP_DISSOLVED, why, arena, error) &&
           transaction_commit(&transaction, error);
}

static bool move_participant(struct service *service, int64_t id, enum participant_state from,
                             enum participant_state to, const char *why, struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct event_cause cause = service_cause(service, why);
    struct participant participant;
    if (!transaction_begin(service->database, &transaction, error) ||
        !find_participant(service, id, arena, &participant, error))
        return false;
    if (participant.state == to)
        return true;
    if (participant.state != from)
        return error_set(error, ERROR_PERMANENT, "participant %" PRId64 " is %s, not %s", id,
                         participant_state_name(participant.state), participant_state_name(from));
    if (!participants_set_state(service->database, id, to, &cause, error) ||
        !scheduling_rebuild_participant(service, id, error))
        return false;
    if (to == PARTICIPANT_ACTIVE &&
        !release_held(service, &(struct outbox_filter){.participant = id}, ACTION_PAUSED, arena, error))
        return false;
    return transaction_commit(&transaction, error);
}

bool action_pause_participant(struct service *service, int64_t id, const char *why, struct error *error) {
    return move_participant(service, id, PARTICIPANT_ACTIVE, PARTICIPANT_PAUSED, why, error);
}

bool action_resume_participant(struct service *service, int64_t id, const char *why, struct error *error) {
    return move_participant(service, id, PARTICIPANT_PAUSED, PARTICIPANT_ACTIVE, why, error);
}

bool action_address_works(struct service *service, int64_t id, const char *why, struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct event_cause cause = service_cause(service, why);
    struct participant participant;
    if (!transaction_begin(service->database, &transaction, error) ||
        !find_participant(service, id, arena, &participant, error) ||
        !participants_set_heard(service->database, id, cause.at, error))
        return false;
    if (participant.address_state != ADDRESS_GOOD) {
        if (!participants_set_address_state(service->database, id, ADDRESS_GOOD, &cause, error) ||
            !release_held(service, &(struct outbox_filter){.participant = id}, ACTION_ADDRESS_DEAD, arena, error) ||
            !notice_clear(service, arena_format(arena, "address/%" PRId64, id), error) ||
            !notice_clear(service, arena_format(arena, "letters/%" PRId64, id), error))
            return false;
    }
    return transaction_commit(&transaction, error);
}

static bool leave_partnership(struct service *service, const struct partnership *partnership, int64_t participant,
                              const char *why, struct arena *arena, struct error *error) {
    if (is_over(partnership->state))
        return true;
    struct notice alert = {
        .key = arena_format(arena, "left/%" PRId64 "/%" PRId64, partnership->id, participant),
        .reason =
            REASON("A participant left the programme: the partnership is dissolved and the partner is without one."),
        .partnership = partnership->id,
        .participant = participant,
    };
    return close_partnership(service, partnership, PARTNERSHIP_DISSOLVED, why, arena, error) &&
           (partnership->state == PARTNERSHIP_PLANNED || notice_raise(service, &alert, error));
}

bool action_leave(struct service *service, int64_t id, const char *why, struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct event_cause cause = service_cause(service, why);
    struct participant participant;
    struct partnership_list partnerships;
    struct application_list applications;
    size_t cancelled;
    if (!transaction_begin(service->database, &transaction, error) ||
        !find_participant(service, id, arena, &participant, error))
        return false;
    if (participant.state == PARTICIPANT_LEFT || participant.state == PARTICIPANT_ERASED)
        return error_set(error, ERROR_PERMANENT, "participant %" PRId64 " has left already", id);
    if (!participants_set_state(service->database, id, PARTICIPANT_LEFT, &cause, error) ||
        !partnerships_list(service->database, &(struct partnership_filter){.participant = id}, arena, &partnerships,
                           error) ||
        !applications_list_of_participant(service->database, id, arena, &applications, error))
        return false;
    for (size_t i = 0; i < partnerships.count; i++)
        if (!leave_partnership(service, &partnerships.items[i], id, why, arena, error))
            return false;
    for (size_t i = 0; i < applications.count; i++)
        if (!applications_set_state(service->database, applications.items[i].id, APPLICATION_WITHDRAWN, &cause, error))
            return false;
    struct outbox_filter theirs = {.participant = id};
    return scheduling_rebuild_participant(service, id, error) &&
           release_held(service, &theirs, ACTION_PAUSED, arena, error) &&
           release_held(service, &theirs, ACTION_ADDRESS_DEAD, arena, error) &&
           outbox_cancel_of_participant(service->database, id, "the participant left", &cause, &cancelled, error) &&
           transaction_commit(&transaction, error);
}

static bool end_round_if_over(struct service *service, int64_t round, struct arena *arena, struct error *error) {
    struct partnership_list partnerships;
    if (!partnerships_list(service->database, &(struct partnership_filter){.round = round}, arena, &partnerships,
                           error))
        return false;
    for (size_t i = 0; i < partnerships.count; i++)
        if (!is_over(partnerships.items[i].state))
            return true;
    struct event_cause cause = service_cause(service, "its last partnership ended");
    return rounds_set_state(service->database, round, ROUND_ENDED, cause.at, &cause, error);
}

bool action_end_what_is_over(struct service *service, size_t *ret_count, struct error *error) {
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
        if (!close_partnership(service, &over.items[i], PARTNERSHIP_ENDED, "its time is over", arena, error) ||
            !end_round_if_over(service, over.items[i].round, arena, error))
            return false;
    if (!transaction_commit(&transaction, error))
        return false;
    *ret_count = over.count;
    return true;
}
