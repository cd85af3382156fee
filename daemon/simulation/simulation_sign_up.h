#pragma once
/* What sign-up came to: what was sent, and whether what people wrote was understood as they had meant it. */
#include "app/service.h"
#include "simulation/simulated_people.h"

/* Forms that were filled in, and the questions that were answered in them. */
struct simulation_form_manner {
    size_t forms, questions;
    size_t asked_again; /* not understood at first, or forgotten */
    size_t wrong;       /* taken for something else */
};

struct simulation_sign_up {
    size_t applied, twice; /* people who wrote; who did so twice before they had the form */
    size_t forms, unclear, summaries, reminders, waiting, accepted; /* mails sent */
    size_t corrected;                                               /* people, something in their summary */
    size_t take_part;
    size_t sent; /* mails of all these kinds */
    struct simulation_form_manner styles[SIMULATED_STYLES], languages[SIMULATED_LANGUAGES], total;
    const char **faults; /* somebody whose application is not what they meant it to be */
    size_t fault_count;
};

bool simulation_sign_up_read(struct service *service, int64_t round, const struct simulated_record *record,
                             struct arena *arena, struct simulation_sign_up *ret, struct error *error);
