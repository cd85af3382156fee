#pragma once
/* To which round somebody applies, until when, and who of a country must wait for a place. Pure. */
#include <stdbool.h>

#include "base/model.h"

struct enrolment_settings {
    int64_t country_share;   /* per cent of a round's people who may be of one country */
    int64_t country_minimum; /* so many always may */
    int64_t remind_after;    /* seconds after our last mail */
    int64_t confirm_within;  /* seconds after the form */
    bool invite;             /* whoever took part before, when a round opens */
};

/* Whether one more of a country gets a place at once, of which TAKEN_OF_COUNTRY people have one, of TAKEN in all: they
 * are then at most country_minimum, or country_share of all. */
bool enrolment_rules_allow(const struct enrolment_settings *settings, int64_t taken_of_country, int64_t taken);

/* The round that whoever writes at MOMENT applies to: the one that is open (of several, the one that closes first),
 * else the newest that is not archived. NULL where there is none. */
const struct round *enrolment_rules_choose(const struct round *rounds, size_t count, int64_t moment);

/* Until when an application that is asked for now must be confirmed: confirm_within from now, or a day after the round
 * closes, if that is sooner. */
int64_t enrolment_rules_expiry(const struct enrolment_settings *settings, const struct round *round, int64_t now);
