#include "programme/breaker.h"

#include <stddef.h>

#include "base/clock.h"
#include "base/memory.h"

static const int64_t unreachable_pauses[] = {
    1 * SECONDS_PER_MINUTE,  2 * SECONDS_PER_MINUTE,  5 * SECONDS_PER_MINUTE,
    10 * SECONDS_PER_MINUTE, 15 * SECONDS_PER_MINUTE,
};

static const int64_t refused_pauses[] = {
    5 * SECONDS_PER_MINUTE,
    15 * SECONDS_PER_MINUTE,
    30 * SECONDS_PER_MINUTE,
    60 * SECONDS_PER_MINUTE,
};

static int64_t pause_length(const struct breaker *breaker) {
    const int64_t *pauses = refused_pauses;
    size_t count = COUNT_OF(refused_pauses);
    if (breaker->cause == BREAKER_UNREACHABLE) {
        pauses = unreachable_pauses;
        count = COUNT_OF(unreachable_pauses);
    }
    return pauses[(size_t)breaker->pauses < count ? (size_t)breaker->pauses : count - 1];
}

enum breaker_alert breaker_record(struct breaker *breaker, enum breaker_event event, int64_t now) {
    if (now < breaker->paused_until)
        return BREAKER_ALERT_NONE;
    if (event == BREAKER_ANSWERED) {
        bool alerted = breaker->alerted_for != BREAKER_ANSWERED;
        *breaker = BREAKER_INIT;
        return alerted ? BREAKER_ALERT_CLEAR : BREAKER_ALERT_NONE;
    }
    if (breaker->cause != event) {
        breaker->cause = event;
        breaker->failures = 0;
        breaker->pauses = breaker->pauses > 0 ? 1 : 0; /* a pause goes on as a pause, but a short one */
    }
    if (!breaker->failing_since)
        breaker->failing_since = now;
    breaker->failures++;
    bool at_once = event != BREAKER_UNREACHABLE;
    if (at_once || breaker->pauses > 0 || breaker->failures >= BREAKER_PAUSE_AFTER) {
        breaker->paused_until = now + pause_length(breaker);
        breaker->pauses++;
    }
    if (breaker->alerted_for == event || (!at_once && breaker->failures < BREAKER_ALERT_AFTER))
        return BREAKER_ALERT_NONE;
    enum breaker_alert alert = breaker->alerted_for == BREAKER_ANSWERED ? BREAKER_ALERT_OPEN : BREAKER_ALERT_CHANGED;
    breaker->alerted_for = event;
    return alert;
}

int64_t breaker_allows(const struct breaker *breaker, int64_t now, int64_t most) {
    if (now < breaker->paused_until)
        return 0;
    return breaker->pauses > 0 && most > 1 ? 1 : most;
}

struct reason breaker_reason(const struct breaker *breaker) {
    switch (breaker->cause) {
    case BREAKER_ANSWERED:
        return REASON("The mail server answers.");
    case BREAKER_UNREACHABLE:
        return REASON(
            "The mail server can't be reached, so nothing is being sent; look at outgoing.url, the network and the "
            "server's own status.");
    case BREAKER_LOGIN_REFUSED:
        return REASON(
            "The mail server refuses our login, so nothing is being sent; look at outgoing.user and its password.");
    case BREAKER_UNTRUSTED:
        return REASON(
            "The mail server's certificate is not trusted, so nothing is being sent; look at its name and validity, "
            "and at the system's certificates.");
    }
    return (struct reason){""};
}
