#include "programme/deciding.h"

#include "base/error.h"
#include "base/text.h"

bool deciding_is_forged(const struct deciding *deciding) {
    return deciding->facts->tag.purpose != 'b' && string_equal(deciding->description->dmarc, "fail");
}

struct effect *deciding_add(struct deciding *deciding, int kind) {
    require(deciding->decision->count < DECIDING_EFFECTS_MAX);
    struct effect *effect = &deciding->decision->effects[deciding->decision->count++];
    *effect = (struct effect){.kind = kind, .participant = deciding->facts->sender.id, .detail = ""};
    return effect;
}

void deciding_understood(struct deciding *deciding, const char *reason) {
    deciding->decision->reason = reason;
}

void deciding_remark(struct deciding *deciding, struct reason reason) {
    deciding->decision->reason = reason.text;
    deciding->decision->remark = true;
}

void deciding_wait_because(struct deciding *deciding, struct reason reason) {
    deciding->decision->reason = reason.text;
    deciding->decision->waits = true;
}

struct effect *deciding_alert(struct deciding *deciding, enum case_kind kind, struct reason reason) {
    const struct facts *facts = deciding->facts;
    struct effect *effect = deciding_add(deciding, EFFECT_ALERT);
    effect->participant = facts->about.participant ? facts->about.participant : facts->sender.id;
    effect->partnership = facts->about.partnership;
    effect->outbox = facts->about.id;
    effect->case_kind = kind;
    effect->detail = reason.text;
    return effect;
}

struct effect *deciding_report(struct deciding *deciding, struct reason reason) {
    struct effect *effect = deciding_alert(deciding, CASE_REPORT, reason);
    if (!string_equal(deciding->description->dmarc, "fail"))
        effect->reporter = deciding->facts->sender.id;
    if (deciding->facts->identified_by == IDENTIFIED_BY_OPEN_QUESTION) /* it tells nothing of what they write */
        effect->partnership = 0;
    deciding->decision->reports = true;
    return effect;
}

void deciding_tell_of_report(struct deciding *deciding) {
    deciding_report(deciding, REASON("A report of misconduct may have come in: look at it first"));
}
