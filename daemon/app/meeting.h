#pragma once
/* Meetings: what coordinators invite a round to, and half hours that partners agree on. Planned here, told and reminded
 * of in the sender's turns, answered by a digit or by a calendar program. */
#include "app/service.h"
#include "store/meetings.h"

/* ---- What coordinators do ---- */

/* From MEETING's title, url, moments and round; PERMANENT where these can't be. */
bool meeting_plan(struct service *service, const struct meeting *meeting, int64_t *ret_id, struct error *error);

/* MEETING, a planned one, has another title, url or other moments. *RET_CHANGED: it does differ. */
bool meeting_change(struct service *service, const struct meeting *meeting, bool *ret_changed, struct error *error);

bool meeting_cancel(struct service *service, int64_t id, struct error *error);

/* ---- What time brings ---- */

/* In portions; most turns find nothing. */
bool meeting_turn(struct service *service, struct error *error);

/* ---- Partners ---- */

/* ROW, a check-in, was queued just now: where both want to talk live, times are proposed with it. */
bool meeting_propose_with(struct service *service, const struct outbox_row *row, struct error *error);

/* PARTICIPANT can talk at those of the times that ROW proposed that have a bit in TIMES; when all can at one, it is
 * planned. */
bool meeting_choose(struct service *service, const struct outbox_row *row, int64_t participant, int64_t times,
                    struct error *error);

/* ---- Answers ---- */

/* The meeting that ROW, a message of ours, is about, and its sequence then; 0: none. */
int64_t meeting_of_message(const struct outbox_row *row, int64_t *ret_sequence);

/* Kept; where partners were to talk and one can't after all, that is off. */
bool meeting_answered(struct service *service, const struct attendee *answer, struct error *error);
