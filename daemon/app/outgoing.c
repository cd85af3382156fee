#include "app/outgoing.h"

#include <stdlib.h>

#include "app/action_application.h"
#include "app/action_match.h"
#include "app/action_participant.h"
#include "app/action_round.h"
#include "app/catch_up.h"
#include "app/claim.h"
#include "app/delivery.h"
#include "app/meeting.h"
#include "app/notice.h"
#include "app/personal_data.h"
#include "app/relay.h"
#include "app/scheduling.h"
#include "app/survey.h"
#include "app/watch.h"
#include "app/wire.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "programme/breaker.h"
#include "programme/limits.h"
#include "store/cases.h"
#include "store/meetings.h"
#include "store/outages.h"
#include "store/outbox.h"
#include "store/participants.h"
#include "store/schedule.h"
#include "store/settings.h"
#include "store/transaction.h"

/* The number of the last exchange with the wire, for the wire log. */
#define SETTING_EXCHANGE "exchange"

enum {
    SLICE_MS = 60 * 1000, /* what nobody told of is found after so long */
    FINISH_MS = 8 * 1000,
    DATABASE_WAIT_MS = 2 * 1000,
    RELEASE_PORTION = 200, /* a turn: the first mail leaves while most of what is due still stands in the schedule */
    CHECKPOINT_INTERVAL = SECONDS_PER_MINUTE
};

struct outgoing {
    struct service *service;
    struct wire wire;
    struct breaker breaker;
    struct catch_up_clock clock;
    size_t recorded;
    int64_t look_again_at; /* 0: no limit holds anything up */
    bool gate_closed, more_ready, more_due, gate_told;
    bool queue_is_long;                       /* more was ready than might be claimed */
    bool letter_ended;                        /* its content must leave the write-ahead log as well */
    bool answered;                            /* the server answered since we started */
    bool well;                                /* the breaker and the database know that it answers */
    int64_t checkpoint_at;                    /* not before; UTC */
    int64_t emptied_version, emptied_written; /* of the database, when its write-ahead log was last emptied */
    int64_t size_limit;                       /* as the server said and the database knows; 0: not yet */
};

struct outgoing *outgoing_new(struct service *service, struct mail_sender *sender) {
    struct outgoing *outgoing = memory_new(sizeof *outgoing);
    outgoing->service = service;
    wire_begin(&outgoing->wire, service, sender, (size_t)service->configuration->outgoing.connections);
    return outgoing;
}

bool outgoing_keep_wire_log(struct outgoing *outgoing, const char *path, struct error *error) {
    return wire_log_open(path, &outgoing->wire.log, error);
}

void outgoing_free(struct outgoing *outgoing) {
    if (outgoing)
        wire_end(&outgoing->wire);
    free(outgoing);
}

bool outgoing_is_idle(const struct outgoing *outgoing) {
    const struct wire *wire = &outgoing->wire;
    return wire->result_count == 0 && wire->returned_count == 0 && wire_under_way(wire) == 0;
}

int64_t outgoing_look_again_at(const struct outgoing *outgoing) {
    return outgoing->look_again_at;
}

size_t outgoing_count(const struct outgoing *outgoing) {
    return outgoing->recorded;
}

/* ---- After a start ---- */

enum recovered { RECOVERED_UNCERTAIN, RECOVERED_RECORDED, RECOVERED_QUEUED, RECOVERED_KINDS };

/* By the wire log of the process that died, or by the one answer without it: nobody knows. */
static bool recover(struct outgoing *outgoing, const struct outbox_row *row, bool logged, enum recovered *ret,
                    struct error *error) {
    struct send_result result;
    switch (logged ? wire_log_find(outgoing->wire.log, row->id, row->attempts, &result) : WIRE_HANDED) {
    case WIRE_NEVER:
        *ret = RECOVERED_QUEUED;
        return outbox_unclaim(outgoing->service->database, row->id, clock_now(), error);
    case WIRE_RESULT:
        *ret = RECOVERED_RECORDED;
        return delivery_record(outgoing->service, row, &result, error);
    case WIRE_HANDED:
        break;
    }
    *ret = RECOVERED_UNCERTAIN;
    return delivery_uncertain(outgoing->service, row, "the service ended while this was being sent", error);
}

bool outgoing_recover(struct outgoing *outgoing, struct error *error) {
    struct service *service = outgoing->service;
    struct wire *wire = &outgoing->wire;
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    enum outbox_state sending = OUTBOX_SENDING;
    struct outbox_list rows;
    size_t counts[RECOVERED_KINDS] = {0};
    if (!catch_up_inspect(service, error) || !scheduling_refresh(service, error) ||
        !transaction_begin(service->database, &transaction, error) ||
        !settings_get_integer(service->database, SETTING_EXCHANGE, 0, &wire->number, error) ||
        !outbox_list(service->database, &(struct outbox_filter){.state = &sending}, arena, &rows, error))
        return false;
    bool logged = wire_log_is_of(wire->log, wire->number);
    for (size_t i = 0; i < rows.count; i++) {
        enum recovered recovered;
        if (!recover(outgoing, &rows.items[i], logged, &recovered, error))
            return false;
        counts[recovered]++;
    }
    if (rows.count > 0)
        log_warning(
            "%zu messages were being sent when the service last ended: %zu are uncertain, of %zu the result was "
            "known, %zu had not been begun",
            rows.count, counts[RECOVERED_UNCERTAIN], counts[RECOVERED_RECORDED], counts[RECOVERED_QUEUED]);
    wire->number++;
    if ((wire->log && !settings_set_integer(service->database, SETTING_EXCHANGE, wire->number, error)) ||
        !transaction_commit(&transaction, error))
        return false;
    wire_log_begin(wire->log, wire->number);
    return true;
}

/* ---- Limits and breaker ---- */

static bool count_window(struct outgoing *outgoing, enum limits_period period, int64_t most,
                         struct limits_window *window, struct error *error) {
    if (most == 0)
        return true;
    size_t sent = 0;
    int64_t now = clock_now();
    window->most = most;
    window->oldest_at = now;
    if (!outbox_count_sent_since(outgoing->service->database, now - limits_period_seconds(period) + 1, &sent,
                                 &window->oldest_at, error))
        return false;
    /* What is claimed counts as well. */
    window->sent = (int64_t)(sent + wire_under_way(&outgoing->wire));
    return true;
}

static bool decide_room(struct outgoing *outgoing, size_t *ret, struct error *error) {
    const struct outgoing_settings *settings = &outgoing->service->configuration->outgoing;
    struct limits limits = {0};
    int64_t now = clock_now();
    int64_t under_way = (int64_t)wire_under_way(&outgoing->wire), room = (int64_t)wire_room(&outgoing->wire);
    int64_t allowed = breaker_allows(&outgoing->breaker, now, INT64_MAX) - under_way;
    room = allowed < room ? allowed : room;
    outgoing->look_again_at = room <= 0 ? outgoing->breaker.paused_until : 0;
    if (room > 0) {
        if (!count_window(outgoing, LIMITS_SECOND, settings->per_second, &limits.windows[LIMITS_SECOND], error) ||
            !count_window(outgoing, LIMITS_HOUR, settings->per_hour, &limits.windows[LIMITS_HOUR], error) ||
            !count_window(outgoing, LIMITS_DAY, settings->per_day, &limits.windows[LIMITS_DAY], error))
            return false;
        struct limits_decision decision = limits_decide(&limits, now);
        room = decision.claimable < room ? decision.claimable : room;
        outgoing->look_again_at = room <= 0 ? decision.look_again_at : 0;
    }
    *ret = room > 0 ? (size_t)room : 0;
    return true;
}

static bool tell_breaker(struct outgoing *outgoing, enum breaker_event event, struct error *error) {
    struct service *service = outgoing->service;
    int64_t now = clock_now();
    if (event == BREAKER_ANSWERED && outgoing->well && outgoing->breaker.failing_since == 0)
        return true; /* as last time, and committed: nothing changes */
    enum breaker_alert alert = breaker_record(&outgoing->breaker, event, now);
    /* The breaker starts anew with the process, the alert does not: the first answer ends that of an earlier life. */
    if (event == BREAKER_ANSWERED && !outgoing->answered && alert == BREAKER_ALERT_NONE &&
        !notice_clear(service, "outgoing", error))
        return false;
    if (alert == BREAKER_ALERT_CLEAR || alert == BREAKER_ALERT_CHANGED) {
        if (alert == BREAKER_ALERT_CLEAR)
            log_notice("sending works again");
        if (!notice_clear(service, "outgoing", error))
            return false;
    }
    if (alert == BREAKER_ALERT_OPEN || alert == BREAKER_ALERT_CHANGED) {
        log_error("sending is paused: %s", breaker_reason(&outgoing->breaker).text);
        struct notice down = {.key = "outgoing", .kind = CASE_SERVICE, .reason = breaker_reason(&outgoing->breaker)};
        if (!notice_raise(service, &down, error))
            return false;
    }
    return event == BREAKER_ANSWERED ? outages_end(service->database, OUTAGE_OUTGOING, now, error)
                                     : outages_begin(service->database, OUTAGE_OUTGOING, now, error);
}

static enum breaker_event breaker_event_of(enum send_outcome outcome) {
    switch (outcome) {
    case SEND_ACCEPTED:
    case SEND_REFUSED_NOW:
    case SEND_REFUSED:
        return BREAKER_ANSWERED;
    case SEND_LOGIN_REFUSED:
        return BREAKER_LOGIN_REFUSED;
    case SEND_UNTRUSTED:
        return BREAKER_UNTRUSTED;
    case SEND_UNAVAILABLE:
    case SEND_UNCERTAIN:
        return BREAKER_UNREACHABLE;
    }
    return BREAKER_UNREACHABLE;
}

/* ---- One transaction: results, then claims ---- */

struct exchange {
    struct arena *arena;
    size_t results; /* the first so many of the wire's are in it */
    struct wire_claim claims[WIRE_CLAIMS_MOST];
    size_t claim_count;
};

static bool record_results(struct outgoing *outgoing, struct exchange *exchange, struct error *error) {
    for (size_t i = 0; i < exchange->results; i++) {
        const struct send_result *result = &outgoing->wire.results[i];
        struct outbox_row row;
        if (!outbox_find(outgoing->service->database, result->id, exchange->arena, &row, error) ||
            !delivery_record(outgoing->service, &row, result, error))
            return false;
        outgoing->letter_ended |= string_equal(row.step, RELAY_STEP);
    }
    return true;
}

/* Each claim has an arena of its own, as it leaves the wire alone. */
static bool claim_one(struct outgoing *outgoing, const struct outbox_row *row, struct exchange *exchange,
                      struct error *error) {
    auto_arena arena = arena_new();
    struct wire_claim claim = {.attempt = row->attempts + 1};
    bool claimed;
    if (!claim_row(outgoing->service, row, arena, &claim.request, &claimed, error))
        return false;
    if (claimed) {
        claim.arena = steal(arena);
        exchange->claims[exchange->claim_count++] = claim;
    }
    return true;
}

/* Meanwhile the connections go on with what was claimed before. */
static bool claim_rows(struct outgoing *outgoing, struct exchange *exchange, struct error *error) {
    size_t room, results;
    struct outbox_list ready;
    int64_t version;
    outgoing->more_ready = outgoing->queue_is_long = false;
    if (!decide_room(outgoing, &room, error))
        return false;
    if (room == 0) {
        outgoing->queue_is_long = wire_room(&outgoing->wire) == 0;
        return true;
    }
    if (room > WIRE_CLAIMS_MOST)
        room = WIRE_CLAIMS_MOST;
    if (!outbox_list_ready(outgoing->service->database, clock_now(), room, exchange->arena, &ready, error) ||
        !database_data_version(outgoing->service->database, &version, error))
        return false;
    for (size_t i = 0; i < ready.count; i++)
        if (!claim_one(outgoing, &ready.items[i], exchange, error) ||
            !wire_pump(&outgoing->wire, 0, -1, &results, error))
            return false;
    for (size_t i = 0; i < exchange->claim_count; i++)
        exchange->claims[i].version = version;
    outgoing->queue_is_long = ready.count == room;
    outgoing->more_ready = ready.count == room && exchange->claim_count < room;
    return true;
}

/* Nothing to record and nothing to claim needs no write transaction. */
static bool anything_to_do(struct outgoing *outgoing, bool may_start, bool *ret, struct error *error) {
    int64_t next = 0;
    *ret = wire_is_due(&outgoing->wire, may_start && outgoing->queue_is_long);
    if (*ret || !may_start || outgoing->wire.result_count > 0 || wire_room(&outgoing->wire) == 0)
        return true;
    if (!outbox_next_try(outgoing->service->database, &next, error))
        return false;
    int64_t now = clock_now();
    *ret = next != 0 && next <= now && breaker_allows(&outgoing->breaker, now, 1) > 0 && outgoing->look_again_at <= now;
    return true;
}

static bool tell_breaker_all(struct outgoing *outgoing, size_t count, struct error *error) {
    for (size_t i = 0; i < count; i++)
        if (!tell_breaker(outgoing, breaker_event_of(outgoing->wire.results[i].outcome), error))
            return false;
    return true;
}

static bool transact(struct outgoing *outgoing, bool may_start, struct exchange *exchange, struct error *error) {
    struct database *database = outgoing->service->database;
    struct wire *wire = &outgoing->wire;
    auto_transaction transaction = TRANSACTION_NONE;
    return transaction_begin(database, &transaction, error) && record_results(outgoing, exchange, error) &&
           wire_give_back(wire, error) && tell_breaker_all(outgoing, exchange->results, error) &&
           (!may_start || claim_rows(outgoing, exchange, error)) &&
           (!wire->log || settings_set_integer(database, SETTING_EXCHANGE, wire->number + 1, error)) &&
           transaction_commit(&transaction, error);
}

static void note_answers(struct outgoing *outgoing, const struct exchange *exchange) {
    for (size_t i = 0; i < exchange->results; i++) {
        outgoing->well = breaker_event_of(outgoing->wire.results[i].outcome) == BREAKER_ANSWERED;
        outgoing->answered |= outgoing->well;
    }
    outgoing->recorded += exchange->results;
}

static bool exchange(struct outgoing *outgoing, bool may_start, struct error *error) {
    auto_arena arena = arena_new();
    bool needed;
    if (!anything_to_do(outgoing, may_start, &needed, error))
        return false;
    if (!needed) {
        if (wire_under_way(&outgoing->wire) == 0)
            outgoing->more_ready = false; /* all that was ready waits for its morning, say */
        return true;
    }
    struct exchange exchange = {.arena = arena, .results = outgoing->wire.result_count};
    struct breaker breaker = outgoing->breaker;
    if (!transact(outgoing, may_start, &exchange, error)) {
        outgoing->breaker = breaker;
        for (size_t i = 0; i < exchange.claim_count; i++)
            arena_free(exchange.claims[i].arena);
        return false;
    }
    note_answers(outgoing, &exchange);
    outgoing->wire.number++;
    wire_committed(&outgoing->wire, exchange.results, exchange.claims, exchange.claim_count, outgoing->queue_is_long);
    if (outgoing->letter_ended) { /* another one's reading may keep it from finishing: then at the next turn */
        bool complete;
        outgoing->letter_ended = !database_checkpoint(outgoing->service->database, &complete, error) || !complete;
        *error = ERROR_INIT;
    }
    return true;
}

/* ---- Turns ---- */

/* What time brings, in this order; each looks by index whether there is anything, and does a portion of it. */
static const struct {
    bool (*turn)(struct service *service, struct error *error);
    bool (*counted_turn)(struct service *service, size_t *ret_count, struct error *error);
} turns[] = {
    {.counted_turn = action_round_finish_start},
    {.counted_turn = action_round_turn_by_date},
    {.turn = action_participant_resume_due},
    {.counted_turn = action_round_end_what_is_over},
    {.counted_turn = relay_drop_stale},
    {.turn = action_application_turn},
    {.turn = survey_turn},
    {.turn = meeting_turn},
    {.turn = action_match_rematch_turn},
    {.turn = watch_turn},
    {.turn = notice_tell},
    {.turn = personal_data_turn},
};

static bool release_due(struct outgoing *outgoing, struct error *error) {
    struct service *service = outgoing->service;
    size_t count;
    if (!scheduling_release(service, RELEASE_PORTION, &count, error))
        return false;
    outgoing->more_due = count == RELEASE_PORTION;
    for (size_t i = 0; i < COUNT_OF(turns); i++)
        if (!(turns[i].turn ? turns[i].turn(service, error) : turns[i].counted_turn(service, &count, error)))
            return false;
    return true;
}

static bool check_gate(struct outgoing *outgoing, struct error *error) {
    auto_arena arena = arena_new();
    const char *reason;
    if (!service_refresh(outgoing->service, error) ||
        !catch_up_watch_clock(outgoing->service, &outgoing->clock, error) ||
        !catch_up_reason(outgoing->service, arena, &reason, error))
        return false;
    outgoing->gate_closed = reason != NULL;
    if (reason && !outgoing->gate_told)
        log_warning("nothing is sent: %s. Decide with: tandempost catch-up send, or: tandempost catch-up skip", reason);
    outgoing->gate_told = reason != NULL;
    return true;
}

static bool decide_sleep(struct outgoing *outgoing, int most_ms, int *ret, struct error *error) {
    int64_t due = 0, next_try = 0, tell = 0, turn = 0, resume = 0, watch = 0, meeting = 0, now = clock_now(),
            until = now + most_ms / 1000 + 1;
    *ret = most_ms;
    if (outgoing->gate_closed)
        return true;
    if (outgoing->more_ready || outgoing->more_due) {
        *ret = 0;
        return true;
    }
    if (!schedule_next_due(outgoing->service->database, &due, error) ||
        !outbox_next_try(outgoing->service->database, &next_try, error) ||
        !notice_next_turn(outgoing->service, &tell, error) ||
        !action_round_next_turn(outgoing->service, &turn, error) ||
        !participants_next_resuming(outgoing->service->database, &resume, error) ||
        !watch_next_turn(outgoing->service, &watch, error) ||
        !meetings_next_turn(outgoing->service->database, &meeting, error))
        return false;
    if (next_try != 0 && next_try < outgoing->look_again_at)
        next_try = outgoing->look_again_at;
    if (due != 0 && due < until)
        until = due;
    if (tell != 0 && tell < until)
        until = tell;
    if (turn < until)
        until = turn;
    if (resume != 0 && resume < until)
        until = resume;
    if (watch < until)
        until = watch;
    if (meeting != 0 && meeting < until)
        until = meeting;
    /* With every connection busy, what is ready waits for a result, and results end the sleep by themselves. */
    if (next_try != 0 && next_try < until && wire_room(&outgoing->wire) > 0 &&
        breaker_allows(&outgoing->breaker, now, 1) > 0)
        until = next_try;
    int64_t sleep_ms = until <= now ? 0 : (until - now) * 1000;
    if (sleep_ms < WIRE_COMMIT_WITHIN_MS && outgoing->wire.result_count > 0)
        sleep_ms = WIRE_COMMIT_WITHIN_MS; /* what is ready is claimed when they are recorded */
    *ret = sleep_ms < most_ms ? (int)sleep_ms : most_ms;
    return true;
}

/* What our server says that it takes at most is remembered: the writers of larger letters hear of it at once. */
static bool note_size_limit(struct outgoing *outgoing, struct error *error) {
    int64_t limit = (int64_t)outgoing->wire.sender->operations->size_limit(outgoing->wire.sender), known;
    if (limit <= 0 || limit == outgoing->size_limit)
        return true;
    if (!settings_get_integer(outgoing->service->database, SETTING_SERVER_SIZE, 0, &known, error) ||
        (known != limit && !settings_set_integer(outgoing->service->database, SETTING_SERVER_SIZE, limit, error)))
        return false;
    outgoing->size_limit = limit;
    return service_refresh(outgoing->service, error);
}

/* Until they are worth a commit. */
static bool wait_for_results(struct outgoing *outgoing, int most_ms, int wake_fd, bool may_start, struct error *error) {
    struct wire *wire = &outgoing->wire;
    int64_t until = clock_monotonic_ms() + most_ms;
    for (size_t count = 1; count > 0;) {
        int64_t left = until - clock_monotonic_ms();
        if (wire->result_count > 0 && left > WIRE_COMMIT_WITHIN_MS)
            left = WIRE_COMMIT_WITHIN_MS;
        if (!wire_pump(wire, left > 0 ? (int)left : 0, wake_fd, &count, error))
            return false;
        if (wire_is_due(wire, may_start && outgoing->queue_is_long))
            break;
    }
    return true;
}

bool outgoing_turn(struct outgoing *outgoing, int most_wait_ms, int wake_fd, bool may_start, struct error *error) {
    int sleep_ms;
    /* Also what the last turn committed at its end. */
    if (!database_sync_begin(outgoing->service->database, error) || !check_gate(outgoing, error))
        return false;
    may_start = may_start && !outgoing->gate_closed;
    outgoing->more_due = false;
    if (may_start && !release_due(outgoing, error))
        return false;
    return exchange(outgoing, may_start, error) && database_sync_begin(outgoing->service->database, error) &&
           decide_sleep(outgoing, most_wait_ms, &sleep_ms, error) &&
           wait_for_results(outgoing, sleep_ms, wake_fd, may_start, error) && note_size_limit(outgoing, error) &&
           exchange(outgoing, may_start, error);
}

/* Results of what is on the wire are worth a few seconds: what has none is uncertain at the next start. */
static void finish(struct outgoing *outgoing) {
    int64_t until = clock_monotonic_ms() + FINISH_MS;
    wire_stop(&outgoing->wire);
    while (!outgoing_is_idle(outgoing) && clock_monotonic_ms() < until) {
        struct error error = ERROR_INIT;
        if (!outgoing_turn(outgoing, 200, -1, false, &error))
            log_error("%s", error.message);
    }
}

/* What was deleted from the database must not linger in its write-ahead log. */
static void truncate_log(struct outgoing *outgoing) {
    struct database *database = outgoing->service->database;
    struct error error = ERROR_INIT;
    bool complete = false;
    int64_t now = clock_now(), version = 0, written = database_written(database);
    if (now < outgoing->checkpoint_at && outgoing->checkpoint_at <= now + CHECKPOINT_INTERVAL)
        return;
    if (database_data_version(database, &version, &error) && version == outgoing->emptied_version &&
        written == outgoing->emptied_written)
        return;
    if (!database_checkpoint(database, &complete, &error))
        log_warning("%s", error.message);
    if (!complete)
        return;
    outgoing->checkpoint_at = now + CHECKPOINT_INTERVAL;
    outgoing->emptied_version = version;
    outgoing->emptied_written = written;
}

void outgoing_loop(struct outgoing *outgoing, struct control *control) {
    bool trouble = false;
    while (!control->stop) {
        struct error error = ERROR_INIT;
        control_beat(control);
        if (outgoing_turn(outgoing, SLICE_MS, control->fd, true, &error) &&
            catch_up_note_awake(outgoing->service, &error)) {
            if (trouble)
                log_notice("the database can be used again");
            trouble = false;
            truncate_log(outgoing);
        } else {
            if (!trouble)
                log_error("sending waits: %s", error.message);
            trouble = true;
            control_wait(control, DATABASE_WAIT_MS);
        }
        control_read(control);
        control->changed = false;
    }
    finish(outgoing);
}
