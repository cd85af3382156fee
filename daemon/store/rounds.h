#pragma once
/* The rounds of a programme. */
#include "base/memory.h"
#include "base/model.h"
#include "store/database.h"
#include "store/events.h"

DATABASE_LIST(round_list, struct round);

/* A draft. PERMANENT where the name is taken. */
bool rounds_create(struct database *database, const char *name, const char *length, const struct event_cause *cause,
                   int64_t *ret_id, struct error *error);

bool rounds_find(struct database *database, int64_t id, struct arena *arena, struct round *ret, struct error *error);

/* What a person typed to mean a round: its name, or else its id. */
bool rounds_find_by_reference(struct database *database, const char *reference, struct arena *arena, struct round *ret,
                              struct error *error);

/* By id. */
bool rounds_list(struct database *database, struct arena *arena, struct round_list *ret, struct error *error);

/* Those in a state that a date may end, in any order. */
bool rounds_list_turning(struct database *database, struct arena *arena, struct round_list *ret, struct error *error);

struct round_counts {
    int64_t applicants; /* who have not confirmed */
    int64_t accepted;   /* people, whatever became of them afterwards but for those who withdrew */
    int64_t waiting_country, waiting_next, waiting_partner; /* of the accepted only the last */
    int64_t partnerships, active;
};

bool rounds_count(struct database *database, int64_t id, struct round_counts *ret, struct error *error);

/* The people who are to be matched, and the country where most of them live; NULL where there is nobody. */
struct round_countries {
    const char *country;
    int64_t most, people; /* in that country; in all */
};

bool rounds_countries(struct database *database, int64_t id, struct arena *arena, struct round_countries *ret,
                      struct error *error);

/* *RET_REMOVED is false, and nothing happens, where anybody, or any mail, has to do with it. */
bool rounds_remove(struct database *database, int64_t id, const struct event_cause *cause, bool *ret_removed,
                   struct error *error);

/* Sets length, opens_at, closes_at and starts_at to what ROUND says. */
bool rounds_set_dates(struct database *database, const struct round *round, const struct event_cause *cause,
                      struct error *error);

/* MOMENT becomes started_at on entering running (the first time) and ended_at on entering ending; otherwise it is
 * ignored. Nothing happens where the state is so already. PERMANENT where there is no such round. */
bool rounds_set_state(struct database *database, int64_t id, enum round_state state, int64_t moment,
                      const struct event_cause *cause, struct error *error);
