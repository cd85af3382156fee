#pragma once
/* When the service could not hear or speak: silence is not counted then. */
#include <stddef.h>

#include "base/memory.h"
#include "base/model.h"
#include "store/database.h"

struct outage {
    int64_t id;
    enum outage_service service;
    int64_t began_at, ended_at; /* ended_at 0: it goes on */
};

DATABASE_LIST(outage_list, struct outage);

/* Nothing happens where one of this service goes on already. */
bool outages_begin(struct database *database, enum outage_service service, int64_t at, struct error *error);

/* Nothing happens where none goes on. */
bool outages_end(struct database *database, enum outage_service service, int64_t at, struct error *error);

/* Those of the service that touch the time from SINCE on, the earliest first. */
bool outages_list(struct database *database, enum outage_service service, int64_t since, struct arena *arena,
                  struct outage_list *ret, struct error *error);
