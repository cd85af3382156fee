#pragma once
/* The phrases by which mail systems tell why a mail was not delivered, by topic: those of the common mail transfer
 * agents and providers, and their wording in other languages. Pure. */
#include "mail/automatic/bounce_status.h"

/* What WORDS, as bounce_status_normalise makes them, say. The more telling topic wins: words that name a full mailbox
 * or a refused sender outweigh a mention of the user, that outweighs the host and policy, those outweigh mere failures.
 */
enum bounce_reason bounce_phrases_reason(const char *normalised);
