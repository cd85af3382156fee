#include "app/notice.h"

#include <inttypes.h>
#include <jansson.h>
#include <string.h>

#include "app/mention.h"
#include "base/clock.h"
#include "base/text.h"
#include "programme/case_kind.h"
#include "store/cases.h"
#include "store/inbox.h"
#include "store/incidents.h"
#include "store/outbox.h"
#include "store/overview.h"
#include "store/settings.h"
#include "store/transaction.h"

enum {
    AT_ONCE_A_DAY = 6,                                   /* about one participant */
    DIGEST_COLLECT = 2 * SECONDS_PER_MINUTE,             /* so that a handful that come together make one digest */
    LEFT_AFTER = 2 * SECONDS_PER_DAY + SECONDS_PER_HOUR, /* the third morning comes, also for what came at midnight */
    WORDS_MAX = 4000,                                    /* bytes */
    TOLD_TOGETHER = 500,
    SILENCE_MOST = 28 * SECONDS_PER_DAY, /* of ours: then it is time to say that all is well */
    AWAY_UNTOLD = 7 * SECONDS_PER_DAY,   /* an absence without a date lasts so long */
    AWAY_MOST = 100 * SECONDS_PER_DAY,
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

/* ---- Who is away ---- */

static bool find_away(struct service *service, const char *coordinator, int64_t *ret_until, struct error *error) {
    auto_arena arena = arena_new();
    int64_t until;
    if (!settings_get_integer(service->database, arena_format(arena, "away/%s", coordinator), 0, &until, error))
        return false;
    *ret_until = until > clock_now() ? until : 0;
    return true;
}

/* ---- Whom it concerns ---- */

struct readers {
    size_t count; /* as many as the configuration's coordinators, in their order */
    struct case_reader items[NOTICE_COORDINATORS_MAX];
    int64_t away_until[NOTICE_COORDINATORS_MAX]; /* 0: is not */
};

static void append_countries(struct text *list, const struct coordinator *coordinator) {
    for (size_t i = 0; i < coordinator->country_count; i++)
        text_append_format(list, "%s,", coordinator->countries[i]);
}

static bool read_readers(struct service *service, struct arena *arena, struct readers *ret, struct error *error) {
    const struct configuration *configuration = service->configuration;
    auto_text claimed = TEXT_EMPTY, present = TEXT_EMPTY;
    bool any_general = false;
    *ret = (struct readers){.count = configuration->coordinator_count < NOTICE_COORDINATORS_MAX
                                         ? configuration->coordinator_count
                                         : NOTICE_COORDINATORS_MAX};
    text_append(&claimed, ",");
    text_append(&present, ",");
    for (size_t i = 0; i < ret->count; i++) {
        const struct coordinator *each = &configuration->coordinators[i];
        any_general |= each->country_count == 0;
        append_countries(&claimed, each);
        if (!find_away(service, each->name, &ret->away_until[i], error))
            return false;
        if (!ret->away_until[i])
            append_countries(&present, each);
    }
    const char *all_claimed = arena_copy_string(arena, text_string(&claimed)),
               *all_present = arena_copy_string(arena, text_string(&present));
    for (size_t i = 0; i < ret->count; i++) {
        const struct coordinator *each = &configuration->coordinators[i];
        auto_text own = TEXT_EMPTY;
        text_append(&own, ",");
        append_countries(&own, each);
        ret->items[i] = (struct case_reader){.all = claimed.length == 1,
                                             .general = each->country_count == 0 || !any_general,
                                             .own = arena_copy_string(arena, text_string(&own)),
                                             .claimed = all_claimed,
                                             .present = all_present,
                                             .left_before = clock_now() - LEFT_AFTER};
    }
    return true;
}

bool notice_reader(struct service *service, const char *coordinator, struct arena *arena, struct case_reader *ret,
                   struct error *error) {
    struct readers readers;
    if (!read_readers(service, arena, &readers, error))
        return false;
    *ret = (struct case_reader){.own = ",", .claimed = ",", .present = ","};
    for (size_t i = 0; i < readers.count; i++)
        if (string_equal(service->configuration->coordinators[i].name, coordinator))
            *ret = readers.items[i];
    return true;
}

bool notice_stands_in(struct service *service, const struct case_row *row, const char *coordinator, struct arena *arena,
                      const char **ret_for, int64_t *ret_until, struct error *error) {
    struct readers readers;
    bool own = true;
    *ret_for = NULL;
    if (!read_readers(service, arena, &readers, error))
        return false;
    for (size_t i = 0; i < readers.count; i++) {
        const char *name = service->configuration->coordinators[i].name;
        bool reads = string_equal(name, coordinator);
        if (!reads && !readers.away_until[i])
            continue;
        if (!cases_are_own(service->database, row->id, &readers.items[i], &own, error))
            return false;
        if (own) {
            *ret_for = reads ? NULL : name;
            *ret_until = readers.away_until[i];
        }
        if (own && reads)
            return true;
    }
    return true;
}

bool notice_is_left(const struct case_row *row) {
    return row->at_once && row->told_at && !row->closed_at &&
           clock_now() - row->opened_at >=
               LEFT_AFTER + (case_kind_traits(row->kind).together ? 7 * SECONDS_PER_DAY : 0);
}

static bool find_coordinators(struct service *service, const struct readers *readers, const struct case_row *row,
                              struct coordinators *ret, struct error *error) {
    ret->count = 0;
    for (size_t i = 0; i < readers->count; i++) {
        bool concerned;
        if (!cases_concern(service->database, row->id, &readers->items[i], &concerned, error))
            return false;
        if (concerned)
            ret->items[ret->count++] = &service->configuration->coordinators[i];
    }
    return true;
}

bool notice_concerns(struct service *service, const struct case_row *row, const char *coordinator, bool *ret,
                     struct error *error) {
    auto_arena arena = arena_new();
    struct case_reader reader;
    return notice_reader(service, coordinator, arena, &reader, error) &&
           cases_concern(service->database, row->id, &reader, ret, error);
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

/* One digest a day. */
static int64_t next_digest_at(const struct service *service, int64_t last) {
    int64_t now = clock_now(), soon = now + DIGEST_COLLECT;
    struct zone_local today, sent;
    zone_to_local(service->zone, now, &today);
    zone_to_local(service->zone, last, &sent);
    if (!last || civil_to_days(today.date) != civil_to_days(sent.date))
        return soon;
    return zone_to_utc(service->zone, civil_add_days(today.date, 1), (int32_t)service->configuration->round.send_at);
}

/* Each coordinator's newest digest is remembered in a setting, so that the next one keeps its distance, but for one
 * that HURRIES. ALL_IS_WELL: it is sent although nothing may wait. */
static bool queue_digest(struct service *service, const struct coordinator *coordinator, bool hurries, bool all_is_well,
                         struct error *error) {
    auto_arena arena = arena_new();
    const char *setting = arena_format(arena, "waiting/%s", coordinator->name);
    int64_t last_id = 0, id;
    bool is_new;
    struct outbox_row last = {0};
    if (!settings_get_integer(service->database, setting, 0, &last_id, error) ||
        (last_id != 0 && !outbox_find(service->database, last_id, arena, &last, error)))
        return false;
    if (last.id != 0 && (last.state == OUTBOX_QUEUED || last.state == OUTBOX_SENDING))
        return true;
    struct outbox_row row = {
        .key = arena_format(arena, "waiting/%s/%" PRId64, coordinator->name, last_id + 1),
        .priority = PRIORITY_ALERT,
        .step = "waiting",
        .template_name = "coordinator-waiting",
        .coordinator = coordinator->name,
        .detail = all_is_well ? "{\"" NOTICE_ALL_IS_WELL "\": true}" : NULL,
        .due_at = next_digest_at(service, hurries ? 0 : last.sent_at),
        .expires_at = NEVER,
    };
    struct event_cause cause =
        service_cause(service, all_is_well ? "nothing was told for a month" : "something waits for a person");
    return outbox_insert(service->database, &row, &cause, &id, &is_new, error) &&
           settings_set_integer(service->database, setting, id, error);
}

/* ---- Telling ---- */

/* Whoever wants to be reminded later is not reminded sooner, although a digest has it meanwhile. */
static bool set_told(struct service *service, const struct case_row *row, struct error *error) {
    int64_t now = clock_now(), again = case_kind_tell_again_at(row->kind, row->at_once, row->opened_at, now,
                                                               service->zone, service->configuration->round.send_at);
    if (again < row->tell_at)
        again = row->tell_at;
    return cases_set_told(service->database, row->id, now, again, error);
}

static bool append_ids(json_t *ids, struct service *service, const char *coordinator, struct error *error) {
    auto_arena arena = arena_new();
    struct case_reader reader;
    struct case_list lists[3];
    if (!notice_reader(service, coordinator, arena, &reader, error) ||
        !cases_list_told(service->database, &reader, NOTICE_SHOWN_MOST, arena, &lists[0], error) ||
        !cases_list_remarks(service->database, &reader, clock_now() - CASE_TOLD_ONCE_WITHIN, NOTICE_SHOWN_MOST, arena,
                            &lists[1], error) ||
        !cases_list_silences(service->database, &reader, NOTICE_SHOWN_MOST, arena, &lists[2], error))
        return false;
    for (size_t i = 0; i < COUNT_OF(lists); i++)
        for (size_t j = 0; j < lists[i].count; j++)
            json_array_append_new(ids, json_integer(lists[i].items[j].id));
    return true;
}

bool notice_digest_made(struct service *service, const struct outbox_row *row, struct error *error) {
    json_error_t ignored;
    json_t *detail = json_loads(row->detail, 0, &ignored), *ids = json_array();
    bool ok = append_ids(ids, service, row->coordinator, error);
    if (ok && detail) {
        if (json_array_size(ids) == 1) /* a reply need not name it */
            json_object_set(detail, "case", json_array_get(ids, 0));
        else
            json_object_del(detail, "case");
        json_object_set(detail, "cases", ids);
        json_t *mentioned = NULL, *said = json_object_get(detail, "said");
        ok = mention_list(service, row->coordinator, &mentioned, error);
        if (json_array_size(mentioned) > 0) {
            if (said)
                json_array_extend(said, mentioned);
            else
                json_object_set(detail, "said", mentioned);
            ok = mention_clear(service, row->coordinator, error);
        }
        json_decref(mentioned);
        auto_string text = json_dumps(detail, JSON_COMPACT);
        ok = ok && outbox_set_detail(service->database, row->id, text, error);
    }
    json_decref(ids);
    json_decref(detail);
    return ok;
}

bool notice_digest_sent(struct service *service, int64_t outbox, struct error *error) {
    auto_arena arena = arena_new();
    struct outbox_row row;
    json_error_t ignored;
    if (!outbox_find(service->database, outbox, arena, &row, error))
        return false;
    json_t *detail = json_loads(row.detail, 0, &ignored), *id;
    bool ok = true;
    size_t i;
    json_array_foreach(json_object_get(detail, "cases"), i, id) {
        struct case_row told;
        ok = ok && cases_find(service->database, json_integer_value(id), arena, &told, error);
        bool again = ok && case_kind_traits(told.kind).told_once && told.told_at;
        ok = ok && (!told.id || told.closed_at || again || set_told(service, &told, error));
    }
    json_decref(detail);
    return ok;
}

/* Adds to DIGESTS whom only a digest tells. */
static bool tell(struct service *service, const struct readers *readers, const struct case_row *row,
                 struct coordinators *digests, struct error *error) {
    struct case_traits traits = case_kind_traits(row->kind);
    int64_t now = clock_now();
    struct event_cause lapse = {.at = now, .actor = "rule:cases", .why = "nothing need be done about it any more"};
    struct coordinators coordinators;
    if ((traits.lapses && now - row->opened_at >= traits.lapses) || (traits.told_once && row->told_at))
        return cases_close(service->database, row, &lapse, error);
    if (!find_coordinators(service, readers, row, &coordinators, error))
        return false;
    if (row->at_once && !row->told_at && !traits.together) {
        if (!tell_of(service, row, "opened", "coordinator-alert", &coordinators, error))
            return false;
    } else {
        for (size_t i = 0; i < coordinators.count; i++)
            if (!is_among(digests, coordinators.items[i]))
                digests->items[digests->count++] = coordinators.items[i];
    }
    /* What is told once is told when its digest has been sent, whenever that is. */
    return traits.told_once ? cases_set_told(service->database, row->id, 0, now + SECONDS_PER_DAY, error)
                            : set_told(service, row, error);
}

/* ---- Each week ---- */

#define NEXT_WEEK "digest/next"

bool notice_next_turn(struct service *service, int64_t *ret, struct error *error) {
    int64_t week;
    if (!cases_next_tell(service->database, ret, error) ||
        !settings_get_integer(service->database, NEXT_WEEK, 0, &week, error))
        return false;
    if (week && (!*ret || week < *ret))
        *ret = week;
    return true;
}

static bool turn_mentions(struct service *service, const struct coordinator *coordinator, struct error *error) {
    json_t *mentioned;
    if (!mention_list(service, coordinator->name, &mentioned, error))
        return false;
    bool any = json_array_size(mentioned) > 0;
    json_decref(mentioned);
    return !any || queue_digest(service, coordinator, false, false, error);
}

/* What is to be mentioned waits no longer. Who was sent nothing for a month, while something goes on, hears that all is
 * well. */
static bool turn_week(struct service *service, struct error *error) {
    const struct configuration *configuration = service->configuration;
    int64_t now = clock_now(), week, began;
    if (!settings_get_integer(service->database, NEXT_WEEK, 0, &week, error))
        return false;
    if (week > now)
        return true;
    for (size_t i = 0; i < configuration->coordinator_count; i++)
        if (!turn_mentions(service, &configuration->coordinators[i], error))
            return false;
    if (!settings_set_integer(service->database, NEXT_WEEK,
                              case_kind_next_week(now, service->zone, configuration->round.send_at), error) ||
        !overview_began(service->database, &began, error))
        return false;
    for (size_t i = 0; week && began && i < configuration->coordinator_count; i++) {
        int64_t last;
        if (!outbox_last_to_coordinator(service->database, configuration->coordinators[i].name, &last, error))
            return false;
        if (now - (last > began ? last : began) >= SILENCE_MOST &&
            !queue_digest(service, &configuration->coordinators[i], true, true, error))
            return false;
    }
    return true;
}

bool notice_tell(struct service *service, struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct coordinators digests = {.count = 0};
    struct readers readers;
    struct case_list due = {0};
    int64_t next, now = clock_now();
    if (!notice_next_turn(service, &next, error))
        return false;
    if (next > now)
        return true;
    if (!transaction_begin(service->database, &transaction, error) || !turn_week(service, error) ||
        !read_readers(service, arena, &readers, error))
        return false;
    do {
        auto_arena some = arena_new();
        if (!cases_list_due(service->database, now, TOLD_TOGETHER, some, &due, error))
            return false;
        for (size_t i = 0; i < due.count; i++)
            if (!tell(service, &readers, &due.items[i], &digests, error))
                return false;
    } while (due.count == TOLD_TOGETHER);
    for (size_t i = 0; i < digests.count; i++)
        if (!queue_digest(service, digests.items[i], false, false, error))
            return false;
    return transaction_commit(&transaction, error);
}

bool notice_away(struct service *service, const char *coordinator, int64_t until, struct error *error) {
    auto_arena arena = arena_new();
    const struct configuration *configuration = service->configuration;
    int64_t now = clock_now(), before;
    struct readers readers;
    if (until <= now)
        until = now + AWAY_UNTOLD;
    if (!find_away(service, coordinator, &before, error) ||
        !settings_set_integer(service->database, arena_format(arena, "away/%s", coordinator),
                              until < now + AWAY_MOST ? until : now + AWAY_MOST, error) ||
        !read_readers(service, arena, &readers, error))
        return false;
    for (size_t i = 0; !before && i < readers.count; i++)
        if (readers.items[i].general && !readers.items[i].all && !readers.away_until[i] &&
            !string_equal(configuration->coordinators[i].name, coordinator) &&
            !queue_digest(service, &configuration->coordinators[i], true, false, error))
            return false;
    return true;
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
        row.tell_at = notice->tell_at ? notice->tell_at
                                      : case_kind_tell_first_at(notice->kind, row.at_once, cause.at, service->zone,
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

bool notice_close(struct service *service, const struct case_row *open, struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct event_cause cause = service_cause(service, NULL);
    struct inbox_row mail = {0};
    struct incident incident;
    struct coordinators coordinators = {.count = 0};
    struct readers readers;
    bool was_told = open->at_once && open->told_at && !case_kind_traits(open->kind).together;
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
        (was_told && (!read_readers(service, arena, &readers, error) ||
                      !find_coordinators(service, &readers, open, &coordinators, error))))
        return false;
    leave_out(&coordinators, service->actor);
    bool ended = !string_starts_with(service->actor, "command:");
    for (size_t i = 0; !ended && i < coordinators.count; i++)
        if (!mention_add(service, coordinators.items[i]->name,
                         json_pack("{s:I, s:s, s:b}", "case", (json_int_t)open->id, "reason",
                                   REASON("It is closed.").text, "over", true),
                         error))
            return false;
    return (!ended || tell_of(service, open, "closed", "coordinator-clear", &coordinators, error)) &&
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
