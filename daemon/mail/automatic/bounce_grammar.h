#pragma once
/* What English words say of the one written to and of the place where the mailbox was to be, however a system puts
 * them: "user unknown", "unknown local user", "the account anna is disabled", "no such mailbox", "mailbox not found".
 */
#include "mail/automatic/bounce_status.h"

/* BOUNCE_REASON_ADDRESS, BOUNCE_REASON_HOST, or BOUNCE_REASON_UNKNOWN where WORDS, as bounce_status_normalise makes
 * them, say neither. */
enum bounce_reason bounce_grammar_reason(const char *normalised);

/* The word of LENGTH bytes at START, in lower case, is a noun for the one written to: "recipients", "user(s)". */
bool bounce_grammar_is_person(const char *start, size_t length);
