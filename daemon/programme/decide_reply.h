#pragma once
/* Inside the rules for incoming mail only: what a participant's reply to a message of ours says. */
#include "programme/deciding.h"

/* A word to us that came to PLACE, an answer to a question of ours, or a correction of one. False where it is none of
 * these. */
bool decide_reply(struct deciding *deciding, enum verb_place place);
