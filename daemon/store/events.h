#pragma once
/* The append-only event log. Functions of this layer that change a state take a cause and write the event themselves,
 * in the same transaction. */
#include "base/memory.h"
#include "base/model.h"
#include "store/database.h"

DATABASE_LIST(event_list, struct event);

/* Why something changes: who or what rule did it, when, and a short reason without names, addresses or content. */
struct event_cause {
    int64_t at;
    const char *actor; /* "daemon", "command:USER", a rule's name */
    const char *why;   /* NULL: no more to say than what happened */
};

/* Appends one event; its id is ignored. WHAT says "participant active -> paused", "partnership planned". */
bool events_append(struct database *database, const struct event *event, struct error *error);

/* Appends that WHAT happened for CAUSE to what IDS names (its other fields are ignored). */
bool events_append_change(struct database *database, const char *what, const struct event *ids,
                          const struct event_cause *cause, struct error *error);

/* The same for "THING FROM -> TO". */
bool events_append_move(struct database *database, const char *thing, const char *from, const char *to,
                        const struct event *ids, const struct event_cause *cause, struct error *error);

/* Which events to list: the first of partnership, participant and outbox that is not 0 chooses; all 0 lists all. */
struct event_filter {
    int64_t partnership, participant, outbox;
    int64_t since; /* at or after this moment; 0 from the beginning */
    size_t limit;  /* the newest so many; 0 all */
};

/* In the order in which they happened. */
bool events_list(struct database *database, const struct event_filter *filter, struct arena *arena,
                 struct event_list *ret, struct error *error);
