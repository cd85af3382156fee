#pragma once
/* What commands and rules do to people, rounds and partnerships: each is one transaction that changes the state, keeps
 * the schedule true and leaves an event. Errors are for a person (PERMANENT) unless the database fails. */
#include "app/service.h"

/* Reasons under which messages are held back and let go again. */
#define ACTION_PAUSED "the participant is paused"
#define ACTION_ON_HOLD "the partnership is on hold"
#define ACTION_ADDRESS_DEAD "mail to this address comes back"

/* The participant is accepted to the round and gets what follows from that. */
bool action_accept(struct service *service, int64_t participant, int64_t round, struct error *error);

/* A planned partnership of accepted, free participants; in a running round it is not started by this. */
bool action_create_partnership(struct service *service, int64_t round, const int64_t *members, size_t count,
                               int64_t *ret_id, struct error *error);

/* Starts a planned partnership now: its introduction comes at the next sending time of each member. */
bool action_start_partnership(struct service *service, int64_t partnership, struct error *error);

/* Starts the round and all of its planned partnerships now. *ret_count: how many partnerships. */
bool action_start_round(struct service *service, int64_t round, size_t *ret_count, struct error *error);

/* Nothing goes out while on hold. Resuming, also what a report froze, sends what is not too late by then. */
bool action_hold_partnership(struct service *service, int64_t partnership, const char *why, struct error *error);
bool action_resume_partnership(struct service *service, int64_t partnership, const char *why, struct error *error);

/* Ends it early: nothing more is sent. */
bool action_dissolve_partnership(struct service *service, int64_t partnership, const char *why, struct error *error);

/* The same for one person's mail in everything. */
bool action_pause_participant(struct service *service, int64_t participant, const char *why, struct error *error);
bool action_resume_participant(struct service *service, int64_t participant, const char *why, struct error *error);

/* The address works again: the participant wrote from it, or a coordinator says so. What was held back goes on. */
bool action_address_works(struct service *service, int64_t participant, const char *why, struct error *error);

/* The participant leaves: nothing more is sent to them, their partnerships are dissolved, coordinators are told who is
 * left alone. */
bool action_leave(struct service *service, int64_t participant, const char *why, struct error *error);

/* Partnerships whose time is over end; a running round ends with its last partnership. *ret_count: how many ended. */
bool action_end_what_is_over(struct service *service, size_t *ret_count, struct error *error);
