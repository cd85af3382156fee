#pragma once
/* Answers to our questions (programme/question.h). */
#include "base/memory.h"
#include "base/model.h"
#include "store/database.h"
#include "store/events.h"

DATABASE_LIST(answer_list, struct answer);

/* Adds ANSWER (its id is ignored). */
bool answers_add(struct database *database, const struct answer *answer, int64_t *ret_id, struct error *error);

/* In time order. */
bool answers_list(struct database *database, int64_t partnership, struct arena *arena, struct answer_list *ret,
                  struct error *error);

/* Answers that the participant was not told yet how we understood them, in time order. */
bool answers_list_unconfirmed(struct database *database, int64_t participant, struct arena *arena,
                              struct answer_list *ret, struct error *error);

/* The newest that the outbox row CONFIRMED_BY told of; id 0 where it told of none. */
bool answers_find_confirmed_by(struct database *database, int64_t confirmed_by, struct arena *arena, struct answer *ret,
                               struct error *error);

/* The outbox row CONFIRMED_BY tells it. */
bool answers_confirm(struct database *database, int64_t id, int64_t confirmed_by, struct error *error);

/* The participant's newest answer to what comes after a round ("next"); id 0 where there is none. */
bool answers_find_next(struct database *database, int64_t participant, struct arena *arena, struct answer *ret,
                       struct error *error);

/* How many of the round's people last answered "next" with each digit; by digit. */
enum { ANSWER_DIGITS = 10 };
bool answers_count_next(struct database *database, int64_t round, int64_t ret[ANSWER_DIGITS], struct error *error);

/* Takes the answer back: it is gone with the contact that it was, and its question is open again where nothing else
 * answers it. *ret_found is false where there is none. */
bool answers_remove(struct database *database, int64_t id, const struct event_cause *cause, bool *ret_found,
                    struct error *error);
