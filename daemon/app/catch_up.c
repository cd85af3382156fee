#include "app/catch_up.h"

#include <inttypes.h>
#include <sys/stat.h>

#include "app/action_round.h"
#include "app/scheduling.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "store/outages.h"
#include "store/outbox.h"
#include "store/schedule.h"
#include "store/settings.h"
#include "store/transaction.h"

/* The file's inode tells a restored copy from the original; the moment of the last sign of life, a clock set back. */
#define SETTING_GATE "gate"
#define SETTING_INODE "database_inode"
#define SETTING_AWAKE_AT "awake_at"

enum { JUMP_LIMIT = 10 * SECONDS_PER_MINUTE, AWAKE_INTERVAL = SECONDS_PER_MINUTE };

bool catch_up_reason(struct service *service, struct arena *arena, const char **ret, struct error *error) {
    return settings_get(service->database, SETTING_GATE, arena, ret, error);
}

bool catch_up_count(struct service *service, size_t *ret_scheduled, size_t *ret_queued, struct error *error) {
    size_t introductions;
    if (!schedule_count_until(service->database, clock_now(), ret_scheduled, error) ||
        !outbox_count_overdue(service->database, clock_now(), ret_queued, error) ||
        !action_round_overdue(service, false, &introductions, error))
        return false;
    *ret_scheduled += introductions;
    return true;
}

static bool close_gate(struct service *service, const char *why, struct error *error) {
    size_t scheduled, queued;
    if (!catch_up_count(service, &scheduled, &queued, error))
        return false;
    if (scheduled + queued == 0) {
        log_notice("%s; nothing became due meanwhile, so there is nothing to ask", why);
        return true;
    }
    log_error("%s: nothing is sent until you decide about %zu messages. Look: tandempost status. Then: tandempost "
              "catch-up send, or: tandempost catch-up skip",
              why, scheduled + queued);
    return settings_set(service->database, SETTING_GATE, why, error);
}

static bool current_inode(const struct service *service, int64_t *ret) {
    struct stat status;
    if (stat(service->configuration->programme.database, &status) < 0)
        return false;
    *ret = (int64_t)status.st_ino;
    return true;
}

static bool remember_place(struct service *service, struct error *error) {
    int64_t inode;
    return (!current_inode(service, &inode) || settings_set_integer(service->database, SETTING_INODE, inode, error)) &&
           settings_set_integer(service->database, SETTING_AWAKE_AT, clock_now(), error) &&
           settings_remove(service->database, SETTING_RESTORED_FROM, error);
}

bool catch_up_inspect(struct service *service, struct error *error) {
    auto_transaction transaction = TRANSACTION_NONE;
    int64_t restored_from, known_inode, inode = 0, awake_at;
    char when[32];
    auto_text why = TEXT_EMPTY;
    if (!transaction_begin(service->database, &transaction, error) ||
        !settings_get_integer(service->database, SETTING_RESTORED_FROM, 0, &restored_from, error) ||
        !settings_get_integer(service->database, SETTING_INODE, 0, &known_inode, error) ||
        !settings_get_integer(service->database, SETTING_AWAKE_AT, 0, &awake_at, error))
        return false;
    int64_t last = alive_last(service->configuration->programme.database, ALIVE_SENDER);
    awake_at = last > awake_at ? last : awake_at;
    bool moved = known_inode != 0 && current_inode(service, &inode) && inode != known_inode;
    if (restored_from != 0)
        text_append_format(&why, "this database is a copy made at %s",
                           clock_format_utc(restored_from, when, sizeof when));
    else if (moved && !clock_is_virtual())
        text_append_format(&why, "this database file was copied or restored (last in service at %s)",
                           clock_format_utc(awake_at, when, sizeof when));
    else if (awake_at > clock_now() + JUMP_LIMIT)
        text_append_format(&why, "the clock was set back: it showed %s when the service last ran",
                           clock_format_utc(awake_at, when, sizeof when));
    if (why.length > 0 && !close_gate(service, text_string(&why), error))
        return false;
    if (awake_at && clock_now() - awake_at > JUMP_LIMIT &&
        (!outages_begin(service->database, OUTAGE_DAEMON, awake_at, error) ||
         !outages_end(service->database, OUTAGE_DAEMON, clock_now(), error)))
        return false;
    return remember_place(service, error) && transaction_commit(&transaction, error);
}

bool catch_up_watch_clock(struct service *service, struct catch_up_clock *clock, struct error *error) {
    if (clock_is_virtual())
        return true;
    struct catch_up_clock last = *clock;
    *clock = (struct catch_up_clock){clock_now(), clock_boottime()};
    if (last.wall == 0)
        return true;
    int64_t jumped = (clock->wall - last.wall) - (clock->boot - last.boot);
    if (jumped < -JUMP_LIMIT)
        log_warning("the clock was set back by %" PRId64
                    " minutes; what was due then has been sent, nothing is sent again",
                    -jumped / 60);
    if (jumped <= JUMP_LIMIT)
        return true;
    auto_text why = TEXT_EMPTY;
    text_append_format(&why, "the clock jumped forward by %" PRId64 " minutes", jumped / 60);
    return close_gate(service, text_string(&why), error);
}

bool catch_up_note_awake(struct service *service, struct error *error) {
    int64_t awake_at, now = clock_now();
    if (service->alive) {
        alive_note(service->alive, ALIVE_SENDER, now);
        return true;
    }
    if (!settings_get_integer(service->database, SETTING_AWAKE_AT, 0, &awake_at, error))
        return false;
    if (now - awake_at < AWAKE_INTERVAL)
        return true;
    return settings_set_integer(service->database, SETTING_AWAKE_AT, now, error);
}

static bool skip_some(struct service *service, void *data, struct arena *arena, int64_t *last, size_t *ret_count,
                      struct error *error) {
    struct outbox_list overdue;
    struct event_cause cause = service_cause(service, "skipped by a person's decision");
    struct outbox_changes changes = {.reason = "became due while the service could not know what was sent; skipped"};
    (void)data, (void)last; /* what was skipped is no longer queued */
    if (!outbox_list_overdue(service->database, clock_now(), SERVICE_PORTION, arena, &overdue, error))
        return false;
    for (size_t i = 0; i < overdue.count; i++)
        if (!outbox_enter_state(service->database, overdue.items[i].id, OUTBOX_QUEUED, OUTBOX_EXPIRED, &changes, &cause,
                                error))
            return false;
    *ret_count = overdue.count;
    return true;
}

/* The gate opens last: interrupted, it is still closed, and the same decision goes on from there. */
bool catch_up_decide(struct service *service, bool send, size_t *ret_skipped, struct error *error) {
    auto_arena arena = arena_new();
    const char *reason;
    size_t moved, skipped = 0;
    if (!catch_up_reason(service, arena, &reason, error))
        return false;
    if (!reason)
        return error_set(error, ERROR_PERMANENT,
                         "there is nothing to decide: messages are being sent as they become due");
    if (!send) {
        do
            if (!scheduling_release(service, SERVICE_PORTION, &moved, error))
                return false;
        while (moved > 0);
        if (!service_change_all(service, skip_some, NULL, &skipped, error) ||
            !action_round_overdue(service, true, &moved, error))
            return false;
        skipped += moved;
    }
    auto_transaction transaction = TRANSACTION_NONE;
    struct event decision = {
        .at = clock_now(), .actor = service->actor, .what = send ? "catch-up: send" : "catch-up: skip", .why = ""};
    if (!transaction_begin(service->database, &transaction, error) ||
        !settings_remove(service->database, SETTING_GATE, error) ||
        !events_append(service->database, &decision, error) || !transaction_commit(&transaction, error))
        return false;
    *ret_skipped = skipped;
    return true;
}
