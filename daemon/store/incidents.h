#pragma once
/* Reports of misconduct, whose text is kept here alone, and the addresses that may take part no more. */
#include "base/memory.h"
#include "base/model.h"
#include "store/database.h"
#include "store/events.h"

DATABASE_LIST(incident_list, struct incident);

/* Opens one with MAIL as it came (NULL: not kept). Its state and decision are ignored. The event log hears of it by the
 * mail's number only: nothing joins it to people. */
bool incidents_add(struct database *database, const struct incident *incident, const char *mail, size_t length,
                   const struct event_cause *cause, struct error *error);

bool incidents_find(struct database *database, int64_t id, struct arena *arena, struct incident *ret,
                    struct error *error);
bool incidents_find_of_inbox(struct database *database, int64_t inbox, struct arena *arena, struct incident *ret,
                             struct error *error);

/* By id; OPEN: only those that are to be decided. */
bool incidents_list(struct database *database, bool open, struct arena *arena, struct incident_list *ret,
                    struct error *error);

/* How many about the partnership are to be decided. */
bool incidents_count_open(struct database *database, int64_t partnership, size_t *ret, struct error *error);

/* The mail as it came; NULL where it is not kept. For `incident show` alone. */
bool incidents_mail(struct database *database, int64_t id, struct arena *arena, const char **ret_bytes,
                    size_t *ret_length, struct error *error);

/* PERMANENT where it is decided already. Of a reporter who was erased nothing of what they wrote is kept any longer. */
bool incidents_decide(struct database *database, int64_t id, enum incident_state state, const struct event_cause *cause,
                      struct error *error);

/* ---- Bans: only a keyed hash of the address is kept ---- */

bool incidents_ban(struct database *database, const char *address_key, int64_t at, struct error *error);

/* *RET_CHANGED: it was banned. */
bool incidents_unban(struct database *database, const char *address_key, bool *ret_changed, struct error *error);

bool incidents_is_banned(struct database *database, const char *address_key, bool *ret, struct error *error);

/* PERMANENT, naming ADDRESS, where it is banned. */
bool incidents_refuse_banned(struct database *database, const char *address, const char *address_key,
                             struct error *error);
