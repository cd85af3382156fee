#pragma once
/* The people of a round who are to be brought together, and all that the matching looks at in them: their answers, and
 * what coordinators said of them. */
#include "app/criteria.h"
#include "store/proposals.h"

struct population_person {
    struct participant participant;
    const char *languages; /* those that count, as in an answer: "sv,en" */
    const char *avoids; /* what they wrote of whom they would avoid, where some of it was not understood; else NULL */
    const char *fingerprint;
    int64_t application;
};

/* Somebody who has no partner, and for whom none is looked for now. */
struct population_aside {
    struct participant participant;
    int64_t application;
    const char *why; /* "has paused the programme's mail" */
};

struct population_index {
    int64_t id;
    uint32_t position;
};

struct population {
    struct round round;
    const struct criteria *criteria;
    struct matching_rules rules;
    const struct matching_person *people; /* in the order of their applications */
    const struct population_person *who;  /* at the same positions */
    const struct population_index *by_id; /* in its order */
    size_t count;
    const struct population_aside *aside;
    size_t aside_count;
};

/* PERMANENT where the round's state lets nobody be brought together, and CONFIGURATION where the criteria are not
 * right; of these, ERROR tells the first. Everything lives in ARENA. */
bool population_read(struct service *service, const struct round *round, struct arena *arena, struct population *ret,
                     struct error *error);

/* The position of the participant with that id; -1 where they are not among those to be brought together. */
int population_find(const struct population *population, int64_t participant);
