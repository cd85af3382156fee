#include "cli/tones.h"

#include "base/model.h"

/* What is not named here is plain. */
#define DEFINE_TONES(function, type, member, enum_name, ...)                                                           \
    struct column_words tones_##function(const void *row, struct arena *arena) {                                       \
        static const enum table_tone tones[16] = {__VA_ARGS__};                                                        \
        (void)arena;                                                                                                   \
        enum enum_name state = ((const type *)row)->member;                                                            \
        return (struct column_words){enum_name##_name(state), tones[state]};                                           \
    }

DEFINE_TONES(participant, struct participant, state, participant_state, [PARTICIPANT_PAUSED] = TONE_WARNING,
             [PARTICIPANT_LEFT] = TONE_FAINT, [PARTICIPANT_ERASED] = TONE_FAINT)
DEFINE_TONES(address, struct participant, address_state,
             address_state, [ADDRESS_SUSPECT] = TONE_WARNING, [ADDRESS_DEAD] = TONE_BAD)
DEFINE_TONES(round, struct round, state, round_state, [ROUND_RUNNING] = TONE_GOOD)
DEFINE_TONES(partnership, struct partnership, state,
             partnership_state, [PARTNERSHIP_ACTIVE] = TONE_GOOD, [PARTNERSHIP_HELD] = TONE_WARNING,
             [PARTNERSHIP_FROZEN] = TONE_BAD, [PARTNERSHIP_ENDED] = TONE_FAINT, [PARTNERSHIP_DISSOLVED] = TONE_FAINT)
DEFINE_TONES(outbox, struct outbox_row, state,
             outbox_state, [OUTBOX_SENT] = TONE_GOOD, [OUTBOX_FAILED] = TONE_BAD, [OUTBOX_UNCERTAIN] = TONE_WARNING,
             [OUTBOX_HELD] = TONE_WARNING, [OUTBOX_EXPIRED] = TONE_WARNING, [OUTBOX_CANCELLED] = TONE_FAINT)

enum table_tone tones_health(enum health_state state) {
    static const enum table_tone tones[] = {
        [HEALTH_NEW] = TONE_PLAIN, [HEALTH_GOOD] = TONE_GOOD,   [HEALTH_SLOW] = TONE_WARNING,
        [HEALTH_QUIET] = TONE_BAD, [HEALTH_UNKNOWN] = TONE_BAD, [HEALTH_STOPPED] = TONE_FAINT};
    return tones[state];
}
