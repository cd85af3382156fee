#pragma once
/* What is done with a proposal (app/proposal.h); see app/action.h for what holds for all actions. */
#include "app/proposal.h"

struct action_match_result {
    size_t partnerships;
    size_t left_over; /* first in line for the next round, or still in line in a running one */
    bool starts;      /* the round begins now: action_round_finish_start goes on with it */
    struct action_match_stand_by {
        const char *coordinator; /* writes to */
        uint32_t person;         /* this one, by position in the population */
    } * stand_by;
    size_t stand_by_count;
};

/* Makes PROPOSAL true: its groups become partnerships, which begin with the round, or at once where that is running;
 * who is left over is told so by mail, and is first in line next time, or has a coordinator who stands by. PERMANENT
 * where anything changed since it was made. */
bool action_match_approve(struct service *service, const struct proposal *proposal, struct arena *arena,
                          struct action_match_result *ret, struct error *error);

/* Ends the partnership where it is not over, and puts its members, or ONLY the one (0: all of them), in line for
 * another partner in its round, as far as they take part still. *RET_COUNT: how many. */
bool action_match_rematch(struct service *service, int64_t partnership, int64_t only, const char *why,
                          size_t *ret_count, struct error *error);

/* In running rounds: whoever waits for a partner, as the line stands now, is put to coordinators in pairs, the best
 * that the engine finds, each a case (CASE_REMATCH) with its row in `rematch`; no pair twice. Who is left alone gets a
 * coordinator who stands by, where there is one. What is no longer so is closed. Looks by index; does nothing where the
 * line is as it was. */
bool action_match_rematch_turn(struct service *service, struct error *error);

/* The pair of an open case become partners, and begin now. PERMANENT where that can't be any more. */
bool action_match_pair(struct service *service, int64_t case_id, int64_t *ret_partnership, struct error *error);
