#include <inttypes.h>

#include "app/action.h"
#include "app/action_participant.h"
#include "app/incident.h"
#include "app/letter_notice.h"
#include "app/notice.h"
#include "app/personal_data.h"
#include "app/scheduling.h"
#include "app/subject.h"
#include "base/clock.h"
#include "base/text.h"
#include "store/contacts.h"
#include "store/events.h"
#include "store/inbox.h"
#include "store/outbox.h"
#include "store/participants.h"
#include "store/partnerships.h"
#include "store/tags.h"
#include "store/undoables.h"

enum { REFERENCES_LOOKED_AT = 50 };

/* ---- Who wrote, and about what ---- */

static bool find_sender(struct subject_finding *finding, struct error *error) {
    const char *address = finding->description->from.address;
    if (string_is_empty(address))
        return true;
    auto_string key = address_key(address);
    if (!participants_find_by_address(finding->service->database, key, finding->arena, &finding->facts->sender, error))
        return false;
    const struct configuration *configuration = finding->service->configuration;
    /* Whoever has the programme's own mailbox belongs to it; and a message of ours that lost its mark must not count as
     * a stranger's. */
    auto_string own = address_key(configuration->programme.address);
    struct address_tag tag;
    finding->facts->sender_is_coordinator = string_equal(own, key);
    finding->facts->sender_is_ours =
        string_equal(own, key) || address_find_tag(address, &finding->service->scheme, &tag);
    for (size_t i = 0; i < configuration->coordinator_count; i++) {
        auto_string coordinator = address_key(configuration->coordinators[i].address);
        finding->facts->sender_is_coordinator |= string_equal(coordinator, key);
    }
    return true;
}

/* A member may write to any member's address of the partnership: it is the sender's letter then. */
static bool find_owner(struct subject_finding *finding, struct error *error) {
    struct facts *facts = finding->facts;
    struct partnership partnership;
    if (!partnerships_find(finding->service->database, facts->tag.partnership, finding->arena, &partnership, error))
        return false;
    facts->tag_is_senders = partnership_has(&partnership, facts->sender.id);
    if (facts->tag_is_senders)
        facts->tag.participant = facts->sender.id;
    return true;
}

static bool find_by_tag(struct subject_finding *finding, struct error *error) {
    const struct description *description = finding->description;
    struct facts *facts = finding->facts;
    if (!description->has_tag)
        return true;
    if (!tags_find(finding->service->database, description->tag_purpose, description->tag_secret, finding->arena,
                   &facts->tag, error))
        return false;
    if (!facts->tag.secret) {
        facts->tag = (struct tag){0};
        return true;
    }
    facts->identified_by = IDENTIFIED_BY_TAG;
    if (facts->tag.outbox &&
        !outbox_find(finding->service->database, facts->tag.outbox, finding->arena, &facts->about, error))
        return false;
    facts->tag_is_senders = facts->sender.id != 0 && facts->tag.participant == facts->sender.id;
    if (facts->tag.purpose == 'p' && facts->sender.id != 0)
        return find_owner(finding, error);
    /* Our mail to a coordinator carries a tag as well. */
    if (facts->tag.participant == 0 && facts->about.coordinator && facts->sender_is_coordinator)
        facts->tag_is_senders = true;
    return true;
}

static bool try_message_id(struct subject_finding *finding, const char *message_id, struct error *error) {
    struct outbox_row row;
    if (finding->facts->about.id != 0 || string_is_empty(message_id))
        return true;
    if (!outbox_find_by_message_id(finding->service->database, message_id, finding->arena, &row, error))
        return false;
    if (row.id != 0) {
        finding->facts->about = row;
        finding->facts->identified_by = IDENTIFIED_BY_MESSAGE_ID;
    }
    return true;
}

static bool find_by_message_id(struct subject_finding *finding, struct error *error) {
    const struct description *description = finding->description;
    if (finding->facts->identified_by != IDENTIFIED_NOT)
        return true;
    for (size_t i = 0; i < description->bounce_count; i++)
        if (!try_message_id(finding, description->bounces[i].message_id, error))
            return false;
    for (size_t i = 0; i < description->in_reply_to_count && i < REFERENCES_LOOKED_AT; i++)
        if (!try_message_id(finding, description->in_reply_to[i], error))
            return false;
    /* The newest reference is the last. */
    for (size_t i = 0; i < description->references_count && i < REFERENCES_LOOKED_AT; i++)
        if (!try_message_id(finding, description->references[description->references_count - 1 - i], error))
            return false;
    return true;
}

/* Quotas: a sender in a loop, or an angry one, must neither fill the database with effects nor get answer upon answer.
 */
enum {
    MESSAGES_A_DAY = 50,
    ANSWERS_A_DAY = 2,
    ANSWERS_A_WEEK = 4,
    STRANGERS_MESSAGES = 1000,
    STRANGERS_BYTES = 100 * 1024 * 1024,
};

static bool count_quotas(struct subject_finding *finding, struct error *error) {
    struct facts *facts = finding->facts;
    struct database *database = finding->service->database;
    int64_t now = clock_now();
    size_t messages = 0, today = 0, this_week = 0;
    auto_string sender = address_key(finding->description->from.address);
    if (!string_is_empty(sender) && !inbox_count_from(database, sender, now - SECONDS_PER_DAY, &messages, error))
        return false;
    /* Whoever an answer would go to. */
    int64_t answered = facts->tag.purpose == 'p' ? facts->tag.participant : facts->sender.id;
    if (answered != 0 &&
        (!outbox_count_answers_since(database, answered, now - SECONDS_PER_DAY, &today, error) ||
         !outbox_count_answers_since(database, answered, now - 7 * SECONDS_PER_DAY, &this_week, error)))
        return false;
    if (facts->sender.id == 0 &&
        !inbox_strangers_fill(database, STRANGERS_MESSAGES, STRANGERS_BYTES, &facts->strangers_fill, error))
        return false;
    facts->flooding = messages >= MESSAGES_A_DAY;
    facts->answers_used_up = today >= ANSWERS_A_DAY || this_week >= ANSWERS_A_WEEK;
    return true;
}

/* Partnerships of the sender with a partner among the other recipients: a letter between them, copied to us. Nobody
 * reads along after the end either. */
static bool find_together(struct subject_finding *finding, struct error *error) {
    const struct description *description = finding->description;
    struct facts *facts = finding->facts;
    struct partnership_list partnerships;
    size_t running = 0;
    if (facts->sender.id == 0 || description->kind != MAIL_HUMAN)
        return true;
    struct partnership_filter filter = {.participant = facts->sender.id};
    if (!partnerships_list(finding->service->database, &filter, finding->arena, &partnerships, error))
        return false;
    for (size_t i = 0; i < partnerships.count && facts->together_count < FACTS_PARTNERSHIPS_MAX; i++) {
        struct participant_list partners;
        if (partnerships.items[i].state == PARTNERSHIP_PLANNED)
            continue;
        if (!partnership_is_over(partnerships.items[i].state))
            facts->only_partnership = running++ ? 0 : partnerships.items[i].id;
        if (!partnerships_partners(finding->service->database, partnerships.items[i].id, facts->sender.id,
                                   finding->arena, &partners, error))
            return false;
        for (size_t j = 0; j < partners.count; j++) {
            auto_string key = address_key(partners.items[j].address);
            if (subject_goes_to(description, key)) {
                facts->together[facts->together_count++] = partnerships.items[i].id;
                break;
            }
        }
    }
    return true;
}

/* Whoever paused themselves may end that; a coordinator's pause is a coordinator's to end. */
static bool find_pause(struct subject_finding *finding, struct error *error) {
    struct facts *facts = finding->facts;
    struct event_list events;
    if (facts->sender.state != PARTICIPANT_PAUSED || facts->sender.id == 0)
        return true;
    if (!events_list(finding->service->database, &(struct event_filter){.participant = facts->sender.id},
                     finding->arena, &events, error))
        return false;
    for (size_t i = events.count; i > 0; i--)
        if (string_ends_with(events.items[i - 1].what, "-> paused")) {
            facts->paused_by_coordinator = string_starts_with(events.items[i - 1].actor, "command");
            break;
        }
    return true;
}

bool subject_person_find(struct subject_finding *finding, struct error *error) {
    if (!find_sender(finding, error) || !find_by_tag(finding, error) || !find_by_message_id(finding, error) ||
        !find_together(finding, error) || !count_quotas(finding, error) || !find_pause(finding, error))
        return false;
    finding->facts->words =
        templates_words(finding->service->templates, finding->facts->sender.language, finding->arena);
    const struct programme_settings *programme = &finding->service->configuration->programme;
    struct zone_local local;
    zone_to_local(finding->facts->sender.id ? service_zone_of(finding->service, &finding->facts->sender)
                                            : finding->service->zone,
                  finding->facts->now, &local);
    finding->facts->today = civil_to_days(local.date);
    finding->facts->languages = programme->languages;
    finding->facts->language_count = programme->language_count;
    return true;
}

/* ---- What may follow of any mail ---- */

static bool apply_contact(struct subject_applying *applying, const struct effect *effect, struct error *error) {
    struct contact contact = {
        .partnership = effect->partnership,
        .participant = effect->participant,
        .at = applying->source->at,
        .channel = effect->channel,
        .inbox = applying->source->inbox,
    };
    int64_t id;
    return contacts_add(applying->service->database, &contact, &id, error);
}

static const char *make_message_key(struct subject_applying *applying, int64_t inbox) {
    return arena_format(applying->arena, "message/%" PRId64, inbox);
}

/* Which is to be read. */
static int64_t message_of(const struct subject_applying *applying, const struct effect *effect) {
    return effect->about ? effect->about : applying->source->inbox;
}

/* One case a mail that waits. What only tells is one a participant, or a coordinator from whom our mail comes back, for
 * the mail about that may come back, too. */
static bool make_case_key(struct subject_applying *applying, const struct effect *effect, const char **ret,
                          struct error *error) {
    struct outbox_row about = {0};
    bool waits = applying->decision->waits || effect->about;
    if (!waits && !effect->participant && effect->outbox &&
        !outbox_find(applying->service->database, effect->outbox, applying->arena, &about, error))
        return false;
    *ret = about.id ? arena_format(applying->arena, "coordinator/%s",
                                   about.coordinator ? about.coordinator : about.template_name)
           : !waits && effect->participant
               ? arena_format(applying->arena, "%s/%" PRId64, case_kind_name(effect->case_kind), effect->participant)
               : make_message_key(applying, message_of(applying, effect));
    return true;
}

static bool apply_alert(struct subject_applying *applying, const struct effect *effect, struct error *error) {
    struct notice alert = {
        .kind = effect->case_kind,
        .reason = {effect->detail},
        .participant = effect->participant,
        .partnership = effect->partnership,
        .inbox = applying->decision->waits || effect->participant || !effect->outbox ? message_of(applying, effect) : 0,
        .outbox = effect->outbox,
        .words = effect->about ? NULL : applying->decision->words,
    };
    if (!make_case_key(applying, effect, &alert.key, error))
        return false;
    if (effect->case_kind != CASE_REPORT)
        return notice_raise(applying->service, &alert, error);
    bool kept = applying->decision->reports && !applying->decision->letter && !applying->decision->unread &&
                !applying->source->header_only;
    const struct incident_report report = {
        .alert = &alert,
        .reporter = effect->reporter,
        .at = applying->source->at,
        .bytes = kept ? applying->source->bytes : NULL,
        .length = kept ? applying->source->length : 0,
    };
    return incident_open(applying->service, &report, error);
}

static bool apply_notice(struct subject_applying *applying, const struct effect *effect, struct error *error) {
    struct outbox_row letter;
    if (effect->outbox) /* that comes back */
        return outbox_find(applying->service->database, effect->outbox, applying->arena, &letter, error) &&
               letter_notice_undelivered(applying->service, &letter, effect->detail, error);
    struct letter_notice notice = {
        .template_name = effect->detail,
        .participant = effect->participant,
        .partnership = effect->partnership,
        .inbox = applying->source->inbox,
        .about = effect->about,
        .argument = effect->argument,
    };
    return letter_notice_queue(applying->service, &notice, error);
}

static bool apply_freeze(struct subject_applying *applying, const struct effect *effect, struct error *error) {
    struct event_cause cause = {.at = clock_now(), .actor = "rule:incoming", .why = "until coordinators have looked"};
    struct partnership partnership;
    if (!partnerships_find(applying->service->database, effect->partnership, applying->arena, &partnership, error))
        return false;
    if (partnership.state == PARTNERSHIP_PLANNED || partnership.state == PARTNERSHIP_DISSOLVED)
        return true; /* nothing passes there */
    return partnerships_set_state(applying->service->database, effect->partnership, PARTNERSHIP_FROZEN, &cause,
                                  error) &&
           scheduling_rebuild_partnership(applying->service, effect->partnership, error);
}

/* A pause until a day ends with what comes first on it. */
static bool apply_pause(struct subject_applying *applying, const struct effect *effect, struct error *error) {
    struct service *service = applying->service;
    struct participant old;
    struct civil_date date;
    struct error ignored = ERROR_INIT;
    int64_t until = 0;
    if (!action_find_participant(service, effect->participant, applying->arena, &old, error))
        return false;
    if (civil_parse_date(effect->detail, &date, &ignored))
        until = zone_to_utc(service_zone_of(service, &old), date, (int32_t)service->configuration->round.send_at);
    const char *before =
        old.state == PARTICIPANT_PAUSED ? arena_format(applying->arena, "%" PRId64, old.resumes_at) : "";
    bool changes = old.state != PARTICIPANT_PAUSED || old.resumes_at != until;
    return (!changes || subject_undoable(applying, effect, UNDOABLE_PAUSE, before, error)) &&
           action_participant_pause_until(service, effect->participant, until, "asked for by mail", error);
}

static bool apply_resume(struct subject_applying *applying, const struct effect *effect, struct error *error) {
    struct service *service = applying->service;
    struct participant old;
    if (!action_find_participant(service, effect->participant, applying->arena, &old, error))
        return false;
    const char *before = arena_format(applying->arena, "%" PRId64, old.resumes_at);
    return (old.state != PARTICIPANT_PAUSED || subject_undoable(applying, effect, UNDOABLE_START, before, error)) &&
           action_participant_resume(service, effect->participant, "asked for by mail", error);
}

bool subject_person_apply(struct subject_applying *applying, const struct effect *effect, struct error *error) {
    switch ((enum person_effect)effect->kind) {
    case EFFECT_CONTACT:
        return apply_contact(applying, effect, error);
    case EFFECT_PAUSE:
        return apply_pause(applying, effect, error);
    case EFFECT_RESUME:
        return apply_resume(applying, effect, error);
    case EFFECT_REACHABLE:
        return action_participant_address_works(applying->service, effect->participant, "the participant wrote", error);
    case EFFECT_ALERT:
        return apply_alert(applying, effect, error);
    case EFFECT_NOTICE:
        return apply_notice(applying, effect, error);
    case EFFECT_FREEZE:
        return apply_freeze(applying, effect, error);
    case EFFECT_ERASE:
        return personal_data_erase(applying->service, effect->participant, true, "asked for by mail", error);
    }
    return error_set(error, ERROR_BUG, "unknown effect %d", effect->kind);
}

/* A mail that waits is one case, which an alert about it may have opened. */
bool subject_person_wait(struct subject_applying *applying, struct error *error) {
    const struct subject_source *source = applying->source;
    bool reopened = false;
    if (applying->decision->answers && !notice_reopen(applying->service, applying->decision->answers, source->inbox,
                                                      applying->decision->words, &reopened, error))
        return false;
    if (reopened)
        return true;
    struct notice waiting = {
        .key = make_message_key(applying, source->inbox),
        .kind = applying->decision->remark ? CASE_REMARK : CASE_MESSAGE,
        .reason = {applying->decision->reason},
        .participant = source->participant,
        .partnership = source->partnership,
        .inbox = source->inbox,
        .quiet = applying->decision->quiet,
        .words = applying->decision->words,
    };
    return notice_raise(applying->service, &waiting, error);
}
