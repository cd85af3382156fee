#pragma once
/* What every part of the service works with: one programme's configuration, a database connection of its own, its
 * templates and its sequence. */
#include "app/alive.h"
#include "app/configuration/configuration.h"
#include "app/templates/templates.h"
#include "base/error.h"
#include "mail/description.h"
#include "mail/message/address.h"
#include "programme/sequence.h"
#include "store/database.h"
#include "store/events.h"

/* What `check --online` found out about the provider: "yes" or "no". */
#define SETTING_SUB_ADDRESSES "sub_addresses"

/* The largest message that our own mail server takes, as it said last (SIZE, RFC 1870); 0: it names no limit. */
#define SETTING_SERVER_SIZE "server_size"

/* Changes of everything come in portions of so many rows, each read anew and committed alone: others get their turn in
 * between, and memory does not grow with the programme. Inside a caller's transaction (a dry run) they join it. */
enum { SERVICE_PORTION = 500 };

struct service {
    const struct configuration *configuration;
    struct database *database;
    struct templates *templates;
    struct sequence sequence;     /* the configuration's steps with the moments when they were first seen */
    const struct zone *zone;      /* the programme's own */
    struct address_scheme scheme; /* what our sub-addresses look like */
    bool relays;                  /* letters between partners go through us */
    bool plain_address;           /* sub-addresses don't arrive: all that we give is the programme's own address */
    int64_t letter_limit;         /* the largest letter that is passed on, in bytes; 0: no limit is known */
    const char *actor;            /* for the event log: "daemon", "command:USER" */
    struct alive *alive;          /* where signs of life go; NULL: into the database */
    struct arena *arena;          /* lives as long as the service */

    /* Told after each portion how many rows are done; NULL: nobody asks. */
    void (*advanced)(void *context, size_t done);
    void *advanced_context;
};

/* Joins CONFIGURATION and DATABASE, both of which must outlive the service. Steps that are new are noted as first seen
 * now. ACTOR is copied. On failure there is nothing to close. */
bool service_open(struct service *service, const struct configuration *configuration, struct database *database,
                  const char *actor, struct error *error);

/* Looks again at what others may have found out meanwhile: whether letters go through us, and how large ones. */
bool service_refresh(struct service *service, struct error *error);

void service_close(struct service *service); /* leaves the database open; a zeroed service is allowed */

/* Runs ONE_PORTION until there is no more: it changes at most SERVICE_PORTION rows after the one with the id *LAST (0
 * at first), sets *LAST to the last of them and *RET_COUNT to how many they were. Each portion is a transaction, and in
 * an arena, of its own. *RET_TOTAL: all of them. */
typedef bool service_portion(struct service *service, void *data, struct arena *arena, int64_t *last, size_t *ret_count,
                             struct error *error);
bool service_change_all(struct service *service, service_portion *one_portion, void *data, size_t *ret_total,
                        struct error *error);

/* "Now, by this service, because WHY". */
struct event_cause service_cause(const struct service *service, const char *why);

/* The zone of a participant: never fails, for zones are checked on the way in; one that was removed from the system
 * since is taken as the programme's. */
const struct zone *service_zone_of(const struct service *service, const struct participant *participant);

/* What the parser must know of the programme. */
void service_description_settings(const struct service *service, struct description_settings *ret);

/* The domain of our Message-IDs: that of the programme's address. */
const char *service_message_id_domain(const struct service *service);
