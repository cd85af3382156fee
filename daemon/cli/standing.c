#include "cli/standing.h"

#include <inttypes.h>

#include "app/alive.h"
#include "app/catch_up.h"
#include "app/eligible.h"
#include "app/instance.h"
#include "base/clock.h"
#include "base/text.h"
#include "cli/age.h"
#include "cli/columns.h"
#include "programme/round_rules.h"
#include "store/erasing.h"
#include "store/inbox.h"
#include "store/schedule.h"
#include "store/settings.h"
#include "store/transaction.h"

enum { NEEDS_MOST = 64, NAMES_SHOWN = 3, MOMENTS_MOST = 50, START_GRACE = SECONDS_PER_HOUR };

const char *standing_next_turn(struct arena *arena, const struct zone *zone, const struct round *round) {
    static const char *const verbs[] = {[ROUND_OPEN] = "opens",
                                        [ROUND_CLOSED] = "closes",
                                        [ROUND_RUNNING] = "starts",
                                        [ROUND_ARCHIVED] = "is archived"};
    struct round_turn turn = round_next_turn(round);
    return turn.at ? arena_format(arena, "%s %s", verbs[turn.to],
                                  (turn.to == ROUND_CLOSED ? columns_format_deadline
                                                           : columns_format_moment)(arena, zone, turn.at))
                   : NULL;
}

/* ---- What needs a person ---- */

__attribute__((format(printf, 2, 3))) static void need(struct standing *standing, const char *format, ...) {
    auto_text what = TEXT_EMPTY;
    va_list arguments;
    va_start(arguments, format);
    text_append_format_list(&what, format, arguments);
    va_end(arguments);
    if (standing->need_count < NEEDS_MOST)
        standing->needs[standing->need_count++] = arena_copy_string(standing->arena, text_string(&what));
}

static const char *plural(size_t count) {
    return count == 1 ? "" : "s";
}

static void need_disk(const struct context *context, struct standing *standing) {
    if (standing->disk_full)
        need(standing,
             "The disk that holds %s is full: nothing is sent or read, and nothing is lost. "
             "Make room there; the service then goes on by itself",
             context->configuration.programme.database);
}

static void need_service(const struct context *context, struct standing *standing) {
    const struct incoming_settings *incoming = &context->configuration.incoming;
    if (!standing->service_pid) {
        const char *path = context->configuration.path;
        bool usual = string_equal(path, CONFIGURATION_DEFAULT_PATH);
        need(standing, "The service is not running: nothing is sent or read. Start it: %s%s%s",
             usual ? "systemctl start tandempost" : "tandempost -c ", usual ? "" : path, usual ? "" : " daemon");
        return;
    }
    int64_t silent = standing->now - standing->last_fetch_at;
    if (standing->last_fetch_at && silent > 2 * incoming->poll_every && silent > incoming->alert_after)
        need(standing,
             "The mailbox was last read %s ago, so replies are not heard. What is wrong: "
             "tandempost check --online",
             age_words(standing->arena, silent));
}

static void need_decision(struct standing *standing) {
    if (standing->gate)
        need(standing,
             "Nothing is sent: %s. %zu message%s became due meanwhile. Decide: tandempost catch-up send, "
             "or: tandempost catch-up skip",
             standing->gate, standing->gate_scheduled + standing->gate_queued,
             plural(standing->gate_scheduled + standing->gate_queued));
}

/* A round whose start by date has passed without it. */
static void need_start(const struct context *context, struct standing *standing) {
    struct arena *arena = standing->arena;
    for (size_t i = 0; i < standing->overview.round_count; i++) {
        const struct round *round = &standing->overview.rounds[i].round;
        struct error reason = ERROR_INIT;
        if (round->state >= ROUND_RUNNING || !round->starts_at || round->starts_at + START_GRACE > standing->now)
            continue;
        if (!standing->overview.rounds[i].partnerships[PARTNERSHIP_PLANNED])
            error_set(&reason, ERROR_PERMANENT, "it has no partnerships. Propose some: tandempost match propose %s",
                      round_argument(arena, round));
        else if (round_check(round, DEED_START, standing->now, context->zone, &reason))
            error_set(&reason, ERROR_PERMANENT, "its partnerships were planned later. Begin: tandempost round start %s",
                      round_argument(arena, round));
        need(standing, "The round \"%s\" was to start at %s, but %s", round->name,
             columns_format_moment(arena, context->zone, round->starts_at), reason.message);
    }
}

static void need_mail(struct standing *standing) {
    const struct overview *overview = &standing->overview;
    size_t held = overview->outbox[OUTBOX_HELD], uncertain = overview->outbox[OUTBOX_UNCERTAIN];
    if (overview->waiting)
        need(standing, "%zu message%s wait%s for a person, the oldest for %s: tandempost inbox list", overview->waiting,
             plural(overview->waiting), overview->waiting == 1 ? "s" : "",
             age_words(standing->arena, standing->now - overview->waiting_since));
    if (uncertain)
        need(standing, "%zu message%s may or may not have been sent: tandempost outbox list", uncertain,
             plural(uncertain));
    if (held)
        need(standing, "%zu message%s %s held back: tandempost outbox list", held, plural(held),
             held == 1 ? "is" : "are");
    if (overview->failed)
        need(standing, "%zu message%s failed in the last %d days: tandempost outbox list", overview->failed,
             plural(overview->failed), STANDING_LATELY_DAYS);
    if (overview->expired)
        need(standing, "%zu message%s came too late in the last %d days and %s not sent: tandempost outbox list",
             overview->expired, plural(overview->expired), STANDING_LATELY_DAYS,
             overview->expired == 1 ? "was" : "were");
}

static void need_addresses(struct standing *standing, const struct standing_unreached *unreached, const char *what) {
    auto_text names = TEXT_EMPTY;
    for (size_t i = 0; i < unreached->first.count && i < NAMES_SHOWN; i++)
        text_append_format(&names, "%s%s (%" PRId64 ")", names.length ? ", " : "", unreached->first.items[i].name,
                           unreached->first.items[i].id);
    if (unreached->count > NAMES_SHOWN)
        text_append_format(&names, " and %zu more", unreached->count - NAMES_SHOWN);
    if (unreached->count)
        need(standing, "%s %s. See: tandempost participant list", what, text_string(&names));
}

static void need_alerts(struct standing *standing) {
    const struct case_list *alerts = &standing->alerts;
    for (size_t i = 0; i < alerts->count && i < STANDING_ALERTS; i++) {
        const struct case_row *alert = &alerts->items[i];
        need(standing, "Alert %" PRId64 ", for %s: %s%s What to do: tandempost alert show %" PRId64, alert->id,
             age_words(standing->arena, standing->now - alert->opened_at), alert->reason,
             string_ends_with(alert->reason, ".") ? "" : ".", alert->id);
    }
    if (standing->alert_count > STANDING_ALERTS)
        need(standing, "%zu more alerts: tandempost alert list", standing->alert_count - STANDING_ALERTS);
}

/* ---- Reading ---- */

static bool read_gate(struct context *context, struct standing *standing, struct error *error) {
    /* Nothing of a service but its database is needed here, and a look should note nothing. */
    struct service looking = {.configuration = &context->configuration, .database = context->database};
    return catch_up_reason(&looking, standing->arena, &standing->gate, error) &&
           (!standing->gate || catch_up_count(&looking, &standing->gate_scheduled, &standing->gate_queued, error));
}

static bool read_moment(const struct service *looking, int64_t due_at, struct standing *standing, struct error *error) {
    struct schedule_list list;
    struct standing_moment moment = {.due_at = due_at};
    const char **reasons;
    const struct schedule_span span = {.from = due_at, .until = due_at + 1, .limit = STANDING_MOST + 1};
    if (!schedule_list_between(looking->database, &span, standing->arena, &list, error))
        return false;
    moment.more = list.count > STANDING_MOST;
    list.count -= moment.more;
    if (!eligible_foresee(looking, &list, standing->arena, &reasons, error))
        return false;
    for (size_t i = 0; i < list.count; i++) {
        if (reasons[i]) {
            if (standing->not_sent++ == 0)
                standing->not_sent_reason = reasons[i];
            continue;
        }
        if (moment.count++ == 0)
            moment.first = list.items[i];
        moment.other_steps |= !string_equal(moment.first.step, list.items[i].step);
    }
    if (moment.count)
        standing->next[standing->next_count++] = moment;
    return true;
}

static bool read_next(struct context *context, struct standing *standing, struct error *error) {
    const struct service looking = {.configuration = &context->configuration, .database = context->database};
    int64_t due_at = INT64_MIN;
    /* Of moments at which nothing is sent there may be any number. */
    for (size_t looked = 0; looked < MOMENTS_MOST && standing->next_count < STANDING_NEXT; looked++) {
        if (!schedule_next_due_from(context->database, due_at, &due_at, error))
            return false;
        if (due_at == 0)
            return true;
        if (!read_moment(&looking, due_at, standing, error))
            return false;
        due_at++;
    }
    return true;
}

static bool read_sent(struct context *context, struct standing *standing, struct error *error) {
    int64_t first;
    return outbox_count_sent_since(context->database, standing->now - SECONDS_PER_HOUR + 1, &standing->sent_hour,
                                   &first, error) &&
           outbox_count_sent_since(context->database, standing->now - SECONDS_PER_DAY + 1, &standing->sent_day, &first,
                                   error);
}

/* Of an erasing that takes so long somebody should know why. */
static bool need_erasing(struct context *context, struct standing *standing, struct error *error) {
    struct erasure_list open;
    if (!erasing_list_open(context->database, 1, standing->arena, &open, error))
        return false;
    if (open.count && open.items[0].asked_at + 2 * SECONDS_PER_DAY < standing->now)
        need(standing, "Participant %" PRId64 " was erased %s ago, but %s still to be done; the service's log says why",
             open.items[0].participant, age_words(standing->arena, standing->now - open.items[0].asked_at),
             open.items[0].mailbox_at ? "the write-ahead log is" : "the mailbox is");
    return true;
}

static bool read_unreached(struct context *context, enum address_state state, struct arena *arena,
                           struct standing_unreached *ret, struct error *error) {
    return overview_bad_addresses(context->database, state, STANDING_MOST, arena, &ret->first, &ret->count, error);
}

bool standing_read(struct context *context, struct arena *arena, struct standing *ret, struct error *error) {
    struct standing standing = {
        .arena = arena, .now = clock_now(), .disk_full = context_disk_is_full(&context->configuration)};
    const struct case_filter alerting = {.open = true, .but_messages = true, .limit = STANDING_MOST};
    int64_t lately = standing.now - STANDING_LATELY_DAYS * SECONDS_PER_DAY;
    auto_transaction transaction = TRANSACTION_NONE;
    if (!instance_holder(context->configuration.programme.database, &standing.service_pid, error) ||
        !transaction_begin_read(context->database, &transaction, error) ||
        !overview_read(context->database, lately, arena, &standing.overview, error) ||
        !read_next(context, &standing, error) || !read_unreached(context, ADDRESS_DEAD, arena, &standing.dead, error) ||
        !read_unreached(context, ADDRESS_SUSPECT, arena, &standing.suspect, error) ||
        !cases_list(context->database, &alerting, arena, &standing.alerts, error) ||
        !cases_count(context->database, &alerting, &standing.alert_count, error) ||
        !settings_get_integer(context->database, "last_fetch_at", 0, &standing.last_fetch_at, error) ||
        !read_sent(context, &standing, error) || !read_gate(context, &standing, error))
        return false;
    int64_t last = alive_last(context->configuration.programme.database, ALIVE_MAILBOX);
    standing.last_fetch_at = last > standing.last_fetch_at ? last : standing.last_fetch_at;
    for (size_t i = 0; i < standing.overview.round_count; i++) {
        struct round *round = &standing.overview.rounds[i].round;
        round->state = round_state_at(round, standing.now);
    }
    standing.needs = arena_take_array(arena, NEEDS_MOST, sizeof *standing.needs);
    need_disk(context, &standing);
    need_decision(&standing);
    need_service(context, &standing);
    need_start(context, &standing);
    need_mail(&standing);
    need_alerts(&standing);
    if (!need_erasing(context, &standing, error))
        return false;
    need_addresses(&standing, &standing.dead, "Mail no longer reaches");
    need_addresses(&standing, &standing.suspect, "Mail came back from");
    *ret = standing;
    return true;
}
