#include "app/notice.h"

#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "programme/case_kind.h"
#include "store/cases.h"
#include "store/inbox.h"
#include "store/incidents.h"
#include "store/outbox.h"
#include "store/participants.h"
#include "store/partnerships.h"
#include "store/proposals.h"
#include "store/settings.h"
#include "store/transaction.h"

enum {
    AT_ONCE_A_DAY = 6,                       /* about one participant */
    DIGEST_COLLECT = 2 * SECONDS_PER_MINUTE, /* so that a handful that come together make one digest */
    DIGEST_INTERVAL = SECONDS_PER_HOUR,
    LEFT_AFTER = 3 * SECONDS_PER_DAY - SECONDS_PER_HOUR * 12, /* the reminder comes in the morning */
    WORDS_MAX = 4000,                                         /* bytes */
    TOLD_TOGETHER = 500,
};

/* What coordinators are told is as of when it is sent, so it is never too late. */
#define NEVER (clock_now() + 3650 * (int64_t)SECONDS_PER_DAY)

/* ---- Who is told ---- */

struct coordinators {
    const struct coordinator *items[NOTICE_COORDINATORS_MAX];
    size_t count;
};

static bool is_among(const struct coordinators *coordinators, const struct coordinator *wanted) {
    for (size_t i = 0; i < coordinators->count; i++)
        if (coordinators->items[i] == wanted)
            return true;
    return false;
}

static void add_for_country(const struct service *service, const char *country, struct coordinators *ret) {
    struct coordinators some;
    some.count = configuration_coordinators_for(service->configuration, country, some.items, NOTICE_COORDINATORS_MAX);
    for (size_t i = 0; i < some.count && ret->count < NOTICE_COORDINATORS_MAX; i++)
        if (!is_among(ret, some.items[i]))
            ret->items[ret->count++] = some.items[i];
}

static bool any_country(const struct configuration *configuration) {
    for (size_t i = 0; i < configuration->coordinator_count; i++)
        if (configuration->coordinators[i].country_count > 0)
            return true;
    return false;
}

/* Of a pair the case names the first only. */
static bool add_for_second(struct service *service, int64_t id, struct arena *arena, struct coordinators *ret,
                           struct error *error) {
    struct rematch offer;
    struct participant second;
    if (!proposals_find_offer(service->database, id, arena, &offer, error) ||
        !participants_find(service->database, offer.second, arena, &second, error))
        return false;
    if (second.id)
        add_for_country(service, second.country, ret);
    return true;
}

bool notice_is_left(const struct case_row *row) {
    return row->at_once && row->told_at && !row->closed_at && clock_now() - row->opened_at >= LEFT_AFTER;
}

/* The coordinators of the country of the one whom it is about, else of all its people; the general ones where nobody
 * is. */
static bool find_coordinators(struct service *service, const struct case_row *row, struct coordinators *ret,
                              struct error *error) {
    auto_arena arena = arena_new();
    struct participant person = {0};
    struct participant_list people = {.items = &person};
    ret->count = 0;
    if (row->kind == CASE_REPORT || !any_country(service->configuration)) { /* reports are for few eyes */
        people.count = 0;
    } else if (row->participant) {
        if (!participants_find(service->database, row->participant, arena, &person, error))
            return false;
        people.count = person.id != 0;
    } else if (row->partnership) {
        if (!partnerships_partners(service->database, row->partnership, 0, arena, &people, error))
            return false;
    }
    for (size_t i = 0; i < people.count; i++)
        add_for_country(service, people.items[i].country, ret);
    if (row->kind == CASE_REMATCH && people.count && !add_for_second(service, row->id, arena, ret, error))
        return false;
    /* Who has been told at once and did nothing about it may be away: then the programme's hear of it as well. */
    if (ret->count == 0 || notice_is_left(row))
        add_for_country(service, NULL, ret);
    return true;
}

bool notice_concerns(struct service *service, const struct case_row *row, const char *coordinator, bool *ret,
                     struct error *error) {
    struct coordinators coordinators;
    if (!find_coordinators(service, row, &coordinators, error))
        return false;
    *ret = is_among(&coordinators, configuration_find_coordinator(service->configuration, coordinator));
    return true;
}

/* ---- Mails ---- */

static bool tell_of(struct service *service, const struct case_row *row, const char *what, const char *template_name,
                    const struct coordinators *coordinators, struct error *error) {
    auto_arena arena = arena_new();
    int64_t id;
    bool is_new;
    struct event_cause cause = service_cause(service, what);
    for (size_t i = 0; i < coordinators->count; i++) {
        const char *name = coordinators->items[i]->name;
        struct outbox_row mail = {
            .key = arena_format(arena, "case/%" PRId64 "/%s/%" PRId64 "/%s", row->id, what,
                                row->told_at ? row->told_at : row->tell_at, name),
            .priority = PRIORITY_ALERT,
            .step = "alert",
            .template_name = template_name,
            .coordinator = name,
            .about = row->participant,
            .partnership = row->partnership,
            .detail = arena_format(arena, "{\"case\": %" PRId64 "}", row->id),
            .due_at = clock_now(),
            .expires_at = NEVER,
        };
        if (!outbox_insert(service->database, &mail, &cause, &id, &is_new, error))
            return false;
    }
    return true;
}

/* Each coordinator's newest digest is remembered in a setting, so that the next one keeps its distance. */
static bool queue_digest(struct service *service, const struct coordinator *coordinator, struct error *error) {
    auto_arena arena = arena_new();
    const char *setting = arena_format(arena, "waiting/%s", coordinator->name);
    int64_t last_id = 0, id, not_before = clock_now() + DIGEST_COLLECT;
    bool is_new;
    struct outbox_row last = {0};
    if (!settings_get_integer(service->database, setting, 0, &last_id, error) ||
        (last_id != 0 && !outbox_find(service->database, last_id, arena, &last, error)))
        return false;
    if (last.id != 0 && (last.state == OUTBOX_QUEUED || last.state == OUTBOX_SENDING))
        return true;
    if (last.sent_at + DIGEST_INTERVAL > not_before)
        not_before = last.sent_at + DIGEST_INTERVAL;
    struct outbox_row row = {
        .key = arena_format(arena, "waiting/%s/%" PRId64, coordinator->name, last_id + 1),
        .priority = PRIORITY_ALERT,
        .step = "waiting",
        .template_name = "coordinator-waiting",
        .coordinator = coordinator->name,
        .due_at = not_before,
        .expires_at = NEVER,
    };
    struct event_cause cause = service_cause(service, "something waits for a person");
    return outbox_insert(service->database, &row, &cause, &id, &is_new, error) &&
           settings_set_integer(service->database, setting, id, error);
}

/* ---- Telling ---- */

static bool set_told(struct service *service, const struct case_row *row, struct error *error) {
    int64_t now = clock_now(), again = case_kind_tell_again_at(row->kind, row->opened_at, now, service->zone,
                                                               service->configuration->round.send_at);
    return cases_set_told(service->database, row->id, now, again, error);
}

bool notice_digest_told(struct service *service, const char *coordinator, struct error *error) {
    auto_arena arena = arena_new();
    struct case_list open;
    if (!cases_list_told(service->database, arena, &open, error))
        return false;
    for (size_t i = 0; i < open.count; i++) {
        bool concerned, again = case_kind_traits(open.items[i].kind).told_once && open.items[i].told_at;
        if (!notice_concerns(service, &open.items[i], coordinator, &concerned, error) ||
            (concerned && !again && !set_told(service, &open.items[i], error)))
            return false;
    }
    return true;
}

/* Adds to DIGESTS whom only a digest tells. */
static bool tell(struct service *service, const struct case_row *row, struct coordinators *digests,
                 struct error *error) {
    int64_t now = clock_now(), lapses = case_kind_traits(row->kind).lapses;
    struct event_cause lapse = {.at = now, .actor = "rule:cases", .why = "nothing need be done about it any more"};
    struct coordinators coordinators;
    if ((lapses && now - row->opened_at >= lapses) || (case_kind_traits(row->kind).told_once && row->told_at))
        return cases_close(service->database, row, &lapse, error);
    if (!find_coordinators(service, row, &coordinators, error))
        return false;
    if (row->at_once && !row->told_at) {
        if (!tell_of(service, row, "opened", "coordinator-alert", &coordinators, error))
            return false;
    } else {
        for (size_t i = 0; i < coordinators.count; i++)
            if (!is_among(digests, coordinators.items[i]) && digests->count < NOTICE_COORDINATORS_MAX)
                digests->items[digests->count++] = coordinators.items[i];
    }
    return set_told(service, row, error);
}

bool notice_tell(struct service *service, struct error *error) {
    auto_transaction transaction = TRANSACTION_NONE;
    struct coordinators digests = {.count = 0};
    struct case_list due = {0};
    int64_t next, now = clock_now();
    if (!cases_next_tell(service->database, &next, error))
        return false;
    if (next == 0 || next > now)
        return true;
    if (!transaction_begin(service->database, &transaction, error))
        return false;
    do {
        auto_arena arena = arena_new();
        if (!cases_list_due(service->database, now, TOLD_TOGETHER, arena, &due, error))
            return false;
        for (size_t i = 0; i < due.count; i++)
            if (!tell(service, &due.items[i], &digests, error))
                return false;
    } while (due.count == TOLD_TOGETHER);
    for (size_t i = 0; i < digests.count; i++)
        if (!queue_digest(service, digests.items[i], error))
            return false;
    return transaction_commit(&transaction, error);
}

/* ---- Opening and closing ---- */

/* Nobody can make us write to coordinators without number: of mails about one participant a few a day are told at once,
 * of strangers' one. The others are in the digest. */
static bool may_tell_at_once(struct service *service, const struct notice *notice, bool *ret, struct error *error) {
    int64_t now = clock_now(), since = notice->participant ? now - SECONDS_PER_DAY + 1 : now - now % SECONDS_PER_DAY;
    size_t count = 0;
    *ret = case_kind_traits(notice->kind).at_once && !notice->in_digest;
    if (!*ret || !notice->inbox)
        return true;
    if (!cases_count_told_at_once(service->database, notice->participant, since, &count, error))
        return false;
    *ret = count < (notice->participant ? AT_ONCE_A_DAY : 1);
    return true;
}

static const char *bounded(const char *words, struct arena *arena) {
    return string_is_empty(words) ? NULL : arena_copy_bytes(arena, words, utf8_cut(words, strlen(words), WORDS_MAX));
}

bool notice_raise(struct service *service, const struct notice *notice, struct error *error) {
    auto_arena arena = arena_new();
    struct event_cause cause = service_cause(service, NULL);
    struct case_row row = {
        .key = notice->key,
        .kind = notice->kind,
        .reason = notice->reason.text,
        .participant = notice->participant,
        .partnership = notice->partnership,
        .inbox = notice->inbox,
        .outbox = notice->outbox,
        .words = bounded(notice->words, arena),
    };
    bool is_new;
    if (!may_tell_at_once(service, notice, &row.at_once, error))
        return false;
    if (!notice->quiet)
        row.tell_at = case_kind_tell_first_at(notice->kind, row.at_once, cause.at, service->zone,
                                              service->configuration->round.send_at);
    return cases_open(service->database, &row, &cause, &is_new, error);
}

bool notice_reopen(struct service *service, int64_t id, int64_t inbox, const char *words, bool *ret_reopened,
                   struct error *error) {
    auto_arena arena = arena_new();
    struct event_cause cause = service_cause(service, "a coordinator's answer was answered");
    struct case_row row, open;
    if (!cases_find(service->database, id, arena, &row, error))
        return false;
    *ret_reopened = false;
    if (!row.id || !row.closed_at)
        return true;
    if (!cases_find_open(service->database, row.key, arena, &open, error))
        return false;
    if (open.id)
        return true;
    row.inbox = inbox;
    row.at_once = true;
    row.tell_at = cause.at;
    row.reason = REASON("somebody replied to a coordinator's answer").text;
    row.words = bounded(words, arena);
    *ret_reopened = true;
    return cases_reopen(service->database, &row, &cause, error);
}

/* Whoever did it knows. */
static void leave_out(struct coordinators *coordinators, const char *actor) {
    size_t kept = 0;
    for (size_t i = 0; i < coordinators->count; i++)
        if (!string_starts_with(actor, "command:") ||
            !string_equal(actor + strlen("command:"), coordinators->items[i]->name))
            coordinators->items[kept++] = coordinators->items[i];
    coordinators->count = kept;
}

/* A silence that is over by itself needs nobody: digests have it no longer. */
static bool tells_of_closing(const struct service *service, const struct case_row *open) {
    return open->at_once && open->told_at &&
           (open->kind != CASE_SILENCE || string_starts_with(service->actor, "command:"));
}

bool notice_close(struct service *service, const struct case_row *open, struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct event_cause cause = service_cause(service, NULL);
    struct inbox_row mail = {0};
    struct incident incident;
    struct coordinators coordinators = {.count = 0};
    if (!incidents_find(service->database, open->id, arena, &incident, error))
        return false;
    if (incident.id && incident.state == INCIDENT_OPEN)
        return error_set(
            error, ERROR_PERMANENT,
            "this is a report of misconduct, which ends with a decision: tandempost incident close %" PRId64
            " no-action, warning, termination or ban",
            incident.id);
    if (!transaction_begin(service->database, &transaction, error) ||
        !cases_close(service->database, open, &cause, error) ||
        (open->inbox && !inbox_find(service->database, open->inbox, arena, &mail, error)) ||
        (mail.id && mail.state == INBOX_WAITING && !inbox_resolve(service->database, mail.id, &cause, error)) ||
        (tells_of_closing(service, open) && !find_coordinators(service, open, &coordinators, error)))
        return false;
    leave_out(&coordinators, service->actor);
    return tell_of(service, open, "closed", "coordinator-clear", &coordinators, error) &&
           transaction_commit(&transaction, error);
}

bool notice_clear(struct service *service, const char *key, struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct case_row open;
    return transaction_begin(service->database, &transaction, error) &&
           cases_find_open(service->database, key, arena, &open, error) &&
           (open.id == 0 || notice_close(service, &open, error)) && transaction_commit(&transaction, error);
}

bool notice_resolve(struct service *service, int64_t inbox, struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct event_cause cause = service_cause(service, NULL);
    struct case_row open;
    if (!transaction_begin(service->database, &transaction, error) ||
        !cases_find_of_inbox(service->database, inbox, arena, &open, error))
        return false;
    return (open.id ? notice_close(service, &open, error) : inbox_resolve(service->database, inbox, &cause, error)) &&
           transaction_commit(&transaction, error);
}
