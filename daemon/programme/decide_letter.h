#pragma once
/* Inside the rules for incoming mail only: letters between partners. */
#include "programme/deciding.h"

/* A person's mail to a partnership address, from its owner or not: docs/architecture.md has the whole table. */
void decide_letter(struct deciding *deciding);

/* An automatic answer to a letter, that came to its partnership address or to its return path (RFC 3834). */
void decide_letter_auto_reply(struct deciding *deciding);

/* The answer to a question about a letter that is kept back. */
void decide_letter_answer(struct deciding *deciding);

/* Whether it can be understood: one of the two digits. */
bool decide_letter_answer_is_clear(const struct description *description);
