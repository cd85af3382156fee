#pragma once
/* When a message that could not be sent is tried again. Pure: the same input gives the same answer. */
#include <stdint.h>

enum retry_failure {
    RETRY_REFUSED_NOW, /* the server refused this message or recipient for now (4yz) */
    RETRY_REFUSED,     /* ... for good (5yz) */
    RETRY_UNAVAILABLE, /* not this message's fault: no connection, login, certificate; the breaker paces those */
};

struct retry_input {
    enum retry_failure failure;
    int64_t attempts; /* made so far, the failed one included: >= 1 */
    int64_t first_attempt_at;
    int64_t now;
    int64_t expires_at;
    uint64_t random; /* any number; spreads retries by up to a tenth either way */
};

enum retry_action {
    RETRY_AGAIN,
    RETRY_FAILED,  /* refused for good, or for now these five days (RFC 5321 section 4.5.4.1) */
    RETRY_EXPIRED, /* no further try is possible before the expiry */
};

struct retry_decision {
    enum retry_action action;
    int64_t next_try_at; /* RETRY_AGAIN: later than now, before expires_at */
};

/* Refused for now: after 1, 5 and 15 minutes, 1 and 3 hours, then every 6 hours. Unavailable: after 1, 5, then every 15
 * minutes. A try that would fall behind the expiry is made shortly before it instead, unless that is too soon to be of
 * use. */
struct retry_decision retry_decide(const struct retry_input *input);
