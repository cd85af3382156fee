#include "app/incident.h"

#include <inttypes.h>

#include "app/action_participant.h"
#include "app/action_partnership.h"
#include "app/letter_notice.h"
#include "app/relay.h"
#include "base/clock.h"
#include "mail/message/address.h"
#include "store/cases.h"
#include "store/incidents.h"
#include "store/participants.h"
#include "store/partnerships.h"
#include "store/transaction.h"

bool incident_open(struct service *service, const struct incident_report *report, struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct event_cause cause = service_cause(service, NULL);
    const struct notice *alert = report->alert;
    struct case_row open;
    struct incident known;
    const char *bytes = report->bytes;
    size_t length = report->length;
    if (!transaction_begin(service->database, &transaction, error) || !notice_raise(service, alert, error) ||
        !cases_find_open(service->database, alert->key, arena, &open, error) ||
        !incidents_find(service->database, open.id, arena, &known, error) ||
        (!bytes && !relay_kept(service, alert->inbox, arena, &bytes, &length, error)))
        return false;
    const struct incident incident = {
        .id = open.id,
        .inbox = alert->inbox,
        .reporter = report->reporter,
        .partnership = alert->partnership,
        .at = report->at,
    };
    return (known.id || incidents_add(service->database, &incident, bytes, length, &cause, error)) &&
           transaction_commit(&transaction, error);
}

/* ---- Deciding ---- */

struct deciding {
    struct service *service;
    const struct incident_decision *decision;
    struct arena *arena;
    struct incident incident;
    struct partnership partnership;
    int64_t other;
};

bool incident_find_other(struct service *service, const struct incident *incident, int64_t *ret, struct error *error) {
    auto_arena arena = arena_new();
    struct participant_list partners = {0};
    if (incident->reporter && incident->partnership &&
        !partnerships_partners(service->database, incident->partnership, incident->reporter, arena, &partners, error))
        return false;
    *ret = partners.count == 1 ? partners.items[0].id : 0;
    return true;
}

bool incident_outcomes(struct service *service, const struct incident *incident, unsigned *ret, struct error *error) {
    int64_t other;
    if (!incident_find_other(service, incident, &other, error))
        return false;
    *ret = 1u << INCIDENT_NO_ACTION;
    if (incident->partnership)
        *ret |= 1u << INCIDENT_TERMINATION;
    if (other)
        *ret |= 1u << INCIDENT_WARNING | 1u << INCIDENT_BAN;
    return true;
}

static bool find(struct deciding *deciding, struct error *error) {
    const struct incident_decision *decision = deciding->decision;
    struct service *service = deciding->service;
    bool for_other = decision->outcome == INCIDENT_WARNING || decision->outcome == INCIDENT_BAN;
    if (!incidents_find(service->database, decision->incident, deciding->arena, &deciding->incident, error))
        return false;
    if (!deciding->incident.id)
        return error_set(error, ERROR_PERMANENT, "there is no incident %" PRId64 "; see: tandempost incident list",
                         decision->incident);
    deciding->other = decision->other;
    if ((!deciding->other && !incident_find_other(service, &deciding->incident, &deciding->other, error)) ||
        !partnerships_find(service->database, deciding->incident.partnership, deciding->arena, &deciding->partnership,
                           error))
        return false;
    if (for_other && !deciding->other)
        return error_set(error, ERROR_PERMANENT, "whom the %s is for is not clear; name them: --person",
                         incident_state_name(decision->outcome));
    if (for_other && deciding->other == deciding->incident.reporter)
        return error_set(error, ERROR_PERMANENT, "this is who reported");
    if (!deciding->partnership.id &&
        (decision->outcome == INCIDENT_WARNING || decision->outcome == INCIDENT_TERMINATION))
        return error_set(error, ERROR_PERMANENT,
                         "which partnership it is about is not clear; see what can be done with one of them: "
                         "tandempost partnership dissolve");
    return true;
}

/* Unless another report about it is to be decided, which froze it as well. */
static bool thaw(struct deciding *deciding, struct error *error) {
    size_t open = 0;
    struct partnership now;
    if (!partnerships_find(deciding->service->database, deciding->partnership.id, deciding->arena, &now, error) ||
        !incidents_count_open(deciding->service->database, now.id, &open, error))
        return false;
    return now.state != PARTNERSHIP_FROZEN || open > 0 ||
           action_partnership_resume(deciding->service, now.id, "coordinators have looked", error);
}

static bool warn(struct deciding *deciding, struct error *error) {
    const struct letter_notice notice = {
        .template_name = "warning",
        .participant = deciding->other,
        .partnership = deciding->partnership.id,
        .words = deciding->decision->words,
        .patience = 14 * SECONDS_PER_DAY,
        .key = arena_format(deciding->arena, "warning/%" PRId64, deciding->incident.id),
    };
    return letter_notice_queue(deciding->service, &notice, error) && thaw(deciding, error);
}

static bool terminate(struct deciding *deciding, struct error *error) {
    return partnership_is_over(deciding->partnership.state) ||
           action_partnership_dissolve(deciding->service, deciding->partnership.id, "coordinators have decided so",
                                       error);
}

/* Of the others whom they left behind each hears as of anybody who leaves. */
static bool ban(struct deciding *deciding, struct error *error) {
    struct participant person;
    struct database *database = deciding->service->database;
    if (!participants_find(database, deciding->other, deciding->arena, &person, error))
        return false;
    auto_string key = address_key(person.address);
    return (participant_has_left(person.state) ||
            action_participant_leave(deciding->service, person.id, "coordinators have decided so", error)) &&
           (!key || incidents_ban(database, key, clock_now(), error)) && thaw(deciding, error);
}

static bool carry_out(struct deciding *deciding, struct error *error) {
    switch (deciding->decision->outcome) {
    case INCIDENT_NO_ACTION:
        return thaw(deciding, error);
    case INCIDENT_WARNING:
        return warn(deciding, error);
    case INCIDENT_TERMINATION:
        return terminate(deciding, error);
    case INCIDENT_BAN:
        return ban(deciding, error);
    case INCIDENT_OPEN:
        break;
    }
    return error_set(error, ERROR_BUG, "an incident can't be decided as open");
}

bool incident_decide(struct service *service, const struct incident_decision *decision, struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct deciding deciding = {.service = service, .decision = decision, .arena = arena};
    struct event_cause cause = service_cause(service, NULL);
    struct case_row open;
    cause.actor = decision->actor ? decision->actor : cause.actor;
    return transaction_begin(service->database, &transaction, error) && find(&deciding, error) &&
           incidents_decide(service->database, decision->incident, decision->outcome, &cause, error) &&
           carry_out(&deciding, error) && cases_find(service->database, decision->incident, arena, &open, error) &&
           (!open.id || open.closed_at || notice_close(service, &open, error)) &&
           transaction_commit(&transaction, error);
}
