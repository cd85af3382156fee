#pragma once
/* What a person should know. At most one open alert a key: told once when it opens, once when it closes. */
#include "base/memory.h"
#include "base/model.h"
#include "store/database.h"
#include "store/events.h"

struct alert_list {
    struct alert *items;
    size_t count;
};

/* Opens an alert from its key (without names or addresses: the event log names it), reason, partnership and
 * participant, at the cause's moment. *ret_new is false where one with this key is open already: then nothing changes
 * and *ret_id is that one's. */
bool alerts_open(struct database *database, const struct alert *alert, const struct event_cause *cause, int64_t *ret_id,
                 bool *ret_new, struct error *error);

/* *ret_closed is false where none with this key was open. */
bool alerts_close(struct database *database, const char *key, const struct event_cause *cause, bool *ret_closed,
                  struct error *error);

bool alerts_find(struct database *database, int64_t id, struct arena *arena, struct alert *ret, struct error *error);

/* How many alerts about the participant whose keys begin with PREFIX were opened at or after MOMENT. */
bool alerts_count_since(struct database *database, int64_t participant, const char *prefix, int64_t moment, size_t *ret,
                        struct error *error);

/* By id. */
bool alerts_list(struct database *database, bool only_open, struct arena *arena, struct alert_list *ret,
                 struct error *error);
