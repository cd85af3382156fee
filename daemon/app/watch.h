#pragma once
/* The watch over partnerships: each that has begun is assessed once a day, and soon after something happened in it
 * (programme/health.h); whoever is silent is asked kindly, then once more, and then a coordinator decides. */
#include "app/service.h"
#include "programme/health.h"
#include "store/health.h"
#include "store/outages.h"
#include "store/participants.h"

/* What is known of a partnership, and how it therefore is. */
struct watched {
    struct partnership partnership;
    struct participant_list members;
    struct health_signs signs;
    struct health_facts facts;
    struct health health;
    struct reason reason;
    bool digest; /* since it was looked at last, the time of a week's digest has come */
};

/* Looks at the partnership as it is now, and changes nothing. */
bool watch_look(struct service *service, int64_t partnership, struct arena *arena, struct watched *ret,
                struct error *error);

/* Assesses some of the partnerships whose turn it is, and does what follows; a portion, so that others get theirs. */
bool watch_turn(struct service *service, struct error *error);

/* When the next one's turn is; INT64_MAX: none waits for any. */
bool watch_next_turn(struct service *service, int64_t *ret, struct error *error);

/* Whether the step's name is that of a nudge or last call. */
bool watch_asks(const char *step);

/* Whether that nudge or last call is still called for, at the moment when it would go out. */
bool watch_still_asks(struct service *service, const struct outbox_row *row, bool *ret, struct error *error);

/* For a coordinator: has whoever is silent asked kindly, once more if that was done before, as soon as that is not too
 * much mail. *ret_at: when it goes out; 0: nobody is silent, or may be asked. *RET_WAITED: it was to be anyhow. */
bool watch_nudge(struct service *service, int64_t partnership, int64_t *ret_at, bool *ret_waited, struct error *error);

/* The day in the service's zone, as coordinators read it. */
const char *watch_day(struct service *service, int64_t at, struct arena *arena);
