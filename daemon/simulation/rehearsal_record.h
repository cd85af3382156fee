#pragma once
/* Inside the rehearsal only: who is written to, and what went out so far. */
#include "base/zone.h"
#include "simulation/rehearsal.h"
#include "simulation/simulation.h"
#include "store/participants.h"

/* When a message was due, and when it went. */
struct rehearsal_moment {
    int64_t due_at, at;
};

struct rehearsal_record {
    const struct rehearsal_settings *settings;
    struct rehearsal *result;
    const struct zone *zone;          /* the programme's */
    struct participant_list people;   /* by id */
    const struct zone **zones;        /* theirs */
    bool *written;                    /* to them */
    struct rehearsal_moment *moments; /* of every message of the service's, other rounds' included, as they went */
    size_t moment_count, moment_capacity, line_capacity, trouble_capacity;
    struct error error; /* the listener's */
    struct simulation *simulation;
};

/* Reads who there is. Nothing to free but the moments (free). */
bool rehearsal_record_begin(struct rehearsal_record *record, struct error *error);

/* Notes a message of the round's, or anybody's, that goes out now. */
bool rehearsal_record_message(struct rehearsal_record *record, const struct send_request *request, struct error *error);

/* Adds to the result's troubles. */
void rehearsal_record_trouble(struct rehearsal_record *record, bool grave, const char *area, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Finds what went, and would go, wrong: once all is over. */
bool rehearsal_troubles_find(struct rehearsal_record *record, struct error *error);
