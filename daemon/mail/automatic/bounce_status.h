#pragma once
/* What a delivery report's codes and words mean for the address: enhanced status codes (RFC 3463, the IANA registry and
 * the large providers' own) and SMTP reply codes (RFC 5321 section 4.2). Pure. */
#include <stdbool.h>

#include "base/memory.h"

enum { BOUNCE_STATUS_SIZE = 12, BOUNCE_STATUS_WORDS_MAX = 4096 };

enum bounce_reason {
    BOUNCE_REASON_UNKNOWN,   /* nothing recognised */
    BOUNCE_REASON_ADDRESS,   /* no such user, moved, closed: the address is dead */
    BOUNCE_REASON_HOST,      /* no such domain, or one that takes no mail */
    BOUNCE_REASON_FULL,      /* the mailbox is full, or the sender's rate too high for it */
    BOUNCE_REASON_POLICY,    /* refused for what we sent or who we are: says nothing about the address */
    BOUNCE_REASON_TEMPORARY, /* network, timeout, loop, broken system */
};

/* WORDS as the phrase tables want them: in lower case, every run of white space one space, the reply codes that
 * lead the lines of a long SMTP reply ("550-5.1.1 ") dropped after the first. At most BOUNCE_STATUS_WORDS_MAX bytes are
 * read. */
char *bounce_status_normalise(const char *words, struct arena *arena);

/* What normalised WORDS say, in any of many languages. */
enum bounce_reason bounce_status_reason(const char *normalised);

/* What an enhanced status code says by itself. */
enum bounce_reason bounce_status_code(const char *status);

/* Finds the enhanced status code in normalised WORDS, preferring one that follows a reply code, into RET; false where
 * there is none. */
bool bounce_status_find(const char *normalised, char ret[BOUNCE_STATUS_SIZE]);

/* The first SMTP reply code of 400 or more in normalised WORDS; 0 where there is none. */
int bounce_status_reply(const char *normalised);

/* True where normalised WORDS say that the server refused the sender or the client: in reply to a command that comes
 * before any recipient's (RFC 5321 section 4.1.1). */
bool bounce_status_refused_sender(const char *normalised);

/* True where WORDS say that the system gave up after temporary errors only: what it reports as final was never refused.
 */
bool bounce_status_gave_up(const char *normalised);

/* ---- bounce_grammar.c: what English words say of the one written to and of the place where the mailbox was to be,
 * however a system puts them: "user unknown", "the account anna is disabled", "no such mailbox", "mailbox not found"
 * ----
 */

/* BOUNCE_REASON_ADDRESS, BOUNCE_REASON_HOST, or BOUNCE_REASON_UNKNOWN where WORDS, as bounce_status_normalise makes
 * them, say neither. */
enum bounce_reason bounce_grammar_reason(const char *normalised);

/* The word of LENGTH bytes at START, in lower case, is a noun for the one written to: "recipients", "user(s)". */
bool bounce_grammar_is_person(const char *start, size_t length);
