#pragma once
/* Partnerships and their members. */
#include "base/memory.h"
#include "base/model.h"
#include "store/database.h"
#include "store/events.h"
#include "store/participants.h"

DATABASE_LIST(partnership_list, struct partnership);

/* A planned partnership of COUNT (2 to MEMBERS_MAX) different participants; the first writes first. Says nothing about
 * whether they are free: that is for the rules. */
bool partnerships_create(struct database *database, int64_t round, const int64_t *members, size_t count,
                         const struct event_cause *cause, int64_t *ret_id, struct error *error);

bool partnerships_find(struct database *database, int64_t id, struct arena *arena, struct partnership *ret,
                       struct error *error);

struct partnership_filter {
    int64_t round;                       /* 0: any */
    int64_t participant;                 /* a member, who has not left a trio; 0: any */
    const enum partnership_state *state; /* NULL: any */
};

/* By id. */
bool partnerships_list(struct database *database, const struct partnership_filter *filter, struct arena *arena,
                       struct partnership_list *ret, struct error *error);

DATABASE_LIST(partnership_ids, int64_t);

/* The ids alone, the ones that may need somebody first: by their health's number, then what rests, what has not begun
 * or was not looked at yet, and what is over. */
bool partnerships_list_by_health(struct database *database, const struct partnership_filter *filter,
                                 struct arena *arena, struct partnership_ids *ret, struct error *error);

/* The round's planned ones by id, at most LIMIT (0: all). */
bool partnerships_list_planned(struct database *database, int64_t round, size_t limit, struct arena *arena,
                               struct partnership_list *ret, struct error *error);
bool partnerships_count_planned_members(struct database *database, int64_t round, size_t *ret, struct error *error);

/* Active and held ones whose ends_at is at or before NOW, the earliest first, at most LIMIT (0: all). */
bool partnerships_list_to_end(struct database *database, int64_t now, size_t limit, struct arena *arena,
                              struct partnership_list *ret, struct error *error);

/* Whether any of the round's is not over yet. */
bool partnerships_any_left(struct database *database, int64_t round, bool *ret, struct error *error);

/* Its members but PARTICIPANT (0: all members), in their order. */
bool partnerships_partners(struct database *database, int64_t partnership, int64_t participant, struct arena *arena,
                           struct participant_list *ret, struct error *error);

/* Starts a planned one: active, with its own clock. PERMANENT where it is not planned. */
bool partnerships_start(struct database *database, int64_t id, int64_t started_at, int64_t ends_at,
                        const struct event_cause *cause, struct error *error);

/* On entering ended or dissolved, closed_at becomes the cause's moment. Nothing happens where it is so already. */
bool partnerships_set_state(struct database *database, int64_t id, enum partnership_state state,
                            const struct event_cause *cause, struct error *error);

/* One of three leaves, and is no member any more; the others stay as they are. PERMANENT where they are no member. */
bool partnerships_leave(struct database *database, int64_t id, int64_t participant, const struct event_cause *cause,
                        struct error *error);
