#include "app/watch.h"

#include <inttypes.h>

#include "app/notice.h"
#include "base/clock.h"
#include "base/text.h"
#include "programme/case_kind.h"
#include "store/cases.h"
#include "store/outbox.h"
#include "store/partnerships.h"
#include "store/transaction.h"

enum {
    PORTION = 100,                         /* others wait for the lock meanwhile */
    OUTAGES_SINCE = 400 * SECONDS_PER_DAY, /* longer than any partnership lasts */
    SHORT_OUTAGE = SECONDS_PER_HOUR,       /* keeps nobody from writing */
    DURING_OUTAGE = SECONDS_PER_HOUR,      /* looked at again after so long */
    ASK_EXPIRY = 14 * SECONDS_PER_DAY,     /* before it goes out it is asked whether it is still called for */
    EVENING = 20 * SECONDS_PER_HOUR,
    WEEK = 7 * SECONDS_PER_DAY,
};

static const char *const ask_steps[] = {[HEALTH_NUDGE] = "nudge", [HEALTH_LAST_CALL] = "last-call"};

bool watch_asks(const char *step) {
    return string_equal(step, ask_steps[HEALTH_NUDGE]) || string_equal(step, ask_steps[HEALTH_LAST_CALL]);
}

/* ---- What is known ---- */

static bool read_outages(struct service *service, struct arena *arena, struct outage_list *ret, struct error *error) {
    static const enum outage_service services[] = {OUTAGE_DAEMON, OUTAGE_INCOMING, OUTAGE_OUTGOING};
    int64_t now = clock_now();
    *ret = (struct outage_list){0};
    for (size_t i = 0; i < COUNT_OF(services); i++) {
        struct outage_list some;
        if (!outages_list(service->database, services[i], now - OUTAGES_SINCE, arena, &some, error))
            return false;
        struct outage *all = arena_take_array(arena, ret->count + some.count, sizeof *all);
        for (size_t j = 0; j < ret->count; j++)
            all[j] = ret->items[j];
        for (size_t j = 0; j < some.count; j++)
            if ((some.items[j].ended_at ? some.items[j].ended_at : now) - some.items[j].began_at >= SHORT_OUTAGE)
                all[ret->count++] = some.items[j];
        ret->items = all;
    }
    return true;
}

/* When the last member was introduced; 0 where one still waits for it. Whoever never had an introduction to get, as the
 * steps are now, knows of the partner otherwise. */
static bool find_introduced(struct service *service, const struct partnership *partnership, struct arena *arena,
                            int64_t *ret, struct error *error) {
    const struct configuration *configuration = service->configuration;
    int64_t last = partnership->started_at;
    for (size_t i = 0; i < configuration->step_count; i++)
        for (size_t j = 0; sequence_introduces(&configuration->steps[i]) && j < partnership->member_count; j++) {
            int64_t sent_at;
            bool any;
            const char *key = sequence_partnership_key(arena, partnership->id, configuration->steps[i].name, 0,
                                                       partnership->members[j]);
            if (!outbox_sent_at(service->database, key, &any, &sent_at, error))
                return false;
            bool waits = any ? !sent_at : clock_now() < partnership->started_at + WEEK;
            if (waits) {
                *ret = 0;
                return true;
            }
            last = sent_at > last ? sent_at : last;
        }
    *ret = last;
    return true;
}

static size_t position_of(const struct watched *watched, int64_t participant) {
    for (size_t i = 0; i < watched->members.count; i++)
        if (watched->members.items[i].id == participant)
            return i;
    return HEALTH_ALL;
}

/* False for what says nothing: of somebody who is no member any more, or a question that was not sent yet. */
static bool take_sign(const struct watched *watched, const struct health_sign *sign, struct health_fact *ret) {
    static const enum health_fact_kind kinds[] = {
        [SIGN_AWAY] = FACT_AWAY,   [SIGN_PAUSED] = FACT_PAUSED,         [SIGN_HELD] = FACT_HELD,
        [SIGN_ASKED] = FACT_ASKED, [SIGN_ANSWERED] = FACT_ANSWERED,     [SIGN_REPLIED] = FACT_REPLIED,
        [SIGN_WROTE] = FACT_WROTE, [SIGN_MAIL_WAITS] = FACT_MAIL_WAITS,
    };
    *ret = (struct health_fact){kinds[sign->kind], position_of(watched, sign->participant), (int)sign->value, sign->at,
                                sign->until};
    if (sign->kind == SIGN_WROTE && !sign->participant)
        ret->kind = FACT_NOTED;
    bool of_all = ret->kind == FACT_HELD || ret->kind == FACT_NOTED;
    return (ret->member != HEALTH_ALL || of_all) &&
           (sign->kind != SIGN_ASKED || string_equal(sign->state, outbox_state_name(OUTBOX_SENT)));
}

static bool look(struct service *service, int64_t partnership, const struct outage_list *outages, struct arena *arena,
                 struct watched *ret, struct error *error) {
    struct watched watched = {0};
    struct health_facts *facts = &watched.facts;
    if (!partnerships_find(service->database, partnership, arena, &watched.partnership, error) ||
        !partnerships_partners(service->database, partnership, 0, arena, &watched.members, error) ||
        !health_list_signs(service->database, partnership, arena, &watched.signs, error) ||
        !find_introduced(service, &watched.partnership, arena, &facts->introduced_at, error))
        return false;
    struct health_fact *list = arena_take_array(arena, watched.signs.count + outages->count, sizeof *list);
    for (size_t i = 0; i < watched.signs.count; i++)
        facts->count += take_sign(&watched, &watched.signs.items[i], &list[facts->count]);
    for (size_t i = 0; i < outages->count; i++)
        list[facts->count++] = (struct health_fact){.kind = FACT_OUTAGE,
                                                    .member = HEALTH_ALL,
                                                    .at = outages->items[i].began_at,
                                                    .until = outages->items[i].ended_at};
    facts->list = list;
    facts->member_count = watched.members.count;
    facts->began_at = watched.partnership.started_at;
    facts->over_at = partnership_is_over(watched.partnership.state) ? watched.partnership.closed_at : 0;
    for (size_t i = 0; i < watched.members.count; i++) {
        facts->members[i].name = watched.members.items[i].name;
        facts->members[i].bounces = watched.members.items[i].address_state == ADDRESS_DEAD;
    }
    watched.health = health_assess(&health_parameters, facts, clock_now());
    watched.reason = health_reason(facts, &watched.health, arena);
    *ret = watched;
    return true;
}

bool watch_look(struct service *service, int64_t partnership, struct arena *arena, struct watched *ret,
                struct error *error) {
    struct outage_list outages;
    return read_outages(service, arena, &outages, error) && look(service, partnership, &outages, arena, ret, error);
}

/* ---- What was done, and what may be ---- */

/* In daylight where the reader lives: now, or at the next time of day at which mail comes. */
static int64_t next_daylight(const struct service *service, const struct participant *reader, int64_t now) {
    const struct zone *zone = service_zone_of(service, reader);
    int64_t opens = service->configuration->round.send_at;
    struct zone_local local;
    zone_to_local(zone, now, &local);
    if (local.time_of_day >= opens && local.time_of_day < EVENING)
        return now;
    return zone_to_utc(zone, civil_add_days(local.date, local.time_of_day < opens ? 0 : 1), (int32_t)opens);
}

/* But for their mail. BUT: an outbox row that counts for nothing. */
static struct health_done find_asked(const struct watched *watched, size_t member, int64_t but) {
    int64_t participant = watched->members.items[member].id;
    struct health_done done = {0};
    for (size_t i = 0; i < watched->signs.count; i++) {
        const struct health_sign *sign = &watched->signs.items[i];
        if (sign->kind != SIGN_ASKED || sign->participant != participant || sign->outbox == but)
            continue;
        if (!string_equal(sign->state, outbox_state_name(OUTBOX_SENT)))
            done.pending = true;
        else if (string_equal(sign->step, ask_steps[HEALTH_NUDGE]) && sign->at > done.nudged_at)
            done.nudged_at = sign->at;
        else if (string_equal(sign->step, ask_steps[HEALTH_LAST_CALL]) && sign->at > done.called_at)
            done.called_at = sign->at;
    }
    return done;
}

static bool find_done(struct service *service, const struct watched *watched, size_t member, int64_t but,
                      struct arena *arena, struct health_done *ret, struct error *error) {
    int64_t participant = watched->members.items[member].id, now = clock_now();
    struct health_moments unasked;
    *ret = find_asked(watched, member, but);
    if (!health_list_unasked(service->database, participant, now - WEEK, now + 2 * WEEK, now, but, arena, &unasked,
                             error))
        return false;
    ret->unasked = unasked.items;
    ret->unasked_count = unasked.count;
    return true;
}

/* ---- Asking ---- */

static bool ask(struct service *service, const struct watched *watched, size_t member, enum health_action action,
                int64_t at, struct arena *arena, struct error *error) {
    const struct participant *reader = &watched->members.items[member];
    struct event_cause cause = service_cause(service, "nothing has come from them for a while");
    int64_t id;
    bool is_new;
    struct outbox_row row = {
        .key = arena_format(arena, "partnership/%" PRId64 "/%s/%" PRId64 "/%" PRId64, watched->partnership.id,
                            ask_steps[action], clock_now(), reader->id),
        .priority = PRIORITY_BULK,
        .step = ask_steps[action],
        .template_name = ask_steps[action],
        .asks = "check-in",
        .participant = reader->id,
        .partnership = watched->partnership.id,
        .round = watched->partnership.round,
        .due_at = at,
        .expires_at = at + ASK_EXPIRY,
    };
    return outbox_insert(service->database, &row, &cause, &id, &is_new, error);
}

bool watch_still_asks(struct service *service, const struct outbox_row *row, bool *ret, struct error *error) {
    auto_arena arena = arena_new();
    struct watched watched;
    struct health_done done;
    if (!watch_look(service, row->partnership, arena, &watched, error))
        return false;
    size_t member = position_of(&watched, row->participant);
    *ret = false;
    if (member == HEALTH_ALL)
        return true;
    if (!find_done(service, &watched, member, row->id, arena, &done, error))
        return false;
    *ret = health_is_silent(&health_parameters, &watched.health, member) && watched.health.state != HEALTH_STOPPED &&
           watched.health.silence != SILENCE_OUTAGE && watched.health.members[member].since < row->created_at &&
           health_mail_fits(&health_parameters, done.unasked, done.unasked_count, clock_now());
    return true;
}

/* When what waits goes out; 0: nothing does. */
static int64_t waits_until(const struct watched *watched, size_t member) {
    for (size_t i = 0; i < watched->signs.count; i++) {
        const struct health_sign *sign = &watched->signs.items[i];
        if (sign->kind == SIGN_ASKED && sign->participant == watched->members.items[member].id &&
            !string_equal(sign->state, outbox_state_name(OUTBOX_SENT)))
            return sign->at;
    }
    return 0;
}

bool watch_nudge(struct service *service, int64_t partnership, int64_t *ret_at, bool *ret_waited, struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct watched watched;
    struct health_done done;
    int64_t now = clock_now();
    *ret_at = 0;
    *ret_waited = false;
    if (!transaction_begin(service->database, &transaction, error) ||
        !watch_look(service, partnership, arena, &watched, error))
        return false;
    size_t member = watched.health.silent;
    if (member >= watched.members.count || !health_is_silent(&health_parameters, &watched.health, member) ||
        watched.health.state == HEALTH_STOPPED || watched.health.silence == SILENCE_OUTAGE)
        return transaction_commit(&transaction, error);
    if (!find_done(service, &watched, member, 0, arena, &done, error))
        return false;
    int64_t at = next_daylight(service, &watched.members.items[member], now);
    if (done.pending) {
        int64_t waits = waits_until(&watched, member);
        *ret_at = waits > now ? waits : now;
        *ret_waited = true;
        return transaction_commit(&transaction, error);
    }
    while (!health_mail_fits(&health_parameters, done.unasked, done.unasked_count, at))
        at += SECONDS_PER_DAY;
    *ret_at = at;
    return ask(service, &watched, member,
               done.nudged_at > watched.health.members[member].since ? HEALTH_LAST_CALL : HEALTH_NUDGE, at, arena,
               error) &&
           transaction_commit(&transaction, error);
}

/* ---- A person ---- */

static const char *case_key(int64_t partnership, struct arena *arena) {
    return arena_format(arena, "silence/%" PRId64, partnership);
}

const char *watch_day(struct service *service, int64_t at, struct arena *arena) {
    char date[CIVIL_DATE_SIZE];
    struct zone_local local;
    zone_to_local(service->zone, at, &local);
    civil_format_date(local.date, date);
    return arena_copy_string(arena, date);
}

/* The fact first, then what was tried. */
static struct reason explain(struct service *service, const struct watched *watched, size_t member,
                             const struct health_done *done, struct arena *arena) {
    const char *fact = watched->reason.text;
    bool nudged = done->nudged_at > watched->health.members[member].since,
         called = nudged && done->called_at >= done->nudged_at;
    if (watched->health.ground == GROUND_NOT_INTRODUCED)
        return REASON("Two people wait to be introduced: the introduction has not gone out for days.");
    if (watched->health.ground == GROUND_CONTRADICTION)
        return REASON_FORMAT(arena, "%s. Neither of them knows what the other one answered.", fact);
    if (watched->health.ground == GROUND_STOP)
        return REASON_FORMAT(arena, "%s. We asked how, and no answer has come.", fact);
    if (called)
        return REASON_FORMAT(arena, "%s. We asked kindly on %s, and once more on %s; no answer came.", fact,
                             watch_day(service, done->nudged_at, arena), watch_day(service, done->called_at, arena));
    if (nudged)
        return REASON_FORMAT(arena, "%s. We asked kindly on %s; no answer has come so far.", fact,
                             watch_day(service, done->nudged_at, arena));
    if (watched->health.members[member].missed)
        return REASON_FORMAT(arena, "%s. We asked with a check-in; no answer has come so far.", fact);
    return REASON_FORMAT(arena, "%s. We ask as soon as that is not too much mail.", fact);
}

/* Of what others open cases of their own for: help that is asked for, a dead address. Whoever would like to stop was
 * asked how; when no answer comes, a person sees to it. */
static bool has_its_own_case(const struct health *health) {
    return health->ground == GROUND_HELP || health->ground == GROUND_BOUNCES ||
           (health->ground == GROUND_STOP &&
            clock_now() - health->at < (int64_t)(health_parameters.ask_days * SECONDS_PER_DAY));
}

/* When the first digest of a week after MOMENT is made. */
static int64_t next_digest(const struct service *service, int64_t moment) {
    return case_kind_next_week(moment, service->zone, service->configuration->round.send_at);
}

/* Of a decision: what can wait does so for the digest of the week. */
static int64_t decided_at(const struct service *service, const struct watched *watched, size_t member, bool told) {
    bool waits = watched->health.ground != GROUND_NOT_INTRODUCED &&
                 (told || !health_is_late(&health_parameters, &watched->health, member));
    return waits && !watched->digest ? next_digest(service, clock_now()) : clock_now();
}

/* A person who closed the case has decided; it is opened again only where something new has happened since. */
static bool tell_coordinators(struct service *service, const struct watched *watched, size_t member, bool decides,
                              const struct health_done *done, struct arena *arena, struct error *error) {
    int64_t id = watched->partnership.id;
    struct case_row last;
    if (has_its_own_case(&watched->health))
        return true;
    if (!cases_find_silence(service->database, id, arena, &last, error))
        return false;
    bool contrary = watched->health.ground == GROUND_CONTRADICTION, open = last.id && !last.closed_at;
    int64_t since = contrary ? watched->health.at : watched->health.members[member].since;
    if (last.closed_at && !string_equal(last.closed_by, service->actor) && last.closed_at >= since)
        return true;
    struct reason reason = explain(service, watched, member, done, arena);
    int64_t at = decides ? decided_at(service, watched, member, open && last.told_at) : clock_now();
    if (open)
        return !decides || last.at_once || cases_hurry(service->database, last.id, reason.text, clock_now(), at, error);
    struct notice notice = {
        .key = case_key(id, arena),
        .kind = CASE_SILENCE,
        .reason = reason,
        .partnership = id,
        .participant = contrary ? 0 : watched->members.items[member].id,
        .tell_at = at,
        .in_digest = !decides,
    };
    return notice_raise(service, &notice, error);
}

/* It closes by itself when life comes back, and when nobody can be called silent any more. */
static bool close_case(struct service *service, const struct watched *watched, struct arena *arena,
                       struct error *error) {
    bool lives = watched->health.state != HEALTH_QUIET && watched->health.state != HEALTH_UNKNOWN &&
                 watched->health.silence != SILENCE_OUTAGE && !watched->health.asks_for_person;
    return !lives || notice_clear(service, case_key(watched->partnership.id, arena), error);
}

/* The sentence is about one of them: the others' silence is told when that one's is over. */
static bool is_told_of(const struct watched *watched, size_t member, bool digest) {
    return watched->health.silent == member && health_tells(&health_parameters, &watched->health, member, digest);
}

/* ---- Turns ---- */

/* Most days there is nothing to ask, and nobody's mail need be looked at. */
static bool ask_if_it_fits(struct service *service, const struct watched *watched, size_t member,
                           enum health_action action, struct arena *arena, struct error *error) {
    struct health_done done;
    int64_t now = clock_now(), at = next_daylight(service, &watched->members.items[member], now);
    if (!find_done(service, watched, member, 0, arena, &done, error))
        return false;
    bool fits = health_mail_fits(&health_parameters, done.unasked, done.unasked_count, now) &&
                health_mail_fits(&health_parameters, done.unasked, done.unasked_count, at);
    return !fits || ask(service, watched, member, action, at, arena, error);
}

static bool follow(struct service *service, const struct watched *watched, struct arena *arena, struct error *error) {
    int64_t now = clock_now();
    bool told = false, stands = false; /* what a digest told of stays until it would tell of it no more */
    for (size_t i = 0; i < watched->members.count; i++) {
        struct health_done done = find_asked(watched, i, 0);
        enum health_action action = health_decide(&health_parameters, &watched->facts, &watched->health, i, &done, now);
        if ((action == HEALTH_NUDGE || action == HEALTH_LAST_CALL) &&
            !ask_if_it_fits(service, watched, i, action, arena, error))
            return false;
        bool decides = action == HEALTH_PERSON, concerns = decides || is_told_of(watched, i, watched->digest);
        if (concerns && !told && !tell_coordinators(service, watched, i, decides, &done, arena, error))
            return false;
        told |= concerns;
        stands |= concerns || is_told_of(watched, i, true);
    }
    return stands || close_case(service, watched, arena, error);
}

static int64_t next_morning(const struct service *service, int64_t now) {
    struct zone_local local;
    zone_to_local(service->zone, now, &local);
    int32_t at = (int32_t)service->configuration->round.send_at;
    int64_t today = zone_to_utc(service->zone, local.date, at);
    return today > now ? today : zone_to_utc(service->zone, civil_add_days(local.date, 1), at);
}

static bool assess(struct service *service, int64_t partnership, const struct outage_list *outages,
                   struct error *error) {
    auto_arena arena = arena_new();
    struct watched watched;
    struct health_row last;
    int64_t now = clock_now(), again = next_morning(service, now);
    if (!health_find(service->database, partnership, arena, &last, error) ||
        !look(service, partnership, outages, arena, &watched, error))
        return false;
    watched.digest = next_digest(service, last.assessed_at) <= now;
    if (!follow(service, &watched, arena, error))
        return false;
    if (watched.health.silence == SILENCE_OUTAGE && again > now + DURING_OUTAGE)
        again = now + DURING_OUTAGE;
    const struct health *health = &watched.health;
    return health_set(
        service->database,
        &(struct health_row){
            .partnership = partnership,
            .number = health->number,
            .silent = health->silent < watched.members.count ? watched.members.items[health->silent].id : 0,
            .assessed_at = now,
            .next_at = watched.facts.over_at ? 0 : again,
            .state = health->state,
            .silence = health->silence,
            .reason = watched.reason.text,
        },
        error);
}

bool watch_next_turn(struct service *service, int64_t *ret, struct error *error) {
    bool any;
    if (!health_next(service->database, ret, &any, error))
        return false;
    *ret = any ? *ret : INT64_MAX;
    return true;
}

bool watch_turn(struct service *service, struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct health_moments due;
    struct outage_list outages;
    int64_t next;
    /* Looked at before locking: most turns find nothing. */
    if (!watch_next_turn(service, &next, error))
        return false;
    if (next > clock_now())
        return true;
    if (!transaction_begin(service->database, &transaction, error) ||
        !health_list_due(service->database, clock_now(), PORTION, arena, &due, error) ||
        !read_outages(service, arena, &outages, error))
        return false;
    for (size_t i = 0; i < due.count; i++)
        if (!assess(service, due.items[i], &outages, error))
            return false;
    return transaction_commit(&transaction, error);
}
