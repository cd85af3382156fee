#include "app/handling.h"

#include <inttypes.h>

#include "app/notice.h"
#include "app/round_trip.h"
#include "app/subject.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/reason.h"
#include "base/text.h"
#include "mail/message/address.h"
#include "store/inbox.h"
#include "store/transaction.h"

enum { SAME_LETTER_AGE = 14 * SECONDS_PER_DAY };

static enum server_action action_for(const struct service *service, const struct received_message *message) {
    if (message->junk_folder)
        return SERVER_FLAG;
    switch (service->configuration->incoming.after) {
    case AFTER_FLAG:
        return SERVER_FLAG;
    case AFTER_MOVE:
        return SERVER_MOVE;
    case AFTER_DELETE:
        return SERVER_DELETE;
    }
    return SERVER_FLAG;
}

/* The virtual clock knows nothing of the server's. */
static int64_t moment_of(const struct received_message *message) {
    int64_t now = clock_now();
    bool sensible = !clock_is_virtual() && message->internal_date > 0 && message->internal_date <= now;
    return sensible ? message->internal_date : now;
}

static struct inbox_row make_row(const struct service *service, const struct received_message *message,
                                 const struct description *description, struct arena *arena) {
    auto_string sender = address_key(description->from.address);
    return (struct inbox_row){
        .folder = message->folder,
        .uidvalidity = message->uidvalidity,
        .uid = message->uid,
        .message_id = description->message_id,
        .sender = arena_copy_string(arena, sender),
        .body_hash = description->body_hash ? description->body_hash : "",
        .size = (int64_t)message->size,
        .kind = message->too_large ? "too-large" : mail_kind_name(description->kind),
        .subject = description->subject,
        .server_action = round_trip_is_ours(description) ? SERVER_NOTHING : action_for(service, message),
        .received_at = moment_of(message),
        .written_at = description->date,
    };
}

/* Effects need the row's id, and the row its final state: so the row is written first, and both are undone together. */
static bool record(struct service *service, const struct received_message *message, const struct inbox_row *row,
                   const struct decision *decision, struct error *error) {
    auto_transaction transaction = TRANSACTION_NONE;
    struct event_cause cause = {.at = clock_now(), .actor = "rule:incoming", .why = decision->reason};
    struct subject_source source = {.participant = row->participant,
                                    .partnership = row->partnership,
                                    .at = row->received_at,
                                    .bytes = message->bytes,
                                    .length = message->length,
                                    .header_only = message->too_large};
    bool keeps = row->state == INBOX_WAITING && !decision->letter && !decision->unread && !decision->reports;
    return transaction_begin_alone(service->database, &transaction, error) &&
           inbox_insert(service->database, row, keeps ? message->bytes : NULL, keeps ? message->length : 0, &cause,
                        &source.inbox, error) &&
           subject_apply_decision(service, decision, &source, error) && transaction_commit(&transaction, error);
}

static bool record_or_wait(struct service *service, const struct received_message *message, struct inbox_row *row,
                           const struct decision *decision, struct arena *arena, struct error *error) {
    struct error problem = ERROR_INIT;
    row->reason = decision->reason;
    row->state = decision->waits ? INBOX_WAITING : INBOX_HANDLED;
    bool apart = decision->reports && !decision->unread && !message->too_large; /* the incident has it */
    if (decision->reports)
        row->subject = NULL;
    if (decision->letter ||
        (apart && row->server_action != SERVER_NOTHING)) /* nobody reads along: not in the mailbox either */
        row->server_action = SERVER_DELETE;
    else if (decision->waits && (message->too_large || decision->unread) && row->server_action == SERVER_DELETE)
        row->server_action = SERVER_FLAG; /* the mailbox has the only copy */
    if (record(service, message, row, decision, &problem))
        return true;
    if (problem.class == ERROR_TEMPORARY) {
        *error = problem;
        return false;
    }
    log_error("what was understood of message %" PRIu32 " in %s could not be done: %s", message->uid, message->folder,
              problem.message);
    struct decision waiting = {.reason = REASON_FORMAT(arena, "understood as \"%s\", but that could not be done: %s",
                                                       decision->reason, problem.message)
                                             .text,
                               .waits = true,
                               .unread = decision->letter || decision->reports};
    if (waiting.unread)
        row->server_action = SERVER_FLAG;
    row->reason = waiting.reason;
    row->state = INBOX_WAITING;
    return record(service, message, row, &waiting, error);
}

/* Larger than our own server takes is too large for a letter, even though it could be read whole. */
static bool is_too_large(const struct service *service, const struct received_message *message,
                         const struct facts *facts) {
    return message->too_large ||
           (facts->tag.purpose == 'p' && service->letter_limit > 0 && (int64_t)message->size > service->letter_limit);
}

static bool is_letter(const struct facts *facts) {
    return facts->tag.purpose == 'p' || facts->together_count > 0;
}

/* Of letters Message-ID, sender and date are enough: a copy that went through a mailing list, or was encoded anew, is
 * the same letter. */
static bool find_duplicate(struct service *service, const struct inbox_row *row, const struct facts *facts,
                           int64_t *ret_id, struct error *error) {
    int64_t id = 0;
    if (!inbox_find_duplicate(service->database, row, facts->tag.partnership, &id, error) ||
        (id == 0 && is_letter(facts) &&
         !inbox_find_same_letter(service->database, row, facts->tag.partnership, row->received_at - SAME_LETTER_AGE,
                                 &id, error)))
        return false;
    *ret_id = id;
    return true;
}

/* Or calls for help, from somebody we know. */
static bool carries_ours(const struct description *description, const struct facts *facts) {
    return facts->identified_by == IDENTIFIED_BY_TAG || facts->identified_by == IDENTIFIED_BY_MESSAGE_ID ||
           (description->plain_tag && facts->sender.id != 0);
}

bool handling_take(struct service *service, const struct received_message *message,
                   const struct description *description, bool *ret_recorded, struct error *error) {
    auto_arena arena = arena_new();
    struct facts facts;
    struct decision decision = {0};
    bool known;
    int64_t duplicate_of = 0;
    *ret_recorded = false;
    if (!inbox_exists(service->database, message->folder, message->uidvalidity, message->uid, &known, error))
        return false;
    if (known)
        return true;
    struct inbox_row row = make_row(service, message, description, arena);
    if (!subject_find_facts(service, description, row.received_at, arena, &facts, error) ||
        !find_duplicate(service, &row, &facts, &duplicate_of, error))
        return false;
    if (message->junk_folder && !carries_ours(description, &facts))
        return true;
    row.participant = facts.sender.id;
    row.outbox = facts.about.id;
    if (is_letter(&facts))
        row.subject = NULL; /* of a letter between partners nothing is kept that they wrote */
    row.partnership = facts.tag.partnership      ? facts.tag.partnership
                      : facts.about.partnership  ? facts.about.partnership
                      : facts.together_count > 0 ? facts.together[0]
                                                 : 0;
    *ret_recorded = true;
    if (duplicate_of != 0) {
        decision.reason = arena_format(arena, "the same message as %" PRId64, duplicate_of);
        row.reason = decision.reason;
        row.state = INBOX_DUPLICATE;
        if (is_letter(&facts))
            row.server_action = SERVER_DELETE;
        return record(service, message, &row, &decision, error);
    }
    facts.too_large = is_too_large(service, message, &facts);
    decide(description, &facts, arena, &decision);
    log_write(LOG_LEVEL_INFO,
              LOG_FIELDS({"UID", .number = message->uid}, {"KIND", .value = row.kind},
                         {"PARTICIPANT", .number = row.participant}),
              "received: %s", decision.reason);
    return record_or_wait(service, message, &row, &decision, arena, error);
}
