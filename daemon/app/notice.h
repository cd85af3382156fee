#pragma once
/* Telling coordinators: one mail when something needs them, one when it is well again, and a digest of the messages
 * that wait for a person. Everything goes through the outbox. */
#include "app/service.h"
#include "base/reason.h"

struct notice {
    const char *key; /* at most one alert with it is open at a time */
    struct reason reason;
    int64_t partnership, participant; /* 0: none */
};

/* Opens an alert unless one with its key is open, and queues a mail to the coordinators of the people concerned, else
 * to the general ones. */
bool notice_raise(struct service *service, const struct notice *notice, struct error *error);

/* Closes the alert with KEY, if one is open, and queues the all-clear to those who were told. */
bool notice_clear(struct service *service, const char *key, struct error *error);

/* Messages wait for a person: queues one digest for each general coordinator unless one is queued already; at most one
 * an hour. */
bool notice_waiting(struct service *service, struct error *error);

enum { NOTICE_COORDINATORS_MAX = 32 };
