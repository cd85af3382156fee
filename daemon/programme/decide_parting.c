#include "programme/decide_parting.h"

#include "base/text.h"
#include "programme/deciding.h"

void decide_parting_ask(struct deciding *deciding, int64_t partnership) {
    const struct description *description = deciding->description;
    if (!partnership || description->null_sender || description->through_list) {
        deciding_tell_coordinators(deciding, CASE_HELP, "A participant would like to leave a partnership: ask them");
        deciding_wait(deciding, "would like to stop, and could not be asked how");
        return;
    }
    struct effect *ask = deciding_add(deciding, EFFECT_NOTICE);
    ask->partnership = partnership;
    ask->detail = "leaving";
    deciding_understood(deciding, "would like to stop: asked how");
}

void decide_parting_wish(struct deciding *deciding, const struct outbox_row *about) {
    decide_parting_ask(deciding, about->partnership);
}

static void part(struct deciding *deciding, const struct outbox_row *about, enum parting_effect kind, int64_t answer,
                 const char *understood) {
    struct effect *effect = deciding_add(deciding, (int)kind);
    effect->partnership = about->partnership;
    effect->answer = answer;
    deciding_understood(deciding, understood);
}

void decide_parting_rematch(struct deciding *deciding, const struct outbox_row *about) {
    part(deciding, about, EFFECT_PART, PARTING_REMATCH, "ends the partnership, and would like another partner");
}

void decide_parting_leave(struct deciding *deciding, const struct outbox_row *about) {
    part(deciding, about, EFFECT_PART, PARTING_LEAVE, "leaves the round");
}

void decide_parting_stay(struct deciding *deciding, const struct outbox_row *about) {
    part(deciding, about, EFFECT_PART, PARTING_STAY, "leaves everything as it is");
}

void decide_parting_another(struct deciding *deciding, const struct outbox_row *about) {
    part(deciding, about, EFFECT_ANOTHER, PARTING_ANOTHER, "lost a partner, and would like another one");
}

void decide_parting_no_more(struct deciding *deciding, const struct outbox_row *about) {
    part(deciding, about, EFFECT_ANOTHER, PARTING_NO_MORE, "lost a partner, and would like no other one");
}
