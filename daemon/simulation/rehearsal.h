#pragma once
/* What a programme is going to send: the service itself on a copy of its database, from now on, with a clock of its
 * own, a post office that takes everything, and people who answer nothing. */
#include "app/configuration/configuration.h"
#include "base/error.h"
#include "net/post_office.h"
#include "programme/limits.h"
#include "store/database.h"

/* A message that went out. */
struct rehearsal_message {
    const struct outbox_row *row;
    const char *name, *language; /* the recipient's; "" where they are not known */
    const struct send_request *request;
};

struct rehearsal_settings {
    const struct configuration *configuration;
    struct database *database; /* a copy: it goes through all that the service does */
    int64_t round;             /* only what belongs to it, and to none, is told; 0: to any */
    int64_t until;             /* 0: until the round, or the last of them, is put aside */
    /* Told of each message as it goes out; false ends the rehearsal with that error. NULL: nobody listens. */
    bool (*sent)(void *context, const struct rehearsal_message *message, struct error *error);
    void *context;
};

/* What one step sends on one day of the programme's. */
struct rehearsal_line {
    int64_t day; /* since 1970 */
    const char *step;
    int64_t occurrence;
    bool to_coordinators;
    int64_t count, first_at, last_at;
    int64_t late;   /* seconds after it was due, at most */
    int64_t nights; /* how many come while their readers are asleep */
};

/* The most that is due within a second, an hour, a day. */
struct rehearsal_peak {
    int64_t from, count;
    int64_t late; /* seconds: how long after it was due the last of that day leaves */
};

struct rehearsal_trouble {
    bool grave; /* somebody does not get what they should, or not in time */
    const char *area, *text;
};

struct rehearsal {
    int64_t from, until;
    size_t people;                    /* who are written to */
    size_t messages, to_coordinators; /* all; of them */
    struct rehearsal_line *lines;     /* by day */
    size_t line_count;
    struct rehearsal_peak peaks[LIMITS_PERIODS];
    struct rehearsal_trouble *troubles; /* as they were found */
    size_t trouble_count;
    struct arena *arena;
};

/* Begins at clock_now(), which is virtual from then on and stands at the end afterwards. What is drawn by lot follows
 * from random_seed. PERMANENT where nothing is left to come. Free with rehearsal_free either way. */
bool rehearsal_run(const struct rehearsal_settings *settings, struct rehearsal *ret, struct error *error);
void rehearsal_free(struct rehearsal *rehearsal);
