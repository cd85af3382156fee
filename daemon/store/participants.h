#pragma once
/* The people. ADDRESS_KEY is the folded address, made by the caller: two addresses with the same key are one. */
#include "base/memory.h"
#include "base/model.h"
#include "store/database.h"
#include "store/events.h"

DATABASE_LIST(participant_list, struct participant);

/* Adds PARTICIPANT (its id is ignored, created_at 0 means the cause's moment). Fails as PERMANENT, naming address and
 * owner, where the address is taken, and where it is banned (store/incidents.h). */
bool participants_add(struct database *database, const struct participant *participant, const char *address_key,
                      const struct event_cause *cause, int64_t *ret_id, struct error *error);

bool participants_find(struct database *database, int64_t id, struct arena *arena, struct participant *ret,
                       struct error *error);
bool participants_find_by_address(struct database *database, const char *address_key, struct arena *arena,
                                  struct participant *ret, struct error *error);

/* What a person typed to mean a participant: digits are an id; anything else is an address, whose key the caller
 * gives (NULL where it is none: then nobody is found). */
bool participants_find_by_reference(struct database *database, const char *reference, const char *address_key,
                                    struct arena *arena, struct participant *ret, struct error *error);

/* Another participant of the same name (folded) and country who takes part in the round: perhaps the same person. */
bool participants_find_namesake(struct database *database, const struct participant *participant, int64_t round,
                                struct arena *arena, struct participant *ret, struct error *error);

struct participant_filter {
    const enum participant_state *state; /* NULL: any */
    int64_t round;                       /* with an application to it or a partnership in it; 0: any */
    int64_t after;                       /* only with a greater id */
    size_t limit;                        /* the first so many; 0: all */
};

/* By id. */
bool participants_list(struct database *database, const struct participant_filter *filter, struct arena *arena,
                       struct participant_list *ret, struct error *error);

/* How many there are, without `after` and `limit`. */
bool participants_count(struct database *database, const struct participant_filter *filter, size_t *ret,
                        struct error *error);

/* Nothing happens where it is so already. PERMANENT where there is no such participant. */
bool participants_set_state(struct database *database, int64_t id, enum participant_state state,
                            const struct event_cause *cause, struct error *error);
bool participants_set_address_state(struct database *database, int64_t id, enum address_state state,
                                    const struct event_cause *cause, struct error *error);

/* When the participant's pause ends by itself; 0: it doesn't. */
bool participants_set_resumes_at(struct database *database, int64_t id, int64_t moment, struct error *error);

/* The paused whose pause ends at or before MOMENT, at most LIMIT; the first moment of all, 0: none. */
bool participants_list_resuming(struct database *database, int64_t moment, size_t limit, struct arena *arena,
                                struct participant_list *ret, struct error *error);
bool participants_next_resuming(struct database *database, int64_t *ret, struct error *error);

/* Mail came from the participant's address at MOMENT. */
bool participants_set_heard(struct database *database, int64_t id, int64_t moment, struct error *error);

/* Writes name, address, language, country and time zone of the participant with this id. A new address is good again.
 */
bool participants_update(struct database *database, const struct participant *participant, const char *address_key,
                         const struct event_cause *cause, struct error *error);
