#pragma once
/* What a round's state lets happen, and what its dates do to it. Pure. */
#include "base/error.h"
#include "base/memory.h"
#include "base/model.h"
#include "base/zone.h"

/* What may be done to a round, or in it. */
enum round_deed {
    DEED_OPEN,              /* sign-up begins, or begins again */
    DEED_APPLY,             /* somebody signs up by mail */
    DEED_CLOSE,             /* sign-up ends */
    DEED_ACCEPT,            /* a coordinator takes somebody on */
    DEED_PLAN,              /* a coordinator plans a partnership */
    DEED_PROPOSE,           /* partnerships are proposed */
    DEED_APPROVE,           /* the proposal becomes partnerships */
    DEED_START,             /* the round, with all partnerships that are planned */
    DEED_START_PARTNERSHIP, /* one that was planned later */
    DEED_SET_OPENING,
    DEED_SET_CLOSING,
    DEED_SET_START, /* or how long its partnerships last */
    DEED_ARCHIVE,
    DEED_REMOVE, /* as if it had never been planned */
    DEED_WRITE,  /* its people get what they get as such, besides their partnerships' messages */
    ROUND_DEEDS
};

/* How long a round stays `ending` by itself: letters pass for two weeks after a partnership's end. */
enum { ROUND_ENDING_DAYS = 30 };

/* Whether ROUND as it is at NOW lets DEED happen. */
bool round_allows(const struct round *round, enum round_deed deed, int64_t now);

/* The same; where not, PERMANENT with the reason and the command that helps: 'the round "x" is open for sign-up until
 * ...; close it first: tandempost round close x'. ZONE is the programme's, in which moments are told. */
bool round_check(const struct round *round, enum round_deed deed, int64_t now, const struct zone *zone,
                 struct error *error);

/* How a command names the round: in quotes where a shell needs them. In ARENA. */
const char *round_argument(struct arena *arena, const struct round *round);

/* Whether somebody who applied at MOMENT was in time. The round's dates decide, not when the service came to look: to
 * the second, while it was down, and for mail that is read late; until a match is proposed. */
bool round_is_open_at(const struct round *round, int64_t moment);

/* What the date does to a round by itself. */
struct round_turn {
    int64_t at; /* 0: nothing */
    enum round_state to;
};
struct round_turn round_next_turn(const struct round *round);

/* The state at NOW where the service has not come to turn it: sign-up that should be open or closed is. */
enum round_state round_state_at(const struct round *round, int64_t now);

/* That the round opens before it closes and starts no earlier; PERMANENT otherwise. */
bool round_check_dates(const struct round *round, const struct zone *zone, struct error *error);

/* Of PEOPLE, of whom MOST are from one country, at least so many stay without a partner from another. */
int64_t round_leftovers(int64_t most, int64_t people);
