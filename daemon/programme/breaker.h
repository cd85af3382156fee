#pragma once
/* The sender's circuit breaker: when the server can't be used at all, sending pauses instead of burning the queue; one
 * message at a time then tries whether it is back. State in, decision out; the caller keeps the state. */
#include <stdbool.h>
#include <stdint.h>

#include "base/reason.h"

enum breaker_event {
    BREAKER_ANSWERED,    /* the server answered about a message, be it yes or no */
    BREAKER_UNREACHABLE, /* no connection, connection lost, 421 */
    BREAKER_LOGIN_REFUSED,
    BREAKER_UNTRUSTED, /* certificate */
};

struct breaker {
    enum breaker_event cause;       /* BREAKER_ANSWERED: all is well */
    int64_t failures;               /* in a row, of this cause */
    int64_t failing_since;          /* 0 while all is well */
    int64_t pauses;                 /* in a row */
    int64_t paused_until;           /* 0: not paused */
    enum breaker_event alerted_for; /* the cause of the open alert; BREAKER_ANSWERED: none is open */
};
#define BREAKER_INIT ((struct breaker){0})

enum breaker_alert { BREAKER_ALERT_NONE, BREAKER_ALERT_OPEN, BREAKER_ALERT_CHANGED, BREAKER_ALERT_CLEAR };

enum {
    BREAKER_PAUSE_AFTER = 3, /* failures in a row to reach no server before the first pause */
    BREAKER_ALERT_AFTER = 6, /* ... before people are told: some eight minutes later */
};

/* Takes one result into the state. Unreachable: pauses after BREAKER_PAUSE_AFTER failures in a row, then after every
 * failed try, for 1, 2, 5, 10, then 15 minutes; an alert opens at BREAKER_ALERT_AFTER. Login refused and untrusted
 * certificate: paused and told at once, for 5, 15, 30, then 60 minutes (many a server locks accounts that keep trying).
 * CHANGED: close the open alert and open one with the new reason. The first answer ends pause and alert (CLEAR).
 * Results that come in during a pause belong to messages that were on the wire when it began; they change nothing, so
 * that a dozen connections don't count as a dozen tries and one old connection that still works doesn't hide a password
 * that no longer does. */
enum breaker_alert breaker_record(struct breaker *breaker, enum breaker_event event, int64_t now);

/* How many messages may be on the wire at NOW: 0 while paused, 1 while trying whether the server is back, else MOST. */
int64_t breaker_allows(const struct breaker *breaker, int64_t now, int64_t most);

/* One sentence for the alert, static: what is wrong and where to look. */
struct reason breaker_reason(const struct breaker *breaker);
