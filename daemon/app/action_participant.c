#include "app/action_participant.h"

#include <inttypes.h>

#include "app/action.h"
#include "app/action_partnership.h"
#include "app/held.h"
#include "app/letter_notice.h"
#include "app/notice.h"
#include "app/scheduling.h"
#include "base/clock.h"
#include "programme/round_rules.h"
#include "store/applications.h"
#include "store/participants.h"
#include "store/partnerships.h"
#include "store/transaction.h"

bool action_participant_accept(struct service *service, int64_t participant_id, int64_t round_id, struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct event_cause cause = service_cause(service, NULL);
    struct round round;
    struct application application;
    if (!transaction_begin(service->database, &transaction, error) ||
        !action_find_round(service, round_id, arena, &round, error))
        return false;
    if (!round_check(&round, DEED_ACCEPT, cause.at, service->zone, error) ||
        !applications_find(service->database, participant_id, round_id, arena, &application, error))
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

static bool move(struct service *service, int64_t id, enum participant_state from, enum participant_state to,
                 int64_t until, const char *why, struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct event_cause cause = service_cause(service, why);
    struct participant participant;
    if (!transaction_begin(service->database, &transaction, error) ||
        !action_find_participant(service, id, arena, &participant, error))
        return false;
    if (participant.state != to && participant.state != from)
        return error_set(error, ERROR_PERMANENT, "participant %" PRId64 " is %s, not %s", id,
                         participant_state_name(participant.state), participant_state_name(from));
    if (participant.resumes_at != until && !participants_set_resumes_at(service->database, id, until, error))
        return false;
    if (participant.state == to)
        return transaction_commit(&transaction, error);
    if (!participants_set_state(service->database, id, to, &cause, error) ||
        !scheduling_rebuild_participant(service, id, error))
        return false;
    if (to == PARTICIPANT_ACTIVE &&
        !held_release(service, &(struct outbox_filter){.participant = id}, HELD_PAUSED, error))
        return false;
    return transaction_commit(&transaction, error);
}

bool action_participant_pause(struct service *service, int64_t id, const char *why, struct error *error) {
    return action_participant_pause_until(service, id, 0, why, error);
}

bool action_participant_pause_until(struct service *service, int64_t id, int64_t until, const char *why,
                                    struct error *error) {
    return move(service, id, PARTICIPANT_ACTIVE, PARTICIPANT_PAUSED, until, why, error);
}

bool action_participant_resume(struct service *service, int64_t id, const char *why, struct error *error) {
    return move(service, id, PARTICIPANT_PAUSED, PARTICIPANT_ACTIVE, 0, why, error);
}

static bool resume_one(struct service *service, const struct participant *participant, struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct letter_notice told = {
        .template_name = "pause-over",
        .participant = participant->id,
        .key = arena_format(arena, "pause-over/%" PRId64 "/%" PRId64, participant->id, participant->resumes_at),
    };
    return transaction_begin(service->database, &transaction, error) &&
           action_participant_resume(service, participant->id, "the day that the pause was to last until", error) &&
           letter_notice_queue(service, &told, error) && transaction_commit(&transaction, error);
}

bool action_participant_resume_due(struct service *service, struct error *error) {
    struct participant_list due;
    do {
        auto_arena arena = arena_new();
        if (!participants_list_resuming(service->database, clock_now(), SERVICE_PORTION, arena, &due, error))
            return false;
        for (size_t i = 0; i < due.count; i++)
            if (!resume_one(service, &due.items[i], error))
                return false;
    } while (due.count == SERVICE_PORTION);
    return true;
}

bool action_participant_address_works(struct service *service, int64_t id, const char *why, struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct event_cause cause = service_cause(service, why);
    struct participant participant;
    if (!transaction_begin(service->database, &transaction, error) ||
        !action_find_participant(service, id, arena, &participant, error) ||
        !participants_set_heard(service->database, id, cause.at, error))
        return false;
    if (participant.address_state != ADDRESS_GOOD) {
        if (!participants_set_address_state(service->database, id, ADDRESS_GOOD, &cause, error) ||
            !held_release(service, &(struct outbox_filter){.participant = id}, HELD_ADDRESS_DEAD, error) ||
            !notice_clear(service, arena_format(arena, "address/%" PRId64, id), error) ||
            !notice_clear(service, arena_format(arena, "letters/%" PRId64, id), error))
            return false;
    }
    return transaction_commit(&transaction, error);
}

static bool leave_partnership(struct service *service, const struct partnership *partnership, int64_t participant,
                              const char *why, struct arena *arena, struct error *error) {
    if (partnership_is_over(partnership->state))
        return true;
    struct notice alert = {
        .key = arena_format(arena, "left/%" PRId64 "/%" PRId64, partnership->id, participant),
        .kind = CASE_PARTING,
        .reason = REASON("A participant left the programme; the partner has been told, and asked about another one."),
        .partnership = partnership->id,
        .participant = participant,
    };
    return action_partnership_part(service, partnership->id, participant, why, error) &&
           (partnership->state == PARTNERSHIP_PLANNED || notice_raise(service, &alert, error));
}

bool action_participant_leave(struct service *service, int64_t id, const char *why, struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct event_cause cause = service_cause(service, why);
    struct participant participant;
    struct partnership_list partnerships;
    struct application_list applications;
    size_t cancelled;
    if (!transaction_begin(service->database, &transaction, error) ||
        !action_find_participant(service, id, arena, &participant, error))
        return false;
    if (participant_has_left(participant.state))
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
    return scheduling_rebuild_participant(service, id, error) && held_release(service, &theirs, HELD_PAUSED, error) &&
           held_release(service, &theirs, HELD_ADDRESS_DEAD, error) &&
           outbox_cancel_of_participant(service->database, id, "the participant left", &cause, &cancelled, error) &&
           transaction_commit(&transaction, error);
}
