#pragma once
/* Made-up people for demonstrations, rehearsals and simulations: they read the mail that really lies in their Maildirs,
 * answer or don't, write to each other with the programme in Cc, go on holiday, change address, leave; a coordinator
 * does what coordinators do. All of it follows from random_seed. */
#include "app/configuration.h"
#include "app/simulation.h"
#include "base/error.h"
#include "store/database.h"

enum simulated_cast {
    SIMULATED_LIKE_A_PILOT, /* a third keen, most slow, one in twelve silent; of everything else one */
    SIMULATED_AT_RANDOM,    /* anything happens to anybody at any time, outages of the post office too */
};

struct simulated_people;

/* The members of the round's partnerships (of two), which start at STARTS_AT. CONFIGURATION must outlive them. */
bool simulated_people_new(const struct configuration *configuration, struct database *database, int64_t round,
                          int64_t starts_at, enum simulated_cast cast, struct simulated_people **ret,
                          struct error *error);
void simulated_people_free(struct simulated_people *people); /* NULL allowed */

/* What a simulation needs to know of them; then tell them which one it is, before it runs. */
struct simulation_world simulated_people_world(struct simulated_people *people);
void simulated_people_join(struct simulated_people *people, struct simulation *simulation);

struct simulated_people_counts {
    size_t letters;        /* written to partners */
    size_t letters_copied; /* of them: with the programme in Cc */
    size_t answers;        /* replies to questions */
    size_t automatic;      /* out-of-office notices */
    size_t to_programme;   /* mails of all kinds that the programme's mailbox took */
};
struct simulated_people_counts simulated_people_counts(const struct simulated_people *people);

/* What befell one of them apart from letters and answers, in time order. */
struct simulated_event {
    int64_t at;
    const char *what; /* a sentence's end: "asks to leave" */
    int64_t participant, partnership;
};
const struct simulated_event *simulated_people_events(const struct simulated_people *people, size_t *ret_count);
