#include "app/action_parting.h"

#include <inttypes.h>

#include "app/action.h"
#include "app/action_participant.h"
#include "app/action_partnership.h"
#include "app/letter_notice.h"
#include "app/notice.h"
#include "base/clock.h"
#include "base/text.h"
#include "store/applications.h"
#include "store/partnerships.h"
#include "store/rounds.h"
#include "store/transaction.h"

struct doing {
    struct service *service;
    const struct action_parting *parting;
    struct event_cause cause;
    struct arena *arena;
    struct partnership partnership;
    struct round round;
    struct application application;
};

static bool find(struct doing *doing, struct error *error) {
    const struct action_parting *parting = doing->parting;
    doing->cause = service_cause(doing->service, parting->why ? parting->why : "asked for by mail");
    return action_find_partnership(doing->service, parting->partnership, doing->arena, &doing->partnership, error) &&
           action_find_round(doing->service, doing->partnership.round, doing->arena, &doing->round, error) &&
           applications_find(doing->service->database, parting->participant, doing->round.id, doing->arena,
                             &doing->application, error);
}

/* Whoever has another partner in the round already is in no line, and stays. */
static bool has_other(struct doing *doing, bool *ret, struct error *error) {
    struct partnership_list others;
    const struct partnership_filter filter = {.round = doing->round.id, .participant = doing->parting->participant};
    *ret = false;
    if (!partnerships_list(doing->service->database, &filter, doing->arena, &others, error))
        return false;
    for (size_t i = 0; i < others.count; i++)
        *ret = *ret || (others.items[i].id != doing->partnership.id && !partnership_is_over(others.items[i].state));
    return true;
}

bool action_parting_confirm(struct service *service, const struct action_parting *parting, const char *what,
                            struct error *error) {
    auto_arena arena = arena_new();
    const struct letter_notice notice = {
        .template_name = "parting-done",
        .participant = parting->participant,
        .partnership = parting->partnership,
        .inbox = parting->inbox,
        .what = what,
        .key = arena_format(arena, "parting-done/%" PRId64 "/%" PRId64 "/%" PRId64, parting->partnership,
                            parting->participant, parting->inbox ? parting->inbox : clock_now()),
        .patience = 14 * SECONDS_PER_DAY,
    };
    return letter_notice_queue(service, &notice, error);
}

static bool tell_coordinators(struct doing *doing, bool trio, struct reason reason, struct error *error) {
    const struct notice notice = {
        .key =
            arena_format(doing->arena, "left/%" PRId64 "/%" PRId64, doing->partnership.id, doing->parting->participant),
        .kind = CASE_PARTING,
        .reason =
            trio ? REASON("One of three left their partnership; the other two go on, and have been told.") : reason,
        .partnership = doing->partnership.id,
        .participant = doing->parting->participant,
    };
    return doing->partnership.state == PARTNERSHIP_PLANNED || notice_raise(doing->service, &notice, error);
}

static bool end_for(struct doing *doing, struct reason reason, struct error *error) {
    if (partnership_is_over(doing->partnership.state) ||
        !partnership_has(&doing->partnership, doing->parting->participant))
        return true;
    return action_partnership_part(doing->service, doing->partnership.id, doing->parting->participant, doing->cause.why,
                                   error) &&
           tell_coordinators(doing, doing->partnership.member_count > 2, reason, error) &&
           applications_find(doing->service->database, doing->parting->participant, doing->round.id, doing->arena,
                             &doing->application, error);
}

/* In line where the round still runs and they have a place in it. */
static bool put_in_line(struct doing *doing, bool *ret, struct error *error) {
    bool taken;
    if (!has_other(doing, &taken, error))
        return false;
    *ret = !taken && doing->round.state == ROUND_RUNNING &&
           (doing->application.state == APPLICATION_MATCHED || doing->application.state == APPLICATION_WAITING);
    return !*ret || applications_wait(doing->service->database, doing->application.id, "partner", &doing->cause, error);
}

static bool withdraw(struct doing *doing, struct error *error) {
    bool taken;
    if (!has_other(doing, &taken, error))
        return false;
    return taken || !doing->application.id ||
           applications_set_state(doing->service->database, doing->application.id, APPLICATION_WITHDRAWN, &doing->cause,
                                  error);
}

static bool takes_part_elsewhere(struct doing *doing, bool *ret, struct error *error) {
    struct database *database = doing->service->database;
    struct application_list applications;
    struct partnership_list partnerships;
    const struct partnership_filter theirs = {.participant = doing->parting->participant};
    *ret = false;
    if (!partnerships_list(database, &theirs, doing->arena, &partnerships, error) ||
        !applications_list_of_participant(database, doing->parting->participant, doing->arena, &applications, error))
        return false;
    for (size_t i = 0; i < partnerships.count; i++)
        *ret = *ret || !partnership_is_over(partnerships.items[i].state);
    for (size_t i = 0; i < applications.count; i++) {
        struct round round;
        if (!rounds_find(database, applications.items[i].round, doing->arena, &round, error))
            return false;
        *ret = *ret || (applications.items[i].state != APPLICATION_WITHDRAWN && !round_is_over(round.state));
    }
    return true;
}

static bool rematch(struct doing *doing, struct error *error) {
    bool in_line;
    return find(doing, error) &&
           end_for(doing,
                   REASON("A participant left their partnership and would like another partner; the other one has been "
                          "told, and asked."),
                   error) &&
           put_in_line(doing, &in_line, error) &&
           action_parting_confirm(doing->service, doing->parting, in_line ? "rematch" : "ended", error);
}

static bool leave(struct doing *doing, struct error *error) {
    bool elsewhere;
    return find(doing, error) &&
           end_for(doing,
                   REASON("A participant left the round; the partner has been told, and asked about another one."),
                   error) &&
           withdraw(doing, error) && takes_part_elsewhere(doing, &elsewhere, error) &&
           (elsewhere ||
            action_participant_leave(doing->service, doing->parting->participant, doing->cause.why, error)) &&
           action_parting_confirm(doing->service, doing->parting, elsewhere ? "ended" : "leave", error);
}

static bool stay(struct doing *doing, struct error *error) {
    return find(doing, error) &&
           action_parting_confirm(doing->service, doing->parting,
                                  partnership_is_over(doing->partnership.state) ? "ended" : "stay", error);
}

static bool another(struct doing *doing, struct error *error) {
    bool in_line;
    return find(doing, error) && put_in_line(doing, &in_line, error) &&
           action_parting_confirm(doing->service, doing->parting, in_line ? "another" : "no_more", error);
}

static bool no_more(struct doing *doing, struct error *error) {
    return find(doing, error) && withdraw(doing, error) &&
           action_parting_confirm(doing->service, doing->parting, "no_more", error);
}

static bool run(struct service *service, const struct action_parting *parting,
                bool (*step)(struct doing *doing, struct error *error), struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct doing doing = {.service = service, .parting = parting, .arena = arena};
    return transaction_begin(service->database, &transaction, error) && step(&doing, error) &&
           transaction_commit(&transaction, error);
}

bool action_parting_rematch(struct service *service, const struct action_parting *parting, struct error *error) {
    return run(service, parting, rematch, error);
}

bool action_parting_leave(struct service *service, const struct action_parting *parting, struct error *error) {
    return run(service, parting, leave, error);
}

bool action_parting_stay(struct service *service, const struct action_parting *parting, struct error *error) {
    return run(service, parting, stay, error);
}

bool action_parting_another(struct service *service, const struct action_parting *parting, struct error *error) {
    return run(service, parting, another, error);
}

bool action_parting_no_more(struct service *service, const struct action_parting *parting, struct error *error) {
    return run(service, parting, no_more, error);
}
