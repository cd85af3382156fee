#include "app/relay.h"

#include <inttypes.h>
#include <string.h>

#include "app/held.h"
#include "app/letter_notice.h"
#include "app/message.h"
#include "app/notice.h"
#include "base/clock.h"
#include "base/localise.h"
#include "base/random.h"
#include "base/reason.h"
#include "base/text.h"
#include "mail/letter.h"
#include "mail/message/header.h"
#include "programme/decide.h"
#include "store/contacts.h"
#include "store/inbox.h"
#include "store/incidents.h"
#include "store/outbox.h"
#include "store/participants.h"
#include "store/partnerships.h"
#include "store/schedule.h"
#include "store/tags.h"
#include "store/transaction.h"

enum {
    LETTER_EXPIRY = 5 * SECONDS_PER_DAY, /* as long as mail servers try (RFC 5321 section 4.5.4.1) */
    HELD_EXPIRY = 7 * SECONDS_PER_DAY,
};

/* ---- Threads: our messages in References, and their subjects, become the recipient's own copies of them ---- */

struct mapping {
    struct service *service;
    struct arena *arena;
    int64_t partnership, writer, recipient;
};

/* The recipient's copy of OURS; id 0 where there is none. */
static bool find_copy(const struct mapping *mapping, const struct outbox_row *ours, struct outbox_row *ret,
                      struct error *error) {
    const char *key = sequence_partnership_key(mapping->arena, mapping->partnership, ours->step, ours->occurrence,
                                               mapping->recipient);
    return outbox_find_by_key(mapping->service->database, key, mapping->arena, ret, error);
}

static const char *map_identifier(void *context, const char *identifier) {
    struct mapping *mapping = context;
    struct outbox_row ours, theirs;
    struct error error = ERROR_INIT;
    if (!outbox_find_by_message_id(mapping->service->database, identifier, mapping->arena, &ours, &error) ||
        ours.id == 0)
        return identifier;
    if (ours.partnership != mapping->partnership)
        return NULL;
    return find_copy(mapping, &ours, &theirs, &error) ? theirs.message_id : NULL;
}

/* "Meet Ben", as Anna was told, is no subject for Ben: he was told to meet Anna, perhaps in another language. What asks
 * a question is answered to us and no letter's subject. */
static const char *map_subject(void *context, const char *subject) {
    struct mapping *mapping = context;
    struct service *service = mapping->service;
    struct outbox_list ours;
    struct outbox_row theirs;
    struct error error = ERROR_INIT;
    const char *known, *wanted;
    if (!outbox_list(service->database,
                     &(struct outbox_filter){.partnership = mapping->partnership, .participant = mapping->writer},
                     mapping->arena, &ours, &error))
        return subject;
    for (size_t i = 0; i < ours.count; i++) {
        const struct outbox_row *row = &ours.items[i];
        if (row->state == OUTBOX_SENT && !row->asks && configuration_find_step(service->configuration, row->step) &&
            message_subject(service, row, mapping->arena, &known, &error) && string_equal(known, subject))
            return find_copy(mapping, row, &theirs, &error) && theirs.id &&
                           message_subject(service, &theirs, mapping->arena, &wanted, &error)
                       ? wanted
                       : subject;
    }
    return subject;
}

/* ---- The copy for one reader ---- */

static bool own_address(struct service *service, int64_t participant, int64_t partnership, char ret[ADDRESS_SIZE],
                        struct arena *arena, struct error *error) {
    char secret[ADDRESS_SECRET_MIN + 1];
    struct tag tag, wanted = {.purpose = 'p', .secret = secret, .participant = participant, .partnership = partnership};
    random_secret(secret, ADDRESS_SECRET_MIN);
    return tags_find_or_create(service->database, &wanted, arena, &tag, error) &&
           address_with_tag(&service->scheme, 'p', tag.secret, ret, error);
}

static const char *unique_identifier(struct service *service, struct arena *arena) {
    char unique[27];
    auto_text identifier = TEXT_EMPTY;
    random_secret(unique, sizeof unique - 1);
    header_append_message_id(&identifier, unique, service_message_id_domain(service));
    return arena_copy_bytes(arena, text_string(&identifier), identifier.length);
}

/* The Message-ID of an introduction stands in it only once that was made: hence at this moment and no sooner. */
bool relay_render(struct service *service, const struct outbox_row *row, struct arena *arena, const char **ret_bytes,
                  size_t *ret_length, struct error *error) {
    char address[ADDRESS_SIZE];
    struct participant writer, recipient;
    const char *letter = NULL;
    size_t length = 0;
    bool reused = false;
    auto_text bytes = TEXT_EMPTY;
    if (!outbox_content(service->database, row->id, arena, &letter, &length, error) ||
        !participants_find(service->database, row->about, arena, &writer, error) ||
        !participants_find(service->database, row->participant, arena, &recipient, error) ||
        !own_address(service, recipient.id, row->partnership, address, arena, error) ||
        !inbox_reuses_message_id(service->database, row->inbox, &reused, error))
        return false;
    if (!letter)
        return error_set(error, ERROR_PERMANENT, "the letter's content is gone");
    struct mapping mapping = {service, arena, row->partnership, writer.id, recipient.id};
    struct letter_settings settings = {
        .from_name = arena_format(arena, "%s via %s", writer.name, service->configuration->programme.name),
        .from_address = address,
        .writer = writer.address,
        .to_name = recipient.name,
        .to_address = recipient.address,
        .loop_mark = service->configuration->programme.address,
        .message_id = row->message_id,
        .replace_message_id = reused,
        .date = row->created_at,
        .map_identifier = map_identifier,
        .map_subject = map_subject,
        .context = &mapping,
    };
    if (!letter_rewrite(letter, length, &settings, &bytes, error))
        return false;
    *ret_bytes = arena_copy_bytes(arena, text_string(&bytes), bytes.length);
    *ret_length = bytes.length;
    return true;
}

/* ---- The introduction goes first ---- */

static bool put_introduction_first(struct service *service, const struct outbox_row *letter, struct arena *arena,
                                   bool *ret, struct error *error) {
    struct schedule_list coming;
    if (!schedule_list_of_partnership(service->database, letter->partnership, arena, &coming, error))
        return false;
    for (size_t i = 0; i < coming.count; i++) {
        struct schedule_entry entry = coming.items[i];
        const struct step *step = configuration_find_step(service->configuration, entry.step);
        if (entry.participant != letter->participant || !step || !sequence_introduces(step))
            continue;
        entry.due_at = clock_now();
        *ret = true;
        return schedule_put(service->database, &entry, error);
    }
    return true;
}

bool relay_introduces_first(struct service *service, const struct outbox_row *row, bool *ret, struct error *error) {
    auto_arena arena = arena_new();
    const struct configuration *configuration = service->configuration;
    *ret = false;
    for (size_t i = 0; i < configuration->step_count; i++) {
        struct outbox_row introduction;
        if (!sequence_introduces(&configuration->steps[i]))
            continue;
        const char *key =
            sequence_partnership_key(arena, row->partnership, configuration->steps[i].name, 0, row->participant);
        if (!outbox_find_by_key(service->database, key, arena, &introduction, error))
            return false;
        *ret |= introduction.id != 0 && (introduction.state == OUTBOX_QUEUED || introduction.state == OUTBOX_SENDING);
        /* A late one would wait for the reader's morning, and the letter with it. */
        if (introduction.state == OUTBOX_QUEUED && introduction.id != 0 && introduction.priority > PRIORITY_ANSWER &&
            !outbox_hurry(service->database, introduction.id, clock_now(), PRIORITY_ANSWER, error))
            return false;
    }
    return *ret || put_introduction_first(service, row, arena, ret, error);
}

/* ---- Queueing ---- */

static const char *letter_key(struct arena *arena, int64_t inbox, int64_t recipient) {
    return arena_format(arena, "letter/%" PRId64 "/%" PRId64, inbox, recipient);
}

/* A copy that was cancelled stays so: of what goes on after all there is another one. */
static const char *key_of(const struct relay_letter *letter, int64_t recipient, struct arena *arena) {
    const char *key = letter_key(arena, letter->inbox, recipient);
    return letter->after_all ? arena_format(arena, "%s/after-all", key) : key;
}

static bool queue_for(struct service *service, const struct relay_letter *letter, int64_t recipient_id,
                      struct arena *arena, struct error *error) {
    struct participant recipient;
    int64_t now = clock_now(), id;
    bool is_new;
    struct outbox_row row = {
        .key = key_of(letter, recipient_id, arena),
        .priority = PRIORITY_LETTER,
        .step = RELAY_STEP,
        .template_name = RELAY_STEP,
        .participant = recipient_id,
        .about = letter->writer,
        .partnership = letter->partnership,
        .inbox = letter->inbox,
        .due_at = now,
        .expires_at = now + (letter->hold ? HELD_EXPIRY : LETTER_EXPIRY),
    };
    struct event_cause cause = service_cause(service, NULL);
    if (!participants_find(service->database, recipient_id, arena, &recipient, error) ||
        !outbox_insert(service->database, &row, &cause, &id, &is_new, error))
        return false;
    if (!is_new)
        return true;
    /* The row's own identifier is seen only where the letter has none, or one that it had before: else it keeps its
     * writer's Message-ID, and a trio's two copies share it. */
    struct outbox_rendering rendering = {recipient.address, unique_identifier(service, arena), NULL, letter->bytes,
                                         letter->length};
    struct outbox_changes held = {.reason = letter->hold};
    return outbox_set_rendering(service->database, id, &rendering, error) &&
           (!letter->hold ||
            outbox_enter_state(service->database, id, OUTBOX_QUEUED, OUTBOX_HELD, &held, &cause, error));
}

bool relay_queue(struct service *service, const struct relay_letter *letter, struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    if (!transaction_begin(service->database, &transaction, error))
        return false;
    for (size_t i = 0; i < letter->member_count; i++)
        if (!queue_for(service, letter, letter->members[i], arena, error))
            return false;
    return transaction_commit(&transaction, error);
}

/* ---- What was kept back ---- */

static bool find_copies(struct service *service, int64_t inbox, struct arena *arena, struct outbox_row ret[MEMBERS_MAX],
                        size_t *ret_count, struct error *error) {
    struct inbox_row source;
    struct partnership partnership;
    *ret_count = 0;
    if (!inbox_find(service->database, inbox, arena, &source, error) ||
        !partnerships_find(service->database, source.partnership, arena, &partnership, error))
        return false;
    for (size_t i = 0; i < partnership.member_count; i++) {
        struct outbox_row row;
        if (!outbox_find_by_key(service->database, letter_key(arena, inbox, partnership.members[i]), arena, &row,
                                error))
            return false;
        if (row.id != 0 && row.state == OUTBOX_HELD)
            ret[(*ret_count)++] = row;
    }
    return true;
}

/* Not for its writer's answer, but because nothing passed when it was to be sent, or for a coordinator. */
static bool waited(const struct outbox_row *letter) {
    return held_is_reason(letter->reason) || string_equal(letter->reason, DECIDE_TOO_MANY_LETTERS);
}

static bool add_contact(struct service *service, int64_t partnership, int64_t writer, int64_t inbox,
                        struct arena *arena, struct error *error) {
    struct inbox_row source;
    int64_t id;
    if (!inbox_find(service->database, inbox, arena, &source, error))
        return false;
    const struct contact contact = {
        .partnership = partnership,
        .participant = writer,
        .at = source.received_at,
        .channel = CONTACT_RELAY,
        .inbox = inbox,
    };
    return contacts_add(service->database, &contact, &id, error);
}

bool relay_release(struct service *service, int64_t inbox, bool *ret_released, struct error *error) {
    auto_arena arena = arena_new();
    struct outbox_row copies[MEMBERS_MAX];
    struct event_cause cause = service_cause(service, "its owner said so");
    size_t count;
    bool released = false;
    if (!find_copies(service, inbox, arena, copies, &count, error))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (held_is_reason(copies[i].reason)) /* released before: the answer came again */
            continue;
        struct outbox_changes changes = {.expires_at = clock_now() + LETTER_EXPIRY};
        if ((!released && !add_contact(service, copies[i].partnership, copies[i].about, inbox, arena, error)) ||
            !outbox_enter_state(service->database, copies[i].id, OUTBOX_HELD, OUTBOX_QUEUED, &changes, &cause, error))
            return false;
        released = true;
    }
    *ret_released = released;
    return true;
}

bool relay_pass_on(struct service *service, int64_t inbox, int64_t id, int64_t writer, bool *ret_passed,
                   struct error *error) {
    auto_arena arena = arena_new();
    struct partnership partnership;
    struct relay_letter letter = {.inbox = inbox, .partnership = id, .writer = writer, .after_all = true};
    int64_t members[MEMBERS_MAX];
    if (!relay_release(service, inbox, ret_passed, error))
        return false;
    if (*ret_passed)
        return true;
    if (!inbox_content(service->database, inbox, arena, &letter.bytes, &letter.length, error) ||
        !partnerships_find(service->database, id, arena, &partnership, error))
        return false;
    for (size_t i = 0; i < partnership.member_count; i++)
        if (partnership.members[i] != writer)
            members[letter.member_count++] = partnership.members[i];
    letter.members = members;
    if (!letter.bytes || letter.member_count == partnership.member_count)
        return true;
    *ret_passed = true;
    return relay_queue(service, &letter, error) && add_contact(service, id, writer, inbox, arena, error);
}

static bool cancel_copy(struct service *service, const struct outbox_row *copy, const char *reason,
                        struct error *error) {
    struct event_cause cause = service_cause(service, reason);
    struct outbox_changes changes = {.reason = reason};
    return outbox_enter_state(service->database, copy->id, OUTBOX_HELD, OUTBOX_CANCELLED, &changes, &cause, error);
}

bool relay_kept(struct service *service, int64_t inbox, struct arena *arena, const char **ret_bytes, size_t *ret_length,
                struct error *error) {
    struct outbox_row copies[MEMBERS_MAX];
    size_t count;
    *ret_bytes = NULL;
    *ret_length = 0;
    return find_copies(service, inbox, arena, copies, &count, error) &&
           (count == 0 || outbox_content(service->database, copies[0].id, arena, ret_bytes, ret_length, error));
}

bool relay_cancel(struct service *service, int64_t inbox, bool for_coordinators, struct error *error) {
    auto_arena arena = arena_new();
    struct outbox_row copies[MEMBERS_MAX];
    struct event_cause cause = service_cause(service, "its writer said so");
    const char *bytes = NULL;
    size_t count, length = 0;
    if (!find_copies(service, inbox, arena, copies, &count, error))
        return false;
    struct notice waiting = {
        .key = arena_format(arena, "message/%" PRId64, inbox),
        .kind = CASE_MESSAGE,
        .reason = REASON("its writer says that it is for the coordinators"),
        .participant = count > 0 ? copies[0].about : 0,
        .partnership = count > 0 ? copies[0].partnership : 0,
        .inbox = inbox,
    };
    struct incident incident;
    if (!incidents_find_of_inbox(service->database, inbox, arena, &incident, error))
        return false;
    if (for_coordinators && count > 0 &&
        ((!incident.id && !outbox_content(service->database, copies[0].id, arena, &bytes, &length, error)) ||
         !inbox_hand_to_person(service->database, inbox, waiting.reason, bytes, length, &cause, error) ||
         !notice_raise(service, &waiting, error)))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!cancel_copy(service, &copies[i], "not for the partner, its owner said", error))
            return false;
    return true;
}

/* What may have been a report is not forgotten because its writer was not asked at the right moment. */
static bool tell_of_unanswered(struct service *service, const struct outbox_row *letter, struct error *error) {
    auto_arena arena = arena_new();
    struct notice alert = {
        .key = arena_format(arena, "unanswered/%" PRId64, letter->inbox),
        .kind = CASE_REPORT,
        .reason =
            REASON("A letter that may have been a report of misconduct was kept back, and its writer has not said "
                   "for a week whom it is for. It is thrown away now: ask the writer."),
        .participant = letter->about,
        .partnership = letter->partnership,
    };
    return !string_equal(letter->reason, DECIDE_MAY_REPORT) || notice_raise(service, &alert, error);
}

bool relay_drop_stale(struct service *service, size_t *ret_count, struct error *error) {
    auto_arena arena = arena_new();
    struct outbox_list stale;
    if (!outbox_list_stale_letters(service->database, clock_now(), arena, &stale, error))
        return false;
    for (size_t i = 0; i < stale.count; i++)
        if (!tell_of_unanswered(service, &stale.items[i], error) ||
            !cancel_copy(service, &stale.items[i], "kept back too long without a decision", error) ||
            (waited(&stale.items[i]) && !letter_notice_undelivered(service, &stale.items[i], "letter-stopped", error)))
            return false;
    *ret_count = stale.count;
    return true;
}
