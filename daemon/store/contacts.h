#pragma once
/* Logged signs that partners were in touch: who, when, through which channel. Never the content. */
#include "base/memory.h"
#include "base/model.h"
#include "store/database.h"

DATABASE_LIST(contact_list, struct contact);

/* Adds CONTACT (its id is ignored). */
bool contacts_add(struct database *database, const struct contact *contact, int64_t *ret_id, struct error *error);

/* In time order. */
bool contacts_list(struct database *database, int64_t partnership, struct arena *arena, struct contact_list *ret,
                   struct error *error);

/* The moment of the last contact; 0 where there was none. */
bool contacts_last(struct database *database, int64_t partnership, int64_t *ret, struct error *error);
