#include "app/action_participant.h"
#include "app/delivery.h"
#include "app/subject.h"
#include "base/civil.h"
#include "base/clock.h"
#include "store/events.h"
#include "store/health.h"

static bool apply_bounce(struct subject_applying *applying, const struct effect *effect, struct error *error) {
    struct bounce_row bounce = {
        .participant = effect->participant,
        .outbox = effect->outbox,
        .at = clock_now(),
        .permanent = effect->bounce->permanent,
        .address_dead = effect->bounce->address_dead,
        .status = effect->bounce->status,
    };
    return delivery_bounced(applying->service, &bounce, error);
}

/* A day that was named counts to its end, about. */
static bool apply_away(struct subject_applying *applying, const struct effect *effect, struct error *error) {
    struct civil_date until;
    struct error ignored = ERROR_INIT;
    struct event event = {
        .at = clock_now(),
        .actor = "rule:incoming",
        .what = "participant is away",
        .why = effect->detail,
        .participant = effect->participant,
        .inbox = applying->source->inbox,
    };
    bool named = civil_parse_date(effect->detail, &until, &ignored);
    return health_note_away(applying->service->database, effect->participant, event.at,
                            named ? civil_to_days(until) * SECONDS_PER_DAY + SECONDS_PER_DAY - 1 : 0, error) &&
           events_append(applying->service->database, &event, error);
}

bool subject_automatic_apply(struct subject_applying *applying, const struct effect *effect, struct error *error) {
    switch ((enum automatic_effect)effect->kind) {
    case EFFECT_BOUNCE:
        return apply_bounce(applying, effect, error);
    case EFFECT_COMPLAINT:
        return action_participant_pause(applying->service, effect->participant, "a spam complaint", error);
    case EFFECT_AWAY:
        return apply_away(applying, effect, error);
    }
    return error_set(error, ERROR_BUG, "unknown effect %d", effect->kind);
}
