#pragma once
/* What a round has to send, worked out at its start by the pure rules alone. */
#include "app/service.h"

struct simulation_plan {
    struct schedule_entry *entries;
    size_t count;
};

/* All that is due to the members of a running round, as it stands at its start. Does not look at the schedule. */
bool simulation_plan_make(struct service *service, int64_t round, struct arena *arena, struct simulation_plan *ret,
                          struct error *error);

/* Adds what is due in partnerships that began in the round after its start, at STARTED_AT. */
bool simulation_plan_complete(struct service *service, int64_t round, int64_t started_at, struct arena *arena,
                              struct simulation_plan *plan, struct error *error);
