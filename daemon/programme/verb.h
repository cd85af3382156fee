#pragma once
/* Words to the programme that stand in a letter: STOP, HELP, REPORT, START, in the writer's language or in English.
 * Pure. */
#include <stdbool.h>

enum verb {
    VERB_NONE,
    VERB_STOP,   /* no more mail, please */
    VERB_HELP,   /* a person, please */
    VERB_REPORT, /* something is not right */
    VERB_START,  /* mail again, please */
};

/* The verb that is all of TEXT, or stands alone on its first line (*RET_ALONE is false then, and true for the former).
 * Case, accents, punctuation and a "please" beside it don't count; words inside a sentence do not make a verb.
 * LANGUAGE: BCP 47, its region ignored; NULL: English only. */
enum verb verb_find(const char *text, const char *language, bool *ret_alone);

/* "stop", "help", "report", "start", "none". */
const char *verb_name(enum verb verb);
