#pragma once
/* Inside the rules for incoming mail only: what is answered to a check-in. */
#include "programme/deciding.h"

/* The mail is the answer to the check-in ABOUT: it is recorded, or, where it can't be understood, asked for once more
 * at the most. */
void decide_check_in(struct deciding *deciding, const struct outbox_row *about);
