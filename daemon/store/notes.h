#pragma once
/* Free text by coordinators, kept apart from the event log so that erasing a person leaves that whole. */
#include "base/memory.h"
#include "base/model.h"
#include "store/database.h"

DATABASE_LIST(note_list, struct note);

/* Adds NOTE (its id is ignored). */
bool notes_add(struct database *database, const struct note *note, int64_t *ret_id, struct error *error);

/* id 0: there is none. */
bool notes_find(struct database *database, int64_t id, struct arena *arena, struct note *ret, struct error *error);

/* In time order. */
bool notes_list_of_partnership(struct database *database, int64_t partnership, struct arena *arena,
                               struct note_list *ret, struct error *error);
bool notes_list_of_participant(struct database *database, int64_t participant, struct arena *arena,
                               struct note_list *ret, struct error *error);
