#pragma once
/* What is said of an address in other languages than English: that there is no such one, or that its mailbox is full.
 * Plain words of the languages, not any system's sentences. Pure. */
#include "mail/automatic/bounce_status.h"

/* BOUNCE_REASON_ADDRESS, BOUNCE_REASON_FULL, or BOUNCE_REASON_UNKNOWN where WORDS, as bounce_status_normalise makes
 * them, say neither. */
enum bounce_reason bounce_languages_reason(const char *normalised);

/* Whether WORDS hold PATTERN, in which a '*' stands for any words that end no sentence. */
bool bounce_languages_contain(const char *words, const char *pattern);
