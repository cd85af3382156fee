#include "app/action_parting.h"
#include "app/subject.h"

bool subject_parting_apply(struct subject_applying *applying, const struct effect *effect, struct error *error) {
    const struct action_parting parting = {
        .partnership = effect->partnership,
        .participant = effect->participant,
        .inbox = applying->source->inbox,
    };
    bool first = effect->answer == PARTING_REMATCH; /* or another: they are the same */
    switch ((enum parting_effect)effect->kind) {
    case EFFECT_PART:
        if (effect->answer == PARTING_STAY)
            return action_parting_stay(applying->service, &parting, error);
        return first ? action_parting_rematch(applying->service, &parting, error)
                     : action_parting_leave(applying->service, &parting, error);
    case EFFECT_ANOTHER:
        return first ? action_parting_another(applying->service, &parting, error)
                     : action_parting_no_more(applying->service, &parting, error);
    }
    return error_set(error, ERROR_BUG, "unknown effect %d", effect->kind);
}
