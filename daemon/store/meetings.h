#pragma once
/* Meetings (struct meeting) and who comes to them. */
#include "base/memory.h"
#include "base/model.h"
#include "store/database.h"
#include "store/events.h"

DATABASE_LIST(meeting_list, struct meeting);

struct attendee {
    int64_t meeting, participant;
    int64_t outbox;   /* the first invitation that went out, or is to; 0: none */
    int64_t answer;   /* 1 yes, 2 no, 3 perhaps; 0: none */
    int64_t sequence; /* of the invitation that was answered */
};
DATABASE_LIST(attendee_list, struct attendee);

/* A new one from MEETING's uid, title, url, moments, round, partnership, occurrence and state; planned, it is to be
 * told. */
bool meetings_add(struct database *database, const struct meeting *meeting, const struct event_cause *cause,
                  int64_t *ret_id, struct error *error);

bool meetings_find(struct database *database, int64_t id, struct arena *arena, struct meeting *ret,
                   struct error *error);
bool meetings_find_by_uid(struct database *database, const char *uid, struct arena *arena, struct meeting *ret,
                          struct error *error);

/* What MEETING now says (title, url, moments, state) is new to all: its sequence grows, and who comes is told again.
 * MOVED: its time is another, and what was answered before does not count any more. */
bool meetings_change(struct database *database, const struct meeting *meeting, bool moved,
                     const struct event_cause *cause, struct error *error);

/* Whole rounds', by round and when they begin. */
bool meetings_list(struct database *database, struct arena *arena, struct meeting_list *ret, struct error *error);

/* What the mail with this OCCURRENCE proposes to partners, by time. */
bool meetings_list_proposed(struct database *database, int64_t partnership, int64_t occurrence, struct arena *arena,
                            struct meeting_list *ret, struct error *error);

/* ---- Telling and reminding ---- */

/* The one whose turn it is, at or before NOW. */
bool meetings_find_due(struct database *database, int64_t now, struct arena *arena, struct meeting *ret,
                       struct error *error);

/* When the next one's turn is; 0: never. */
bool meetings_next_turn(struct database *database, int64_t *ret, struct error *error);

/* Sets is_told, position and next_at (0: never) as MEETING has them. */
bool meetings_set_turn(struct database *database, const struct meeting *meeting, struct error *error);

/* Whom to tell of what is new, after MEETING's position, by participant; at most LIMIT: who takes part in the round or
 * is a member; of a cancelled one whose invitation went out and who did not say no. */
bool meetings_list_to_tell(struct database *database, const struct meeting *meeting, size_t limit, struct arena *arena,
                           struct attendee_list *ret, struct error *error);

/* Who said yes, after MEETING's position, by participant; at most LIMIT. */
bool meetings_list_coming(struct database *database, const struct meeting *meeting, size_t limit, struct arena *arena,
                          struct attendee_list *ret, struct error *error);

/* ---- Who comes ---- */

/* All zero where they were not asked. */
bool meetings_find_attendee(struct database *database, int64_t meeting, int64_t participant, struct arena *arena,
                            struct attendee *ret, struct error *error);

/* OUTBOX is the invitation, unless one went out before. */
bool meetings_invite(struct database *database, int64_t meeting, int64_t participant, int64_t outbox,
                     struct error *error);

/* Keeps ATTENDEE's answer, unless one to a later invitation is known. */
bool meetings_answer(struct database *database, const struct attendee *attendee, const struct event_cause *cause,
                     struct error *error);

/* How many were invited, and what they answered to what is so now. */
struct meeting_counts {
    int64_t invited, yes, no, perhaps;
};
bool meetings_count(struct database *database, const struct meeting *meeting, struct meeting_counts *ret,
                    struct error *error);

/* Whether somebody's partnership in ROUND is frozen. */
bool meetings_is_frozen(struct database *database, int64_t participant, int64_t round, bool *ret, struct error *error);
