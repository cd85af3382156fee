#pragma once
/* A whole made-up round in a folder of its own: writes its files, lets people sign up by mail, brings them together as
 * a coordinator does, lets half a year pass, closes the books. */
#include "app/action_match.h"
#include "app/parser.h"
#include "simulation/simulated_people.h"
#include "simulation/simulation.h"
#include "simulation/simulation_accounts.h"
#include "simulation/simulation_care.h"

#define SIMULATED_ROUND_NAME "2025-spring"
enum { SIMULATED_ROUND_PARTICIPANTS = 92 };

/* What happened in one stretch of time. */
struct simulated_month {
    int number; /* -1: of sign-up; 0: until the round starts; then 1 to 6; 7: after its end */
    int64_t from, until;
    size_t sent;    /* to participants */
    size_t notices; /* to coordinators */
    size_t letters; /* passed on, or seen by their copies */
    size_t answers; /* to check-ins */
    size_t alerts;  /* opened */
};

struct simulated_round;

/* What a coordinator's evening came to. */
struct simulated_match {
    const struct proposal *proposal;  /* as it is approved then */
    const struct participant *people; /* two that the coordinator exchanged; NULL: there was nothing to exchange */
};

struct simulated_round_settings {
    const char *folder;  /* made if need be; one that an earlier run wrote is written anew, any other must be empty */
    uint64_t seed;       /* the same seed gives the same round */
    size_t participants; /* even, 2 to SIMULATED_ROUND_PARTICIPANTS */
    enum simulated_cast cast;
    unsigned restarts; /* of 1,000 moments */
    void (*month)(void *context,
                  const struct simulated_month *month); /* each is told as it ends; NULL: nobody listens */
    /* Told before it is approved; NULL: nobody listens. */
    void (*matched)(void *context, const struct simulated_round *round, const struct simulated_match *match);
    void *context;
};

enum simulated_outcome {
    SIMULATED_OFTEN,  /* a letter every two weeks or more */
    SIMULATED_SLOWLY, /* less often */
    SIMULATED_QUIET,  /* nothing in the last three months */
    SIMULATED_ENDED,  /* dissolved before its time */
    SIMULATED_OUTCOMES
};

struct simulated_outcome_count {
    size_t partnerships, letters, answers;
    int64_t example; /* a partnership that went so; 0: none */
};

struct simulated_round {
    struct simulated_round_settings settings;
    struct configuration configuration;
    struct database *database;
    struct simulated_people *people;
    struct simulation *simulation;
    struct arena *arena;
    int64_t id, started_at, ended_at;
    size_t partnerships;
    struct simulation_sign_up sign_up; /* as of its closing */
    struct simulation_plan plan;
    /* Once it has run: */
    struct simulation_accounts accounts;
    struct simulation_care care;
    struct simulated_outcome_count outcomes[SIMULATED_OUTCOMES];
    bool finished; /* nothing was left to come */
};

/* Runs it all. Sets the virtual clock and the random seed of the whole process. False where it could not be run; what
 * went wrong in it stands in its accounts and in simulation_faults. Free with simulated_round_free either way. */
bool simulated_round_run(struct simulated_round *round, const struct simulated_round_settings *settings,
                         struct parser *parser, struct error *error);
void simulated_round_free(struct simulated_round *round);
