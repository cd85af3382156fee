#pragma once
/* Inside the rules for incoming mail only: somebody wants to leave a partnership, and what becomes of the other one. */
#include <stdbool.h>

#include "base/model.h"
#include "programme/subject.h"

struct deciding;

enum parting_effect {
    EFFECT_PART = SUBJECT_EFFECTS(SUBJECT_PARTING), /* do what participant answered to "leaving" about partnership */
    EFFECT_ANOTHER,                                 /* ... to "another", whose partnership ended */
};

/* The answers to "leaving", and to "another". */
enum {
    PARTING_REMATCH = 1,
    PARTING_LEAVE,
    PARTING_STAY,
    PARTING_ANOTHER = 1,
    PARTING_NO_MORE,
};

/* Asks whoever would like to stop, at the address on file, what is to be done: nothing is, before that is answered by a
 * reply. PARTNERSHIP 0: a person must find out which one. */
void decide_parting_ask(struct deciding *deciding, int64_t partnership);

/* A check-in that ABOUT put was answered with "I'd like to stop". */
void decide_parting_wish(struct deciding *deciding, const struct outbox_row *about);

/* The answers to the question ABOUT. */
void decide_parting_rematch(struct deciding *deciding, const struct outbox_row *about);
void decide_parting_leave(struct deciding *deciding, const struct outbox_row *about);
void decide_parting_stay(struct deciding *deciding, const struct outbox_row *about);
void decide_parting_another(struct deciding *deciding, const struct outbox_row *about);
void decide_parting_no_more(struct deciding *deciding, const struct outbox_row *about);
