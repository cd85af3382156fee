#pragma once
/* The whole story of one partnership in time order, from all tables: what changed, which messages went out, contacts,
 * answers and notes. */
#include "base/memory.h"
#include "store/database.h"

enum story_kind { STORY_EVENT, STORY_CONTACT, STORY_ANSWER, STORY_NOTE };

struct story_line {
    int64_t at;
    enum story_kind kind;
    int64_t participant, outbox, inbox; /* 0 where none */
    const char *actor;                  /* event: its actor; note: its author; otherwise "" */
    const char *text;     /* event: what; contact: the channel's word; answer: its digit; note: its text */
    const char *why;      /* event: why; otherwise "" */
    const char *question; /* answer: to which, by name; otherwise "" */
    const char *step;     /* the outbox row's step where there is one; otherwise "" */
};

DATABASE_LIST(story, struct story_line);

/* What is of one moment stands in the order of enum story_kind. */
bool story_read(struct database *database, int64_t partnership, struct arena *arena, struct story *ret,
                struct error *error);
