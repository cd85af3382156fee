#include "app/effects.h"

#include <inttypes.h>

#include "app/action_participant.h"
#include "app/delivery.h"
#include "app/letter_notice.h"
#include "app/notice.h"
#include "app/relay.h"
#include "app/scheduling.h"
#include "base/clock.h"
#include "base/text.h"
#include "store/check_ins.h"
#include "store/contacts.h"
#include "store/inbox.h"
#include "store/outbox.h"
#include "store/partnerships.h"

enum { ASK_AGAIN_EXPIRY = 3 * SECONDS_PER_DAY, AWAY_LETTER_AGE = 14 * SECONDS_PER_DAY };

struct applying {
    struct service *service;
    const struct effects_source *source;
    const struct decision *decision;
    struct arena *arena;
};

static bool apply_contact(struct applying *applying, const struct effect *effect, struct error *error) {
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

static bool apply_check_in(struct applying *applying, const struct effect *effect, struct error *error) {
    struct check_in check_in = {
        .partnership = effect->partnership,
        .participant = effect->participant,
        .outbox = effect->outbox,
        .inbox = applying->source->inbox,
        .answer = effect->answer,
        .at = clock_now(), /* when we heard it: the next message confirms what was heard before it */
    };
    int64_t id;
    return check_ins_add(applying->service->database, &check_in, &id, error);
}

/* One automatic answer to one question, ever: its key sees to that. */
static bool apply_ask_again(struct applying *applying, const struct effect *effect, struct error *error) {
    struct outbox_row about;
    int64_t now = clock_now(), id;
    bool is_new;
    if (!outbox_find(applying->service->database, effect->outbox, applying->arena, &about, error))
        return false;
    struct outbox_row row = {
        .key = arena_format(applying->arena, "ask-again/%" PRId64, effect->outbox),
        .priority = PRIORITY_ANSWER,
        .step = "answer",
        .template_name = "check-in-unclear",
        .asks = about.asks,
        .participant = effect->participant,
        .partnership = about.partnership,
        .round = about.round,
        .inbox = applying->source->inbox,
        .due_at = now,
        .expires_at = now + ASK_AGAIN_EXPIRY,
    };
    struct event_cause cause = service_cause(applying->service, "an answer was not understood");
    return outbox_insert(applying->service->database, &row, &cause, &id, &is_new, error);
}

/* The plainer question, if it was put, is answered with the first. */
static bool apply_answered(struct applying *applying, const struct effect *effect, struct error *error) {
    struct outbox_row again;
    int64_t now = clock_now();
    const char *key = arena_format(applying->arena, "ask-again/%" PRId64, effect->outbox);
    return outbox_set_answered(applying->service->database, effect->outbox, now, error) &&
           outbox_find_by_key(applying->service->database, key, applying->arena, &again, error) &&
           (again.id == 0 || outbox_set_answered(applying->service->database, again.id, now, error));
}

static bool apply_bounce(struct applying *applying, const struct effect *effect, struct error *error) {
    struct bounce_row bounce = {
        .participant = effect->participant,
        .outbox = effect->outbox,
        .at = clock_now(),
        .permanent = effect->permanent,
        .address_dead = effect->address_dead,
        .status = effect->status,
    };
    return delivery_bounced(applying->service, &bounce, error);
}

static const char *make_message_key(struct applying *applying, int64_t inbox) {
    return arena_format(applying->arena, "message/%" PRId64, inbox);
}

/* Which is to be read. */
static int64_t message_of(const struct applying *applying, const struct effect *effect) {
    return effect->about ? effect->about : applying->source->inbox;
}

/* One case a mail that waits. What only tells is one a participant, or a coordinator from whom our mail comes back, for
 * the mail about that may come back, too. */
static bool make_case_key(struct applying *applying, const struct effect *effect, const char **ret,
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

static bool apply_alert(struct applying *applying, const struct effect *effect, struct error *error) {
    struct notice alert = {
        .kind = effect->case_kind,
        .reason = {effect->detail},
        .participant = effect->participant,
        .partnership = effect->partnership,
        .inbox = applying->decision->waits || effect->participant || !effect->outbox ? message_of(applying, effect) : 0,
        .outbox = effect->outbox,
    };
    return make_case_key(applying, effect, &alert.key, error) && notice_raise(applying->service, &alert, error);
}

/* A mail that waits is one case, which an alert about it may have opened. */
static bool apply_waiting(struct applying *applying, struct error *error) {
    const struct effects_source *source = applying->source;
    struct notice waiting = {
        .key = make_message_key(applying, source->inbox),
        .kind = CASE_MESSAGE,
        .reason = {applying->decision->reason},
        .participant = source->participant,
        .partnership = source->partnership,
        .inbox = source->inbox,
        .quiet = applying->decision->quiet,
    };
    return notice_raise(applying->service, &waiting, error);
}

static bool note_event(struct applying *applying, const struct effect *effect, const char *what, struct error *error) {
    struct event event = {
        .at = clock_now(),
        .actor = "rule:incoming",
        .what = what,
        .why = effect->detail,
        .participant = effect->participant,
        .inbox = applying->source->inbox,
    };
    return events_append(applying->service->database, &event, error);
}

/* ---- Letters ---- */

static bool apply_letter(struct applying *applying, const struct effect *effect, const char *hold,
                         struct error *error) {
    const struct decision *decision = applying->decision;
    struct relay_letter letter = {
        .inbox = applying->source->inbox,
        .partnership = effect->partnership,
        .writer = effect->participant,
        .bytes = applying->source->bytes,
        .length = applying->source->length,
        .hold = hold,
        .members = decision->recipients,
        .member_count = decision->recipient_count,
    };
    return relay_queue(applying->service, &letter, error);
}

static bool apply_notice(struct applying *applying, const struct effect *effect, struct error *error) {
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
    };
    return letter_notice_queue(applying->service, &notice, error);
}

/* Once an absence: by its end where that is stated; and whatever the notices say, once in two weeks where it is not,
 * once a week where it is. */
static bool told_away(struct applying *applying, const char *prefix, bool stated, bool *ret, struct error *error) {
    struct outbox_row last;
    int64_t pause = (stated ? 7 : 14) * SECONDS_PER_DAY;
    if (!outbox_find_newest_with_prefix(applying->service->database, prefix, applying->arena, &last, error))
        return false;
    *ret = last.id != 0 && clock_now() - last.created_at < pause;
    return true;
}

/* Only whoever wrote a letter lately is told what became of it. */
static bool apply_tell_away(struct applying *applying, const struct effect *effect, struct error *error) {
    struct partnership partnership;
    int64_t now = clock_now();
    bool stated = *effect->detail != '\0';
    const char *until = stated ? effect->detail : arena_format(applying->arena, "%" PRId64, now);
    if (!partnerships_find(applying->service->database, effect->partnership, applying->arena, &partnership, error))
        return false;
    for (size_t i = 0; i < partnership.member_count && partnership.state == PARTNERSHIP_ACTIVE; i++) {
        if (partnership.members[i] == effect->participant)
            continue;
        const char *prefix = arena_format(applying->arena, "away/%" PRId64 "/%" PRId64 "/%" PRId64 "/",
                                          effect->partnership, effect->participant, partnership.members[i]);
        bool told;
        size_t letters;
        if (!told_away(applying, prefix, stated, &told, error) ||
            !outbox_count_letters_since(applying->service->database, effect->partnership, partnership.members[i],
                                        now - AWAY_LETTER_AGE, &letters, error))
            return false;
        if (told || letters == 0)
            continue;
        struct letter_notice notice = {
            .template_name = "partner-away",
            .participant = partnership.members[i],
            .partnership = effect->partnership,
            .inbox = applying->source->inbox,
            .about = effect->participant,
            .until = effect->detail,
            .key = arena_format(applying->arena, "%s%s", prefix, until),
        };
        if (!letter_notice_queue(applying->service, &notice, error))
            return false;
    }
    return true;
}

static bool apply_freeze(struct applying *applying, const struct effect *effect, struct error *error) {
    struct event_cause cause = {.at = clock_now(), .actor = "rule:incoming", .why = "a report of misconduct"};
    struct partnership partnership;
    if (!partnerships_find(applying->service->database, effect->partnership, applying->arena, &partnership, error))
        return false;
    if (partnership.state == PARTNERSHIP_PLANNED || partnership.state == PARTNERSHIP_DISSOLVED)
        return true; /* nothing passes there */
    return partnerships_set_state(applying->service->database, effect->partnership, PARTNERSHIP_FROZEN, &cause,
                                  error) &&
           scheduling_rebuild_partnership(applying->service, effect->partnership, error);
}

static bool apply_letter_answer(struct applying *applying, const struct effect *effect, struct error *error) {
    struct outbox_row question;
    if (!outbox_find(applying->service->database, effect->outbox, applying->arena, &question, error))
        return false;
    if (effect->kind == EFFECT_LETTER_GO) {
        struct inbox_row letter;
        bool released;
        if (!relay_release(applying->service, question.inbox, &released, error) ||
            !inbox_find(applying->service->database, question.inbox, applying->arena, &letter, error))
            return false;
        struct contact contact = {.partnership = question.partnership,
                                  .participant = question.participant,
                                  .at = letter.received_at,
                                  .channel = CONTACT_RELAY,
                                  .inbox = question.inbox};
        int64_t id;
        return !released || contacts_add(applying->service->database, &contact, &id, error);
    }
    return relay_cancel(applying->service, question.inbox, string_equal(question.template_name, "letter-question"),
                        error);
}

static bool apply(struct applying *applying, const struct effect *effect, struct error *error) {
    switch (effect->kind) {
    case EFFECT_CONTACT:
        return apply_contact(applying, effect, error);
    case EFFECT_CHECK_IN:
        return apply_check_in(applying, effect, error);
    case EFFECT_ANSWERED:
        return apply_answered(applying, effect, error);
    case EFFECT_ASK_AGAIN:
        return apply_ask_again(applying, effect, error);
    case EFFECT_BOUNCE:
        return apply_bounce(applying, effect, error);
    case EFFECT_AWAY:
        return note_event(applying, effect, "participant is away", error);
    case EFFECT_PAUSE:
        return action_participant_pause(applying->service, effect->participant, "asked for by mail", error);
    case EFFECT_RESUME:
        return action_participant_resume(applying->service, effect->participant, "asked for by mail", error);
    case EFFECT_COMPLAINT:
        return action_participant_pause(applying->service, effect->participant, "a spam complaint", error);
    case EFFECT_REACHABLE:
        return action_participant_address_works(applying->service, effect->participant, "the participant wrote", error);
    case EFFECT_ALERT:
        return apply_alert(applying, effect, error);
    case EFFECT_RELAY:
        return apply_letter(applying, effect, NULL, error);
    case EFFECT_HOLD:
        return apply_letter(applying, effect, effect->detail, error);
    case EFFECT_NOTICE:
        return apply_notice(applying, effect, error);
    case EFFECT_FREEZE:
        return apply_freeze(applying, effect, error);
    case EFFECT_TELL_AWAY:
        return apply_tell_away(applying, effect, error);
    case EFFECT_LETTER_GO:
    case EFFECT_LETTER_END:
        return apply_letter_answer(applying, effect, error);
    }
    return error_set(error, ERROR_BUG, "unknown effect %d", (int)effect->kind);
}

bool effects_apply(struct service *service, const struct decision *decision, const struct effects_source *source,
                   struct error *error) {
    auto_arena arena = arena_new();
    struct applying applying = {service, source, decision, arena};
    /* First what opens cases: a mail that waits as well is none of its own. */
    for (int others = 0; others <= 1; others++)
        for (size_t i = 0; i < decision->count; i++)
            if ((decision->effects[i].kind != EFFECT_ALERT) == others &&
                !apply(&applying, &decision->effects[i], error))
                return false;
    return !decision->waits || apply_waiting(&applying, error);
}
