#pragma once
/* What is proposed for a round: who becomes partners with whom, and who is left over. It stands in the database until
 * it is approved (app/action_match.h) or another takes its place. */
#include "app/population.h"

struct proposal {
    struct population population;
    int64_t seed;
    struct matching_group *groups; /* the weakest first; positions in the population */
    size_t group_count;
    struct matching_left_over *left_over; /* by position */
    size_t left_over_count;
    int64_t total; /* the sum of the groups' scores */

    /* What is so no longer since it was made, in sentences: who came, who went, whose answers changed, who must not or
     * must be together now. Partners of whom one went are partners no more here. */
    const char *const *changes;
    size_t change_count;
};

/* Told how many people have been compared with all others so far, again and again; NULL: nobody asks. */
struct proposal_listener {
    void (*advanced)(void *context, size_t done);
    void *context;
};

/* The best one by the criteria, around what is locked. SEED chooses among equally good ones. PERMANENT where there is
 * nobody to bring together. Writes nothing, and keeps nobody from writing. */
bool proposal_make(struct service *service, const struct round *round, int64_t seed,
                   const struct proposal_listener *listener, struct arena *arena, struct proposal *ret,
                   struct error *error);

/* One as a person wants it: GROUPS of POPULATION, all of whose members may be partners (proposal_refuse). */
void proposal_take(const struct population *population, const struct matching_group *groups, size_t count,
                   struct arena *arena, struct proposal *ret);

/* From now on it stands in the place of the last one, and the round is being matched. PERMANENT where the round's state
 * has changed since. */
bool proposal_put(struct service *service, const struct proposal *proposal, struct error *error);

/* The one that stands. PERMANENT where there is none. */
bool proposal_read(struct service *service, const struct round *round, struct arena *arena, struct proposal *ret,
                   struct error *error);

/* Why the members of GROUP can't be partners, as a sentence with their names; NULL where they can. In ARENA. */
const char *proposal_refuse(const struct population *population, const struct matching_group *group,
                            struct arena *arena);

/* "Anna Berg, Ben Okoro and Carla Díaz"; in ARENA. */
const char *proposal_names(const struct population *population, const struct matching_group *group,
                           struct arena *arena);

/* Exchanges two people of different groups, or somebody of a group and somebody left over, and locks the groups that
 * come of it, which RET_GROUPS has (*RET_COUNT: one or two). */
bool proposal_swap(struct service *service, const struct round *round, const struct participant *people,
                   struct arena *arena, struct matching_group ret_groups[2], size_t *ret_count, struct proposal *ret,
                   struct error *error);

/* Keeps COUNT people together in each proposal that is made. *RET_STANDS: they are partners in the one that stands. */
bool proposal_lock(struct service *service, const struct round *round, const struct participant *people, size_t count,
                   struct arena *arena, bool *ret_stands, struct error *error);
