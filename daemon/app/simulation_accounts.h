#pragma once
/* The books of a simulated round: what had to be sent, worked out beforehand by the pure rules alone, held against what
 * the service did and against the files that lie in the Maildirs. */
#include "app/service.h"

struct simulation_plan {
    struct schedule_entry *entries;
    size_t count;
};

/* All that is due to the members of a running round, as it stands at its start. Does not look at the schedule. */
bool simulation_accounts_plan(struct service *service, int64_t round, struct arena *arena, struct simulation_plan *ret,
                              struct error *error);

/* One step's messages; DUE is the sum of the others where the books balance. */
struct simulation_account {
    const char *step;
    size_t due;
    size_t sent;
    size_t skipped;   /* too late to be of use */
    size_t cancelled; /* the recipient or the partnership was no longer there, or paused to the end */
    size_t held;      /* waits for a person */
    size_t failed;    /* refused for good */
    size_t open;      /* still to be sent */
    size_t missing;   /* nobody knows: must be none */
};

struct simulation_reason {
    const char *reason;
    size_t count;
};

struct simulation_accounts {
    struct simulation_account *steps; /* in the configuration's order */
    size_t step_count;
    struct simulation_account total;
    struct simulation_reason *reasons; /* why something planned was not sent, the most frequent first */
    size_t reason_count;
    size_t besides;          /* messages sent that no step had planned: answers, alerts, digests */
    size_t files;            /* messages of the service found in Maildirs */
    size_t twice, uncertain; /* files beyond one a message; messages that were sent again because nobody could know */
    bool balanced;
    const char *faults; /* a line each; "" where all is well */
};

/* Works out the books by what is in the database and in the Maildirs now. In ARENA. */
bool simulation_accounts_close(struct service *service, const struct simulation_plan *plan, struct arena *arena,
                               struct simulation_accounts *ret, struct error *error);
