#pragma once
/* Applies what the rules decided about one incoming message. Called inside the transaction that records the message. */
#include "app/service.h"
#include "programme/decide.h"

struct effects_source {
    int64_t inbox;                    /* the recorded message */
    int64_t participant, partnership; /* whose it is; 0: unknown */
    int64_t at;                       /* when it was written or received; UTC */
    const char *bytes;                /* the message itself, for letters */
    size_t length;
};

/* All effects in their order; then, where a person must look, a case is opened. False only where
 * the database fails or a rule decided what can't be applied (PERMANENT, BUG). */
bool effects_apply(struct service *service, const struct decision *decision, const struct effects_source *source,
                   struct error *error);
