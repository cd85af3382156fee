#pragma once
/* Inside the rules for incoming mail only: what a participant's reply to a message of ours says. */
#include "programme/decide_letter.h"

/* A word to us, an answer to a question of ours, or a correction of one. False where it is none of these. */
bool decide_reply(struct deciding *deciding);

/* The answer to a check-in, or that there is none. */
void decide_reply_check_in(struct deciding *deciding, const struct outbox_row *about);
