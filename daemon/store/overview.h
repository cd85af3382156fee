#pragma once
/* How everything stands, in few and cheap questions: for `status`. */
#include "base/memory.h"
#include "base/model.h"
#include "store/database.h"
#include "store/outbox.h"

enum { OVERVIEW_PARTNERSHIP_STATES = PARTNERSHIP_DISSOLVED + 1, OVERVIEW_PARTICIPANT_STATES = PARTICIPANT_ERASED + 1 };

struct overview_round {
    struct round round;
    size_t partnerships[OVERVIEW_PARTNERSHIP_STATES];
};

struct overview {
    struct overview_round *rounds; /* by id */
    size_t round_count;
    size_t participants[OVERVIEW_PARTICIPANT_STATES];
    size_t outbox[OUTBOX_STATE_COUNT]; /* of states in which something is still to come */
    size_t health[HEALTH_STOPPED + 1]; /* of partnerships that are not over */
    size_t failed, expired;            /* at or after the moment asked about */
    int64_t last_sent_at;              /* 0: never */
    size_t waiting;                    /* incoming messages that wait for a person */
    int64_t waiting_since;             /* when the oldest of them came; 0: none */
};

/* SINCE bounds what counts as lately failed and expired. All of one moment where the caller opened a transaction. */
bool overview_read(struct database *database, int64_t since, struct arena *arena, struct overview *ret,
                   struct error *error);

DATABASE_LIST(overview_people, struct participant); /* by id */

/* Those to whom mail comes back, who have not left: the first LIMIT, and how many they are. */
bool overview_bad_addresses(struct database *database, enum address_state state, size_t limit, struct arena *arena,
                            struct overview_people *ret, size_t *ret_count, struct error *error);

/* ---- A week, for coordinators' digests ---- */

enum { OVERVIEW_NAMED_MOST = 3 };

struct overview_week {
    size_t health[HEALTH_STOPPED + 1]; /* of partnerships that are not over */
    size_t letters, answers, surveys;  /* that came since */
    int64_t back[OVERVIEW_NAMED_MOST]; /* partnerships whose silence ended by itself since; the newest, then 0 */
    int64_t most;                      /* the partnership that wrote most letters, */
    size_t most_letters;               /* and how many they were; 0: none wrote */
};

/* What there is since SINCE of the partnerships with somebody from COUNTRIES, as in struct case_reader; ",": of all. */
bool overview_read_week(struct database *database, const char *countries, int64_t since, struct overview_week *ret,
                        struct error *error);

/* Letters seen in each of the last weeks until NOW, the oldest first; otherwise as above. */
enum { OVERVIEW_WEEKS = 10 };
bool overview_read_letters(struct database *database, const char *countries, int64_t now, int64_t ret[OVERVIEW_WEEKS],
                           struct error *error);

/* When the first of the partnerships began that go on; 0: none does. */
bool overview_began(struct database *database, int64_t *ret, struct error *error);
