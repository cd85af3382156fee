#pragma once
/* Words to the programme that stand in a letter: STOP, HELP, REPORT, START, in the writer's language or one that stands
 * in for it. Pure. */
#include <stdbool.h>

#include "programme/phrase.h"

enum verb {
    VERB_NONE,
    VERB_STOP,   /* no more mail, please */
    VERB_HELP,   /* a person, please */
    VERB_REPORT, /* something is not right */
    VERB_START,  /* mail again, please */
};

/* The verb that is all of TEXT, or stands alone on its first line (*RET_ALONE is true for the former, false for the
 * latter; untouched where there is none). Lines of nothing but politeness or a bare "Hello," are passed over. Case,
 * accents, punctuation and politeness beside the verb don't count ("STOP!", "stop please", "Aide, s'il vous plaît");
 * words inside a sentence make no verb, nor does a line with a question mark ("Stop?"), nor do two that differ.
 */
enum verb verb_find(const char *text, const struct words *words, bool *ret_alone);

/* "stop", "help", "report", "start", "none". */
const char *verb_name(enum verb verb);
