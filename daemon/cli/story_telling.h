#pragma once
/* Inside the modules that tell a partnership's story only: what they share. */
#include "cli/story_text.h"

struct story_telling {
    const struct story_facts *facts;
    const struct story *story;
    struct arena *arena;
};

/* The person behind an actor of the event log; NULL for the daemon and its rules. */
const char *story_telling_person(const char *actor);

/* ": REASON", or nothing. */
const char *story_telling_because(const struct story_telling *telling, const char *why);

/* The sentence, TEXT in the telling's arena. */
void story_telling_say(struct story_sentence *sentence, enum table_tone tone, const char *text);
