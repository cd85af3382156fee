#pragma once
/* What each participant did last by mail that a word takes back: one thing a person. */
#include "base/memory.h"
#include "base/model.h"
#include "store/database.h"

#define UNDOABLE_ANSWER "answer"     /* before: its id */
#define UNDOABLE_PAUSE "pause"       /* before: when the pause that there was already was to end, or nothing */
#define UNDOABLE_START "start"       /* before: when the pause was to end, or 0 */
#define UNDOABLE_LANGUAGE "language" /* before: the language */

struct undoable {
    int64_t participant; /* 0: there is nothing */
    const char *what, *before;
    int64_t at;
};

/* In place of what the participant did before. */
bool undoables_put(struct database *database, const struct undoable *undoable, struct error *error);

bool undoables_find(struct database *database, int64_t participant, struct arena *arena, struct undoable *ret,
                    struct error *error);
bool undoables_remove(struct database *database, int64_t participant, struct error *error);
