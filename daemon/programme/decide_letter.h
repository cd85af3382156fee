#pragma once
/* Inside the rules for incoming mail only: what decide.c shares, and letters. */
#include "base/reason.h"
#include "programme/decide.h"

/* With a literal, which coordinators read in their language. */
#define deciding_wait(deciding, literal) deciding_wait_because(deciding, REASON(literal))
#define deciding_tell_coordinators(deciding, literal) deciding_alert(deciding, REASON(literal))

struct deciding {
    const struct description *description;
    const struct facts *facts;
    struct arena *arena;
    struct decision *decision;
};

struct effect *deciding_add(struct deciding *deciding, enum effect_kind kind);
void deciding_understood(struct deciding *deciding, const char *reason);
void deciding_wait_because(struct deciding *deciding, struct reason reason);
void deciding_alert(struct deciding *deciding, struct reason reason);

/* A person's mail to a partnership address, from its owner or not: docs/architecture.md has the whole table. */
void decide_letter(struct deciding *deciding);

/* An automatic answer to a letter, that came to its partnership address or to its return path (RFC 3834). */
void decide_letter_auto_reply(struct deciding *deciding);

/* The answer to a question about a letter that is kept back. */
void decide_letter_answer(struct deciding *deciding);

/* Whether it can be understood: one of the two digits. */
bool decide_letter_answer_is_clear(const struct description *description);
