#pragma once
/* Claimed messages on their way: those that wait for a connection, and results that wait for the next commit. A
 * connection goes on to the next message without waiting for one. Where there is no wire log nothing is claimed beyond
 * what connections can take at once. */
#include "app/service.h"
#include "app/wire_log.h"
#include "net/post_office.h"

enum {
    WIRE_CLAIMS_MOST = 128,
    WIRE_RESULTS_MOST = 256,
    WIRE_COMMIT_WITHIN_MS = 50, /* of the first result */
};

struct wire_claim {
    struct send_request request; /* in ARENA */
    struct arena *arena;
    int64_t attempt;
    int64_t claimed_ms; /* the monotonic moment of its commit; set by wire_committed */
    int64_t version;    /* database_data_version when it was claimed */
    int64_t written;    /* database_written at its commit; set by wire_committed */
};

/* For the sender's loop to read, changed by the functions below alone. */
struct wire {
    struct service *service;
    struct mail_sender *sender;
    struct wire_log *log; /* NULL: none */

    struct wire_claim claims[WIRE_CLAIMS_MOST]; /* wait for a connection, the oldest first */
    size_t claim_count;
    int64_t returned[2 * WIRE_CLAIMS_MOST]; /* before an exchange and while it is under way; claimed, but not to be sent
                                               as they were claimed: to be queued again */
    size_t returned_count, giving_back;     /* the first of them are in the transaction of the exchange */
    struct send_result results[WIRE_RESULTS_MOST]; /* kept while the database can't be written */
    size_t result_count;
    int64_t first_result_ms;

    size_t depth;   /* how many may be claimed and without a result */
    int64_t number; /* of the last exchange */
};

/* Claims are kept to what CONNECTIONS take until the queue turns out to be long. */
void wire_begin(struct wire *wire, struct service *service, struct mail_sender *sender, size_t connections);
void wire_end(struct wire *wire); /* frees claims and the log; neither service nor sender */

/* How many are claimed and have no result; how many more may be claimed now. */
size_t wire_under_way(const struct wire *wire);
size_t wire_room(const struct wire *wire);

/* The server could not be used for one of the results: claims stay where they are, and go back with the next exchange.
 */
bool wire_is_halted(const struct wire *wire);

/* Whether results, or what is given back, should be committed now. MORE_READY: the queue holds more to claim. */
bool wire_is_due(const struct wire *wire, bool more_ready);

/* Hands claims that are on disk to connections and waits at most TIMEOUT_MS, or until WAKE_FD (-1: none) is readable,
 * for results; *RET_COUNT: how many came. Nobody who left, was paused or put on hold since the claim gets it: where
 * others have changed the database since, that is asked again. So is what waited for a connection for more than a
 * moment. */
bool wire_pump(struct wire *wire, int timeout_ms, int wake_fd, size_t *ret_count, struct error *error);

/* What has no connection yet goes back with the next exchange. */
void wire_stop(struct wire *wire);

/* Within the transaction of an exchange: what goes back is queued again. */
bool wire_give_back(struct wire *wire, struct error *error);

/* That exchange is committed: RECORDED results of it, and CLAIMS, which are the wire's now. MORE_READY: the queue held
 * more than might be claimed. */
void wire_committed(struct wire *wire, size_t recorded, const struct wire_claim *claims, size_t count, bool more_ready);
