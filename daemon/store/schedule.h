#pragma once
/* The next moment of everything that will happen: derived from rules and history, so it can be emptied and rebuilt. */
#include "base/memory.h"
#include "base/model.h"
#include "store/database.h"

DATABASE_LIST(schedule_list, struct schedule_entry);

/* Puts an entry in, in place of one with the same key. Nothing happens where the outbox has had this key already:
 * what was once due is never scheduled again. */
bool schedule_put(struct database *database, const struct schedule_entry *entry, struct error *error);

/* Removes all of the participant's entries that are due at or before NOW; *RET are they. */
bool schedule_take_due(struct database *database, int64_t participant, int64_t now, struct arena *arena,
                       struct schedule_list *ret, struct error *error);

/* Nothing happens where there is nothing of the kind. */
bool schedule_remove_of_participant(struct database *database, int64_t participant, struct error *error);
bool schedule_remove_of_partnership(struct database *database, int64_t partnership, struct error *error);

/* Due at or before NOW, the earliest first, at most LIMIT. */
bool schedule_list_due(struct database *database, int64_t now, size_t limit, struct arena *arena,
                       struct schedule_list *ret, struct error *error);

/* FROM <= due < UNTIL; of what is due at FROM only keys after AFTER ("": all). */
struct schedule_span {
    int64_t from, until;
    const char *after;
    size_t limit; /* 0: no limit */
};

/* The earliest first, and by key. To go on: FROM and AFTER are the last one's. */
bool schedule_list_between(struct database *database, const struct schedule_span *span, struct arena *arena,
                           struct schedule_list *ret, struct error *error);

/* All that a participant is to get, the earliest first. */
bool schedule_list_of_participant(struct database *database, int64_t participant, struct arena *arena,
                                  struct schedule_list *ret, struct error *error);

/* All of the partnership's, the earliest first. */
bool schedule_list_of_partnership(struct database *database, int64_t partnership, struct arena *arena,
                                  struct schedule_list *ret, struct error *error);

/* The earliest due moment of all, or at FROM or later; 0 where nothing is scheduled. */
bool schedule_next_due(struct database *database, int64_t *ret, struct error *error);
bool schedule_next_due_from(struct database *database, int64_t from, int64_t *ret, struct error *error);

/* How many are due at or before UNTIL. */
bool schedule_count_until(struct database *database, int64_t until, size_t *ret, struct error *error);

/* The moment when the step was first seen in the configuration, as one that joins in mid-round sends nothing
 * retroactively; that is NOW where it never was, and is remembered (but not by a database that is open to read only).
 */
bool schedule_step_first_seen(struct database *database, const char *name, int64_t now, int64_t *ret,
                              struct error *error);
