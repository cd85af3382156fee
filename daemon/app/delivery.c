#include "app/delivery.h"

#include <inttypes.h>
#include <string.h>

#include "app/letter_notice.h"
#include "app/notice.h"
#include "app/relay.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "base/text.h"
#include "programme/address_score.h"
#include "programme/retry.h"
#include "store/applicants.h"
#include "store/bounces.h"
#include "store/outbox.h"
#include "store/participants.h"

static bool enter(struct service *service, const struct outbox_row *row, enum outbox_state from, enum outbox_state to,
                  const struct outbox_changes *changes, const char *why, struct error *error) {
    struct event_cause cause = service_cause(service, why);
    return outbox_enter_state(service->database, row->id, from, to, changes, &cause, error);
}

/* ---- Accepted ---- */

static bool record_accepted(struct service *service, const struct outbox_row *row, const struct send_result *result,
                            struct error *error) {
    struct outbox_changes changes = {.reply_code = result->code, .reply_text = result->reply};
    log_write(LOG_LEVEL_INFO, LOG_FIELDS({"OUTBOX", .number = row->id}, {"STEP", .value = row->step}), "sent");
    return enter(service, row, OUTBOX_SENDING, OUTBOX_SENT, &changes, NULL, error) &&
           (!row->coordinator || !string_equal(row->template_name, "coordinator-waiting") ||
            notice_digest_sent(service, row->id, error));
}

/* ---- Refused ---- */

/* RFC 3463: 5.1.x speaks of the address; so do these codes where a server gives no status. 5.7.x speaks of policy. */
static bool speaks_of_address(const struct send_result *result) {
    if (result->stage != STAGE_RECIPIENT)
        return false;
    if (result->status[0])
        return string_starts_with(result->status, "5.1.") || string_equal(result->status, "5.2.1");
    return result->code == 550 || result->code == 551 || result->code == 553;
}

/* Larger than our own server takes (RFC 1870, RFC 3463). */
static bool speaks_of_size(const struct send_result *result) {
    return string_equal(result->status, "5.3.4") ||
           (result->code == 552 && (result->stage == STAGE_MAIL || result->stage == STAGE_DATA) && !result->status[0]);
}

static bool tell_refused(struct service *service, const struct outbox_row *row, const struct send_result *result,
                         struct error *error) {
    auto_arena arena = arena_new();
    if (string_equal(row->step, RELAY_STEP))
        return letter_notice_undelivered(service, row, speaks_of_size(result) ? "letter-too-large" : "letter-bounced",
                                         error);
    struct notice alert = {
        .key = arena_format(arena, "refused/%" PRId64, row->participant ? row->participant : row->id),
        .kind = CASE_REFUSED,
        .reason =
            REASON_FORMAT(arena, "The mail server refused a message for good (%s)",
                          arena_format(arena, "%d%s%s", result->code, result->status[0] ? " " : "", result->status)),
        .outbox = row->id,
        .participant = row->participant,
        .partnership = row->participant ? row->partnership : 0,
    };
    /* A refused mail to a coordinator must not make another one to the same coordinator, and so on. */
    if (row->coordinator) {
        log_error("a message to the coordinator \"%s\" was refused: %d %s", row->coordinator, result->code,
                  result->status);
        return true;
    }
    return notice_raise(service, &alert, error);
}

static bool record_refused(struct service *service, const struct outbox_row *row, const struct send_result *result,
                           struct error *error) {
    struct outbox_changes changes = {
        .reply_code = result->code, .reply_text = result->reply, .reason = "refused by the mail server"};
    log_write(LOG_LEVEL_WARNING, LOG_FIELDS({"OUTBOX", .number = row->id}, {"CODE", .number = result->code}),
              "refused for good: %s", result->reply);
    if (!enter(service, row, OUTBOX_SENDING, OUTBOX_FAILED, &changes, NULL, error))
        return false;
    if (row->applicant &&
        result->stage == STAGE_RECIPIENT) { /* an address that a stranger gave: nobody need hear of it */
        struct event_cause cause = service_cause(service, "mail to the applicant was refused");
        return applicants_remove(service->database, row->applicant, 0, &cause, error);
    }
    if (row->participant && row->address && result->stage == STAGE_RECIPIENT)
        return letter_notice_queue(service,
                                   &(struct letter_notice){.template_name = "address-unreachable",
                                                           .participant = row->participant,
                                                           .inbox = row->inbox,
                                                           .argument = row->address},
                                   error);
    if (row->participant && result->stage == STAGE_RECIPIENT) {
        struct bounce_row bounce = {
            .participant = row->participant,
            .outbox = row->id,
            .at = clock_now(),
            .permanent = true,
            .address_dead = speaks_of_address(result),
            .status = result->status,
        };
        if (!delivery_bounced(service, &bounce, error))
            return false;
    }
    return tell_refused(service, row, result, error);
}

/* ---- Try again ---- */

static bool record_retry(struct service *service, const struct outbox_row *row, const struct send_result *result,
                         struct error *error) {
    uint64_t spread;
    random_bytes(&spread, sizeof spread);
    struct retry_input input = {
        .failure = result->outcome == SEND_REFUSED_NOW ? RETRY_REFUSED_NOW : RETRY_UNAVAILABLE,
        .attempts = row->attempts,
        .first_attempt_at = row->due_at,
        .now = clock_now(),
        .expires_at = row->expires_at,
        .random = spread,
    };
    struct retry_decision decision = retry_decide(&input);
    struct outbox_changes changes = {
        .reply_code = result->code, .reply_text = result->reply, .next_try_at = decision.next_try_at};
    log_write(LOG_LEVEL_NOTICE, LOG_FIELDS({"OUTBOX", .number = row->id}, {"CODE", .number = result->code}),
              "not sent, %s: %s", decision.action == RETRY_AGAIN ? "to be tried again" : "given up", result->reply);
    switch (decision.action) {
    case RETRY_AGAIN:
        return enter(service, row, OUTBOX_SENDING, OUTBOX_QUEUED, &changes, "tried again later", error);
    case RETRY_FAILED:
        changes.reason = "refused for now, again and again; given up";
        return enter(service, row, OUTBOX_SENDING, OUTBOX_FAILED, &changes, NULL, error) &&
               tell_refused(service, row, result, error);
    case RETRY_EXPIRED:
        changes.next_try_at = 0;
        if (!enter(service, row, OUTBOX_SENDING, OUTBOX_QUEUED, &changes, NULL, error))
            return false;
        return delivery_set_aside(service, row, OUTBOX_EXPIRED, "could not be sent before it was too late to be of use",
                                  error);
    }
    return error_set(error, ERROR_BUG, "unknown retry decision %d", (int)decision.action);
}

bool delivery_uncertain(struct service *service, const struct outbox_row *row, const char *why, struct error *error) {
    struct outbox_changes changes = {.reason = why};
    bool again = service->configuration->outgoing.uncertain == UNCERTAIN_RESEND && !row->resent;
    log_write(LOG_LEVEL_WARNING, LOG_FIELDS({"OUTBOX", .number = row->id}), "uncertain whether it was sent: %s; %s",
              why, again ? "sent once more with the same Message-ID" : "held for a person");
    if (!enter(service, row, OUTBOX_SENDING, OUTBOX_UNCERTAIN, &changes, why, error))
        return false;
    if (again)
        return enter(service, row, OUTBOX_UNCERTAIN, OUTBOX_QUEUED,
                     &(struct outbox_changes){.next_try_at = clock_now()}, "sent once more", error);
    changes.reason = "nobody knows whether it was sent; retry or cancel it";
    struct notice alert = {
        .key = "uncertain",
        .kind = CASE_HELD,
        .reason = REASON("Messages are held because nobody knows whether they were sent."),
        .outbox = row->id,
    };
    return enter(service, row, OUTBOX_UNCERTAIN, OUTBOX_HELD, &changes, "held for a person", error) &&
           notice_raise(service, &alert, error);
}

bool delivery_record(struct service *service, const struct outbox_row *row, const struct send_result *result,
                     struct error *error) {
    switch (result->outcome) {
    case SEND_ACCEPTED:
        return record_accepted(service, row, result, error);
    case SEND_REFUSED:
        return record_refused(service, row, result, error);
    case SEND_REFUSED_NOW:
    case SEND_UNAVAILABLE:
    case SEND_LOGIN_REFUSED:
    case SEND_UNTRUSTED:
        return record_retry(service, row, result, error);
    case SEND_UNCERTAIN:
        return delivery_uncertain(service, row, "the connection was lost before the server's final reply", error);
    }
    return error_set(error, ERROR_BUG, "unknown send outcome %d", (int)result->outcome);
}

/* ---- What it says about the address ---- */

static bool is_introduction(struct service *service, int64_t outbox, struct arena *arena, bool *ret,
                            struct error *error) {
    struct outbox_row row;
    *ret = false;
    if (outbox == 0)
        return true;
    if (!outbox_find(service->database, outbox, arena, &row, error))
        return false;
    *ret = row.priority == PRIORITY_INTRODUCTION;
    return true;
}

static bool judge_address(struct service *service, const struct participant *participant, struct arena *arena,
                          struct address_score *ret, struct error *error) {
    struct bounce_list bounces;
    if (!bounces_list(service->database, participant->id, participant->heard_at + 1, arena, &bounces, error))
        return false;
    struct address_event *events = arena_take_array(arena, bounces.count, sizeof *events);
    for (size_t i = 0; i < bounces.count; i++) {
        events[i].kind = address_score_bounce_kind(bounces.items[i].permanent, bounces.items[i].address_dead);
        events[i].at = bounces.items[i].at;
        if (!is_introduction(service, bounces.items[i].outbox, arena, &events[i].introduction, error))
            return false;
    }
    *ret = address_score_decide(events, bounces.count);
    return true;
}

bool delivery_bounced(struct service *service, const struct bounce_row *bounce, struct error *error) {
    auto_arena arena = arena_new();
    struct participant participant;
    struct address_score score;
    int64_t id;
    if (!bounces_add(service->database, bounce, &id, error) ||
        !participants_find(service->database, bounce->participant, arena, &participant, error) ||
        !judge_address(service, &participant, arena, &score, error))
        return false;
    struct event_cause cause = service_cause(service, score.reason);
    if (score.state == participant.address_state)
        return true;
    if (!participants_set_address_state(service->database, participant.id, score.state, &cause, error))
        return false;
    if (score.state != ADDRESS_DEAD)
        return true;
    struct notice alert = {
        .key = arena_format(arena, "address/%" PRId64, participant.id),
        .kind = CASE_ADDRESS,
        .reason = REASON_FORMAT(
            arena,
            "Mail to a participant's address comes back (%s). Nothing more is sent there until the address is mended.",
            score.reason),
        .participant = participant.id,
    };
    return notice_raise(service, &alert, error);
}

bool delivery_set_aside(struct service *service, const struct outbox_row *row, enum outbox_state state,
                        const char *reason, struct error *error) {
    struct outbox_changes changes = {.reason = reason};
    if (!enter(service, row, OUTBOX_QUEUED, state, &changes, NULL, error))
        return false;
    if (state == OUTBOX_EXPIRED)
        return string_equal(row->step, RELAY_STEP) ? letter_notice_undelivered(service, row, "letter-bounced", error)
                                                   : delivery_tell_expired(service, row, error);
    return state != OUTBOX_CANCELLED || letter_notice_undelivered(service, row, "letter-stopped", error);
}

bool delivery_tell_expired(struct service *service, const struct outbox_row *row, struct error *error) {
    auto_arena arena = arena_new();
    /* One alert a step and day: after a long outage coordinators need one mail, not hundreds. */
    struct notice alert = {
        .key = arena_format(arena, "expired/%s/%" PRId64, row->step, clock_now() / SECONDS_PER_DAY),
        .kind = CASE_SKIPPED,
        .reason = REASON_FORMAT(
            arena, "Messages of the step \"%s\" were skipped because they were too late to be of use.", row->step),
    };
    return row->coordinator || row->applicant ? true : notice_raise(service, &alert, error);
}
