#pragma once
/* Messages that are held back until what stands in their way is gone: eligible_decide holds them for one of these
 * reasons, and who takes it away lets them go. */
#include "app/service.h"
#include "store/outbox.h"

#define HELD_PAUSED "the participant is paused"
#define HELD_ON_HOLD "the partnership is on hold"
#define HELD_ADDRESS_DEAD "mail to this address comes back"

/* Whether REASON is one of them. NULL allowed. */
bool held_is_reason(const char *reason);

/* The rows among WHICH that are held for REASON (one of them) are queued again; those that came too late meanwhile
 * expire when they are claimed. */
bool held_release(struct service *service, const struct outbox_filter *which, const char *reason, struct error *error);
