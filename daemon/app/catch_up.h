#pragma once
/* The gate that closes when the service can't know what was sent already: the database is a restored copy, or the clock
 * jumped. While it is closed nothing is sent; a person decides whether what became due meanwhile is sent or skipped. */
#include "app/service.h"

/* Looks at the start of the sender whether the database is where it was, and closes the gate if not. Where nothing
 * became due meanwhile there is nothing to ask, and the gate stays open. */
bool catch_up_inspect(struct service *service, struct error *error);

struct catch_up_clock {
    int64_t wall, boot; /* both at the last look; 0: never looked */
};

/* Compares the wall clock with the one that never jumps, since the last look; closes the gate after a jump forward over
 * something due. */
bool catch_up_watch_clock(struct service *service, struct catch_up_clock *clock, struct error *error);

/* Notes that the service is alive now, where service->alive says; at most once a minute where that is the database. */
bool catch_up_note_awake(struct service *service, struct error *error);

/* Why the gate is closed, for a person; *ret NULL while it is open. In ARENA. */
bool catch_up_reason(struct service *service, struct arena *arena, const char **ret, struct error *error);

/* What became due and waits for the decision. */
bool catch_up_count(struct service *service, size_t *ret_scheduled, size_t *ret_queued, struct error *error);

/* The decision: opens the gate; with SEND false everything due by now is first marked as expired, in portions.
 * *ret_skipped: how many. */
bool catch_up_decide(struct service *service, bool send, size_t *ret_skipped, struct error *error);
