#pragma once
/* How partnerships are doing: the signs of each, as they lie about in many tables, and what programme/health.h makes
 * of them. What it makes is derived: it can be emptied and comes out the same. */
#include "base/memory.h"
#include "base/model.h"
#include "store/database.h"

/* ---- Rests: what stops somebody's clock ---- */

/* Of a hold PARTNERSHIP, of others PARTICIPANT. Nothing happens where one of this kind goes on already. */
bool health_rest_begin(struct database *database, enum rest_kind kind, int64_t participant, int64_t partnership,
                       int64_t at, struct error *error);
/* Nothing happens where none goes on. */
bool health_rest_end(struct database *database, enum rest_kind kind, int64_t participant, int64_t partnership,
                     int64_t at, struct error *error);

/* The participant said at AT that they are away until UNTIL (0: no end was said). Said again with the same end, or
 * without any within sixty days, it is the same absence. */
bool health_note_away(struct database *database, int64_t participant, int64_t at, int64_t until, struct error *error);

/* ---- Signs ---- */

enum health_sign_kind {
    SIGN_AWAY,
    SIGN_PAUSED,
    SIGN_HELD,
    SIGN_ASKED,      /* a check-in or a nudge was sent, or waits to be: see `step`, `state` */
    SIGN_ANSWERED,   /* the check-in; VALUE: the digit, 5 also for who said by a word that they would like to stop */
    SIGN_REPLIED,    /* another question of ours about this partnership was answered, whatever it was */
    SIGN_MAIL_WAITS, /* mail from them waits for a person */
    SIGN_WROTE,      /* participant 0: a coordinator knows that all were in touch */
};

struct health_sign {
    enum health_sign_kind kind;
    int64_t participant, value, at, until; /* participant 0: all; until 0: it goes on, or no end is known */
    int64_t outbox;                        /* asked: the row, */
    const char *step, *state;              /* and of which step and in which state; otherwise "" */
};

DATABASE_LIST(health_signs, struct health_sign);

/* At most so many of each kind, the newest. */
enum { HEALTH_SIGNS_MOST = 300 };

/* All of the partnership, in no order; one statement, by index. */
bool health_list_signs(struct database *database, int64_t partnership, struct arena *arena, struct health_signs *ret,
                       struct error *error);

/* The moments at which the participant got, or is to get, what nobody asked for (of bulk priority), from SINCE until
 * UNTIL; without the outbox row BUT. Those that wait in the queue count as of NOW. */
struct health_moments {
    int64_t *items;
    size_t count;
};
bool health_list_unasked(struct database *database, int64_t participant, int64_t since, int64_t until, int64_t now,
                         int64_t but, struct arena *arena, struct health_moments *ret, struct error *error);

/* ---- What came out ---- */

struct health_row {
    int64_t partnership, number, silent, assessed_at, next_at; /* silent: a participant; next_at 0: never again */
    enum health_state state;
    enum health_silence silence;
    const char *reason; /* "" before it was assessed for the first time */
};

DATABASE_LIST(health_list, struct health_row);

/* Zeroed where the partnership has not begun. */
bool health_find(struct database *database, int64_t partnership, struct arena *arena, struct health_row *ret,
                 struct error *error);
bool health_set(struct database *database, const struct health_row *row, struct error *error);

/* When the next is to be assessed; *ret_any is false where none is. */
bool health_next(struct database *database, int64_t *ret, bool *ret_any, struct error *error);

/* Partnerships to be assessed at or before NOW, the longest due first; at most LIMIT. */
bool health_list_due(struct database *database, int64_t now, size_t limit, struct arena *arena,
                     struct health_moments *ret, struct error *error);

/* How many of the partnerships that are not over are in each state. */
bool health_count_states(struct database *database, size_t ret_counts[HEALTH_STOPPED + 1], struct error *error);

/* The partnerships of PARTICIPANT (0: all) are to be assessed anew. */
bool health_wake(struct database *database, int64_t participant, struct error *error);
