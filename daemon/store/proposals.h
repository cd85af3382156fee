#pragma once
/* Bringing people together: who is to be, who must never, who must, and the proposal that stands for a round. */
#include "base/memory.h"
#include "base/model.h"
#include "store/database.h"
#include "store/events.h"

/* Somebody of a round who has no partner in it. */
struct candidate {
    struct participant participant;
    int64_t application;
    enum application_state state; /* accepted, or waiting */
    const char *answers;          /* JSON; see store/applications.h */
    int64_t waited;               /* how often passed over since the last partnership */
};
DATABASE_LIST(candidate_list, struct candidate);

/* In the order of their applications: who is accepted to ROUND or waits for another partner in it, and is in none of
 * its partnerships that is not over. */
bool proposals_candidates(struct database *database, int64_t round, struct arena *arena, struct candidate_list *ret,
                          struct error *error);

struct parted_pair {
    int64_t first, second;
};
DATABASE_LIST(parted_list, struct parted_pair);

/* Whom the people with an application to ROUND must not be brought together with: partners of before, in any round,
 * forbidden pairs, and pairs that were offered to coordinators, who did not want them. Both ways, ordered. */
bool proposals_parted(struct database *database, int64_t round, struct arena *arena, struct parted_list *ret,
                      struct error *error);

/* For good, until it is allowed. *RET_CHANGED: it was not so already. */
bool proposals_forbid(struct database *database, int64_t a, int64_t b, const struct event_cause *cause,
                      bool *ret_changed, struct error *error);
bool proposals_allow(struct database *database, int64_t a, int64_t b, const struct event_cause *cause,
                     bool *ret_changed, struct error *error);

struct forbidden_pair {
    int64_t first, second;
    const char *first_name, *first_address, *second_name, *second_address;
};
DATABASE_LIST(forbidden_list, struct forbidden_pair);

/* By the participants' ids. */
bool proposals_forbidden(struct database *database, struct arena *arena, struct forbidden_list *ret,
                         struct error *error);

struct proposal_member {
    int64_t participant;
    int64_t number;   /* partners have the same; 0: left over */
    int64_t position; /* among them; 0 writes first */
    const char *fingerprint;
};
DATABASE_LIST(proposal_member_list, struct proposal_member);

/* Keeps COUNT people together in every proposal for ROUND; each leaves the lock of before, which thereby ends. */
bool proposals_lock(struct database *database, int64_t round, const int64_t *members, size_t count,
                    const struct event_cause *cause, struct error *error);

/* Ends the lock that the participant is in. *RET_CHANGED: there was one. */
bool proposals_unlock(struct database *database, int64_t round, int64_t participant, const struct event_cause *cause,
                      bool *ret_changed, struct error *error);

/* By number, then position; without fingerprints. */
bool proposals_locked(struct database *database, int64_t round, struct arena *arena, struct proposal_member_list *ret,
                      struct error *error);

struct proposal_row {
    int64_t round, seed, made_at;
};

/* Puts a proposal in the place of the round's last one, if there was one. */
bool proposals_put(struct database *database, const struct proposal_row *row,
                   const struct proposal_member_list *members, const struct event_cause *cause, struct error *error);

/* ret->round is 0 where there is none. */
bool proposals_find(struct database *database, int64_t round, struct arena *arena, struct proposal_row *ret,
                    struct error *error);

/* By number, then position. */
bool proposals_members(struct database *database, int64_t round, struct arena *arena, struct proposal_member_list *ret,
                       struct error *error);

/* The proposal is made true, or given up: it goes, and the round's locks with it. */
bool proposals_remove(struct database *database, int64_t round, struct error *error);

/* ---- Another partner in a running round ---- */

/* Two who could be partners: a case with this number asks coordinators. */
struct rematch {
    int64_t id, round, first, second;
};
DATABASE_LIST(rematch_list, struct rematch);

bool proposals_offer(struct database *database, const struct rematch *rematch, struct error *error);
bool proposals_find_offer(struct database *database, int64_t id, struct arena *arena, struct rematch *ret,
                          struct error *error);

/* Those whose case is open. */
bool proposals_open_offers(struct database *database, struct arena *arena, struct rematch_list *ret,
                           struct error *error);

/* A running round in which somebody waits for another partner. */
struct in_line {
    int64_t round, count;
    const char *people; /* the applications, as text that changes with them */
};
DATABASE_LIST(in_line_list, struct in_line);
bool proposals_in_line(struct database *database, struct arena *arena, struct in_line_list *ret, struct error *error);
