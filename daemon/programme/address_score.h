#pragma once
/* How far an address can be trusted to work, from its history. Pure. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/model.h"

enum address_event_kind {
    ADDRESS_BOUNCED_HARD,    /* permanent, and about the address: unknown, moved, not accepting */
    ADDRESS_BOUNCED_SOFT,    /* for now, or permanent but not about the address: full, refused as spam */
    ADDRESS_REPLY_CONFIRMED, /* mail surely written by its owner came from it, or they confirmed it */
};

struct address_event {
    enum address_event_kind kind;
    int64_t at;
    bool introduction; /* of a bounce: it was an introduction that did not arrive */
};

enum {
    ADDRESS_HARD_MOST = 2,                   /* this many hard bounces and it is dead */
    ADDRESS_SOFT_MOST = 3,                   /* this many soft ones within ... */
    ADDRESS_SOFT_WINDOW = 30 * 24 * 60 * 60, /* ... these seconds */
};

struct address_score {
    enum address_state state;
    const char *reason; /* for a person, static; "" while good */
};

/* EVENTS in any order. Only what came after the last confirmed reply counts (at the same second the reply wins). Dead:
 * a hard bounce of an introduction (the partner is waiting), two hard bounces, or three soft ones within any 30 days.
 * Suspect: one hard bounce. Otherwise good. A dead address stays dead until a reply is confirmed; it does not heal by
 * waiting. */
struct address_score address_score_decide(const struct address_event *events, size_t count);

/* Which kind a bounce is, as the parser described it. */
enum address_event_kind address_score_bounce_kind(bool permanent, bool address_dead);
