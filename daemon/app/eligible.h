#pragma once
/* Whether a message that is about to be sent may still be sent: asked in the transaction that claims it, so that a
 * pause, a leaving or a hold counts however late it came. */
#include "app/service.h"
#include "store/schedule.h"

struct eligibility {
    enum outbox_state state; /* OUTBOX_SENDING: go on; OUTBOX_QUEUED: look again; otherwise the state to enter */
    int64_t not_before;      /* when to look again */
    const char *reason;      /* for a person; static */
    const char *address;     /* whom it goes to now, in the arena */
};

/* For ROW as of now, a queued one. */
bool eligible_decide(struct service *service, const struct outbox_row *row, struct arena *arena,
                     struct eligibility *ret, struct error *error);

/* Whether the message with the id OUTBOX, which is being sent to RECIPIENT but has no connection yet, may still be, for
 * all that people and coordinators have decided since it was claimed. */
bool eligible_still(struct service *service, int64_t outbox, const char *recipient, bool *ret, struct error *error);

/* Calls VISIT for all that is scheduled before UNTIL, the earliest first, with its recipient and why it would not be
 * sent (as below). Read in portions, so that nothing of it need stay in memory, and nobody waits for it. */
typedef void eligible_visitor(void *data, const struct schedule_entry *entry, const struct participant *participant,
                              const char *not_sent);
bool eligible_foresee_until(const struct service *service, int64_t until, eligible_visitor *visit, void *data,
                            struct error *error);

/* For each of ENTRIES why it would not be sent, as its recipient and partnership are now: a static text, NULL where it
 * would. Of SERVICE only configuration and database are needed. */
bool eligible_foresee(const struct service *service, const struct schedule_list *entries, struct arena *arena,
                      const char ***ret, struct error *error);
