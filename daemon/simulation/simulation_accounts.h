#pragma once
/* The books of a simulated round: what had to be sent, worked out beforehand by the pure rules alone, held against what
 * the service did and against the files that lie in the Maildirs. */
#include "simulation/simulated_people.h"
#include "simulation/simulation_plan.h"
#include "simulation/simulation_sign_up.h"

enum simulation_number {
    SIMULATION_DUE, /* the sum of the others where the books balance */
    SIMULATION_SENT,
    SIMULATION_SKIPPED,   /* too late to be of use */
    SIMULATION_CANCELLED, /* the recipient or the partnership was no longer there, or paused to the end */
    SIMULATION_HELD,      /* waits for a person */
    SIMULATION_FAILED,    /* refused for good */
    SIMULATION_OPEN,      /* still to be sent */
    SIMULATION_MISSING,   /* nobody knows: must be none */
    SIMULATION_NUMBERS
};

/* One step's messages. */
struct simulation_account {
    const char *step;
    union {
        struct {
            size_t due, sent, skipped, cancelled, held, failed, open, missing;
        };
        size_t numbers[SIMULATION_NUMBERS];
    };
};

struct simulation_reason {
    const char *reason;
    size_t count;
};

/* Letters between partners; those to the partnership address are the sum of passed_on to open where the books balance.
 */
struct simulation_letter_account {
    size_t written;   /* to the partnership address */
    size_t passed_on; /* now in the partner's Maildir, once, and nowhere else */
    size_t returned;  /* passed on, and sent back by the partner's mail server: their writers were told */
    size_t refused;   /* nothing passed at that time: their writers were told, or a coordinator looks */
    size_t held;      /* kept back until their writers decide, or a person */
    size_t dropped;   /* kept back, and not sent in the end */
    size_t failed;    /* the partner's mail server wanted nothing */
    size_t open;      /* still to be sent */
    size_t asked;     /* of passed_on: first kept back, until the owner of the address said that it was theirs */
    size_t copied;    /* besides: written directly with the partnership address in Cc */
    size_t logged;    /* of these: as a contact */
    size_t unseen;    /* written directly and nowhere else: nobody can know */
    size_t sentences; /* of which letters are made: so many were looked for in the database, and none was found */
};

/* How people wrote, and whether their answers to check-ins were understood as they were meant. */
struct simulation_manner {
    size_t letters, answers, understood;
    size_t asked_again; /* answers with neither digit nor word */
    size_t unheard;     /* answers that were meant to be understood, and wait for a person */
};

struct simulation_accounts {
    struct simulation_account *steps; /* in the configuration's order */
    size_t step_count;
    struct simulation_account total;
    struct simulation_reason *reasons; /* why something planned was not sent, the most frequent first */
    size_t reason_count;
    size_t besides;                    /* messages sent that no step had planned: answers, alerts, digests; */
    struct simulation_sign_up sign_up; /* and those to applicants */
    size_t files;                      /* messages of the service found in Maildirs */
    size_t twice, uncertain; /* files beyond one a message; messages that were sent again because nobody could know */
    struct simulation_letter_account letters;
    struct simulation_manner styles[SIMULATED_STYLES], languages[SIMULATED_LANGUAGES];
    bool balanced;
    const char *faults; /* a line each; "" where all is well */
};

/* Works out the books by what is in the database and in the Maildirs now, and by what people know of their own doing.
 * In ARENA. */
bool simulation_accounts_close(struct service *service, int64_t round, const struct simulation_plan *plan,
                               const struct simulated_record *record, struct arena *arena,
                               struct simulation_accounts *ret, struct error *error);
