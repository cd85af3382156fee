#pragma once
/* Inside the rules for incoming mail only: the decision that all subjects build up together. */
#include "base/reason.h"
#include "programme/decide.h"
#include "programme/verb.h"

enum { DECIDING_EFFECTS_MAX = 64 };

/* With a literal, which coordinators read in their language. */
#define deciding_wait(deciding, literal) deciding_wait_because(deciding, REASON(literal))
#define deciding_tell_coordinators(deciding, kind, literal) deciding_alert(deciding, kind, REASON(literal))

/* A decision in the making. */
struct deciding {
    const struct description *description;
    const struct facts *facts;
    struct arena *arena;
    struct decision *decision;
    struct verb_reading reading; /* of a person's mail */
    const char *told;            /* what the answer to a word tells of (effect.argument) */
};

/* Whether an automatic message claims a sender who is proven false. Only the bounce address proves by itself that it
 * answers us: a Message-ID or an address to reply to is shown around by whoever answers us with a copy to others. */
bool deciding_is_forged(const struct deciding *deciding);

/* One more effect, to be filled in: on the sender, with nothing else set. */
struct effect *deciding_add(struct deciding *deciding, int kind);

/* What was understood; nobody need look. */
void deciding_understood(struct deciding *deciding, const char *reason);

/* The same, and what was written besides is worth reading. */
void deciding_remark(struct deciding *deciding, struct reason reason);

/* A person must look, for this reason. */
void deciding_wait_because(struct deciding *deciding, struct reason reason);

/* A case of this kind, for this reason, about the message of ours that the mail belongs to, its partnership and its
 * recipient, or else the sender. */
struct effect *deciding_alert(struct deciding *deciding, enum case_kind kind, struct reason reason);

/* Coordinators are alerted at once of what may be a report of misconduct. */
void deciding_tell_of_report(struct deciding *deciding);

/* An incident is opened, and those coordinators hear of it who decide such. */
struct effect *deciding_report(struct deciding *deciding, struct reason reason);
