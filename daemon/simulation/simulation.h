#pragma once
/* Made-up time: runs both loops of the service on the virtual clock, in one process, from one interesting moment to the
 * next: what falls due, what is to be tried again, what people do. Who those people are is the world's business. */
#include "app/configuration/configuration.h"
#include "app/parser.h"
#include "app/service.h"
#include "base/error.h"
#include "base/text.h"
#include "simulation/simulation_post.h"

/* What happens outside of the service. */
struct simulation_world {
    void *context;
    int64_t (*next)(void *context);                  /* when something happens next; INT64_MAX: never */
    bool (*act)(void *context, struct error *error); /* does all that is due by clock_now() */
    /* The post office took a message of the service's. NULL: nobody listens. */
    void (*delivered)(void *context, const struct send_request *request);
};

struct simulation;

/* The configuration must name the embedded post office. With PARSER NULL it need not: then no mail comes, and what is
 * sent is told to the world and goes nowhere, whatever post office is named. All arguments must outlive the simulation,
 * the clock must be virtual. RESTARTS: of 1,000 moments so many see the service die, at whatever it is doing, and start
 * again. */
bool simulation_open(const struct configuration *configuration, struct database *database, struct parser *parser,
                     const struct simulation_world *world, unsigned restarts, struct simulation **ret,
                     struct error *error);
void simulation_free(struct simulation *simulation); /* NULL allowed */

/* The running service, for what coordinators do by commands. The pointer stays the same over restarts. */
struct service *simulation_service(struct simulation *simulation);

/* What the post office may do wrong from now on; everything is well at first. */
struct simulation_post *simulation_post_office(struct simulation *simulation);

/* The world has put mail into the programme's mailbox. */
void simulation_mail_came(struct simulation *simulation);

/* Mail lies there that could not be fetched yet. */
bool simulation_mail_waits(const struct simulation *simulation);

/* Lets time pass until MOMENT; all that was due by then is done. */
bool simulation_run(struct simulation *simulation, int64_t moment, struct error *error);

struct simulation_counts {
    size_t moments;     /* how often time stood still for something to happen */
    size_t handed_over; /* messages given to the post office, tries included */
    size_t received;    /* messages that the service recorded */
    size_t restarts;
    size_t faults; /* messages that should never have been handed over */
};
struct simulation_counts simulation_counts(const struct simulation *simulation);

/* What was handed over against the rules: too early, too late, to somebody who left, is paused or on hold. A line each;
 * "" where all was well. */
const char *simulation_faults(const struct simulation *simulation);
