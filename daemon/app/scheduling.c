#include "app/scheduling.h"

#include <inttypes.h>
#include <sys/stat.h>

#include "app/delivery.h"
#include "app/meeting.h"
#include "app/survey.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/text.h"
#include "programme/round_rules.h"
#include "store/applications.h"
#include "store/outbox.h"
#include "store/participants.h"
#include "store/partnerships.h"
#include "store/rounds.h"
#include "store/schedule.h"
#include "store/settings.h"
#include "store/transaction.h"

/* How long after its end a partnership can still have something to come. */
enum { ENDED_INTEREST = 90 * SECONDS_PER_DAY };

static bool put_all(struct service *service, const struct sequence_entries *entries, struct error *error) {
    for (size_t i = 0; i < entries->count; i++)
        if (!schedule_put(service->database, &entries->entries[i], error))
            return false;
    return true;
}

static struct sequence_member member_of(const struct service *service, const struct partnership *partnership,
                                        const struct participant *participant) {
    return (struct sequence_member){.partnership = partnership->id,
                                    .round = partnership->round,
                                    .participant = participant->id,
                                    .started_at = partnership->started_at,
                                    .ends_at = partnership->ends_at,
                                    .zone = service_zone_of(service, participant)};
}

/* Of the first partnership that began, whatever became of it: its introduction has greeted the participant. */
static int64_t introduced_at(const struct service *service, const struct participant *participant, int64_t round,
                             const struct partnership_list *partnerships) {
    int64_t first = 0;
    for (size_t i = 0; i < partnerships->count; i++) {
        struct sequence_member member = member_of(service, &partnerships->items[i], participant);
        int64_t due = member.round == round ? sequence_introduced_at(&service->sequence, &member) : 0;
        first = due && (first == 0 || due < first) ? due : first;
    }
    return first;
}

static bool put_application(struct service *service, const struct participant *participant,
                            const struct application *application, const struct partnership_list *partnerships,
                            struct arena *arena, struct error *error) {
    struct round round;
    if (!rounds_find(service->database, application->round, arena, &round, error))
        return false;
    if (!round_allows(&round, DEED_WRITE, clock_now()) || application->state == APPLICATION_WITHDRAWN ||
        application->state == APPLICATION_APPLIED)
        return true;
    struct sequence_application input = {
        .participant = participant->id,
        .round = application->round,
        .accepted_at = application->accepted_at,
        .round_started_at = round.started_at,
        .introduced_at = introduced_at(service, participant, application->round, partnerships),
        .zone = service_zone_of(service, participant),
    };
    struct sequence_entries entries;
    sequence_for_application(&service->sequence, &input, arena, &entries);
    return put_all(service, &entries, error);
}

/* An ended partnership still gets what is counted from its end: the farewell comes at the first sending time after it.
 */
static bool has_more_to_come(const struct partnership *partnership) {
    bool just_ended = partnership->state == PARTNERSHIP_ENDED && partnership->closed_at > clock_now() - ENDED_INTEREST;
    return partnership->state == PARTNERSHIP_ACTIVE || just_ended;
}

static bool put_member(struct service *service, const struct partnership *partnership, const struct participant *member,
                       struct arena *arena, struct error *error) {
    if (!has_more_to_come(partnership))
        return true;
    struct sequence_member input = member_of(service, partnership, member);
    struct sequence_entries entries;
    sequence_for_member(&service->sequence, &input, arena, &entries);
    return put_all(service, &entries, error);
}

/* Everything that the participant gets, and nothing of their partners'. */
static bool rebuild(struct service *service, const struct participant *participant, struct arena *arena,
                    struct error *error) {
    struct application_list applications = {0};
    struct partnership_list partnerships = {0};
    if (!schedule_remove_of_participant(service->database, participant->id, error))
        return false;
    if (participant->state != PARTICIPANT_ACTIVE)
        return true;
    if (!applications_list_of_participant(service->database, participant->id, arena, &applications, error) ||
        !partnerships_list(service->database, &(struct partnership_filter){.participant = participant->id}, arena,
                           &partnerships, error))
        return false;
    for (size_t i = 0; i < applications.count; i++)
        if (!put_application(service, participant, &applications.items[i], &partnerships, arena, error))
            return false;
    for (size_t i = 0; i < partnerships.count; i++)
        if (!put_member(service, &partnerships.items[i], participant, arena, error))
            return false;
    return true;
}

bool scheduling_rebuild_participant(struct service *service, int64_t id, struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct participant participant;
    return transaction_begin(service->database, &transaction, error) &&
           participants_find(service->database, id, arena, &participant, error) &&
           rebuild(service, &participant, arena, error) && transaction_commit(&transaction, error);
}

bool scheduling_rebuild_partnership(struct service *service, int64_t id, struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct partnership partnership;
    struct participant_list members;
    if (!transaction_begin(service->database, &transaction, error) ||
        !partnerships_find(service->database, id, arena, &partnership, error) ||
        !schedule_remove_of_partnership(service->database, id, error) ||
        !partnerships_partners(service->database, id, 0, arena, &members, error))
        return false;
    for (size_t i = 0; i < members.count; i++) /* all of theirs: whom it introduces needs no welcome */
        if (!rebuild(service, &members.items[i], arena, error))
            return false;
    return transaction_commit(&transaction, error);
}

bool scheduling_counts_from_round(const struct service *service) {
    for (size_t i = 0; i < service->sequence.count; i++)
        if (service->sequence.steps[i].when.anchor == MOMENT_ROUND)
            return true;
    return false;
}

static bool rebuild_some(struct service *service, void *data, struct arena *arena, int64_t *last, size_t *ret_count,
                         struct error *error) {
    (void)data;
    struct participant_list participants;
    if (!participants_list(service->database, &(struct participant_filter){.after = *last, .limit = SERVICE_PORTION},
                           arena, &participants, error))
        return false;
    for (size_t i = 0; i < participants.count; i++) {
        if (!rebuild(service, &participants.items[i], arena, error))
            return false;
        *last = participants.items[i].id;
    }
    *ret_count = participants.count;
    return true;
}

/* Every entry is some participant's. One who joins meanwhile was given theirs. */
bool scheduling_rebuild_all(struct service *service, struct error *error) {
    size_t total;
    return service_change_all(service, rebuild_some, NULL, &total, error);
}

/* What the schedule depends on besides the database: if any of it changes, all is computed anew. */
static void fingerprint(const struct service *service, char hash[HASH_HEX_SIZE]) {
    auto_text all = TEXT_EMPTY;
    for (size_t i = 0; i < service->sequence.count; i++) {
        const struct step *step = &service->sequence.steps[i];
        text_append_format(&all, "%s %d %d %d %d ", step->name, (int)step->to, step->at_once, step->at,
                           step->has_expires);
        moment_format(&step->when, &all);
        text_append_char(&all, ' ');
        duration_format(&step->expires, &all);
        text_append_char(&all, '\n');
    }
    text_append(&all, zone_name(service->zone));
    /* A tzdata update moves future moments. */
    struct stat status;
    if (stat("/usr/share/zoneinfo/tzdata.zi", &status) == 0)
        text_append_format(&all, " %" PRId64 " %" PRId64, (int64_t)status.st_mtime, (int64_t)status.st_size);
    hash_sha256_hex(text_string(&all), all.length, hash);
}

/* What it was built from is noted last: interrupted, it is built anew at the next start. */
bool scheduling_refresh(struct service *service, struct error *error) {
    auto_arena arena = arena_new();
    char now[HASH_HEX_SIZE];
    const char *last = NULL;
    fingerprint(service, now);
    if (!settings_get(service->database, "schedule_fingerprint", arena, &last, error))
        return false;
    if (string_equal(last, now))
        return true;
    if (last)
        log_notice("steps or time zones changed: the schedule is built anew");
    return scheduling_rebuild_all(service, error) &&
           settings_set(service->database, "schedule_fingerprint", now, error);
}

/* The first mail of a partnership must not stand behind a round's thousands of discussions. */
static int64_t priority_of(const struct service *service, const struct schedule_entry *entry) {
    for (size_t i = 0; i < service->sequence.count; i++) {
        const struct step *step = &service->sequence.steps[i];
        if (string_equal(step->name, entry->step))
            return sequence_introduces(step) ? PRIORITY_INTRODUCTION : PRIORITY_BULK;
    }
    return PRIORITY_BULK;
}

static bool release_entry(struct service *service, const struct schedule_entry *entry, struct error *error) {
    const struct step *step = configuration_find_step(service->configuration, entry->step);
    struct event_cause cause = service_cause(service, NULL);
    if (!step) /* the configuration changed under us; the next refresh rebuilds without it */
        return true;
    struct outbox_row row = {
        .key = entry->key,
        .priority = priority_of(service, entry),
        .step = entry->step,
        .template_name = step->template_name,
        .occurrence = entry->occurrence,
        .asks = step->asks,
        .participant = entry->participant,
        .partnership = entry->partnership,
        .round = entry->round,
        .due_at = entry->due_at,
        .expires_at = entry->expires_at,
    };
    bool is_new;
    if (!outbox_insert(service->database, &row, &cause, &row.id, &is_new, error))
        return false;
    if (!is_new)
        return true;
    if (sequence_timing(entry->due_at, entry->expires_at, clock_now()) != SEQUENCE_EXPIRED)
        return (!step->form || survey_asked(service, step, &row, error)) &&
               (!sequence_proposes(step) || meeting_propose_with(service, &row, error));
    struct outbox_changes changes = {.reason = "overdue: too late to be of use"};
    return outbox_enter_state(service->database, row.id, OUTBOX_QUEUED, OUTBOX_EXPIRED, &changes, &cause, error) &&
           delivery_tell_expired(service, &row, error);
}

static bool release_person(struct service *service, int64_t participant, int64_t now, struct arena *arena,
                           struct error *error) {
    struct schedule_list taken;
    if (!schedule_take_due(service->database, participant, now, arena, &taken, error))
        return false;
    for (size_t i = 0; i < taken.count; i++)
        if (!release_entry(service, &taken.items[i], error))
            return false;
    return true;
}

bool scheduling_release(struct service *service, size_t limit, size_t *ret_count, struct error *error) {
    auto_arena arena = arena_new();
    struct schedule_list due;
    int64_t next = 0, now = clock_now();
    /* Looked at before locking: most wake-ups find nothing due. */
    if (!schedule_next_due(service->database, &next, error))
        return false;
    if (next == 0 || next > now) {
        *ret_count = 0;
        return true;
    }
    auto_transaction transaction = TRANSACTION_NONE;
    if (!transaction_begin(service->database, &transaction, error) ||
        !schedule_list_due(service->database, now, limit, arena, &due, error))
        return false;
    for (size_t i = 0; i < due.count; i++)
        if (!release_person(service, due.items[i].participant, now, arena, error))
            return false;
    if (!transaction_commit(&transaction, error))
        return false;
    *ret_count = due.count;
    return true;
}
